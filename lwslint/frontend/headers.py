"""Which headers a unit is read with: real ones where there are some, else lwslint's own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from lwslint.errors import LwslintError
from lwslint.frontend.clang import shims
from lwslint.frontend.limits import contents

MODEL = "/lwslint-model"
LIBC = "/lwslint-libc"
LIBRARY_HEADER = "libwebsockets.h"

_SYSTEM = (
    "/usr/local/include",
    "/usr/include/x86_64-linux-gnu",
    "/usr/include/aarch64-linux-gnu",
    "/usr/include",
    "/opt/homebrew/include",
)
_VERSION = re.compile(
    rb'^[ \t]*#[ \t]*define[ \t]+LWS_LIBRARY_VERSION[ \t]+"v?([0-9]+(?:\.[0-9]+)*)', re.MULTILINE
)
_PARTS = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+LWS_LIBRARY_VERSION_(MAJOR|MINOR|PATCH)[ \t]+([0-9]+)", re.MULTILINE
)


def no_system_headers() -> bool:
    """Whether the real headers of the machine are to be left alone (`LWSLINT_NO_SYSTEM_HEADERS`)."""
    return os.environ.get("LWSLINT_NO_SYSTEM_HEADERS", "") not in ("", "0")


@cache
def resource_folder() -> str:
    """The header folder of an installed clang, newest that libclang 18 can read; empty without one."""
    found: list[tuple[int, str]] = []
    for root, pattern in (("/usr/lib", "llvm-*/lib/clang/*/include"), ("/usr/lib/clang", "*/include")):
        for folder in Path(root).glob(pattern):
            major = folder.parent.name.split(".")[0]
            if major.isdigit() and int(major) <= 18 and (folder / "stddef.h").is_file():
                found.append((int(major), str(folder)))
    return max(found)[1] if found else ""


def asks_for_machine(argument: str) -> bool:
    """Whether a flag asks for another machine than this one, whose headers may not be here."""
    return argument in ("-m32", "-m64", "-mx32") or argument.startswith("--target=")


def is_of_system(header: str) -> bool:
    """Whether a header lies in a folder of the system's, and no project's."""
    return any(f"{folder}/" in header for folder in _SYSTEM)


def search_path(arguments: Sequence[str], directory: str) -> list[str]:
    """The folders that `#include <...>` looks in, in order."""
    folders: dict[str, list[str]] = {
        "-I": [],
        "-isystem": [],
        "-idirafter": [],
        "-isysroot": [],
        "--sysroot": [],
    }
    rest = iter(arguments)
    for argument in rest:
        for flag, list_ in folders.items():
            if argument == flag:
                list_.append(next(rest, ""))
                break
            if argument.startswith(flag):
                list_.append(argument.removeprefix(flag).removeprefix("=" if flag == "--sysroot" else ""))
                break
    root = (folders["--sysroot"] or folders["-isysroot"] or [""])[-1]
    system = [] if no_system_headers() or "-nostdinc" in arguments else [root + folder for folder in _SYSTEM]
    ordered = [*folders["-I"], *folders["-isystem"], *system, *folders["-idirafter"]]
    return [os.path.join(directory, folder) for folder in ordered if folder]  # noqa: PTH118


@cache
def _found(folders: tuple[str, ...]) -> str:
    for folder in folders:
        candidate = os.path.join(folder, LIBRARY_HEADER)  # noqa: PTH118
        if os.path.isfile(candidate):  # noqa: PTH113 - of a name that is too long, `Path.is_file` raises
            return candidate
    return ""


def library_header(path: str, arguments: Sequence[str], directory: str) -> str:
    """The libwebsockets.h that a unit would include; empty where there is none."""
    beside = Path(path).parent / LIBRARY_HEADER
    if os.path.isfile(beside):  # noqa: PTH113
        return str(beside)
    return _found(tuple(search_path(arguments, directory)))


@cache
def release_of(header: str, folders: tuple[str, ...]) -> str:
    """The release that the headers beside `header` are of: `4.1.6`; empty where they do not say."""
    for folder in (str(Path(header).parent), *folders):
        for name in ("lws_config.h", "libwebsockets.h"):
            try:
                data = contents(os.path.join(folder, name))[: 1 << 20]  # noqa: PTH118
            except (OSError, LwslintError):
                continue
            if release := _release_in(data):
                return release
    return ""


def _release_in(data: bytes) -> str:
    if match := _VERSION.search(data):
        return match[1].decode()
    parts = dict(_PARTS.findall(data))
    if {b"MAJOR", b"MINOR"} <= parts.keys():
        return ".".join(parts.get(name, b"0").decode() for name in (b"MAJOR", b"MINOR", b"PATCH"))
    return ""


@cache
def model_files(release: str) -> dict[str, str]:
    """The model headers of a release (of none: the C library's alone), by the paths they seem to have."""
    from lwslint.lws import headers

    return {**headers.libc_headers(), **(headers.model_headers(release) if release else {})}


def newest_release() -> str:
    """The newest release that there is a model of."""
    from lwslint.lws import headers

    return headers.newest()


def full(release: str) -> str:
    """A release with all its numbers: `4.3` is its newest patch.

    Raises:
        LwslintError: it is none.
    """
    from lwslint.lws.release import Release

    return str(Release.parse(release))


def lacks(release: str, name: str) -> bool:
    """Whether a release does not have a library name that another has."""
    from lwslint.lws.knowledge import Knowledge
    from lwslint.lws.release import Release

    symbol = Knowledge.load().dated(name)
    return symbol is not None and not symbol.at(Release.parse(release))


def lowest_release_with(names: Iterable[str]) -> str:
    """The lowest release that has every one of these names (members as `struct.member`); empty for none."""
    from lwslint.lws import headers

    return headers.lowest_release_with(names) or ""


def newest_release_with(names: Iterable[str]) -> str:
    """The newest release that has every one of these names; empty for none."""
    from lwslint.lws.knowledge import Knowledge

    found = Knowledge.load().newest_with(names)
    return "" if found is None else str(found)


def flags(*, model: bool, system_headers: bool = True) -> list[str]:
    """The flags for builtin and model headers: the library's before real ones, the C library's behind.

    Without `system_headers` the model of the C library is in place of the machine's own.
    """
    system = ["-nostdlibinc"] if no_system_headers() or not system_headers else []
    resource = resource_folder()
    return [
        "-nobuiltininc",
        *system,
        *(["-I", MODEL] if model else []),
        "-isystem",
        shims.FOLDER,
        *(["-idirafter", resource] if resource and not system else []),
        "-idirafter",
        LIBC,
    ]
