"""Where the tokens of a cursor stand, as spans of the program's files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from lwslint.frontend.clang.library import Cursor as ClangCursor
from lwslint.frontend.clang.library import Location
from lwslint.frontend.clang.places import File, Places
from lwslint.frontend.pure.cursor import Cursor
from lwslint.frontend.pure.preprocess import OwnFile
from lwslint.frontend.pure.tokens import Token

_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")


class PurePlaces(Places):
    """The files of one unit, and places in them told from tokens."""

    def __init__(self, main: File, files: Mapping[str, File | None]) -> None:
        self._main = main
        self._files = [main, *(file for file in files.values() if file is not None and file is not main)]
        self._first = {0: main}
        self._undefined: set[bytes] | None = None
        self._macros: dict[bytes, list[tuple[File, int, int]]] | None = None

    def macros(self) -> dict[bytes, list[tuple[File, int, int]]]:
        """The macros that the program's files define, as far as something in these was looked at."""
        own = [file for file in self._files if not isinstance(file, OwnFile) or file.is_numbered]
        if len(own) != len(self._first):
            self._first = dict(enumerate(own))
            self._macros = self._undefined = None
        return super().macros()

    def main(self) -> File | None:
        """The file that was asked for."""
        return self._main

    def start(self, cursor: ClangCursor) -> tuple[File, int] | None:
        """Where the cursor's name (for declarations) or first token stands."""
        token = cast("Cursor", cursor).at
        return None if token is None else (token.file, token.start)

    def resolve(self, location: Location) -> tuple[File, int] | None:
        """The file and offset of a place, which is what it is."""
        return cast("tuple[File, int] | None", location)

    def stretch(self, cursor: ClangCursor) -> tuple[File, int, int, bool] | None:
        """File, first and last offset of a cursor as a person sees it; whether a macro's body gave it."""
        own = cast("Cursor", cursor)
        begin, end = own.first, own.last
        if begin is None or end is None:
            return None
        first, from_body = begin.start, False
        if begin.use >= 0:
            if begin.use == begin.start:
                from_body = True
            elif not end.argument:
                first, from_body = begin.use, True
        last = first if end.file is not begin.file else end.start if _is_nested(end) else end.end
        return begin.file, first, max(first, last), from_body

    def text(self, cursor: ClangCursor) -> bytes | None:
        """The cursor's text as written; None where it came out of a macro's body or the extent is torn."""
        stretch = self.stretch(cursor)
        if stretch is None or stretch[3]:
            return None
        return stretch[0].data[stretch[1] : stretch[2]]

    def macro_name(self, cursor: ClangCursor, *, token: bool = False) -> str:
        """The object-like macro that the whole cursor (with `token`, one token) came out of, if any."""
        begin = cast("Cursor", cursor).first
        if begin is None or begin.use < 0:
            return ""
        data = begin.file.data
        word = _IDENTIFIER.match(data, begin.start)
        if word is None:
            return ""
        if token:
            whole = not data[word.end() : word.end() + 64].lstrip().startswith(b"(")
        else:
            stretch = self.stretch(cursor)
            whole = stretch is not None and stretch[1] == begin.start and stretch[2] == word.end()
        return word[0].decode() if whole else ""


def _is_nested(token: Token) -> bool:
    """Whether an argument of a macro came out of a macro itself: libclang says only where that starts."""
    if not token.argument:
        return False
    return token.file.data[token.start : token.end] != token.text.encode("latin-1", "replace")
