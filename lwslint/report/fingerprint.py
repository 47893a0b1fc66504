"""Fingerprints by which a finding is known again in a later run."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from lwslint.model.finding import Finding
from lwslint.report.sources import Sources

_WINDOW = 100
_BASE = 37
_MASK = (1 << 64) - 1
_DROPPED = pow(_BASE, _WINDOW, 1 << 64)
_END_OF_FILE = 65535

_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|\w+|[^\w\s]', re.DOTALL)


def line_hashes(text: str) -> list[str]:
    """GitHub's `primaryLocationLineHash` of each line of a file, as `<hex>:<ordinal>`.

    A polynomial hash (base 37, 64 bits) over the first 100 UTF-16 units from the start of the line
    that are neither blank nor tab; line ends count as LF, the end of the file as 65535 and then zeros.
    The ordinal tells lines with equal hashes apart. Algorithm: github/codeql-action,
    `src/fingerprints.ts`.
    """
    units, starts = _units(text)
    padded = [*units, *[0] * _WINDOW]
    rolling = 0
    for unit in padded[:_WINDOW]:
        rolling = (rolling * _BASE + unit) & _MASK
    seen: Counter[int] = Counter()
    hashes: list[str] = []
    position = 0
    for start in starts:
        for index in range(position, start):
            rolling = (rolling * _BASE + padded[index + _WINDOW] - padded[index] * _DROPPED) & _MASK
        position = start
        seen[rolling] += 1
        hashes.append(f"{rolling:x}:{seen[rolling]}")
    return hashes


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


def _units(text: str) -> tuple[list[int], Sequence[int]]:
    """The hashed units of a text, and the index of each line's first one."""
    normal = re.sub(r"\r\n?", "\n", re.sub(r"[\ud800-\udfff]", "\ufffd", text))
    lines = normal.translate({0x20: None, 0x09: None}).split("\n")
    units: list[int] = []
    starts: list[int] = []
    for number, line in enumerate(lines):
        starts.append(len(units))
        data = line.encode("utf-16-le")
        units.extend(memoryview(data).cast("H") if data else ())
        units.append(_END_OF_FILE if number == len(lines) - 1 else 0x0A)
    return units, starts


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if not token.startswith(("/*", "//"))]
