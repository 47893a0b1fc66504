"""What callbacks make of a reason: whether they tell it apart, hand it on, or pass it over."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from lwslint import ir
from lwslint.analysis import bounds, walk
from lwslint.analysis.clusters import effects_of
from lwslint.analysis.program import Function
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.roles import reason_parameter

DEFAULT_HANDLER = "lws_callback_http_dummy"


class Heed(enum.IntEnum):
    """What becomes of a reason in a callback; where several things do, the greatest counts."""

    NONE = 0
    DEFAULT = 1  # it goes to the library's own default handler
    UNKNOWN = 2  # it goes where nobody can follow it
    TOLD = 3  # the callback tells it apart from others


def heed(program: Explored, function: Function, reason: str) -> Heed:
    """What a callback makes of the reason of that name (`LWS_CALLBACK_CLOSED`)."""
    number = program.roles.number(reason)
    if number is None:
        known = program.knowledge.reason(reason)
        number = known.value if known is not None else None
    position = reason_parameter(function)
    if number is None or position >= len(function.ir.parameters):
        return Heed.UNKNOWN
    return _Reading(program, number).of(function, position)


class _Reading:
    """Follows one reason through a callback and the functions that it is handed to."""

    def __init__(self, program: Explored, reason: int) -> None:
        self._program = program
        self._reason = reason
        self._seen: set[tuple[int, int]] = set()

    def of(self, function: Function, position: int) -> Heed:
        """What becomes of the reason in a function that gets it as that parameter."""
        if (function.index, position) in self._seen or len(self._seen) > bounds.FUNCTIONS_PER_POINTER:
            return Heed.NONE
        self._seen.add((function.index, position))
        copies = _copies(function, function.ir.parameters[position].root)
        pending, reached, found = [0], {0}, Heed.NONE
        while pending and found is not Heed.TOLD:
            block = function.ir.blocks[pending.pop()]
            for statement in block.statements:
                found = max(found, self._statement(function, statement, copies))
            told, ways = self._terminator(block.terminator, copies)
            found = max(found, told)
            for way in ways:
                if way not in reached:
                    reached.add(way)
                    pending.append(way)
        return found

    def _statement(self, function: Function, statement: ir.Statement, copies: frozenset[str]) -> Heed:
        if isinstance(statement, ir.Call):
            return self._call(function, statement, copies)
        if isinstance(statement, ir.Assign) and _mentions(statement, copies):
            return Heed.NONE if statement.target.root in copies else Heed.UNKNOWN
        return Heed.NONE

    def _call(self, function: Function, call: ir.Call, copies: frozenset[str]) -> Heed:
        callees = self._program.pointers.callees(function, call)
        handed = [
            position
            for position, argument in enumerate(call.arguments)
            if any(location.root in copies for location in walk.named(argument))
        ]
        if not isinstance(call.callee, ir.FunctionRef) and not handed:
            return Heed.UNKNOWN  # which function it is may be looked up by the reason
        if callees:
            each = (
                self.of(callee, position)
                for callee in callees
                for position in handed
                if position < len(callee.parameters)
            )
            return max(each, default=Heed.NONE)
        if not handed:
            return Heed.NONE
        if isinstance(call.callee, ir.FunctionRef) and call.callee.name == DEFAULT_HANDLER:
            return Heed.DEFAULT
        effects = effects_of(self._program.linked, function, call, self._program.oracle)
        return Heed.NONE if effects is not None and effects.pure else Heed.UNKNOWN

    def _terminator(self, terminator: ir.Terminator, copies: frozenset[str]) -> tuple[Heed, tuple[int, ...]]:
        """What a branch makes of the reason, and where it goes on."""
        if isinstance(terminator, ir.Switch):
            if not _mentions(terminator, copies):
                return Heed.NONE, (*(case.target for case in terminator.cases), terminator.default)
            if not isinstance(terminator.value, ir.Load):
                return Heed.UNKNOWN, ()
            named = any(case.low <= self._reason <= case.high for case in terminator.cases)
            return (Heed.TOLD, ()) if named else (Heed.NONE, (terminator.default,))
        if isinstance(terminator, ir.Branch):
            if not _mentions(terminator, copies):
                return Heed.NONE, (terminator.then, terminator.other)
            return self._branch(terminator)
        return Heed.NONE, (terminator.target,) if isinstance(terminator, ir.Jump) else ()

    def _branch(self, branch: ir.Branch) -> tuple[Heed, tuple[int, ...]]:
        condition, negated = branch.condition, False
        while isinstance(condition, ir.Unary) and condition.operator == "!":
            condition, negated = condition.operand, not negated
        if not isinstance(condition, ir.Binary) or condition.operator not in ("==", "!="):
            return Heed.UNKNOWN, ()
        constant = next(
            (one.value for one in (condition.left, condition.right) if isinstance(one, ir.Const)), None
        )
        if constant is None or not any(isinstance(one, ir.Load) for one in (condition.left, condition.right)):
            return Heed.UNKNOWN, ()
        if constant == self._reason:
            return Heed.TOLD, ()
        equal = (condition.operator == "==") != negated
        return Heed.NONE, (branch.other if equal else branch.then,)


def _mentions(statement: ir.Statement | ir.Terminator, copies: frozenset[str]) -> bool:
    return any(location.root in copies for value in walk.values(statement) for location in walk.named(value))


def _copies(function: Function, root: str) -> frozenset[str]:
    """The local variables that hold nothing but the reason: the parameter, and its plain copies."""
    held = {root}
    writers: dict[str, list[ir.Value | None]] = {}
    for target, value in _writes(function):
        writers.setdefault(target, []).append(value)
    changed = True
    while changed:
        changed = False
        for target, values in writers.items():
            plain = all(
                isinstance(value, ir.Load) and value.location.root in held and not value.location.path
                for value in values
            )
            if plain and target not in held and target.startswith("%"):
                held.add(target)
                changed = True
    return frozenset(held)


def _writes(function: Function) -> Iterator[tuple[str, ir.Value | None]]:
    for block in function.ir.blocks:
        for statement in block.statements:
            if isinstance(statement, ir.Assign) and not statement.target.path:
                yield statement.target.root, statement.value
            elif isinstance(statement, ir.Call) and statement.result is not None:
                yield statement.result.root, None
