"""One process of a campaign: numbers of inputs come in on stdin, what became of them leaves on stdout."""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from typing import IO, Any

import pytest

from tests.fuzz.invariants import Failure
from tests.fuzz.targets import TARGETS, Result, Target

MEMORY = 4 << 30
"""Bytes of address space; who asks for more fails."""

_PERSONAL = ("GIT_", "LWSLINT_", "PRE_COMMIT", "SKIP")


def serve(seed: int, scratch: Path, answers: IO[str]) -> None:
    """Does what the driver says until it says no more."""
    targets: dict[str, Target] = {}
    for line in sys.stdin:
        name, number = line.split()
        if name not in targets:
            targets[name] = TARGETS[name](_folder(scratch / name))
        answers.write(json.dumps(_done(targets[name], seed, int(number))) + "\n")
        answers.flush()


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _done(target: Target, seed: int, number: int) -> dict[str, Any]:
    given = target.make(seed, number)
    _forget_peak()
    start = time.process_time()
    try:
        result = target.check(given, Random(number))
    except Exception:
        result = Result((Failure("raised", traceback.format_exc()[-3000:]),), "")
    return {
        "seconds": time.process_time() - start,
        "peak": _told("VmHWM"),
        "memory": _told("VmRSS"),
        "digest": result.digest,
        "failures": result.failures,
    }


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def _told(name: str) -> int:
    """The memory of this process in KiB: `VmRSS` now, `VmHWM` the most since that was forgotten.

    Where the system tells neither, the most since the start.
    """
    with contextlib.suppress(OSError, StopIteration):
        status = Path("/proc/self/status").read_text("ascii").splitlines()
        return int(next(line for line in status if line.startswith(f"{name}:")).split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Keeps stdout for the answers, whatever a library prints, and the environment free of settings."""
    answers = os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    sys.stdout = io.TextIOWrapper(io.BytesIO(), "utf-8")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        for name in list(os.environ):
            if name.startswith(_PERSONAL):
                patch.delenv(name)
        serve(int(sys.argv[1]), Path(scratch), answers)


if __name__ == "__main__":
    main()
