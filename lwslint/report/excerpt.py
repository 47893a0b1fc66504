"""A line of source with its line number, carets under the part concerned and a label, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import msgspec

from lwslint.model.place import Place
from lwslint.report.columns import cells, shown
from lwslint.report.ink import Line, Segment, painted, plain
from lwslint.report.sources import Sources

FRAME = "bold blue"
"""Style of line numbers, bars and arrows."""

LEAST_TEXT = 30
"""Cells that a text gets, however narrow the terminal."""

_AROUND = 8  # cells kept before the marked part of a line that is cut


class Excerpts(msgspec.Struct, frozen=True):
    """Draws places of one finding: all with line numbers of `gutter` digits, within `width` cells."""

    sources: Sources
    gutter: int
    width: int

    def frame(self, text: str, number: int | None = None) -> Segment:
        """What stands left of the text: a line number or none, then `text` (a bar, an arrow)."""
        return painted(f"{'' if number is None else number:>{self.gutter}}{text}", FRAME)

    def draw(self, place: Place, mark: str, style: str, label: str = "") -> Iterator[Line]:
        """The first line of a place, marked, with its label; the label alone if there is no source."""
        parts = self.sources.first_line(place)
        if parts is None:
            if label:
                yield [self.frame(" | ", place.line), painted(label, style)]
            return
        head, inner, _ = parts
        start = cells(shown(head))
        end = max(cells(shown(head + inner)), start + 1)
        line, start, end = _window(shown("".join(parts)).rstrip(), start, end, self._room(0))
        yield [self.frame(" | ", place.line), plain(line)]
        yield from self._marked(start, mark * (end - start), label, style)

    def _marked(self, indent: int, marks: str, label: str, style: str) -> Iterator[Line]:
        """The line of marks with the label after it, or below it where there is no room."""
        if cells(label) < self._room(indent + len(marks)):
            text = f"{marks} {label}" if label else marks
            yield [self.frame(" | "), plain(" " * indent), painted(text, style)]
            return
        yield [self.frame(" | "), plain(" " * indent), painted(marks, style)]
        room = max(self._room(indent), LEAST_TEXT)
        indent = min(indent, max(self._room(room), 0))
        for part in textwrap.wrap(label, room):
            yield [self.frame(" | "), plain(" " * indent), painted(part, style)]

    def _room(self, used: int) -> int:
        """Cells left right of the bar."""
        return self.width - self.gutter - len(" | ") - used


def _window(line: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """A line cut to `width` around its marked part, which may begin anywhere in a line of megabytes."""
    width = max(width, LEAST_TEXT)
    if len(line) <= width and cells(line) <= width:
        return line, start, end
    first = max(min(start - _AROUND, end - width + _AROUND), 0) if end > width else 0
    lead = "…" if first else ""
    last = first + width - len(lead) - 1
    text = f"{lead}{line[first:last]}" + ("…" if last < len(line) else "")
    start = start - first + len(lead)
    return text, start, max(min(end - first + len(lead), cells(text)), start + 1)
