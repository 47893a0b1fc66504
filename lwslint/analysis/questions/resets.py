"""Calls that clear or copy a tracked struct with a size that is not its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling
from lwslint.analysis.clusters import effects_of
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.wording import as_written
from lwslint.lws.effects import Effects
from lwslint.model.place import Place


class SizedReset(NamedTuple):
    """A call that clears (or copies over) a tracked struct with a constant size."""

    place: Place
    function: str
    callee: str
    target: str
    type: str
    size: int
    written: str
    expected: int
    swapped: bool
    site: Site
    effects: Effects


def resets(program: Explored) -> tuple[SizedReset, ...]:
    """Every memset, bzero or memcpy of a tracked struct whose constant size is not that of the struct."""
    return tuple(_resets(program))


def _resets(program: Explored) -> Iterator[SizedReset]:
    for site in program.linked.sites():
        call = site.statement
        if not isinstance(call, ir.Call):
            continue
        effects = effects_of(program.linked, site.function, call, program.oracle)
        if effects is None or effects.size is None or effects.size >= len(call.arguments):
            continue
        position = effects.zeroes if effects.zeroes is not None else (effects.copies or (None,))[0]
        if position is None or position >= len(call.arguments):
            continue
        found = _judge_reset(program, site, call, effects, position)
        if found is not None:
            yield found


def _judge_reset(
    program: Explored, site: Site, call: ir.Call, effects: Effects, position: int
) -> SizedReset | None:
    assert effects.size is not None
    target = call.arguments[position]
    type_ = spelling.pointee(program.linked.value_type(site.function, target))
    expected = program.linked.size_of(type_)
    if not expected or not _is_tracked(program, type_):
        return None
    measured = call.arguments[effects.size]
    if isinstance(measured, ir.SizeOf) and spelling.bare(measured.type) == type_:
        return None
    size, written = _constant(measured)
    swapped = False
    if effects.fill is not None and effects.fill < len(call.arguments):
        fill, fill_text = _constant(call.arguments[effects.fill])
        swapped = size == 0 and fill not in (0, None)
        written = fill_text if swapped else written
    if size is None or _covers(program, site.function, target, size, expected):
        return None
    callee = call.callee.name if isinstance(call.callee, ir.FunctionRef) else ""
    name = as_written(target)
    place = program.site_place(site)
    return SizedReset(
        place, site.function.name, callee, name, type_, size, written, expected, swapped, site, effects
    )


def _is_tracked(program: Explored, type_: str) -> bool:
    records = (spelling.CREATION_INFO, spelling.CONNECT_INFO, *spelling.PROTOCOLS)
    return any(program.linked.contains(type_, record) for record in records)


def _covers(program: Explored, function: Function, target: ir.Value, size: int, expected: int) -> bool:
    """Whether so many bytes are the object, whole elements of an array, or an enclosing object."""
    if size == expected:
        return True
    if not isinstance(target, ir.Address):
        return size > expected and size % expected == 0
    location = target.location
    for end in range(len(location.path), -1, -1):
        if end < len(location.path) and isinstance(location.path[end], ir.Deref):
            break  # what comes before is the pointer: another object
        outer = ir.Location(location.root, location.path[:end])
        outer_size = program.linked.size_of(program.linked.type_of(function, outer))
        if outer_size and size == outer_size:
            return True
        if end < len(location.path) and isinstance(location.path[end], ir.Index) and size % expected == 0:
            return 0 < size <= (outer_size or size)
    return False


# Paths


def _constant(value: ir.Value) -> tuple[int | None, str]:
    if isinstance(value, ir.SizeOf):
        return value.value, f"sizeof({value.operand})"
    if isinstance(value, ir.Const):
        return value.value, value.name or str(value.value)
    if isinstance(value, ir.Binary) and value.operator in ("*", "+", "-"):
        left, left_text = _constant(value.left)
        right, right_text = _constant(value.right)
        if left is not None and right is not None:
            result = {"*": left * right, "+": left + right, "-": left - right}[value.operator]
            return result, f"{left_text} {value.operator} {right_text}"
    return None, ""
