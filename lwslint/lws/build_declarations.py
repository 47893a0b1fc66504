"""Reads the public headers of every release in a git checkout, and keeps what they declare as facts.

Nothing of the headers' text is kept: clang parses them against lwslint's own C library headers, its syntax
tree is printed afresh (types, members, enumerators and their values, prototypes without parameter names), and
of macros only the name and, where it is one number or string, the value.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from lwslint.errors import LwslintError
from lwslint.lws.build_history import git
from lwslint.lws.build_merge import merged
from lwslint.lws.build_syntax import Printer
from lwslint.lws.build_values import constant_text

LIBC = Path(__file__).parent / "libc"
_CONFIG = ("lws_config.h.in", "config.h.cmake", "cmake/lws_config.h.in")
_SOURCES = (*_CONFIG, "lib/libwebsockets.h", "include")
_OPTION = re.compile(r"^\s*#\s*cmakedefine(?:01)?\s+(\w+)", re.MULTILINE)
_MACRO = re.compile(r"^#define (\w+)(\([^)]*\))? ?(.*)$", re.MULTILINE)
_MARKER = "lwslint_begin"

# A full build on Linux with OpenSSL: what belongs to other platforms and TLS libraries, takes something away,
# or needs the headers of a third library, is off.
_OFF = re.compile(
    r"LWS_(USE_(POLAR|MBED|WOLF|CYA|BORING|OLD)|ESP|PLAT_(?!UNIX)|NO_|WITHOUT_|MINGW|DETECTED|AMAZON|FALLBACK|BUILTIN|SHA1_USE|SSL_SERVER_WITH"
    r"|ONLY_|TLS_LOG|HAVE_(NET_IF|MBEDTLS|mbedtls|_STAT|_ATOI|GNUTLS)"
    r"|WITH_(ESP|MBEDTLS|POLARSSL|BORINGSSL|SCHANNEL|GNUTLS|OPENHITLS|WOLFSSL|CYASSL|AWSLC|NO_LOGS|GTK|DBUS|ALSA"
    r"|LIBUV_INTERNAL|MINIZ|SUL_DEBUGGING|SECURE_STREAMS_STATIC|SECURE_STREAMS_CPP|HUBBUB|SELFTESTS|WIN|OPUS"
    r"|CXX|BEARSSL|MEDIA|TRANSCODE|V4L2|PLUGINS_BUILTIN|ALLOC_METADATA|SECURE_STREAMS_BUFFER_DUMP)"
    r"|ROLE_DBUS|WITH_STRUCT_SQLITE3|WITH_SQLITE3|OPTEE|LIBRARY_VERSION|MAX_SMP|BUILD_HASH|AVOID)"
    r"|USE_|HAVE_|_DEBUG|WIN|PICO"
)
# Headers of other libraries: the few types that the library's own headers name.
_STRANGERS = {
    "ev.h": "struct ev_loop; struct ev_signal;\n#define EV_P_ struct ev_loop *loop,",
    "uv.h": "".join(
        f"typedef struct uv_{kind}_s uv_{kind}_t;"
        for kind in ("loop", "handle", "signal", "timer", "connect", "tcp")
    )
    + "typedef void (*uv_signal_cb)(uv_signal_t *, int);",
    "uv-version.h": "",
    "uv/version.h": "",
    "event2/event.h": "struct event_base;\n#define evutil_socket_t int",
    "event.h": "struct event_base;\n#define evutil_socket_t int",
    "sqlite3.h": "typedef struct sqlite3 sqlite3;",
    "zlib.h": "",
}


def declarations(checkout: Path, tags: Iterable[str]) -> bytes:
    """What the headers at each of `tags` declare, as JSON.

    Raises:
        LwslintError: git or clang fail.
    """
    seen: dict[str, tuple[list[tuple[str, str]], dict[str, str]]] = {}
    found = []
    for tag in tags:
        tree = git(checkout, "ls-tree", "-r", tag, "--", *_SOURCES).decode()
        if tree not in seen:
            seen[tree] = _release(checkout, tag)
        found.append(seen[tree])
    return msgspec.json.encode(merged(found)) + b"\n"


def _release(checkout: Path, tag: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = git(checkout, "ls-tree", "--name-only", tag, "--", *_SOURCES).decode().split()
        archive = git(checkout, "archive", "--format=tar", tag, *paths)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        _configure(folder, tag)
        return _declared(folder), _macros(folder)


def _configure(folder: Path, tag: str) -> None:
    options: list[str] = []
    for path in _CONFIG:
        if (folder / path).exists():
            options += _OPTION.findall((folder / path).read_text("utf-8", "replace"))
    chosen = [name for name in dict.fromkeys(options) if not _OFF.match(name)]
    version = [int(part) for part in re.findall(r"\d+", tag)[:3]]
    major, minor, patch = (*version, 0)[:3]
    text = "".join(f"#define {name}\n" for name in chosen)
    text += f'#define LWS_LIBRARY_VERSION "{major}.{minor}.{patch}"\n'
    text += '#define LWS_MAX_SMP 1\n#define LWS_BUILD_HASH ""\n'
    text += f"#define LWS_LIBRARY_VERSION_MAJOR {major}\n#define LWS_LIBRARY_VERSION_MINOR {minor}\n"
    text += f"#define LWS_LIBRARY_VERSION_PATCH {patch}\n"
    text += f"#define LWS_LIBRARY_VERSION_NUMBER ({major} * 1000000 + {minor} * 1000 + {patch})\n"
    text += '#define LWS_LIBRARY_VERSION_PATCH_ELABORATED ""\n#define LWS_INSTALL_DATADIR "/usr/share"\n'
    (folder / "lws_config.h").write_text(text)
    for path, content in _STRANGERS.items():
        target = folder / "strangers" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"#pragma once\n{content}\n")
    includes = sorted(str(path.relative_to(LIBC)) for path in LIBC.rglob("*.h"))
    text = "".join(f"#include <{path}>\n" for path in includes)
    text += "".join(f"#include <{path}>\n" for path in sorted(_STRANGERS))
    (folder / "before.c").write_text(text)
    (folder / "all.c").write_text(f"{text}typedef int {_MARKER};\n#include <libwebsockets.h>\n")


def _clang(folder: Path, *arguments: str) -> bytes:
    paths = [f"-I{folder}", f"-I{folder}/include", f"-I{folder}/lib"]
    system = ["-isystem", f"{folder}/strangers", "-isystem", str(LIBC)]
    target = ["--target=x86_64-linux-gnu", "-std=gnu11", "-D_GNU_SOURCE", "-w", "-ferror-limit=0"]
    command = ["clang", *target, "-nostdinc", *paths, *system, *arguments]
    return subprocess.run(command, capture_output=True, check=False).stdout


def _declared(folder: Path) -> list[tuple[str, str]]:
    tree = json.loads(_clang(folder, "-fsyntax-only", "-Xclang", "-ast-dump=json", str(folder / "all.c")))
    return list(Printer().declarations(_after_marker(tree["inner"])))


def _after_marker(declared: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    nodes = iter(declared)
    for node in nodes:
        if node.get("name") == _MARKER:
            break
    else:
        raise LwslintError("clang could not read the headers")
    return nodes


def _macros(folder: Path) -> dict[str, str]:
    before = set(_MACRO.findall(_clang(folder, "-E", "-dM", str(folder / "before.c")).decode()))
    after = set(_MACRO.findall(_clang(folder, "-E", "-dM", str(folder / "all.c")).decode()))
    bodies = {name: body for name, parameters, body in after if not parameters}
    found = {}
    for name, parameters, body in sorted(after - before):
        found[name] = "" if parameters else constant_text(body, bodies)
    return found
