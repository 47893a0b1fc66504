"""LWS101: creation info in static storage."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Create, Finding, Info, Level, Precision, Program, Rule, Step, StepKind


class GlobalCreationInfo(Rule):
    """Creation info that lives as long as the program is changed by whoever comes along."""

    code = "LWS101"
    name = "global-creation-info"
    summary = "Creation info has static storage, so whatever is written to it stays until the next create."
    level = Level.WARNING
    precision = Precision.VERY_HIGH
    cwe = (1108,)
    tags = ("creation-info", "reconnect")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every static object that reaches a create, or code out of sight."""
        creates: dict[str, list[Create]] = {}
        infos: dict[str, Info] = {}
        for create in program.creations():
            for info in create.infos():
                if info.static and info.defined and not info.constant:
                    infos[info.cell.object] = info
                    creates.setdefault(info.cell.object, []).append(create)
        for info in program.escapes():
            if info.defined and not info.constant:
                infos.setdefault(info.cell.object, info)
                creates.setdefault(info.cell.object, [])
        for key in sorted(infos):
            yield self._judge(program, infos[key], creates[key])

    def _judge(self, program: Program, info: Info, creates: list[Create]) -> Finding:
        writers = program.writers(info)
        once = self._is_set_up_once(program, info, creates)
        steps = [
            Step(
                program.site_place(site),
                f"`{site.function.name}()` writes it",
                StepKind.FILL,
                site.function.name,
            )
            for site in {site.function.index: site for site in reversed(writers)}.values()
        ]
        steps += [
            Step(create.place, "a context is created from it", StepKind.CREATE, create.function)
            for create in creates
        ]
        return self.finding(
            info.definition,
            f"`{info.name}` has static storage: {self._reason(once, creates)}",
            help=f"make `{info.name}` local to the function that creates the context, and zero it there",
            steps=sorted(steps, key=lambda step: (step.kind is StepKind.CREATE, step.place)),
            level=Level.NOTE if once else None,
            object=info.name,
        )

    @staticmethod
    def _reason(once: bool, creates: list[Create]) -> str:
        if once:
            return (
                "it is filled and used once, in one place, but keeps its contents for the rest of the program"
            )
        if not creates:
            return "its address goes to code out of sight, and what is written to it stays"
        return "what any function writes to it is still there when the next context is created from it"

    @staticmethod
    def _is_set_up_once(program: Program, info: Info, creates: list[Create]) -> bool:
        """Whether one function that runs once does all the writing and the only create."""
        if len(creates) != 1 or not creates[0].runs_once():
            return False
        return all(site.function is creates[0].site.function for site in program.writers(info))
