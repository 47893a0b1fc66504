"""Tokens of C text, each with the place where a person sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lwslint.frontend.clang.places import File

IDENTIFIER, NUMBER, STRING, CHARACTER, PUNCTUATOR, OTHER = "i", "n", "s", "c", "p", "o"

NOTHING: frozenset[str] = frozenset()

_TOKEN = re.compile(
    r"""
    (?P<w>(?:[ \t\f\v\r]|\\\r?\n|//(?:\\\r?\n|[^\n])*|/\*.*?(?:\*/|\Z))+)
  | (?P<l>\n)
  | (?P<s>(?:u8|[uUL])?"(?:[^"\\\n]|\\\r\n|\\.)*"?)
  | (?P<c>(?:u8|[uUL])?'(?:[^'\\\n]|\\\r\n|\\.)*'?)
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
_CONTINUED = re.compile(r"\\\r?\n")
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


def pieces(text: str, file: File) -> Iterator[list[Token]]:
    """The tokens of a text, line by logical line; continued lines are one."""
    line: list[Token] = []
    space = False
    for match in _TOKEN.finditer(text):
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
            elif "\\" in word:
                word = _CONTINUED.sub("", word)
            line.append(Token(kind, word, file, match.start(), match.end(), space))
            space = False
    if line:
        yield line


def decoded(data: bytes, *, trigraphs: bool = False) -> str:
    """Bytes as text of which one character is one byte, so that offsets stay; a byte order mark is blank."""
    if data.startswith(_MARK):
        data = b"   " + data[len(_MARK) :]
    text = data.decode("latin-1")
    if trigraphs and "??" in text:
        text = re.sub(r"\?\?([=/'()!<>-])", lambda match: f"  {_TRIGRAPHS[match[1]]}", text)
    return text


def lexed(text: str, file: File) -> list[Token]:
    """The tokens of one line of text."""
    return [token for line in pieces(text, file) for token in line]
