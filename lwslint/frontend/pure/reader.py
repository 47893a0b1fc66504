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
from lwslint.frontend.clang.errors import ReadError, at_place
from lwslint.frontend.clang.files import Files
from lwslint.frontend.clang.lacking import PRELUDE, declarations, lacking, lacks, undeclared
from lwslint.frontend.clang.library import Location
from lwslint.frontend.clang.places import File
from lwslint.frontend.lexing import library_names, uses_library
from lwslint.frontend.limits import too_deep
from lwslint.frontend.pure.places import PurePlaces
from lwslint.frontend.pure.preprocess import Preprocessor, Sources
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
    errors: tuple[ReadError, ...]
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
        """The unit, against the model of the release that was asked for, or that the headers found are of.

        As with libclang, names that the release lacks are told and read with headers that have them, and
        the program's own names that nothing declares are declared.
        """
        found = self._found_release
        first = best = self._read(self.target or found or headers.newest_release())
        lacking_names, errors = self._lacks(first)
        if first.lacking:
            choose = headers.lowest_release_with if found or self.target else headers.newest_release_with
            release = choose({*self._names, *first.lacking})
            if release and release != first.model:
                second = self._read(release)
                best = second if len(second.lacking) < len(first.lacking) else first
        if best is not first:
            errors = best.errors
        changed = bool(found) and best is not first
        return self._unit(self._declared(best), lacking_names, errors, changed=changed)

    def _declared(self, read: _Read) -> _Read:
        names = undeclared(read.errors)
        if not names:
            return read
        again = self._read(read.model, names)
        return again if len(again.errors) < len(read.errors) else read

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

    def _read(self, model: str, names: Sequence[str] = ()) -> _Read:
        files = _Files(self.request.path, self.path, self.request.directory, self.found)
        virtual = {**shims.FILES, **headers.model_files(model), **dict(self.request.overlay)}
        arguments = self.arguments
        if names:
            virtual[PRELUDE] = declarations(names)
            arguments = [*arguments, "-include", PRELUDE]
        sources = Sources(virtual, files.numbered)
        main = File(0, self.path, 0, self.data, 0)
        sources.files[self.path] = main
        preprocessor = Preprocessor(
            sources, arguments, self.request.directory, target_of(self.arguments), model=model
        )
        preprocessor.run(self.path, main)
        places = PurePlaces(main, sources.files)
        lowering, diagnostics = lowered(preprocessor, places, self.skipped)
        errors = tuple(at_place(one.message, one.location, places) for one in diagnostics)
        return _Read(lowering, files, model, errors, lacking(errors))

    def _unit(
        self, read: _Read, lacking_names: tuple[ir.Lack, ...], errors: Sequence[ReadError], *, changed: bool
    ) -> ir.Unit:
        lowering = read.lowering
        lowering.run()
        includes = uses_library(self.data) or any(
            name.startswith(("lws_", "libwebsocket")) for name in lowering.symbols.functions
        )
        release = (self.target or read.model) if includes else ""
        used = {*self._names, *lowering.symbols.library_members, *read.lacking}
        said = [
            *(
                [ir.Note(ir.NoteKind.MODEL_HEADERS, f"libwebsockets {release}")]
                if changed and release and not self.target
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
            lacks=lacking_names,
        )

    def _lacks(self, read: _Read) -> tuple[tuple[ir.Lack, ...], Sequence[ReadError]]:
        return lacks(read.errors, self.target) if self.target else ((), read.errors)


def _printable(path: str) -> str:
    """The path with bytes that are no UTF-8 replaced, as IR travels in UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
