"""What mends need to know of a program: how to write a location in C, where garbage comes from, ways out."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling
from lwslint.analysis.clusters import Oracle, effects_of
from lwslint.analysis.graph import Event
from lwslint.analysis.library import callee_name
from lwslint.analysis.program import Function, Program, Site
from lwslint.analysis.questions.first_fill import FirstFill
from lwslint.analysis.witness import Story
from lwslint.model.finding import Edit, Mend, Spot, StepKind
from lwslint.model.place import Place

_HEAP = "heap:"


class Argument(NamedTuple):
    """An argument of a call: where it stands, and how it is written where that is plain, else empty."""

    place: Place
    written: str


class Declared(NamedTuple):
    """A variable that is declared without an initialiser; `place` is its name there."""

    place: Place
    name: str


class Allocated(NamedTuple):
    """A block that a function of the C library returns: the call, its callee and its first argument."""

    place: Place
    callee: str
    argument: Place


def expression(program: Program, function: Function, location: ir.Location) -> str:
    """A location as it is written in C; empty if it is a temporary, or an index is not constant."""
    variable = program.variables.get(program.resolve(function, location.root))
    if variable is None or not variable.name or not variable.name.isidentifier():
        return ""
    text = variable.name
    steps = list(location.path)
    while steps:
        match steps.pop(0):
            case ir.Field(name):
                text += f".{name}"
            case ir.Deref(0) if steps and isinstance(steps[0], ir.Field):
                text += f"->{steps[0].name}"
                steps.pop(0)
            case ir.Deref(0):
                text = f"(*{text})"
            case ir.Index(int(at)) | ir.Deref(int(at)):
                text += f"[{at}]"
            case _:
                return ""
    return text


def pointed_at(program: Program, function: Function, pointer: ir.Value) -> str:
    """What a pointer points at as it is written in C; empty if that is not plain, or may be of an array."""
    if isinstance(pointer, ir.Load):
        if _gets_an_array(program, function, pointer.location):
            return ""
        text = expression(program, function, pointer.location)
        return f"*{text}" if text else ""
    if not isinstance(pointer, ir.Address):
        return ""
    last = pointer.location.path[-1:]
    if last and not isinstance(last[0], ir.Field):
        return ""
    return expression(program, function, pointer.location)


def member(program: Program, function: Function, pointer: ir.Value, name: str) -> str:
    """A member of what a pointer points at as it is written in C; empty if that is not plain."""
    if not isinstance(pointer, ir.Load | ir.Address):
        return ""
    text = expression(program, function, pointer.location)
    between = "->" if isinstance(pointer, ir.Load) else "."
    return f"{text}{between}{name}" if text else ""


_RESETS = ("memset", "bzero", "lws_context_info_defaults")


def settable(program: Program, function: Function, pointer: ir.Value, name: str) -> str:
    """A member of what a pointer points at as written in C, if a statement may set it; else empty.

    Of an automatic variable its type does not tell whether it is const: a statement that writes to it does.
    """
    text = member(program, function, pointer, name)
    if isinstance(pointer, ir.Load):
        return "" if spelling.points_at_const(program.type_of(function, pointer.location)) else text
    if not isinstance(pointer, ir.Address):
        return ""
    root = pointer.location.root
    statements = (statement for block in function.ir.blocks for statement in block.statements)
    return text if any(_writes(statement, root) for statement in statements) else ""


def _writes(statement: ir.Statement, root: str) -> bool:
    """Whether a statement, and no initialiser, writes to a variable itself."""
    if isinstance(statement, ir.Assign):
        target = statement.target
        direct = not any(isinstance(step, ir.Deref) for step in target.path)
        return target.root == root and direct and not statement.initial
    if not isinstance(statement, ir.Call) or callee_name(statement) not in _RESETS:
        return False
    first = statement.arguments[0] if statement.arguments else None
    return isinstance(first, ir.Address) and first.location.root == root


def sibling(program: Program, site: Site, name: str) -> str:
    """Another member of the struct that a statement sets one of, as written in C; empty if not plain."""
    assign = site.statement
    if not isinstance(assign, ir.Assign) or assign.initial:
        return ""
    if not isinstance(assign.target.path[-1:] and assign.target.path[-1], ir.Field):
        return ""
    path = (*assign.target.path[:-1], ir.Field(name))
    return expression(program, site.function, ir.Location(assign.target.root, path))


def same_variable(program: Program, one: Site, other: Site) -> str:
    """What the first argument of two calls is, as the first call's function writes it; empty unless the same.

    It is if both name the same variable, and no pointer is followed on the way.
    """
    values = [call.statement.arguments[:1] for call in (one, other) if isinstance(call.statement, ir.Call)]
    loads = [value[0].location for value in values if value and isinstance(value[0], ir.Load)]
    if len(loads) < 2 or loads[0].path != loads[1].path:
        return ""
    keys = [program.resolve(site.function, load.root) for site, load in zip((one, other), loads, strict=True)]
    if keys[0] != keys[1] or any(isinstance(step, ir.Deref) for step in loads[0].path):
        return ""
    return expression(program, one.function, loads[0])


_SIGNED = frozenset({"int", "long", "long long"})


def signed_result(program: Program, site: Site) -> bool:
    """Whether the result of a call is kept in a signed type that is no smaller than `int`."""
    call = site.statement
    if not isinstance(call, ir.Call) or call.result is None:
        return False
    return spelling.bare(program.type_of(site.function, call.result)) in _SIGNED


def zeroing(origin: Declared | Allocated | None) -> Mend | None:
    """Zero bytes where an object comes into being; None where that is not done there."""
    if isinstance(origin, Declared):
        edit = Edit(origin.place, " = {0}", Spot.INITIALISER, old=origin.name)
        return Mend(f"declare `{origin.name}` with `= {{0}}`", (edit,), safe=True)
    if isinstance(origin, Allocated) and origin.callee == "malloc":
        name, size = _start(origin.place, len("malloc")), _start(origin.argument, 0)
        edits = (Edit(name, "calloc", old="malloc"), Edit(size, "1, "))
        return Mend("allocate it with `calloc()`, which zeroes", edits, safe=True)
    return None


def clearing(fill: FirstFill | None) -> Mend | None:
    """Zero bytes before the first statement that fills a heap block."""
    if fill is None:
        return None
    text = f"memset({fill.pointer}, 0, sizeof(*{fill.pointer}));"
    edit = Edit(fill.place, text, Spot.BEFORE, old=fill.pointer)
    return Mend(f"zero all of `*{fill.pointer}` before anything is set in it", (edit,), safe=True)


def _start(place: Place, length: int) -> Place:
    """The first bytes of a place."""
    return Place(place.path, place.line, place.column, place.line, place.column + length)


def _gets_an_array(program: Program, function: Function, location: ir.Location) -> bool:
    """Whether it is a parameter that a call in sight hands an array: it may be declared as one, too."""
    names = [parameter.root for parameter in function.ir.parameters]
    if location.path or location.root not in names:
        return False
    position = names.index(location.root)
    for site in program.sites():
        call = site.statement
        if (
            isinstance(call, ir.Call)
            and position < len(call.arguments)
            and callee_name(call) == function.name
            and isinstance(given := call.arguments[position], ir.Address)
            and isinstance(given.location.path[-1:] and given.location.path[-1], ir.Index)
        ):
            return True
    return False


def argument(program: Program, site: Site, position: int) -> Argument | None:
    """An argument of a call."""
    call = site.statement
    if not isinstance(call, ir.Call) or not 0 <= position < min(len(call.arguments), len(call.spans)):
        return None
    place = program.place(site.function.unit, call.spans[position])
    match call.arguments[position]:
        case ir.SizeOf(operand=operand):
            return Argument(place, f"sizeof({operand})")
        case ir.Const(value, name):
            return Argument(place, name or str(value))
    return Argument(place, "")


def origin(program: Program, oracle: Oracle, story: Story, target: str) -> Declared | Allocated | None:
    """Where an object got the garbage that is in it at the end of a story: a declaration, or an allocation.

    Copies are followed to what was copied. None where something else, or nothing in sight, put it there.
    """
    for event in reversed(story.events[:-1]):
        site = event.site
        if site is None:
            continue
        if event.kind is StepKind.DECLARE and isinstance(site.statement, ir.Declare):
            if program.resolve(site.function, site.statement.root) == target:
                return _declared(program, event, target)
        elif event.kind is StepKind.FILL and not event.what:
            copied = _copied(program, oracle, site)
            if copied is None:
                return None
            if copied[0] == target:
                target = copied[1]
    return _allocated(program, target) if target.startswith(_HEAP) else None


def _declared(program: Program, event: Event, target: str) -> Declared | None:
    variable = program.variables[target]
    if not variable.size:  # an array of variable length takes no initialiser
        return None
    return Declared(program.place(event.function.unit, event.span), variable.name)


def _copied(program: Program, oracle: Oracle, site: Site) -> tuple[str, str] | None:
    """The variables between which a statement copies; None where it is no copy, or through a pointer."""
    statement = site.statement
    if isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Load):
        into, source = statement.target, statement.value.location
    elif isinstance(statement, ir.Call):
        effects = effects_of(program, site.function, statement, oracle)
        if effects is None or effects.copies is None or max(effects.copies) >= len(statement.arguments):
            return None
        ends = [statement.arguments[position] for position in effects.copies]
        if not (isinstance(ends[0], ir.Address) and isinstance(ends[1], ir.Address)):
            return None
        into, source = ends[0].location, ends[1].location
    else:
        return None
    if any(isinstance(step, ir.Deref) for step in (*into.path, *source.path)):
        return None
    return program.resolve(site.function, into.root), program.resolve(site.function, source.root)


def _allocated(program: Program, name: str) -> Allocated | None:
    """The allocation that a heap block is named after, if its type tells that it is made for one object."""
    function, block, index = map(int, name.removeprefix(_HEAP).partition("@")[0].split("."))
    site = program.site(program.functions[function], block, index)
    call = site.statement
    if not isinstance(call, ir.Call) or call.result is None or not call.spans:
        return None
    if not spelling.is_record(spelling.pointee(program.type_of(site.function, call.result))):
        return None
    unit = site.function.unit
    return Allocated(program.place(unit, call.span), callee_name(call), program.place(unit, call.spans[0]))


def result(program: Program, site: Site) -> str:
    """What the result of a call is assigned to, as it is written in C; empty if that is not plain."""
    call = site.statement
    if not isinstance(call, ir.Call) or call.result is None:
        return ""
    return expression(program, site.function, call.result)


def is_tested_next(site: Site) -> bool:
    """Whether the block of a call ends in a branch on its result, with no other call between."""
    call, block = site.statement, site.function.ir.blocks[site.block]
    if not isinstance(call, ir.Call) or call.result is None or not isinstance(block.terminator, ir.Branch):
        return False
    between = block.statements[site.index + 1 :]
    return not any(isinstance(statement, ir.Call) for statement in between) and _reads(
        block.terminator.condition, call.result
    )


def _reads(value: ir.Value, location: ir.Location) -> bool:
    if isinstance(value, ir.Unary):
        return _reads(value.operand, location)
    if isinstance(value, ir.Binary):
        return _reads(value.left, location) or _reads(value.right, location)
    return isinstance(value, ir.Load) and (value.location.root, value.location.path) == (
        location.root,
        location.path,
    )


def way_out(function: Function) -> str:
    """The statement by which a function leaves when something failed; empty where it has none of its own.

    That is what most of its returns give that are no success: a negative constant, else another that is
    not zero; NULL of a pointer. `main` returns 1 where nothing else is seen.
    """
    type_ = spelling.bare(function.ir.result)
    if type_ == "void":
        return "return;"
    if type_.endswith("*"):
        return "return NULL;"
    ends = (block.terminator for block in function.ir.blocks)
    given = [end.value for end in ends if isinstance(end, ir.Return) and isinstance(end.value, ir.Const)]
    failures = [value for value in given if value.value < 0] or [value for value in given if value.value]
    if failures:
        value, _ = Counter(failures).most_common(1)[0]
        return f"return {value.name or value.value};"
    return "return 1;" if function.name == "main" else ""
