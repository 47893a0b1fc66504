"""What is installed of libwebsockets and of libclang's Python module, and where these do not go together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

import msgspec

from lwslint.frontend.headers import LIBRARY_HEADER, release_of, search_path
from lwslint.frontend.request import ReadRequest

_PKG_CONFIG = (
    "/usr/local/lib/pkgconfig",
    "/usr/local/lib64/pkgconfig",
    "/usr/local/share/pkgconfig",
    "/usr/lib/pkgconfig",
    "/usr/lib64/pkgconfig",
    "/usr/share/pkgconfig",
    "/opt/homebrew/lib/pkgconfig",
)
_VERSION = re.compile(r"^Version:[ \t]*v?([0-9]+(?:\.[0-9]+)*)", re.MULTILINE)
_MODULE = "clang"


class Installed(msgspec.Struct, frozen=True):
    """A header or a library: its file, and its release (empty if it does not tell)."""

    path: str
    release: str


def owners(module: str = _MODULE) -> list[str]:
    """The installed packages that own a Python module, with their versions, by name."""
    names = set(metadata.packages_distributions().get(module, ()))
    return [f"{name} {metadata.version(name)}" for name in sorted(names)]


def libraries(environment: Mapping[str, str] = os.environ) -> list[Installed]:
    """The builds of libwebsockets that pkg-config knows, in the order in which it finds them."""
    given = [folder for folder in environment.get("PKG_CONFIG_PATH", "").split(os.pathsep) if folder]
    multiarch = sorted(map(str, Path("/usr/lib").glob("*-linux-*/pkgconfig")))
    found = []
    for folder in dict.fromkeys((*given, *_PKG_CONFIG, *multiarch)):
        file = Path(folder, "libwebsockets.pc")
        try:
            text = file.read_text("utf-8", "replace")[: 1 << 16]
        except OSError:
            continue
        match = _VERSION.search(text)
        found.append(Installed(str(file), match[1] if match else ""))
    return found


def library_headers(requests: Iterable[ReadRequest]) -> Iterator[tuple[Installed, ...]]:
    """Each different list of `libwebsockets.h` that units would find, the one that counts first."""
    seen: set[tuple[str, ...]] = set()
    asked: set[tuple[tuple[str, ...], str]] = set()
    for request in requests:
        key = (request.arguments, request.directory)
        if key in asked:
            continue
        asked.add(key)
        folders = search_path(*key)
        files = tuple(_headers(folders))
        if files not in seen:
            seen.add(files)
            yield tuple(Installed(file, release_of(file, tuple(folders))) for file in files)


def _headers(folders: Sequence[str]) -> Iterator[str]:
    """The different headers in some folders; a link to one of them is none of its own."""
    real: set[str] = set()
    for folder in folders:
        file = Path(folder, LIBRARY_HEADER)
        if file.is_file() and os.path.realpath(file) not in real:
            real.add(os.path.realpath(file))
            yield str(file)
