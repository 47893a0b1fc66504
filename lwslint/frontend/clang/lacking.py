"""Which names of the library the headers of a unit lack, as its errors tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lwslint.frontend.clang.parse import Diagnostic

_NAME = r"(?:lws|LWS|LCCSCF_|libwebsocket|LIBWEBSOCKET)\w*"
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
    names: dict[str, None] = {}
    for diagnostic in diagnostics:
        for pattern in _NAMES:
            if match := pattern.search(diagnostic.message):
                names[match[1]] = None
        for pattern in _MEMBERS:
            if match := pattern.search(diagnostic.message):
                names[f"{match[2]}.{match[1]}"] = None
    return tuple(names)
