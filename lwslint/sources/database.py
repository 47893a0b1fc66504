"""Compile databases: `compile_commands.json` as CMake, Meson, Bear and others write it.

Format: https://clang.llvm.org/docs/JSONCompilationDatabase.html
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from lwslint import bounded
from lwslint.errors import LwslintError
from lwslint.sources.flags import Cleaned, clean, encodable, from_microsoft, is_microsoft
from lwslint.sources.paths import is_file
from lwslint.sources.response import expand
from lwslint.sources.shell import split, split_windows

NAME = "compile_commands.json"
MAXIMUM_BYTES = 256 << 20
MAXIMUM_FLAGS = 64
"""Sets of flags that one file is read with: the first ones, in the order of the flags."""

_PLACES = (".", "build*", "builddir", "out", "cmake-build-*")


class _Entry(msgspec.Struct):
    """One object of the file, as it stands there."""

    directory: str
    file: str
    command: str | None = None
    arguments: list[str] | None = None


class Command(msgspec.Struct, frozen=True):
    """How one C file is compiled: `arguments` are cleaned, `path` and `directory` are absolute."""

    path: Path
    directory: Path
    arguments: tuple[str, ...]


class Database(msgspec.Struct, frozen=True):
    """A compile database: where it was found, its commands for C files in stable order.

    `refused` are flags that it may not have, `dropped` options that change nothing here, `cut` the files that
    have more sets of flags than they are read with.
    """

    path: Path
    commands: tuple[Command, ...]
    refused: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    cut: tuple[Path, ...] = ()


def nearest(folder: Path) -> Path | None:
    """The newest database in `folder` and in the build folders that stand in it."""
    found = {path for place in _PLACES for path in folder.glob(f"{place}/{NAME}") if is_file(path)}
    return max(found, key=lambda path: (path.stat().st_mtime_ns, str(path)), default=None)


def named(build_dir: Path) -> Path:
    """The database in the folder that the user named (or the file itself).

    Raises:
        LwslintError: there is none.
    """
    path = build_dir / NAME if os.path.isdir(build_dir) else build_dir  # noqa: PTH112
    if not is_file(path):
        raise LwslintError(f"{build_dir}: no {NAME} there; name the build folder with -p, or give files")
    return path


def load(path: Path, project: Path) -> Database:
    """Reads a database. Response files count only inside `project` or the database's own folder.

    Each file stands there once for each distinct set of cleaned flags.

    Raises:
        LwslintError: it cannot be read, or is not what the format says.
    """
    refused: set[str] = set()
    dropped: set[str] = set()
    commands: dict[Command, None] = {}
    for command, cleaned in _commands(path, project):
        if command.path.suffix == ".c":
            commands[command] = None
            refused.update(cleaned.refused)
            dropped.update(re.split("[ =]", word)[0] for word in cleaned.dropped)
    in_order = sorted(commands, key=lambda command: (str(command.path), command.arguments))
    counts: Counter[Path] = Counter()
    kept = []
    for command in in_order:
        counts[command.path] += 1
        if counts[command.path] <= MAXIMUM_FLAGS:
            kept.append(command)
    cut = tuple(file for file, count in counts.items() if count > MAXIMUM_FLAGS)
    return Database(path, tuple(kept), tuple(sorted(refused)), tuple(sorted(dropped)), cut)


def _commands(path: Path, project: Path) -> Iterator[tuple[Command, Cleaned]]:
    for number, entry in enumerate(_entries(path)):
        if not encodable(entry.file + entry.directory):
            raise _broken(path, f"entry {number} names a path that no file can have")
        directory = (path.parent / entry.directory).absolute()
        compiler, *words = _words(entry, path, number) or [""]
        words = expand(words, directory, project, path.parent)
        if is_microsoft(compiler):
            words = list(from_microsoft(words))
        cleaned = clean(words, directory)
        yield Command(directory / entry.file, directory, cleaned.arguments), cleaned


def _entries(path: Path) -> list[_Entry]:
    try:
        return _decoded(bounded.read(path, MAXIMUM_BYTES).removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise LwslintError(f"{path}: cannot be read ({error.strerror}); name another with -p") from error
    except LwslintError as error:
        raise LwslintError(f"{error}; write it anew, or name another with -p") from None
    except (ValueError, RecursionError) as error:
        raise _broken(path, " ".join(str(error).split())) from error


def _decoded(data: bytes) -> list[_Entry]:
    """The entries; bytes that are no UTF-8, as file names may have them, are lone surrogates (PEP 383)."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return msgspec.convert(json.loads(data.decode("utf-8", "surrogateescape")), list[_Entry])
    return msgspec.json.decode(data, type=list[_Entry])


def _broken(path: Path, reason: str) -> LwslintError:
    return LwslintError(
        f"{path}: not a good compile database ({reason}); write it anew, or name another with -p"
    )


def _words(entry: _Entry, path: Path, number: int) -> list[str]:
    """The words of the compile command, unquoted as a shell would."""
    if entry.arguments is not None:
        return entry.arguments
    if entry.command is None:
        raise _broken(path, f"entry {number} has neither `command` nor `arguments`")
    if is_microsoft(next(iter(split_windows(entry.command)), "")):
        return split_windows(entry.command)
    try:
        return split(entry.command)
    except ValueError as error:
        raise _broken(path, f"entry {number}: {error}") from error
