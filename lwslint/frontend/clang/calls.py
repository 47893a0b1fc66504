"""Calls, and expressions of which nobody wants the value."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import builtins, kinds
from lwslint.frontend.clang.atomics import Atomics
from lwslint.frontend.clang.frame import UNKNOWN, unwrapped
from lwslint.frontend.clang.operators import STEPS
from lwslint.frontend.clang.symbols import Callable
from lwslint.frontend.clang.tree import Node


class Calls(Atomics):
    """Lowers calls and effects."""

    def effect(self, node: Node) -> None:
        """Emit what an expression does; nobody looks at its value."""
        kind = node.kind
        if kind == kinds.CALL:
            self.call(node, None, wanted=False)
        elif kind in (kinds.PAREN, kinds.UNEXPOSED_EXPR) and len(node.children) == 1:
            self.effect(node.children[0])
        elif kind == kinds.CAST and node.children:
            self._cast_effect(node)
        elif kind == kinds.CONDITIONAL and len(node.children) == 3:
            self._conditional_effect(node)
        elif kind == kinds.UNARY and node.children and (operator := self._operator(node)) in STEPS:
            self._step(node, operator, wanted=False)
        elif kind == kinds.BINARY and len(node.children) == 2:
            self._binary_effect(node)
        else:
            self.value(node)

    def _cast_effect(self, node: Node) -> None:
        inner = node.children[-1]
        call = unwrapped(inner)
        void = call.kind == kinds.CALL and self.types.of(node.cursor).kind == kinds.TYPE_VOID
        if void:
            self.call(call, None, wanted=False, void_cast=True)
        else:
            self.effect(inner)

    def _binary_effect(self, node: Node) -> None:
        left, right = node.children
        operator = self._operator(node)
        if operator == ",":
            self.effect(left)
            self.effect(right)
        elif operator in ("&&", "||"):
            second, after = self.graph.block(), self.graph.block()
            self.condition(left, *((second, after) if operator == "&&" else (after, second)))
            self.graph.go(second)
            self.effect(right)
            self.graph.start(after)
        else:
            self.value(node)

    def _call_value(self, node: Node) -> ir.Value:
        value = self.call(node, None)
        return UNKNOWN if value is None else value

    def call(
        self, node: Node, target: ir.Location | None, *, wanted: bool = True, void_cast: bool = False
    ) -> ir.Value | None:
        """Emit a call into `target` or a temporary; the value that the caller has still to use, if any."""
        if not node.children:
            return UNKNOWN
        callee = self._callee(node.children[0])
        operands = node.children[1:]
        name, kept = (
            builtins.normalised(callee.name, len(operands)) if callee else ("", list(range(len(operands))))
        )
        if name == "__builtin_expect" and operands:
            return self.value(operands[0])
        if name == "__builtin_constant_p":
            return ir.Const(0)
        if callee and (accessed := self._accessed(name, operands, node)) is not None:
            return accessed
        function = ir.FunctionRef(name) if callee else self.value(node.children[0])
        arguments = tuple(self.value(operands[at]) for at in kept)
        spans = tuple(self.span(operands[at]) for at in kept)
        result, value_left = self._result(node, callee, target, wanted)
        span = self.span(node, callee.name if callee else "")
        call = ir.Call(function, arguments, span, result, void_cast, spans)
        if callee or not self.dispatch(node.children[0], call):
            self.graph.emit(call)
        if callee and (not callee.returns or builtins.ends(name, callee.type.name, arguments)):
            self.graph.end(ir.Unreachable())
        return value_left

    def _result(
        self, node: Node, callee: Callable | None, target: ir.Location | None, wanted: bool
    ) -> tuple[ir.Location | None, ir.Value | None]:
        if target is not None:
            return target, None
        if not wanted:
            return None, None
        info = self.types.of(node.cursor)
        if info.kind == kinds.TYPE_VOID:
            return None, None
        result = self.temporary(info.name)
        return result, ir.Load(result)
