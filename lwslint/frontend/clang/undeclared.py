"""What a program uses and nothing declares, as its errors tell, declared so that the rest can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lwslint.frontend.clang.errors import ReadError
from lwslint.frontend.lexing import blanked

_OWN = re.compile(r"use of undeclared identifier '(\w+)'")
_OWN_TYPE = re.compile(r"unknown type name '(\w+)'")
_OWN_TAG = re.compile(
    r"(?:(?:(?:field|variable) has|'sizeof' to an) incomplete|tentative definition has) type"
    r" (?:'[^']*' \(aka )?'(?:(?:const|volatile) )*(struct|union) (\w+)'"
)
PRELUDE = "/lwslint-undeclared.h"
"""The virtual file of `declarations`."""
_MOST = 500
"""No more names are declared for a unit than this."""
_NEAR = 200
"""Bytes around a name that say whether it is a type."""
_MOST_USES = 20_000
"""Of uses of such names, no more are looked at: one that is a type shows that early."""
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
_QUALIFIER = re.compile(rb"\b(?:const|static|volatile|register|extern)\Z")
_OPENED = re.compile(rb"(?:\A|[;{}]|\bfor\s*\()\Z")
_DECLARED = re.compile(rb"(?:[\s*]|\bconst\b)+\b(?!const\b)[A-Za-z_]\w*\s*[=;,\[]")
_CAST = re.compile(rb"(?:\s|\bconst\b)*(\*?)(?:[\s*]|\bconst\b)*\)\s*(\w|\"|&\s*\w)?")


def declarations(errors: Iterable[ReadError], text: bytes) -> str:
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
            tags[match[1], match[2]] = None
    types |= _types(names, text) if names.keys() - types else set()
    lines = [_declaration(name, name in types) for name in list(names)[:_MOST]]
    missing = [key for key in list(tags)[:_MOST] if not _is_defined(*key, text)]
    lines += [f"{word} {tag} {{ int lwslint_unknown; }};" for word, tag in missing]
    return "".join(f"{line}\n" for line in lines)


def _declaration(name: str, is_type: bool) -> str:
    return _MEANINGS.get(name, f"typedef int {name};" if is_type else f"extern int {name};")


def _is_defined(word: str, tag: str, text: bytes) -> bool:
    """Whether the text itself defines a struct or union, later than it is wanted."""
    names = word.encode(), tag.encode(), _NEAR
    return re.search(rb"\b%s\s+%s\b[^;{}()=]{0,%d}\{" % names, text) is not None


def _types(names: Iterable[str], text: bytes) -> set[str]:
    """Those of some names that stand where only a type can: at the start of a declaration, or in a cast."""
    code = blanked(text)
    wanted = b"|".join(name.encode() for name in names)
    return {
        match[0].decode()
        for match in islice(re.finditer(rb"\b(?:%s)\b" % wanted, code), _MOST_USES)
        if _is_type(
            code[max(0, match.start() - _NEAR) : match.start()], code[match.end() : match.end() + _NEAR]
        )
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
