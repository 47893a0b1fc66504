"""Reading one request without libclang: preprocess, parse and lower."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import NamedTuple

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend import headers
from lwslint.frontend.clang.errors import ReadError, at_place
from lwslint.frontend.clang.files import Files
from lwslint.frontend.clang.lacking import lacking
from lwslint.frontend.clang.library import Location
from lwslint.frontend.clang.places import File
from lwslint.frontend.clang.policy import HeaderPolicy, text_of
from lwslint.frontend.clang.undeclared import PRELUDE
from lwslint.frontend.clang.unit import Lowering
from lwslint.frontend.pure.places import PurePlaces
from lwslint.frontend.pure.preprocess import Preprocessor, Sources
from lwslint.frontend.pure.rewrite import Parsed
from lwslint.frontend.pure.target import target_of
from lwslint.frontend.pure.unit import PureLowering, lowered
from lwslint.frontend.request import ReadRequest

MAX_FRAMES = 50_000
"""pycparser needs some frames of Python for each level that text is nested; what needs more is left out."""

_NOTHING: frozenset[str] = frozenset()


class _Files(Files):
    """The program's own files; the preprocessor says which are not, and asks for no others' numbers."""

    def is_own(self, path: str, foreign: bool) -> bool:
        """Whether a file is neither the system's nor the library's own."""
        return not foreign and not self.is_foreign_path(path)

    def numbered(self, name: str) -> int:
        """The number of a file of the program."""
        return self.number(name, Location())

    def _is_foreign(self, path: str, location: Location) -> bool:
        return False


class _Read(NamedTuple):
    """A unit against the model of a release: its lowering before it ran, errors, the names it lacks."""

    lowering: PureLowering
    model: str
    errors: tuple[ReadError, ...]
    lacking: tuple[str, ...]


def read_one(request: ReadRequest, skipped: frozenset[str] = _NOTHING) -> ir.Unit:
    """The unit of a request, read in this process; functions named in `skipped` are left out.

    Raises:
        LwslintError: the file cannot be read, or would take for ever.
    """
    path, data = text_of(request)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, MAX_FRAMES))
    try:
        return _Reader(request, path, data, skipped).read()
    except LwslintError as error:
        raise LwslintError(f"{request.path}: {error}") from None
    finally:
        sys.setrecursionlimit(limit)


class _Reader(HeaderPolicy[_Read]):
    """One request on its way without libclang: headers of the library are always a model's."""

    @cached_property
    def _files(self) -> _Files:
        """Numbered as they turn up, from the first attempt on."""
        return _Files(self.request.path, self.path, self.request.directory, self.found)

    @cached_property
    def _parsed(self) -> Parsed:
        """What all attempts have parsed."""
        return {}

    def _first_model(self) -> str:
        return self.target or self._known_release or headers.newest_release()

    def _has_real(self) -> bool:
        return bool(self._known_release)

    def _attempt(self, model: str, prelude: str = "") -> _Read:
        sources = Sources(self._virtual(model, prelude), self._files.is_own, self._files.numbered)
        main = File(0, self.path, 0, self.data, 0)
        sources.files[self.path] = main
        arguments = [*self.arguments, *(("-include", PRELUDE) if prelude else ())]
        target = target_of(self.arguments)
        preprocessor = Preprocessor(sources, arguments, self.request.directory, target, model=model)
        preprocessor.run(self.path, main)
        places = PurePlaces(main, sources.files)
        lowering, diagnostics = lowered(preprocessor, places, self.skipped, self._parsed)
        errors = tuple(at_place(one.message, one.location, places) for one in diagnostics)
        return _Read(lowering, model, errors, lacking(errors))

    def _lower(self, attempt: _Read) -> tuple[Lowering, Files]:
        attempt.lowering.run()
        return attempt.lowering, self._files
