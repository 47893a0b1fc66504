"""Response files: `@file` in a compile command stands for the words in that file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lwslint import bounded
from lwslint.errors import LwslintError
from lwslint.sources.paths import is_file
from lwslint.sources.shell import split

MAXIMUM_BYTES = 1 << 20
MAXIMUM_DEPTH = 4
MAXIMUM_WORDS = 100_000


def expand(words: Sequence[str], directory: Path, *inside: Path) -> list[str]:
    """The words with response files put in their place.

    A file that is not in one of the folders `inside`, too large, nested too deep or not readable leaves its
    word: the flags in it are lost, the rest of the command holds.
    """
    expanded: list[str] = []
    for word in _expand(words, directory, [folder.resolve() for folder in inside], MAXIMUM_DEPTH):
        if len(expanded) == MAXIMUM_WORDS:
            break
        expanded.append(word)
    return expanded


def _expand(words: Sequence[str], directory: Path, inside: Sequence[Path], depth: int) -> Iterator[str]:
    for word in words:
        if not word.startswith("@"):
            yield word
        elif depth and (words_of := _read(directory / word[1:], inside)) is not None:
            yield from _expand(words_of, directory, inside, depth - 1)
        else:
            yield word


def _read(path: Path, inside: Sequence[Path]) -> list[str] | None:
    try:
        path = path.resolve()
        if not any(map(path.is_relative_to, inside)) or not is_file(path):
            return None
        return split(bounded.read(path, MAXIMUM_BYTES).decode("utf-8", "surrogateescape"))
    except (OSError, ValueError, RuntimeError, LwslintError):
        return None
