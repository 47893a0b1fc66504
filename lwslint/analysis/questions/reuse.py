"""Connect info that is used again: what it still holds of an earlier connection."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis.domain import Fact, Sort
from lwslint.analysis.program import Site
from lwslint.analysis.questions.creations import Create, Info, Occasion, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.kept import kept
from lwslint.model.finding import Step, StepKind

_TARGET = "address"
_TIED = ("host",)  # what belongs to the address, whoever writes it
_SET_UP = "context"  # what is written with it is set up once
_TOLD = (StepKind.RESET, StepKind.FILL, StepKind.CALL, StepKind.LOSS)


class Remains(enum.Enum):
    """What is wrong with a member that keeps its value."""

    DEAD = "it points at memory that is gone"
    OTHER_TARGET = "it belongs to an earlier target"


class Stale(NamedTuple):
    """A later connect, and the member that still holds what an earlier one was made with."""

    create: Create
    occasion: Occasion
    info: Info
    member: str
    remains: Remains


def stale(program: Explored) -> Iterator[Stale]:
    """The connects that read an object again with such a member, each once."""
    for create in creates(program, "connection"):
        found = (_judge(program, create, occasion) for occasion in create.occasions)
        best = next((one for one in found if one is not None), None)
        if best is not None:
            yield best


def _judge(program: Explored, create: Create, occasion: Occasion) -> Stale | None:
    info = create.info_of(occasion)
    if info is None or not occasion.served or not occasion.certain or occasion.guessed:
        return None
    facts = occasion.facts()
    for member in kept(program):
        fact = facts.get(member)
        if fact is not None and fact.stale and not fact.since and Sort.DEAD in fact.values:
            return Stale(create, occasion, info, member, Remains.DEAD)
    target = facts.get(_TARGET)
    if target is None or target.stale or not target.since or _is_same(target):
        return None
    for member, fact in facts.items():
        if member not in (_TARGET, _SET_UP) and fact.stale and _varies(program, member, fact, facts):
            return Stale(create, occasion, info, member, Remains.OTHER_TARGET)
    return None


def _is_same(target: Fact) -> bool:
    """Whether it is the same target each time: one statement writes it, and a string that stands there."""
    sites = {site.key: site for site in (*target.before, *target.since)}
    written = [site.statement.value for site in sites.values() if isinstance(site.statement, ir.Assign)]
    return len(sites) == 1 and all(isinstance(value, ir.Text) for value in written)


def _varies(program: Explored, member: str, fact: Fact, facts: dict[str, Fact]) -> bool:
    """Whether a pass that sets the target sets this member, too, and this pass did not.

    What is set up once, together with the context, is no part of a pass, unless it connects by itself.
    """
    target = facts[_TARGET]
    passes = {site.function.index for site in target.since}
    connecting = {create.site.function.index for create in creates(program, "connection")}
    passes |= connecting.intersection(site.function.index for site in target.before)
    own = [site for site in fact.before if site.function.index in passes]
    if member in _TIED and not any(program.cyclic(site) for site in own):
        return bool(own)
    set_up = facts[_SET_UP] if _SET_UP in facts else Fact()
    first = {_condition(program, site) for site in (*set_up.before, *set_up.since)}
    return any(
        program.cyclic(site) and _condition(program, site) not in first and _is_conditional(program, site)
        for site in own
    )


def _condition(program: Explored, site: Site) -> tuple[int, tuple[int, ...]]:
    """The function, and the branches that decide whether a statement of it is carried out."""
    flow = program.index.flow(site.function)
    return site.function.index, tuple(sorted(flow.controllers.get(site.block, ())))


def _is_conditional(program: Explored, site: Site) -> bool:
    branches = _condition(program, site)[1]
    return any(
        isinstance(site.function.ir.blocks[branch].terminator, ir.Branch | ir.Switch) for branch in branches
    )


def stale_steps(program: Explored, found: Stale) -> tuple[Step, ...]:
    """The life of the member, up to the later connect."""
    story = found.occasion.story.about((found.member, _TARGET))
    return program.steps(story, _TOLD, f"`{found.create.callee}()` reads `{found.info.name}` again")
