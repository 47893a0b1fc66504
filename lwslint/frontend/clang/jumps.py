"""Jumps: `break`, `continue`, `goto`, `return`, and the labels that they lead to."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.declarations import Declarations
from lwslint.frontend.clang.symbols import Symbols
from lwslint.frontend.clang.tree import Node


class Exit:
    """Where `break` and `continue` lead, and how many scopes stay open there."""

    __slots__ = ("depth", "target")

    def __init__(self, target: int, depth: int) -> None:
        self.target = target
        self.depth = depth


class _Goto:
    """A `goto` whose label is not yet known: its block, its span, and the scopes open at it."""

    __slots__ = ("block", "label", "scopes", "span")

    def __init__(self, block: int, label: str, span: ir.Span, scopes: tuple[int, ...]) -> None:
        self.block = block
        self.label = label
        self.span = span
        self.scopes = scopes


class Jumps(Declarations):
    """Lowers jumps, each ending the scopes that it leaves."""

    def __init__(self, symbols: Symbols, graph: Graph, name: str, here: ir.Span) -> None:
        super().__init__(symbols, graph, name, here)
        self._breaks: list[Exit] = []
        self._continues: list[Exit] = []
        self._labels: dict[str, tuple[int, tuple[int, ...]]] = {}
        self._gotos: list[_Goto] = []
        self._indirect: list[tuple[int, ir.Span]] = []

    def _break(self, node: Node) -> None:
        self._jump(node, self._breaks)

    def _continue(self, node: Node) -> None:
        self._jump(node, self._continues)

    def _jump(self, node: Node, exits: list[Exit]) -> None:
        if not exits:
            return
        span = self.span(node)
        self._leave(exits[-1].depth, span)
        self.graph.end(ir.Jump(exits[-1].target, span))

    def _goto(self, node: Node) -> None:
        label = self.symbols.name(node.children[0].cursor) if node.children else ""
        self._gotos.append(_Goto(self.graph.current, label, self.span(node), tuple(self._scope_ids)))
        self.graph.end(ir.Unreachable())

    def _connect_gotos(self) -> None:
        """Lead each `goto` to its label, ending the scopes that it leaves."""
        for goto in self._gotos:
            if goto.label not in self._labels:
                continue
            target, open_there = self._labels[goto.label]
            left = [identity for identity in reversed(goto.scopes) if identity not in open_there]
            roots = tuple(root for identity in left for root in self._scope_roots[identity])
            if roots:
                self.graph.emit_in(goto.block, ir.EndScope(roots, goto.span))
            self.graph.end_block(goto.block, ir.Jump(target, goto.span))

    def _connect_computed(self) -> None:
        """Lead the computed gotos to all labels: by one switch for all of them."""
        targets = [block for block, _ in self._labels.values()]
        if not targets or not self._indirect:
            return
        (switch, span), *others = self._indirect
        if others:
            switch = self.graph.block()
        for block, from_ in self._indirect if others else ():
            self.graph.end_block(block, ir.Jump(switch, from_))
        cases = tuple(ir.Case(at, at, target, "", span) for at, target in enumerate(targets))
        self.graph.end_block(switch, ir.Switch(ir.Unknown(), cases, targets[-1], span))

    def _indirect_goto(self, node: Node) -> None:
        """A computed goto may lead to any label: a switch over an unknown value says so."""
        for child in node.children:
            self.effect(child)
        self._indirect.append((self.graph.current, self.span(node)))
        self.graph.end(ir.Unreachable())

    def _return(self, node: Node) -> None:
        value = self.value(node.children[0]) if node.children else None
        if node.children and self.types.of(node.children[0].cursor).kind == kinds.TYPE_VOID:
            value = None
        self.graph.end(ir.Return(value, self.span(node)))
