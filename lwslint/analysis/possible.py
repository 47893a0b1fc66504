"""What a value may be, whichever way the program takes: flow-insensitive and field-based.

Where the exploration follows only what decides whether a create runs, this answers for everything else: the
numbers, strings and addresses that any statement of the program may have put where a value is read.
"""

from __future__ import annotations

from lwslint import ir
from lwslint.analysis import bounds, spelling
from lwslint.analysis.domain import Callable_, Cell, Marked, Pointer, Sort, String, Value
from lwslint.analysis.evaluate import combine
from lwslint.analysis.index import Index
from lwslint.analysis.program import Function, LocationClass, Site

UNKNOWN: frozenset[Value] = frozenset({Sort.UNKNOWN})
_ZERO: frozenset[Value] = frozenset({0})


class Possible:
    """The values that expressions of one program may have; `Sort.UNKNOWN` among them: others are possible."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._program = index.program
        self._held: dict[LocationClass, frozenset[Value]] = {}
        self._asked: set[LocationClass] = set()

    def of(self, function: Function, value: ir.Value) -> frozenset[Value]:
        """What `value` may be where it stands in `function`."""
        if isinstance(value, ir.Const | ir.SizeOf):
            return frozenset({value.value})
        if isinstance(value, ir.Text):
            return frozenset({String(value.text)})
        if isinstance(value, ir.Zero):
            return _ZERO
        if isinstance(value, ir.FunctionRef):
            callee = self._program.callee(function.unit, value.name)
            return frozenset({Callable_(callee.index) if callee else Sort.NONZERO})
        if isinstance(value, ir.Address):
            return frozenset({self._address(function, value.location)})
        if isinstance(value, ir.Load):
            return self._load(function, value.location)
        if isinstance(value, ir.Binary):
            left, right = self.of(function, value.left), self.of(function, value.right)
            return _capped(
                {
                    combine(value.operator, Marked(one), Marked(other)).value
                    for one in sorted(left, key=repr)
                    for other in sorted(right, key=repr)
                }
            )
        return UNKNOWN

    def written(self, site: Site) -> frozenset[Value]:
        """What a statement may put where it writes; of `|=` and `&=` only the bits that it may add."""
        statement = site.statement
        if not isinstance(statement, ir.Assign):
            return self._result(site)
        value = statement.value
        if statement.operator in ("|=", "&=") and isinstance(value, ir.Binary):
            return self.of(site.function, value.right) if statement.operator == "|=" else frozenset()
        return self.of(site.function, value) if statement.operator == "=" else UNKNOWN

    def _address(self, function: Function, location: ir.Location) -> Value:
        """The address of something; of an element, that of its array."""
        path: list[str | int] = []
        for step in location.path:
            if isinstance(step, ir.Field):
                path.append(step.name)
            elif isinstance(step, ir.Index):
                path.append("*" if step.at is None else step.at)
            else:
                return Sort.UNKNOWN
        return Pointer(Cell(self._program.resolve(function, location.root), tuple(path)))

    def _load(self, function: Function, location: ir.Location) -> frozenset[Value]:
        found = self._program.classify(function, location.root, location.path)
        known = self._held.get(found)
        if known is not None:
            return known
        if found in self._asked:
            return frozenset()
        if len(self._asked) >= bounds.CALL_DEPTH:
            return UNKNOWN
        self._asked.add(found)
        values = self._collect(found)
        self._asked.discard(found)
        if not self._asked:
            self._held[found] = values
        return values

    def _collect(self, found: LocationClass) -> frozenset[Value]:
        """All that is written to a class of locations; more is possible where others can write it."""
        values: set[Value] = set()
        for site in self._index.writers.get(found, ()):
            values |= self.written(site)
        if found[0] != "v":
            return _capped({*values, Sort.UNKNOWN})
        variable = self._program.variables.get(found[1])
        if variable is None or (variable.key in self._index.exposed and not spelling.element(variable.type)):
            return _capped({*values, Sort.UNKNOWN})
        if variable.static:
            shared = variable.storage is ir.Storage.EXTERNAL and self._program.entry is None
            if not variable.defined or (shared and not variable.const):
                values.add(Sort.UNKNOWN)
            values |= self._initial(variable.unit, variable.initialiser)
        elif variable.owner is not None:
            function = self._program.functions[variable.owner]
            if variable.key in function.parameters:
                values |= self._argument(function, function.parameters.index(variable.key))
        return _capped(values)

    def _initial(self, unit: int, initialiser: tuple[ir.Assign, ...]) -> frozenset[Value]:
        for assign in initialiser:
            value = assign.value
            if isinstance(value, ir.Zero):
                continue
            if assign.target.path:
                return UNKNOWN
            if isinstance(value, ir.Const | ir.SizeOf):
                return frozenset({value.value})
            if isinstance(value, ir.Text):
                return frozenset({String(value.text)})
            if isinstance(value, ir.Address) and not any(
                isinstance(step, ir.Deref) for step in value.location.path
            ):
                return frozenset({Pointer(Cell(self._program.resolve_global(unit, value.location.root)))})
            return UNKNOWN
        return _ZERO

    def _argument(self, function: Function, position: int) -> frozenset[Value]:
        """What callers hand to a parameter."""
        callers = self._index.callers.get(function.index, ())
        if not callers or self._index.handed.get(function.index) or self._index.is_callback(function):
            return UNKNOWN
        values: set[Value] = set()
        for caller in callers:
            call = caller.statement
            assert isinstance(call, ir.Call)
            if position >= len(call.arguments):
                return UNKNOWN
            values |= self.of(caller.function, call.arguments[position])
        if self._program.entry is None and not function.ir.static:
            values.add(Sort.UNKNOWN)
        return frozenset(values)

    def _result(self, site: Site) -> frozenset[Value]:
        """What a call may return."""
        callees = self._index.callees.get(site.key, ())
        values: set[Value] = set() if callees else {Sort.UNKNOWN}
        for callee in callees:
            for block in callee.ir.blocks:
                if isinstance(block.terminator, ir.Return) and block.terminator.value is not None:
                    values |= self.of(callee, block.terminator.value)
        return _capped(values)


def _capped(values: set[Value]) -> frozenset[Value]:
    """At most `bounds.POSSIBLE_VALUES`; where there are more, the first of them, and others."""
    if len(values) <= bounds.POSSIBLE_VALUES:
        return frozenset(values)
    return frozenset([*sorted(values - UNKNOWN, key=repr)[: bounds.POSSIBLE_VALUES - 1], Sort.UNKNOWN])
