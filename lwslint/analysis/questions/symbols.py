"""Names of the library that a program should not use: not public, or not of the target release."""

from __future__ import annotations

from typing import NamedTuple

from lwslint import ir
from lwslint.analysis.program import Site
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.roles import wsi_parameter
from lwslint.analysis.values import Source
from lwslint.lws.release import Release
from lwslint.model.place import Place

_KILL_SYNC = -2
"""LWS_TO_KILL_SYNC, lws-timeout-timer.h."""
_FIRST_KILL = Release(2, 3, 0)


class InternalCall(NamedTuple):
    """A call of a function that is not public; `instead` is what to do, empty if there is nothing to say."""

    site: Site
    name: str
    instead: str


class Removed(NamedTuple):
    """A use of a name that the target release does not have.

    `last` is the last release that had it, where it is gone; `first` the first that has it, where it is yet
    to come. `successor` is what to use in its place.
    """

    place: Place
    name: str
    last: str
    first: str
    successor: str


def internal_calls(program: Explored) -> tuple[InternalCall, ...]:
    """Calls of functions that the library keeps to itself, in source order."""
    found = [
        InternalCall(site, internal.name, internal.instead)
        for site in program.linked.sites()
        if (internal := program.knowledge.internal(program.callee_name(site), program.target))
        and not program.index.callees.get(site.key)
    ]
    return tuple(sorted(found, key=lambda one: program.site_place(one.site)))


def killed_while_serviced(program: Explored) -> tuple[Site, ...]:
    """Calls that close the connection whose callback is running before they return, in source order."""
    if program.target < _FIRST_KILL:
        return ()
    found = [
        site
        for site in program.linked.sites()
        if isinstance(site.statement, ir.Call)
        and program.callee_name(site) == "lws_set_timeout"
        and len(site.statement.arguments) > 2
        and _is_kill(program, site, site.statement)
        and _is_serviced(program, site, site.statement)
    ]
    return tuple(sorted(found, key=program.site_place))


def _is_kill(program: Explored, site: Site, call: ir.Call) -> bool:
    if call.arguments[2] == ir.Unary("-", ir.Const(2)):
        return True
    return all(
        origin.source is Source.NUMBER and origin.number == _KILL_SYNC
        for origin in program.values.of(site, call.arguments[2])
    )


def _is_serviced(program: Explored, site: Site, call: ir.Call) -> bool:
    """Whether a call is given the connection that a protocol callback was called for."""
    for origin in program.values.of(site, call.arguments[0]):
        callback = program.owner(origin.key) if origin.source is Source.PARAMETER else None
        if (
            callback is None
            or origin.assumed  # kept somewhere: by now it may be another
            or callback not in program.roles.callbacks
            or origin.number != wsi_parameter(callback)
        ):
            return False
    return True


def removed(program: Explored) -> tuple[Removed, ...]:
    """Uses of names that only other releases have, where a release was named."""
    if not program.release:
        return ()
    release, known = program.target, program.knowledge.releases()
    found: dict[tuple[Place, str], Removed] = {}
    for number, unit in program.linked.units.items():
        for lack in unit.lacks:
            symbol = program.knowledge.dated(lack.name)
            internal = program.knowledge.internal(lack.name, release)
            if symbol is None or symbol.at(release) or internal is not None:
                continue
            earlier = [span.last for span in symbol.spans if known[span.last] < release]
            later = [span.first for span in symbol.spans if known[span.first] > release]
            place = program.linked.place(number, lack.span)
            found[place, lack.name] = Removed(
                place,
                lack.name,
                str(known[max(earlier)]) if earlier else "",
                str(known[min(later)]) if later else "",
                _successor(program, lack.name),
            )
    return tuple(found[key] for key in sorted(found))


def _successor(program: Explored, name: str) -> str:
    """What the target release has in place of a name, without the struct that it is a member of."""
    successor = program.knowledge.successor(name)
    if successor is None:
        return ""
    dated = program.knowledge.dated(successor.name)
    return successor.name.rpartition(".")[2] if dated is not None and dated.at(program.target) else ""
