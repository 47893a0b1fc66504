"""What earlier runs worked out, kept on disk: bytes, named by a digest of all that they depend on.

Nothing in an entry is run: readers decode it into structs of a known form, and what is torn, of another
version or too big counts as not there. Entries are written whole or not at all, so runs may share a
folder; a disk that is full costs the entry and not the run. The folder is for its owner alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lwslint import __version__, atomic, bounded
from lwslint.errors import LwslintError

VARIABLE = "LWSLINT_CACHE_DIR"
MAX_BYTES = 512 << 20
"""All entries together; the ones that were not used for longest go first."""
MAX_ENTRY = 64 << 20
LOOK_BYTES = 4 << 20
LOOK_SECONDS = 3600.0
"""How much a run may add, and how long runs may, until one looks how much there is: a stat for each entry."""
_KEPT = 0.8
_STALE_SECONDS = 3600.0

_MAGIC = b"lwslint cache 1\n"
_DIGEST_SIZE = 32
_TAG_NAME = "CACHEDIR.TAG"
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of lwslint.\n"
_IGNORE = b"*\n"
_HEX = frozenset("0123456789abcdef")


class Info(NamedTuple):
    """What a cache holds: how many entries, and how many bytes they have."""

    entries: int
    size: int


def digest(*parts: bytes) -> str:
    """A name for these parts, in this order; no two lists of parts share one."""
    found = hashlib.blake2b(digest_size=_DIGEST_SIZE)
    for part in parts:
        found.update(len(part).to_bytes(8, "little"))
        found.update(part)
    return found.hexdigest()


def default_folder() -> Path:
    """The folder of `$LWSLINT_CACHE_DIR`, else the user's own.

    Raises:
        LwslintError: the variable holds no absolute path, or the user has no home.
    """
    named = os.environ.get(VARIABLE, "")
    if named:
        if not os.path.isabs(named):  # noqa: PTH117
            raise LwslintError(f"{VARIABLE}={named}: give an absolute path")
        return Path(named)
    try:
        home = Path.home()
    except RuntimeError as error:
        raise LwslintError(f"no home folder for the cache; set {VARIABLE}") from error
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "lwslint"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "lwslint" / "Cache"
    configured = os.environ.get("XDG_CACHE_HOME", "")
    return Path(configured if configured.startswith("/") else home / ".cache") / "lwslint"


class Cache:
    """The entries in one folder, by kind and key. Nothing that happens to the disk raises."""

    def __init__(self, folder: Path, *, trusted: bool = True) -> None:
        """`folder` need not be there yet; it is made with the first entry.

        Of one that is not `trusted` no entry is got; what is put takes the place of what is there.
        """
        self._folder = folder
        self._usable = _is_safe(folder)
        self._trusted = trusted
        self._added = 0
        self.gave = False
        """Whether any entry was got."""

    def doubted(self) -> Cache:
        """The same one, not trusted."""
        return Cache(self._folder, trusted=False)

    def get(self, kind: str, key: str) -> bytes | None:
        """An entry; None if there is none, or none that is whole."""
        if not self._usable or not self._trusted:
            return None
        path = self._path(kind, key)
        try:
            if path.is_symlink():
                return None
            data = bounded.read(path, MAX_ENTRY)
            os.utime(path)
        except (OSError, LwslintError):
            return None
        start = len(_MAGIC) + _DIGEST_SIZE
        body = memoryview(data)[start:]
        if data[:start] != _MAGIC + _sum(key, body):
            return None
        self.gave = True
        return bytes(body)

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Keep an entry, if that is possible."""
        if not self._usable or len(data) > MAX_ENTRY - 1024:
            return
        path = self._path(kind, key)
        try:
            _make(self._folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic.replace(path, _MAGIC + _sum(key, data) + data)
        except OSError:
            self._usable = False  # a full or read-only disk is not tried once for each entry
        self._added += len(data)

    def subfolder(self, kind: str, key: str) -> Path | None:
        """A folder for files that are no entries but may go at any time; None if there can be none."""
        if not self._usable or not self._trusted:
            return None
        path = self._path(kind, key)
        try:
            _make(self._folder)
            if not path.exists():
                self._added += LOOK_BYTES  # whatever comes to lie there
            path.mkdir(parents=True, exist_ok=True)
            os.utime(path)
        except OSError:
            return None
        return path

    def _path(self, kind: str, key: str) -> Path:
        assert _HEX.issuperset(key)
        return self._folder / kind / key[:2] / key[2:]

    def trim(self) -> None:
        """Take away what was not used for longest, if there is too much by now."""
        if not self._added or (self._added < LOOK_BYTES and self._was_looked_at()):
            return
        with contextlib.suppress(OSError):
            os.utime(self._folder / _TAG_NAME)
        files = [(found.st_mtime, found.st_size, path) for path, found in self._files()]
        expired = time.time() - _STALE_SECONDS
        excess = sum(size for _, size, _ in files) - MAX_BYTES
        excess += int(MAX_BYTES * (1 - _KEPT)) if excess > 0 else 0
        for used, size, path in sorted(files):
            half_written = path.name.startswith(atomic.PREFIX) and used < expired
            if excess > 0 or half_written:
                with contextlib.suppress(OSError):
                    path.unlink()
                    excess -= size

    def _was_looked_at(self) -> bool:
        """Whether a run looked how much there is not long ago: that is the time of the tag."""
        with contextlib.suppress(OSError):
            return 0 <= time.time() - (self._folder / _TAG_NAME).stat().st_mtime < LOOK_SECONDS
        return False

    def info(self) -> Info:
        """How much there is."""
        sizes = [found.st_size for _, found in self._files()]
        return Info(len(sizes), sum(sizes))

    def clear(self) -> Info:
        """Take away all entries; says how much that was.

        Raises:
            LwslintError: the folder is none of lwslint's, or something in it cannot be removed.
        """
        import shutil

        if self._folder.exists() and not (self._folder / _TAG_NAME).is_file():
            raise LwslintError(
                f"{self._folder}: has no {_TAG_NAME}, so it is no cache of lwslint; left alone"
            )
        before = self.info()
        for kind in KINDS:
            try:
                shutil.rmtree(self._folder / kind)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise LwslintError(f"{self._folder / kind}: cannot be removed ({error.strerror})") from error
        return before

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for kind in KINDS:
            for folder, _, names in os.walk(self._folder / kind):
                for name in names:
                    path = Path(folder, name)
                    with contextlib.suppress(OSError):
                        yield path, path.lstat()


KINDS = ("run", "unit", "program", "pch", "text")
"""What is kept: outcomes of whole runs, units, what rules say of programs, precompiled headers, and what
headers include."""


def _sum(key: str, data: bytes | memoryview) -> bytes:
    """What shows that an entry is whole, and the one that was asked for."""
    return hashlib.blake2b(data, digest_size=_DIGEST_SIZE, key=key.encode()[:64]).digest()


def _is_safe(folder: Path) -> bool:
    """Whether nobody else may have written there: other users' entries are not to be believed."""
    try:
        found = folder.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return stat.S_ISDIR(found.st_mode)
    others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not others


def _make(folder: Path) -> None:
    """Make the folder and mark it as what it is, if that is not done.

    Raises:
        OSError: it cannot be made.
    """
    tag = folder / _TAG_NAME
    if tag.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    atomic.replace(folder / ".gitignore", _IGNORE)
    atomic.replace(tag, _TAG)


@cache
def tool() -> bytes:
    """What tells this lwslint from any other: version, interpreter, and its files as they are now."""
    words = [__version__, sys.version, sys.platform, *map(_environment, ("CPATH", "C_INCLUDE_PATH"))]
    words += map(_environment, ("LWSLINT_NO_SYSTEM_HEADERS", "LWSLINT_LIBCLANG"))
    return digest("\0".join(words).encode("utf-8", "surrogateescape"), code(Path(__file__).parent)).encode()


def _environment(name: str) -> str:
    return os.environ.get(name, "")


@cache
def code(folder: Path) -> bytes:
    """What tells the files of a package from any others under that name: names, sizes, times."""
    found = sorted(_stamps(str(folder)))
    return digest(*(stamp.encode("utf-8", "surrogateescape") for stamp in found)).encode()


def _stamps(folder: str) -> Iterable[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _stamps(entry.path)
        else:
            found = entry.stat()
            yield f"{entry.path}\0{found.st_size}\0{found.st_mtime_ns}"
