"""All that a unit's IR depends on, without a parser: the texts that its includes may lead to.

A file that any branch of any file in reach names is in reach, in every folder that it may be looked for, be
the branch taken or not. So whatever changes, appears or goes away among what a parser would read changes
the digest. A directive that names its file by a macro could mean any file; there is no digest then.

What is in a header is remembered from run to run with its stamp (times, size, place on the disk), and read
again when that is another one. The files that are asked for are read every time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from lwslint import packing
from lwslint.cache import Cache, digest, tool
from lwslint.errors import LwslintError
from lwslint.frontend.headers import resource_folder, search_path
from lwslint.frontend.lexing import spliced
from lwslint.frontend.limits import contents
from lwslint.frontend.request import ReadRequest

_WORD = re.compile(rb"(?:include_next|include|import)\b[ \t\f\v]*([^\n]*)")
_LEAD = re.compile(rb"(?:#|%:|\?\?=)(?:[ \t\f\v]|/\*(?:[^*]|\*(?!/))*\*/)*\Z")
_NAMED = re.compile(rb'(?:<([^>\n]+)>|"([^"\n]+)")')
_ASKED = re.compile(rb'__has_include(?:_next)?[ \t]*\([ \t]*(?:<([^<>\n]+)>|"([^"\n]+)")')
_ASK = re.compile(rb"__has_include(?:_next)?[ \t]*\(")
_COMMENT = re.compile(
    rb"""//[^\n]*|/\*.*?\*/|("(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|<[^<>\n]*>)""", re.DOTALL
)
_FILE_FLAGS = ("-include", "-imacros")
_LOOSE_FLAGS = ("-iquote",)
_VARIABLES = ("CPATH", "C_INCLUDE_PATH")


_Stamp = tuple[int, int, int, int]
"""What changes when a file does: its time, the time of its last change of any kind, its size, its place."""

_SETTLED = 2_000_000_000
"""Nanoseconds: a file that was changed less long ago may change again with the same times."""


class _Source(msgspec.Struct, frozen=True, array_like=True):
    """A text: its digest, the names that it may include, whether it names one by a macro."""

    sum: bytes
    names: tuple[str, ...]
    computed: bool


class _Folder(msgspec.Struct):
    """What is remembered of the headers in a folder, by name."""

    headers: dict[str, tuple[_Stamp, _Source]]
    changed: bool = False


class Inputs:
    """The texts of one run, each read once; with a `cache`, headers are remembered from earlier runs."""

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache
        self._sources: dict[str, _Source | None] = {}
        self._stamps: dict[str, _Stamp] = {}
        self._listings: dict[str, frozenset[str]] = {}
        self._places: dict[tuple[str, str], tuple[str, frozenset[str] | None]] = {}
        self._folders: dict[str, _Folder] = {}
        self._reached: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def key(self, request: ReadRequest, unneeded: Iterable[str] = ()) -> str:
        """The name of what reading a request gives, without the functions `unneeded`; empty for none."""
        found = self.closure([request])
        if found is None:
            return ""
        words = (
            request.path,
            request.directory,
            request.release,
            request.frontend,
            os.getcwd(),  # noqa: PTH109
            resource_folder(),
        )
        return digest(
            tool(), _joined(words), _joined(request.arguments), _joined(sorted(unneeded)), self._digest(found)
        )

    def all(self, requests: Sequence[ReadRequest]) -> bytes:
        """A digest of what all of these depend on; empty for none."""
        found: set[str] = set()
        groups: dict[tuple[str, ...], list[ReadRequest]] = {}
        for request in requests:
            groups.setdefault(_folders(request), []).append(request)
        for group in groups.values():
            reached = self.closure(group)
            if reached is None:
                return b""
            found |= reached
        return self._digest(found)

    def start(self, directives: Sequence[str], request: ReadRequest) -> str:
        """The name of what these directives mean at the start of a unit; empty for none.

        A precompiled header knows its files by their times as well.
        """
        text = "".join(f"{line}\n" for line in directives)
        at = f"/{digest(text.encode('utf-8', 'surrogateescape'))}"
        found = self.closure([ReadRequest(at, request.directory, request.arguments, text)])
        if found is None or request.overlay:
            return ""
        times = [f"{path}\0{self._stamps.get(path)}" for path in sorted(found)]
        return digest(tool(), _joined(times), resource_folder().encode(), self._digest(found))

    def unchanged(self) -> bool:
        """Whether all files are as they were when they were read; if not, nothing of this run may be kept."""
        return all(_stamp(path) == stamp for path, stamp in self._stamps.items())

    def remember(self) -> None:
        """Keep what this run has learnt of headers for later ones."""
        for path, folder in self._folders.items():
            if self._cache is not None and folder.changed:
                self._cache.put("text", _folder_key(path), packing.pack(folder.headers))

    def _digest(self, paths: Iterable[str]) -> bytes:
        whole = hashlib.blake2b(digest_size=32)
        for path in sorted(paths):
            source = self._sources[path]
            assert source is not None
            whole.update(path.encode("utf-8", "surrogateescape") + b"\0" + source.sum)
        return whole.digest()

    def closure(self, requests: Sequence[ReadRequest]) -> set[str] | None:
        """The files that requests with the same folders may read; None where that cannot be told."""
        folders = _folders(requests[0])
        pending: list[str] = []
        seen: set[str] = set()
        for request in requests:
            path = os.path.join(request.directory, request.path)  # noqa: PTH118
            for name, text in request.overlay:
                self._sources[name] = _source(text.encode("utf-8", "surrogateescape"))
                seen.add(name)
                pending.append(name)
            if request.text is not None:
                self._sources[path] = _source(request.text.encode("utf-8", "surrogateescape"))
            if path not in self._sources:
                self._sources[path] = self._read(path)
            if self._sources[path] is None:
                return None
            seen.add(path)
            pending.append(path)
            for name in _values(request.arguments, _FILE_FLAGS):
                reached = os.path.normpath(os.path.join(request.directory, name))  # noqa: PTH118
                for candidate in (reached, *self._named(name, folders)):
                    if candidate not in seen and self._known(candidate) is not None:
                        seen.add(candidate)
                        pending.append(candidate)
        while pending:
            path = pending.pop()
            source = self._known(path)
            if source is None or source.computed:
                return None
            for reached in self._reaches(path, source, folders):
                if reached not in seen:
                    seen.add(reached)
                    pending.append(reached)
        return seen

    def _reaches(self, path: str, source: _Source, folders: tuple[str, ...]) -> tuple[str, ...]:
        found = self._reached.get((path, folders))
        if found is None:
            beside = (os.path.dirname(path), *folders)  # noqa: PTH120
            reached = (candidate for name in source.names for candidate in self._named(name, beside))
            found = self._reached[path, folders] = tuple(dict.fromkeys(reached))
        return found

    def _named(self, name: str, folders: Iterable[str]) -> Iterator[str]:
        below, last = os.path.split(name)
        for folder in folders:
            place, listed = self._place(folder, below)
            if listed is None or last in listed:
                path = os.path.join(place, last)  # noqa: PTH118
                if self._known(path) is not None:
                    yield path

    def _place(self, folder: str, below: str) -> tuple[str, frozenset[str] | None]:
        """The folder `below` another one, and what is in it: most of what is looked for is not there.

        None where that cannot tell, as names may differ in case there.
        """
        found = self._places.get((folder, below))
        if found is None:
            path = os.path.normpath(os.path.join(folder, below))  # noqa: PTH118
            listed = None if sys.platform in ("darwin", "win32") else self._listing(path)
            found = self._places[folder, below] = (path, listed)
        return found

    def _known(self, path: str) -> _Source | None:
        """A header, if it is there."""
        if path not in self._sources:
            self._sources[path] = self._header(path)
        return self._sources[path]

    def _header(self, path: str) -> _Source | None:
        if self._cache is None:
            return self._read(path)
        at, name = os.path.split(path)
        folder = self._folders.get(at)
        if folder is None:
            folder = self._folders[at] = self._remembered(self._cache, at)
        stamp, found = folder.headers.get(name, (None, None))
        if found is not None and stamp == _stamp(path):
            self._stamps[path] = stamp
            return found
        source = self._read(path)
        if source is not None and _is_settled(self._stamps[path]):
            folder.headers[name] = (self._stamps[path], source)
            folder.changed = True
        return source

    @staticmethod
    def _remembered(cache: Cache, folder: str) -> _Folder:
        data = cache.get("text", _folder_key(folder))
        with contextlib.suppress(msgspec.DecodeError):
            if data is not None:
                return _Folder(packing.unpack(data, dict[str, tuple[_Stamp, _Source]]))
        return _Folder({})

    def _read(self, path: str) -> _Source | None:
        try:
            if not os.path.isfile(path):  # noqa: PTH113
                return None
            self._stamps[path] = _stamp(path)
            return _source(contents(path))
        except LwslintError:
            return _Source(b"", (), computed=True)  # too long to be looked through
        except (OSError, ValueError):
            return None

    def _listing(self, folder: str) -> frozenset[str]:
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(os.listdir(folder or "."))  # noqa: PTH208
            except (OSError, ValueError):
                self._listings[folder] = frozenset()
        return self._listings[folder]


def _source(data: bytes) -> _Source:
    code = spliced(data)
    names, computed = _names(code)
    if computed:  # or in a comment, as in "#include that file"
        names, computed = _names(_COMMENT.sub(lambda match: match[1] or b" ", code))
    decoded = tuple(map(os.fsdecode, names))
    return _Source(hashlib.blake2b(data, digest_size=32).digest(), decoded, computed)


def _names(code: bytes) -> tuple[dict[bytes, None], bool]:
    """The names that a text includes or asks for, and whether it includes what a macro names."""
    names: dict[bytes, None] = {}
    computed = False
    for match in _WORD.finditer(code):
        if not _LEAD.search(code[code.rfind(b"\n", 0, match.start()) + 1 : match.start()]):
            continue
        if named := _NAMED.match(match[1]):
            names[named[1] or named[2]] = None
        else:
            computed = True
    if b"__has_include" in code:
        for asked in _ASKED.finditer(code):
            names[asked[1] or asked[2]] = None
        computed = computed or len(_ASKED.findall(code)) < len(_ASK.findall(code))
    return names, computed


def _folders(request: ReadRequest) -> tuple[str, ...]:
    """The folders that any include of a request may be looked for in."""
    found = search_path(request.arguments, request.directory)
    found += [
        os.path.join(request.directory, folder)  # noqa: PTH118
        for folder in _values(request.arguments, _LOOSE_FLAGS)
    ]
    for variable in _VARIABLES:
        if value := os.environ.get(variable):
            found += [folder or request.directory for folder in value.split(os.pathsep)]
    return tuple(dict.fromkeys([*found, resource_folder()]))


def _values(arguments: Sequence[str], flags: Sequence[str]) -> Iterator[str]:
    """The values of flags, joined to them or standing apart."""
    rest = iter(arguments)
    for argument in rest:
        for flag in flags:
            if argument.startswith(flag):
                yield argument.removeprefix(flag) or next(rest, "")
                break


def _stamp(path: str) -> _Stamp:
    """The stamp of a file; zeros for one that is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return (0, 0, 0, 0)
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def _is_settled(stamp: _Stamp) -> bool:
    return time.time_ns() - max(stamp[:2]) > _SETTLED


def _folder_key(folder: str) -> str:
    return digest(tool(), folder.encode("utf-8", "surrogateescape"))


def _joined(words: Iterable[str]) -> bytes:
    return digest(*(word.encode("utf-8", "surrogateescape") for word in words)).encode()
