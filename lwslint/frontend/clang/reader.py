"""Reading one request: which headers, parse, lower, notes."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend import headers
from lwslint.frontend.clang import flags, notes, parse, pch, shims, unreached
from lwslint.frontend.clang.errors import ReadError, located
from lwslint.frontend.clang.files import Files
from lwslint.frontend.clang.lacking import PRELUDE, declarations, lacking, lacks, undeclared
from lwslint.frontend.clang.library import load
from lwslint.frontend.clang.places import Places
from lwslint.frontend.clang.unit import Lowering
from lwslint.frontend.lexing import library_names, uses_library
from lwslint.frontend.limits import too_deep
from lwslint.frontend.request import ReadRequest

# What older compilers let pass is no reason to lose a statement.
_LENIENT = (
    "-fno-spell-checking",
    "-Wno-int-conversion",
    "-Wno-implicit-int",
    "-Wno-incompatible-function-pointer-types",
    "-Wno-return-type",
)
_PART = re.compile(r"(?:\A|/)libwebsockets/[\w.-]+\.h\Z")
_NOTHING: frozenset[str] = frozenset()


class _Parsed(NamedTuple):
    """A parse: libclang's unit, the release of its model headers, its errors, the library names it lacks."""

    unit: int
    model: str
    errors: tuple[ReadError, ...]
    lacking: tuple[str, ...]


def read_one(
    request: ReadRequest, store: pch.Store | None = None, skipped: frozenset[str] = _NOTHING
) -> ir.Unit:
    """The unit of a request, read in this process.

    `store` has precompiled headers, if any are wanted; functions named in `skipped` are left out.

    Raises:
        LwslintError: the file cannot be read, the parser gave up on it, or would take for ever.
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
    return _Reader(request, path, data, store, skipped).read()


class _Reader:
    """One request on its way: tries real headers first, then models; lowers what was read best."""

    def __init__(
        self,
        request: ReadRequest,
        path: str,
        data: bytes,
        store: pch.Store | None,
        skipped: frozenset[str],
    ) -> None:
        self.request = request
        self.store = store
        self.skipped = skipped
        self.path = path
        self.data = data
        self.arguments, self.unknown = flags.clean(request.arguments)
        self.found = headers.library_header(path, self.arguments, request.directory)
        self.target = headers.full(request.release) if request.release else ""
        self.files = Files(request.path, path, request.directory, self.found)

    def read(self) -> ir.Unit:
        """The unit by the header policy: headers of the release that was asked for, if one was.

        Names that this release lacks are told, and the unit is read with headers that have them: libclang
        drops a whole statement for one unknown name in it, and what is dropped looks as if never done.
        """
        with ExitStack() as stack:
            if self.found and self.target in ("", self._release("") or self.target):
                first = best = self._parsed("", stack)
            else:
                first = best = self._parsed(self.target or headers.newest_release(), stack)
            if first.lacking:
                best = self._better(first, stack)
            lacking_names, errors = self._lacks(first)
            if best is not first:
                errors = best.errors
            changed = bool(self.found) and best is not first
            return self._lowered(self._declared(best, stack), lacking_names, errors, changed=changed)

    def _declared(self, parsed: _Parsed, stack: ExitStack) -> _Parsed:
        """The parse with the program's own names declared that nothing declares, if that loses less."""
        names = undeclared(parsed.errors)
        if not names:
            return parsed
        again = self._parsed(parsed.model, stack, names)
        return again if len(again.errors) < len(parsed.errors) else parsed

    def _better(self, first: _Parsed, stack: ExitStack) -> _Parsed:
        """The parse against the model that has every name, if fewer names are lacking then.

        In place of real headers, or those that were asked for, that is the lowest such release, in place of
        a model the newest.
        """
        names = {*self._names, *first.lacking}
        near = self.found or self.target
        choose = headers.lowest_release_with if near else headers.newest_release_with
        release = choose(names)
        if not release or release == first.model:
            return first
        second = self._parsed(release, stack)
        return second if len(second.lacking) < len(first.lacking) else first

    @cached_property
    def _names(self) -> set[str]:
        """The identifiers in the unit's own text that look like the library's."""
        return {name for _, name in library_names(self.data)}

    def _parsed(self, model: str, stack: ExitStack, names: Sequence[str] = ()) -> _Parsed:
        """Parse against real headers, or the model of a release; `names` are declared beforehand."""
        files = {**shims.FILES, **headers.model_files(model), **dict(self.request.overlay)}
        if names:
            files[PRELUDE] = declarations(names)
        unit, errors = self._parse(model, files, stack)
        if model and (parts := _parts(errors)):
            forward = f"#include <{headers.LIBRARY_HEADER}>\n"
            unit, errors = self._parse(model, {**files, **dict.fromkeys(parts, forward)}, stack)
        return _Parsed(unit, model, errors, lacking(errors))

    def _parse(
        self, model: str, unsaved: dict[str, str], stack: ExitStack
    ) -> tuple[int, tuple[ReadError, ...]]:
        arguments = [
            "-xc",
            "-w",
            "-ferror-limit=0",
            *_LENIENT,
            f"-working-directory={self.request.directory}",
            *headers.flags(model=bool(model)),
            *self.arguments,
        ]
        prefix = self.store.find(self.data, arguments, unsaved, model) if self.store is not None else ""
        if PRELUDE in unsaved:
            arguments += ["-include", PRELUDE]
        if self.request.text is not None:
            unsaved = {**unsaved, self.path: self.request.text}
        if prefix:
            arguments += ["-include-pch", prefix]
        unit = stack.enter_context(parse.parsed(self.path, arguments, unsaved))
        if unit is None and prefix:  # which another run may just have taken away
            unit = stack.enter_context(parse.parsed(self.path, arguments[:-2], unsaved))
        if unit is None:
            raise LwslintError(f"{self.request.path}: libclang could not parse it")
        return unit, located(parse.errors(unit), Places(unit, self.files.number))

    def _lowered(
        self,
        parsed: _Parsed,
        lacking_names: tuple[ir.Lack, ...],
        errors: Sequence[ReadError],
        *,
        changed: bool,
    ) -> ir.Unit:
        lowering = Lowering(parsed.unit, self.files.number, self.skipped)
        main = load().clang_getFile(parsed.unit, self.path.encode("utf-8", "surrogateescape"))
        if main:
            lowering.places.resolve(load().clang_getLocationForOffset(parsed.unit, main, 0))
        lowering.run()
        includes = _includes_library(lowering, self.data)
        release = (self.target or self._release(parsed.model)) if includes else ""
        used = {*self._names, *lowering.symbols.library_members, *parsed.lacking}
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
            files=tuple(map(_printable, self.files.names)),
            functions=tuple(lowering.functions),
            globals=tuple(lowering.symbols.globals.values()),
            prototypes=lowering.prototypes(),
            records=lowering.records(),
            notes=tuple(said),
            release=release,
            model=bool(parsed.model) and includes,
            required=headers.lowest_release_with(used) if includes else "",
            lacks=lacking_names,
        )

    def _lacks(self, parsed: _Parsed) -> tuple[tuple[ir.Lack, ...], Sequence[ReadError]]:
        return lacks(parsed.errors, self.target) if self.target else ((), parsed.errors)

    def _release(self, model: str) -> str:
        if model:
            return model
        folders = tuple(headers.search_path(self.arguments, self.request.directory))
        return headers.release_of(self.found, folders)


def _parts(errors: Sequence[ReadError]) -> list[str]:
    """Where the parts of the library's header that a unit includes by name are looked for and not found.

    A model is one header; its parts lead back to it.
    """
    found: dict[str, None] = {}
    for error in errors:
        name = notes.missing_header(error)
        if _PART.search(name):
            found[f"{headers.MODEL}/{name}"] = None
            found[f"{os.path.dirname(error.file)}/{name}"] = None  # noqa: PTH120
    return list(found)


def _includes_library(lowering: Lowering, data: bytes) -> bool:
    return uses_library(data) or any(
        name.startswith(("lws_", "libwebsocket")) for name in lowering.symbols.functions
    )


def _printable(path: str) -> str:
    """The path with bytes that are no UTF-8 replaced, as IR travels in UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
