"""The errors of a parse, with the places where a person sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lwslint import ir
from lwslint.frontend.clang.parse import Diagnostic
from lwslint.frontend.clang.places import File, Places


class ReadError(NamedTuple):
    """An error: its message, its file (empty for none), and where it stands if that is the program's own."""

    message: str
    file: str
    span: ir.Span | None


def located(diagnostics: Iterable[Diagnostic], places: Places) -> tuple[ReadError, ...]:
    """The errors of a unit, in the order in which clang found them."""
    return tuple(at_place(one.message, places.resolve(one.location), places) for one in diagnostics)


def at_place(message: str, place: tuple[File, int] | None, places: Places) -> ReadError:
    """An error at an offset of a file."""
    message = " ".join(message.split())
    if place is None:
        return ReadError(message, "", None)
    file, offset = place
    span = places.span_at(file, offset, offset) if file.index >= 0 else None
    return ReadError(message, file.name, span)
