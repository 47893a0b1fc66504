"""LWS103: creation info that still holds what an earlier context was made with."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import (
    Create,
    Finding,
    Info,
    Leftover,
    Level,
    Occasion,
    Precision,
    Program,
    Rule,
    StepKind,
    listed,
)

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
                yield self._judge(program, create, min(occasions, key=_weight))

    def _judge(self, program: Program, create: Create, occasion: Occasion) -> Finding:
        info = create.info_of(occasion)
        assert info is not None
        kind, name, fact = occasion.leftovers()[0]
        changed = program.sites_since(fact) if kind is Leftover.CHANGED else ()
        return self.finding(
            create.place,
            f"`{info.name}` is used again without being zeroed: {_what(program, occasion, info)}",
            help=f"zero `{info.name}` and fill all of it again right before each `{create.callee}()`",
            steps=program.life(
                occasion, name, _KINDS, f"`{create.callee}()` reads `{info.name}` again", changed
            ),
            level=Level.WARNING if kind is Leftover.UNCHANGED else Level.ERROR,
            function=create.function,
            object=info.name,
        )


def _what(program: Program, occasion: Occasion, info: Info) -> str:
    """The harm that the worst leftover does."""
    kind, name, fact = occasion.leftovers()[0]
    if kind is Leftover.DEAD:
        return f"`{name}` points at memory that is gone"
    if kind is Leftover.SHARED:
        return f"`{name}` belongs to the earlier context, which is still alive"
    if kind is Leftover.CHANGED:
        site = program.sites_since(fact)[0]
        place = program.site_place(site)
        return f"`{name}` now holds what `{site.function.name}()` wrote to it at {place.path}:{place.line}"
    if kind is Leftover.GROWN:
        return f"`{name}` still has every flag that was ever set in it, since `|=` only adds"
    if kind is Leftover.LIBRARY:
        return f"the library itself wrote to `{name}` when the earlier context was made"
    names = [other for left, other, _ in occasion.leftovers() if left is Leftover.UNCHANGED]
    return (
        f"{listed(names)} still hold{'s' if len(names) == 1 else ''} what the earlier context was made with"
    )


def _weight(occasion: Occasion) -> tuple[int, int]:
    """The occasion with the worst leftover; among these one that a loss led to."""
    kind = occasion.leftovers()[0][0]
    return (list(Leftover).index(kind), 0 if occasion.lost else 1)
