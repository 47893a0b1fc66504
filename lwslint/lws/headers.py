"""Model headers: libwebsockets as each release declares it, and the part of the C library that programs use.

They stand in where the real ones are missing, or older than the program. They are virtual files: a front end
hands them to its parser, nothing is written.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from lwslint.lws.facts import DatedText
from lwslint.lws.knowledge import Knowledge
from lwslint.lws.release import Release, position, releases

MODEL = "/lwslint-model/"
LIBC = "/lwslint-libc/"

_HERE = Path(__file__).parent
_LIBC = _HERE / "libc"
_CONFIG = re.compile(
    r"LWS_(WITH|HAVE|ROLE|HAS|PLAT|LIBRARY_VERSION|MAX_SMP|INSTALL|BUILD_HASH|OPENSSL|HTTP|SSL)_?"
)
_GUARD = re.compile(r"_*LWS_\w+_H_*|__LWS_\w+_H__|LIBWEBSOCKET_H_\w+")
_HAND_MADE = re.compile(r"^#define (\w+)(?:\(([^)]*)\))? ?(.*)$", re.MULTILINE)
_INCLUDES = [
    "assert",
    "errno",
    "fcntl",
    "limits",
    "netdb",
    "netinet/in",
    "poll",
    "pthread",
    "signal",
    "stdarg",
    "stddef",
    "stdint",
    "stdio",
    "stdlib",
    "string",
    "sys/socket",
    "sys/stat",
    "sys/time",
    "sys/types",
    "time",
    "unistd",
]
# Types of other libraries, declared as those libraries do, so that both may be included.
_STRANGERS = {
    "SSL": "struct ssl_st",
    "SSL_CTX": "struct ssl_ctx_st",
    "X509": "struct x509_st",
    "X509_STORE_CTX": "struct x509_store_ctx_st",
    "EVP_PKEY": "struct evp_pkey_st",
    "EVP_PKEY_CTX": "struct evp_pkey_ctx_st",
    "EVP_MD": "struct evp_md_st",
    "EVP_MD_CTX": "struct evp_md_ctx_st",
    "EVP_CIPHER": "struct evp_cipher_st",
    "EVP_CIPHER_CTX": "struct evp_cipher_ctx_st",
    "ENGINE": "struct engine_st",
    "HMAC_CTX": "struct hmac_ctx_st",
    "RSA": "struct rsa_st",
    "BIGNUM": "struct bignum_st",
    "EC_KEY": "struct ec_key_st",
    "uv_loop_t": "struct uv_loop_s",
    "uv_handle_t": "struct uv_handle_s",
    "uv_signal_t": "struct uv_signal_s",
    "cap_value_t": "int",
}
_STRUCT = re.compile(r"struct (\w+) \{")
_TAG = re.compile(r"\b(?:struct|union) \w+")
_LEVELS = [
    "err",
    "warn",
    "notice",
    "info",
    "debug",
    "parser",
    "header",
    "ext",
    "client",
    "latency",
    "thread",
    "user",
]
_OBJECTS = ["wsi", "vhost", "cx", "ss", "sspc", "context"]
_LOG = re.compile(rf"lwsl_(hexdump_|ratelimit_)?(?:({'|'.join(_OBJECTS)})_?)?({'|'.join(_LEVELS)})?")


class Declarations(msgspec.Struct):
    """`declarations.json`: each declaration in the forms that releases have, in an order that compiles.

    `macros` has the value of each macro, empty where it is no plain constant.
    """

    declarations: list[tuple[DatedText, ...]]
    macros: dict[str, tuple[DatedText, ...]]


@functools.cache
def read_declarations() -> Declarations:
    """What the headers of all releases declare."""
    return msgspec.json.decode((_HERE / "data/declarations.json").read_bytes(), type=Declarations)


def newest() -> str:
    """The newest release that there is a model of."""
    return str(releases()[-1])


def lowest_release_with(names: Iterable[str]) -> str | None:
    """The lowest release whose headers have all of `names` (see `Knowledge.lowest_with`), as text."""
    found = Knowledge.load().lowest_with(names)
    return None if found is None else str(found)


def libc_header(name: str) -> str:
    """One of `libc_headers`: the text of `stdio.h`, say."""
    return (_LIBC / name).read_text("utf-8")


@functools.cache
def libc_headers() -> dict[str, str]:
    """The part of libc, POSIX and OpenSSL that programs use: path below `/lwslint-libc/` to text."""
    names = [path.relative_to(_LIBC).as_posix() for path in sorted(_LIBC.rglob("*.h"))]
    return {LIBC + name: libc_header(name) for name in names}


@functools.cache
def model_headers(release: str) -> dict[str, str]:
    """The headers of `release` (the newest if empty): path below `/lwslint-model/` to text.

    Raises:
        LwslintError: `release` is none.
    """
    wanted = Release.parse(release or newest())
    known, at = read_declarations(), position(wanted)
    macros = {name: value for name, values in known.macros.items() if (value := _at(values, at)) is not None}
    body = [_completed(text, wanted) for forms in known.declarations if (text := _at(forms, at)) is not None]
    return {
        f"{MODEL}libwebsockets.h": _library(wanted, body, macros),
        f"{MODEL}lws_config.h": _config(wanted, macros),
    }


def _at(texts: Iterable[DatedText], at: int) -> str | None:
    return next((text.text for text in texts if text.span.first <= at <= text.span.last), None)


def _completed(text: str, release: Release) -> str:
    """A tracked struct with the members that only other build configurations have, at its end."""
    match = _STRUCT.match(text)
    fields = Knowledge.load().fields(match[1]) if match else ()
    words = set(re.findall(r"\w+", text)) if fields else set()
    absent = [field for field in fields if field.at(release) and field.name not in words]
    extra = "".join(
        f"\t{field.type_at(release)} {field.name};\n" for field in absent if "(" not in field.type
    )
    return text.removesuffix("};") + extra + "};" if extra else text


def _config(release: Release, macros: dict[str, str]) -> str:
    number = release.major * 1000000 + release.minor * 1000 + release.patch
    version = {
        "LWS_LIBRARY_VERSION": f'"{release}"',
        "LWS_LIBRARY_VERSION_MAJOR": str(release.major),
        "LWS_LIBRARY_VERSION_MINOR": str(release.minor),
        "LWS_LIBRARY_VERSION_PATCH": str(release.patch),
        "LWS_LIBRARY_VERSION_NUMBER": str(number),
        "LWS_MAX_SMP": "1",
    }
    switches = {name: value for name, value in macros.items() if _CONFIG.match(name)}
    lines = [f"#define {name} {value}".rstrip() for name, value in sorted({**switches, **version}.items())]
    return _guarded("LWS_CONFIG", release, lines)


def _library(release: Release, body: list[str], macros: dict[str, str]) -> str:
    lines = [f"#include <{name}.h>" for name in _INCLUDES]
    lines += ["#ifdef __has_include"]
    for name in ("openssl/ssl", "openssl/err"):
        lines += [f"#if __has_include(<{name}.h>)", f"#include <{name}.h>", "#endif"]
    lines += ["#endif"]
    lines += ['#include "lws_config.h"', "#ifdef __cplusplus", 'extern "C" {', "#endif"]
    lines += _strangers("\n".join(body))
    lines += _macros(macros)
    lines += body
    lines += ["#ifdef __cplusplus", "}", "#endif"]
    return _guarded("LIBWEBSOCKETS", release, lines)


def _guarded(name: str, release: Release, lines: Iterable[str]) -> str:
    guard = f"LWSLINT_MODEL_{name}_H"
    head = f"/* libwebsockets {release} as lwslint knows it: what its headers declare, and no more. */"
    return "\n".join([head, f"#ifndef {guard}", f"#define {guard}", *lines, "#endif", ""])


def _strangers(body: str) -> Iterator[str]:
    used = set(re.findall(r"\w+", body))
    for name, kind in _STRANGERS.items():
        if name in used:
            yield f"typedef {kind} {name};"
    if "uv_signal_cb" in used:
        yield "typedef void (*uv_signal_cb)(uv_signal_t *, int);"
    if re.search(r"(?<!struct )\bsqlite3\b", body):
        yield "typedef struct sqlite3 sqlite3;"
    for tag in sorted(set(_TAG.findall(body))):
        yield f"{tag};"


def _macros(macros: dict[str, str]) -> Iterator[str]:
    by_hand = _by_hand()
    for name, value in macros.items():
        if _CONFIG.match(name) or _GUARD.fullmatch(name):
            continue
        if value:
            yield f"#define {name} {value}"
        elif name in by_hand:
            yield by_hand[name]
        elif (log := _LOG.fullmatch(name)) is not None:
            yield _logging(name, *log.groups())
        elif name.startswith("LWS_FEATURE_"):
            yield f"#define {name}"


@functools.cache
def _by_hand() -> dict[str, str]:
    text = (_HERE / "data/macros.h").read_text("utf-8")
    return {match[1]: match[0].rstrip() for match in _HAND_MADE.finditer(text)}


def _logging(name: str, kind: str | None, target: str | None, level: str | None) -> str:
    """A logging macro: all of them evaluate what they are given and log it."""
    parameters = ["state", "interval"] if kind == "ratelimit_" else []
    parameters += ["object"] if target else []
    ignored = "".join(f"(void)({parameter}), " for parameter in parameters)
    parameters += [] if level else ["level"]
    severity = f"LLL_{level.upper()}" if level else "(level)"
    if kind == "hexdump_":
        call = f"lwsl_hexdump_level({severity}, (data), (size))"
        parameters += ["data", "size"]
    else:
        call = f"_lws_log({severity}, __VA_ARGS__)"
        parameters += ["..."]
    return f"#define {name}({', '.join(parameters)}) ({ignored}{call})"
