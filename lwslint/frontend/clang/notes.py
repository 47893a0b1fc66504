"""What there is to say of a unit that could not be read whole: each cause once, with its place.

A header that is missing is one note, however much it lacks; of a function with errors the first is
told, and how many there are; so of a header. Where a header is missing, names that nobody declared
at file scope are no news.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lwslint import ir
from lwslint.frontend.clang.errors import ReadError
from lwslint.frontend.clang.unit import Lowering

MAX_NOTES = 50
"""No more notes of one kind than this for a unit."""

_MISSING = re.compile(r"'([^']+)' file not found")
_UNDECLARED_CALL = re.compile(
    r"call to undeclared (?:library )?function|implicitly declaring library function"
)
_FOLLOWS = re.compile(
    r"use of undeclared identifier|unknown type name|incomplete|redefinition|conflicting types"
    r"|cannot return function type|expected|type specifier missing|not an integer constant"
)


class _Cause(NamedTuple):
    """What errors are put together by: a function, a file (by number or name), or else their own text."""

    function: str = ""
    file: str = ""
    text: str = ""


def missing_header(error: ReadError) -> str:
    """The header that an error says is missing; empty if it speaks of something else."""
    match = _MISSING.search(error.message)
    return match[1] if match else ""


def notes(errors: Sequence[ReadError], lowering: Lowering) -> list[ir.Note]:
    """Missing headers, then what else was not read, in the order in which clang found it."""
    missing: dict[str, ir.Note] = {}
    broken: dict[_Cause, list[tuple[str, ir.Span | None]]] = {}
    functions = _Functions(lowering) if errors or lowering.symbols.notes else None
    for error in errors:
        if header := missing_header(error):
            missing.setdefault(header, ir.Note(ir.NoteKind.MISSING_HEADER, header, error.span))
        elif functions is not None and not _UNDECLARED_CALL.search(error.message):
            cause = functions.cause(error.span, error.file, error.message)
            broken.setdefault(cause, []).append((error.message, error.span))
    for note in lowering.symbols.notes:
        cause = functions.cause(note.span, "", note.text) if functions is not None else _Cause()
        broken.setdefault(cause, []).append((note.text, note.span))
    kept = [
        _note(cause, found)
        for cause, found in broken.items()
        if cause.function not in lowering.skipped
        and not (missing and not cause.function and _FOLLOWS.search(found[0][0]))
    ]
    return [*list(missing.values())[:MAX_NOTES], *kept[:MAX_NOTES]]


def _note(cause: _Cause, errors: Sequence[tuple[str, ir.Span | None]]) -> ir.Note:
    text, span = errors[0]
    if cause.function:
        text = f"{cause.function}(): {text}"
    elif span is None and cause.file:
        text = f"{cause.file}: {text}"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return ir.Note(ir.NoteKind.BROKEN, text + more, span)


class _Functions:
    """Which function a place is in."""

    def __init__(self, lowering: Lowering) -> None:
        self._extents = [
            (span.file, (span.line, span.column), (span.end_line, span.end_column), name)
            for name, span in lowering.definitions()
        ]

    def cause(self, span: ir.Span | None, file: str, text: str) -> _Cause:
        """What an error at a place is put together with."""
        if span is None:
            return _Cause(file=file, text="" if file else text)
        at = (span.line, span.column)
        for number, first, last, name in self._extents:
            if number == span.file and first <= at <= last:
                return _Cause(function=name)
        return _Cause(file=file) if span.file else _Cause(text=text)
