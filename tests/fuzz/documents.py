"""Texts of JSON and TOML, and binary files, made odd: by their structure and by their bytes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, MutableMapping, MutableSequence, Sequence
from random import Random
from typing import Any, Final

STRINGS: Final = (
    "",
    " ",
    ".",
    "..",
    "../..",
    "~",
    "main.c",
    "./main.c",
    "../project/main.c",
    "sub/../main.c",
    "missing/main.c",
    "main.c/main.c",
    "/dev/null",
    "loop.c",
    "folder.c",
    "a\0b.c",
    "\ud800",
    "\udcff",
    "\x1b[31m",
    "two\nlines",
    "é世😀",
    "x" * 300,
    "x" * 5000,
    "*",
    "**/*",
    "***a**b**c",
    "!main.c",
    "[",
    "[!a-",
    "\\",
    "a//b",
    "#",
    "LWS103",
    "LWS",
    "L",
    "stale-creation-info",
    "ALL",
    "error",
    "ERROR",
    "4.1.6",
    "4.3",
    "99.9",
    "-1",
    "4.1.6.7.8",
    "v4.1-stable",
    "CLIENT_CLOSED",
    "LWS_CALLBACK_NONE",
    "lws_create_context",
    "free",
    "main",
    "callback",
    "not a name",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "{{ 7 * 7 }}",
    "%s%n",
    "::error::x",
)
FLAGS: Final = (
    "-fplugin=./evil.so",
    "-load",
    "-Xclang",
    "-fplugin-arg-x-y",
    "-add-plugin",
    "-plugin",
    "-mllvm",
    "-debug",
    "-o",
    "written.o",
    "-MF",
    "written.d",
    "-MD",
    "-MMD",
    "-save-temps",
    "-dumpdir",
    "-ftime-trace=written.json",
    "-serialize-diagnostics",
    "-emit-llvm",
    "-S",
    "-E",
    "-P",
    "-include",
    "-include-pch",
    "-imacros",
    "main.c",
    "/dev/null",
    "/proc/self/environ",
    "-I",
    "-I.",
    "-I..",
    "-I-",
    "-isystem",
    "-iquote=",
    "-isysroot",
    "--sysroot=.",
    "-ivfsoverlay",
    "overlay.yaml",
    "-D",
    "-DX",
    "-DX=",
    "-DX(a)=a##a",
    "-Dmain=X",
    "-Dif=while",
    "-DNULL=\n#include</dev/null>",
    "-UNULL",
    "-U",
    "-std=c11",
    "-std=c++17",
    "-std=nonsense",
    "-xc++",
    "-x",
    "-xobjective-c",
    "-target",
    "riscv64-unknown-elf",
    "--target=arm-none-eabi",
    "--target=x-y-z",
    "-m32",
    "-march=native",
    "-funsigned-char",
    "-fshort-enums",
    "-nostdinc",
    "-undef",
    "-working-directory=/",
    "--",
    "-",
    "@flags.rsp",
    "@loop.rsp",
    "@/etc/passwd",
    "@missing",
    "-Wp,-DX,-include,main.c",
    "-Wp,",
    "-Wl,-o,x",
    "-cc1",
    "-fmodules",
    "-fms-extensions",
    "-ansi",
    "-fsyntax-only",
    "-###",
    "--analyze",
    "-v",
    "-ferror-limit=1",
    "\0",
    "\ud800",
)
NUMBERS: Final = (0, -1, 1, 2, 1 << 31, 1 << 63, 1 << 64, -(1 << 63), 10**40, 0.5, -0.0, 1e308)

Container = MutableMapping[str, Any] | MutableSequence[Any]


def odd_value(rng: Random, depth: int = 2) -> Any:
    """A value of any type that JSON has."""
    kind = rng.randrange(8 if depth else 6)
    if kind < 3:
        return rng.choice(STRINGS)
    if kind == 3:
        return rng.choice(NUMBERS)
    if kind == 4:
        return rng.choice((True, False, None))
    if kind == 5:
        return rng.choice(FLAGS)
    if kind == 6:
        return [odd_value(rng, depth - 1) for _ in range(rng.choice((0, 1, 2, 5, 40)))]
    return {rng.choice(STRINGS): odd_value(rng, depth - 1) for _ in range(rng.choice((0, 1, 3)))}


def _places(value: Any) -> Iterator[tuple[Container, Any]]:
    """Every place in a document: what holds it, and its key or number there."""
    stack: list[Any] = [value]
    while stack:
        one = stack.pop()
        keys: Any = one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            yield one, key
            stack.append(one[key])


def restructured(rng: Random, document: Any, keys: Sequence[str] = (), flags: bool = False) -> Any:
    """A document with a few values of another type, keys lost or doubled, lists longer or nested."""
    document = copy.deepcopy(document)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        places = list(_places(document))
        if not places:
            return odd_value(rng)
        holder, key = rng.choice(places)
        _change(rng, holder, key, [*keys, *STRINGS[:4]], flags)
    return document if rng.random() < 0.98 else odd_value(rng)


def _change(rng: Random, holder: Any, key: Any, keys: Sequence[str], flags: bool) -> None:
    way = rng.randrange(9)
    if way == 0:
        del holder[key]
    elif way == 1:
        holder[key] = odd_value(rng)
    elif way == 2 and isinstance(holder, dict):
        holder[rng.choice(keys)] = holder.pop(key)
    elif way == 3 and isinstance(holder, dict):
        holder[rng.choice(keys)] = odd_value(rng)
    elif way == 4 and isinstance(holder, list):
        holder[key:key] = [copy.deepcopy(holder[key])] * rng.choice((1, 1, 2, 20))
    elif way == 5:
        for _ in range(rng.choice((1, 3, 60))):
            holder[key] = [holder[key]] if rng.random() < 0.5 else {"a": holder[key]}
    elif way == 6 and isinstance(holder[key], str):
        holder[key] = _odd_text(rng, holder[key])
    elif way == 7 and flags and isinstance(holder, list):
        holder.insert(key, rng.choice(FLAGS))
    else:
        holder[key] = rng.choice(FLAGS if flags and rng.random() < 0.5 else STRINGS)


def _odd_text(rng: Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return rng.choice(
        (
            text[:at],
            text[at:],
            text[:at] + rng.choice(STRINGS) + text[at:],
            text * 3,
            text.upper(),
            f" {text}",
            f"../{text}",
            f"{text}/",
        )
    )


def odd_bytes(rng: Random, data: bytes) -> bytes:
    """Bytes turned, lost, doubled, or cut off."""
    found = bytearray(data or b"\0")
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(found)) if found else 0
        way = rng.randrange(7)
        if way == 0 and found:
            found[at] ^= 1 << rng.randrange(8)
        elif way == 1 and found:
            found[at] = rng.randrange(256)
        elif way == 2:
            del found[at : at + rng.choice((1, 4, 64))]
        elif way == 3:
            found[at:at] = found[at : at + rng.choice((1, 8, 200))]
        elif way == 4:
            found[at:at] = rng.choice(
                (b"\0", b"\xff", b'"', b"[", b"{", b"\n", b"\xed\xa0\x80", b"\\u0000", b"//")
            )
        elif way == 5:
            found[at:at] = rng.choice((b"[", b"{", b'{"a":', b"(")) * rng.choice((10, 1000, 20_000))
        elif rng.random() < 0.3:
            del found[at:]
    return bytes(found)


def as_json(document: Any) -> bytes:
    """A document as JSON; lone surrogates as escapes."""
    return json.dumps(document).encode()


def as_toml(document: Any) -> bytes:
    """A document as TOML, as far as it can be one: what cannot stand in it is left as JSON."""
    if not isinstance(document, dict):
        return as_json(document)
    lines = [f"{json.dumps(key)} = {_inline(one)}" for key, one in document.items()]
    return "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value)


def mutated(
    rng: Random,
    document: Any,
    written: Callable[[Any], bytes],
    keys: Sequence[str] = (),
    *,
    flags: bool = False,
) -> bytes:
    """A document as bytes: its structure made odd, its bytes, or both."""
    way = rng.random()
    if way < 0.7:
        return written(restructured(rng, document, keys, flags))
    if way < 0.85:
        return odd_bytes(rng, written(document))
    return odd_bytes(rng, written(restructured(rng, document, keys, flags)))
