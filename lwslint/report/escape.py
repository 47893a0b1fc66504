r"""Making untrusted text visible and inert.

Messages, paths and source lines come from the program under analysis. A control character may move a
terminal's cursor, a bidirectional override may show code in another order than the compiler reads it
(CVE-2021-42574), so both are written out as escapes before anything is shown to a person.
"""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str, keep: str = "") -> str:
    r"""`text` with what cannot be seen written as `\n`, `\x1b` or `\u202e`; characters in `keep` stay.

    Bytes that were not UTF-8 and travel as lone surrogates (PEP 383) become `\xNN`.
    """
    rest = text
    for char in keep:
        rest = rest.replace(char, "")
    if rest.isprintable():  # which nothing of the hidden categories is
        return text
    return "".join(c if c in keep else _shown(c) for c in text)


def _shown(char: str) -> str:
    if unicodedata.category(char) not in _HIDDEN:
        return char
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
