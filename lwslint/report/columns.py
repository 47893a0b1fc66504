"""From byte columns, which the model has, to what reports need: characters, UTF-16 units, terminal cells.

This is the one place that converts. Sources are text; a character that stands for a byte which was
not UTF-8 (PEP 383) counts as one byte.
"""

from __future__ import annotations

import re
import unicodedata

from lwslint.model.place import Place
from lwslint.report.escape import visible

TAB = 4
"""Cells between tab stops where source is shown."""

_NEWLINE = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """The lines of a file, ended as C compilers see them: by LF, CR LF or CR and nothing else."""
    return _NEWLINE.split(text)


def before(line: str, column: int) -> str:
    """The part of `line` before a byte column (from 1); a column beyond the end gives the whole line."""
    wanted = max(column - 1, 0)
    if line.isascii():
        return line[:wanted]
    size = 0
    for index, char in enumerate(line):
        size += _bytes(char)
        if size > wanted:
            return line[:index]
    return line


def characters(line: str, column: int) -> int:
    """The character column (code points, from 1) of a byte column."""
    return len(before(line, column)) + 1


def utf16(line: str, column: int) -> int:
    """The column in UTF-16 units (from 1) of a byte column, as SARIF and browsers count."""
    return utf16_length(before(line, column)) + 1


def utf16_length(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text) if text.isascii() else sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def cells(text: str) -> int:
    """How wide a text is on a terminal: wide characters take two cells, combining ones none (UAX 11)."""
    return len(text) if text.isascii() else sum(_cells(char) for char in text)


def shown(line: str) -> str:
    """A source line as it may be shown: tabs made spaces, control characters made visible.

    What is shown of a part before a column is the beginning of what is shown of the whole line, so
    `shown(before(line, column))` tells where the column is.
    """
    if line.isascii() and line.isprintable():
        return line
    parts: list[str] = []
    width = 0
    for char in line:
        part = " " * (TAB - width % TAB) if char == "\t" else visible(char)
        width += cells(part)
        parts.append(part)
    return "".join(parts)


def first_line_end(place: Place, line: str) -> int:
    """The byte column at which `place`, clipped to its first line, ends."""
    if place.end_line > place.line:
        return _size(line) + 1
    return max(place.end_column, place.column)


def _size(line: str) -> int:
    return len(line) if line.isascii() else sum(_bytes(char) for char in line)


def _bytes(char: str) -> int:
    code = ord(char)
    if code < 0x80 or 0xDC80 <= code <= 0xDCFF:
        return 1
    return 2 if code < 0x800 else 3 if code < 0x10000 else 4


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
