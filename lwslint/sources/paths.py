"""PATHs: what the words on the command line name, and how paths are shown."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from lwslint.errors import LwslintError

STDIN = "-"
_HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx", ".inc"})
_OTHER_LANGUAGES = frozenset({".cc", ".cpp", ".cxx", ".c++", ".C", ".m", ".mm", ".s", ".S", ".cu"})


class Asked(msgspec.Struct, frozen=True):
    """What the PATHs name, absolute and in stable order.

    `files`, plain strings since a tree may have very many, are to be read; `folders` and `headers` only say
    what is reported; `alone` are the files that do not lie in one of the folders: named by themselves, or
    found there as a link. `skipped` are files in other languages, `odd` what is called like a C file and is
    no file, `unreadable` folders and links that could not be looked into.
    """

    files: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    headers: tuple[Path, ...] = ()
    skipped: tuple[Path, ...] = ()
    unreadable: tuple[Path, ...] = ()
    odd: tuple[Path, ...] = ()


def ask(words: Sequence[str], cwd: Path) -> Asked:
    """Looks at each PATH (standard input, `-`, is left to the caller).

    Raises:
        LwslintError: one of them does not exist, or is neither file nor folder.
    """
    found: set[str] = set()
    alone: set[str] = set()
    folders: set[Path] = set()
    headers: set[Path] = set()
    skipped: set[Path] = set()
    unreadable: set[Path] = set()
    odd: set[Path] = set()
    for word in words:
        path = plain(cwd / word)
        if not word or not _exists(path):
            what = (
                "cannot be read; see the permissions of its folder"
                if _is_locked(path)
                else "no such file or folder"
            )
            raise LwslintError(f"{word or repr(word)}: {what}")
        if path.is_dir():
            folders.add(path)
            for file, is_link in _c_files(str(path), unreadable, odd):
                (alone if is_link else found).add(file)
        elif not path.is_file():
            raise LwslintError(f"{word}: not a regular file; name a C file or a folder, or pipe it in with -")
        elif path.suffix in _OTHER_LANGUAGES:
            skipped.add(path)
        elif path.suffix in _HEADERS:
            headers.add(path)
        else:
            alone.add(str(path))
    others = (tuple(sorted(paths)) for paths in (folders, headers, skipped, unreadable, odd))
    return Asked(tuple(sorted(found | alone)), tuple(sorted(alone)), *others)


def _c_files(folder: str, unreadable: set[Path], odd: set[Path]) -> Iterator[tuple[str, bool]]:
    """All `.c` files below a folder, and whether they are links; hidden and linked folders are not entered.

    A link inside the tree shows what is there anyway, and one that leads out of it, or in a circle,
    has no end. What cannot be looked into is added to `unreadable`, what is no file to `odd`; editors lock
    files by hidden links that lead nowhere, which are not worth a word.
    """
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if not entry.name.startswith("."):
                            pending.append(entry.path)
                    elif entry.name.endswith(".c") and entry.name != ".c":
                        if _leads_to_file(entry):
                            yield entry.path, entry.is_symlink()
                        elif _is_locked(Path(entry.path)):
                            unreadable.add(Path(entry.path))
                        elif not entry.name.startswith("."):
                            odd.add(Path(entry.path))
        except OSError:
            unreadable.add(Path(current))


def _leads_to_file(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a file or a link to one; a link in a circle is neither."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_locked(path: Path) -> bool:
    """Whether a folder on the way to a path, links included, lets nobody like us through."""
    try:
        path.stat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        pass
    return False


def plain(path: Path) -> Path:
    """The absolute path without `.` and `..`; these stay where a link would make them mean another file."""
    shorter = Path(os.path.normpath(path))
    return shorter if ".." not in path.parts or _same(shorter, path) else path


def is_file(path: str | Path) -> bool:
    """Whether a file is there; one with a name that is too long (for which `Path.is_file` raises) is not."""
    return os.path.isfile(path)  # noqa: PTH113


def real(path: str | Path) -> Path:
    """The path with links resolved as far as they go; `Path.resolve` raises where they go in a circle."""
    return Path(os.path.realpath(path))


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
    return next((parent for parent in (folder, *folder.parents) if _exists(parent / ".git")), folder)
