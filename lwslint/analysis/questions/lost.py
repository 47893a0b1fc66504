"""Fields that are set and wiped before anything reads them."""

from __future__ import annotations

from typing import NamedTuple

from lwslint.analysis import spelling, walk
from lwslint.analysis.domain import Cell
from lwslint.analysis.questions.creations import Create, Info, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.model.place import Place


class LostField(NamedTuple):
    """A field of an object that `set_at` sets and `wiped_at` wipes, before `create` reads the object."""

    field: str
    info: Info
    set_at: Place
    setter: str
    wiped_at: Place
    wiper: str
    create: Create


def lost_fields(program: Explored) -> tuple[LostField, ...]:
    """Fields that are wiped before anything reads them, and that no create gets in another way."""
    readers: dict[Cell, Create] = {}
    filled: set[tuple[Cell, str]] = set()
    for create in (*creates(program, "context"), *creates(program, "vhost")):
        for occasion in create.occasions:
            if occasion.cell is not None:
                readers.setdefault(occasion.cell, create)
                filled.update((occasion.cell, field.name) for field in occasion.fields())
    read = {key for explorer in program.explorers for key in explorer.observations.read}
    found: dict[tuple[Cell, str], LostField] = {}
    for explorer in program.explorers:
        for lost in explorer.observations.lost.values():
            key = (lost.cell, lost.field)
            if (
                lost.cell in readers
                and key not in filled
                and lost.site.key not in read
                and not explorer.bounded
                and not _reads(program, lost.field)
            ):
                create = readers[lost.cell]
                found.setdefault(
                    key,
                    LostField(
                        lost.field,
                        Info(program, lost.cell, create.argument),
                        program.site_place(lost.site),
                        lost.site.function.name,
                        program.site_place(lost.wiped),
                        lost.wiped.function.name,
                        create,
                    ),
                )
    return tuple(sorted(found.values(), key=lambda one: (one.wiped_at, one.set_at)))


def _reads(program: Explored, field: str) -> bool:
    """Whether the program itself reads a field of that name, of any creation info."""
    found = ("f", spelling.CREATION_INFO, field)
    for function in program.linked.functions:
        for block in function.ir.blocks:
            for statement in (*block.statements, block.terminator):
                for value in walk.values(statement):
                    for location in walk.named(value):
                        if program.linked.classify(function, location.root, location.path) == found:
                            return True
    return False
