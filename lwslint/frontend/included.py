"""The program's own headers, for the lexed closure: the texts that units include, found as a compiler would.

What the system's folders and `-isystem` hold, and the library's own headers, are not the program's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from lwslint.errors import LwslintError
from lwslint.frontend import limits
from lwslint.frontend.lexing import with_line_feeds
from lwslint.frontend.request import ReadRequest
from lwslint.texts import Texts, head

MAX_HEADERS = 20_000
MAX_BYTES = 256 << 20
"""Units that include more files than this, or more text, or one file that is too long, are all read."""

_INCLUDE = re.compile(
    rb'^[ \t]*#[ \t]*(?:include|include_next|import)[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE
)
_WORDS = (b"include", b"import")
_LIBRARY = re.compile(rb"(?:.*/)?(?:libwebsockets(?:/[^/]+)?\.h|libwebsockets/.*|lws_config\.h)\Z", re.DOTALL)
_FOLDER_FLAGS = ("-iquote", "-idirafter", "-I")
_FILE_FLAGS = ("-include", "-imacros")


def included(requests: Sequence[ReadRequest], units: Sequence[bytes], texts: Texts) -> list[bytes] | None:
    """The texts that `units`, the texts of these requests, include, each once; one more is what `-D` defines.

    None if there are too many.
    """
    found = headers(requests, units, texts)
    macros = dict.fromkeys(macro for request in requests for macro in _macros(request))
    return None if found is None else [*found.values(), b"".join(macros)]


def headers(requests: Sequence[ReadRequest], units: Sequence[bytes], texts: Texts) -> dict[str, bytes] | None:
    """The files that units include, by absolute path, with their texts; None if there are too many."""
    found: dict[str, bytes] = {}
    missing: set[str] = set()
    size = 0
    overlay = {path: text for request in requests for path, text in request.overlay}
    for request, text in zip(requests, units, strict=True):
        folders = _values(request.directory, request.arguments, _FOLDER_FLAGS)
        if not request.arguments and b'"' not in head(text, *_WORDS):
            continue  # nothing but headers of the system, as in most files of a tree
        pending = [(os.path.join(request.directory, request.path), text)]  # noqa: PTH118
        for name in _values(request.directory, request.arguments, _FILE_FLAGS):
            pending.append(("", b'#include "%s"\n' % os.fsencode(name)))
        while pending:
            path, data = pending.pop()
            for candidate in _candidates(path, data, folders):
                if candidate in found or candidate in missing:
                    continue
                try:
                    contents = _contents(candidate, overlay, texts)
                except LwslintError:
                    return None
                if contents is None:
                    missing.add(candidate)
                    continue
                size += len(contents)
                if len(found) >= MAX_HEADERS or size > MAX_BYTES:
                    return None
                found[candidate] = contents
                pending.append((candidate, contents))
    return found


def _candidates(path: str, data: bytes, folders: Sequence[str]) -> Iterator[str]:
    """Where the files that a text includes may be: beside it, and in the folders of the flags."""
    for quote, name in _INCLUDE.findall(head(data, *_WORDS)):
        if _LIBRARY.match(name):
            continue
        beside = [os.path.dirname(path)] if quote == b'"' and path else []  # noqa: PTH120
        for folder in (*beside, *folders):
            yield os.path.normpath(os.path.join(folder, os.fsdecode(name)))  # noqa: PTH118


def _contents(path: str, overlay: Mapping[str, str], texts: Texts) -> bytes | None:
    """A file's text; None if there is none.

    Raises:
        LwslintError: it is too long.
    """
    try:
        if overlay and (text := overlay.get(os.path.realpath(path))) is not None:
            return text.encode("utf-8", "surrogateescape")
        return with_line_feeds(limits.contents(path, texts)) if os.path.isfile(path) else None  # noqa: PTH113
    except (OSError, ValueError):
        return None


@lru_cache
def _values(directory: str, arguments: tuple[str, ...], flags: tuple[str, ...]) -> tuple[str, ...]:
    """The values of these flags, joined to them or standing apart, as absolute paths."""
    found: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        for flag in flags:
            if argument.startswith(flag):
                value = argument.removeprefix(flag) or next(rest, "")
                found.append(os.path.join(directory, value))  # noqa: PTH118
                break
    return tuple(found)


def _macros(request: ReadRequest) -> Iterator[bytes]:
    """The macros of the command line as directives."""
    rest = iter(request.arguments)
    for argument in rest:
        if argument.startswith("-D"):
            name, _, value = (argument.removeprefix("-D") or next(rest, "")).partition("=")
            line = f"#define {name} {value}".replace("\n", " ")
            yield line.encode("utf-8", "surrogateescape") + b"\n"
