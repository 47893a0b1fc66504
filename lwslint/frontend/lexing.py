"""Reading C text without a parser: identifiers outside comments and strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

SPLICE = rb"\\[ \t\f\v]*\r?\n"
"""Where a line goes on in the next; GCC and clang let blanks pass behind the backslash."""

_SPLICE = re.compile(SPLICE)
_APART = (
    rb"//(?:[^\\\n]++|" + SPLICE + rb"|\\)*+"
    rb"""|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?"""
)
_BLANKED = re.compile(_APART, re.DOTALL)
_TOKEN = re.compile(_APART + rb"|[A-Za-z_]\w*|[0-9][\w.]*", re.DOTALL)
_WIDE = re.compile(rb"(?:[^\0]\0){4}|(?:\0[^\0]){4}")
_RETURNS = re.compile(rb"(?<!\r)\r++(?!\n|\Z)")
"""Carriage returns by themselves. Several before a line feed, as conversions leave them, end one line."""

_LIBRARY = re.compile(rb"(?:lws|LWS|libwebsocket|LIBWEBSOCKET)")
_LIBRARY_NAME = re.compile(rb"(?:lws_|LWS_|libwebsocket)\w*\Z")


def printable(text: str) -> str:
    """A path or message with bytes that are no UTF-8 replaced, as IR travels in UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def spliced(data: bytes) -> bytes:
    """The text with continued lines joined."""
    return _SPLICE.sub(b"", data) if b"\\" in data else data


def blanked(data: bytes) -> bytes:
    """The text with a blank for each comment, string and character constant."""
    return _BLANKED.sub(b" ", data)


def unreadable(data: bytes) -> str:
    """Why a text is none that every compiler reads alike, and what to do; empty if it is one."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _WIDE.match(data):
        return "UTF-16 text, which no compiler reads; save it as UTF-8"
    if (
        b"\r" in data
        and data.count(b"\r") != data.count(b"\r\n")
        and _RETURNS.search(_BLANKED.sub(_but_comments, data))
    ):
        return "has carriage returns without line feeds, where compilers differ; save it with line feeds"
    return ""


def _but_comments(apart: re.Match[bytes]) -> bytes:
    """Strings and comments of one line, but a blank for what goes over lines anyway."""
    return b" " if apart[0].startswith(b"/*") else apart[0]


def with_line_feeds(data: bytes) -> bytes:
    """The text with a line feed for each carriage return without, as clang reads it; as long as before."""
    if data.count(b"\r") == data.count(b"\r\n"):
        return data
    return _RETURNS.sub(lambda match: b"\n" * len(match[0]), data)


def identifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Offset and name of each identifier outside comments, strings and numbers."""
    for match in _TOKEN.finditer(data):
        word = match[0]
        if word[:1].isalpha() or word[:1] == b"_":
            yield match.start(), word


def mentions_library(data: bytes) -> bool:
    """Whether a name of libwebsockets is anywhere in the text, be it in a comment."""
    return (
        b"lws" in data
        or b"LWS" in data
        or b"libwebsocket" in data
        or b"LIBWEBSOCKET" in data
        or b"LCCSCF_" in data
    )  # not by any() over a tuple, which takes longer than the search: most files of a tree have none


def uses_library(data: bytes) -> bool:
    """Whether the text names libwebsockets outside comments and strings, or includes its header."""
    if not mentions_library(data):
        return False
    if re.search(rb"^[ \t]*#[ \t]*include[^\n]*libwebsockets", data, re.MULTILINE):
        return True
    return any(_LIBRARY.match(name) for _, name in identifiers(data))


def library_names(data: bytes) -> list[tuple[int, str]]:
    """Offset and name of each identifier that looks like the library's, outside preprocessor directives."""
    if not mentions_library(data):
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


_DIRECTIVE = re.compile(
    rb"^[ \t]*(?:#|%:|\?\?=)(?:" + SPLICE + rb"|/\*.*?\*/|[^\n])*", re.MULTILINE | re.DOTALL
)


def _directives(data: bytes) -> list[tuple[int, int]]:
    """The stretches of preprocessor directives, continued lines included."""
    return [match.span() for match in _DIRECTIVE.finditer(data)]


_CONDITIONAL = re.compile(rb"^[ \t]*#[ \t]*(if|endif)", re.MULTILINE)


def conditionals(data: bytes) -> list[tuple[int, int]]:
    """The outermost stretches from an `#if` to its `#endif`; one that is never closed reaches to the end."""
    found: list[tuple[int, int]] = []
    depth = start = 0
    for match in _CONDITIONAL.finditer(data):
        if match[1] == b"if":
            start = match.start() if not depth else start
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                found.append((start, match.end()))
    return [*found, (start, len(data))] if depth else found
