"""Reading one request by libclang: parse and lower."""

from __future__ import annotations

import enum
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
from lwslint.frontend.clang.lacking import lacking
from lwslint.frontend.clang.library import load
from lwslint.frontend.clang.places import Places
from lwslint.frontend.clang.policy import HeaderPolicy, text_of
from lwslint.frontend.clang.undeclared import PRELUDE
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


class _Machine(enum.Enum):
    """Which machine a unit is read for, and with whose C library."""

    ASKED = enum.auto()
    ASKED_WITH_MODEL = enum.auto()  # of the C library, in place of headers that are another machine's
    THIS = enum.auto()


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
        """The unit with the system's headers; where these do not fit what the flags ask for, without."""
        attempt = self._parsed(model, prelude, _Machine.ASKED)
        if not _spoilt(attempt, self.found):
            return attempt
        own = "" if model or not headers.is_of_system(self.found) else self._release_here()
        others = [self._parsed(own or model, prelude, _Machine.ASKED_WITH_MODEL)]
        if any(map(headers.asks_for_machine, self.arguments)):
            others.append(self._parsed(model, prelude, _Machine.THIS))
        return min([attempt, *others], key=lambda one: len(one.errors))

    def _release_here(self) -> str:
        return self.target or self._known_release or headers.newest_release()

    def _parsed(self, model: str, prelude: str, machine: _Machine) -> _Parsed:
        files = self._virtual(model, prelude)
        unit, errors = self._parse(model, files, machine)
        if model and (parts := _parts(errors)):
            forward = f"#include <{headers.LIBRARY_HEADER}>\n"
            unit, errors = self._parse(model, {**files, **dict.fromkeys(parts, forward)}, machine)
        return _Parsed(unit, model, errors, lacking(errors))

    def _parse(
        self, model: str, unsaved: dict[str, str], machine: _Machine
    ) -> tuple[int, tuple[ReadError, ...]]:
        with_model = machine is _Machine.ASKED_WITH_MODEL
        arguments = [
            "-xc",
            "-w",
            "-ferror-limit=0",
            *_LENIENT,
            f"-working-directory={self.request.directory}",
            *headers.flags(model=bool(model), system_headers=not with_model),
            *(
                one
                for one in self.arguments
                if not (machine is _Machine.THIS and headers.asks_for_machine(one))
            ),
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


def _spoilt(attempt: _Parsed, library: str) -> bool:
    """Whether headers that are not the program's are wrong, or the library's is not where it should be."""
    return any(
        (error.span is None and error.file)
        or (library and not attempt.model and notes.missing_header(error) == headers.LIBRARY_HEADER)
        for error in attempt.errors
    )


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
