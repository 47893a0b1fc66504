"""Reading one request without libclang: which model, preprocess, parse, lower, notes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend import headers
from lwslint.frontend.clang import flags, notes, shims, unreached
from lwslint.frontend.clang.files import Files
from lwslint.frontend.clang.lacking import lacked, lacking
from lwslint.frontend.clang.library import Location
from lwslint.frontend.clang.places import File
from lwslint.frontend.lexing import library_names, uses_library
from lwslint.frontend.limits import too_deep
from lwslint.frontend.pure.places import PurePlaces
from lwslint.frontend.pure.preprocess import Diagnostic, Preprocessor, Sources
from lwslint.frontend.pure.target import target_of
from lwslint.frontend.pure.unit import PureLowering, lowered
from lwslint.frontend.request import ReadRequest

MAX_FRAMES = 50_000
"""pycparser needs some frames of Python for each level that text is nested; what needs more is left out."""

_NOTHING: frozenset[str] = frozenset()


class _Files(Files):
    """The program's own files; the preprocessor says which are not."""

    def numbered(self, name: str, foreign: bool) -> int:
        """The number of a file, -1 if it is the system's or the library's own."""
        self._foreign = foreign
        return self.number(name, Location())

    def _is_foreign(self, path: str, location: Location) -> bool:
        return self._foreign or self.is_foreign_path(path)


class _Read(NamedTuple):
    """A unit against the model of a release: its lowering before it ran, errors, the names it lacks."""

    lowering: PureLowering
    files: _Files
    model: str
    diagnostics: Sequence[Diagnostic]
    lacking: tuple[str, ...]


def read_one(request: ReadRequest, skipped: frozenset[str] = _NOTHING) -> ir.Unit:
    """The unit of a request, read in this process; functions named in `skipped` are left out.

    Raises:
        LwslintError: the file cannot be read, or would take for ever.
    """
    path = os.path.abspath(request.path)  # noqa: PTH100
    if request.text is None:
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise LwslintError(f"{request.path}: {error.strerror or error}") from error
    else:
        data = request.text.encode("utf-8", "surrogateescape")
    if reason := too_deep(data):
        raise LwslintError(f"{request.path}: {reason}")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, MAX_FRAMES))
    try:
        return _Reader(request, path, data, skipped).read()
    except LwslintError as error:
        raise LwslintError(f"{request.path}: {error}") from None
    finally:
        sys.setrecursionlimit(limit)


class _Reader:
    """One request on its way."""

    def __init__(self, request: ReadRequest, path: str, data: bytes, skipped: frozenset[str]) -> None:
        self.request = request
        self.path = path
        self.data = data
        self.skipped = skipped
        self.arguments, self.unknown = flags.clean(request.arguments)
        self.found = headers.library_header(path, self.arguments, request.directory)
        self.target = headers.full(request.release) if request.release else ""

    def read(self) -> ir.Unit:
        """The unit, against the model of the release that was asked for, or that the headers found are of."""
        found = self._found_release
        first = best = self._read(self.target or found or headers.newest_release())
        if first.lacking and not self.target:
            choose = headers.lowest_release_with if found else headers.newest_release_with
            release = choose({*self._names, *first.lacking})
            if release and release != first.model:
                second = self._read(release)
                best = second if len(second.lacking) < len(first.lacking) else first
        return self._unit(best, changed=bool(found) and best is not first)

    @cached_property
    def _found_release(self) -> str:
        """The release of the library's headers on this machine, if it is one that there is a model of."""
        if not self.found:
            return ""
        folders = tuple(headers.search_path(self.arguments, self.request.directory))
        release = headers.release_of(self.found, folders)
        try:
            return headers.full(release) if release else ""
        except LwslintError:
            return ""

    @cached_property
    def _names(self) -> set[str]:
        """The identifiers in the unit's own text that look like the library's."""
        return {name for _, name in library_names(self.data)}

    def _read(self, model: str) -> _Read:
        files = _Files(self.request.path, self.path, self.request.directory, self.found)
        virtual = {**shims.FILES, **headers.model_files(model), **dict(self.request.overlay)}
        sources = Sources(virtual, files.numbered)
        main = File(0, self.path, 0, self.data, 0)
        sources.files[self.path] = main
        preprocessor = Preprocessor(
            sources, self.arguments, self.request.directory, target_of(self.arguments), model=model
        )
        preprocessor.run(self.path, main)
        places = PurePlaces(main, sources.files)
        lowering, diagnostics = lowered(preprocessor, places, self.skipped)
        return _Read(lowering, files, model, diagnostics, lacking(diagnostics))

    def _unit(self, read: _Read, *, changed: bool) -> ir.Unit:
        lowering = read.lowering
        lowering.run()
        includes = uses_library(self.data) or any(
            name.startswith(("lws_", "libwebsocket")) for name in lowering.symbols.functions
        )
        release = read.model if includes else ""
        used = {*self._names, *lowering.symbols.library_members, *read.lacking}
        lacks, errors = self._lacks(read)
        said = [
            *(
                [ir.Note(ir.NoteKind.MODEL_HEADERS, f"libwebsockets {release}")]
                if changed and release
                else []
            ),
            *(ir.Note(ir.NoteKind.UNKNOWN_FLAG, flag) for flag in self.unknown[: notes.MAX_NOTES]),
            *notes.notes(errors, lowering),
            *unreached.notes(lowering, bool(errors)),
        ]
        return ir.Unit(
            files=tuple(_printable(name) for name in read.files.names),
            functions=tuple(lowering.functions),
            globals=tuple(lowering.symbols.globals.values()),
            prototypes=lowering.prototypes(),
            records=lowering.records(),
            notes=tuple(said),
            release=release,
            model=includes,
            required=headers.lowest_release_with(used) if includes else "",
            lacks=lacks,
        )

    def _lacks(self, read: _Read) -> tuple[tuple[ir.Lack, ...], Sequence[Diagnostic]]:
        """Uses of names that the release asked for does not have but another has, and the other errors."""
        if not self.target:
            return (), read.diagnostics
        found: dict[tuple[str, ir.Span], ir.Lack] = {}
        errors = []
        for diagnostic in read.diagnostics:
            name = lacked(diagnostic)
            place = diagnostic.location
            if name and place is not None and place[0].index >= 0 and headers.lacks(self.target, name):
                file, offset = place
                span = read.lowering.places.span_at(file, offset, offset + len(name.rpartition(".")[2]))
                found.setdefault((name, span), ir.Lack(name, span))
            else:
                errors.append(diagnostic)
        return tuple(found.values()), errors


def _printable(path: str) -> str:
    """The path with bytes that are no UTF-8 replaced, as IR travels in UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
