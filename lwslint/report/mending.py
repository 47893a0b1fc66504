"""What a mend does to the lines of a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import msgspec

from lwslint.model.finding import Edit, Mend
from lwslint.report.columns import before, split_lines
from lwslint.report.sources import Sources


class Hunk(msgspec.Struct, frozen=True):
    """Lines of one file, from line `first` on, before and after a mend."""

    path: str
    first: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def hunks(mend: Mend, sources: Sources) -> list[Hunk]:
    """The changed lines of each file, in order; none if an edit does not fit the text at hand."""
    found: list[Hunk] = []
    edits = sorted(mend.edits, key=lambda edit: edit.place)
    for path, of_file in groupby(edits, key=lambda edit: edit.place.path):
        for cluster in _clusters(list(of_file)):
            hunk = _apply(path, cluster, sources)
            if hunk is None:
                return []
            found.append(hunk)
    return found


def _clusters(edits: list[Edit]) -> Iterator[list[Edit]]:
    """Edits that share a line, together."""
    cluster: list[Edit] = []
    for edit in edits:
        if cluster and edit.place.line > cluster[-1].place.end_line:
            yield cluster
            cluster = []
        cluster.append(edit)
    if cluster:
        yield cluster


def _apply(path: str, edits: list[Edit], sources: Sources) -> Hunk | None:
    first, last = edits[0].place.line, max(edit.place.end_line for edit in edits)
    old = tuple(sources.lines(path)[first - 1 : last]) if first > 0 else ()
    if len(old) != last - first + 1:
        return None
    new, row, done = "", 0, 0
    for edit in edits:
        start = edit.place.line - first, len(before(old[edit.place.line - first], edit.place.column))
        end = (
            edit.place.end_line - first,
            len(before(old[edit.place.end_line - first], edit.place.end_column)),
        )
        if start < (row, done) or end < start:
            return None
        new += _between(old, (row, done), start) + edit.text
        row, done = end
    new += old[row][done:]
    return _trimmed(path, first, list(old), split_lines(new))


def _trimmed(path: str, first: int, old: list[str], new: list[str]) -> Hunk:
    """The hunk without those first and last lines that stay as they are."""
    while old and new and old[0] == new[0]:
        old, new, first = old[1:], new[1:], first + 1
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return Hunk(path, first, tuple(old), tuple(new))


def _between(lines: tuple[str, ...], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0]][start[1] : end[1]]
    middle = lines[start[0] + 1 : end[0]]
    return "\n".join([lines[start[0]][start[1] :], *middle, lines[end[0]][: end[1]]])
