"""The colours of C source: which stretches of a line are comments, literals, keywords, library names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lwslint.report.columns import utf16_length

_KEYWORDS = (
    "auto|break|case|char|const|continue|default|do|double|else|enum|extern|float|for|goto|if|inline|int|long"
    "|register|restrict|return|short|signed|sizeof|static|struct|switch|typedef|union|unsigned|void|volatile"
    "|while|bool|true|false"
)
_TOKEN = re.compile(
    r"(?P<c>/\*.*?(?:\*/|\Z)|//[^\n]*)"
    r"|(?P<s>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
    rf"|(?P<k>^[ ]*\#[ ]*\w+|\b(?:{_KEYWORDS})\b)"
    r"|(?P<l>\b(?:lws_|LWS_)\w+)"
    r"|(?P<n>\b\d[\w.]*)",
    re.DOTALL | re.MULTILINE,
)


def coloured(lines: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """For each line of a file its coloured stretches: from, to (exclusive) in UTF-16 units, and the class."""
    found: list[list[tuple[int, int, str]]] = [[] for _ in lines]
    row, start = 0, 0
    for match in _TOKEN.finditer("\n".join(lines)):
        at, name = match.start(), match.lastgroup or ""
        while at < match.end():
            while start + len(lines[row]) < at:
                start += len(lines[row]) + 1
                row += 1
            line = lines[row]
            stop = min(match.end() - start, len(line))
            if at - start < stop:
                found[row].append((utf16_length(line[: at - start]), utf16_length(line[:stop]), name))
            at = start + len(line) + 1
    return found
