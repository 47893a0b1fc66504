"""Where cursors stand: clang's raw locations as spans of the program's files.

A raw location outside macros is an offset into one long text of all files read, so a place is found by
two bisections once the file's first offset is known, without a call into libclang.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_right
from collections.abc import Callable
from ctypes import byref, c_size_t, c_uint, c_void_p

from lwslint.frontend.clang.library import Cursor, Location, Range, load, text
from lwslint.ir import Span

MACRO = 0x80000000
_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")
_DEFINE = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)((?:\\[ \t\f\v]*\r?\n|[^\n])*)", re.MULTILINE)
_UNDEFINE = re.compile(rb"^[ \t]*#[ \t]*undef[ \t]+(\w+)", re.MULTILINE)


class File:
    """A file of the unit. `index` is its number in `Unit.files`, -1 for files that are not the program's."""

    __slots__ = ("_lines", "base", "data", "handle", "index", "name", "size")

    def __init__(self, handle: int, name: str, base: int, data: bytes, index: int) -> None:
        self.handle = handle
        self.name = name
        self.base = base
        self.data = data
        self.size = len(data)
        self.index = index
        self._lines: list[int] | None = None

    @property
    def lines(self) -> list[int]:
        """The offset of each line's first byte."""
        if self._lines is None:
            self._lines = [0, *(match.end() for match in re.finditer(rb"\n", self.data))]
        return self._lines

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        lines = self.lines
        line = bisect_right(lines, offset)
        return line, offset - lines[line - 1] + 1


class Places:
    """The files of one translation unit, learned as locations in them turn up."""

    def __init__(self, unit: int, number: Callable[[str, Location], int]) -> None:
        """`number` gives a file its index in `Unit.files`, or -1, by its name and a location in it."""
        self._unit = unit
        self._library = load()
        self._number = number
        self._bases: list[int] = []
        self._files: list[File] = []
        self._known: dict[int, tuple[int, bytes, str]] = {}
        self._first: dict[int, File] = {}
        self._undefined: set[bytes] | None = None
        self._macro_places: dict[tuple[int, bool], tuple[File, int] | None] = {}
        self._macros: dict[bytes, list[tuple[File, int, int]]] | None = None
        self._p0 = self._p1 = 0
        self._last: File | None = None

    def _locate(self, raw: int, *, expansion: bool) -> tuple[int, int]:
        """The file's handle and the offset in it, asked from libclang."""
        handle, offset = c_void_p(), c_uint()
        function = (
            self._library.clang_getExpansionLocation if expansion else self._library.clang_getFileLocation
        )
        function(Location(self._p0, self._p1, raw), byref(handle), None, None, byref(offset))
        return handle.value or 0, offset.value

    def _learn(self, raw: int) -> File | None:
        handle, offset = self._locate(raw, expansion=True)
        if not handle:
            return None
        base = raw - offset
        at = bisect_right(self._bases, base)
        if at and self._bases[at - 1] == base:
            # The sizes of foreign files are not asked for: they reach as far as anything seen in them.
            self._files[at - 1].size = max(self._files[at - 1].size, offset)
            return self._files[at - 1]
        if handle not in self._known:
            name = text(self._library.clang_getFileName(handle))
            index = self._number(name, Location(self._p0, self._p1, raw))
            self._known[handle] = index, self._contents(handle) if index >= 0 else b"", name
        index, data, name = self._known[handle]
        file = File(handle, name, base, data, index)
        file.size = max(file.size, offset)
        self._bases.insert(at, base)
        self._files.insert(at, file)
        self._first.setdefault(handle, file)
        if index >= 0:
            self._macros = None
            self._undefined = None
        return file

    def _contents(self, handle: int) -> bytes:
        size = c_size_t()
        address = self._library.clang_getFileContents(self._unit, handle, byref(size))
        return ctypes.string_at(address, size.value) if address else b""

    def find(self, raw: int) -> tuple[File, int] | None:
        """The file and offset of a raw location, macros resolved to the text a person sees."""
        if raw & MACRO:
            return self._find_macro(raw, expansion=False)
        last = self._last
        if last is not None and 0 <= raw - last.base <= last.size:
            return last, raw - last.base
        at = bisect_right(self._bases, raw) - 1
        if at >= 0:
            file = self._files[at]
            if raw - file.base <= file.size:
                if file.index >= 0:
                    self._last = file
                return file, raw - file.base
        file_or_none = self._learn(raw) if raw else None
        return (file_or_none, raw - file_or_none.base) if file_or_none else None

    def _find_macro(self, raw: int, *, expansion: bool) -> tuple[File, int] | None:
        if (raw, expansion) not in self._macro_places:
            self._macro_places[raw, expansion] = self._ask_macro(raw, expansion)
        return self._macro_places[raw, expansion]

    def _ask_macro(self, raw: int, expansion: bool) -> tuple[File, int] | None:
        handle, offset = self._locate(raw, expansion=expansion)
        if handle in self._first:
            return self._first[handle], offset
        if not handle:
            return None
        start: int = self._library.clang_getLocationForOffset(self._unit, handle, 0).raw
        learned = self._learn(start) if start else None
        return (learned, offset) if learned else None

    def main(self) -> File | None:
        """The file that was asked for."""
        return next((file for file in self._files if file.index == 0), None)

    def extent(self, cursor: Cursor) -> Range:
        """The cursor's raw extent."""
        extent: Range = self._library.clang_getCursorExtent(cursor)
        if not self._p0:
            self._p0, self._p1 = extent.p0, extent.p1
        return extent

    def start(self, cursor: Cursor) -> tuple[File, int] | None:
        """Where the cursor's name (for declarations) or first token stands."""
        location: Location = self._library.clang_getCursorLocation(cursor)
        if not self._p0:
            self._p0, self._p1 = location.p0, location.p1
        return self.find(location.raw)

    def resolve(self, location: Location) -> tuple[File, int] | None:
        """The file and offset of a location that libclang gave."""
        if not self._p0:
            self._p0, self._p1 = location.p0, location.p1
        return self.find(location.raw)

    def name_span(self, cursor: Cursor, length: int) -> Span | None:
        """The span of a declaration's name, `length` bytes long."""
        found = self.start(cursor)
        if found is None or found[0].index < 0:
            return None
        file, offset = found
        line, column = file.place(offset)
        return Span(file.index, line, column, line, column + length)

    def stretch(self, cursor: Cursor) -> tuple[File, int, int, bool] | None:
        """File, first and last offset of a cursor as a person sees it; whether a macro's body gave it."""
        extent = self.extent(cursor)
        begin = self.find(extent.begin)
        end = self.find(extent.end)
        if begin is None or end is None:
            return None
        file, first = begin
        from_body = False
        if extent.begin & MACRO:
            use = self._find_macro(extent.begin, expansion=True)
            if use == begin:
                from_body = True
            elif use is not None and not extent.end & MACRO:
                from_body = True
                file, first = use
        last = end[1] if end[0].handle == file.handle else first
        return file, first, max(first, last), from_body

    def span(self, cursor: Cursor, needle: bytes = b"") -> Span | None:
        """The span of a cursor; of text from a macro's body, `body` is where `needle` stands in it."""
        stretch = self.stretch(cursor)
        if stretch is None or stretch[0].index < 0:
            return None
        file, first, last, from_body = stretch
        line, column = file.place(first)
        end_line, end_column = file.place(last)
        body = self._body(file, first, needle) if from_body and needle else None
        return Span(file.index, line, column, end_line, end_column, body)

    def span_at(self, file: File, first: int, last: int) -> Span:
        """The span of a stretch of a file."""
        line, column = file.place(first)
        end_line, end_column = file.place(last)
        return Span(max(file.index, 0), line, column, end_line, end_column)

    def text(self, cursor: Cursor) -> bytes | None:
        """The cursor's text as written; None where it came out of a macro's body or the extent is torn."""
        extent = self.extent(cursor)
        if (extent.begin | extent.end) & MACRO:
            stretch = self.stretch(cursor)
            if stretch is None or stretch[3]:
                return None
            return stretch[0].data[stretch[1] : stretch[2]]
        begin = self.find(extent.begin)
        if begin is None:
            return None
        return begin[0].data[begin[1] : begin[1] + extent.end - extent.begin]

    def macro_name(self, cursor: Cursor, *, token: bool = False) -> str:
        """The object-like macro that the whole cursor (with `token`, one token) came out of, if any."""
        extent = self.extent(cursor)
        if not extent.begin & MACRO:
            return ""
        found = self.find(extent.begin)
        word = _IDENTIFIER.match(found[0].data, found[1]) if found is not None else None
        if found is None or word is None:
            return ""
        if not token:
            stretch = self.stretch(cursor)
            whole = stretch is not None and stretch[1] == found[1] and stretch[2] == word.end()
        else:
            whole = not found[0].data[word.end() : word.end() + 64].lstrip().startswith(b"(")
        return word[0].decode() if whole else ""

    def _body(self, file: File, offset: int, needle: bytes) -> Span | None:
        word = _IDENTIFIER.match(file.data, offset)
        return self._in_macro(word[0], needle, 8) if word else None

    def _in_macro(self, name: bytes, needle: bytes, depth: int) -> Span | None:
        """Where `needle` is spelled in the definition of macro `name`, or of a macro that it uses."""
        definitions = self.macros().get(name)
        if not definitions or not depth:
            return None
        file, first, last = definitions[-1]
        if found := re.search(rb"\b%s\b" % re.escape(needle), file.data[first:last]):
            return self.span_at(file, first + found.start(), first + found.end())
        for word in _IDENTIFIER.findall(file.data, first, last):
            if word != name and (inner := self._in_macro(word, needle, depth - 1)):
                return inner
        return None

    def macros(self) -> dict[bytes, list[tuple[File, int, int]]]:
        """The macros that the program's files define: name to file and stretch of each body."""
        if self._macros is None:
            self._macros = {}
            for file in (file for file in self._first.values() if file.index >= 0):
                for match in _DEFINE.finditer(file.data):
                    self._macros.setdefault(match[1], []).append((file, match.start(2), match.end(2)))
        return self._macros

    def is_stable(self, macro: str) -> bool:
        """Whether the macro has one meaning throughout the unit, as far as the program's files tell."""
        name = macro.encode()
        if name.startswith(b"__") or len(self.macros().get(name, ())) > 1:
            return False
        if self._undefined is None:
            own = [file.data for file in self._first.values() if file.index >= 0]
            self._undefined = {found for data in own for found in _UNDEFINE.findall(data)}
        return name not in self._undefined
