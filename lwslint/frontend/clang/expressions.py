"""Expressions: values, locations, conditions, effects."""

from __future__ import annotations

from collections.abc import Callable as Function

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.assignments import ASSIGNMENTS
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.calls import Calls
from lwslint.frontend.clang.frame import UNKNOWN
from lwslint.frontend.clang.symbols import Symbols
from lwslint.frontend.clang.tree import Node

MAX_DEPTH = 200
"""Expressions nested deeper than this are unknown values."""


class Expressions(Calls):
    """Lowers the expressions of one function (or one initialiser) into its graph."""

    def __init__(self, symbols: Symbols, graph: Graph, name: str, here: ir.Span) -> None:
        super().__init__(symbols, graph, name, here)
        self._depth = 0
        self._values: dict[int, Function[[Node], ir.Value]] = {
            kinds.DECL_REF: self._name,
            kinds.MEMBER: self._loaded,
            kinds.SUBSCRIPT: self._loaded,
            kinds.COMPOUND_LITERAL: self._loaded,
            kinds.UNEXPOSED_EXPR: self._unexposed,
            kinds.PAREN: self._inner,
            kinds.CAST: self._inner,
            kinds.CALL: self._call_value,
            kinds.INTEGER: self._literal,
            kinds.CHARACTER: self._literal,
            kinds.BOOL_LITERAL: self._literal,
            kinds.NULLPTR: self._null,
            kinds.STRING: self._string,
            kinds.UNARY: self._unary,
            kinds.BINARY: self._binary,
            kinds.COMPOUND_ASSIGN: self._assignment,
            kinds.CONDITIONAL: self._conditional,
            kinds.STATEMENT_EXPR: self._statement_expression,
            kinds.GENERIC: self._generic,
            kinds.SIZEOF: self._sizeof,
            kinds.INIT_LIST: self._scalar_list,
        }

    def value(self, node: Node) -> ir.Value:
        """The value of an expression; its effects are emitted."""
        lower = self._values.get(node.kind)
        if lower is None:
            return self._other(node)
        if self._depth >= MAX_DEPTH:
            self.symbols.broken("expression nested too deeply", self.span(node))
            return UNKNOWN
        self._depth += 1
        try:
            return lower(node)
        finally:
            self._depth -= 1

    def _inner(self, node: Node) -> ir.Value:
        return self.value(node.children[-1]) if node.children else UNKNOWN

    def _unexposed(self, node: Node) -> ir.Value:
        operands = node.children
        atomic = self._atomic(node)
        if atomic is not None:
            return atomic
        if len(operands) == 1 and operands[0].kind != kinds.MEMBER_REF:
            value = self.value(operands[0])
            return UNKNOWN if self._is_variadic_argument(node, value) else value
        if any(child.kind == kinds.MEMBER_REF for child in operands):
            offset = self.symbols.evaluate(node.cursor)
            return UNKNOWN if offset is None else ir.Const(offset)
        if len(operands) == 4:
            return self._elvis(node)
        if not operands:
            constant = self.symbols.evaluate(node.cursor)
            return UNKNOWN if constant is None else ir.Const(constant)
        return self._other(node)

    def _is_variadic_argument(self, node: Node, value: ir.Value) -> bool:
        """`va_arg(list, type)`: an unnamed node over the list that has another type than the list."""
        if not isinstance(value, ir.Load | ir.Address) or "va_list" not in value.location.type:
            return False
        return "va_list" not in self.types.of(node.cursor).name

    def _statement_expression(self, node: Node) -> ir.Value:
        return self.compound_value(node.children[0]) if node.children else UNKNOWN

    def _binary(self, node: Node) -> ir.Value:
        if len(node.children) != 2:
            return self._other(node)
        left, right = node.children
        operator = self._operator(node)
        if operator in ASSIGNMENTS:
            return self._assignment(node)
        if operator == ",":
            self.effect(left)
            return self.value(right)
        if operator in ("&&", "||"):
            return self._logical(node)
        return self._computed(node, operator)
