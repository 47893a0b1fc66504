"""Reading many units: workers, precompiled headers, and what becomes of failures."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend.closure import closure
from lwslint.frontend.included import included
from lwslint.frontend.pool import WorkerError, WorkerPool
from lwslint.frontend.prefix import Prefix, leading
from lwslint.frontend.request import Reading, ReadRequest

if TYPE_CHECKING:
    from lwslint.frontend.clang.pch import Store

MIN_UNITS = 2
"""Fewer units than this with one start are not worth the time that precompiling takes."""

UNIT_SECONDS = 120.0
"""A worker that takes longer than this for one unit is ended."""

_START_BYTES = 1 << 16
_NOTHING: frozenset[str] = frozenset()


def read(
    requests: Sequence[ReadRequest],
    jobs: int,
    executor: Executor | None = None,
    *,
    precompile: bool = True,
    skip_irrelevant: bool = False,
    seconds: float = UNIT_SECONDS,
) -> Iterator[Reading]:
    """Read units in worker processes; readings come in the order of the requests.

    Without `executor`, `jobs` workers of this machine serve, each unit within `seconds`; one that kills
    or hangs its worker is a reading with a failure. Another executor must run `read_encoded` anywhere that
    sees the same files. `precompile` says whether common starts of units may be precompiled. With
    `skip_irrelevant`, what cannot contribute to a finding is left out: a file of `requests` is then a reading
    that is `skipped`, and a unit lacks those functions.
    """
    work = _contributing(requests) if skip_irrelevant else dict.fromkeys(range(len(requests)), _NOTHING)
    with contextlib.ExitStack() as stack:
        folder = ""
        if executor is None:
            executor = stack.enter_context(WorkerPool(min(jobs, len(work)), seconds))
            if precompile:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lwslint-"))
        starts = {at: _start(requests[at]) for at in work} if folder else {}
        counts = Counter(start for start in starts.values() if start is not None)
        futures: dict[int, Future[bytes]] = {}
        for at, unneeded in work.items():
            start = starts.get(at)
            shared = start is not None and counts[start] >= MIN_UNITS
            futures[at] = executor.submit(read_encoded, requests[at], folder if shared else "", unneeded)
        stack.callback(_cancel, list(futures.values()))
        for at, request in enumerate(requests):
            yield _reading(request, futures[at]) if at in futures else Reading(request, None, skipped=True)


def _contributing(requests: Sequence[ReadRequest]) -> dict[int, frozenset[str]]:
    """The requests that can contribute, by number, and the functions of each that cannot."""
    texts = [_text(request) for request in requests]
    known = [text or b"" for text in texts]
    headers = included(requests, known)
    if headers is None:
        return dict.fromkeys(range(len(requests)), _NOTHING)
    found = closure({str(at): text for at, text in enumerate(known)}, headers)
    return {
        at: found.skipped.get(str(at), _NOTHING)
        for at, text in enumerate(texts)
        if text is None or str(at) in found.files
    }


def _text(request: ReadRequest, limit: int = -1) -> bytes | None:
    """The text of a request, or its first bytes; None if it cannot be read."""
    if request.text is not None:
        return request.text[: limit if limit >= 0 else None].encode("utf-8", "surrogateescape")
    try:
        with Path(request.path).open("rb") as file:
            return file.read(limit)
    except OSError:
        return None


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


def read_encoded(request: ReadRequest, folder: str = "", unneeded: frozenset[str] = _NOTHING) -> bytes:
    """The unit of a request in the form of `ir.encode`.

    `folder` keeps precompiled headers; functions named in `unneeded` are left out.
    """
    from lwslint.frontend.clang.reader import read_one

    return ir.encode(read_one(request, _store(folder) if folder else None, unneeded))


@cache
def _store(folder: str) -> Store:
    from lwslint.frontend.clang.pch import Store

    return Store(Path(folder))


_Start = tuple[Prefix, tuple[str, ...]]


def _start(request: ReadRequest) -> _Start | None:
    """What a unit starts with, and its flags; None where it cannot start from a precompiled header."""
    prefix = leading(_text(request, _START_BYTES) or b"")
    return None if prefix is None else (prefix, request.arguments)
