"""Switches and labels."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.jumps import Exit
from lwslint.frontend.clang.loops import Loops
from lwslint.frontend.clang.symbols import Symbols
from lwslint.frontend.clang.tree import Node


class _Cases:
    """The labels of a switch while its body is lowered."""

    __slots__ = ("cases", "default")

    def __init__(self) -> None:
        self.cases: list[ir.Case] = []
        self.default: int | None = None


class Switches(Loops):
    """Lowers `switch`, `case` and `default`, and labels."""

    def __init__(self, symbols: Symbols, graph: Graph, name: str, here: ir.Span) -> None:
        super().__init__(symbols, graph, name, here)
        self._switches: list[_Cases] = []

    def _switch(self, node: Node) -> None:
        if len(node.children) < 2:
            self._all(node)
            return
        scrutinee, inside = node.children[-2:]
        value = self.value(scrutinee)
        head, after = self.graph.current, self.graph.block()
        self.graph.end(ir.Unreachable())
        cases = _Cases()
        self._switches.append(cases)
        self._breaks.append(Exit(after, len(self._scopes)))
        self.statement(inside)
        self._breaks.pop()
        self._switches.pop()
        self.graph.start(after)
        default = after if cases.default is None else cases.default
        self.graph.end_block(head, ir.Switch(value, tuple(cases.cases), default, self.span(scrutinee)))

    def _labelled(self, node: Node) -> None:
        """A run of labels before one statement; clang nests them, so they are taken in a loop."""
        while node.kind in (kinds.CASE, kinds.DEFAULT, kinds.LABEL):
            self._mark(node)
            if not node.children:
                return
            node = node.children[-1]
        self.statement(node)

    def _mark(self, node: Node) -> None:
        block = self.graph.block()
        self.graph.start(block)
        if node.kind == kinds.LABEL:
            self._labels[self.symbols.name(node.cursor)] = block, tuple(self._scope_ids)
        elif self._switches and node.kind == kinds.DEFAULT:
            self._switches[-1].default = block
        elif self._switches:
            self._add_case(node, block)

    def _add_case(self, node: Node, block: int) -> None:
        bounds = [self._constant(child) for child in node.children[: max(1, len(node.children) - 1)]]
        low = bounds[0]
        high = bounds[1] if len(bounds) > 1 else low
        if low is None or high is None:
            self.symbols.broken("case label could not be read", self.span(node))
            return
        span = self._label_span(node)
        self._switches[-1].cases.append(ir.Case(low.value, high.value, block, low.name, span))

    def _constant(self, node: Node) -> ir.Const | None:
        value = self.value(node)
        if isinstance(value, ir.Const):
            return value
        known = self.symbols.evaluate(node.cursor)
        return None if known is None else ir.Const(known, self.places.macro_name(node.cursor))

    def _label_span(self, node: Node) -> ir.Span:
        """From `case` to the end of its constant; the label's own end would be that of all it labels."""
        start, constant = self.places.start(node.cursor), self.span(node.children[0])
        if start is None or start[0].index != constant.file:
            return constant
        line, column = start[0].place(start[1])
        if (constant.end_line, constant.end_column) < (line, column):
            return constant
        return ir.Span(constant.file, line, column, constant.end_line, constant.end_column, constant.body)
