"""What locations and values mean in a state, and what a branch teaches about it."""

from __future__ import annotations

from collections.abc import Callable

from lwslint import ir
from lwslint.analysis import bounds
from lwslint.analysis.domain import (
    ANY_OTHER,
    NEGATIVE,
    STAND_IN,
    Callable_,
    Cell,
    Context,
    Mark,
    Marked,
    NoContext,
    Pointer,
    Range,
    Sort,
    State,
    String,
    Value,
    truth,
)
from lwslint.analysis.objects import Objects
from lwslint.analysis.program import Function, Program

UNKNOWN = Marked(Sort.UNKNOWN)

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_BITS = 64
_TAINTS = (Sort.HISTORY, Sort.WIDENED)


class Evaluator:
    """Reads one program's locations and values in a state.

    `checkers` are the functions that have found out, on some path, that a create failed.
    """

    def __init__(self, program: Program, objects: Objects) -> None:
        self._program = program
        self._objects = objects
        self.checkers: set[int] = set()

    def cell(self, state: State, function: Function, location: ir.Location) -> Cell | None:
        """The memory cell that a location names in this state; None where it cannot be told."""
        program = self._program
        found = Cell(program.resolve(function, location.root))
        variable = program.variables.get(found.object)
        type_ = variable.type if variable else ""
        for step in location.path:
            following = program.step_type(type_, step)
            if isinstance(step, ir.Field):
                found = Cell(found.object, (*found.path, step.name))
            elif isinstance(step, ir.Index):
                found = Cell(found.object, (*found.path, "*" if step.at is None else step.at))
            else:
                pointed = self._follow(state, found, step.at, following)
                if pointed is None:
                    return None
                found = pointed
            if len(found.path) > bounds.PATH_DEPTH:
                return None
            type_ = following
        return found

    def _follow(self, state: State, pointer: Cell, offset: int | None, type_: str) -> Cell | None:
        value = state.read(pointer).value
        if not isinstance(value, Pointer):
            state.exact &= value is not Sort.WIDENED
            return self._objects.stand_in(state, type_)
        target = value.cell
        if offset == 0:
            return target
        if target.path and isinstance(target.path[-1], int):
            last = target.path[-1] + offset if offset is not None else "*"
            return Cell(target.object, (*target.path[:-1], last))
        return target if target.path and target.path[-1] == "*" else None

    def value(self, state: State, function: Function, value: ir.Value) -> Marked:
        """What a value is in this state."""
        if isinstance(value, ir.Const):
            return Marked(value.value)
        if isinstance(value, ir.Load):
            cell = self.cell(state, function, value.location)
            found = self._read(state, cell) if cell is not None else UNKNOWN
            if state.told and found.value in (Sort.UNKNOWN, Sort.HISTORY):
                return self._told(state, function, value.location) or found
            return found
        if isinstance(value, ir.Address):
            cell = self.cell(state, function, value.location)
            return Marked(Pointer(cell) if cell is not None else Sort.NONZERO)
        if isinstance(value, ir.SizeOf):
            return Marked(value.value)
        if isinstance(value, ir.Text):
            return Marked(String(value.text))
        if isinstance(value, ir.FunctionRef):
            callee = self._program.callee(function.unit, value.name)
            return Marked(Callable_(callee.index) if callee else Sort.NONZERO)
        if isinstance(value, ir.Container):
            return self._container(state, function, value)
        if isinstance(value, ir.Unary):
            return _unary(value.operator, self.value(state, function, value.operand))
        if isinstance(value, ir.Binary):
            left, right = self.value(state, function, value.left), self.value(state, function, value.right)
            return _binary(value.operator, left, right)
        if isinstance(value, ir.Zero):
            return Marked(0)
        return UNKNOWN

    def _told(self, state: State, function: Function, location: ir.Location) -> Marked | None:
        """What was put last where the object cannot be told: such a context does not come or go by itself."""
        found = self._program.classify(function, location.root, location.path)
        there = dict(state.told).get(found)
        return None if there is None else Marked(Sort.NONZERO if there else 0)

    def _read(self, state: State, cell: Cell) -> Marked:
        """What stands in a cell. Of a cell that nobody tracks, what was written since is not known."""
        return state.read(cell) if self._objects.tracked(cell) else UNKNOWN

    def _container(self, state: State, function: Function, value: ir.Container) -> Marked:
        inner = self.value(state, function, value.pointer)
        if isinstance(inner.value, Pointer):
            cell = inner.value.cell
            if cell.path and cell.path[-1] == value.member:
                return Marked(Pointer(Cell(cell.object, cell.path[:-1])), inner.mark)
        stand_in = self._objects.stand_in(state, value.type)
        return Marked(Pointer(stand_in) if stand_in is not None else Sort.NONZERO, inner.mark)

    def assume(self, state: State, function: Function, condition: ir.Value, wanted: bool) -> Mark | None:
        """Go on where a condition holds (or does not), learning what that tells of the state.

        Returns the mark of what the condition tests; None if the way cannot be taken.
        """
        if isinstance(condition, ir.Unary) and condition.operator == "!":
            return self.assume(state, function, condition.operand, not wanted)
        if isinstance(condition, ir.Binary) and condition.operator in _COMPARE:
            operator = condition.operator if wanted else _NEGATED[condition.operator]
            return self._assume_comparison(state, function, operator, condition.left, condition.right)
        found = self.value(state, function, condition)
        known = truth(found.value)
        if known is not None:
            if known is wanted:
                self._note_check(state, function, found.value)
            return found.mark if known is wanted else None
        depend_on(state, found.value)
        if isinstance(condition, ir.Load):
            self._learn(state, function, condition.location, Sort.NONZERO if wanted else 0, found.mark)
        return found.mark

    def _assume_comparison(
        self, state: State, function: Function, operator: str, left: ir.Value, right: ir.Value
    ) -> Mark | None:
        one, other = self.value(state, function, left), self.value(state, function, right)
        if isinstance(one.value, int) and not isinstance(other.value, int):
            return self._assume_comparison(state, function, _MIRRORED[operator], right, left)
        mark = max(one.mark, other.mark)
        known = compare(operator, one.value, other.value)
        if known is not None:
            if known:
                self._note_check(state, function, one.value)
            return mark if known else None
        depend_on(state, one.value)
        depend_on(state, other.value)
        if isinstance(left, ir.Load):
            learnt = _learnt(operator, one.value, other.value)
            if learnt is not None:
                self._learn(state, function, left.location, learnt, one.mark)
        return mark

    def _note_check(self, state: State, function: Function, value: Value) -> None:
        """A branch has found out that a create failed: whoever returns from here has been told."""
        if isinstance(value, NoContext) and value.checked != function.index:
            self.checkers.add(function.index)
            for cell, marked in state.memory.items():
                if marked.value == value:
                    state.memory[cell] = Marked(value._replace(checked=function.index), marked.mark)

    def _learn(
        self, state: State, function: Function, location: ir.Location, value: Value, mark: Mark
    ) -> None:
        cell = self.cell(state, function, location)
        single = cell is not None and "*" not in cell.path and not cell.object.startswith(STAND_IN)
        if cell is not None and single and self._objects.tracked(cell):
            if isinstance(state.read(cell).value, Range) and value is Sort.NONZERO:
                value = _learnt("!=", state.read(cell).value, 0) or state.read(cell).value
            state.write(cell, self._objects.distinct(cell, value), mark)


def depend_on(state: State, value: Value) -> None:
    """What happens from here on depends on a value that is not known."""
    state.guessed |= value is Sort.HISTORY
    state.exact &= value is not Sort.WIDENED


def compare(operator: str, one: Value, other: Value) -> bool | None:
    """Whether a comparison holds; None where that is not known."""
    if isinstance(one, int) and isinstance(other, int):
        return _COMPARE[operator](one, other)
    if isinstance(other, int):
        if isinstance(one, Range):
            return _compare_range(operator, one, other)
        known = truth(one)
        if other == 0 and known is not None and operator in ("==", "!="):
            return (operator == "!=") is known
        return None
    if one == other and not isinstance(one, Sort):
        return operator in ("==", "<=", ">=")
    named = (Pointer, Callable_, Context)
    if isinstance(one, named) and isinstance(other, named) and operator in ("==", "!="):
        return operator == "!="
    return None


def _compare_range(operator: str, one: Range, other: int) -> bool | None:
    below = one.high is not None and one.high < other
    above = one.low is not None and one.low > other
    at_most = one.high is not None and one.high <= other
    at_least = one.low is not None and one.low >= other
    if operator in ("==", "!="):
        return (operator == "!=") if below or above else None
    if operator == "<":
        return True if below else False if at_least else None
    if operator == "<=":
        return True if at_most else False if above else None
    if operator == ">":
        return True if above else False if at_most else None
    return True if at_least else False if below else None


def _learnt(operator: str, known: Value, other: Value) -> Value | None:
    """What a value is known to be once a comparison holds; None if that teaches nothing."""
    if operator == "==":
        return None if isinstance(other, Sort | Range) else other
    if not isinstance(other, int) or known in (Sort.NONZERO, Sort.GARBAGE, Sort.DEAD):
        return None
    span = known if isinstance(known, Range) else Range(None, None)
    if operator == "!=":
        if span.low == other:
            return _bounded(other + 1, span.high)
        if span.high == other:
            return _bounded(span.low, other - 1)
        return Sort.NONZERO if other == 0 and span == Range(None, None) else None
    if operator in (">", ">="):
        low = other + 1 if operator == ">" else other
        return _bounded(low if span.low is None else max(low, span.low), span.high)
    high = other - 1 if operator == "<" else other
    return _bounded(span.low, high if span.high is None else min(high, span.high))


def _bounded(low: int | None, high: int | None) -> Value:
    return low if low is not None and low == high else Range(low, high)


def _unary(operator: str, operand: Marked) -> Marked:
    if operator == "!":
        known = truth(operand.value)
        return Marked(Sort.UNKNOWN if known is None else int(not known), operand.mark)
    if operand.value in _TAINTS:
        return operand
    if isinstance(operand.value, int):
        return Marked(-operand.value if operator == "-" else ~operand.value, operand.mark)
    return Marked(
        Sort.NONZERO if operator == "-" and operand.value is Sort.NONZERO else Sort.UNKNOWN, operand.mark
    )


def _binary(operator: str, left: Marked, right: Marked) -> Marked:
    mark = max(left.mark, right.mark)
    for taint in _TAINTS:
        if taint in (left.value, right.value):
            return Marked(taint, mark)
    if operator in _COMPARE:
        known = compare(operator, left.value, right.value)
        return Marked(Sort.UNKNOWN if known is None else int(known), mark)
    if ANY_OTHER in (left.value, right.value):
        counts = operator in ("+", "|") and all(isinstance(s.value, int) and s.value for s in (left, right))
        return Marked(Sort.NONZERO if counts else Sort.UNKNOWN, mark)
    if isinstance(left.value, int) and isinstance(right.value, int) and operator in _ARITHMETIC:
        return Marked(_arithmetic(operator, left.value, right.value), mark)
    if (
        operator == "+"
        and isinstance(left.value, Range)
        and isinstance(right.value, int)
        and right.value >= 0
    ):
        low = left.value.low
        raised = None if low is None else min(low + right.value, bounds.COUNTER + 1)
        return Marked(Sort.UNKNOWN if raised is None else Range(raised, None), mark)
    if operator == "-" and left.value == NEGATIVE and isinstance(right.value, int) and right.value >= 0:
        return Marked(NEGATIVE, mark)
    if operator == "+" and isinstance(left.value, Pointer) and isinstance(right.value, int):
        return Marked(_shift(left.value, right.value), mark)
    if operator == "|" and any(isinstance(side.value, int) and side.value for side in (left, right)):
        return Marked(Sort.NONZERO, mark)
    return Marked(Sort.UNKNOWN, mark)


def combine(operator: str, left: Marked, right: Marked) -> Marked:
    """The value of an arithmetic, bit or comparison operator."""
    return _binary(operator, left, right)


def _arithmetic(operator: str, left: int, right: int) -> Value:
    """The result; of a counter that went past `bounds.COUNTER`, or below -1, no more than that is known."""
    result = _ARITHMETIC[operator](left, right)
    if operator == "-" and result < -1:
        return NEGATIVE
    if operator in "+-" and abs(result) > bounds.COUNTER:
        return Range(bounds.COUNTER + 1, None) if result > 0 and operator == "+" else Sort.UNKNOWN
    return result if result.bit_length() < _BITS else Sort.UNKNOWN


def _shift(pointer: Pointer, offset: int) -> Value:
    path = pointer.cell.path
    if offset == 0:
        return pointer
    if path and isinstance(path[-1], int) and 0 <= path[-1] + offset <= bounds.COUNTER:
        return Pointer(Cell(pointer.cell.object, (*path[:-1], path[-1] + offset)))
    return Sort.NONZERO
