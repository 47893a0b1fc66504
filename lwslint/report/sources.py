"""The sources of an outcome by line, and paths as reports write them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from lwslint.model.place import Place
from lwslint.report.columns import before, first_line_end, split_lines


class Sources:
    """Lines of the files that an outcome speaks of, split once a file."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """`texts` is `Outcome.sources`."""
        self._texts = texts
        self._lines: dict[str, list[str]] = {}

    def lines(self, path: str) -> list[str]:
        """All lines of a file; none if its text is not at hand."""
        if path not in self._lines:
            text = self._texts.get(path)
            self._lines[path] = [] if text is None else split_lines(text)
        return self._lines[path]

    def line(self, path: str, number: int) -> str | None:
        """Line `number` (from 1), or None if it is not at hand."""
        lines = self.lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else None

    def first_line(self, place: Place) -> tuple[str, str, str] | None:
        """The first line of a place in three parts: before it, in it, after it."""
        line = self.line(place.path, place.line)
        if line is None:
            return None
        head = before(line, place.column)
        upto = before(line, first_line_end(place, line))
        return head, line[len(head) : len(upto)], line[max(len(upto), len(head)) :]

    def text(self, place: Place) -> str:
        """All the text in a place; empty if it is not at hand."""
        lines = self.lines(place.path)[place.line - 1 : place.end_line] if place.line > 0 else []
        if not lines:
            return ""
        if place.end_line <= place.line:
            return before(lines[0], place.end_column)[len(before(lines[0], place.column)) :]
        first = lines[0][len(before(lines[0], place.column)) :]
        return "\n".join([first, *lines[1:-1], before(lines[-1], place.end_column)])


class Paths:
    """Paths relative to the root of an outcome, with forward slashes, whatever the working directory."""

    def __init__(self, root: str, cwd: str = "") -> None:
        """`root` and `cwd` are those of the outcome; links are resolved, as GitHub does not follow them."""
        self._root = os.path.realpath(root or ".")
        self._cwd = cwd
        self.from_root = cache(self._from_root)
        self.uri = cache(self._uri)

    def _from_root(self, path: str) -> str:
        """`path` as one goes to it from the root; as it is if no file system takes it."""
        try:
            absolute = os.path.realpath(Path(self._cwd, path))
            return os.path.relpath(absolute, self._root).replace(os.sep, "/")
        except ValueError:  # a null byte, a lone surrogate, another drive
            return path

    def inside(self, path: str) -> bool:
        """Whether a file is below the root."""
        way = self.from_root(path)
        return not (way == ".." or way.startswith(("../", "/")))

    def shown(self, path: str) -> str:
        """`path` seen from the root where it is inside, else as it is."""
        return self.from_root(path) if self.inside(path) else path

    def _uri(self, path: str) -> str:
        """A percent-encoded relative URI (GitHub refuses files in which one is absolute)."""
        return _quoted(self.from_root(path))


def _quoted(path: str) -> str:
    """`path` percent-encoded, colons too: in a first segment they would read as a scheme (RFC 3986, 4.2)."""
    try:
        return quote(os.fsencode(path), safe="/~")
    except UnicodeEncodeError:
        return quote(path, safe="/~", errors="replace")
