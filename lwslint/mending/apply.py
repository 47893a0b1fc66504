"""Choosing mends that fit together, and making their edits."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lwslint.mending.source import Source
from lwslint.model.finding import Edit, Mend, Spot


class Mended(NamedTuple):
    """The new texts of the files that mends change, the mends that were made and how many were left."""

    texts: dict[str, bytes]
    made: tuple[Mend, ...]
    left: int


class _Change(NamedTuple):
    """Bytes from `start` to `end` give way to `text`."""

    start: int
    end: int
    text: bytes


_Placed = list[tuple[str, _Change]]


def apply(mends: Sequence[Mend], texts: Mapping[str, bytes]) -> Mended:
    """Makes the edits of resolved mends, each mend whole or not at all.

    Of mends that touch each other the first in the sequence is made; one that two findings share is made
    once. Left are those that overlap, that name a file which is not among `texts`, or a place it has not.
    """
    sources = {path: Source(data) for path, data in texts.items()}
    changes: dict[str, list[_Change]] = {path: [] for path in texts}
    made: list[Mend] = []
    left = 0
    for mend in mends:
        placed = _placed(mend, sources)
        if placed is None or not all(_fits(change, changes[path]) for path, change in placed):
            left += 1
            continue
        for path, change in placed:
            if change not in changes[path]:
                insort(changes[path], change)
        made.append(mend)
    changed = {path: _changed(texts[path], changes[path]) for path in sorted(changes) if changes[path]}
    return Mended(changed, tuple(made), left)


def _placed(mend: Mend, sources: Mapping[str, Source]) -> _Placed | None:
    """The changes of a mend; None where it has none, one cannot be made, or two of them touch."""
    placed: _Placed = []
    for edit in mend.edits:
        change = _change(edit, sources.get(edit.place.path))
        others = sorted(other for path, other in placed if path == edit.place.path)
        if change is None or not _fits(change, others):
            return None
        placed.append((edit.place.path, change))
    return placed or None


def _change(edit: Edit, source: Source | None) -> _Change | None:
    stretch = source.stretch(edit.place) if source is not None and edit.spot is Spot.HERE else None
    return None if stretch is None else _Change(*stretch, edit.text.encode("utf-8", "surrogateescape"))


def _fits(change: _Change, others: Sequence[_Change]) -> bool:
    """Whether a change is one of these, which are sorted and apart, or touches none of them."""
    at = bisect_left(others, change)
    if at < len(others) and others[at] == change:
        return True
    return (at == 0 or others[at - 1].end < change.start) and (
        at == len(others) or change.end < others[at].start
    )


def _changed(data: bytes, changes: Sequence[_Change]) -> bytes:
    pieces: list[bytes] = []
    done = 0
    for change in changes:
        pieces += [data[done : change.start], change.text]
        done = change.end
    return b"".join([*pieces, data[done:]])
