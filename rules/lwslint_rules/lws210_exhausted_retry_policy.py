"""LWS210: retries that are never scheduled, or come to an end."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Exhaustion, Finding, Level, Precision, Program, Retry, Rule

_LEVELS = {
    Exhaustion.NEVER: Level.ERROR,
    Exhaustion.UNNOTICED: Level.WARNING,
    Exhaustion.NOT_RESET: Level.NOTE,
}


class ExhaustedRetryPolicy(Rule):
    """A retry policy allows `conceal_count` tries, and says nothing when they are used up."""

    code = "LWS210"
    name = "exhausted-retry-policy"
    summary = "A retry is scheduled by a policy that allows no try, or whose tries run out unnoticed."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (754,)
    tags = ("connect", "reconnect")
    first = "3.2"

    def check(self, program: Program) -> Iterator[Finding]:
        """Every call that schedules a retry which comes to nothing."""
        for retry in program.exhausted_retries():
            yield self.finding(
                program.site_place(retry.site),
                self._message(program, retry),
                help=self._mend(retry),
                steps=() if retry.policy is None else (program.policy_step(retry.policy),),
                level=_LEVELS[retry.kind],
                function=retry.site.function.name,
                object=retry.policy.name if retry.policy is not None else "",
            )

    @staticmethod
    def _message(program: Program, retry: Retry) -> str:
        callee = program.callee_name(retry.site)
        if retry.kind is Exhaustion.NEVER:
            if retry.policy is None:
                return f"`{callee}()` schedules nothing: its policy is NULL, which allows no try"
            return f"`{callee}()` schedules nothing: `conceal_count` of `{retry.policy.name}` is 0"
        if retry.kind is Exhaustion.UNNOTICED:
            return (
                f"the result of `{callee}()` is ignored: after {retry.tries} tries it schedules nothing, "
                "and nobody notices"
            )
        return (
            f"`{retry.counter}` is never set to 0: after {retry.tries} tries in the life of the program "
            "there are no more"
        )

    @staticmethod
    def _mend(retry: Retry) -> str:
        if retry.kind is Exhaustion.NEVER:
            return "set `conceal_count` to the number of tries, or to `LWS_RETRY_CONCEAL_ALWAYS`"
        if retry.kind is Exhaustion.UNNOTICED:
            return "give up where the result is not 0, or set `conceal_count` to `LWS_RETRY_CONCEAL_ALWAYS`"
        return f"set `{retry.counter}` to 0 when the connection is established"
