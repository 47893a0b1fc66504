"""Tokens of C text, each with the place where a person sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lwslint.frontend.clang.places import File
from lwslint.frontend.lexing import SPLICE

IDENTIFIER, NUMBER, STRING, CHARACTER, PUNCTUATOR, OTHER = "i", "n", "s", "c", "p", "o"

NOTHING: frozenset[str] = frozenset()

_TOKEN = re.compile(
    r"""
    (?P<w>(?:[ \t\f\v\r]|//[^\n]*|/\*.*?(?:\*/|\Z))+)
  | (?P<l>\n)
  | (?P<s>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"?)
  | (?P<c>(?:u8|[uUL])?'(?:[^'\\\n]|\\.)*'?)
  | (?P<i>[A-Za-z_$\x80-\xff][A-Za-z0-9_$\x80-\xff]*)
  | (?P<n>\.?[0-9](?:[eEpP][+-]|'[0-9A-Za-z]|[A-Za-z0-9_.])*)
  | (?P<p>%:%:|\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-*/%+&^|]=|\#\#|<:|:>|<%|%>|%:
        |[\[\](){}.&*+\-~!/%<>^|?:;=,\#])
  | (?P<o>.)
    """,
    re.DOTALL | re.VERBOSE,
)
_DIGRAPHS = {"<:": "[", ":>": "]", "<%": "{", "%>": "}", "%:": "#", "%:%:": "##"}
_TRIGRAPHS = {"=": "#", "/": "\\", "'": "^", "(": "[", ")": "]", "!": "|", "<": "{", ">": "}", "-": "~"}
_SPLICE = SPLICE.decode()
_EDITS = re.compile(_SPLICE)
_EDITS_WITH_TRIGRAPHS = re.compile(rf"{_SPLICE}|\?\?/[ \t\f\v]*\r?\n|\?\?[=/'()!<>-]")
_MARK = b"\xef\xbb\xbf"


class Token:
    """One token. `start` and `end` are offsets in `file` of the text that a person sees.

    For text out of a macro's body that is the use of the macro, with its arguments; for an argument it is
    the argument. `use` is the offset of the outermost macro's name, -1 for text that no macro gave. `hidden`
    are the macros that it is not expanded by any more; `space` says that blanks stand before it, `argument`
    that it was an argument of a macro.
    """

    __slots__ = ("argument", "end", "file", "hidden", "kind", "space", "start", "text", "use")

    def __init__(
        self,
        kind: str,
        text: str,
        file: File,
        start: int,
        end: int,
        space: bool = False,
        use: int = -1,
        hidden: frozenset[str] = NOTHING,
        argument: bool = False,
    ) -> None:
        self.kind = kind
        self.text = text
        self.file = file
        self.start = start
        self.end = end
        self.space = space
        self.use = use
        self.hidden = hidden
        self.argument = argument


def pieces(text: str, file: File, *, trigraphs: bool = False) -> Iterator[list[Token]]:
    """The tokens of a text, line by logical line: continued lines are one, `trigraphs` replaced if asked."""
    edits = _EDITS_WITH_TRIGRAPHS if trigraphs else _EDITS
    joined = _Joined(text, edits) if edits.search(text) else None
    line: list[Token] = []
    space = False
    for match in _TOKEN.finditer(joined.text if joined else text):
        kind = match.lastgroup or OTHER
        if kind == "w":
            space = True
        elif kind == "l":
            if line:
                yield line
                line = []
            space = False
        else:
            word = match[0]
            if kind == PUNCTUATOR:
                word = _DIGRAPHS.get(word, word)
            start, end = match.span()
            if joined:
                start, end = joined.origin(start)[0], joined.origin(end - 1)[1]
            line.append(Token(kind, word, file, start, end, space))
            space = False
    if line:
        yield line


class _Joined:
    """A text after the first two phases of translation (C11, 5.1.1.2), and where its characters came from."""

    def __init__(self, text: str, edits: re.Pattern[str]) -> None:
        parts: list[str] = []
        self._at = [0]  # in the text as it is now, one for each stretch that was left as it was
        self._origins = [0]
        self._replaced: set[int] = set()
        done = size = 0
        for edit in edits.finditer(text):
            kept = text[done : edit.start()]
            size += len(kept)
            parts.append(kept)
            done = edit.end()
            if edit[0][-1] != "\n":
                self._replaced.add(size)
                parts.append(_TRIGRAPHS[edit[0][-1]])
                size += 1
            self._at.append(size)
            self._origins.append(done)
        self.text = "".join([*parts, text[done:]])
        self._stretch = 0

    def origin(self, at: int) -> tuple[int, int]:
        """Where a character stood, from and to; asked for one after the other, seldom backwards."""
        while self._stretch and self._at[self._stretch] > at:
            self._stretch -= 1
        while self._stretch + 1 < len(self._at) and self._at[self._stretch + 1] <= at:
            self._stretch += 1
        start = self._origins[self._stretch] + at - self._at[self._stretch]
        return start, start + (3 if at in self._replaced else 1)


def decoded(data: bytes) -> str:
    """Bytes as text of which one character is one byte, so that offsets stay; a byte order mark is blank."""
    if data.startswith(_MARK):
        data = b"   " + data[len(_MARK) :]
    return data.decode("latin-1")


def lexed(text: str, file: File) -> list[Token]:
    """The tokens of one line of text."""
    return [token for line in pieces(text, file) for token in line]
