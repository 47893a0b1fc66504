"""Clusters: the creation info objects, contexts and creates that have to do with each other.

Two locations belong together when a pointer to creation info, creation info itself or a context
flows from one to the other, or when a create reads the one and its result goes to the other. The
classes of locations (`Program.classify`) are joined by union-find; a component with a create in it
is a cluster, and each is explored by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling
from lwslint.analysis.pointers import FunctionPointers
from lwslint.analysis.program import Function, LocationClass, Program, Site
from lwslint.lws.effects import Effects

Oracle = Callable[[str], Effects | None]


def effects_of(program: Program, function: Function, call: ir.Call, oracle: Oracle) -> Effects | None:
    """What is known of a callee without a body; None if it has one, or nothing is known."""
    if not isinstance(call.callee, ir.FunctionRef) or program.callee(function.unit, call.callee.name):
        return None
    return oracle(call.callee.name)


def worked_on(call: ir.Call, effects: Effects) -> tuple[int, ...]:
    """The arguments that a function works on; all, if it is one that nothing is said of."""
    if effects == Effects():
        return tuple(range(len(call.arguments)))
    return tuple(dict.fromkeys((*effects.needs, *effects.uses)))


class Subject(NamedTuple):
    """What clusters are about: objects of a `record` that some calls read, and the types of their results."""

    record: str
    results: frozenset[str]

    def position(self, effects: Effects) -> int | None:
        """The argument of a function that reads such an object and makes a result; None if it does not."""
        if self.record == spelling.CREATION_INFO:
            return effects.info if effects.creates == "context" else None
        return effects.info if effects.connects else None


CONTEXTS = Subject(spelling.CREATION_INFO, spelling.CONTEXTS)
CONNECTIONS = Subject(spelling.CONNECT_INFO, frozenset())


class Cluster:
    """Creates that share an object or a context, and every class of locations that holds one of these.

    In a cluster about connections the creates are the calls that connect. `claimed` are the classes of all
    clusters of the subject.
    """

    def __init__(
        self,
        subject: Subject,
        creates: tuple[Site, ...],
        classes: frozenset[LocationClass],
        claimed: frozenset[LocationClass],
    ) -> None:
        self.subject = subject
        self.creates = creates
        self.classes = classes
        self.claimed = claimed


class Clusters:
    """The clusters of one program, in the order of their first create."""

    def __init__(
        self, program: Program, pointers: FunctionPointers, oracle: Oracle, subject: Subject
    ) -> None:
        self._program = program
        self._subject = subject
        self._pointers = pointers
        self._oracle = oracle
        self._leader: dict[LocationClass, LocationClass] = {}
        self._creates: list[tuple[Site, LocationClass]] = []
        for site in program.sites():
            if isinstance(site.statement, ir.Assign):
                self._join_assignment(site.function, site.statement)
            elif isinstance(site.statement, ir.Call):
                self._join_call(site, site.statement)
        for function in program.functions:
            self._join_returns(function)

    def __iter__(self) -> Iterator[Cluster]:
        groups: dict[LocationClass, list[Site]] = {}
        for site, found in self._creates:
            groups.setdefault(self._find(found), []).append(site)
        members: dict[LocationClass, set[LocationClass]] = {}
        for known in self._leader:
            members.setdefault(self._find(known), set()).add(known)
        claimed = frozenset(found for leader in groups for found in members[leader])
        for leader, creates in groups.items():
            yield Cluster(self._subject, tuple(creates), frozenset(members[leader]), claimed)

    def _find(self, found: LocationClass) -> LocationClass:
        self._leader.setdefault(found, found)
        while self._leader[found] != found:
            self._leader[found] = self._leader[self._leader[found]]
            found = self._leader[found]
        return found

    def _join(self, one: LocationClass | None, other: LocationClass | None) -> None:
        if one is not None and other is not None:
            first, second = sorted((self._find(one), self._find(other)))
            self._leader[second] = first

    def holder(self, function: Function, value: ir.Value) -> LocationClass | None:
        """The class that a tracked value is known by: of the object itself, or of a pointer to it."""
        if isinstance(value, ir.Address | ir.Load):
            return holder_of(self._program, function, value.location, self._subject.record)
        return None

    def _join_assignment(self, function: Function, assign: ir.Assign) -> None:
        if self._tracked(self._program.type_of(function, assign.target)) or self._is_tracked_value(
            function, assign.value
        ):
            into = holder_of(self._program, function, assign.target, self._subject.record)
            self._join(into, self.holder(function, assign.value))

    def _is_tracked_value(self, function: Function, value: ir.Value) -> bool:
        """Whether something tracked goes where its type is not seen: into a `void *`."""
        return isinstance(value, ir.Address | ir.Load) and self._tracked(
            self._program.value_type(function, value)
        )

    def _tracked(self, type_: str) -> bool:
        for _ in range(3):
            if not type_:
                return False
            if spelling.bare(type_) == self._subject.record or spelling.bare(type_) in self._subject.results:
                return True
            type_ = spelling.pointee(type_) or spelling.element(type_)
        return False

    def _join_call(self, site: Site, call: ir.Call) -> None:
        function = site.function
        record = self._subject.record
        result = holder_of(self._program, function, call.result, record) if call.result else None
        effects = effects_of(self._program, function, call, self._oracle)
        if effects is not None:
            position = self._subject.position(effects)
            if position is not None and position < len(call.arguments):
                anchor: LocationClass = ("create", *map(str, site.key))
                self._creates.append((site, anchor))
                self._join(anchor, self.holder(function, call.arguments[position]))
                if self._subject.results:
                    self._join(anchor, result)
            elif effects.copies is not None and max(effects.copies) < len(call.arguments):
                into, source = (call.arguments[index] for index in effects.copies)
                if self._tracked(self._program.value_type(function, into)):
                    self._join(self.holder(function, into), self.holder(function, source))
            return
        for callee in self._pointers.callees(function, call):
            for key, parameter, argument in zip(
                callee.parameters, callee.ir.parameters, call.arguments, strict=False
            ):
                if self._tracked(parameter.type) or self._is_tracked_value(function, argument):
                    self._join(("v", key), self.holder(function, argument))
            if call.result is not None and self._tracked(callee.ir.result):
                self._join(("result", str(callee.index)), result)

    def _join_returns(self, function: Function) -> None:
        if self._tracked(function.ir.result):
            for block in function.ir.blocks:
                if isinstance(block.terminator, ir.Return) and block.terminator.value is not None:
                    self._join(("result", str(function.index)), self.holder(function, block.terminator.value))


def holder_of(program: Program, function: Function, location: ir.Location, record: str) -> LocationClass:
    """The class that an object of type `record` (or what else is tracked) at a location is known by.

    For `info`, `app.info` and `*p` these are the variable, the member and the pointer `p`; fields of
    the object itself are cut off.
    """
    path = location.path
    variable = program.variables.get(program.resolve(function, location.root))
    type_ = variable.type if variable else ""
    for index, step in enumerate(path):
        if spelling.bare(type_) == record:
            path = path[:index]
            break
        type_ = program.step_type(type_, step)
    while path and not isinstance(path[-1], ir.Field):
        path = path[:-1]
    return program.classify(function, location.root, path)
