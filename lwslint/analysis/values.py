"""What a value may be where it is used: constants, functions, and memory with the way into it.

Local variables are followed backwards over the control flow to the definitions that reach a statement,
parameters into the calls in sight, results into the functions that return them. Variables with static
storage and members are taken to hold what any statement of the program puts there (flow-insensitive, by
`Program.classify`). What cannot be told is an origin of `Source.UNKNOWN`, never left out.
"""

from __future__ import annotations

import enum
import operator as operators
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from lwslint import ir
from lwslint.analysis import bounds, spelling, walk
from lwslint.analysis.clusters import effects_of
from lwslint.analysis.index import Index
from lwslint.analysis.program import Function, LocationClass, Program, Site


class Source(enum.Enum):
    """What an origin is."""

    VARIABLE = "variable"  # the memory of the variable `key`
    BLOCK = "block"  # the heap block that the call `site` gives
    LITERAL = "literal"  # the string literal `key`
    PARAMETER = "parameter"  # what code out of sight gives for the parameter `key`, which is number `number`
    NUMBER = "number"  # the constant `number`; `key` is its name
    CODE = "code"  # the function `key`
    UNKNOWN = "unknown"


class Member(NamedTuple):
    """A step into memory: to a member of a record."""

    record: str
    name: str


class Skip(NamedTuple):
    """A step into memory: so many bytes further on; None where that is not constant."""

    bytes: int | None


Step: TypeAlias = Member | Skip


class Origin(NamedTuple):
    """One thing that a value may be: a source and, for memory, the steps from its beginning.

    `way` are the statements that handed it on, the first one first. `assumed` says that nothing shows that
    it is still this by the time it is used: it stands in memory that other statements write as well.
    """

    source: Source
    key: str = ""
    number: int = 0
    site: Site | None = None
    steps: tuple[Step, ...] = ()
    way: tuple[Site, ...] = ()
    assumed: bool = False

    @property
    def memory(self) -> bool:
        """Whether it is the address of memory that is known."""
        return self.source in (Source.VARIABLE, Source.BLOCK, Source.LITERAL)


UNKNOWN = Origin(Source.UNKNOWN)

_Frame: TypeAlias = "tuple[Site, _Frame] | None"
"""The call that led into a function, and the frame of its caller; None where any call may have."""


_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": operators.add,
    "-": operators.sub,
    "*": operators.mul,
    "|": operators.or_,
    "&": operators.and_,
}


class _Point(NamedTuple):
    """Right before a statement (or before the terminator, at the end of a block)."""

    function: Function
    block: int
    before: int
    frame: _Frame


class Values:
    """Answers for one program, each within `bounds.VALUE_STEPS` steps.

    `callbacks` are the functions that the library calls.
    """

    def __init__(self, program: Program, index: Index, callbacks: Iterable[Function], *, whole: bool) -> None:
        self._program = program
        self._index = index
        self._callbacks = {callback.index for callback in callbacks}
        self._whole = whole
        self._predecessors: dict[int, list[list[int]]] = {}
        self._lent: dict[int, frozenset[str]] = {}
        self._initialisers = self._collect_initialisers()
        self._pending: dict[tuple[object, ...], bool] = {}
        self._steps = 0
        self._nested = 0

    def of(self, site: Site, value: ir.Value) -> tuple[Origin, ...]:
        """What a value may be right before a statement; never empty."""
        self._steps = 0
        self._pending.clear()
        return self._distinct(self._value(_Point(site.function, site.block, site.index, None), value))

    def at_end(self, function: Function, block: int, value: ir.Value) -> tuple[Origin, ...]:
        """What a value may be at the end of a block."""
        self._steps = 0
        self._pending.clear()
        end = len(function.ir.blocks[block].statements)
        return self._distinct(self._value(_Point(function, block, end, None), value))

    def stored(self, site: Site) -> tuple[Origin, ...]:
        """What an assignment or a call with a result puts into its target; never empty."""
        self._steps = 0
        self._pending.clear()
        return self._distinct(self._stored(site, (), None))

    def object_at(self, site: Site, location: ir.Location) -> tuple[Origin, ...]:
        """The memory that a location may name right before a statement."""
        return self.of(site, ir.Address(location))

    def initial(self, unit: int, value: ir.Value) -> Origin:
        """What a value in the initialiser of something static in a unit is."""
        match value:
            case ir.Const(number, name):
                return Origin(Source.NUMBER, name, number)
            case ir.SizeOf(number):
                return Origin(Source.NUMBER, "", number)
            case ir.Text(text):
                return Origin(Source.LITERAL, text)
            case ir.FunctionRef(name):
                return Origin(Source.CODE, name)
            case ir.Zero():
                return Origin(Source.NUMBER)
            case ir.Address(location) if not any(isinstance(step, ir.Deref) for step in location.path):
                key = self._program.resolve_global(unit, location.root)
                variable = self._program.variables.get(key)
                if variable is not None:
                    return Origin(Source.VARIABLE, key, steps=self._into(variable.type, location.path))
        return UNKNOWN

    @staticmethod
    def _distinct(origins: Iterable[Origin]) -> tuple[Origin, ...]:
        found: dict[tuple[object, ...], Origin] = {}
        for origin in origins:
            found.setdefault(origin[:5], origin)
        return tuple(found.values()) or (UNKNOWN,)

    # Values

    def _value(self, point: _Point, value: ir.Value) -> tuple[Origin, ...]:
        self._steps += 1
        if self._steps > bounds.VALUE_STEPS or self._nested >= bounds.VALUE_DEPTH:
            return (UNKNOWN,)
        self._nested += 1
        try:
            return self._traced(point, value)
        finally:
            self._nested -= 1

    def _traced(self, point: _Point, value: ir.Value) -> tuple[Origin, ...]:
        match value:
            case ir.Const(number, name):
                return (Origin(Source.NUMBER, name, number),)
            case ir.SizeOf(number):
                return (Origin(Source.NUMBER, "", number),)
            case ir.Zero():
                return (Origin(Source.NUMBER),)
            case ir.Text(text):
                return (Origin(Source.LITERAL, text),)
            case ir.FunctionRef(name):
                return (Origin(Source.CODE, name),)
            case ir.Address(location):
                return self._address(point, location)
            case ir.Load(location):
                return self._load(point, location)
            case ir.Binary(operator, left, right):
                return self._computed(operator, self._value(point, left), self._value(point, right))
        return (UNKNOWN,)

    @staticmethod
    def _computed(operator: str, left: Sequence[Origin], right: Sequence[Origin]) -> tuple[Origin, ...]:
        found = []
        for one in left:
            for other in right:
                both = one.source is Source.NUMBER and other.source is Source.NUMBER
                if both and operator in _OPERATORS:
                    result = _OPERATORS[operator](one.number, other.number)
                    found.append(Origin(Source.NUMBER, "", result, way=(*one.way, *other.way)))
                else:
                    found.append(UNKNOWN)
        return tuple(found)

    def _address(self, point: _Point, location: ir.Location) -> tuple[Origin, ...]:
        follows = [at for at, step in enumerate(location.path) if isinstance(step, ir.Deref)]
        key = self._program.resolve(point.function, location.root)
        variable = self._program.variables.get(key)
        if not follows:
            if variable is None:  # a temporary
                return (UNKNOWN,)
            return (Origin(Source.VARIABLE, key, steps=self._into(variable.type, location.path)),)
        type_ = variable.type if variable is not None else ""
        last = follows[-1]
        pointed = self._program.path_type(type_, location.path[: last + 1]) or self._ending(location, last)
        pointer = ir.Location(location.root, location.path[:last])
        step = location.path[last]
        assert isinstance(step, ir.Deref)
        inside = (*self._skip(step.at, pointed), *self._into(pointed, location.path[last + 1 :]))
        return tuple(
            UNKNOWN
            if origin.source in (Source.NUMBER, Source.CODE)
            else origin._replace(steps=(*origin.steps, *inside))
            for origin in self._load(point, pointer)
        )

    @staticmethod
    def _ending(location: ir.Location, last: int) -> str:
        return location.type if last == len(location.path) - 1 else ""

    def _into(self, type_: str, path: Sequence[ir.Step]) -> tuple[Step, ...]:
        steps: list[Step] = []
        for step in path:
            if isinstance(step, ir.Field):
                steps.append(Member(spelling.bare(type_), step.name))
            type_ = self._program.step_type(type_, step)
            if isinstance(step, ir.Index):
                steps.extend(self._skip(step.at, type_))
        return tuple(steps)

    def _skip(self, count: int | None, type_: str) -> tuple[Step, ...]:
        if count == 0:
            return ()
        size = self._program.size_of(type_)
        return (Skip(count * size if count is not None and size else None),)

    # Loads

    def _load(self, point: _Point, location: ir.Location) -> tuple[Origin, ...]:
        if any(isinstance(step, ir.Deref) for step in location.path) or location.root.startswith("@"):
            return self._held(point.function, location)
        if location.root in self._lent_roots(point.function):
            return (UNKNOWN,)
        key = (
            "load",
            point.function.index,
            point.block,
            point.before,
            location.root,
            location.path,
            point.frame,
        )
        if key in self._pending:
            self._pending[key] = True
            return ()
        self._pending[key] = False
        found = [origin for each in self._reaching(point, location) for origin in each]
        if self._pending.pop(key):
            found += [o._replace(steps=(*o.steps, Skip(None)), assumed=True) for o in found if o.memory]
        return self._merged(found)

    @staticmethod
    def _merged(found: Iterable[Origin]) -> tuple[Origin, ...]:
        distinct = {origin[:5]: origin for origin in found}
        return tuple(distinct.values())[: bounds.ORIGINS_PER_VALUE]

    def _reaching(self, point: _Point, location: ir.Location) -> Iterator[tuple[Origin, ...]]:
        """The values of the definitions of a local location that reach a point."""
        blocks = point.function.ir.blocks
        pending = [(point.block, point.before)]
        seen: set[int] = set()
        while pending:
            block, index = pending.pop()
            for at in range(index - 1, -1, -1):
                site = self._program.site(point.function, block, at)
                defined, kills = self._definition(site, location, point.frame)
                if defined is not None:
                    yield defined
                if kills:
                    break
            else:
                if block == 0:
                    yield self._entering(point, location)
                for before in self._before(point.function)[block]:
                    if before not in seen:
                        seen.add(before)
                        pending.append((before, len(blocks[before].statements)))

    def _definition(
        self, site: Site, location: ir.Location, frame: _Frame
    ) -> tuple[tuple[Origin, ...] | None, bool]:
        """What a statement puts into a location, if anything; whether nothing older is left then."""
        statement = site.statement
        if isinstance(statement, ir.Declare):
            return None, statement.root == location.root
        target = walk.target(statement)
        if target is not None and target.root == location.root:
            rest = _beyond(target.path, location.path)
            if rest is not None:
                exact = ir.Index(None) not in target.path
                return self._told(site, self._stored(site, rest, frame)), exact
        if isinstance(statement, ir.Call) and any(
            isinstance(part, ir.Address)
            and part.location.root == location.root
            and _beyond(part.location.path, location.path) is not None
            for argument in statement.arguments
            for part in walk.parts(argument)
        ):
            return (UNKNOWN,), True
        return None, False

    def _stored(self, site: Site, rest: tuple[ir.Step, ...], frame: _Frame) -> tuple[Origin, ...]:
        statement, point = site.statement, _Point(site.function, site.block, site.index, frame)
        if isinstance(statement, ir.Call):
            return self._result(site, statement, frame) if not rest else (UNKNOWN,)
        assert isinstance(statement, ir.Assign)
        if not rest or isinstance(statement.value, ir.Zero):
            return self._value(point, statement.value)
        if isinstance(statement.value, ir.Load):
            source = statement.value.location
            return self._load(point, ir.Location(source.root, (*source.path, *rest)))
        return (UNKNOWN,)

    @staticmethod
    def _told(site: Site, origins: Iterable[Origin]) -> tuple[Origin, ...]:
        return tuple(
            origin._replace(way=(*origin.way[-bounds.STEPS_PER_WITNESS :], site)) for origin in origins
        )

    def _before(self, function: Function) -> list[list[int]]:
        known = self._predecessors.get(function.index)
        if known is None:
            flow = self._index.flow(function)
            known = self._predecessors[function.index] = [[] for _ in function.ir.blocks]
            for block in sorted(flow.reachable):
                for successor in flow.successors[block]:
                    known[successor].append(block)
        return known

    def _lent_roots(self, function: Function) -> frozenset[str]:
        """The local variables whose address is kept somewhere: anybody may write them at any time."""
        known = self._lent.get(function.index)
        if known is None:
            known = self._lent[function.index] = frozenset(
                part.location.root
                for block in function.ir.blocks
                for statement in block.statements
                if isinstance(statement, ir.Assign)
                for part in walk.parts(statement.value)
                if isinstance(part, ir.Address)
                and not any(isinstance(step, ir.Index | ir.Deref) for step in part.location.path)
                and part.location.root.startswith("%")
            )
        return known

    # Memory that many statements share

    def _held(self, function: Function, location: ir.Location) -> tuple[Origin, ...]:
        """What any statement of the program puts into locations that share memory with this one."""
        found = self._program.classify(function, location.root, location.path)
        if found[0] == "d" or not self._is_closed(found):
            return (UNKNOWN,)
        key = ("held", found)
        if key in self._pending:
            self._pending[key] = True
            return ()
        self._pending[key] = False
        origins = [
            origin._replace(assumed=True)
            for site in self._index.writers.get(found, ())
            for origin in self._told(site, self._stored(site, (), None))
        ]
        origins += [origin._replace(assumed=True) for origin in self._initialisers.get(found, ())]
        if found in self._index.addresses:
            origins.append(UNKNOWN)
        if self._pending.pop(key):
            origins += [o._replace(steps=(*o.steps, Skip(None))) for o in origins if o.memory]
        return self._merged(origins) or (UNKNOWN,)

    def _is_closed(self, found: LocationClass) -> bool:
        """Whether everybody who writes there is in sight."""
        if self._whole or found[0] != "v":
            return self._whole
        variable = self._program.variables.get(found[1])
        return variable is not None and variable.storage in (ir.Storage.STATIC, ir.Storage.LOCAL)

    def _collect_initialisers(self) -> dict[LocationClass, list[Origin]]:
        found: dict[LocationClass, list[Origin]] = {}
        for number, unit in self._program.units.items():
            for item in unit.globals:
                for assign in item.initialiser:
                    origin = self.initial(number, assign.value)
                    where = self._program.classify_global(number, assign.target)
                    found.setdefault(where, []).append(origin)
        return found

    # Calls

    def _entering(self, point: _Point, location: ir.Location) -> tuple[Origin, ...]:
        """What a location holds when its function is entered."""
        parameters = [parameter.root for parameter in point.function.ir.parameters]
        if location.root not in parameters:
            return ()
        if location.path:
            return (UNKNOWN,)
        number = parameters.index(location.root)
        if point.frame is not None:
            site, outer = point.frame
            return self._given(site, number, outer)
        origins = [
            origin
            for site in self._index.callers.get(point.function.index, ())
            for origin in self._told(site, self._given(site, number, None))
        ]
        if not origins or self._may_be_called_from_outside(point.function):
            origins.append(Origin(Source.PARAMETER, point.function.parameters[number], number))
        return tuple(origins)

    def _may_be_called_from_outside(self, function: Function) -> bool:
        if function.index in self._callbacks or self._index.handed.get(function.index):
            return True
        return not self._whole and not function.ir.static

    def _given(self, site: Site, number: int, frame: _Frame) -> tuple[Origin, ...]:
        call = site.statement
        assert isinstance(call, ir.Call)
        if number >= len(call.arguments):
            return (UNKNOWN,)
        return self._value(_Point(site.function, site.block, site.index, frame), call.arguments[number])

    @staticmethod
    def _depth(frame: _Frame) -> int:
        depth = 0
        while frame is not None:
            depth, frame = depth + 1, frame[1]
        return depth

    def _result(self, site: Site, call: ir.Call, frame: _Frame) -> tuple[Origin, ...]:
        """What a call gives back."""
        callees = self._index.callees.get(site.key, ())
        if callees:
            if self._depth(frame) >= bounds.CALL_DEPTH:
                return (UNKNOWN,)
            return tuple(origin for callee in callees for origin in self._returned(callee, (site, frame)))
        effects = effects_of(self._program, site.function, call, self._index.oracle)
        if effects is None:
            return (UNKNOWN,)
        if effects.allocates or effects.reallocates is not None:
            return (Origin(Source.BLOCK, "", site=site),)
        if effects.returns.startswith("argument:"):
            return self._given(site, int(effects.returns.removeprefix("argument:")), frame)
        return (UNKNOWN,)

    def _returned(self, callee: Function, frame: _Frame) -> Iterator[Origin]:
        for number in sorted(self._index.flow(callee).reachable):
            block = callee.ir.blocks[number]
            if isinstance(block.terminator, ir.Return) and block.terminator.value is not None:
                point = _Point(callee, number, len(block.statements), frame)
                yield from self._value(point, block.terminator.value)


def _beyond(whole: Sequence[ir.Step], part: Sequence[ir.Step]) -> tuple[ir.Step, ...] | None:
    """The steps from one place on to another in it; None if the other is not in it."""
    if len(whole) > len(part):
        return None
    for one, other in zip(whole, part, strict=False):
        if one != other and not (
            isinstance(one, ir.Index) and isinstance(other, ir.Index) and None in (one.at, other.at)
        ):
            return None
    return tuple(part[len(whole) :])
