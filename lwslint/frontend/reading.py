"""Reading many units: workers, precompiled headers, and what becomes of failures."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import cache
from pathlib import Path

import msgspec

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend.clang import pch
from lwslint.frontend.clang.reader import read_one
from lwslint.frontend.lexing import leading_includes
from lwslint.frontend.pool import WorkerError, WorkerPool
from lwslint.frontend.request import Reading, ReadRequest

UNIT_SECONDS = 120.0
"""A worker that takes longer than this for one unit is ended."""

_START_BYTES = 1 << 16


def read(
    requests: Sequence[ReadRequest],
    jobs: int,
    executor: Executor | None = None,
    *,
    precompile: bool = True,
    seconds: float = UNIT_SECONDS,
) -> Iterator[Reading]:
    """Read units in worker processes; readings come in the order of the requests.

    Without `executor`, `jobs` workers of this machine serve, each unit within `seconds`; one that kills
    or hangs its worker is a reading with a failure. Another executor must run `read_encoded` anywhere that
    sees the same files. `precompile` says whether common starts of units may be precompiled.
    """
    with contextlib.ExitStack() as stack:
        folder = ""
        if executor is None:
            executor = stack.enter_context(WorkerPool(min(jobs, len(requests)), seconds))
            if precompile:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lwslint-"))
        shared = _shared_starts(requests) if folder else set()
        futures = [
            executor.submit(read_encoded, request, folder if _start(request) in shared else "")
            for request in requests
        ]
        stack.callback(_cancel, futures)
        for request, future in zip(requests, futures, strict=True):
            yield _reading(request, future)


def _cancel(futures: Sequence[Future[bytes]]) -> None:
    for future in futures:
        future.cancel()


def _reading(request: ReadRequest, future: Future[bytes]) -> Reading:
    try:
        return Reading(request, ir.decode(future.result()))
    except (LwslintError, WorkerError) as error:
        return Reading(request, None, _one_line(request, str(error)))
    except msgspec.DecodeError as error:
        return Reading(request, None, _one_line(request, f"torn answer: {error}"))
    except Exception as error:
        return Reading(
            request, None, _one_line(request, f"the front end failed: {type(error).__name__}: {error}")
        )


def _one_line(request: ReadRequest, text: str) -> str:
    line = " ".join(text.split())
    return line if line.startswith(request.path) else f"{request.path}: {line}"


def read_encoded(request: ReadRequest, folder: str = "") -> bytes:
    """The unit of a request in the form of `ir.encode`; `folder` keeps precompiled headers."""
    return ir.encode(read_one(request, _store(folder) if folder else None))


@cache
def _store(folder: str) -> pch.Store:
    return pch.Store(Path(folder))


_Start = tuple[tuple[str, ...], tuple[str, ...]]


def _start(request: ReadRequest) -> _Start | None:
    """What a unit starts with, and its flags; None where it cannot start from a precompiled header."""
    if request.text is not None:
        data = request.text[:_START_BYTES].encode("utf-8", "surrogateescape")
    else:
        try:
            with Path(request.path).open("rb") as file:
                data = file.read(_START_BYTES)
        except OSError:
            return None
    names = leading_includes(data)
    return None if names is None else (names, request.arguments)


def _shared_starts(requests: Sequence[ReadRequest]) -> set[_Start | None]:
    """The starts that enough units have in common."""
    counts = Counter(start for request in requests if (start := _start(request)) is not None)
    return {start for start, count in counts.items() if count >= pch.MIN_UNITS}
