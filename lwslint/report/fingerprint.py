"""Fingerprints by which a finding is known again in a later run."""

from __future__ import annotations

import hashlib
import itertools
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import overload

from lwslint.model.finding import Finding
from lwslint.report.sources import Sources

_WINDOW = 100
_BASE = 37
_MASK = (1 << 64) - 1
_CODE = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
_WIDTH = 2
_END_OF_FILE = b"\xff\xff"

_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|\w+|[^\w\s]', re.DOTALL)


class LineHashes(Sequence[str]):
    """GitHub's `primaryLocationLineHash` of each line of a file, as `<hex>:<ordinal>`.

    A polynomial hash (base 37, 64 bits) over the first 100 UTF-16 units from the start of the line
    that are neither blank nor tab; line ends count as LF, the end of the file as 65535 and then zeros.
    The ordinal tells lines with equal hashes apart, which are those with equal units. Algorithm:
    github/codeql-action, `src/fingerprints.ts`.
    """

    def __init__(self, text: str) -> None:
        units, starts = _units(text)
        seen: Counter[bytes] = Counter()
        self._lines: list[tuple[bytes, int]] = []
        for start in starts:
            window = units[start : start + _WIDTH * _WINDOW]
            seen[window] += 1
            self._lines.append((window, seen[window]))

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, line: int) -> str: ...

    @overload
    def __getitem__(self, line: slice) -> list[str]: ...

    def __getitem__(self, line: int | slice) -> str | list[str]:
        """The hash of a line, the first of which is 0: who has a few findings pays for a few lines."""
        if isinstance(line, slice):
            return [self[at] for at in range(*line.indices(len(self)))]
        window, ordinal = self._lines[line]
        hashed = 0
        for unit in memoryview(window).cast("H"):
            hashed = (hashed * _BASE + unit) & _MASK
        return f"{hashed:x}:{ordinal}"


def content_keys(findings: Iterable[Finding], sources: Sources) -> list[str]:
    """Our own key of each finding: rule, function, tokens in its place, ordinal among equals.

    It holds no line and no path, so it survives edits around the statement and a rename of the file.
    """
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for stem in stems(findings, sources):
        seen[stem] += 1
        keys.append(_hash(f"{stem}\0{seen[stem]}"))
    return keys


def stems(findings: Iterable[Finding], sources: Sources) -> list[str]:
    """The key of each finding without the ordinal: equals have the same."""
    return [
        _hash("\0".join((finding.rule, finding.function, *_tokens(sources.text(finding.place)))))
        for finding in findings
    ]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _units(text: str) -> tuple[bytes, list[int]]:
    """The hashed units of a text, followed by zeros, and the offset of each line's first one."""
    normal = re.sub(r"\r\n?", "\n", re.sub(r"[\ud800-\udfff]", "\ufffd", text))
    lines = [line.encode(_CODE) for line in normal.translate({0x20: None, 0x09: None}).split("\n")]
    starts = [0, *itertools.accumulate(len(line) + _WIDTH for line in lines[:-1])]
    return "\n".encode(_CODE).join(lines) + _END_OF_FILE + bytes(_WIDTH * _WINDOW), starts


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if not token.startswith(("/*", "//"))]
