"""Connects: which members of the connect info they cannot do without, and which of these are NULL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis.domain import Base, Fact, String, Value
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions import leaks
from lwslint.analysis.questions.creations import Create, Info, Occasion, creates, unzeroed
from lwslint.analysis.questions.explored import Explored
from lwslint.lws.facts import Kind, Need
from lwslint.model.finding import Step, StepKind

_TOLD = (StepKind.RESET, StepKind.FILL, StepKind.CALL)


class Missing(NamedTuple):
    """A connect that reads NULL in members that it needs."""

    create: Create
    occasion: Occasion
    info: Info
    needs: tuple[Need, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """The members that are NULL."""
        return tuple(need.member for need in self.needs)


def missing(program: Explored) -> Iterator[Missing]:
    """The connects that read NULL where the target release needs more, on a path that is certain.

    A connect of an object that was never zeroed is left to those who ask for such objects, and a
    context that is NULL because its create failed to those who ask for unchecked contexts.
    """
    connections = creates(program, "connection")
    garbage = {found.create.site.key for found in unzeroed(program, connections)}
    unchecked = {use.moment.site.key for use in leaks.null_uses(program)}
    for create in connections:
        if create.site.key in garbage:
            continue
        left = {"context"} if create.site.key in unchecked else set()
        found = (_missing(program, create, occasion, left) for occasion in create.occasions)
        first = next((one for one in found if one is not None), None)
        if first is not None:
            yield first


def _missing(program: Explored, create: Create, occasion: Occasion, left: set[str]) -> Missing | None:
    info = create.info_of(occasion)
    if info is None or not occasion.certain or occasion.guessed or occasion.base is not Base.ZERO:
        return None
    facts = occasion.facts()
    needs = tuple(
        need
        for need in needed(program, facts)
        if need.member not in left
        and member_values(facts, need.member) == (0,)
        and (_is_near(program, create, info, facts.get(need.member)) or _is_always(create, need.member))
    )
    return Missing(create, occasion, info, needs) if needs else None


def _is_always(create: Create, member: str) -> bool:
    """Whether a member is NULL whenever the connect is made."""
    return all(
        occasion.base is Base.ZERO and member_values(occasion.facts(), member) == (0,)
        for occasion in create.occasions
    )


def _is_near(program: Explored, create: Create, info: Info, fact: Fact | None) -> bool:
    """Whether the NULL comes straight from the function that connects, outside of its loops.

    What comes from further away may be NULL in one state of the program, and the connect be made in another.
    """
    own = create.site.function
    if fact is None:
        return (
            info.variable is not None
            and info.variable.owner == own.index
            and not _loops(program, create.site)
        )
    return all(_is_near_write(program, own, site) for site in fact.since or fact.before)


def _is_near_write(program: Explored, own: Function, site: Site) -> bool:
    value = site.statement.value if isinstance(site.statement, ir.Assign) else None
    if isinstance(value, ir.Const):
        return True
    if not isinstance(value, ir.Load) or value.location.path:
        return False
    if site.function is not own or _loops(program, site):
        return False
    key = program.linked.resolve(own, value.location.root)
    return value.location.root.startswith("%") and key not in own.parameters


def _loops(program: Explored, site: Site) -> bool:
    return bool(program.index.flow(site.function).loops_around(site.block))


def needed(program: Explored, facts: dict[str, Fact]) -> tuple[Need, ...]:
    """What a connect with these members needs, whichever of its possible kinds it turns out to be."""
    release = program.target
    tls = all(
        isinstance(value, int) and program.knowledge.connects_with_tls(value, release)
        for value in member_values(facts, "ssl_connection") or (None,)
    )
    each = [
        {need.member: need for need in program.knowledge.needed_to_connect(kind, release, tls=tls)}
        for kind in kinds(program, facts)
    ]
    return tuple(need for member, need in each[0].items() if all(member in other for other in each[1:]))


def kinds(program: Explored, facts: dict[str, Fact]) -> tuple[Kind, ...]:
    """The kinds of connection that it may become, by `method`."""
    release = program.target
    values = member_values(facts, "method")
    if not values or not all(value == 0 or isinstance(value, String) for value in values):
        return tuple(Kind)
    found = (
        program.knowledge.connection_kind(value.text if isinstance(value, String) else None, release)
        for value in values
    )
    return tuple(dict.fromkeys(found))


def member_values(facts: dict[str, Fact], member: str) -> tuple[Value, ...]:
    """The values that a member of a zeroed object may have; empty where they are not known."""
    return facts[member].values if member in facts else (0,)


def missing_steps(program: Explored, found: Missing) -> tuple[Step, ...]:
    """The way to the connect: where the object comes from, and what wrote NULL to it."""
    story = found.occasion.story.about(found.members)
    return program.steps(story, _TOLD, f"`{found.create.callee}()` reads `{found.info.name}`")
