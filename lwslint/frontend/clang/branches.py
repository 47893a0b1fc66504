"""Control flow in expressions: conditions, short circuit, `?:`."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.assignments import Assignments
from lwslint.frontend.clang.frame import UNKNOWN, unwrapped
from lwslint.frontend.clang.symbols import Callable
from lwslint.frontend.clang.tree import Node


class Branches(Assignments):
    """Lowers expressions that branch into blocks."""

    def condition(self, node: Node, then: int, other: int) -> None:
        """Branch on an expression and end the current block."""
        inner = node
        while inner.kind in (kinds.PAREN, kinds.UNEXPOSED_EXPR) and len(inner.children) == 1:
            if inner.children[0].kind == kinds.MEMBER_REF:
                break
            inner = inner.children[0]
        operator = self._operator(inner) if inner.kind in (kinds.BINARY, kinds.UNARY) else ""
        if operator == "!" and inner.children:
            self.condition(inner.children[0], other, then)
        elif operator in ("&&", "||") and len(inner.children) == 2:
            middle = self.graph.block()
            first = (middle, other) if operator == "&&" else (then, middle)
            self.condition(inner.children[0], *first)
            self.graph.go(middle)
            self.condition(inner.children[1], then, other)
        elif operator == "," and len(inner.children) == 2:
            self.effect(inner.children[0])
            self.condition(inner.children[1], then, other)
        elif (expected := self._expected(inner)) is not None:
            self.condition(expected, then, other)
        else:
            self.graph.end(ir.Branch(self.value(node), then, other, self.span(node)))

    def _expected(self, node: Node) -> Node | None:
        """The first argument of `__builtin_expect`."""
        if node.kind != kinds.CALL or len(node.children) != 3:
            return None
        callee = self._callee(node.children[0])
        return node.children[1] if callee is not None and callee.name == "__builtin_expect" else None

    def _callee(self, node: Node) -> Callable | None:
        inner = unwrapped(node)
        if inner.kind != kinds.DECL_REF:
            return None
        symbol = self.symbols.referenced(inner.cursor)
        return symbol if isinstance(symbol, Callable) else None

    def _logical(self, node: Node) -> ir.Value:
        result = self.temporary("int")
        then, other, after = (self.graph.block() for _ in range(3))
        span = self.span(node)
        self.condition(node, then, other)
        self.graph.go(then)
        self.assign(result, ir.Const(1), span)
        self.graph.end(ir.Jump(after))
        self.graph.go(other)
        self.assign(result, ir.Const(0), span)
        self.graph.start(after)
        return ir.Load(result)

    def _conditional(self, node: Node) -> ir.Value:
        if len(node.children) != 3:
            return self._other(node)
        info = self.types.value_of(node.cursor)
        if info.kind == kinds.TYPE_VOID:
            self._conditional_effect(node)
            return UNKNOWN
        if (constant := self._macro_constant(node)) is not None:
            return constant
        result = self.temporary(info.name)
        then, other, after = (self.graph.block() for _ in range(3))
        self.condition(node.children[0], then, other)
        for block, branch in ((then, node.children[1]), (other, node.children[2])):
            self.graph.go(block)
            self._store(result, branch)
            self.graph.end(ir.Jump(after))
        self.graph.go(after)
        return ir.Load(result)

    def _macro_constant(self, node: Node) -> ir.Const | None:
        """What a macro chooses for the program from constants, as LWS_PRE does."""
        macro = self.places.macro_name(node.cursor)
        value = self.symbols.evaluate(node.cursor) if macro else None
        return None if value is None else ir.Const(value, macro)

    def _conditional_effect(self, node: Node) -> None:
        then, other, after = (self.graph.block() for _ in range(3))
        self.condition(node.children[0], then, other)
        for block, branch in ((then, node.children[1]), (other, node.children[2])):
            self.graph.go(block)
            self.effect(branch)
            self.graph.end(ir.Jump(after))
        self.graph.go(after)

    def _elvis(self, node: Node) -> ir.Value:
        """`a ?: b`: clang repeats `a` as condition and as result; only the first and the last count."""
        result = self.temporary(self.types.value_of(node.cursor).name)
        first, last = node.children[0], node.children[-1]
        other, after = self.graph.block(), self.graph.block()
        self._store(result, first)
        self.graph.end(ir.Branch(ir.Load(result), after, other, self.span(first)))
        self.graph.go(other)
        self._store(result, last)
        self.graph.start(after)
        return ir.Load(result)
