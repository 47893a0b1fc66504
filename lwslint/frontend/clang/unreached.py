"""Library names in the text of a unit that the syntax tree never reached."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend import lexing
from lwslint.frontend.clang.library import RECURSE, Cursor, Visitor, load
from lwslint.frontend.clang.places import File, Places
from lwslint.frontend.clang.unit import Lowering

MAX_NAMES = 50
"""No more names than this are named for one unit."""


def notes(lowering: Lowering, has_errors: bool) -> list[ir.Note]:
    """A note for each line of the unit's own file with library names that no cursor stands in.

    Only a unit with conditional text or with errors can have any.
    """
    file = lowering.places.main()
    if file is None or not (has_errors or lexing.has_conditionals(file.data)):
        return []
    names = lexing.library_names(file.data)
    if not names:
        return []
    reached = _reached_lines(lowering)
    found: list[ir.Note] = []
    for offset, name in names:
        line, column = file.place(offset)
        if line not in reached:
            span = ir.Span(0, line, column, line, column + len(name))
            found.append(ir.Note(ir.NoteKind.UNREACHED, name, span))
    return found[:MAX_NAMES]


def _reached_lines(lowering: Lowering) -> set[int]:
    """The lines of the unit's own file in which a cursor starts, macro uses resolved."""
    library, places = load(), lowering.places
    offsets: set[int] = set()
    main: File | None = None

    def visit(cursor: Cursor, _: Cursor, __: None) -> int:
        place = _start(places, cursor)
        if place is not None and place[0] is main:
            offsets.add(place[1])
        return RECURSE

    main = places.main()
    visitor = Visitor(visit)
    for cursor in lowering.top_level:
        visit(cursor, cursor, None)
        library.clang_visitChildren(cursor, visitor, None)
    return {main.place(offset)[0] for offset in offsets} if main is not None else set()


def _start(places: Places, cursor: Cursor) -> tuple[File, int] | None:
    return places.find(places.extent(cursor).begin)
