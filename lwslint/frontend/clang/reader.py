"""Reading one request by libclang: parse and lower."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from typing import NamedTuple

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend import headers
from lwslint.frontend.clang import notes, parse, pch
from lwslint.frontend.clang.errors import ReadError, located
from lwslint.frontend.clang.files import Files
from lwslint.frontend.clang.lacking import PRELUDE, lacking
from lwslint.frontend.clang.library import load
from lwslint.frontend.clang.places import Places
from lwslint.frontend.clang.policy import HeaderPolicy, text_of
from lwslint.frontend.clang.unit import Lowering
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
    path, data = text_of(request)
    with ExitStack() as stack:
        return _Reader(request, path, data, skipped, store, stack).read()


class _Reader(HeaderPolicy[_Parsed]):
    """One request on its way through libclang: tries real headers first, then models."""

    def __init__(
        self,
        request: ReadRequest,
        path: str,
        data: bytes,
        skipped: frozenset[str],
        store: pch.Store | None,
        stack: ExitStack,
    ) -> None:
        """`stack` holds the parses."""
        super().__init__(request, path, data, skipped)
        self.store = store
        self.stack = stack
        self.files = Files(request.path, path, request.directory, self.found)

    def _first_model(self) -> str:
        if self.found and self.target in ("", self._found_release() or self.target):
            return ""
        return self.target or headers.newest_release()

    def _has_real(self) -> bool:
        return bool(self.found)

    def _attempt(self, model: str, prelude: str = "") -> _Parsed:
        files = self._virtual(model, prelude)
        unit, errors = self._parse(model, files)
        if model and (parts := _parts(errors)):
            forward = f"#include <{headers.LIBRARY_HEADER}>\n"
            unit, errors = self._parse(model, {**files, **dict.fromkeys(parts, forward)})
        return _Parsed(unit, model, errors, lacking(errors))

    def _parse(self, model: str, unsaved: dict[str, str]) -> tuple[int, tuple[ReadError, ...]]:
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
        unit = self.stack.enter_context(parse.parsed(self.path, arguments, unsaved))
        if unit is None and prefix:  # which another run may just have taken away
            unit = self.stack.enter_context(parse.parsed(self.path, arguments[:-2], unsaved))
        if unit is None:
            raise LwslintError(f"{self.request.path}: libclang could not parse it")
        return unit, located(parse.errors(unit), Places(unit, self.files.number))

    def _lower(self, attempt: _Parsed) -> tuple[Lowering, Files]:
        torn = bool(attempt.errors)
        lowering = Lowering(attempt.unit, self.files.number, self.skipped, torn=torn)
        main = load().clang_getFile(attempt.unit, self.path.encode("utf-8", "surrogateescape"))
        if main:
            lowering.places.resolve(load().clang_getLocationForOffset(attempt.unit, main, 0))
        lowering.run()
        return lowering, self.files


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
