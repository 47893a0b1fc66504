"""The value of a macro, where it is one number or one string."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|0[xX][0-9a-fA-F]+|\d+|\w+|<<|>>|[-+*/%()&|^~]|\s+|.'
)
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)")
_CAST = re.compile(r"\(\s*(?:unsigned\s+(?:int|char|short|long)|u?int\d+_t|size_t|int|unsigned|long)\s*\)")
_DEPTH = 12
_UNARY: dict[type[ast.unaryop], Callable[[int], int]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
_BINARY: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}


def constant_text(body: str, bodies: dict[str, str]) -> str:
    """`body` as the shortest C for its value, with the macros in `bodies` expanded; empty if it has none.

    >>> constant_text("(1ull << BIT) | 1", {"BIT": "33"})
    '8589934593ull'
    """
    expanded = _expanded(body, bodies)
    if not expanded.strip():
        return ""
    if re.fullmatch(r'(\s*"(?:[^"\\]|\\.)*")+\s*', expanded):
        return " ".join(re.findall(r'"(?:[^"\\]|\\.)*"', expanded))
    value = _evaluated(expanded)
    if value is None:
        return ""
    wide = re.search(r"\d[uUlL]*[lL]{2}|int64_t", expanded)
    unsigned = re.search(r"\d[lL]*[uU]|uint", expanded)
    suffix = "ull" if wide and unsigned else "ll" if wide else "u" if unsigned and value >= 0 else ""
    return f"({value}{suffix})" if value < 0 else f"{value}{suffix}"


def _expanded(body: str, bodies: dict[str, str], depth: int = 0) -> str:
    if depth > _DEPTH:
        return "?"
    parts = []
    for token in _TOKEN.findall(body):
        known = token in bodies and re.match(r"[A-Za-z_]", token)
        parts.append(_expanded(bodies[token], bodies, depth + 1) if known else token)
    return "".join(parts)


def _evaluated(text: str) -> int | None:
    text = re.sub(r"'(.)'", lambda match: str(ord(match[1])), _CAST.sub("", text))
    text = re.sub(r"\b0+(?=\d)", "0o", _NUMBER.sub(r"\1", text)).replace("/", "//")
    try:
        value = _value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError):
        return None
    return value if -(1 << 63) <= value < 1 << 64 else None


def _value(node: ast.expr) -> int:
    """The value of a tree of whole numbers.

    Raises:
        ValueError: there is something else in it.
    """
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return _UNARY[type(node.op)](_value(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.LShift | ast.RShift) and not 0 <= right < 64:
            raise ValueError
        return _BINARY[type(node.op)](left, right)
    raise ValueError
