"""LWS301: a context that is used without a look at whether there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lwslint.api import (
    Edit,
    Finding,
    Level,
    Mend,
    NullUse,
    Precision,
    Program,
    Rule,
    Spot,
    Step,
    StepKind,
)


class UncheckedContext(Rule):
    """A create fails for many ordinary reasons: a port in use, a missing certificate, no memory."""

    code = "LWS301"
    name = "unchecked-context"
    summary = "The result of `lws_create_context()` is used without a check for NULL that leaves."
    level = Level.WARNING
    precision = Precision.VERY_HIGH
    cwe = (252, 476)
    tags = ("lifecycle",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create whose NULL reaches a call that cannot take it."""
        told = set()
        uses = sorted(program.null_uses(), key=_is_ignored)
        for use in uses:
            create = program.create_at(use.create)
            place = program.site_place(create)
            if place in told:
                continue
            told.add(place)
            call = program.callee_name(use.moment.site)
            where = program.site_place(use.moment.site)
            yield self.finding(
                place,
                f"the context may be NULL here, and `{call}()` uses it {_check(program, use)}",
                help="leave if the result is NULL, before anything else is done with it",
                steps=(
                    Step(
                        place,
                        f"`{program.callee_name(create)}()` may return NULL",
                        StepKind.CREATE,
                        create.function.name,
                    ),
                    Step(where, f"`{call}()` gets that NULL", StepKind.USE, use.moment.site.function.name),
                ),
                level=Level.NOTE if _is_ignored(use) else None,
                function=create.function.name,
                mend=self._mend(program, [other for other in uses if other.create == use.create]),
            )

    @staticmethod
    def _mend(program: Program, uses: Sequence[NullUse]) -> Mend | None:
        """A check right behind the create that leaves the function, if all uses are in that function.

        None where the result is looked at there already: what that check does is for the author to say.
        """
        create = program.create_at(uses[0].create)
        result, way_out = program.result(create), program.way_out(create)
        inside = all(use.moment.site.function is create.function for use in uses)
        if not inside or not result or not way_out or program.is_tested_next(create):
            return None
        text = f"if (!{result})\n\t{way_out}"
        edit = Edit(program.site_place(create), text, Spot.AFTER, old=program.callee_name(create))
        return Mend(f"leave if `{result}` is NULL", (edit,))


def _is_ignored(use: NullUse) -> bool:
    """Whether the NULL was found where it came up, and what reached the use is only that nobody listened."""
    return use.checked not in (-1, use.moment.site.function.index)


def _check(program: Program, use: NullUse) -> str:
    """How the program has looked at the result before it uses it."""
    if not _is_ignored(use):
        return "without a check"
    return f"all the same: what `{program.linked.functions[use.checked].name}()` found out is ignored"
