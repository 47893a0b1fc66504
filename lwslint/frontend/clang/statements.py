"""Statements of a function body: the control-flow graph."""

from __future__ import annotations

from collections.abc import Callable as Function

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.switches import Switches
from lwslint.frontend.clang.symbols import Symbols
from lwslint.frontend.clang.tree import Node


class Statements(Switches):
    """Lowers one function's body."""

    def __init__(self, symbols: Symbols, graph: Graph, name: str, here: ir.Span) -> None:
        super().__init__(symbols, graph, name, here)
        self._statements: dict[int, Function[[Node], None]] = {
            kinds.COMPOUND: self._compound,
            kinds.DECL_STMT: self._declarations,
            kinds.IF: self._if,
            kinds.WHILE: self._while,
            kinds.DO: self._do,
            kinds.FOR: self._for,
            kinds.SWITCH: self._switch,
            kinds.CASE: self._labelled,
            kinds.DEFAULT: self._labelled,
            kinds.LABEL: self._labelled,
            kinds.GOTO: self._goto,
            kinds.INDIRECT_GOTO: self._indirect_goto,
            kinds.BREAK: self._break,
            kinds.CONTINUE: self._continue,
            kinds.RETURN: self._return,
            kinds.NULL_STMT: self._nothing,
            kinds.ASM: self._nothing,
            kinds.MS_ASM: self._nothing,
            kinds.UNEXPOSED_STMT: self._all,
        }

    def body(self, node: Node) -> None:
        """Lower the outermost compound statement; its variables live until the function returns."""
        self._open()
        for child in node.children:
            self.statement(child)
        self._close(None)
        self.graph.end(ir.Return(None, self.closing(node)))
        self._connect_gotos()
        self._connect_computed()

    def statement(self, node: Node) -> None:
        """Lower one statement."""
        lower = self._statements.get(node.kind)
        if lower is not None:
            lower(node)
        elif node.kind < kinds.FIRST_STATEMENT:
            self.effect(node)

    def _if(self, node: Node) -> None:
        after = self.graph.block()
        while True:
            if len(node.children) < 2:
                self._all(node)
                break
            condition, then_node, *rest = node.children
            then, other = self.graph.block(), self.graph.block()
            self.condition(condition, then, other)
            self.graph.go(then)
            self.statement(then_node)
            self.graph.end(ir.Jump(after))
            self.graph.go(other)
            if not rest:
                break
            if rest[0].kind != kinds.IF:
                self.statement(rest[0])
                break
            node = rest[0]
        self.graph.start(after)

    def _nothing(self, node: Node) -> None:
        pass
