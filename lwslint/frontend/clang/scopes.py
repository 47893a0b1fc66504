"""Scopes: which automatic variables live where, and what ends them."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.expressions import Expressions
from lwslint.frontend.clang.symbols import Symbols
from lwslint.frontend.clang.tree import Node


class Scopes(Expressions):
    """Lowers compound statements."""

    def __init__(self, symbols: Symbols, graph: Graph, name: str, here: ir.Span) -> None:
        super().__init__(symbols, graph, name, here)
        self._scopes: list[list[str]] = []
        self._scope_ids: list[int] = []
        self._scope_roots: dict[int, list[str]] = {}

    def statement(self, node: Node) -> None:
        """Lower one statement."""
        raise NotImplementedError

    def _all(self, node: Node) -> None:
        for child in node.children:
            self.statement(child)

    def _mark(self, node: Node) -> None:
        """Start the block of a label."""
        raise NotImplementedError

    def closing(self, node: Node) -> ir.Span:
        """The closing brace of a compound statement."""
        stretch = self.places.stretch(node.cursor)
        if stretch is None or stretch[0].index < 0:
            return self.here
        file, first, last, _ = stretch
        return self.places.span_at(file, max(first, last - 1), last)

    def _open(self) -> None:
        identity = len(self._scope_roots)
        roots: list[str] = []
        self._scopes.append(roots)
        self._scope_ids.append(identity)
        self._scope_roots[identity] = roots

    def _close(self, span: ir.Span | None) -> None:
        roots = self._scopes.pop()
        self._scope_ids.pop()
        if roots and span is not None:
            self.graph.emit(ir.EndScope(tuple(roots), span))

    def _leave(self, depth: int, span: ir.Span) -> None:
        """End the scopes above `depth`, for a jump out of them."""
        roots = [root for scope in reversed(self._scopes[depth:]) for root in scope]
        if roots:
            self.graph.emit(ir.EndScope(tuple(roots), span))

    def _compound(self, node: Node) -> None:
        self._open()
        for child in node.children:
            self.statement(child)
        self._close(self.closing(node) if self._scopes[-1] else None)

    def compound_value(self, node: Node) -> ir.Value:
        """The value of a statement expression: that of its last statement, kept beyond its scope."""
        self._open()
        value: ir.Value = ir.Unknown()
        for child in node.children[:-1]:
            self.statement(child)
        if node.children:
            last = node.children[-1]
            while last.kind == kinds.LABEL and last.children:
                self._mark(last)
                last = last.children[-1]
            if last.kind < kinds.FIRST_STATEMENT and self.types.of(last.cursor).kind != kinds.TYPE_VOID:
                value = self._kept(last)
            else:
                self.statement(last)
        self._close(self.closing(node) if self._scopes[-1] else None)
        return value

    def _kept(self, node: Node) -> ir.Value:
        value = self.value(node)
        if isinstance(value, ir.Const | ir.Text | ir.FunctionRef | ir.Unknown):
            return value
        held = self.temporary(self.types.value_of(node.cursor).name)
        self.assign(held, value, self.span(node))
        return ir.Load(held)
