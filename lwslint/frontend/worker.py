"""One worker process, as the process sees it that starts it."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from lwslint.frontend.serving import CrashError, WorkerError, receive, send

_START_SECONDS = 60.0
_START = "import sys; sys.path.append(sys.argv[1]); from lwslint.frontend.serving import serve; serve()"
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120


class Worker:
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
        with open(f"/proc/{self._process.pid}/stat", "rb") as file:  # noqa: PTH123 - pathlib is not yet there
            words = file.read().rpartition(b")")[2].split()
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
                send(self._process.stdin, work)
            return receive(self._process.stdout)
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
        """Whether it has not ended."""
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


_ahead: list[Worker] = []


def taken() -> Worker:
    """A worker: one that was started ahead, or a new one."""
    return _ahead.pop() if _ahead else Worker()


@contextlib.contextmanager
def started_ahead() -> Iterator[None]:
    """Have a worker started that a pool will want soon; it gets ready while this process does other things.

    If no pool has taken it when the context ends, it ends as well.
    """
    if not _ahead:
        _ahead.append(Worker())
    try:
        yield
    finally:
        while _ahead:
            worker = _ahead.pop()
            worker.kill()
            worker.stop()
