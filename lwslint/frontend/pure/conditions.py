"""The integer expressions of `#if`."""

from __future__ import annotations

import re

from lwslint.frontend.clang import constants
from lwslint.frontend.pure.tokens import CHARACTER, IDENTIFIER, NUMBER, Token

MAX_DEPTH = 200
"""Expressions nested deeper than this are false."""

_LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_UNSIGNED = re.compile(r"[uU][lL]*\Z|[lL]+[uU]\Z")
_WRAP = 1 << 64


class ConditionError(Exception):
    """An expression that C does not know."""


class _Number(int):
    """A value of 64 bits that knows whether it is unsigned."""

    unsigned = False


def _number(value: int, *, unsigned: bool) -> _Number:
    if unsigned:
        value %= _WRAP
    else:
        value = (value + (_WRAP >> 1)) % _WRAP - (_WRAP >> 1)
    number = _Number(value)
    number.unsigned = unsigned
    return number


def holds(tokens: list[Token]) -> bool:
    """Whether an expression, its macros expanded, is not zero.

    Raises:
        ConditionError: it is no expression.
    """
    parser = _Parser(tokens)
    value = parser.conditional(0)
    if parser.at < len(tokens):
        raise ConditionError(f"unexpected '{tokens[parser.at].text}'")
    return bool(value)


def character(text: str) -> int:
    """The value of a character constant as written."""
    raw = constants.unescaped(text[text.index("'") + 1 :].removesuffix("'").encode("latin-1"))
    if text[:1] in ("u", "U", "L"):
        wide = raw.decode("utf-8", "replace")
        return ord(wide[0]) if wide else 0
    value = 0
    for byte in raw[-4:]:
        value = (value << 8) | byte
    if len(raw) == 1 and value > 127:
        value -= 256
    return value


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _take(self, text: str) -> None:
        if self._peek() != text:
            raise ConditionError(f"expected '{text}'")
        self.at += 1

    def conditional(self, depth: int) -> _Number:
        if depth > MAX_DEPTH:
            raise ConditionError("nested too deeply")
        condition = self._binary(0, depth)
        if self._peek() != "?":
            return condition
        self.at += 1
        then = self.conditional(depth + 1)
        self._take(":")
        other = self.conditional(depth + 1)
        return then if condition else other

    def _binary(self, level: int, depth: int) -> _Number:
        if level == len(_LEVELS):
            return self._unary(depth)
        left = self._binary(level + 1, depth)
        while (operator := self._peek()) in _LEVELS[level]:
            self.at += 1
            right = self._binary(level + 1, depth)
            left = _computed(operator, left, right)
        return left

    def _unary(self, depth: int) -> _Number:
        signs: list[str] = []
        while self._peek() in ("!", "~", "-", "+") and len(signs) <= MAX_DEPTH:
            signs.append(self._peek())
            self.at += 1
        value = self._primary(depth)
        for sign in reversed(signs):
            value = _number(constants.unary(sign, value), unsigned=value.unsigned and sign != "!")
        return value

    def _primary(self, depth: int) -> _Number:
        if self.at >= len(self.tokens):
            raise ConditionError("expected a value")
        token = self.tokens[self.at]
        self.at += 1
        if token.text == "(":
            value = self.conditional(depth + 1)
            self._take(")")
            return value
        if token.kind == NUMBER:
            number = constants.integer(token.text.encode("latin-1"))
            if number is None:
                raise ConditionError(f"'{token.text}' is no integer")
            return _number(number, unsigned=bool(_UNSIGNED.search(token.text)) or number >= _WRAP >> 1)
        if token.kind == CHARACTER:
            return _number(character(token.text), unsigned=False)
        if token.kind == IDENTIFIER:
            return _number(int(token.text == "true"), unsigned=False)
        raise ConditionError(f"unexpected '{token.text}'")


def _computed(operator: str, left: _Number, right: _Number) -> _Number:
    if operator == "||":
        return _number(int(bool(left) or bool(right)), unsigned=False)
    if operator == "&&":
        return _number(int(bool(left) and bool(right)), unsigned=False)
    unsigned = left.unsigned or right.unsigned
    compared = operator in ("==", "!=", "<", ">", "<=", ">=")
    first, second = _number(left, unsigned=unsigned), _number(right, unsigned=unsigned)
    if operator in ("<<", ">>"):
        first, second, unsigned = left, right, left.unsigned
    value = constants.binary(operator, int(first), int(second))
    return _number(value or 0, unsigned=unsigned and not compared)
