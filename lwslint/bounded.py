"""What strangers may make this process take: regular files alone, up to a bound, without waiting; memory."""

from __future__ import annotations

import contextlib
import os
import stat

from lwslint.errors import LwslintError

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A pipe that nobody writes to is opened without waiting as well."""


def read(path: str | os.PathLike[str], most: int, *, cut: bool = False, name: str = "") -> bytes:
    """The bytes of a file; its first ones, if it has more than `most` and `cut` allows that.

    `name` is what messages call it, if not by its path. Devices and pipes, of which reading has no end, are
    no files here. Files of `/proc` are without size, and some wait for more to come: they are empty.

    Raises:
        OSError: it cannot be read.
        LwslintError: it is no regular file, or too long.
    """
    file = os.open(path, os.O_RDONLY | _AT_ONCE)  # and no file object: a tree may have ten thousand
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise LwslintError(f"{name or os.fspath(path)}: not a regular file")
        if found.st_size > most and not cut:
            raise LwslintError(f"{name or os.fspath(path)}: larger than {most >> 20} MB")
        return _first(file, min(found.st_size, most))
    finally:
        os.close(file)


def _first(file: int, most: int) -> bytes:
    """The first bytes of a file; the system may give them in several pieces."""
    data = os.read(file, most)
    while 0 < len(data) < most and (more := os.read(file, most - len(data))):
        data += more
    return data


MEMORY = 6 << 30
"""Bytes of address space that any process of a run gets, where the system can be told so."""


def memory() -> None:
    """Let the system refuse this process, and those that it starts, more than `MEMORY`, where it can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        bound = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (bound, most))
