"""The view of roles: in which ways each function comes to run, and where that was arranged."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint import ir
from lwslint.analysis import walk
from lwslint.analysis.domain import Mark
from lwslint.analysis.link import ENTRY_POINTS
from lwslint.analysis.pointers import named_functions
from lwslint.analysis.program import Function, Site
from lwslint.dump.inside import Inside
from lwslint.ir.dump import location
from lwslint.lws.effects import Deferral, Role

_PREFIX = "LWS_CALLBACK_"


def text(inside: Inside) -> Iterator[str]:
    """The reasons that the program tells apart, then the functions."""
    yield inside.title
    yield f"reasons: {', '.join(_reason(inside, reason) for reason in inside.roles.reasons)}"
    for function in inside.functions:
        yield f"function {inside.heading(function)}"
        for line in _roles(inside, function):
            yield f"  {line}"


def _reason(inside: Inside, reason: int) -> str:
    """A reason, and what it means for the connection."""
    mark = inside.roles.marks[reason]
    return inside.roles.name(reason) + (f" ({mark.name.lower()})" if mark is not Mark.NONE else "")


def _roles(inside: Inside, function: Function) -> Iterator[str]:
    callers = inside.index.callers.get(function.index, ())
    handings = inside.index.handed.get(function.index, ())
    callback = function in inside.roles.callbacks
    if function.name in ENTRY_POINTS and not function.ir.static:
        yield "main"
    elif not callers and not handings and not callback:
        yield "entry: nobody in sight calls it"
    if callback:
        yield f"callback, names {', '.join(_own_reasons(inside, function)) or 'no reason'}"
        for place in _tables(inside, function):
            yield f"  stands in {place}"
    for site in handings:
        yield f"{_role(inside, function, site)}, handed over by {site.function.name}() at {inside.site(site)}"
    for site in callers:
        yield f"called by {site.function.name}() at {inside.site(site)}"


def _own_reasons(inside: Inside, function: Function) -> list[str]:
    """The reasons that a callback itself names, with their marks."""
    named: set[int] = set()
    for block in function.ir.blocks:
        if isinstance(block.terminator, ir.Switch):
            named.update(case.low for case in block.terminator.cases if case.name.startswith(_PREFIX))
        for each in (*block.statements, block.terminator):
            for value in walk.values(each):
                named.update(
                    part.value
                    for part in walk.parts(value)
                    if isinstance(part, ir.Const) and part.name.startswith(_PREFIX)
                )
    return [_reason(inside, reason) for reason in inside.roles.reasons if reason in named]


def _tables(inside: Inside, function: Function) -> Iterator[str]:
    """The initialisers and assignments that name a function."""
    for index, unit in inside.linked.units.items():
        for item in unit.globals:
            for assign in item.initialiser:
                if function in inside.linked.targets(index, assign.value):
                    yield f"{location(assign.target)} at {inside.place_in(index, assign.span)}"
    for site in inside.linked.sites():
        each = site.statement
        if isinstance(each, ir.Assign) and function in inside.linked.targets(site.function.unit, each.value):
            yield f"{location(each.target)} at {inside.site(site)}"


def _role(inside: Inside, function: Function, site: Site) -> str:
    """In which way a function runs that was handed over there."""
    effects = inside.effects.get(site.key)
    for deferral in effects.defers if effects else ():
        if function in _deferred(inside, site, deferral):
            return deferral.role.value
    return f"{Role.UNKNOWN.value} (perhaps, at any time)" if effects is None else "never called there"


def _deferred(inside: Inside, site: Site, deferral: Deferral) -> tuple[Function, ...]:
    """The functions that a call hands over in one way."""
    if deferral.member:
        return inside.pointers.named(deferral.member.rpartition(".")[2])
    call = site.statement
    assert isinstance(call, ir.Call)
    if deferral.function >= len(call.arguments):
        return ()
    return named_functions(inside.linked, site.function, call.arguments[deferral.function], inside.pointers)
