"""Fields that are set and wiped before anything reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.domain import Cell
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions.creations import Create, Info, by_variable, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.model.place import Place

_FLAGS = "options"


class LostField(NamedTuple):
    """A field of an object that `set_at` sets and `wiped_at` wipes, before `create` reads the object."""

    field: str
    info: Info
    set_at: Place
    setter: str
    wiped_at: Place
    wiper: str
    create: Create


def lost_fields(program: Explored) -> tuple[LostField, ...]:
    """Fields that are wiped before anything reads them, and that no create gets in another way."""
    readers: dict[Cell, Create] = {}
    filled: set[tuple[Cell, str]] = set()
    for create in (*creates(program, "context"), *creates(program, "vhost")):
        for occasion in create.occasions:
            if occasion.cell is not None:
                readers.setdefault(occasion.cell, create)
                filled.update((occasion.cell, field.name) for field in occasion.fields())
    read = {key for explorer in program.explorers for key in explorer.observations.read}
    found: dict[tuple[Cell, str], LostField] = {}
    for explorer in program.explorers:
        for lost in explorer.observations.lost.values():
            key = (lost.cell, lost.field)
            if (
                lost.cell in readers
                and key not in filled
                and not (
                    isinstance(lost.site.statement, ir.Assign) and _adds_to(lost.site.statement, lost.wiped)
                )
                and lost.site.key not in read
                and not explorer.bounded
                and not _reads(program, lost.field)
            ):
                create = readers[lost.cell]
                found.setdefault(
                    key,
                    LostField(
                        lost.field,
                        Info(program, lost.cell, create.argument),
                        program.site_place(lost.site),
                        lost.site.function.name,
                        program.site_place(lost.wiped),
                        lost.wiped.function.name,
                        create,
                    ),
                )
    return tuple(sorted(found.values(), key=lambda one: (one.wiped_at, one.set_at)))


def _reads(program: Explored, field: str) -> bool:
    """Whether the program itself reads a field of that name, of any creation info."""
    found = ("f", spelling.CREATION_INFO, field)
    for function in program.linked.functions:
        for block in function.ir.blocks:
            for statement in (*block.statements, block.terminator):
                for value in walk.values(statement):
                    for location in walk.named(value):
                        if program.linked.classify(function, location.root, location.path) == found:
                            return True
    return False


def _adds_to(statement: ir.Assign, wiped: Site) -> bool:
    """Whether flags are thrown away, and no object is wiped: that is judged by `lost_flags`."""
    return (
        statement.operator == "|="
        and isinstance(wiped.statement, ir.Assign)
        and wiped.statement.target == statement.target
    )


class LostFlags(NamedTuple):
    """An assignment that throws away flags which `|=` had put into a field. `bits` are those lost."""

    field: str
    info: Info
    bits: int
    wiped: Site
    set_at: Place
    create: Create


def lost_flags(program: Explored) -> tuple[LostFlags, ...]:
    """Flags that were put into `options` and that the next assignment throws away, whatever it assigns."""
    readers = {
        occasion.cell: create
        for kind in ("vhost", "context")
        for create in creates(program, kind)
        for occasion in create.occasions
        if occasion.cell is not None
    }
    found: dict[tuple[Cell, str], LostFlags] = {}
    for explorer in program.explorers:
        for lost in explorer.observations.lost.values():
            create = readers.get(lost.cell)
            if (
                lost.field != _FLAGS
                or create is None
                or explorer.bounded
                or not _drops(program, lost.site, lost.wiped, lost.field)
            ):
                continue
            bits = _dropped(program, lost.site, lost.wiped)
            if bits and not _asks(program, lost.field):
                info = Info(program, lost.cell, create.argument)
                place = program.site_place(lost.site)
                flags = LostFlags(lost.field, info, bits, lost.wiped, place, create)
                found.setdefault((lost.cell, lost.field), flags)
    return tuple(sorted(found.values(), key=lambda one: (program.site_place(one.wiped), one.set_at)))


def _drops(program: Explored, site: Site, wiped: Site, field: str) -> bool:
    """Whether `=` always follows `|=` on the same field, in the same round of a function."""
    one, other = site.statement, wiped.statement
    if not isinstance(one, ir.Assign) or not isinstance(other, ir.Assign) or one.operator != "|=":
        return False
    if other.operator != "=" or other.target.path[-1:] != (ir.Field(field),):
        return False
    if any(location.path[-1:] == (ir.Field(field),) for location in walk.loads(other.value)):
        return False
    if site.function is not wiped.function:
        return False
    flow = program.index.flow(site.function)
    if flow.loops_around(site.block) != flow.loops_around(wiped.block):
        return False
    if site.block == wiped.block:
        return site.index < wiped.index
    block, steps = site.block, len(flow.reachable)
    while steps and block in flow.postdominator and block != wiped.block:
        block, steps = flow.postdominator[block], steps - 1
    return block == wiped.block


def _dropped(program: Explored, site: Site, wiped: Site) -> int:
    """The bits that are lost for certain; none where the new value is 0 or may be anything."""
    added, new = program.possible.written(site), program.possible.written(wiped)
    kept = 0
    for value in new:
        if not isinstance(value, int) or not value:
            return 0
        kept |= value
    bits = -1
    for value in added:
        if not isinstance(value, int):
            return 0
        bits &= value
    return bits & ~kept


def _asks(program: Explored, field: str) -> bool:
    """Whether the program reads a field of that name otherwise than to add to it."""
    found = ("f", spelling.CREATION_INFO, field)
    for function in program.linked.functions:
        for block in function.ir.blocks:
            for statement in (*block.statements, block.terminator):
                if isinstance(statement, ir.Assign) and statement.operator != "=":
                    continue
                for value in walk.values(statement):
                    for location in walk.named(value):
                        if program.linked.classify(function, location.root, location.path) == found:
                            return True
    return False


class UnreadField(NamedTuple):
    """An assignment to a field of a local object that nothing reads after it, as `create` did before."""

    site: Site
    info: str
    field: str
    create: Site


def unread_fields(program: Explored) -> tuple[UnreadField, ...]:
    """Fields of local creation info that are set after the last create has read it, each once."""
    found: dict[tuple[str, str], UnreadField] = {}
    for create, root in by_variable(program):
        key = program.linked.resolve(create.function, root)
        for late in _set_after(program, create, root):
            assert isinstance(late.statement, ir.Assign)
            step = late.statement.target.path[0]
            assert isinstance(step, ir.Field)
            name = program.linked.variables[key].name
            found.setdefault((key, step.name), UnreadField(late, name, step.name, create))
    return tuple(sorted(found.values(), key=lambda one: program.site_place(one.site)))


def _set_after(program: Explored, create: Site, root: str) -> Iterator[Site]:
    """The assignments to fields of a local that follow a create, with no use of the object after them."""
    function = create.function
    variable = program.linked.variables.get(program.linked.resolve(function, root))
    if variable is None or variable.static or variable.key in function.parameters:
        return
    if spelling.bare(variable.type) != spelling.CREATION_INFO or _has_alias(program, function, root):
        return
    for site in _after(program, create):
        statement = site.statement
        if (
            isinstance(statement, ir.Assign)
            and statement.target.root == root
            and len(statement.target.path) == 1
            and isinstance(statement.target.path[0], ir.Field)
            and statement.operator == "="
            and not _is_null(statement.value)
            and not any(_mentions(later.statement, root) for later in _after(program, site))
            and not any(
                location.root == root
                for block in program.index.flow(function).reach(site.block)
                for value in walk.values(function.ir.blocks[block].terminator)
                for location in walk.named(value)
            )
        ):
            yield site


def _is_null(value: ir.Value) -> bool:
    """Whether a field is only tidied up."""
    return isinstance(value, ir.Zero) or (isinstance(value, ir.Const) and value.value == 0)


def _has_alias(program: Explored, function: Function, root: str) -> bool:
    """Whether the address of a local goes anywhere but straight to functions of the library or the system."""
    for number, block in enumerate(function.ir.blocks):
        for index, statement in enumerate(block.statements):
            taken = any(
                isinstance(part, ir.Address) and part.location.root == root
                for value in walk.values(statement)
                for part in walk.parts(value)
            )
            if taken and not program.index.is_known((function.index, number, index)):
                return True
    return False


def _mentions(statement: ir.Statement, root: str) -> bool:
    return any(location.root == root for value in walk.values(statement) for location in walk.named(value))


def _after(program: Explored, site: Site) -> Iterator[Site]:
    """The statements of the function that may be carried out after one of it."""
    flow = program.index.flow(site.function)
    again = any(site.block in loop for loop in flow.loops)
    for block in sorted(flow.reach(site.block)):
        for index in range(len(site.function.ir.blocks[block].statements)):
            if block != site.block or again or index > site.index:
                yield program.linked.site(site.function, block, index)
