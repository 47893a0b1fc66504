"""Connects by TLS that tell the library not to verify whom they reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import walk
from lwslint.analysis.domain import String
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions.connects import member_values
from lwslint.analysis.questions.creations import Create, Info, Occasion, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.model.finding import Step, StepKind

_MEMBER = "ssl_connection"
_FLAGS = (
    "LCCSCF_ALLOW_SELFSIGNED",
    "LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK",
    "LCCSCF_ALLOW_EXPIRED",
    "LCCSCF_ALLOW_INSECURE",
)
_LOCAL = re.compile(r"localhost|127(\.[0-9]+){3}|::1")


class Unverified(NamedTuple):
    """A connect that always has some of the flags; `local` where it never leaves the machine."""

    create: Create
    occasion: Occasion
    info: Info
    flags: tuple[str, ...]
    site: Site
    local: bool


def unverified(program: Explored) -> Iterator[Unverified]:
    """The connects by TLS that have such flags whatever the program is told, each statement once.

    A flag that some way to the connect does not set is somebody's choice, and so is a connect that a branch
    chooses instead of one which verifies.
    """
    connections = creates(program, "connection")
    flags = {create.site.key: _always(program, create) for create in connections}
    told = set()
    for create in connections:
        found = _found(program, create, flags[create.site.key])
        if found is None or found.site.key in told:
            continue
        strict = [other.site for other in connections if not set(found.flags) <= set(flags[other.site.key])]
        if not any(_alternatives(program, create.site, other) for other in strict):
            told.add(found.site.key)
            yield found


def _always(program: Explored, create: Create) -> tuple[str, ...]:
    """The flags that the connect has on every occasion."""
    values = [value for occasion in create.occasions for value in member_values(occasion.facts(), _MEMBER)]
    known = [value for value in values if isinstance(value, int)]
    if not known or len(known) < len(values) or not all(_is_known(occasion) for occasion in create.occasions):
        return ()
    if not all(program.knowledge.connects_with_tls(value, program.target) for value in known):
        return ()
    return tuple(flag for flag in _FLAGS if all(value & _bit(program, flag) for value in known))


def _is_known(occasion: Occasion) -> bool:
    return bool(member_values(occasion.facts(), _MEMBER))


def _bit(program: Explored, flag: str) -> int:
    option = program.knowledge.option(flag)
    return (option.value_at(program.target) or 0) if option is not None else 0


def _found(program: Explored, create: Create, flags: tuple[str, ...]) -> Unverified | None:
    occasion = next((one for one in create.occasions if one.certain), None)
    info = create.info_of(occasion) if occasion is not None else None
    if not flags or occasion is None or info is None:
        return None
    facts = occasion.facts()
    fact = facts.get(_MEMBER)
    if fact is None:
        return None
    sites = sorted(fact.since or fact.before, key=program.site_place)
    bits = 0
    for flag in flags:
        bits |= _bit(program, flag)
    site = next((one for one in sites if _names(one, bits)), sites[0]) if sites else None
    addresses = member_values(facts, "address")
    local = bool(addresses) and all(
        isinstance(value, String) and _LOCAL.fullmatch(value.text) for value in addresses
    )
    return Unverified(create, occasion, info, flags, site, local) if site is not None else None


def _names(site: Site, bits: int) -> bool:
    """Whether the statement itself has one of the flags in it."""
    return any(
        isinstance(part, ir.Const) and part.value & bits
        for value in walk.values(site.statement)
        for part in walk.parts(value)
    )


# Connects that a branch chooses between


def _alternatives(program: Explored, one: Site, other: Site) -> bool:
    """Whether some branch leads to the one connect or to the other, and never to both."""
    ours, theirs = _ways(program, one), _ways(program, other)
    return any(
        _parts(program, program.linked.functions[index], ours[index], theirs[index])
        for index in sorted(ours.keys() & theirs.keys())
    )


def _ways(program: Explored, site: Site) -> dict[int, set[int]]:
    """The functions that a statement runs in or below, with the blocks that lead to it."""
    found: dict[int, set[int]] = {}
    pending = [site]
    while pending:
        here = pending.pop()
        if here.block in found.setdefault(here.function.index, set()):
            continue
        found[here.function.index].add(here.block)
        pending += program.index.callers.get(here.function.index, ())
    return found


def _parts(program: Explored, function: Function, ours: set[int], theirs: set[int]) -> bool:
    flow = program.index.flow(function)
    for block in sorted(flow.reachable):
        if len(flow.successors[block]) < 2:
            continue
        ways = [_forward(flow.successors, way, block) for way in flow.successors[block]]
        for way in ways:
            if way & ours and not way & theirs and any(b & theirs and not b & ours for b in ways):
                return True
    return False


def _forward(successors: Sequence[Sequence[int]], start: int, without: int) -> set[int]:
    """The blocks that are reached from one without passing another."""
    seen, pending = {start}, [start]
    while pending:
        for successor in successors[pending.pop()]:
            if successor not in seen and successor != without:
                seen.add(successor)
                pending.append(successor)
    return seen


def unverified_steps(program: Explored, found: Unverified) -> tuple[Step, ...]:
    """The flags, and the way to the connect that reads them."""
    story = found.occasion.story.about((_MEMBER,))
    last = f"`{found.create.callee}()` connects without these checks"
    return program.steps(story, (StepKind.FILL, StepKind.CALL), last)
