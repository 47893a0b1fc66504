"""What a front end is asked, and what it answers."""

from __future__ import annotations

import msgspec

from lwslint import ir


class ReadRequest(msgspec.Struct, frozen=True):
    """One translation unit to read.

    `path` is the file as the user would type it, `directory` the absolute working directory of the
    compile, `arguments` the flags that matter (`-I -isystem -D -U -std -include`), without compiler and
    file. `text` is the file's contents where they are not on disk; `overlay` has those of other files, by
    absolute path (links resolved), that stand for what is on disk. `release` is the target release of the
    library where one was named ("4.1"). `frontend` is "clang", "pycparser", or "auto": pycparser where
    libclang cannot be loaded.
    """

    path: str
    directory: str
    arguments: tuple[str, ...]
    text: str | None = None
    release: str = ""
    overlay: tuple[tuple[str, str], ...] = ()
    frontend: str = "auto"


class Reading(msgspec.Struct, frozen=True):
    """The answer to one request: a unit, or one line that says why there is none.

    `skipped` says that there is none because the file cannot contribute to a finding; it was not parsed.
    """

    request: ReadRequest
    unit: ir.Unit | None
    failure: str = ""
    skipped: bool = False
