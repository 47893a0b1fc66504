"""Where the parts of an object lie: which of them a run of bytes covers."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.analysis import bounds, spelling
from lwslint.analysis.program import Program

Path = tuple[str | int, ...]


def offset_of(program: Program, type_: str, path: Path) -> int | None:
    """How many bytes into an object of `type_` a part of it begins; None where that is not known."""
    offset = 0
    for step in path:
        if isinstance(step, int):
            type_ = spelling.element(type_)
            offset += step * program.size_of(type_)
            if not program.size_of(type_):
                return None
            continue
        record = program.records.get(spelling.bare(type_))
        member = next((one for one in record.members if one.name == step), None) if record else None
        if member is None:
            return None
        offset += member.offset
        type_ = member.type
    return offset


def covered(program: Program, type_: str, begin: int, end: int, path: Path = ()) -> Iterator[Path]:
    """The largest parts of an object of `type_` in its bytes from `begin` up to `end`, by their paths.

    Members of a union, and of unnamed ones in a struct, lie on each other: all of them are told. The
    structs of the library are taken as a whole or not at all, arrays too.
    """
    type_ = spelling.bare(type_)
    size = program.size_of(type_)
    if size and begin <= 0 and size <= end:
        yield path
        return
    record = program.records.get(type_)
    if record is None or type_.startswith("struct lws_") or len(path) >= bounds.PATH_DEPTH:
        return
    for member in record.members:
        if begin < member.offset + program.size_of(member.type) and member.offset < end:
            start = begin - member.offset
            yield from covered(program, member.type, start, end - member.offset, (*path, member.name))


def shares_bytes(program: Program, type_: str, member: str, wanted: str) -> bool:
    """Whether a member of a union lies where another one is, or holds, an object of the record `wanted`.

    The same goes for members of an unnamed union in a struct.
    """
    record = program.records.get(spelling.bare(type_))
    own = next((one for one in record.members if one.name == member), None) if record else None
    return (
        own is not None
        and record is not None
        and any(
            one.offset == own.offset and one is not own and program.contains(one.type, wanted)
            for one in record.members
            if not one.type.endswith("*")
        )
    )
