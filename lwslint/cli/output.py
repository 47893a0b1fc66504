"""Where reports go: stdout, and files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from lwslint import atomic
from lwslint.errors import LwslintError


class Report(msgspec.Struct, frozen=True):
    """One report that is wanted: its format, and its file (None for stdout, or for `stderr`)."""

    format: str
    path: Path | None = None
    stderr: bool = False


def parse_report(word: str, formats: Sequence[str]) -> Report:
    """Reads `FORMAT=FILE`.

    Raises:
        LwslintError: it is not of that form, or there is no such format.
    """
    format_, _, path = word.partition("=")
    if format_ not in formats or not path:
        raise LwslintError(f"--report {word}: give FORMAT=FILE, FORMAT one of {', '.join(formats)}")
    if path == "-":
        raise LwslintError(f"--report {word}: give a file; what --format says goes to stdout")
    return Report(format_, Path(path))


def check_writable(reports: Sequence[Report]) -> None:
    """Makes sure, before any work is done, that each report can be written.

    Raises:
        LwslintError: two have one file, or a file cannot be written; says which and why.
    """
    paths = [report.path for report in reports if report.path]
    for path in paths:
        if not os.path.isdir(path.parent):  # noqa: PTH112 - does not raise where permissions are missing
            raise LwslintError(f"{path}: there is no folder {path.parent}; make it first")
        if not os.access(path.parent, os.X_OK):
            raise LwslintError(f"{path}: cannot be written (no permission); name another folder")
        if path.is_symlink():
            raise LwslintError(f"{path}: a symbolic link; name the file itself (or - for stdout)")
        if path.exists() and not path.is_file() and not path.is_char_device():
            raise LwslintError(f"{path}: not a regular file; name another")
        if not os.access(path if path.is_char_device() else path.parent, os.W_OK):
            raise LwslintError(f"{path}: cannot be written (no permission); name another folder")
        if paths.count(path) > 1:
            raise LwslintError(f"{path}: two reports cannot go to one file")


def write(text: str, path: Path | None) -> None:
    """Writes a report to its file, or to stdout.

    Raises:
        LwslintError: stdout or the file cannot be written; what was in the file before stays.
    """
    data = text.encode("utf-8", "backslashreplace")
    if path is None:
        write_stdout(data)
        return
    try:
        if path.is_char_device():
            path.write_bytes(data)
        else:
            atomic.replace(path, data)
    except OSError as error:
        raise LwslintError(f"{path}: cannot be written ({error.strerror})") from error


def write_stdout(data: bytes) -> None:
    """Writes bytes to stdout.

    Raises:
        LwslintError: it cannot be written, but not where a reader has gone away.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        # The interpreter flushes once more at its end: nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # that means the reader has seen enough (`| head`)
            raise LwslintError(f"stdout: cannot be written ({error.strerror})") from error
