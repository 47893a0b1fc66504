"""Connections whose failure, or whose end, nobody notices."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis.domain import Base
from lwslint.analysis.program import Function
from lwslint.analysis.questions.bindings import Binding, Entry, bindings
from lwslint.analysis.questions.connects import kinds, member_values
from lwslint.analysis.questions.creations import Create, Info, Occasion, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.heeding import Heed, heed
from lwslint.analysis.roles import OTHER_REASON
from lwslint.lws.facts import Kind, Side
from lwslint.lws.release import Release
from lwslint.model.finding import Step, StepKind

_FAILED = "LWS_CALLBACK_CLIENT_CONNECTION_ERROR"
_ANY_END = ("LWS_CALLBACK_WSI_DESTROY", "LWS_CALLBACK_WS_PEER_INITIATED_CLOSE")
_CLOSED = "LWS_CALLBACK_CLOSED"
_CLIENT_CLOSED = "LWS_CALLBACK_CLIENT_CLOSED"
_OWN_REASON = Release(3, 0, 0)  # clients got CLOSED before: v3.0.0:lib/roles/ws/ops-ws.c:1989
_ONLY_RESULT = Release(4, 0, 20)  # v4.0.21:lib/core-net/connect.c:61-65,359-364; v4.0.20 is the first tag


class Unnoticed(enum.Enum):
    """What of a connection is not noticed."""

    FAILURE = "its failure"
    END = "its end"
    AT_ONCE = "its failure within the connect"


class Unhandled(NamedTuple):
    """A connect, what of it is not noticed, and the callback that passes it over, if it is its fault.

    `got` is the reason that tells it, `awaited` another one that the callback handles instead.
    """

    create: Create
    occasion: Occasion
    info: Info
    unnoticed: Unnoticed
    ignored: bool
    raw: bool
    entry: Entry | None = None
    got: str = ""
    awaited: str = ""


def unhandled(program: Explored) -> Iterator[Unhandled]:
    """The connects whose failure or end nobody notices, each once."""
    bound: dict[tuple[int, int, int], dict[Hashable, Binding]] = {}
    for binding in bindings(program):
        alike = bound.setdefault(binding.create.site.key, {})
        alike.setdefault((binding.bound, binding.kinds), binding)
    for create in creates(program, "connection"):
        ignored = _is_ignored(program, create)
        found = [
            _passed_over(program, binding, ignored) for binding in bound.get(create.site.key, {}).values()
        ]
        best = next((one for one in found if one is not None), None)
        if best is None and ignored is not None:
            info = create.info_of(ignored)
            assert info is not None
            best = Unhandled(create, ignored, info, Unnoticed.AT_ONCE, True, _is_raw(program, ignored))
        if best is not None:
            yield best


def _is_raw(program: Explored, occasion: Occasion) -> bool:
    return Kind.RAW in kinds(program, occasion.facts())


def _is_ignored(program: Explored, create: Create) -> Occasion | None:
    """An occasion on which an immediate failure goes unseen: neither result nor `pwsi` tells it."""
    call = create.site.statement
    assert isinstance(call, ir.Call)
    if program.target < _ONLY_RESULT or call.result is not None or call.void_cast or not create.occasions:
        return None
    plain = all(
        one.base is Base.ZERO and member_values(one.facts(), "pwsi") == (0,) for one in create.occasions
    )
    return next((one for one in create.occasions if plain and one.certain and not one.guessed), None)


def _passed_over(program: Explored, binding: Binding, ignored: Occasion | None) -> Unhandled | None:
    """What all callbacks that the connection may have pass over; None where one of them does not."""
    functions = [entry.function for entry in binding.bound]
    known = [function for function in functions if function is not None]
    if len(known) < len(functions):
        return None
    raw = Kind.RAW in binding.kinds
    entry = binding.bound[0]
    base = Unhandled(
        binding.create, binding.occasion, binding.info, Unnoticed.FAILURE, ignored is not None, raw, entry
    )
    firsts = [table.entries[0].function for table in binding.tables]
    everywhere = [*known, *(first for first in firsts if first is not None)]
    if any(heed(program, function, reason) is Heed.TOLD for function in everywhere for reason in _ANY_END):
        return None
    if all(heed(program, function, _FAILED) is Heed.NONE for function in known):
        return base._replace(got=_FAILED)
    got, awaited = _CLIENT_CLOSED, _CLOSED
    if program.target < _OWN_REASON:
        got, awaited = awaited, got
    if binding.kinds == (Kind.WS,) and all(
        heed(program, function, awaited) is Heed.TOLD
        and heed(program, function, got) <= Heed.DEFAULT
        and not _serves(program, function)
        for function in known
    ):
        return base._replace(unnoticed=Unnoticed.END, got=got, awaited=awaited)
    return None


def _serves(program: Explored, function: Function) -> bool:
    """Whether a callback handles a reason that only servers get, and so may be that of both sides."""
    return any(
        heed(program, function, name) is Heed.TOLD
        for name in _named(program.roles.reasons, program)
        if name != _CLOSED and program.knowledge.reason_side(name, program.target) is Side.SERVER
    )


def _named(reasons: Sequence[int], program: Explored) -> Iterator[str]:
    for reason in reasons:
        if reason != OTHER_REASON:
            yield f"LWS_CALLBACK_{program.roles.name(reason)}"


def unhandled_steps(program: Explored, found: Unhandled) -> tuple[Step, ...]:
    """The callback that passes it over, and the connect."""
    function = found.entry.function if found.entry is not None else None
    callback: tuple[Step, ...] = ()
    if function is not None:
        place = program.linked.place(function.unit, function.ir.span)
        text = f"`{function.name}()` gets the events of the connection"
        callback = (Step(place, text, StepKind.OTHER, function.name),)
    last = f"`{found.create.callee}()` makes the connection"
    return (*callback, *program.steps(found.occasion.story.about(()), (StepKind.CALL,), last))
