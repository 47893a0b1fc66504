"""Literals, `sizeof`, `_Generic`: values that stand in the text."""

from __future__ import annotations

import re

from lwslint import ir
from lwslint.frontend.clang import constants
from lwslint.frontend.clang.frame import UNKNOWN, Frame, unwrapped
from lwslint.frontend.clang.tree import Node

_OPERAND = re.compile(rb"(?:sizeof|_Alignof|alignof|__alignof__|__alignof)\s*(.*)\Z", re.DOTALL)


class Literals(Frame):
    """Lowers literals and what is computed from types."""

    def _literal(self, node: Node) -> ir.Value:
        written = self.places.text(node.cursor)
        value = constants.integer(written) if written is not None else None
        if value is not None:
            return ir.Const(constants.bounded(value))
        macro = self.places.macro_name(node.cursor, token=True)
        value = self.symbols.macro_literal(macro, node)
        return UNKNOWN if value is None else ir.Const(value, macro)

    def _null(self, node: Node) -> ir.Value:
        return ir.Const(0, "nullptr")

    def _string(self, node: Node) -> ir.Value:
        spelling = self.symbols.name(node.cursor)
        return ir.Text(constants.string(spelling.encode("utf-8", "surrogateescape")))

    def _scalar_list(self, node: Node) -> ir.Value:
        return self.value(node.children[0]) if node.children else ir.Const(0)

    def _generic(self, node: Node) -> ir.Value:
        wanted = self.types.of(node.cursor).name
        picked = [child for child in node.children[1:] if self.types.of(child.cursor).name == wanted]
        if len(picked) != 1:
            value = self.symbols.evaluate(node.cursor)
            return UNKNOWN if value is None else ir.Const(value)
        return self.value(picked[0])

    def _sizeof(self, node: Node) -> ir.Value:
        written = self.places.text(node.cursor)
        match = _OPERAND.match(written) if written is not None else None
        operand = match[1].strip() if match else b""
        while operand.startswith(b"(") and operand.endswith(b")"):
            operand = operand[1:-1].strip()
        value = self.symbols.evaluate(node.cursor)
        if value is None:
            return UNKNOWN
        if written is not None and not written.startswith(b"sizeof"):
            return ir.Const(value)
        if written is None and node.children:
            operand = self.places.text(unwrapped(node.children[0]).cursor) or b""
        name = " ".join(operand.decode("utf-8", "replace").split())
        return ir.SizeOf(value, self._measured(node, value, name), name)

    def _measured(self, node: Node, value: int, operand: str) -> str:
        """The type that a `sizeof` measures."""
        if node.children:
            return self.types.of(node.children[0].cursor).name
        if not node.types:
            return operand
        info = self.types.of(node.types[0])
        stars = operand.count("*")
        if stars or info.size != value:
            return f"{info.name} {'*' * stars}" if stars else ""
        return info.name
