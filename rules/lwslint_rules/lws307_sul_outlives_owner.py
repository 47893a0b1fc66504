"""LWS307: a timer that is left in the loop when its memory is freed."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Edit, Finding, Level, Mend, OutlivedOwner, Precision, Program, Rule, Spot


class SulOutlivesOwner(Rule):
    """A scheduled timer is an element of a list of the context; freeing it leaves a hole in that list."""

    code = "LWS307"
    name = "sul-outlives-owner"
    summary = "An object is freed while a timer in it may be scheduled, and nothing cancels that timer."
    level = Level.ERROR
    precision = Precision.HIGH
    cwe = (416,)
    tags = ("lifecycle",)
    first = "3.2"

    def check(self, program: Program) -> Iterator[Finding]:
        """Every free of an object whose timer nothing takes back."""
        for owner in program.outlived_owners():
            yield self.finding(
                owner.place,
                f"`{owner.object}` is freed while its timer `{owner.member}` may be scheduled: the loop then "
                f"walks through freed memory and calls `{owner.runs}()` with it",
                help=f"call `lws_sul_cancel(&{owner.object}->{owner.member})` before",
                steps=owner.steps,
                function=owner.function,
                object=owner.object,
                mend=self._mend(program, owner),
            )

    @staticmethod
    def _mend(program: Program, owner: OutlivedOwner) -> Mend | None:
        """The timer taken back right before; NULL may be freed, and has no timer."""
        if not owner.pointer or not program.has_name("lws_sul_cancel"):
            return None
        cancel = f"lws_sul_cancel(&{owner.pointer}->{owner.member});"
        edit = Edit(owner.place, f"if ({owner.pointer})\n\t{cancel}", Spot.BEFORE)
        return Mend(f"take the timer back first: `{cancel}`", (edit,))
