"""Fixtures as programs: built against the installed libwebsockets, run, and looked at from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

PATIENCE = 60.0
"""Seconds that a program may take: a bound on a busy machine, not a measure."""

LISTEN = "0A"
"""The state of a listening socket in /proc/net/tcp (`TCP_LISTEN` in Linux' include/net/tcp_states.h)."""

REPORTED = 99
"""The exit status by which valgrind and the sanitizers say that they have something to report."""

# Nothing else: the library reads `http_proxy`, for one.
_ENVIRONMENT = {
    "PATH": os.defpath,
    "ASAN_OPTIONS": f"exitcode={REPORTED}:detect_leaks=1:detect_stack_use_after_return=1:color=never",
    "LSAN_OPTIONS": f"exitcode={REPORTED}",
    "UBSAN_OPTIONS": f"exitcode={REPORTED}:halt_on_error=1:print_stacktrace=1",
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit status, negative for a signal, and all that it wrote."""

    status: int
    output: str

    def lines(self, part: str) -> list[str]:
        """The lines of the output with this in them."""
        return [line for line in self.output.splitlines() if part in line]


class Running:
    """A program that runs, and what the kernel says of it."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self._process = process
        self._output = output
        self._proc = Path("/proc") / str(process.pid)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def output(self) -> str:
        """What it has written up to now."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def descriptors(self) -> dict[str, str]:
        """Its open descriptors: number to what it is of, such as `socket:[4711]`."""
        return {entry.name: str(entry.readlink()) for entry in (self._proc / "fd").iterdir()}

    def listening(self) -> list[int]:
        """The TCP ports on which it listens."""
        inodes = {target[8:-1] for target in self.descriptors().values() if target.startswith("socket:[")}
        ports = set()
        for table in ("tcp", "tcp6"):
            for row in (self._proc / "net" / table).read_text().splitlines()[1:]:
                _, local, _, state, *_, inode = row.split()[:10]
                if state == LISTEN and inode in inodes:
                    ports.add(int(local.rpartition(":")[2], 16))
        return sorted(ports)

    def seconds_of_cpu(self) -> float:
        """The processor time that it has used."""
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def writes(self, part: str) -> None:
        """Waits until it has written this.

        Raises:
            AssertionError: it did not, or ended before.
        """
        until(lambda: part in self.output or not self.running)
        assert part in self.output, self.output

    def ended(self) -> Ended:
        """Waits until it has ended.

        Raises:
            subprocess.TimeoutExpired: it does not.
        """
        return Ended(self._process.wait(PATIENCE), self.output)

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """It does not get to run before the block is left, as happens on a busy machine."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def answer(self) -> None:
        """Gives it the line for which it waits on its standard input."""
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()


SANITIZERS = "address,undefined"
"""gcc's sanitizers that no good twin may upset; the first one finds leaks as well."""


class Program:
    """An executable, to be run with arguments; each of them is made a string."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *arguments: object) -> Ended:
        """Runs it to its end."""
        with self.started(*arguments) as running:
            return running.ended()

    @contextmanager
    def started(self, *arguments: object, under: Sequence[str] = ()) -> Iterator[Running]:
        """Starts it in an empty folder; it is gone when the block is left."""
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "output"
            with output.open("wb") as stream:
                process = subprocess.Popen(
                    [*under, str(self.path), *map(str, arguments)],
                    cwd=folder,
                    env=_ENVIRONMENT,
                    stdin=subprocess.PIPE,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                )
            try:
                yield Running(process, output)
            finally:
                process.kill()
                process.wait()
                if process.stdin:
                    process.stdin.close()

    def under_valgrind(self, *arguments: object, options: Sequence[str] = ("--leak-check=no",)) -> Ended:
        """Runs it to its end under valgrind; exit status `REPORTED` if that found an error."""
        valgrind = [
            "valgrind",
            "--quiet",
            f"--error-exitcode={REPORTED}",
            "--exit-on-first-error=yes",
            "--vgdb=no",
            "--num-callers=20",
        ]
        with self.started(*arguments, under=[*valgrind, *options]) as running:
            return running.ended()


Build = Callable[..., Program]
"""Makes a `Program` of a fixture such as `LWS103/bad_runs`; `sanitize` names gcc's sanitizers."""


def source(name: str) -> Path:
    """The C file of a fixture such as `LWS103/bad_runs`."""
    return FIXTURES / f"{name}.c"


def compile_fixture(name: str, executable: Path, *, sanitize: str = "") -> subprocess.CompletedProcess[str]:
    """Builds a fixture with gcc, with the sanitizers named: `address`, `address,undefined`."""
    flags = ["-g", "-O1", "-w", "-fno-omit-frame-pointer", "-pthread"]
    if sanitize:
        flags += [f"-fsanitize={sanitize}", "-fno-sanitize-recover=all"]
    command = ["gcc", *flags, str(source(name)), "-o", str(executable), *_library_flags()]
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def until(condition: Callable[[], object], *, seconds: float = PATIENCE) -> bool:
    """Waits until a condition holds, and says whether it came to that in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def crashed(ended: Ended) -> bool:
    """Whether a program was ended by a fault of its own."""
    return -ended.status in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE)


def _library_flags() -> list[str]:
    command = ["pkg-config", "--cflags", "--libs", "libwebsockets"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
