"""Where a heap block can be zeroed: right before the first statement that fills it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from lwslint import ir
from lwslint.analysis.flow import successors
from lwslint.analysis.program import Program, Site
from lwslint.model.place import Place

_Point: TypeAlias = tuple[int, int]
"""A block, and the number of a statement in it; that of its terminator is the number of its statements."""


class FirstFill(NamedTuple):
    """The first statement that fills what a pointer points at; `pointer` is the name of that variable."""

    place: Place
    pointer: str


def first_fill(program: Program, create: Site, argument: ir.Value, fills: Sequence[Site]) -> FirstFill | None:
    """The first statement that fills what a create reads, if what it reads can be zeroed before it.

    `fills` are the statements that are known to fill it. It can if the create is handed a variable of its
    function that nobody else can write, all fills are in that function, and the first comes before all
    others, the create and each call that gets the pointer, after the variable was set, and not again before
    it is set again.
    """
    function = create.function
    if not isinstance(argument, ir.Load) or argument.location.path:
        return None
    root = argument.location.root
    variable = program.variables.get(program.resolve(function, root))
    if variable is None or variable.static or not variable.name.isidentifier():
        return None
    if any(fill.function is not function or not _fills(fill.statement, root) for fill in fills):
        return None
    statements = _statements(function.ir)
    if any(_hands_out(statement, root) for statement in statements.values()):
        return None
    setters = {point for point, statement in statements.items() if _sets(statement, root)}
    ways = _Ways(function.ir)
    goal = (create.block, create.index)
    points = [point for point, statement in statements.items() if _fills(statement, root)]
    later = [point for point, one in statements.items() if _passes(one, root) and not _sets(one, root)]
    first = next(
        (one for one in points if all(ways.before(one, other) for other in (*points, *later, goal))), None
    )
    if first is None or not any(ways.before(setter, first) for setter in setters):
        return None
    if first in ways.behind(first, setters) or any(
        setter in ways.behind(first) and goal in ways.behind(setter, {first}) for setter in setters
    ):
        return None
    return FirstFill(program.place(function.unit, statements[first].span), variable.name)


def _fills(statement: ir.Statement, root: str) -> bool:
    """Whether a statement sets a member of what a variable points at."""
    return (
        isinstance(statement, ir.Assign)
        and statement.target.root == root
        and statement.target.path[:1] == (ir.Deref(0),)
        and len(statement.target.path) > 1
    )


def _statements(function: ir.Function) -> dict[_Point, ir.Statement]:
    return {
        (number, index): statement
        for number, block in enumerate(function.blocks)
        for index, statement in enumerate(block.statements)
    }


def _sets(statement: ir.Statement, root: str) -> bool:
    """Whether a statement sets the variable itself."""
    target = (
        statement.target
        if isinstance(statement, ir.Assign)
        else statement.result
        if isinstance(statement, ir.Call)
        else None
    )
    return target is not None and target.root == root and not target.path


def _passes(statement: ir.Statement, root: str) -> bool:
    """Whether a statement hands on where a variable points at."""
    return any(
        isinstance(value, ir.Load | ir.Address) and value.location.root == root
        for value in _values(statement)
    )


def _hands_out(statement: ir.Statement, root: str) -> bool:
    """Whether a statement takes the address of the variable itself."""
    return any(
        isinstance(value, ir.Address) and value.location.root == root and not value.location.path
        for value in _values(statement)
    )


def _values(statement: ir.Statement) -> Sequence[ir.Value]:
    """What a statement assigns or passes."""
    if isinstance(statement, ir.Assign):
        return (statement.value,)
    return statement.arguments if isinstance(statement, ir.Call) else ()


class _Ways:
    """Which statements of a function can come after which."""

    def __init__(self, function: ir.Function) -> None:
        self._blocks = function.blocks
        self._behind: dict[tuple[_Point, frozenset[_Point]], set[_Point]] = {}

    def before(self, one: _Point, other: _Point) -> bool:
        """Whether each way from the entry to `other` goes through `one` (which may be it)."""
        return one == other or other not in self._reach([(0, 0)], frozenset({one}))

    def behind(self, point: _Point, avoided: Iterable[_Point] = ()) -> set[_Point]:
        """What can come after a statement on ways that do not go through those avoided, these included."""
        key = point, frozenset(avoided)
        if key not in self._behind:
            self._behind[key] = self._reach(list(self._next(point)), key[1])
        return self._behind[key]

    def _reach(self, pending: list[_Point], avoided: frozenset[_Point]) -> set[_Point]:
        seen: set[_Point] = set()
        while pending:
            point = pending.pop()
            if point not in seen:
                seen.add(point)
                if point not in avoided:
                    pending.extend(self._next(point))
        return seen

    def _next(self, point: _Point) -> Iterator[_Point]:
        block, index = point
        if index < len(self._blocks[block].statements):
            yield block, index + 1
        else:
            for successor in successors(self._blocks[block].terminator):
                yield successor, 0
