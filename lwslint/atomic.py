"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

PREFIX = ".lwslint-"
"""How the names of files begin that are not yet whole."""


def replace(path: Path, data: bytes, like: os.stat_result | None = None) -> None:
    """Puts a new file in the place of `path`: a reader sees the old one or the new one, no half of either.

    It gets the mode, and if it may the owner, of `like`, else the mode of any new file.

    Raises:
        OSError: it cannot be written; what was there before stays.
    """
    with _temporary(path.parent) as (descriptor, name):
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        if like is not None:
            with contextlib.suppress(OSError, AttributeError):
                os.chown(name, like.st_uid, like.st_gid)
        name.chmod(like.st_mode & 0o7777 if like is not None else 0o666 & ~_umask())
        name.replace(path)


@contextlib.contextmanager
def _temporary(folder: Path) -> Iterator[tuple[int, Path]]:
    import tempfile

    descriptor, name = tempfile.mkstemp(prefix=PREFIX, dir=folder)
    try:
        yield descriptor, Path(name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
