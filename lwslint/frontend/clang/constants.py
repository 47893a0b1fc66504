"""Integer constants: literals, and operators over constants."""

from __future__ import annotations

import re

_INTEGER = re.compile(rb"(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)([uUlLwWbB]*)\Z")
_ESCAPES = {b"n": 10, b"t": 9, b"r": 13, b"a": 7, b"b": 8, b"f": 12, b"v": 11, b"e": 27, b"E": 27}
_ESCAPE = re.compile(
    rb"\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL
)
_PIECE = re.compile(rb'(?:u8|[uUL])?"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BITS = 64


def integer(text: bytes) -> int | None:
    """The value of an integer literal as written."""
    match = _INTEGER.match(text)
    if not match:
        return None
    digits = match[1].replace(b"'", b"").decode()
    if len(digits) > 80:
        return None
    if digits[:2] in ("0x", "0X", "0b", "0B"):
        return int(digits, 0)
    try:
        return int(digits, 8 if digits.startswith("0") else 10)
    except ValueError:
        return None


def string(literal: bytes) -> str:
    """The contents of a string literal, adjacent pieces joined; bytes that are no UTF-8 become U+FFFD."""
    return octets(literal).decode("utf-8", "replace")


def octets(literal: bytes) -> bytes:
    """The bytes of a string literal, adjacent pieces joined, without the zero at the end."""
    return b"".join(map(unescaped, _PIECE.findall(literal)))


def unescaped(text: bytes) -> bytes:
    """What stands between quotes, with escape sequences as the bytes that they mean."""
    return _ESCAPE.sub(_unescape, text)


def _unescape(match: re.Match[bytes]) -> bytes:
    hexadecimal, octal, short, long, letter = match.groups()
    if letter is not None:
        return bytes([_ESCAPES[letter]]) if letter in _ESCAPES else letter
    code = int(octal, 8) if octal else int(hexadecimal or short or long, 16)
    if short or long:
        return chr(code).encode("utf-8", "replace") if code < 0x110000 else b"?"
    return bytes([code & 0xFF])


def unary(operator: str, operand: int) -> int:
    """The value of an operator over a constant."""
    return {"-": -operand, "~": ~operand, "!": int(not operand), "+": operand}[operator]


def binary(operator: str, left: int, right: int) -> int | None:
    """The value of an operator over constants; None where C gives it none."""
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" | "%":
            if not right:
                return None
            quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return quotient if operator == "/" else left - quotient * right
        case "<<":
            return left << right if 0 <= right < _BITS and abs(left) < 1 << _BITS else None
        case ">>":
            return left >> right if 0 <= right < _BITS else None
        case "&":
            return left & right
        case "|":
            return left | right
        case "^":
            return left ^ right
        case "==":
            return int(left == right)
        case "!=":
            return int(left != right)
        case "<":
            return int(left < right)
        case "<=":
            return int(left <= right)
        case ">":
            return int(left > right)
        case ">=":
            return int(left >= right)
    return None


def bounded(value: int) -> int:
    """The value in 64 bits, as MessagePack and C can hold it."""
    return value if -(1 << 63) <= value < 1 << 64 else value & ((1 << 64) - 1)
