"""Structs as bytes, for the cache and from process to process."""

from __future__ import annotations

import json
from typing import TypeVar

import msgspec

_Form = TypeVar("_Form")


def pack(value: object) -> bytes:
    """A struct, or a dict of structs, as MessagePack: equal ones give equal bytes.

    Names of files that are no UTF-8 hold lone surrogates (PEP 383), which MessagePack has not got and JSON
    can escape. No MessagePack of a struct or dict begins with a brace.
    """
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value)).encode("ascii")


def unpack(data: bytes, form: type[_Form]) -> _Form:
    """What `pack` wrote.

    Raises:
        msgspec.DecodeError: the bytes are torn, of another version, or made up.
    """
    try:
        if data.startswith(b"{"):
            return msgspec.convert(json.loads(data), form)
        return msgspec.msgpack.decode(data, type=form)
    except (ValueError, RecursionError) as error:  # of no UTF-8, too, or nested without end
        raise msgspec.DecodeError(str(error)) from error
