"""Which names the headers of a unit lack, as its errors tell: the library's, and the program's own."""

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
    re.compile(rf"incomplete (?:\w+ |definition of )?type '(?:const )?(?:struct |enum )({_NAME})'"),
)
_MEMBERS = (
    re.compile(rf"no member named '(\w+)' in '(?:const )?(?:struct )?({_NAME})'"),
    re.compile(
        r"designator '(\w+)' does not refer to any field in type "
        rf"(?:'[^']+' \(aka )?'(?:const )?(?:struct )?({_NAME})'"
    ),
)

_OWN = re.compile(r"use of undeclared identifier '(\w+)'")
_OWN_TYPE = re.compile(r"unknown type name '(\w+)'")
_OWN_TAG = re.compile(
    r"(?:(?:field|variable) has|'sizeof' to an) incomplete type"
    r" '(?:(?:const|volatile) )*(struct|union) (\w+)'"
    r"|tentative definition has type '(?:(?:const|volatile) )*(struct|union) (\w+)'"
)
PRELUDE = "/lwslint-undeclared.h"
"""The virtual file of `undeclared`."""
_MOST = 500
"""No more names are declared for a unit than this."""
_NEAR = 200
"""Bytes around a name that say whether it is a type."""
_INTEGERS = (f"{sign}int{size}_t" for sign in ("", "u") for size in (8, 16, 32, 64, "ptr"))
_MEANINGS = {
    "NULL": "#define NULL ((void *)0)",
    "false": "enum { false = 0 };",
    "true": "enum { true = 1 };",
    "bool": "typedef _Bool bool;",
    "size_t": "#include <stddef.h>",
    "ssize_t": "typedef __PTRDIFF_TYPE__ ssize_t;",
    **dict.fromkeys(_INTEGERS, "#include <stdint.h>"),
}
_APART = re.compile(rb"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?", re.DOTALL)
_QUALIFIER = re.compile(rb"\b(?:const|static|volatile|register|extern)\Z")
_OPENED = re.compile(rb"(?:\A|[;{}]|\bfor\s*\()\Z")
_DECLARED = re.compile(rb"(?:[\s*]|\bconst\b)+\b(?!const\b)[A-Za-z_]\w*\s*[=;,\[]")
_CAST = re.compile(rb"(?:\s|\bconst\b)*(\*?)(?:[\s*]|\bconst\b)*\)\s*(\w|\"|&\s*\w)?")


def undeclared(errors: Iterable[ReadError], text: bytes) -> str:
    """A header that declares the names of the program that errors say are not declared; empty without any.

    libclang drops a whole statement for one of them, and a struct with a member of an unknown type has a
    size of one byte. Declared they cost nothing but what they mean: variables, constants and macros as
    variables of unknown value, types as `int`, structs and unions as ones with one member. `text` is that of
    the unit, where it is seen which names are types.
    """
    names: dict[str, None] = {}
    types: set[str] = set()
    tags: dict[tuple[str, str], None] = {}
    for error in errors:
        if match := _OWN.search(error.message):
            names[match[1]] = None
        elif match := _OWN_TYPE.search(error.message):
            names[match[1]] = None
            types.add(match[1])
        elif match := _OWN_TAG.search(error.message):
            tags[match[1] or match[3], match[2] or match[4]] = None
    types |= _types(names, text) if names.keys() - types else set()
    return "".join(
        [
            *(
                f"{_MEANINGS.get(name, f'typedef int {name};' if name in types else f'extern int {name};')}\n"
                for name in list(names)[:_MOST]
            ),
            *(
                f"{word} {tag} {{ int lwslint_unknown; }};\n"
                for word, tag in list(tags)[:_MOST]
                if not re.search(rb"\b%s\s+%s\b[^;{}()]*\{" % (word.encode(), tag.encode()), text)
            ),
        ]
    )


def _types(names: Iterable[str], text: bytes) -> set[str]:
    """Those of some names that stand where only a type can: at the start of a declaration, or in a cast."""
    code = _APART.sub(b" ", text)
    wanted = b"|".join(name.encode() for name in names)
    return {
        match[0].decode()
        for match in re.finditer(rb"\b(?:%s)\b" % wanted, code)
        if _is_type(code[max(0, match.start() - _NEAR) : match.start()], code[match.end() :][:_NEAR])
    }


def _is_type(before: bytes, after: bytes) -> bool:
    """Whether what stands around a name says that it is one of a type."""
    before = before.rstrip()
    while match := _QUALIFIER.search(before):
        before = before[: match.start()].rstrip()
    if _OPENED.search(before):
        return _DECLARED.match(after) is not None
    cast = _CAST.match(after) if before.endswith(b"(") else None
    if cast is None:
        return False
    called = re.search(rb"[\w)\]]\s*\(\Z", before) is not None
    return bool(cast[1]) or (bool(cast[2]) and not called)


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
