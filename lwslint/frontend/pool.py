"""Worker processes that may die or hang, behind the standard executor interface.

Each worker is a long-lived child process fed by a thread. When a call kills its worker, or takes longer
than the limit, that call alone fails and the next one gets a new worker.
"""

from __future__ import annotations

import pickle
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

from lwslint.frontend.serving import WorkerError
from lwslint.frontend.worker import Worker, taken

_P = ParamSpec("_P")
_T = TypeVar("_T")

UNIT_MEMORY = 2 << 30
"""Bytes of address space that a worker gets while it reads units, where the system can be told so (Linux)."""

UNIT_WORK = 60
"""Seconds of processor time for one unit, where the system can be told so (Linux)."""


class WorkerPool(Executor):
    """Up to `jobs` workers. A call gets the bounds that hold when it begins.

    These are `seconds` of wall clock, bytes of `memory`, and seconds of processor time, `work`. No worker is
    begun beyond `jobs`, which may change.
    """

    def __init__(self, jobs: int, seconds: float, memory: int = UNIT_MEMORY, work: int = UNIT_WORK) -> None:
        self.seconds = seconds
        self.memory = memory
        self.work = work
        self.jobs = jobs
        self._queue: queue.SimpleQueue[tuple[Future[Any], bytes] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._workers: set[Worker] = set()
        self._closed = False
        self._killed = False
        self._lock = threading.Lock()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Run `fn` in a worker; it and its arguments and result must be picklable."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is shut down")
            future: Future[_T] = Future()
            self._queue.put((future, pickle.dumps((fn, args, kwargs))))
            if len(self._threads) < max(1, self.jobs):
                thread = threading.Thread(target=self._feed, daemon=True)
                self._threads.append(thread)
                thread.start()
        return future

    def _feed(self) -> None:
        worker: Worker | None = None
        while (item := self._queue.get()) is not None:
            future, work = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                if worker is None or not worker.alive:
                    worker = self._started(worker)
                future.set_result(worker.call(work, self.seconds, self.memory, self.work))
            except WorkerError as error:
                worker = None
                future.set_exception(error)
            except BaseException as error:
                future.set_exception(error)
        if worker is not None:
            worker.stop()

    def _started(self, old: Worker | None) -> Worker:
        """A new worker in place of an old one.

        Raises:
            WorkerError: the pool has been ended in the meantime.
        """
        with self._lock:
            if self._killed:
                raise WorkerError("the pool was ended")
            if old is not None:
                self._workers.discard(old)
            worker = taken()
            self._workers.add(worker)
            return worker

    def kill(self) -> None:
        """End all workers at once, with what they are at, and begin nothing more."""
        with self._lock:
            self._killed = True
            for worker in self._workers:
                worker.kill()
        self.shutdown(wait=False, cancel_futures=True)

    def __exit__(self, kind: object, *_: object) -> None:
        """Let work end; where an exception (an interrupt, say) leaves the context, end it at once."""
        if kind is not None:
            self.kill()
        self.shutdown(wait=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the workers finish what was submitted (or not), and end them."""
        with self._lock:
            self._closed = True
            while cancel_futures and not self._queue.empty():
                item = self._queue.get()
                if item is not None:
                    item[0].cancel()
            for _ in self._threads:
                self._queue.put(None)
        if wait:
            for thread in self._threads:
                thread.join()
