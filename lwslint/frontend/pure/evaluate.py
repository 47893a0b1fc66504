"""Constant integer expressions."""

from __future__ import annotations

from typing import cast

from lwslint.frontend.clang import constants, kinds
from lwslint.frontend.clang.tree import Node as ClangNode
from lwslint.frontend.pure.conditions import character
from lwslint.frontend.pure.cursor import Cursor
from lwslint.frontend.pure.types import CType

MAX_DEPTH = 400
"""Expressions nested deeper than this have no value."""


def value_of(node: ClangNode, depth: int = 0) -> int | None:
    """The value of an expression; None where it is not constant."""
    cursor = cast("Cursor", node.cursor)
    value = _computed(node, cursor, depth)
    return None if value is None else fitted(value, cursor.type)


def fitted(value: int, type_: CType | None) -> int:
    """The value as an object of a type holds it."""
    if type_ is None:
        return value
    if type_.name == "_Bool":
        return int(bool(value))
    if type_.is_pointer:
        return value % (1 << 64)
    if not type_.is_integer or not type_.size or type_.kind == kinds.TYPE_ENUM:
        return value
    bits = type_.size * 8
    value %= 1 << bits
    return value if type_.is_unsigned or value < 1 << (bits - 1) else value - (1 << bits)


def _computed(node: ClangNode, cursor: Cursor, depth: int) -> int | None:
    kind, children = node.kind, node.children
    if depth > MAX_DEPTH:
        return None
    if cursor.value is not None:
        return cursor.value
    if kind == kinds.INTEGER and cursor.first is not None:
        return constants.integer(cursor.first.text.encode("latin-1"))
    if kind == kinds.CHARACTER and cursor.first is not None:
        return character(cursor.first.text)
    if kind in (kinds.PAREN, kinds.CAST) and children:
        return value_of(children[-1], depth + 1)
    if kind == kinds.NULLPTR:
        return 0
    if kind == kinds.DECL_REF:
        target = cursor.refers
        return target.value if target is not None and target.kind == kinds.ENUM_CONSTANT else None
    if kind == kinds.UNARY and children and cursor.operator in ("-", "~", "!", "+"):
        operand = value_of(children[0], depth + 1)
        return None if operand is None else constants.unary(cursor.operator, operand)
    if kind == kinds.CONDITIONAL and len(children) == 3:
        condition = value_of(children[0], depth + 1)
        return None if condition is None else value_of(children[1 if condition else 2], depth + 1)
    if kind == kinds.BINARY and len(children) == 2:
        return _binary(node, cursor, depth)
    return None


def _binary(node: ClangNode, cursor: Cursor, depth: int) -> int | None:
    left = value_of(node.children[0], depth + 1)
    if cursor.operator in ("&&", "||"):
        if left is None or bool(left) == (cursor.operator == "||"):
            return None if left is None else int(bool(left))
        right = value_of(node.children[1], depth + 1)
        return None if right is None else int(bool(right))
    right = value_of(node.children[1], depth + 1)
    if left is None or right is None or cursor.operator in (",", "="):
        return None
    return constants.binary(cursor.operator, left, right)
