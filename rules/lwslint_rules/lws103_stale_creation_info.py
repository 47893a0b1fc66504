"""LWS103: creation info that still holds what an earlier context was made with."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Create, Field, Finding, Level, Occasion, Precision, Program, Rule, StepKind

_KINDS = (
    StepKind.RESET,
    StepKind.FILL,
    StepKind.CREATE,
    StepKind.LOSS,
    StepKind.CALL,
    StepKind.BRANCH,
    StepKind.DESTROY,
)


class StaleCreationInfo(Rule):
    """A second context made from the same object gets what is left over from the first."""

    code = "LWS103"
    name = "stale-creation-info"
    summary = "Creation info is handed to a create again with fields left over from an earlier context."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (665,)
    tags = ("creation-info", "reconnect")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create that reads an object again, with fields that survived since it was last zeroed."""
        for create in program.creations():
            occasions = create.stale()
            if occasions:
                yield self._judge(program, create, max(occasions, key=_weight))

    def _judge(self, program: Program, create: Create, occasion: Occasion) -> Finding:
        info = create.info_of(occasion)
        assert info is not None
        fields = occasion.fields()
        worst = next((field for field in fields if field.changed), None)
        grown = next((field for field in fields if field.fact.grown), None)
        if worst is not None:
            writer = worst.changed[0]
            place = program.site_place(writer)
            message = (
                f"`{info.name}` is used again without being zeroed: `{worst.name}` now holds what "
                f"`{writer.function.name}()` wrote to it at {place.path}:{place.line} after the first context was made"
            )
        elif grown is not None:
            message = (
                f"`{info.name}` is used again without being zeroed: `{grown.name}` only ever grows by `|=`"
            )
        else:
            survivors = [field.name for field in fields if field.survives]
            message = (
                f"`{info.name}` is used again without being zeroed: {_listed(survivors)} "
                f"still hold{'s' if len(survivors) == 1 else ''} what the earlier context was made with"
            )
        last = f"`{create.callee}()` reads `{info.name}` again"
        steps = program.steps(occasion.story, _KINDS, last, info, worst.changed if worst else ())
        return self.finding(
            create.place,
            message,
            help=f"zero `{info.name}` and fill all of it again right before each `{create.callee}()`",
            steps=steps,
            level=Level.ERROR if worst is not None or grown is not None else Level.WARNING,
            function=create.function,
            object=info.name,
        )


def _weight(occasion: Occasion) -> tuple[int, int]:
    """The occasion that shows most: one with a changed field, then one with a grown one."""
    fields: tuple[Field, ...] = occasion.fields()
    return (sum(bool(field.changed) for field in fields), sum(field.fact.grown for field in fields))


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[:4]]
    if len(names) > len(shown):
        shown.append(f"{len(names) - len(shown)} more")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]
