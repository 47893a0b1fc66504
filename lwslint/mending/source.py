"""The text of a C file as mends see it: bytes, lines, and tokens as far as it takes to find a statement."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from lwslint.model.place import Place

MAX_BYTES = 8 << 20
"""In a longer text nothing is mended: its tokens take a hundred times its length."""

_TOKEN = re.compile(
    rb"""
    (?P<directive> ^[ \t\f\v]*(?:\#|%:)(?:\\[ \t\f\v]*\r?\n|/\*.*?(?:\*/|\Z)|[^\n])* )
  | (?P<comment> //(?:\\[ \t\f\v]*\r?\n|[^\n])*|/\*.*?(?:\*/|\Z) )
  | (?P<literal> "(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'? )
  | (?P<word> [A-Za-z_\x80-\xff][\w\x80-\xff]* )
  | (?P<number> \.?[0-9][\w.]* )
  | (?P<mark> [^\s\\] )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_BLANKS = re.compile(rb"[ \t]*")
_OPENING, _CLOSING = (b"(", b"[", b"{"), (b")", b"]", b"}")
_CONTROL = frozenset(b"if else for while do switch case default return goto break continue".split())
_STARTS = (b"*", b"(", b"++", b"--")


class Token(NamedTuple):
    """A token: its kind (directive, comment, literal, word, number, mark), first and last offset, text."""

    kind: str
    start: int
    end: int
    text: bytes


class Statement(NamedTuple):
    """A simple statement or declaration that ends in a semicolon, alone in its block.

    `start` is the offset of its first token, `end` the one behind its semicolon, `depth` the number of
    braces around it. `nested` says that what it was found by is in parentheses or braces inside it.
    """

    start: int
    end: int
    depth: int
    nested: bool


class Source:
    """A C file. Lines end in LF, as the front end counts them; columns are bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(rb"\n", self.data))]

    @functools.cached_property
    def _tokens(self) -> list[Token]:
        found = (
            Token(match.lastgroup or "", match.start(), match.end(), match[0])
            for match in _TOKEN.finditer(self.data)
        )
        return list(found)

    @functools.cached_property
    def _code(self) -> list[Token]:
        """The tokens but comments."""
        return [token for token in self._tokens if token.kind != "comment"]

    @functools.cached_property
    def _code_starts(self) -> list[int]:
        return [token.start for token in self._code]

    def stretch(self, place: Place) -> tuple[int, int] | None:
        """First and last offset of a place; None where the file has no such place."""
        start, end = self._offset(place.line, place.column), self._offset(place.end_line, place.end_column)
        return None if start is None or end is None or end < start else (start, end)

    def _offset(self, line: int, column: int) -> int | None:
        if not 0 < line <= len(self._starts) or column < 1:
            return None
        start = self._starts[line - 1]
        stop = self._starts[line] - 1 if line < len(self._starts) else len(self.data)
        return start + column - 1 if start + column - 1 <= stop else None

    def place(self, path: str, start: int, end: int) -> Place:
        """The place between two offsets."""
        return Place(path, *self._position(start), *self._position(end))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    @functools.cached_property
    def _directives(self) -> list[Token]:
        return [token for token in self._tokens if token.kind == "directive"]

    def in_directive(self, start: int, end: int) -> bool:
        """Whether a stretch touches a preprocessor directive: the body of a macro is no place to edit."""
        at = bisect_right(self._directives, max(end - 1, start), key=lambda token: token.start)
        return at > 0 and self._directives[at - 1].end > start

    def words(self, start: int, end: int) -> list[bytes]:
        """The texts of the tokens in a stretch."""
        first, behind = bisect_left(self._code_starts, start), bisect_left(self._code_starts, end)
        return [token.text for token in self._code[first:behind] if token.end <= end]

    def declarator_end(self, start: int) -> int | None:
        """Where the initialiser goes of the variable whose name is at an offset.

        None where it has one, or is not a plain variable or array that a comma or semicolon ends.
        """
        at = bisect_left(self._code_starts, start)
        if at >= len(self._code) or self._code[at].start != start or self._code[at].kind != "word":
            return None
        at += 1
        while at < len(self._code) and self._code[at].text == b"[":
            at = self._behind(at)
        following = self._code[at] if at < len(self._code) else None
        return self._code[at - 1].end if following and following.text in (b",", b";") else None

    def last_element(self, start: int) -> tuple[int, bool, bool] | None:
        """Where one more element goes in the initialiser of the array whose name is at an offset.

        Says as well whether a comma is there already, and whether the closing brace is on a line of its own.
        None unless it is an array in whose brackets nothing stands, with a list that is not empty.
        """
        at = bisect_left(self._code_starts, start)
        texts = [token.text for token in self._code[at : at + 5]]
        if texts[1:] != [b"[", b"]", b"=", b"{"] or self._code[at].start != start:
            return None
        behind = self._behind(at + 4)
        closing, before = self._code[behind - 1], self._code[behind - 2]
        if behind >= len(self._code) or self._code[behind].text not in (b",", b";"):
            return None
        if closing.text != b"}" or before.text == b"{" or before.kind == "directive":
            return None
        alone = not self.data[self.line_start(closing.start) : closing.start].strip()
        return before.end, before.text == b",", alone

    def operator(self, start: int, end: int, text: bytes) -> tuple[int, int] | None:
        """The first place of an operator in a stretch, outside brackets."""
        depth = 0
        for at in range(bisect_left(self._code_starts, start), bisect_left(self._code_starts, end)):
            token = self._code[at]
            found = token.start, token.start + len(text)
            if found[1] > end:
                break
            if not depth and token.kind == "mark" and self.data[slice(*found)] == text:
                joined = self.data[found[0] - 1 : found[0]], self.data[found[1] : found[1] + 1]
                return None if any(byte and byte in b"=!<>+-*/%&|^" for byte in joined) else found
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        return None

    def _behind(self, at: int) -> int:
        """The number of the token behind the bracket that opens at token `at`."""
        depth = 0
        while at < len(self._code):
            text = self._code[at].text
            depth += (text in _OPENING) - (text in _CLOSING)
            at += 1
            if not depth:
                break
        return at

    def statement(self, offset: int) -> Statement | None:
        """The statement around an offset; None unless it is simple and stands by itself between others.

        A statement that is the body of an `if` or a loop without braces has no room for another beside it.
        """
        at = bisect_right(self._code_starts, offset) - 1
        if at < 0 or self._code[at].end <= offset or self._code[at].kind == "directive":
            return None
        behind, nested = self._first(at)
        first = self._behind_labels(behind, at)
        if first is None or not self._can_begin(first, at):
            return None
        last = self._last(first)
        if last is None or last < at:
            return None
        return Statement(self._code[first].start, self._code[last].end, self._depths[first], nested)

    def head(self, offset: int) -> Statement | None:
        """The `return`, or the `if` up to its condition, around an offset that stands by itself."""
        at = bisect_right(self._code_starts, offset) - 1
        if at < 0 or self._code[at].end <= offset or self._code[at].kind == "directive":
            return None
        first = self._behind_labels(self._first(at)[0], at)
        if first is None or first == at:
            return None
        if self._code[first].text == b"return":
            last = self._last(first)
        elif [token.text for token in self._code[first : first + 2]] == [b"if", b"("]:
            last = self._behind(first + 1) - 1
        else:
            return None
        if last is None or last < at:
            return None
        return Statement(self._code[first].start, self._code[last].end, self._depths[first], True)

    def _first(self, at: int) -> tuple[int, bool]:
        """The first token behind the statement before, and whether brackets are open at token `at`."""
        depth, nested = 0, False
        while at > 0:
            token = self._code[at - 1]
            if token.kind == "directive" or (not depth and token.text in (b";", b"{", b"}")):
                break
            if token.text in _CLOSING:
                depth += 1
            elif token.text in _OPENING:
                nested |= not depth
                depth = max(depth - 1, 0)
            at -= 1
        return at, nested

    def _behind_labels(self, first: int, at: int) -> int | None:
        """The first token that is no part of a label; None if `at` is."""
        while first < at:
            token = self._code[first]
            if token.text in (b"case", b"default"):
                while first < at and self._code[first].text != b":":
                    first += 1
                first += 1
            elif token.kind == "word" and self._code[first + 1].text == b":":
                first += 2
            else:
                break
        return first if first <= at else None

    def _can_begin(self, first: int, at: int) -> bool:
        """Whether a statement by itself begins at token `first`, not a keyword or a macro like one."""
        token = self._code[first]
        if token.kind == "word" and token.text in _CONTROL:
            return False
        if token.kind != "word" and token.text not in _STARTS:
            return False
        depth = 0
        for index in range(first, at):
            text = self._code[index].text
            depth += (text in _OPENING) - (text in _CLOSING)
            if text == b")" and not depth and token.kind == "word" and self._code[index + 1].kind == "word":
                return False
        return True

    def _last(self, first: int) -> int | None:
        """The semicolon that ends a statement; None if a block or a directive comes first."""
        depth = 0
        for index in range(first, len(self._code)):
            token = self._code[index]
            if token.kind == "directive":
                return None
            if token.text == b";" and not depth:
                return index
            if token.text == b"{" and not depth and self._code[index - 1].text != b"=":
                return None
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth < 0:
                return None
        return None

    @functools.cached_property
    def _depths(self) -> list[int]:
        """How many braces are open before each token."""
        depths = [0]
        for token in self._code:
            depths.append(max(depths[-1] + (token.text == b"{") - (token.text == b"}"), 0))
        return depths

    def line_start(self, offset: int) -> int:
        """The offset of the first byte of a line."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def end_of_lines(self, offset: int) -> int | None:
        """The end of the line on which the comments behind an offset end; None if code is behind it."""
        at = bisect_left(self._tokens, offset, key=lambda token: token.start)
        stop = self._line_stop(offset)
        for token in self._tokens[at:]:
            if token.start >= stop:
                break
            if token.kind != "comment":
                return None
            stop = self._line_stop(token.end)
        return stop

    def _line_stop(self, offset: int) -> int:
        stop = self.data.find(b"\n", offset)
        if stop < 0:
            return len(self.data)
        return stop - 1 if stop > offset and self.data[stop - 1 : stop] == b"\r" else stop

    def line_end(self, offset: int) -> bytes:
        """The line end in use around an offset."""
        stop = self.data.find(b"\n", offset)
        if stop < 0:
            stop = self.data.rfind(b"\n", 0, offset)
        return b"\r\n" if stop > 0 and self.data[stop - 1 : stop] == b"\r" else b"\n"

    def indent(self, offset: int) -> bytes:
        """The blanks that a line begins with."""
        found = _BLANKS.match(self.data, self.line_start(offset))
        return found[0] if found else b""

    def step(self, statement: Statement) -> bytes:
        """By what one more level is indented, as the indentation of a statement tells."""
        indent = self.indent(statement.start)
        if indent.startswith(b"\t") or not indent:
            return b"\t"
        size, rest = divmod(len(indent), max(statement.depth, 1))
        if not rest and size in (2, 3, 4, 8):
            return b" " * size
        return b" " * (2 if len(indent) % 4 == 2 else 4)  # labels may be a level of their own
