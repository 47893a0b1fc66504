"""From edits as rules describe them to edits of a text: which bytes are replaced, and by what."""

from __future__ import annotations

import re
from collections.abc import Callable

from lwslint.mending.source import Source, Statement
from lwslint.model.finding import Edit, Mend, Spot

_LINES = (Spot.BEFORE, Spot.AFTER, Spot.STATEMENT)
_MARK = b"\xef\xbb\xbf"  # of UTF-8, at the start of a file


def resolve(mend: Mend, source_of: Callable[[str], Source | None]) -> Mend | None:
    """The mend with edits that all are `Spot.HERE`; None where one of them does not fit the text.

    `source_of` gives the text of the file at a `Place.path`, None if it is not at hand.
    """
    edits: list[Edit] = []
    for edit in mend.edits:
        source = source_of(edit.place.path)
        found = _resolved(edit, source) if source is not None else None
        if found is None:
            return None
        edits.append(found)
    return Mend(mend.text, tuple(edits), mend.safe)


def _resolved(edit: Edit, source: Source) -> Edit | None:
    stretch = source.stretch(edit.place)
    if stretch is None or source.in_directive(*stretch) or not _is_old(edit, source, *stretch):
        return None
    found = _SPOTS[edit.spot](edit, source, *stretch)
    if found is None:
        return None
    start, end, text = found
    if source.in_directive(start, end) or (not start and source.data.startswith(_MARK)):
        return None
    place = source.place(edit.place.path, start, end)
    return Edit(place, text.decode("utf-8", "surrogateescape"))


def _is_old(edit: Edit, source: Source, start: int, end: int) -> bool:
    """Whether the text at the place is, or begins with, what the rule knows."""
    if not edit.old:
        return True
    wanted = Source(_encoded(edit.old))
    old = _bare(wanted.words(0, len(wanted.data)))
    found = _bare(source.words(start, end))
    if edit.spot is Spot.OPERATOR:
        return True  # looked for where it is replaced
    return found == old if edit.spot not in _LINES else found[: len(old)] == old


def _bare(words: list[bytes]) -> list[bytes]:
    """Words without parentheses: `sizeof x` is `sizeof(x)`."""
    return [word for word in words if word not in (b"(", b")")]


_Found = tuple[int, int, bytes]


def _here(edit: Edit, source: Source, start: int, end: int) -> _Found | None:
    return start, end, _encoded(edit.text)


def _initialiser(edit: Edit, source: Source, start: int, end: int) -> _Found | None:
    at = source.declarator_end(start)
    return None if at is None else (at, at, _encoded(edit.text))


def _element(edit: Edit, source: Source, start: int, end: int) -> _Found | None:
    found = source.last_element(start)
    if found is None:
        return None
    at, has_comma, alone = found
    text = _encoded(edit.text) + (b"," if has_comma else b"")
    comma = b"" if has_comma else b","
    stop = source.end_of_lines(at)
    if not alone or stop is None:
        return at, at, comma + b" " + text
    return at, stop, comma + source.data[at:stop] + source.line_end(at) + source.indent(at) + text


def _operator(edit: Edit, source: Source, start: int, end: int) -> _Found | None:
    found = source.operator(start, end, _encoded(edit.old)) if edit.old else None
    return None if found is None else (*found, _encoded(edit.text))


def _before(edit: Edit, source: Source, start: int, end: int) -> _Found | None:
    statement = source.statement(start) or source.head(start)
    if statement is None:
        return None
    lines = _lines(edit.text)
    at = source.line_start(statement.start)
    if source.data[at : statement.start].strip():  # a label, or another statement
        return statement.start, statement.start, b"".join(line.strip() + b" " for line in lines)
    written = _indented(lines, source, statement)
    ends = source.line_end(statement.start)
    return at, at, b"".join(line + ends for line in written)


def _after(edit: Edit, source: Source, start: int, end: int) -> _Found | None:
    statement = source.statement(start)
    if statement is None or statement.nested or statement.end < end:
        return None
    lines = _lines(edit.text)
    at = source.end_of_lines(statement.end)
    if at is None:  # something else is on the line
        return statement.end, statement.end, b"".join(b" " + line.strip() for line in lines)
    ends = source.line_end(statement.start)
    return at, at, b"".join(ends + line for line in _indented(lines, source, statement))


def _statement(edit: Edit, source: Source, start: int, end: int) -> _Found | None:
    statement = source.statement(start)
    if statement is None or statement.start != start or source.words(end, statement.end) != [b";"]:
        return None
    lines = [line.replace(b"{}", source.data[start:end]) for line in _lines(edit.text)]
    at = source.line_start(start)
    if source.data[at:start].strip() or source.end_of_lines(statement.end) is None:
        return start, statement.end, b" ".join(line.strip() for line in lines)
    written = source.line_end(start).join(_indented(lines, source, statement))
    return start, statement.end, written.removeprefix(source.indent(start))


_SPOTS: dict[Spot, Callable[[Edit, Source, int, int], _Found | None]] = {
    Spot.HERE: _here,
    Spot.INITIALISER: _initialiser,
    Spot.ELEMENT: _element,
    Spot.OPERATOR: _operator,
    Spot.BEFORE: _before,
    Spot.AFTER: _after,
    Spot.STATEMENT: _statement,
}


def _lines(text: str) -> list[bytes]:
    return _encoded(text).rstrip(b"\n").split(b"\n")


def _indented(lines: list[bytes], source: Source, statement: Statement) -> list[bytes]:
    indent, step = source.indent(statement.start), source.step(statement)
    return [indent + re.sub(rb"^\t+", lambda tabs: step * len(tabs[0]), line) for line in lines]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
