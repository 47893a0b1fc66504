"""LWS102: creation info that was never zeroed."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import (
    Allocated,
    Create,
    Declared,
    Edit,
    Finding,
    Info,
    Level,
    Mend,
    Occasion,
    Place,
    Precision,
    Program,
    Rule,
    Spot,
)


class UninitializedCreationInfo(Rule):
    """The library reads every field, also those that nobody has set."""

    code = "LWS102"
    name = "uninitialized-creation-info"
    summary = "Creation info reaches a create without ever being zeroed, so unset fields hold garbage."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (457, 908)
    tags = ("creation-info", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create that some path reaches with an object full of garbage."""
        for found in program.unzeroed((*program.creations(), *program.vhosts())):
            yield self.finding(
                found.create.place,
                found.message,
                help=found.help,
                steps=found.steps,
                function=found.create.function,
                object=found.info.name,
                mend=_mend(program, found.create, found.occasion, found.info),
            )


def _mend(program: Program, create: Create, occasion: Occasion, info: Info) -> Mend | None:
    """Zero bytes where the object comes into being, else before anything is set."""
    origin = program.origin(occasion)
    if isinstance(origin, Declared):
        edit = Edit(origin.place, " = {0}", Spot.INITIALISER, old=origin.name)
        return Mend(f"declare `{origin.name}` with `= {{0}}`", (edit,), safe=True)
    if isinstance(origin, Allocated) and origin.callee == "malloc":
        name, size = _start(origin.place, len("malloc")), _start(origin.argument, 0)
        edits = (Edit(name, "calloc", old="malloc"), Edit(size, "1, "))
        return Mend("allocate it with `calloc()`, which zeroes", edits, safe=True)
    fill = program.first_fill(create, info)
    if fill is None:
        return None
    text = f"memset({fill.pointer}, 0, sizeof(*{fill.pointer}));"
    edit = Edit(fill.place, text, Spot.BEFORE, old=fill.pointer)
    return Mend(f"zero all of `*{fill.pointer}` before anything is set in it", (edit,), safe=True)


def _start(place: Place, length: int) -> Place:
    """The first bytes of a place."""
    return Place(place.path, place.line, place.column, place.line, place.column + length)
