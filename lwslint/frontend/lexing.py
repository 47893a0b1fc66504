"""Reading C text without a parser: identifiers outside comments and strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    rb"""//(?:\\\r?\n|[^\n])*|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[A-Za-z_]\w*|[0-9][\w.]*""",
    re.DOTALL,
)
_LIBRARY = re.compile(rb"(?:lws|LWS|libwebsocket|LIBWEBSOCKET)")
_LIBRARY_NAME = re.compile(rb"(?:lws_|LWS_|libwebsocket)\w*\Z")


def identifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Offset and name of each identifier outside comments, strings and numbers."""
    for match in _TOKEN.finditer(data):
        word = match[0]
        if word[:1].isalpha() or word[:1] == b"_":
            yield match.start(), word


def uses_library(data: bytes) -> bool:
    """Whether the text names libwebsockets outside comments and strings, or includes its header."""
    if not _LIBRARY.search(data):
        return False
    if re.search(rb"^[ \t]*#[ \t]*include[^\n]*libwebsockets", data, re.MULTILINE):
        return True
    return any(_LIBRARY.match(name) for _, name in identifiers(data))


def library_names(data: bytes) -> list[tuple[int, str]]:
    """Offset and name of each identifier that looks like the library's, outside preprocessor directives."""
    if not _LIBRARY.search(data):
        return []
    directives = _directives(data)
    found: list[tuple[int, str]] = []
    at = 0
    for offset, word in identifiers(data):
        if not _LIBRARY_NAME.match(word):
            continue
        while at < len(directives) and directives[at][1] <= offset:
            at += 1
        if at < len(directives) and directives[at][0] <= offset:
            continue
        found.append((offset, word.decode()))
    return found


_DIRECTIVE = re.compile(rb"^[ \t]*(?:#|%:|\?\?=)(?:\\\r?\n|/\*.*?\*/|[^\n])*", re.MULTILINE | re.DOTALL)


def _directives(data: bytes) -> list[tuple[int, int]]:
    """The stretches of preprocessor directives, continued lines included."""
    return [match.span() for match in _DIRECTIVE.finditer(data)]


def has_conditionals(data: bytes) -> bool:
    """Whether the preprocessor may leave text out."""
    return re.search(rb"^[ \t]*#[ \t]*if", data, re.MULTILINE) is not None


_SKIPPED = re.compile(rb"(?:\s|//(?:\\\r?\n|[^\n])*|/\*.*?\*/)+", re.DOTALL)
_INCLUDE = re.compile(rb"#[ \t]*include[ \t]*([<\"])([^>\"\n]+)[>\"][ \t]*(?=\r?\n|//|/\*|\Z)")


def leading_includes(data: bytes) -> tuple[str, ...] | None:
    """The `<...>` headers included up to and with libwebsockets.h, if nothing else stands before it."""
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    names: list[str] = []
    while True:
        if skipped := _SKIPPED.match(data, at):
            at = skipped.end()
        include = _INCLUDE.match(data, at)
        if include is None:
            return None
        name = include[2].decode("utf-8", "surrogateescape")
        if include[1] != b"<":
            return None
        names.append(name)
        if name == "libwebsockets.h":
            return tuple(names)
        at = include.end()
