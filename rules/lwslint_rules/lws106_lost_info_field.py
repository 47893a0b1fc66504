"""LWS106: fields that are set too early, and wiped."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule, Step, StepKind


class LostInfoField(Rule):
    """A reset after the assignment throws the assignment away."""

    code = "LWS106"
    name = "lost-info-field"
    summary = "A field of creation info is set and then wiped by a reset before anything reads it."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (563,)
    tags = ("creation-info",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Each field once for each object."""
        for lost in program.lost_fields():
            create = lost.create
            yield self.finding(
                lost.wiped_at,
                f"this wipes `{lost.info.name}.{lost.field}`, which was set at {lost.set_at.path}:"
                f"{lost.set_at.line} and has not been read since: `{create.callee}()` never sees it",
                help=f"zero `{lost.info.name}` first, and set its fields after that",
                steps=(
                    Step(lost.set_at, f"sets `{lost.field}`", StepKind.FILL, lost.setter),
                    Step(lost.wiped_at, "zeroes it", StepKind.RESET, lost.wiper),
                    Step(create.place, f"`{create.callee}()` reads 0", StepKind.USE, create.function),
                ),
                function=lost.wiper,
                object=lost.info.name,
            )
