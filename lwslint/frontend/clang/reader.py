"""Reading one request: which headers, parse, lower, notes."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend import headers
from lwslint.frontend.clang import flags, parse, pch, shims, unreached
from lwslint.frontend.clang.library import Location, load
from lwslint.frontend.clang.parse import Diagnostic
from lwslint.frontend.clang.unit import Lowering
from lwslint.frontend.lexing import library_names, uses_library
from lwslint.frontend.request import ReadRequest

MAX_NOTES = 50
"""No more notes of one kind than this for a unit."""

# What older compilers let pass is no reason to lose a statement.
_LENIENT = (
    "-fno-spell-checking",
    "-Wno-int-conversion",
    "-Wno-implicit-int",
    "-Wno-incompatible-function-pointer-types",
    "-Wno-return-type",
)
_UNDECLARED_CALL = re.compile(
    r"call to undeclared (?:library )?function|implicitly declaring library function"
)

_LIBRARY_NAME = r"(?:lws|LWS|LCCSCF_|libwebsocket|LIBWEBSOCKET)\w*"
_LACKING = (
    re.compile(rf"use of undeclared identifier '({_LIBRARY_NAME})'"),
    re.compile(rf"call to undeclared (?:library )?function '({_LIBRARY_NAME})'"),
    re.compile(rf"implicit declaration of function '({_LIBRARY_NAME})'"),
    re.compile(rf"unknown type name '({_LIBRARY_NAME})'"),
    re.compile(rf"incomplete (?:\w+ |definition of )?type '(?:const )?(?:struct |enum )({_LIBRARY_NAME})'"),
)
_LACKING_MEMBERS = (
    re.compile(rf"no member named '(\w+)' in '(?:const )?(?:struct )?({_LIBRARY_NAME})'"),
    re.compile(
        rf"designator '(\w+)' does not refer to any field in type '(?:const )?(?:struct )?({_LIBRARY_NAME})'"
    ),
)
_MISSING = re.compile(r"'([^']+)' file not found")


class _Attempt:
    """What one parse gave: the unit, and which library names its headers lack."""

    __slots__ = ("lacking", "unit")

    def __init__(self, unit: ir.Unit, lacking: tuple[str, ...]) -> None:
        self.unit = unit
        self.lacking = lacking


def read_one(request: ReadRequest, store: pch.Store | None = None) -> ir.Unit:
    """The unit of a request, read in this process; `store` has precompiled headers, if any are wanted.

    Raises:
        LwslintError: the file cannot be read, or the parser gave up on it.
    """
    path = os.path.abspath(request.path)  # noqa: PTH100
    text = request.text
    if text is None:
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise LwslintError(f"{request.path}: {error.strerror or error}") from error
    else:
        data = text.encode("utf-8", "surrogateescape")
    return _Reader(request, path, data, store).read()


class _Reader:
    """One request on its way: tries real headers first, then models."""

    def __init__(self, request: ReadRequest, path: str, data: bytes, store: pch.Store | None) -> None:
        self.request = request
        self.store = store
        self.path = path
        self.data = data
        self.arguments, self.unknown = flags.clean(request.arguments)
        self.found = headers.library_header(path, self.arguments, request.directory)

    def read(self) -> ir.Unit:
        """The unit by the header policy: found headers, unless they lack names that the unit uses."""
        if not self.found:
            return self._against_model()
        first = self._attempt("")
        if not first.lacking or self.request.release:
            return first.unit
        better = self._better(first, headers.lowest_release_with({*self._names(), *first.lacking}))
        return first.unit if better is None else _with_note(better, f"libwebsockets {better.release}")

    def _against_model(self) -> ir.Unit:
        """Without real headers: the model of the target release, else of the newest that has every name."""
        first = self._attempt(self.request.release or headers.newest_release())
        if not first.lacking or self.request.release:
            return first.unit
        release = headers.newest_release_with({*self._names(), *first.lacking})
        return self._better(first, release) or first.unit

    def _better(self, first: _Attempt, release: str) -> ir.Unit | None:
        """The unit against the model of a release, if fewer names are lacking then."""
        if not release:
            return None
        second = self._attempt(release)
        return second.unit if len(second.lacking) < len(first.lacking) else None

    def _names(self) -> set[str]:
        """The identifiers in the unit's own text that look like the library's."""
        return {name for _, name in library_names(self.data)}

    def _attempt(self, model: str) -> _Attempt:
        arguments = [
            "-xc",
            "-w",
            "-ferror-limit=0",
            *_LENIENT,
            f"-working-directory={self.request.directory}",
            *headers.flags(model=bool(model)),
            *self.arguments,
        ]
        unsaved = {**shims.FILES, **headers.model_files(model)}
        prefix = self.store.find(self.data, arguments, unsaved, model) if self.store is not None else ""
        if self.request.text is not None:
            unsaved = {**unsaved, self.path: self.request.text}
        if prefix:
            arguments += ["-include-pch", prefix]
        with parse.parsed(self.path, arguments, unsaved) as unit:
            if unit is None:
                raise LwslintError(f"{self.request.path}: libclang could not parse it")
            return self._lower(unit, model)

    def _lower(self, unit: int, model: str) -> _Attempt:
        files = _Files(self.request.path, self.path, self.arguments, self.request.directory, self.found)
        lowering = Lowering(unit, files.number)
        main = load().clang_getFile(unit, self.path.encode("utf-8", "surrogateescape"))
        if main:
            lowering.places.resolve(load().clang_getLocationForOffset(unit, main, 0))
        lowering.run()
        diagnostics = parse.errors(unit)
        lacking = _lacking(diagnostics)
        notes = [
            *(ir.Note(ir.NoteKind.UNKNOWN_FLAG, flag) for flag in self.unknown[:MAX_NOTES]),
            *_notes(diagnostics, lowering),
            *lowering.symbols.notes[:MAX_NOTES],
            *unreached.notes(lowering, bool(diagnostics)),
        ]
        includes = _includes_library(lowering, self.data)
        used = {*self._names(), *lowering.symbols.library_members, *lacking}
        return _Attempt(
            ir.Unit(
                files=tuple(map(_printable, files.names)),
                functions=tuple(lowering.functions),
                globals=tuple(lowering.symbols.globals.values()),
                prototypes=lowering.prototypes(),
                records=lowering.records(),
                notes=tuple(notes),
                release=self._release(model) if includes else "",
                model=bool(model) and includes,
                required=headers.lowest_release_with(used) if includes else "",
            ),
            lacking,
        )

    def _release(self, model: str) -> str:
        if model:
            return model
        folders = tuple(headers.search_path(self.arguments, self.request.directory))
        return headers.release_of(self.found, folders)


def _includes_library(lowering: Lowering, data: bytes) -> bool:
    return uses_library(data) or any(
        name.startswith(("lws_", "libwebsocket")) for name in lowering.symbols.functions
    )


def _printable(path: str) -> str:
    """The path with bytes that are no UTF-8 replaced, as IR travels in UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _with_note(unit: ir.Unit, text: str) -> ir.Unit:
    note = ir.Note(ir.NoteKind.MODEL_HEADERS, text)
    fields = {name: getattr(unit, name) for name in unit.__struct_fields__}
    return ir.Unit(**{**fields, "notes": (note, *unit.notes)})


def _lacking(diagnostics: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The library names that errors say are not declared; members as `struct.member`."""
    names: dict[str, None] = {}
    for diagnostic in diagnostics:
        for pattern in _LACKING:
            if match := pattern.search(diagnostic.message):
                names[match[1]] = None
        for pattern in _LACKING_MEMBERS:
            if match := pattern.search(diagnostic.message):
                names[f"{match[2]}.{match[1]}"] = None
    return tuple(names)


def _notes(diagnostics: Sequence[Diagnostic], lowering: Lowering) -> list[ir.Note]:
    missing: dict[str, ir.Note] = {}
    broken: list[ir.Note] = []
    for diagnostic in diagnostics:
        place = lowering.places.resolve(diagnostic.location)
        span = None
        if place is not None and place[0].index >= 0:
            span = lowering.places.span_at(place[0], place[1], place[1])
        if match := _MISSING.search(diagnostic.message):
            missing.setdefault(match[1], ir.Note(ir.NoteKind.MISSING_HEADER, match[1], span))
        elif len(broken) < MAX_NOTES and not _UNDECLARED_CALL.search(diagnostic.message):
            broken.append(ir.Note(ir.NoteKind.BROKEN, " ".join(diagnostic.message.split()), span))
    return [*missing.values(), *broken]


class _Files:
    """Which files are the program's, and their numbers in `Unit.files`."""

    def __init__(self, shown: str, path: str, arguments: Sequence[str], directory: str, library: str) -> None:
        self.names = [shown]
        self._numbers = {path: 0}
        self._directory = directory
        self._library = str(Path(library).parent) if library else ""

    def number(self, name: str, location: Location) -> int:
        """The number of a file, -1 if it is the system's or the library's own."""
        path = os.path.normpath(os.path.join(self._directory, name))  # noqa: PTH118
        if path not in self._numbers:
            self._numbers[path] = -1 if self._is_foreign(path, location) else len(self.names)
            if self._numbers[path] > 0:
                self.names.append(_shown(path))
        return self._numbers[path]

    def _is_foreign(self, path: str, location: Location) -> bool:
        if load().clang_Location_isInSystemHeader(location):
            return True
        if path.startswith(("/usr/include/", "/usr/local/include/", "/usr/lib/", "/lwslint-")):
            return True
        return bool(self._library) and self._is_of_library(path)

    def _is_of_library(self, path: str) -> bool:
        folder = self._library
        own = (f"{folder}/{headers.LIBRARY_HEADER}", f"{folder}/lws_config.h")
        return path in own or path.startswith(f"{folder}/libwebsockets/") or path.endswith("/lws_config.h")


def _shown(path: str) -> str:
    """A path as a person would type it: relative where the file is below the working directory."""
    here = os.getcwd()  # noqa: PTH109
    return os.path.relpath(path, here) if path.startswith(f"{here}{os.sep}") else path
