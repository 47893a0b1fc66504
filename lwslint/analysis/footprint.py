"""Footprints: which objects a function of a slice may touch, itself or through what it calls.

What a call cannot touch need not be carried through it: the rest of the state is a *frame* that stays
with the caller and is put back afterwards (O'Hearn, Reynolds, Yang: "Local Reasoning about Programs that
Alter Data Structures", CSL 2001). So a function is explored once for all states that differ in their
frames alone, and a callback that changes nothing under a reason is not entered for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from lwslint import ir
from lwslint.analysis import bounds, spelling, walk
from lwslint.analysis.clusters import effects_of
from lwslint.analysis.domain import Pointer, State
from lwslint.analysis.flow import successors
from lwslint.analysis.objects import Objects
from lwslint.analysis.program import Function, Program, Site
from lwslint.analysis.slice import FunctionSlice, Slice
from lwslint.lws.effects import Effects

Bound: TypeAlias = tuple[tuple[str, int], ...]
"""Parameters with a known value, by their roots in the function."""

_OPAQUE = frozenset({"", "void", "char", "unsigned char"})


class Footprint(NamedTuple):
    """Objects by name, and those reached through pointers to `types`; `everything` where that cannot be told.

    `writes` is False for what leaves nothing behind that anybody else could see.
    """

    objects: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    everything: bool = False
    writes: bool = False

    def join(self, other: Footprint) -> Footprint:
        """What either may touch."""
        if self == other:
            return self
        everything = self.everything or other.everything
        return Footprint(
            frozenset() if everything else self.objects | other.objects,
            frozenset() if everything else self.types | other.types,
            everything,
            self.writes or other.writes,
        )


_NOTHING = Footprint()
_EVERYTHING = Footprint(everything=True, writes=True)


class Footprints:
    """The footprints of the functions of one slice."""

    def __init__(self, program: Program, slice_: Slice, objects: Objects) -> None:
        self._program = program
        self._slice = slice_
        self._objects = objects
        self._bound: dict[tuple[int, Bound], Footprint | None] = {}
        self._whole = self._fixpoint()
        self._world: Footprint | None = None

    def of(self, function: Function, bound: Bound = ()) -> Footprint:
        """Of a function of the slice, `bound` parameters having just these values."""
        if not bound or self._is_written(function, bound):
            return self._whole.get(function.index, _EVERYTHING)
        key = (function.index, bound)
        if key not in self._bound:
            self._bound[key] = None  # recursion ends at the footprint of the whole function
            self._bound[key] = self._of_bound(function, bound)
        return self._bound[key] or self._whole.get(function.index, _EVERYTHING)

    def of_world(self, callbacks: Iterable[Function]) -> Footprint:
        """Of everything that may run by itself."""
        if self._world is None:
            own = {function.index for function in callbacks} | set(self._slice.index.handed)
            found = _NOTHING
            for index in sorted(own & set(self._slice.functions)):
                found = found.join(self._whole[index])
            self._world = found
        return self._world

    def frame(self, footprint: Footprint, state: State, arguments: Iterable[object]) -> frozenset[str]:
        """The objects of a state that something with that footprint and these arguments cannot reach."""
        if footprint.everything:
            return frozenset()
        known = {cell.object for cell in state.memory} | {cell.object for cell in state.base}
        reached = set(footprint.objects)
        for type_ in footprint.types:
            reached.update(self._objects.holding(type_))
        pending = [value.cell.object for value in arguments if isinstance(value, Pointer)]
        pointers: dict[str, list[str]] = {}
        for cell, marked in state.memory.items():
            if isinstance(marked.value, Pointer):
                pointers.setdefault(cell.object, []).append(marked.value.cell.object)
        pending.extend(reached & pointers.keys())
        while pending:
            name = pending.pop()
            reached.add(name)
            pending.extend(other for other in pointers.pop(name, ()) if other not in reached)
        return frozenset(known - reached)

    # How they are found

    def _fixpoint(self) -> dict[int, Footprint]:
        functions = self._slice.functions
        found = {index: self._local(own, own.flow.reachable) for index, own in functions.items()}
        callers: dict[int, set[int]] = {}
        for index, own in functions.items():
            for site in self._calls(own, own.flow.reachable):
                for callee in self._callees(site):
                    callers.setdefault(callee, set()).add(index)
        pending = sorted(found)
        while pending:
            index = pending.pop()
            passed = self._outside(index, found[index])
            for caller in sorted(callers.get(index, ())):
                joined = found[caller].join(passed)
                if joined != found[caller]:
                    found[caller] = joined
                    pending.append(caller)
        return found

    def _of_bound(self, function: Function, bound: Bound) -> Footprint:
        own = self._slice.functions[function.index]
        blocks = _reachable(own, dict(bound))
        found = self._local(own, blocks)
        for site in self._calls(own, blocks):
            for callee in self._callees(site):
                target = self._program.functions[callee]
                below = self.of(target, _handed_on(site, target, dict(bound)))
                found = found.join(self._outside(callee, below))
        return found

    def _outside(self, index: int, footprint: Footprint) -> Footprint:
        """What a function touches, without its own variables that nobody else can know of.

        No caller's state has them, and a chain of calls would heap them up.
        """
        own, exposed = f"!{index}", self._slice.index.exposed
        outside = {name for name in footprint.objects if not name.endswith(own) or name in exposed}
        if len(outside) > bounds.OBJECTS_PER_FOOTPRINT:
            return Footprint(everything=True, writes=footprint.writes)
        return footprint._replace(objects=frozenset(outside))

    def _is_written(self, function: Function, bound: Bound) -> bool:
        """Whether a parameter may change in the function: then its value on entry says little."""
        names = {name for name, _ in bound}
        if any(f"{name}!{function.index}" in self._slice.index.exposed for name in names):
            return True
        return any(
            target is not None and not target.path and target.root in names
            for block in function.ir.blocks
            for target in map(walk.target, block.statements)
        )

    def _calls(self, own: FunctionSlice, blocks: Iterable[int]) -> Iterable[Site]:
        for number in sorted(blocks):
            for index in own.statements.get(number, ()):
                if isinstance(own.function.ir.blocks[number].statements[index], ir.Call):
                    yield self._program.site(own.function, number, index)

    def _callees(self, site: Site) -> list[int]:
        callees = self._slice.index.callees.get(site.key, ())
        return [callee.index for callee in callees if callee.index in self._slice.functions]

    def _local(self, own: FunctionSlice, blocks: Iterable[int]) -> Footprint:
        function = own.function
        found = Footprint(frozenset(function.parameters))
        for number in blocks:
            block = function.ir.blocks[number]
            for index in own.statements.get(number, ()):
                found = found.join(self._of_statement(function, block.statements[index], number, index))
            if number in own.branches or isinstance(block.terminator, ir.Return):
                found = found.join(self._of_values(function, block.terminator))
        if spelling.is_record(function.ir.result):
            found = found.join(Footprint(frozenset({f"result:{function.index}"}), writes=True))
        return found

    def _of_statement(self, function: Function, statement: ir.Statement, block: int, index: int) -> Footprint:
        if isinstance(statement, ir.Declare):
            return Footprint(frozenset({self._program.resolve(function, statement.root)}))
        found = self._of_values(function, statement)
        target = walk.target(statement)
        if target is not None:
            found = found.join(self._of_location(function, target))
            found = found._replace(writes=found.writes or self._is_seen(function, target))
        if isinstance(statement, ir.Call):
            site = self._program.site(function, block, index)
            if not self._slice.index.callees.get(site.key):
                found = found.join(self._of_library(site, statement))
        return found

    def _is_seen(self, function: Function, target: ir.Location) -> bool:
        """Whether anybody else can see what is written there."""
        key = self._program.resolve(function, target.root)
        variable = self._program.variables.get(key)
        own = target.root.startswith("%") and (variable is None or variable.owner == function.index)
        through_pointer = any(isinstance(step, ir.Deref) for step in target.path)
        return not own or through_pointer or key in self._slice.index.exposed

    def _of_values(self, function: Function, statement: ir.Statement | ir.Terminator) -> Footprint:
        found = _NOTHING
        for value in walk.values(statement):
            for part in walk.parts(value):
                if isinstance(part, ir.Load | ir.Address):
                    found = found.join(self._of_location(function, part.location))
                elif isinstance(part, ir.Container):
                    found = found.join(self._through(spelling.bare(part.type)))
        return found

    def _of_location(self, function: Function, location: ir.Location) -> Footprint:
        key = self._program.resolve(function, location.root)
        found = Footprint(frozenset({key}))
        variable = self._program.variables.get(key)
        type_ = variable.type if variable else ""
        for step in location.path:
            type_ = self._program.step_type(type_, step)
            if isinstance(step, ir.Deref):
                found = found.join(self._through(spelling.bare(type_)))
        return found

    def _through(self, type_: str) -> Footprint:
        """What a pointer to that type may lead to, if nothing is known of its value."""
        return Footprint(types=frozenset({type_})) if spelling.is_record(type_) else _NOTHING

    def _of_library(self, site: Site, call: ir.Call) -> Footprint:
        """Calls that make, end or run something see everything; others what they are handed."""
        effects = effects_of(self._program, site.function, call, self._slice.index.oracle)
        if effects is None or _reaches_far(effects):
            return _EVERYTHING
        found = Footprint(writes=True)
        if effects.allocates:
            found = found.join(Footprint(frozenset({"heap:" + ".".join(map(str, site.key))})))
        for argument in call.arguments:
            type_ = spelling.pointee(self._program.value_type(site.function, argument))
            if spelling.bare(type_) in _OPAQUE and isinstance(argument, ir.Load):
                continue  # followed by value, as an argument that is a pointer
            found = found.join(self._through(spelling.bare(type_)))
        return found


def _reaches_far(effects: Effects) -> bool:
    return bool(
        effects.creates
        or effects.runs_loop
        or effects.yields
        or effects.joins
        or effects.destroys is not None
        or effects.frees is not None
        or effects.reallocates is not None
        or effects.reasons
        or any(deferral.reason is not None for deferral in effects.defers)
    )


def _reachable(own: FunctionSlice, bound: Mapping[str, int]) -> set[int]:
    """The blocks that can be reached where these parameters have these values."""
    seen = {0}
    pending = [0]
    while pending:
        number = pending.pop()
        if number in own.flow.ends:
            continue
        for target in _ways(own.function.ir.blocks[number].terminator, bound):
            if target not in seen and target in own.flow.reachable:
                seen.add(target)
                pending.append(target)
    return seen


def _ways(terminator: ir.Terminator, bound: Mapping[str, int]) -> tuple[int, ...]:
    if isinstance(terminator, ir.Switch):
        value = _known(terminator.value, bound)
        if value is not None:
            return (
                next(
                    (case.target for case in terminator.cases if case.low <= value <= case.high),
                    terminator.default,
                ),
            )
    elif isinstance(terminator, ir.Branch):
        condition = terminator.condition
        if isinstance(condition, ir.Binary) and condition.operator in ("==", "!="):
            left, right = _known(condition.left, bound), _known(condition.right, bound)
            if left is not None and right is not None:
                holds = (left == right) == (condition.operator == "==")
                return (terminator.then if holds else terminator.other,)
    return successors(terminator)


def _known(value: ir.Value, bound: Mapping[str, int]) -> int | None:
    if isinstance(value, ir.Const):
        return value.value
    if isinstance(value, ir.Load) and not value.location.path:
        return bound.get(value.location.root)
    return None


def _handed_on(site: Site, callee: Function, bound: Mapping[str, int]) -> Bound:
    """The parameters of a callee that get a bound one of the caller's as it is."""
    call = site.statement
    assert isinstance(call, ir.Call)
    return tuple(
        (parameter.root, value)
        for parameter, argument in zip(callee.ir.parameters, call.arguments, strict=False)
        if isinstance(argument, ir.Load) and (value := _known(argument, bound)) is not None
    )
