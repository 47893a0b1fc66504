"""The builds of libwebsockets that programs are linked with and run with, by the release that they hold.

A header says what a program is compiled against, a `.pc` file what its package was; the library itself says
what it is: `lws_get_library_version()` returns a text that is in it (lib/core/libwebsockets.c:
LWS_LIBRARY_VERSION, `4.1.6-` and the hash that it was built from).
"""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lwslint.frontend.installed import Installed

_FOLDERS = (
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/opt/homebrew/lib",
)
_NAMES = ("libwebsockets.so*", "libwebsockets*.dylib")
_FILE = re.compile(r"libwebsockets(?:\.\d+)*\.(?:so(?:\.\d+)*|dylib)")
_VERSION = re.compile(rb"(?<=\0)v?([1-9]\.[0-9]{1,2}\.[0-9]{1,3})(?:-[\w.@-]{0,80}| [\w.@-]{1,80})(?=\0)")
_MAXIMUM_BYTES = 256 << 20


def shared_libraries(
    environment: Mapping[str, str] = os.environ, *, folders_first: Sequence[str] = ()
) -> list[Installed]:
    """The shared libraries of libwebsockets: those in `folders_first`, then in the order of the loader.

    A link to one of them is none of its own; the release is empty where the file does not tell exactly one.
    """
    given = [folder for folder in environment.get("LD_LIBRARY_PATH", "").split(os.pathsep) if folder]
    multiarch = sorted(map(str, Path("/usr/lib").glob("*-linux-*")))
    real: set[str] = set()
    found = []
    for file in _files(dict.fromkeys((*folders_first, *given, *_FOLDERS[:2], *multiarch, *_FOLDERS[2:]))):
        if (target := os.path.realpath(file)) not in real:
            real.add(target)
            found.append(Installed(str(file), _release(Path(target))))
    return found


def _files(folders: Mapping[str, None]) -> Iterator[Path]:
    for folder in folders:
        for pattern in _NAMES:
            yield from (one for one in sorted(Path(folder).glob(pattern)) if _FILE.fullmatch(one.name))


def _release(file: Path) -> str:
    """The release that the text in a library names; empty if there is none, or not one alone."""
    try:
        if not file.is_file() or not 0 < file.stat().st_size <= _MAXIMUM_BYTES:
            return ""
        with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            # A text between NULs in its section; the release alone, as zlib's is, would match too much.
            found = {match[1].decode("ascii") for match in _VERSION.finditer(data)}
    except (OSError, ValueError):
        return ""
    return found.pop() if len(found) == 1 else ""
