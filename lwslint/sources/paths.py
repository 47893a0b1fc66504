"""PATHs: what the words on the command line name, and how paths are shown."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lwslint.errors import LwslintError

STDIN = "-"
_HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx", ".inc"})
_OTHER_LANGUAGES = frozenset({".cc", ".cpp", ".cxx", ".c++", ".C", ".m", ".mm", ".s", ".S", ".cu"})


@dataclass(frozen=True)
class Asked:
    """What the PATHs name, absolute and in stable order.

    `files` are to be read; `folders` and `headers` only say what is reported; `skipped` are files in
    other languages, `unreadable` folders that could not be looked into.
    """

    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    headers: tuple[Path, ...] = ()
    skipped: tuple[Path, ...] = ()
    unreadable: tuple[Path, ...] = ()


def ask(words: Sequence[str], cwd: Path) -> Asked:
    """Looks at each PATH (standard input, `-`, is left to the caller).

    Raises:
        LwslintError: one of them does not exist, or is neither file nor folder.
    """
    files: set[Path] = set()
    folders: set[Path] = set()
    headers: set[Path] = set()
    skipped: set[Path] = set()
    unreadable: set[Path] = set()
    for word in words:
        path = plain(cwd / word)
        if not word or not _exists(path):
            raise LwslintError(f"{word or repr(word)}: no such file or folder")
        if path.is_dir():
            folders.add(path)
            files.update(_c_files(path, unreadable))
        elif not path.is_file():
            raise LwslintError(f"{word}: not a regular file; name a C file or a folder, or pipe it in with -")
        elif path.suffix in _OTHER_LANGUAGES:
            skipped.add(path)
        else:
            (headers if path.suffix in _HEADERS else files).add(path)
    return Asked(*(tuple(sorted(paths)) for paths in (files, folders, headers, skipped, unreadable)))


def _c_files(folder: Path, unreadable: set[Path]) -> Iterator[Path]:
    """All `.c` files below a folder; hidden folders and links to folders are not entered.

    A link inside the tree shows what is there anyway, and one that leads out of it, or in a circle,
    has no end. Folders that cannot be read are added to `unreadable`.
    """

    def note(error: OSError) -> None:
        unreadable.add(Path(error.filename))

    for directory, folders, files in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(directory, name)
            if path.suffix == ".c" and path.is_file():
                yield path


def plain(path: Path) -> Path:
    """The absolute path without `.` and `..`; these stay where a link would make them mean another file."""
    shorter = Path(os.path.normpath(path))
    return shorter if ".." not in path.parts or _same(shorter, path) else path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return not _exists(other)


def shown(path: str | Path, cwd: Path) -> str:
    """A path as reports show it: relative to `cwd` when below it, else absolute; forward slashes."""
    path = plain(cwd / path)
    return (path.relative_to(cwd) if path.is_relative_to(cwd) else path).as_posix()


def project_of(folder: Path) -> Path:
    """The top folder of the git repository that `folder` is in, else `folder` itself."""
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), folder)
