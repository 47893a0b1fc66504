"""lwslint as a process of its own: how it begins, and how it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn

from lwslint import bounded

HOOK_PATHS = 8
"""So few files are most likely those that a commit changes: a worker is wanted, and starts at once."""


def program() -> NoReturn:
    """Runs lwslint on the words of the command line, and ends the process at once.

    To take down what a run has built, object by object, takes a quarter of the time of the run. Under
    LWSLINT_DEBUG the interpreter ends as ever: profilers write what they have at its end.
    """
    _stand_in_for_closed_streams()
    bounded.memory()
    with _worker_for(sys.argv[1:]):
        from lwslint.cli import flushed, main  # while the worker starts, which takes as long

        status = flushed(main())
    if os.environ.get("LWSLINT_DEBUG"):
        sys.exit(status)
    os._exit(status)


def _stand_in_for_closed_streams() -> None:
    """What is written to streams that whoever started this process has closed goes nowhere."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: PTH123, SIM115


@contextlib.contextmanager
def _worker_for(words: Sequence[str]) -> Iterator[None]:
    """A worker started ahead where the words look like those of a hook."""
    if 0 < sum(word.endswith(".c") for word in words) <= HOOK_PATHS:
        from lwslint.frontend.worker import started_ahead

        with started_ahead():
            yield
    else:
        yield
