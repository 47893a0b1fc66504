"""The work of worker processes done in this one: a campaign cannot start one for each of its inputs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from typing import Any, ParamSpec, TypeVar

import pytest

from lwslint import engine
from lwslint.frontend import reading
from lwslint.frontend.pool import WorkerPool
from lwslint.frontend.request import ReadRequest

_P = ParamSpec("_P")
_T = TypeVar("_T")
FRAMES = 10_000
"""As a worker process has it."""

DANGEROUS = (
    "-fplugin",
    "-load",
    "-add-plugin",
    "-plugin",
    "-Xclang",
    "-mllvm",
    "-o",
    "-M",
    "-save-temps",
    "-ftime-trace",
    "-serialize",
    "-include-pch",
    "-ivfsoverlay",
    "-cc1",
    "@",
)
"""How flags begin that load code, or write or name files of their own."""


class DangerousFlag(Exception):
    """A flag that must never reach a parser."""


class InlinePool(WorkerPool):
    """A pool of no processes: what is submitted is done at once.

    `folder` keeps the precompiled headers of all runs, if it is given.
    """

    def __init__(self, jobs: int = 1, seconds: float = 0.0, folder: str = "") -> None:
        super().__init__(jobs, seconds)
        self._folder = folder

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Calls `fn` now."""
        given: tuple[Any, ...] = args
        future: Future[_T] = Future()
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(FRAMES)
        try:
            if given and isinstance(given[0], ReadRequest):
                _refuse(given[0])
                given = (given[0], self._folder or given[1], *given[2:])
            future.set_result(fn(*given, **kwargs))
        except Exception as error:
            future.set_exception(error)
        finally:
            sys.setrecursionlimit(limit)
        return future


def _refuse(request: ReadRequest) -> None:
    """Raises DangerousFlag for what a parser must not see."""
    rest = iter(request.arguments)
    for word in rest:
        if word in ("-include", "-imacros", "-I", "-isystem", "-idirafter", "-iquote", "-isysroot"):
            next(rest, None)
        elif word.startswith(DANGEROUS):
            raise DangerousFlag(word)


@contextmanager
def inline() -> Iterator[None]:
    """The command line without worker processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "WorkerPool", InlinePool)
        patch.setattr(engine, "WorkerPool", InlinePool)
        patch.setattr(engine, "started_ahead", nullcontext)
        yield
