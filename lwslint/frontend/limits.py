"""What a text of C must not hold, because parsers take time with it that grows faster than its length."""

from __future__ import annotations

import re

MAX_DERIVED = 500
"""No more array dimensions or pointer levels in a row than this: clang needs cubic time for them."""

_BLANKED = re.compile(
    rb"""//(?:\\\r?\n|[^\n])*|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?""", re.DOTALL
)
_DIMENSION = re.compile(rb"\[[^\[\]]*\]\s*")
_POINTER = re.compile(rb"\*(?:\s|\b(?:const|volatile|restrict|__restrict|_Atomic)\b)*")


def too_deep(data: bytes) -> str:
    """What a text has too much of in a row; empty if nothing. Linear in its length."""
    if data.count(b"[") > MAX_DERIVED and _row(_DIMENSION, data):
        return f"more than {MAX_DERIVED} array dimensions in a row"
    if data.count(b"*") > MAX_DERIVED and _row(_POINTER, data):
        return f"more than {MAX_DERIVED} pointer levels in a row"
    return ""


def _row(pattern: re.Pattern[bytes], data: bytes) -> bool:
    row = b"\0" * (MAX_DERIVED + 1)
    if row not in pattern.sub(b"\0", data.replace(b"\0", b" ")):
        return False
    code = _BLANKED.sub(b" ", data).replace(b"\0", b" ")  # banners of asterisks are comments
    return row in pattern.sub(b"\0", code)
