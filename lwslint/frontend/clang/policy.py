"""The header policy of both front ends: against which headers a unit is read, and what is said of it."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar

import msgspec

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend import headers
from lwslint.frontend.clang import flags, notes, shims, unreached
from lwslint.frontend.clang.errors import ReadError
from lwslint.frontend.clang.files import Files
from lwslint.frontend.clang.lacking import lacks
from lwslint.frontend.clang.undeclared import PRELUDE, declarations
from lwslint.frontend.clang.unit import Lowering
from lwslint.frontend.lexing import library_names, printable, unreadable, uses_library
from lwslint.frontend.limits import contents, too_deep
from lwslint.frontend.request import ReadRequest


class Attempt(Protocol):
    """A unit read once: the release of its model headers (empty for real ones), errors, lacking names."""

    @property
    def model(self) -> str:
        """The release of the model headers; empty for real ones."""
        ...

    @property
    def errors(self) -> tuple[ReadError, ...]:
        """What could not be read."""
        ...

    @property
    def lacking(self) -> tuple[str, ...]:
        """The names of the library that the headers lack."""
        ...


MAX_ROUNDS = 3
"""A unit is read again with names declared that nothing declares no more often than this."""

_NOT_CONSTANT = "initializer element is not a compile-time constant"
_NO_MEMBER = re.compile(
    r"(?:no member named '\w+' in|field designator '\w+' does not refer to any field in type)"
    r" (?:'[^']*' \(aka )?'(?:(?:const|volatile) )*((?:struct|union) \w+)'"
)

_Attempt = TypeVar("_Attempt", bound=Attempt)


def text_of(request: ReadRequest) -> tuple[str, bytes]:
    """The absolute path of a request, and the bytes to read.

    Raises:
        LwslintError: the file cannot be read, or reading it would take for ever.
    """
    path = os.path.abspath(request.path)  # noqa: PTH100
    if request.text is None:
        try:
            data = contents(path)
        except OSError as error:
            raise LwslintError(f"{request.path}: {error.strerror or error}") from error
    else:
        data = request.text.encode("utf-8", "surrogateescape")
    if reason := unreadable(data) or too_deep(data):
        raise LwslintError(f"{request.path}: {reason}")
    return path, data


def _losses(errors: Sequence[ReadError], prelude: str) -> int:
    """How many errors cost something.

    A constant that is declared as a variable costs nothing, and is read. A struct that the prelude made up
    lacks its members; where it is not declared, clang drops them together with the variable, and is silent.
    """
    return sum(not (_NOT_CONSTANT in error.message or _lacks_made_up(prelude, error)) for error in errors)


def _lacks_made_up(prelude: str, error: ReadError) -> bool:
    """Whether an error says that a struct of the prelude has no such member."""
    lacking = _NO_MEMBER.search(error.message)
    return lacking is not None and f"{lacking[1]} {{" in prelude


class HeaderPolicy(ABC, Generic[_Attempt]):
    """One request on its way: attempts until the least is lacking; what was read best becomes the unit."""

    def __init__(self, request: ReadRequest, path: str, data: bytes, skipped: frozenset[str]) -> None:
        self.request = request
        self.path = path
        self.data = data
        self.skipped = skipped
        self.arguments, self.unknown = flags.clean(request.arguments)
        self.found = headers.library_header(path, self.arguments, request.directory)
        self.target = headers.full(request.release) if request.release else ""

    # What a front end does

    @abstractmethod
    def _first_model(self) -> str:
        """The release whose model is tried first; empty for real headers."""

    @abstractmethod
    def _has_real(self) -> bool:
        """Whether there are real headers of the library that a model would take the place of."""

    @abstractmethod
    def _attempt(self, model: str, prelude: str = "") -> _Attempt:
        """Reads the unit; `prelude` is the text of a header that is included before it."""

    @abstractmethod
    def _lower(self, attempt: _Attempt) -> tuple[Lowering, Files]:
        """The unit lowered, and its files."""

    # The policy

    def read(self) -> ir.Unit:
        """The unit, with headers of the release that was asked for, if one was.

        Names that this release lacks are told, and the unit is read with headers that have them: a whole
        statement is dropped for one unknown name in it, and what is dropped looks as if never done.
        """
        first = best = self._attempt(self._first_model())
        if first.lacking:
            best = self._better(first, "")
        declared, prelude = self._declared(best)
        if declared.lacking and declared.lacking != best.lacking:
            better = self._better(declared, prelude)
            if better is not declared:
                best, (declared, _) = better, self._declared(better)
        lacking_names, errors = lacks(first.errors, self.target) if self.target else ((), first.errors)
        if best is not first:
            errors = best.errors
        changed = self._has_real() and best is not first and not self.target
        return self._unit(declared, lacking_names, errors, changed=changed)

    def _better(self, first: _Attempt, prelude: str) -> _Attempt:
        """The attempt (after a `prelude`) with the model that has every name, if fewer are lacking then.

        In place of real headers, or those that were asked for, that is the lowest such release, in place of
        a model the newest.
        """
        near = self._has_real() or self.target
        choose = headers.lowest_release_with if near else headers.newest_release_with
        release = choose({*self._names, *first.lacking})
        if not release or release == first.model:
            return first
        second = self._attempt(release, prelude)
        return second if len(second.lacking) < len(first.lacking) else first

    def _declared(self, attempt: _Attempt) -> tuple[_Attempt, str]:
        """The attempt with the program's own names declared that nothing declares, if that loses less.

        What is declared (which is returned, too) lets more be read, and may bring up other names.
        """
        best, errors, declared = attempt, [*attempt.errors], ""
        for _ in range(MAX_ROUNDS):
            prelude = declarations(errors, self.data)
            if prelude == declared:
                break
            again = self._attempt(attempt.model, prelude)
            if _losses(again.errors, prelude) >= _losses(best.errors, declared):
                break
            best, declared = again, prelude
            errors += again.errors
        return best, declared

    @cached_property
    def _names(self) -> set[str]:
        """The identifiers in the unit's own text that look like the library's."""
        return {name for _, name in library_names(self.data)}

    def _virtual(self, model: str, prelude: str) -> dict[str, str]:
        """The files that are not on disk, the prelude among them."""
        files = {**shims.FILES, **headers.model_files(model), **dict(self.request.overlay)}
        return {**files, PRELUDE: prelude} if prelude else files

    def _found_release(self) -> str:
        """The release of the library's headers on this machine."""
        folders = tuple(headers.search_path(self.arguments, self.request.directory))
        return headers.release_of(self.found, folders)

    @cached_property
    def _known_release(self) -> str:
        """The release of the library's headers on this machine, if it is one that there is a model of."""
        release = self._found_release() if self.found else ""
        try:
            return headers.full(release) if release else ""
        except LwslintError:
            return ""

    def _unit(
        self,
        attempt: _Attempt,
        lacking_names: tuple[ir.Lack, ...],
        errors: Sequence[ReadError],
        *,
        changed: bool,
    ) -> ir.Unit:
        lowering, files = self._lower(attempt)
        includes = uses_library(self.data) or any(
            name.startswith(("lws_", "libwebsocket")) for name in lowering.symbols.functions
        )
        release = (self.target or attempt.model or self._found_release()) if includes else ""
        used = {*self._names, *lowering.symbols.library_members, *attempt.lacking}
        model = f"libwebsockets {release}" if changed and release else ""
        return ir.Unit(
            files=tuple(files.names),
            functions=tuple(lowering.functions),
            globals=tuple(lowering.symbols.globals.values()),
            prototypes=lowering.prototypes(),
            records=lowering.records(),
            notes=tuple(
                msgspec.structs.replace(note, text=printable(note.text))
                for note in (
                    *([ir.Note(ir.NoteKind.MODEL_HEADERS, model)] if model else []),
                    *(ir.Note(ir.NoteKind.UNKNOWN_FLAG, flag) for flag in self.unknown[: notes.MAX_NOTES]),
                    *notes.notes(errors, lowering),
                    *unreached.notes(lowering, bool(errors)),
                )
            ),
            release=release,
            model=bool(attempt.model) and includes,
            required=headers.lowest_release_with(used) if includes else "",
            lacks=lacking_names,
        )
