"""What a unit begins with, as far as it may be precompiled: a few directives up to `<libwebsockets.h>`."""

from __future__ import annotations

import re
from typing import NamedTuple

_BLANK = re.compile(rb"(?:\s|//(?:\\[ \t\f\v]*\r?\n|[^\n])*|/\*.*?\*/)+", re.DOTALL)
_END = rb"[ \t]*(?=\r?\n|//|/\*|\Z)"
_INCLUDE = re.compile(rb"#[ \t]*include[ \t]*<([^>\"\n]+)>" + _END)
_DEFINE = re.compile(rb"#[ \t]*define[ \t]+([A-Za-z_]\w*)(?:[ \t]+([0-9]\w*))?" + _END)
_UNLESS = re.compile(
    rb"#[ \t]*(?:ifndef[ \t]+|if[ \t]+![ \t]*defined[ \t]*\(?[ \t]*)([A-Za-z_]\w*)[ \t]*\)?" + _END
)
_ENDIF = re.compile(rb"#[ \t]*endif" + _END)
_MARK = b"\xef\xbb\xbf"
_LAST = b"libwebsockets.h"


class Prefix(NamedTuple):
    """The directives that a unit begins with.

    `directives` are the lines themselves, the include of the library the last; `open` counts the conditionals
    that are open behind it. `unless` are the macros that these ask to be undefined, `defined` those that
    the lines define, with their text.
    """

    directives: tuple[str, ...]
    open: int
    unless: tuple[str, ...]
    defined: tuple[tuple[str, str], ...]


def leading(data: bytes) -> Prefix | None:
    """The prefix of a unit's text; None where anything but such directives stands in it.

    Understood are `#include <...>`, `#define NAME` (as nothing or a number), `#ifndef NAME` (in either
    spelling) and `#endif`.
    """
    at = len(_MARK) if data.startswith(_MARK) else 0
    lines: list[str] = []
    unless: list[str] = []
    defined: list[tuple[str, str]] = []
    depth = 0
    while True:
        if blank := _BLANK.match(data, at):
            at = blank.end()
        if match := _INCLUDE.match(data, at):
            pass
        elif match := _DEFINE.match(data, at):
            defined.append((match[1].decode(), (match[2] or b"").decode()))
        elif match := _UNLESS.match(data, at):
            unless.append(match[1].decode())
            depth += 1
        elif (match := _ENDIF.match(data, at)) and depth:
            depth -= 1
        else:
            return None
        lines.append(match[0].decode("utf-8", "surrogateescape"))
        at = match.end()
        if match.re is _INCLUDE and match[1] == _LAST:
            return Prefix(tuple(lines), depth, tuple(unless), tuple(defined))


def header(prefix: Prefix) -> str:
    """A header that means what the prefix does, with an error in it where meeting the prefix twice might not.

    Twice is the same as once if each macro that must be undefined still is, and each one that was defined
    still has its text.
    """
    checks: list[str] = []
    for name in dict.fromkeys(prefix.unless):
        checks += [f"#if defined({name})", "#error defined by now", "#endif"]
    for name, text in dict.fromkeys(prefix.defined):
        checks += [f"#if !defined({name})", "#error undefined by now", "#endif"]
        checks.append(
            f'_Static_assert(!__builtin_strcmp(__lwslint_text({name}), "{text}"), "another by now");'
        )
    if prefix.defined:
        checks[:0] = ["#define __lwslint_words(...) #__VA_ARGS__"]
        checks[:0] = ["#define __lwslint_text(...) __lwslint_words(__VA_ARGS__)"]
        checks += ["#undef __lwslint_text", "#undef __lwslint_words"]
    return "\n".join([*prefix.directives, *["#endif"] * prefix.open, *checks, ""])
