"""How long a text of C may be, and what it must not hold: that costs parsers more than its length tells."""

from __future__ import annotations

import re

from lwslint import bounded
from lwslint.frontend.lexing import blanked
from lwslint.texts import Texts

MAX_BYTES = 64 << 20
"""Files of C that are longer than this are not read."""

MAX_DERIVED = 500
"""No more array dimensions or pointer levels in a row than this: clang needs cubic time for them.

Nor unary operators: it needs some of its stack for each, and dies without.
"""

MAX_INDEX = 1 << 20
"""No initialiser of an element further out than this: clang keeps every element before it, too."""

_DIMENSION = re.compile(rb"\[[^\[\]]*\]\s*")
_POINTER = re.compile(rb"\*(?:\s|\b(?:const|volatile|restrict|__restrict|_Atomic)\b)*")
_OPERATORS = (b"!", b"~", b"-", b"+", b"&")
_BLANKS = b" \t\n\r\f\v"
_UNARY = re.compile(rb"[-!~+&](?:\s*+[-!~+&])*+")
# `[9999999]`, and then where that is a designator (`{ [9999999] = 1 }`), not the size of an array.
_FAR = re.compile(rb"\b(?:0[xX][0-9a-fA-F]{6}|[0-9]{7})[0-9a-fA-FuUlL]*+\s*+\]")
_DESIGNATOR = re.compile(
    rb"[{,]\s*(?:\.\w{1,80}\s*)?\[(?:[^\[\]]{1,80}\.\.\.)?\s*(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*\s*\]"
)


def contents(path: str, texts: Texts | None = None) -> bytes:
    """The text of a file, which may be among the `texts` of the run.

    Raises:
        OSError: it cannot be read.
        LwslintError: it is no regular file (one of which reading has no end), or too long.
    """
    return bounded.read(path, MAX_BYTES) if texts is None else texts.read(path, MAX_BYTES)


def too_deep(data: bytes) -> str:
    """What a text has too much of in a row; empty if nothing. Linear in its length."""
    if data.count(b"[") > MAX_DERIVED and _row(_DIMENSION, data):
        return f"more than {MAX_DERIVED} array dimensions in a row"
    if data.count(b"*") > MAX_DERIVED and _row(_POINTER, data):
        return f"more than {MAX_DERIVED} pointer levels in a row"
    many = sum(map(data.count, _OPERATORS)) > MAX_DERIVED
    if many and _has_unary_row(data) and _has_unary_row(blanked(data)):
        return f"more than {MAX_DERIVED} unary operators in a row"
    if _FAR.search(data) and _far(blanked(data)):
        return f"an initialiser of an element beyond {MAX_INDEX}"
    return ""


def _has_unary_row(data: bytes) -> bool:
    rows = (match[0] for match in _UNARY.finditer(data))
    return any(len(row) > MAX_DERIVED and len(row.translate(None, _BLANKS)) > MAX_DERIVED for row in rows)


def _far(code: bytes) -> bool:
    return any(_number(match[1]) > MAX_INDEX for match in _DESIGNATOR.finditer(code))


def _number(digits: bytes) -> int:
    """The value of an integer of C, as far as it matters: long ones are but large."""
    base = 16 if digits[:2] in (b"0x", b"0X") else 8 if digits[:1] == b"0" and digits.isdigit() else 10
    try:
        return int(digits[:40], base)
    except ValueError:  # an 8 or 9 among octal digits
        return 0


def _row(pattern: re.Pattern[bytes], data: bytes) -> bool:
    row = b"\0" * (MAX_DERIVED + 1)
    if row not in pattern.sub(b"\0", data.replace(b"\0", b" ")):
        return False
    code = blanked(data).replace(b"\0", b" ")  # banners of asterisks are comments
    return row in pattern.sub(b"\0", code)
