"""Which units make which program, and which definition each name means there.

A *program* is one `main` with the units that its references resolve to, each external name taken
from the nearest definition: the same unit, the same folder, then the folder with the longest common
path. Units of no program form *open programs*: groups of units that refer to each other.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

import msgspec

from lwslint import ir
from lwslint.analysis.names import names_of

ENTRY_POINTS = ("main", "app_main", "wmain", "WinMain", "wWinMain")


class Group(msgspec.Struct, frozen=True):
    """The units of one program, by index, in order; `entry` has its `main`, None in an open program."""

    units: tuple[int, ...]
    entry: int | None


class Linker:
    """Resolves external names to the nearest unit that defines them."""

    def __init__(self, units: Sequence[ir.Unit]) -> None:
        self._folders = [posixpath.dirname(unit.files[0]) for unit in units]
        self._names = [names_of(unit) for unit in units]
        self._definers: dict[str, list[int]] = {}
        for index, names in enumerate(self._names):
            for name in names.defined:
                self._definers.setdefault(name, []).append(index)

    def resolve(self, name: str, asker: int) -> int | None:
        """The unit whose definition of `name` the unit `asker` means; None where there is none in sight."""
        candidates = self._definers.get(name)
        if not candidates:
            return None
        if asker in candidates:
            return asker
        folder = self._folders[asker]
        return min(candidates, key=lambda unit: (_distance(folder, self._folders[unit]), unit))

    def closure(self, start: Iterable[int]) -> tuple[int, ...]:
        """The units that `start` needs, with itself."""
        seen = set(start)
        pending = sorted(seen)
        while pending:
            asker = pending.pop()
            for name in self._names[asker].wanted:
                unit = self.resolve(name, asker)
                if unit is not None and unit not in seen:
                    seen.add(unit)
                    pending.append(unit)
        return tuple(sorted(seen))

    def neighbours(self, asker: int) -> set[int]:
        """The units that this one refers to directly."""
        found = {self.resolve(name, asker) for name in self._names[asker].wanted}
        return {unit for unit in found if unit is not None and unit != asker}


def _distance(one: str, other: str) -> tuple[int, int]:
    """How far two folders are apart: 0 for the same, then by the shared part of the path."""
    if one == other:
        return (0, 0)
    ours, theirs = one.split("/"), other.split("/")
    shared = len(posixpath.commonprefix([ours, theirs]))
    return (1 + max(len(ours), len(theirs)) - shared, len(theirs))


def group(units: Sequence[ir.Unit], linker: Linker) -> tuple[Group, ...]:
    """The programs that these units make, those with a `main` first."""
    groups = []
    taken: set[int] = set()
    for index, unit in enumerate(units):
        if any(function.name in ENTRY_POINTS and not function.static for function in unit.functions):
            closure = linker.closure([index])
            groups.append(Group(closure, index))
            taken.update(closure)
    loose = [index for index in range(len(units)) if index not in taken]
    return (*groups, *_open_groups(linker, loose))


def _open_groups(linker: Linker, loose: Sequence[int]) -> list[Group]:
    """Units of no program, grouped by references in either direction."""
    leader = {unit: unit for unit in loose}

    def find(unit: int) -> int:
        while leader[unit] != unit:
            leader[unit] = leader[leader[unit]]
            unit = leader[unit]
        return unit

    for unit in loose:
        for other in linker.neighbours(unit):
            if other in leader:
                leader[max(find(unit), find(other))] = min(find(unit), find(other))
    members: dict[int, list[int]] = {}
    for unit in loose:
        members.setdefault(find(unit), []).append(unit)
    return [Group(linker.closure(group), None) for _, group in sorted(members.items())]
