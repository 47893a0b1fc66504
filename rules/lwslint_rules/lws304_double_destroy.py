"""LWS304: a context that is destroyed twice."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Edit, Finding, LateUse, Level, Mend, Precision, Program, Rule, Spot


class DoubleDestroy(Rule):
    """The first destroy frees the context; the second reads and frees it again."""

    code = "LWS304"
    name = "double-destroy"
    summary = "A context is destroyed twice, with no create between."
    level = Level.ERROR
    precision = Precision.HIGH
    cwe = (415, 416)
    tags = ("lifecycle",)
    first = "4.0"

    def check(self, program: Program) -> Iterator[Finding]:
        """Every destroy of a context that is destroyed already."""
        for use in program.second_destroys():
            if use.freed:
                message = f"the context is destroyed again here: it was destroyed, and freed, {use.where}"
                help = "set the variable to NULL where the context is destroyed: NULL may be destroyed"
            else:
                message = (
                    f"the context is destroyed again here: `{use.destroyer}()` destroyed it while its service"
                    " loop ran, which may have freed it before it returned -1"
                )
                help = (
                    "set `info.pcontext` to the address of the variable before the create, so that it becomes"
                    " NULL with the context; or end the loop by a flag, and destroy the context here alone"
                )
            yield self.finding(
                use.place,
                message,
                help=help,
                steps=use.steps,
                function=use.call.function.name,
                mend=self._mend(program, use),
            )

    @staticmethod
    def _mend(program: Program, use: LateUse) -> Mend | None:
        """NULL where it was destroyed first, if both destroys get the same variable."""
        name = program.same_variable(use.ended, use.call) if use.freed else ""
        if not name or use.ended is use.call:
            return None
        place = program.site_place(use.ended)
        edit = Edit(place, f"{name} = NULL;", Spot.AFTER, old=program.callee_name(use.ended))
        return Mend(f"set `{name}` to NULL where the context is destroyed", (edit,))
