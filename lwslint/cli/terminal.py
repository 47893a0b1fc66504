"""The terminal: notes and a progress line on stderr, colours and width of stdout."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from typing import TextIO

from lwslint.report.escape import visible

PROGRESS_AFTER = 1.0  # seconds
_BAR = 24  # cells
_ERASE = "\r\x1b[2K"


def say(lines: Iterable[str]) -> None:
    """Writes lines to stderr; characters that a terminal would act on are shown as escapes."""
    for line in lines:
        print(visible(line), file=sys.stderr)


def wants_color(choice: str, stream: TextIO) -> bool:
    """Whether to colour what goes to a stream, by `--color`, NO_COLOR, FORCE_COLOR and what it is."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE")) or _is_terminal(stream)


def width(stream: TextIO) -> int:
    """The width of a terminal in cells, 100 for anything else."""
    if not _is_terminal(stream):
        return 100
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _bar(done: int, total: int) -> str:
    """How far it is, as a bar."""
    full = _BAR * min(done, total) // total if total > 0 else 0
    return f"[{'#' * full}{'.' * (_BAR - full)}]"


class ProgressLine:
    """A bar on a terminal that says how far the run is; not in the first second, erased at the end."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._wanted = not quiet and _is_terminal(stream) and not os.environ.get("CI")
        self._start = time.monotonic()
        self._drawn = False

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            self._write(_ERASE)

    def update(self, what: str, done: int, total: int) -> None:
        """Draws the state."""
        if self._wanted and time.monotonic() - self._start > PROGRESS_AFTER:
            self._write(f"{_ERASE}{_bar(done, total)} {done} of {total} {what}")
            self._drawn = True

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class Clock:
    """How long each part of a run took, by what was done in it."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._parts: dict[str, float] = {}

    def update(self, what: str) -> None:
        """Says that what has been done since the last time belongs to this part."""
        now = time.perf_counter()
        self._parts[what] = self._parts.get(what, 0.0) + now - self._last
        self._last = now

    def lines(self) -> list[str]:
        """Each part with its seconds, and their sum, for stderr."""
        parts = [*self._parts.items(), ("in all", sum(self._parts.values()))]
        return [f"{seconds:8.3f} s  {what}" for what, seconds in parts]
