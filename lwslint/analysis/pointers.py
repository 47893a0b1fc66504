"""Which functions a function pointer may hold: flow-insensitive and field-based.

Every location is known by its class (see `Program.classify`); a class holds the functions that are
assigned to it anywhere, by initialiser, assignment, argument or copy.
"""

from __future__ import annotations

from collections import deque

from lwslint import ir
from lwslint.analysis import bounds, spelling
from lwslint.analysis.program import Function, LocationClass, Program


class FunctionPointers:
    """The targets of each class of locations, to a fixpoint over copies."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._targets: dict[LocationClass, dict[int, None]] = {}
        self._copies: dict[LocationClass, set[LocationClass]] = {}
        self._collect()
        self._propagate()

    def of(self, found: LocationClass) -> tuple[Function, ...]:
        """The functions that locations of this class may hold, at most `bounds.FUNCTIONS_PER_POINTER`."""
        indexes = sorted(self._targets.get(found, ()))
        return tuple(self._program.functions[index] for index in indexes[: bounds.FUNCTIONS_PER_POINTER])

    def callees(self, function: Function, call: ir.Call) -> tuple[Function, ...]:
        """The functions with a body that a call may enter."""
        if isinstance(call.callee, ir.FunctionRef):
            found = self._program.callee(function.unit, call.callee.name)
            return (found,) if found else ()
        if isinstance(call.callee, ir.Load):
            location = call.callee.location
            return self.of(self._program.classify(function, location.root, location.path))
        return ()

    def members(self, records: frozenset[str], member: str) -> tuple[Function, ...]:
        """The functions that stand in that member of any of these records."""
        found: dict[int, None] = {}
        for record in sorted(records):
            found.update(dict.fromkeys(function.index for function in self.of(("f", record, member))))
        return tuple(self._program.functions[index] for index in sorted(found))

    def named(self, member: str) -> tuple[Function, ...]:
        """The functions that stand in a member of that name in any record."""
        found = {
            index
            for known, held in self._targets.items()
            if known[0] == "f" and known[2] == member
            for index in held
        }
        return tuple(self._program.functions[index] for index in sorted(found))

    def _hold(self, found: LocationClass, function: Function) -> None:
        self._targets.setdefault(found, {})[function.index] = None

    def _collect(self) -> None:
        program = self._program
        for index, unit in program.units.items():
            for item in unit.globals:
                for assign in item.initialiser:
                    for target in program.targets(index, assign.value):
                        self._hold(program.classify_global(index, assign.target), target)
        pending_calls = []
        for site in program.sites():
            statement = site.statement
            if isinstance(statement, ir.Assign):
                self._assign(site.function, statement.target, statement.value)
            elif isinstance(statement, ir.Call):
                pending_calls.append((site.function, statement))
        for function, call in pending_calls:
            if isinstance(call.callee, ir.FunctionRef):
                for callee in self.callees(function, call):
                    self._arguments(function, call, callee)
        self._propagate()
        for function, call in pending_calls:
            if not isinstance(call.callee, ir.FunctionRef):
                for callee in self.callees(function, call):
                    self._arguments(function, call, callee)

    def _assign(self, function: Function, target: ir.Location, value: ir.Value) -> None:
        where = self._program.classify(function, target.root, target.path)
        for callee in self._program.targets(function.unit, value):
            self._hold(where, callee)
        if isinstance(value, ir.Load):
            self._copy(function, value, where)

    def _copy(self, function: Function, value: ir.Load, where: LocationClass) -> None:
        type_ = self._program.type_of(function, value.location)
        if spelling.is_function_pointer(type_) or type_ in ("void *", ""):
            source = self._program.classify(function, value.location.root, value.location.path)
            if source != where:
                self._copies.setdefault(source, set()).add(where)

    def _arguments(self, function: Function, call: ir.Call, callee: Function) -> None:
        for parameter, argument in zip(callee.parameters, call.arguments, strict=False):
            where: LocationClass = ("v", parameter)
            for target in self._program.targets(function.unit, argument):
                self._hold(where, target)
            if isinstance(argument, ir.Load):
                self._copy(function, argument, where)

    def _propagate(self) -> None:
        pending = deque(sorted(self._copies))
        while pending:
            source = pending.popleft()
            held = self._targets.get(source)
            if not held:
                continue
            for where in sorted(self._copies[source]):
                known = self._targets.setdefault(where, {})
                before = len(known)
                known.update(held)
                if len(known) != before and where in self._copies:
                    pending.append(where)


def named_functions(
    program: Program, function: Function, value: ir.Value, pointers: FunctionPointers
) -> tuple[Function, ...]:
    """The functions with a body that a value may be the address of."""
    direct = tuple(program.targets(function.unit, value))
    if direct or not isinstance(value, ir.Load):
        return direct
    location = value.location
    return pointers.of(program.classify(function, location.root, location.path))
