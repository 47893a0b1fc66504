"""Precompiled headers: what many units start with is parsed once.

A unit may start from a precompiled header if nothing but the directives of a `Prefix` stands before its
`#include <libwebsockets.h>`: the precompiled header then is exactly those lines, parsed with exactly
the unit's flags. Meeting them again in the unit itself, the preprocessor skips what is guarded. One error
in it (an inclusion that fails, a macro that a second pass would meet differently), or `-include` among the
flags, and there is none. Results with and without are equal.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lwslint import atomic
from lwslint.frontend.clang import parse
from lwslint.frontend.clang.library import load
from lwslint.frontend.prefix import Prefix, header, leading

_BARRIERS = ("-include", "-imacros")
_FOLDER_FLAGS = ("-I", "-isystem", "-idirafter", "-iquote", "-isysroot", "--sysroot")
_FOLDER = re.compile(r"-I|-isystem|-idirafter|-iquote|-isysroot|--sysroot=?")
_WORKING = "-working-directory="


class Store:
    """Precompiled headers in a folder, of one run or kept for later ones.

    The name of a file tells the digest of what is in it: one that is torn is not used, but made anew.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}

    def find(self, data: bytes, arguments: Sequence[str], unsaved: Mapping[str, str], model: str) -> str:
        """The precompiled header that a unit with this text may start with, made if need be; empty for none.

        `model` names the release of the model headers among `unsaved`, which are the same throughout a run.
        """
        prefix = leading(data)
        if prefix is None or any(argument.startswith(_BARRIERS) for argument in arguments):
            return ""
        key = _key(prefix, arguments, model)
        if key not in self._known:
            self._known[key] = self._made(key, prefix, arguments, unsaved)
        return self._known[key]

    def _made(self, key: str, prefix: Prefix, arguments: Sequence[str], unsaved: Mapping[str, str]) -> str:
        if kept := self._kept(key):
            return kept
        if (self._folder / f"{key}.none").exists():
            return ""
        source = f"/lwslint-pch/{key}.h"
        with parse.parsed(source, arguments, {**unsaved, source: header(prefix)}, precompile=True) as unit:
            scratch = self._folder / f"{atomic.PREFIX}{key}.{os.getpid()}"
            name = os.fsencode(scratch)
            good = (
                unit is not None
                and not parse.errors(unit)
                and not load().clang_saveTranslationUnit(unit, name, 0)
            )
        if not good:
            scratch.unlink(missing_ok=True)
            (self._folder / f"{key}.none").touch()
            return ""
        path = self._folder / f"{key}-{_sum(scratch)}.pch"
        scratch.replace(path)
        return str(path)

    def _kept(self, key: str) -> str:
        """A precompiled header that is there, and whole."""
        for path in self._folder.glob(f"{key}-*.pch"):
            with contextlib.suppress(OSError):
                if path.stem == f"{key}-{_sum(path)}":
                    os.utime(path)
                    return str(path)
                path.unlink()
        return ""


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _key(prefix: Prefix, arguments: Sequence[str], model: str) -> str:
    """A name for what the precompiled header depends on."""
    digest = hashlib.sha256()
    relative = _has_relative_paths(arguments)
    relevant = [argument for argument in arguments if relative or not argument.startswith(_WORKING)]
    for word in (*prefix.directives, "", *relevant, "", model):
        digest.update(word.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()[:32]


def _has_relative_paths(arguments: Iterable[str]) -> bool:
    """Whether a folder among the flags depends on the working directory."""
    value_follows = False
    for argument in arguments:
        folder = argument if value_follows else _FOLDER.sub("", argument) if _FOLDER.match(argument) else ""
        if folder and not os.path.isabs(folder):  # noqa: PTH117
            return True
        value_follows = argument in _FOLDER_FLAGS
    return False
