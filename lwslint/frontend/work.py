"""What workers do for reading: one unit, by the front end that was asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend.request import ReadRequest

if TYPE_CHECKING:
    from lwslint.frontend.clang.pch import Store


def read_encoded(request: ReadRequest, folder: str = "", unneeded: frozenset[str] = frozenset()) -> bytes:
    """The unit of a request in the form of `ir.encode`.

    `folder` keeps precompiled headers; functions named in `unneeded` are left out.
    """
    reason = ""
    if request.frontend == "auto":
        reason = _no_libclang()
    if reason or request.frontend == "pycparser":
        from lwslint.frontend.pure.reader import read_one as read_pure

        unit = read_pure(request, unneeded)
        said = (ir.Note(ir.NoteKind.FRONT_END, reason),) if reason else ()
        return ir.encode(msgspec.structs.replace(unit, notes=(*said, *unit.notes)))
    from lwslint.frontend.clang.reader import read_one

    return ir.encode(read_one(request, _store(folder) if folder else None, unneeded))


def prepare(request: ReadRequest, folder: str) -> None:
    """Have the precompiled header in `folder` that a unit starts with, if its front end has such.

    Raises:
        LwslintError: the request cannot be read.
    """
    if request.frontend != "pycparser" and not _no_libclang():
        read_encoded(request, folder)


@lru_cache
def _no_libclang() -> str:
    """Why libclang cannot be loaded; empty if it can."""
    from lwslint.frontend.clang.library import load

    try:
        load()
    except LwslintError as error:
        return str(error)
    return ""


@lru_cache
def _store(folder: str) -> Store:
    from lwslint.frontend.clang.pch import Store

    return Store(Path(folder))
