"""The analysis: from units to programs, and from programs to what may happen in them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lwslint import ir
from lwslint.analysis.link import Group, Linker, group


class ProgramUnits(msgspec.Struct, frozen=True):
    """One program to analyse: all units of the run, and which of them belong to it."""

    units: tuple[ir.Unit, ...]
    group: Group
    linker: Linker

    @property
    def paths(self) -> tuple[str, ...]:
        """The main files of its units."""
        return tuple(self.units[index].files[0] for index in self.group.units)


def link_programs(units: Sequence[ir.Unit]) -> list[ProgramUnits]:
    """The programs that these units make (see `lwslint.analysis.link`)."""
    everything = tuple(units)
    linker = Linker(everything)
    return [ProgramUnits(everything, found, linker) for found in group(everything, linker)]
