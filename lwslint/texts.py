"""Texts of files, each read once in a run: planning, the lexed closure and comments look at the same ones."""

from __future__ import annotations

from lwslint import bounded

LONGEST = 1 << 20
MAX_BYTES = 128 << 20
"""Bytes that are kept in all; what is longer than `LONGEST`, or comes when there is no room, is read anew."""


def head(data: bytes, *words: bytes) -> bytes:
    """A text up to the last line with one of these words: most of a file stands behind its includes."""
    last = max(map(data.rfind, words))
    end = data.find(b"\n", last) if last >= 0 else 0
    return data if end < 0 else data[:end]


class Texts:
    """The texts of files by path, kept as far as there is room."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._room = MAX_BYTES

    def read(self, path: str, most: int, *, cut: bool = False) -> bytes:
        """The bytes of a file, as `bounded.read` gives them.

        Raises:
            OSError: it cannot be read.
            LwslintError: it is no regular file, or too long.
        """
        known = self._kept.get(path)
        if known is not None and len(known) < most:
            return known
        data = bounded.read(path, most, cut=cut)
        if len(data) < min(most, LONGEST) and len(data) <= self._room:  # and so was not cut
            self._kept[path] = data
            self._room -= len(data)
        return data
