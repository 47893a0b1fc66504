"""The view of the intermediate representation: each unit as the front end lowered it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from lwslint import ir
from lwslint.ir import dump


def text(units: Iterable[ir.Unit], name: str = "") -> Iterator[str]:
    """The units; of each only the functions called `name`, if that is given."""
    for unit in units:
        if not name:
            yield from dump._unit(unit)
            continue
        functions = tuple(function for function in unit.functions if function.name == name)
        if functions:
            alone = msgspec.structs.replace(
                unit, functions=functions, globals=(), records=(), prototypes=(), notes=()
            )
            yield from dump._unit(alone)
