"""Gaps: what was not in sight, from the notes of a front end to lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lwslint.ir import Note, NoteKind, Unit
from lwslint.model.outcome import Gap, GapKind

_SHOWN = 5  # names in one line, and lines of one kind

_AFTERWORDS = {
    NoteKind.MISSING_HEADER: " not found; name its folder with -I",
    NoteKind.UNREACHED: " stands in text that was not understood, or is switched off by #if",
    NoteKind.MODEL_HEADERS: " assumed, with headers of lwslint's own: those found lack names that it uses",
}
"""What makes a sentence of a note that is a mere name."""


class _Together(NamedTuple):
    """How one line names all gaps of a kind: what is counted, what happened, what that means."""

    noun: str
    happened: str
    meaning: str
    counts_files: bool = False


_TOGETHER = {
    GapKind.MODEL_HEADERS: _Together(
        "file",
        "read with headers of lwslint's own",
        "those found lack names that are used",
        counts_files=True,
    ),
    GapKind.FRONT_END: _Together(
        "file",
        "read by pycparser",
        "where headers are missing it may understand less than libclang",
        counts_files=True,
    ),
    GapKind.MISSING_HEADER: _Together(
        "header", "not found", "what they declare was not in sight; name their folders with -I"
    ),
    GapKind.UNREACHED: _Together(
        "library name",
        "not reached",
        "they stand in text that was not understood, or is switched off by #if",
    ),
}


def of_unit(unit: Unit) -> Iterator[Gap]:
    """The gaps that the notes of a unit speak of; an unknown flag is none."""
    for note in unit.notes:
        path = unit.files[note.span.file if note.span else 0]
        line = note.span.line if note.span else 0
        if note.kind is not NoteKind.UNKNOWN_FLAG:
            yield Gap(path, GapKind(note.kind.value), _text(note), line)


def _text(note: Note) -> str:
    return note.text + _AFTERWORDS.get(note.kind, "")


def lines(gaps: Sequence[Gap], *, verbose: bool = False) -> list[str]:
    """The gaps as lines for stderr, the worst first.

    Those that end the job are told in full, the others only if `verbose`; else what is alike is put
    together, long lists are cut, and say so.
    """
    worst = [_line("error", gap) for gap in gaps if gap.kind.fatal]
    others = [gap for gap in gaps if not gap.kind.fatal]
    if verbose:
        return worst + [_line("note", gap) for gap in others]
    return worst + [
        line for kind in GapKind for line in _of_kind(kind, [gap for gap in others if gap.kind is kind])
    ]


def _of_kind(kind: GapKind, gaps: Sequence[Gap]) -> list[str]:
    if not gaps:
        return []
    if kind in _TOGETHER:
        together = _TOGETHER[kind]
        names = sorted({gap.text.removesuffix(_AFTERWORDS.get(NoteKind(kind.value), "")) for gap in gaps})
        number = len({gap.path for gap in gaps}) if together.counts_files else len(names)
        counted = _count(number, together.noun)
        return [f"note: {counted} {together.happened} ({_listed(names)}): {together.meaning}"]
    if kind is GapKind.BROKEN and len(gaps) > 1:
        where = _count(len({gap.path for gap in gaps}), "file")
        first = _line("note", gaps[0])
        return [f"{first} (the first of {len(gaps)} errors in {where}: functions there may be incomplete)"]
    return _cut(gaps)


def _cut(gaps: Iterable[Gap]) -> list[str]:
    """One line for each distinct text, at its first place; not too many."""
    first: dict[str, Gap] = {}
    for gap in gaps:
        first.setdefault(gap.text, gap)
    drawn = [_line("note", gap) for gap in list(first.values())[:_SHOWN]]
    if len(first) > _SHOWN:
        drawn.append(f"note: {len(first) - _SHOWN} more like this; -v shows them")
    return drawn


def _listed(names: Sequence[str]) -> str:
    return ", ".join([*names[:_SHOWN], *(["..."] if len(names) > _SHOWN else [])])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _line(severity: str, gap: Gap) -> str:
    place = f"{gap.path}:{gap.line}" if gap.line else gap.path
    return f"{severity}: {place}: {gap.text}" if place else f"{severity}: {gap.text}"
