"""Which names of the library the headers of a unit lack, as its errors tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from lwslint import ir
from lwslint.frontend import headers
from lwslint.frontend.clang.errors import ReadError

_NAME = (
    r"(?:lws|LWS|LCCSCF_|libwebsocket|LIBWEBSOCKET"
    r"|PENDING_TIMEOUT_|WSI_TOKEN_|HTTP_STATUS_|CONTEXT_PORT_|LLL_)\w*"
)
_NAMES = (
    re.compile(rf"use of undeclared identifier '({_NAME})'"),
    re.compile(rf"call to undeclared (?:library )?function '({_NAME})'"),
    re.compile(rf"implicit declaration of function '({_NAME})'"),
    re.compile(rf"unknown type name '({_NAME})'"),
    re.compile(
        rf"incomplete (?:\w+ |definition of )?type (?:'[^']*' \(aka )?'(?:const )?(?:struct |enum )({_NAME})'"
    ),
)
_MEMBERS = (
    re.compile(rf"no member named '(\w+)' in '(?:const )?(?:struct )?({_NAME})'"),
    re.compile(
        r"designator '(\w+)' does not refer to any field in type "
        rf"(?:'[^']+' \(aka )?'(?:const )?(?:struct )?({_NAME})'"
    ),
)


def lacking(errors: Iterable[ReadError]) -> tuple[str, ...]:
    """The library names that errors say are not declared; members as `struct.member`."""
    return tuple(dict.fromkeys(filter(None, map(lacked, errors))))


def lacked(error: ReadError) -> str:
    """The library name that one error says is not declared; empty if it speaks of something else."""
    for pattern in _NAMES:
        if match := pattern.search(error.message):
            return match[1]
    for pattern in _MEMBERS:
        if match := pattern.search(error.message):
            return f"{match[2]}.{match[1]}"
    return ""


def lacks(errors: Iterable[ReadError], release: str) -> tuple[tuple[ir.Lack, ...], tuple[ReadError, ...]]:
    """Uses of names that a release does not have but another has, and the other errors."""
    found: dict[tuple[str, ir.Span], ir.Lack] = {}
    rest = []
    for error in errors:
        name = lacked(error)
        if name and error.span is not None and headers.lacks(release, name):
            length = len(name.rpartition(".")[2])
            span = msgspec.structs.replace(error.span, end_column=error.span.end_column + length)
            found.setdefault((name, span), ir.Lack(name, span))
        else:
            rest.append(error)
    return tuple(found.values()), tuple(rest)
