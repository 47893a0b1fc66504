"""What strangers may make this process take: regular files alone, up to a bound, without waiting; memory."""

from __future__ import annotations

import contextlib
import os
import stat

from lwslint.errors import LwslintError


def read(path: str | os.PathLike[str], most: int, *, cut: bool = False, name: str = "") -> bytes:
    """The bytes of a file; its first ones, if it has more than `most` and `cut` allows that.

    `name` is what messages call it, if not by its path. Devices and pipes, of which reading has no end, are
    no files here. Files of `/proc` are without size, and some wait for more to come: they are empty.

    Raises:
        OSError: it cannot be read.
        LwslintError: it is no regular file, or too long.
    """
    with open(path, "rb", 0, opener=_opened) as file:  # unbuffered: a tree may have ten thousand
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise LwslintError(f"{name or os.fspath(path)}: not a regular file")
        if found.st_size > most and not cut:
            raise LwslintError(f"{name or os.fspath(path)}: larger than {most >> 20} MB")
        return file.read(min(found.st_size, most)) or b""


def _opened(path: str, flags: int) -> int:
    """A file opened; of a pipe that nobody writes to, at once as well."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


MEMORY = 6 << 30
"""Bytes of address space that any process of a run gets, where the system can be told so."""


def memory() -> None:
    """Let the system refuse this process, and those that it starts, more than `MEMORY`, where it can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        bound = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (bound, most))
