"""The external names that a unit defines and wants."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lwslint import ir
from lwslint.analysis import walk


class Names(msgspec.Struct, frozen=True):
    """`defined` with external linkage; `wanted` from other units: functions and variables."""

    defined: frozenset[str]
    wanted: frozenset[str]


def names_of(unit: ir.Unit) -> Names:
    """What the unit offers to the linker and asks of it: a declaration that nothing uses asks nothing."""
    own = {function.name for function in unit.functions}
    defined = {function.name for function in unit.functions if not function.static}
    defined |= {item.name for item in unit.globals if item.defined and item.storage is ir.Storage.EXTERNAL}
    functions: set[str] = set()
    roots: set[str] = set()
    for value, target in _mentions(unit):
        functions.update(walk.functions(value))
        roots.update(location.root for location in walk.named(value))
        if target is not None:
            roots.add(target.root)
    undefined = {item.name for item in unit.globals if not item.defined and item.root in roots}
    return Names(frozenset(defined), frozenset(functions - own | undefined))


def _mentions(unit: ir.Unit) -> Iterator[tuple[ir.Value, ir.Location | None]]:
    for function in unit.functions:
        for block in function.blocks:
            for statement in block.statements:
                for value in walk.values(statement):
                    yield value, walk.target(statement)
            for value in walk.values(block.terminator):
                yield value, None
    for item in unit.globals:
        for assign in item.initialiser:
            yield assign.value, None
