"""Worker processes that may die or hang, behind the standard executor interface.

Each worker is a long-lived child process fed by a thread. When a call kills its worker, or takes longer
than the limit, that call alone fails and the next one gets a new worker.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

from lwslint import bounded
from lwslint.errors import LwslintError

_P = ParamSpec("_P")
_T = TypeVar("_T")
_START_SECONDS = 60.0
_LENGTH = struct.Struct("<Q")
_START = "import sys; sys.path.append(sys.argv[1]); from lwslint.frontend.pool import serve; serve()"
_ROOT = str(Path(__file__).parents[2])


UNIT_MEMORY = 2 << 30
"""Bytes of address space that a worker gets while it reads units, where the system can be told so (Linux)."""

UNIT_WORK = 60
"""Seconds of processor time for one unit, where the system can be told so (Linux)."""


class WorkerError(Exception):
    """A call took its worker with it: one line says how."""


class CrashError(WorkerError, LwslintError):
    """The parser crashed, and lived on: its worker is not to be trusted with another unit."""


class _Worker:
    """One child process."""

    def __init__(self) -> None:
        self._ready = False
        self._memory = 0
        self._work = 0
        # -P: the folder of the code under analysis must not be imported from.
        command = [sys.executable, "-P", "-c", _START, _ROOT]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def call(self, work: bytes, seconds: float, memory: int, most_work: int) -> Any:
        """Run pickled work in the child; the time that the child takes to start does not count.

        Raises:
            WorkerError: the child died, or was ended because it took too long or too much.
            Exception: what the work raised.
        """
        if not self._ready:
            self._exchange(None, _START_SECONDS)
            self._ready = True
        self._bound(memory, most_work)
        failed, result = pickle.loads(self._exchange(work, seconds))
        if isinstance(result, MemoryError):
            self.stop()  # what it still holds would be missing to the next unit
            raise WorkerError(f"the parser needs more than {self._memory >> 20} MB of memory")
        if failed:
            if isinstance(result, CrashError):
                self.stop()
            raise result
        return result

    def _bound(self, memory: int, most_work: int) -> None:
        """Give the child no more address space, and processor time from now on; harder bounds stay."""
        if sys.platform != "linux":
            return
        import resource

        with contextlib.suppress(OSError, ValueError):
            self._limit(resource.RLIMIT_CPU, self._worked() + most_work)
            self._work = most_work
            self._limit(resource.RLIMIT_AS, memory)
            self._memory = memory

    def _limit(self, what: int, most: int) -> None:
        import resource

        assert sys.platform == "linux"
        _, hard = resource.prlimit(self._process.pid, what)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.prlimit(self._process.pid, what, (soft, hard))

    def _worked(self) -> int:
        """Seconds of processor time that the child has had, rounded up (proc(5), `/proc/pid/stat`)."""
        words = Path(f"/proc/{self._process.pid}/stat").read_bytes().rpartition(b")")[2].split()
        return 1 + (int(words[11]) + int(words[12])) // os.sysconf("SC_CLK_TCK")

    def _exchange(self, work: bytes | None, seconds: float) -> bytes:
        """Send work, if any, and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self._process.kill()

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            if work is not None:
                _send(self._process.stdin, work)
            return _receive(self._process.stdout)
        except (OSError, EOFError) as error:
            self.stop()
            if expired.is_set():
                raise WorkerError(f"the parser took longer than {seconds:g} s") from error
            raise WorkerError(f"the parser died ({self._cause()})") from error
        finally:
            timer.cancel()

    def _cause(self) -> str:
        code = self._process.returncode
        if self._work and code == -signal.SIGXCPU:
            return f"it gets {self._work} s of processor time at most"
        if code == -signal.SIGABRT and self._memory:  # so C++ ends where there is no memory
            return f"signal {-code}; it gets {self._memory >> 20} MB of memory at most"
        return f"signal {-code}" if code is not None and code < 0 else f"exit status {code}"

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End the child in the middle of its work."""
        self._process.kill()

    def stop(self) -> None:
        """End the child, which has no work; nothing of what it holds is worth the time that leaving takes."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.kill()
        self._process.wait()


_ahead: list[_Worker] = []


@contextlib.contextmanager
def started_ahead() -> Iterator[None]:
    """Have a worker started that a pool will want soon; it gets ready while this process does other things.

    If no pool has taken it when the context ends, it ends as well.
    """
    if not _ahead:
        _ahead.append(_Worker())
    try:
        yield
    finally:
        while _ahead:
            worker = _ahead.pop()
            worker.kill()
            worker.stop()


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
        self._workers: set[_Worker] = set()
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
        worker: _Worker | None = None
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

    def _started(self, old: _Worker | None) -> _Worker:
        """A new worker in place of an old one.

        Raises:
            WorkerError: the pool has been ended in the meantime.
        """
        with self._lock:
            if self._killed:
                raise WorkerError("the pool was ended")
            if old is not None:
                self._workers.discard(old)
            worker = _ahead.pop() if _ahead else _Worker()
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


def _send(stream: IO[bytes], data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(header)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def serve() -> None:
    """The worker's loop: calls come in on standard input, answers leave on standard output."""
    import gc

    from lwslint import COLLECTIONS

    # What libraries print must not get between the answers.
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    _leave_terminal()
    sys.setrecursionlimit(10_000)
    gc.set_threshold(*COLLECTIONS)
    bounded.memory()  # each piece of work has a bound of its own besides (`_Worker._bound`)
    _send(outgoing, b"ready")
    with contextlib.suppress(Exception):  # what is missing is said when a unit needs it
        from lwslint.frontend import headers
        from lwslint.frontend.clang import library, reader  # noqa: F401

        library.load()
        headers.model_files("")
    while True:
        try:
            function, args, kwargs = pickle.loads(_receive(incoming))
        except EOFError:
            return
        try:
            answer = False, function(*args, **kwargs)
        except Exception as error:
            answer = True, error
        _send(outgoing, _pickled(answer))


def _leave_terminal() -> None:
    """Have no terminal: a header that is `/dev/tty` would else read what a person types."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl
        import termios

        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.ioctl(terminal, termios.TIOCNOTTY)
        finally:
            os.close(terminal)


def _pickled(answer: tuple[bool, object]) -> bytes:
    try:
        return pickle.dumps(answer)
    except Exception as error:
        return pickle.dumps((True, RuntimeError(f"{type(error).__name__}: {error}")))
