"""Building a control-flow graph block by block."""

from __future__ import annotations

from lwslint import ir


class Graph:
    """The blocks of one function while they are made: statements go to the current block."""

    def __init__(self) -> None:
        self._statements: list[list[ir.Statement]] = [[]]
        self._terminators: list[ir.Terminator | None] = [None]
        self._current = 0

    @property
    def current(self) -> int:
        """The block that statements go to."""
        return self._current

    def emit(self, statement: ir.Statement) -> None:
        """Add a statement to the current block."""
        self._statements[self._current].append(statement)

    def emit_in(self, block: int, statement: ir.Statement) -> None:
        """Add a statement at the end of a block that is already ended."""
        self._statements[block].append(statement)

    def block(self) -> int:
        """A new, empty block."""
        self._statements.append([])
        self._terminators.append(None)
        return len(self._statements) - 1

    def end(self, terminator: ir.Terminator) -> None:
        """End the current block; what follows is unreachable until the next `start`."""
        self._terminators[self._current] = terminator
        self._current = self.block()

    def end_block(self, block: int, terminator: ir.Terminator) -> None:
        """Give a block that stands open its terminator."""
        self._terminators[block] = terminator

    def start(self, block: int) -> None:
        """Fall into `block` and go on there."""
        self._terminators[self._current] = ir.Jump(block)
        self._current = block

    def go(self, block: int) -> None:
        """Go on in `block`; the current block was ended."""
        self._terminators[self._current] = ir.Unreachable()
        self._current = block

    def finish(self) -> tuple[ir.Block, ...]:
        """The blocks that can be reached, empty ones short-cut; nothing leads back to the entry."""
        order: set[int] = set()
        pending = [0]
        while pending:
            at = pending.pop()
            if at in order:
                continue
            order.add(at)
            pending += [self._shortcut(target) for target in _targets(self._ended(at))]
        numbers = {old: new for new, old in enumerate(sorted(order))}
        return tuple(
            ir.Block(tuple(self._statements[old]), self._renumbered(self._ended(old), numbers))
            for old in numbers
        )

    def _ended(self, block: int) -> ir.Terminator:
        return self._terminators[block] or ir.Unreachable()

    def _shortcut(self, block: int) -> int:
        seen = {block}
        while not self._statements[block]:
            terminator = self._terminators[block]
            if not isinstance(terminator, ir.Jump) or terminator.span or terminator.target in seen:
                break
            block = terminator.target
            seen.add(block)
        return block

    def _renumbered(self, terminator: ir.Terminator, numbers: dict[int, int]) -> ir.Terminator:
        def number(block: int) -> int:
            return numbers[self._shortcut(block)]

        match terminator:
            case ir.Jump(target, span):
                return ir.Jump(number(target), span)
            case ir.Branch(condition, then, other, span):
                return ir.Branch(condition, number(then), number(other), span)
            case ir.Switch(value, cases, default, span):
                moved = tuple(ir.Case(c.low, c.high, number(c.target), c.name, c.span) for c in cases)
                return ir.Switch(value, moved, number(default), span)
        return terminator


def _targets(terminator: ir.Terminator) -> list[int]:
    match terminator:
        case ir.Jump(target):
            return [target]
        case ir.Branch(_, then, other):
            return [other, then]
        case ir.Switch(_, cases, default):
            return [default, *(case.target for case in cases)]
    return []
