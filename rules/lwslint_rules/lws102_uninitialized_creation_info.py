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
    StepKind,
    listed,
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
        for create in (*program.creations(), *program.vhosts()):
            occasion = create.unzeroed()
            if occasion is not None and not program.has_wrong_reset(occasion):
                yield self._judge(program, create, occasion)

    def _judge(self, program: Program, create: Create, occasion: Occasion) -> Finding:
        info = create.info_of(occasion)
        assert info is not None
        names = [field.name for field in occasion.fields()]
        if names:
            what = (
                f"only {listed(names)} {'is' if len(names) == 1 else 'are'} set, every other field is garbage"
            )
        else:
            what = "every field is garbage"
        kinds = (StepKind.DECLARE, StepKind.FILL, StepKind.CALL, StepKind.BRANCH)
        return self.finding(
            create.place,
            f"`{info.name}` is never zeroed on this path: {what}",
            help="zero all of it before anything is set: `memset()` it, or declare it with `= {0}`",
            steps=program.steps(occasion.story, kinds, f"`{create.callee}()` reads all of `{info.name}`"),
            function=create.function,
            object=info.name,
            mend=_mend(program, create, occasion, info),
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
