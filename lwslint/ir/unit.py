"""Translation units."""

from __future__ import annotations

import enum
import re

import msgspec

from lwslint.ir.function import Assign, Function
from lwslint.ir.span import Span


class Storage(enum.StrEnum):
    """Where a variable that outlives its function lives, and who can see it."""

    EXTERNAL = "external"  # file scope, visible to other units
    STATIC = "static"  # file scope, this unit alone
    LOCAL = "local"  # a static local


class Global(msgspec.Struct, frozen=True, array_like=True):
    """A variable with static or thread storage duration.

    `defined` is false for an `extern` declaration; a tentative definition is one. `initialiser` is
    in the form of `Assign`; none at all means zero. `function` owns a static local.
    """

    root: str
    name: str
    type: str
    size: int
    storage: Storage
    span: Span
    defined: bool = True
    const: bool = False
    thread_local: bool = False
    function: str = ""
    initialiser: tuple[Assign, ...] = ()


class Member(msgspec.Struct, frozen=True, array_like=True):
    """A member of a record; `offset` in bytes."""

    name: str
    type: str
    offset: int


class Record(msgspec.Struct, frozen=True, array_like=True):
    """The layout of a struct or union, `size` in bytes. Members of unnamed members stand among the others."""

    name: str
    size: int
    members: tuple[Member, ...]
    union: bool = False


class Prototype(msgspec.Struct, frozen=True, array_like=True):
    """A function that this unit declares or names, without a body here."""

    name: str
    result: str
    parameters: tuple[str, ...]
    variadic: bool = False
    noreturn: bool = False


class NoteKind(enum.StrEnum):
    """What a front end has to say of the reading of a unit."""

    MISSING_HEADER = "missing-header"
    BROKEN = "broken"
    UNREACHED = "unreached"
    MODEL_HEADERS = "model-headers"
    UNKNOWN_FLAG = "unknown-flag"
    FRONT_END = "front-end"


class Note(msgspec.Struct, frozen=True, array_like=True):
    """One thing to say, with its place; `text` is one line ("libfoo.h", "expected '}'", "lws_write")."""

    kind: NoteKind
    text: str
    span: Span | None = None


class Lack(msgspec.Struct, frozen=True, array_like=True):
    """A use of a library name (members as `struct.member`) that the release asked for does not have."""

    name: str
    span: Span


class Unit(msgspec.Struct, frozen=True, array_like=True):
    """One translation unit.

    `files[0]` is the file that was asked for; others are the program's own files that it includes
    (headers, `.c` files). `release` is that of the library headers it was read with (`4.1.6`), empty
    if it includes none; `model` says that they were lwslint's own. `required` is the lowest release that
    has every library name that the unit uses, where that is known. `lacks` are
    names that only other releases have, where one release was asked for.
    """

    files: tuple[str, ...]
    functions: tuple[Function, ...]
    globals: tuple[Global, ...]
    records: tuple[Record, ...]
    prototypes: tuple[Prototype, ...]
    notes: tuple[Note, ...] = ()
    release: str = ""
    model: bool = False
    required: str = ""
    lacks: tuple[Lack, ...] = ()


_decoder = msgspec.msgpack.Decoder(Unit)
_encoder = msgspec.msgpack.Encoder()


# Names of files are bytes: what is no UTF-8 in them is a lone surrogate (PEP 383), which MessagePack has not
# got. A name has no NUL in it, so one that the hexadecimal digits of a byte follow can stand for that byte.
_LOOSE_BYTE = re.compile("[\udc80-\udcff]")
_WRITTEN_BYTE = re.compile("\0([89a-f][0-9a-f])")


def encode(unit: Unit) -> bytes:
    """The unit as bytes (MessagePack): equal units give equal bytes."""
    if not all(map(str.isascii, unit.files)):
        files = (_LOOSE_BYTE.sub(lambda byte: f"\0{ord(byte[0]) - 0xDC00:02x}", file) for file in unit.files)
        unit = msgspec.structs.replace(unit, files=tuple(files))
    return _encoder.encode(unit)


def decode(data: bytes) -> Unit:
    """The unit that `encode` wrote.

    Raises:
        msgspec.DecodeError: the bytes are torn, of another version, or made up.
    """
    try:
        unit = _decoder.decode(data)
    except (ValueError, RecursionError) as error:  # of no UTF-8, or nested without end
        raise msgspec.DecodeError(str(error)) from error
    if any("\0" in file for file in unit.files):
        files = (_WRITTEN_BYTE.sub(lambda byte: chr(0xDC00 + int(byte[1], 16)), file) for file in unit.files)
        unit = msgspec.structs.replace(unit, files=tuple(files))
    return unit
