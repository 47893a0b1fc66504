"""Which names of the library the headers of a unit lack, as its errors tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lwslint.frontend.clang.parse import Diagnostic

_NAME = (
    r"(?:lws|LWS|LCCSCF_|libwebsocket|LIBWEBSOCKET"
    r"|PENDING_TIMEOUT_|WSI_TOKEN_|HTTP_STATUS_|CONTEXT_PORT_|LLL_)\w*"
)
_NAMES = (
    re.compile(rf"use of undeclared identifier '({_NAME})'"),
    re.compile(rf"call to undeclared (?:library )?function '({_NAME})'"),
    re.compile(rf"implicit declaration of function '({_NAME})'"),
    re.compile(rf"unknown type name '({_NAME})'"),
    re.compile(rf"incomplete (?:\w+ |definition of )?type '(?:const )?(?:struct |enum )({_NAME})'"),
)
_MEMBERS = (
    re.compile(rf"no member named '(\w+)' in '(?:const )?(?:struct )?({_NAME})'"),
    re.compile(rf"designator '(\w+)' does not refer to any field in type '(?:const )?(?:struct )?({_NAME})'"),
)


def lacking(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """The library names that errors say are not declared; members as `struct.member`."""
    return tuple(dict.fromkeys(filter(None, map(lacked, diagnostics))))


def lacked(diagnostic: Diagnostic) -> str:
    """The library name that one error says is not declared; empty if it speaks of something else."""
    for pattern in _NAMES:
        if match := pattern.search(diagnostic.message):
            return match[1]
    for pattern in _MEMBERS:
        if match := pattern.search(diagnostic.message):
            return f"{match[2]}.{match[1]}"
    return ""
