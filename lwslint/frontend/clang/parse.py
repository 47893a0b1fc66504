"""Parsing one file: libclang's translation unit, its diagnostics."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ctypes import byref, c_char_p, c_void_p
from functools import cache
from typing import NamedTuple

from lwslint.frontend.clang.library import Location, UnsavedFile, load, text
from lwslint.frontend.serving import CrashError

_INCOMPLETE = 0x02
_FOR_SERIALIZATION = 0x10
_KEEP_GOING = 0x200
_ERROR = 3
_CRASHED = 2


class Diagnostic(NamedTuple):
    """An error: its message, and where it stands as libclang says it."""

    message: str
    location: Location


@cache
def _index() -> int:
    """The index that all units of this process share; declarations of a precompiled header are left out."""
    index: int = load().clang_createIndex(1, 0)
    return index


@contextmanager
def parsed(
    path: str, arguments: Sequence[str], unsaved: Mapping[str, str], *, precompile: bool = False
) -> Iterator[int | None]:
    """The translation unit of a file, for as long as the context lasts; None where libclang gave up on it.

    Raises:
        CrashError: libclang crashed on it.
    """
    library = load()
    encoded = [argument.encode("utf-8", "surrogateescape") for argument in arguments]
    vector = (c_char_p * len(encoded))(*encoded)
    files = _unsaved(unsaved)
    unit = c_void_p()
    options = _KEEP_GOING | (_INCOMPLETE | _FOR_SERIALIZATION if precompile else 0)
    name = path.encode("utf-8", "surrogateescape")
    outcome = library.clang_parseTranslationUnit2(
        _index(), name, vector, len(encoded), files, len(unsaved), options, byref(unit)
    )
    if outcome == _CRASHED:
        raise CrashError("libclang crashed")
    try:
        yield unit.value
    finally:
        if unit.value:
            library.clang_disposeTranslationUnit(unit)


def _unsaved(files: Mapping[str, str]) -> ctypes.Array[UnsavedFile]:
    array = (UnsavedFile * len(files))()
    for entry, (name, contents) in zip(array, files.items(), strict=True):
        data = contents.encode("utf-8", "surrogateescape")
        entry.name, entry.contents, entry.length = name.encode("utf-8", "surrogateescape"), data, len(data)
    return array


def errors(unit: int) -> list[Diagnostic]:
    """The errors of a unit, in source order as clang found them."""
    library = load()
    found: list[Diagnostic] = []
    for at in range(library.clang_getNumDiagnostics(unit)):
        diagnostic = library.clang_getDiagnostic(unit, at)
        if library.clang_getDiagnosticSeverity(diagnostic) >= _ERROR:
            message = text(library.clang_getDiagnosticSpelling(diagnostic))
            found.append(Diagnostic(message, library.clang_getDiagnosticLocation(diagnostic)))
        library.clang_disposeDiagnostic(diagnostic)
    return found
