"""The worker's side of a pool: calls come in on standard input, answers leave on standard output.

Nothing is imported here that a worker does not need: it is waited for.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import sys
from typing import IO

from lwslint import bounded
from lwslint.errors import LwslintError

_LENGTH = struct.Struct("<Q")


class WorkerError(Exception):
    """A call took its worker with it: one line says how."""


class CrashError(WorkerError, LwslintError):
    """The parser crashed, and lived on: its worker is not to be trusted with another unit."""


def send(stream: IO[bytes], data: bytes) -> None:
    """Writes one message."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Reads one message.

    Raises:
        EOFError: there is none, or no whole one.
    """
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(header)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def serve() -> None:
    """The worker's loop: calls come in on standard input, answers leave on standard output."""
    import gc

    from lwslint import COLLECTIONS

    # What libraries print must not get between the answers.
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    _leave_terminal()
    sys.setrecursionlimit(10_000)
    gc.set_threshold(*COLLECTIONS)
    bounded.memory()  # each piece of work has a bound of its own besides (`worker.Worker`)
    send(outgoing, b"ready")
    with contextlib.suppress(Exception):  # what is missing is said when a unit needs it
        from lwslint.frontend import headers, work  # noqa: F401
        from lwslint.frontend.clang import library, reader  # noqa: F401

        library.load()
        headers.model_files("")
    while True:
        try:
            function, args, kwargs = pickle.loads(receive(incoming))
        except EOFError:
            return
        try:
            answer = False, function(*args, **kwargs)
        except Exception as error:
            answer = True, error
        send(outgoing, _pickled(answer))


def _leave_terminal() -> None:
    """Have no terminal: a header that is `/dev/tty` would else read what a person types."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl
        import termios

        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.ioctl(terminal, termios.TIOCNOTTY)
        finally:
            os.close(terminal)


def _pickled(answer: tuple[bool, object]) -> bytes:
    try:
        return pickle.dumps(answer)
    except Exception as error:
        return pickle.dumps((True, RuntimeError(f"{type(error).__name__}: {error}")))
