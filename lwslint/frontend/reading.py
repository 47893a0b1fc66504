"""Reading many units: workers, precompiled headers, and what becomes of failures."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import cached_property, partial

import msgspec

from lwslint import ir
from lwslint.cache import Cache
from lwslint.errors import LwslintError
from lwslint.frontend.closure import closure
from lwslint.frontend.included import included
from lwslint.frontend.inputs import Inputs
from lwslint.frontend.lexing import unreadable
from lwslint.frontend.limits import MAX_BYTES
from lwslint.frontend.pool import WorkerPool
from lwslint.frontend.prefix import Prefix, leading
from lwslint.frontend.request import Reading, ReadRequest
from lwslint.frontend.serving import WorkerError
from lwslint.frontend.work import prepare, read_encoded
from lwslint.texts import Texts

MIN_UNITS = 2
"""Fewer units than this with one start are not worth the time that precompiling takes."""

WORTH_A_WORKER = 20_000
"""Units that come to fewer bytes than this are read sooner than one more worker has started."""

UNIT_SECONDS = 120.0
"""A worker that takes longer than this for one unit is ended; see also `pool.UNIT_WORK`."""

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
    cache: Cache | None = None,
    inputs: Inputs | None = None,
    texts: Texts | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[Reading]:
    """Read units in worker processes; readings come in the order of the requests.

    Without `executor`, `jobs` workers of this machine serve, each unit within `seconds`; one that kills
    or hangs its worker is a reading with a failure. Another executor must run `read_encoded` anywhere that
    sees the same files. `precompile` says whether common starts of units may be precompiled. With
    `skip_irrelevant`, what cannot contribute to a finding is left out: a file of `requests` is then a reading
    that is `skipped`, and a unit lacks those functions. A unit that is in the `cache` is not read again;
    `inputs` are what is known by now of all that units depend on, `texts` the files that were read by now.
    `meanwhile` is called once the workers have their work.
    """
    texts, inputs = texts or Texts(), inputs or Inputs()
    with contextlib.ExitStack() as stack:
        local = executor is None or isinstance(executor, WorkerPool)
        if executor is None:
            executor = stack.enter_context(WorkerPool(min(jobs, len(requests)), seconds))
        folders = _Folders(requests, cache, inputs, texts, stack) if precompile and local else None
        work = dict.fromkeys(range(len(requests)), _NOTHING)
        if skip_irrelevant:
            work = _contributing(requests, texts, partial(_begin, executor, folders, stack))
        keys = {at: inputs.key(requests[at], unneeded) for at, unneeded in work.items()} if cache else {}
        known = {
            at: unit for at, key in keys.items() if (unit := _known(cache, key, requests[at])) is not None
        }
        missing = {at: unneeded for at, unneeded in work.items() if at not in known}
        futures: dict[int, Future[bytes]] = {}
        sizes = {at: _size(requests[at]) for at in missing}
        longest_first = sorted(missing, key=lambda at: (-sizes[at], at))
        if isinstance(executor, WorkerPool):
            executor.jobs = min(executor.jobs, sum(sizes.values()) // WORTH_A_WORKER)
        for at in folders.spread(longest_first) if folders else longest_first:
            folder = folders.of(at) if folders else ""
            futures[at] = executor.submit(read_encoded, requests[at], folder, missing[at])
        stack.callback(_cancel, list(futures.values()))
        meanwhile()
        for at, request in enumerate(requests):
            if at in known:
                yield Reading(request, known[at])
            elif at in futures:
                yield _reading(request, futures[at])
            else:
                yield Reading(request, None, skipped=True)
        if cache and futures and inputs.unchanged():
            for at, future in futures.items():
                if keys[at] and not future.exception():
                    cache.put("unit", keys[at], future.result())


def _begin(
    executor: Executor, folders: _Folders | None, stack: contextlib.ExitStack, sure: Sequence[int]
) -> None:
    """Have workers make the headers that many units share, while it is worked out what of them is needed."""
    for opening, folder in folders.to_make(sure) if folders else ():
        stack.callback(executor.submit(prepare, opening, folder).cancel)


class _Folders:
    """Where the precompiled headers of units are: in the cache, else in a folder of this run."""

    def __init__(
        self,
        requests: Sequence[ReadRequest],
        cache: Cache | None,
        inputs: Inputs,
        texts: Texts,
        stack: contextlib.ExitStack,
    ) -> None:
        self._requests = requests
        self._cache = cache
        self._inputs = inputs
        self._texts = texts
        self._stack = stack
        self._starts: dict[int, _Start | None] = {}
        self._counts: Counter[_Start | None] = Counter()
        self._kept: dict[tuple[_Start, str], str] = {}

    def to_make(self, units: Sequence[int]) -> Iterator[tuple[ReadRequest, str]]:
        """What to read, and with which folders, so that the headers that these units share get there."""
        self._count(units)
        first = {self._starts[at]: at for at in reversed(units)}
        for start, at in reversed(first.items()):
            if start is None or self._counts[start] < MIN_UNITS:
                continue
            if (folder := self.of(at)) and not os.listdir(folder):  # noqa: PTH208
                text = "\n".join([*start[0].directives, *["#endif"] * start[0].open, ""])
                yield msgspec.structs.replace(self._requests[at], text=text), folder

    def _count(self, units: Iterable[int]) -> None:
        for at in units:
            if at not in self._starts:
                self._starts[at] = _start(self._requests[at], self._texts)
        self._counts = Counter(self._starts[at] for at in units)

    def spread(self, units: Sequence[int]) -> list[int]:
        """Units with one of each start first: no two workers are to precompile the same header."""
        self._count(units)
        firsts: dict[_Start | None, int] = {
            start: at for at in reversed(units) if (start := self._starts[at]) is not None
        }
        return sorted(units, key=lambda at: firsts.get(self._starts[at]) != at)

    def of(self, at: int) -> str:
        """The folder for a unit; empty where it does not start from a precompiled header."""
        start = self._starts[at]
        if start is None:
            return ""
        where = (start, self._requests[at].directory)
        if where not in self._kept:
            self._kept[where] = self._folder(start, self._requests[at])
        return self._kept[where] or (self._own if self._counts[start] >= MIN_UNITS else "")

    def _folder(self, start: _Start, request: ReadRequest) -> str:
        if self._cache is None or not (key := self._inputs.start(start[0].directives, request)):
            return ""
        return str(self._cache.subfolder("pch", key) or "")

    @cached_property
    def _own(self) -> str:
        import tempfile

        return self._stack.enter_context(tempfile.TemporaryDirectory(prefix="lwslint-"))


def _known(cache: Cache | None, key: str, request: ReadRequest) -> ir.Unit | None:
    """The unit of a request, if it was read by an earlier run."""
    data = cache.get("unit", key) if cache and key else None
    with contextlib.suppress(msgspec.DecodeError):
        if data is not None and (unit := ir.decode(data)).files[:1] == (request.path,):
            return unit
    return None


def _size(request: ReadRequest) -> int:
    """How long a unit's text is, which says how long reading it may take."""
    if request.text is not None:
        return len(request.text)
    try:
        return os.stat(request.path).st_size  # noqa: PTH116
    except (OSError, ValueError):
        return 0


def _contributing(
    requests: Sequence[ReadRequest], texts: Texts, begin: Callable[[Sequence[int]], None]
) -> dict[int, frozenset[str]]:
    """The requests that can contribute, by number, and the functions of each that cannot.

    `begin` is as in `closure`.
    """
    units = [_text(request, texts) for request in requests]
    known = [text or b"" for text in units]
    headers = included(requests, known, texts)
    if headers is None:
        return dict.fromkeys(range(len(requests)), _NOTHING)
    sources = {str(at): text for at, text in enumerate(known)}
    found = closure(sources, headers, lambda names: begin(list(map(int, names))))
    needed = set(map(int, found.files))
    return {
        at: found.skipped.get(str(at), _NOTHING)
        for at, text in enumerate(units)
        if at in needed or text is None or unreadable(text)
    }


def _text(request: ReadRequest, texts: Texts, limit: int = 0) -> bytes | None:
    """The text of a request, or its first bytes up to a `limit`; None if it cannot be read."""
    if request.text is not None:
        return request.text[: limit or None].encode("utf-8", "surrogateescape")
    try:
        return texts.read(request.path, limit or MAX_BYTES, cut=limit > 0)
    except (OSError, LwslintError):
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


_Start = tuple[Prefix, tuple[str, ...]]


def _start(request: ReadRequest, texts: Texts) -> _Start | None:
    """What a unit starts with, and its flags; None where it cannot start from a precompiled header."""
    prefix = leading(_text(request, texts, _START_BYTES) or b"")
    return None if prefix is None else (prefix, request.arguments)
