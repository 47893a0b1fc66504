"""LWS900 unused-suppression: a comment silences rules that have nothing to say there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule, SuppressionComment, listed


class UnusedSuppression(Rule):
    """Names what a suppression comment silences in vain."""

    code = "LWS900"
    name = "unused-suppression"
    summary = "A suppression comment silences rules that have nothing to say there."
    level = Level.NOTE
    precision = Precision.HIGH
    tags = ("suppression",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Nothing: a comment can only be judged when all programs are done."""
        return iter(())

    def check_comments(self, useless: Iterable[SuppressionComment]) -> Iterator[Finding]:
        """One finding for each comment."""
        for comment in useless:
            if comment.unreasoned:
                yield self.finding(
                    comment.place,
                    "this comment gives no reason, and --strict asks for one: it silences nothing",
                    help="write behind the bracket why the code is right here",
                )
                continue
            has = "has" if len(comment.unused) == 1 else "have"
            yield self.finding(
                comment.place,
                f"{listed(comment.unused)} {has} nothing to say here: what this comment can silence is new",
                help="take the comment away, or from its bracket what is of no use",
                mend=comment.mend,
            )
