"""Retries that the library schedules: with which policy, and what becomes of the count of tries."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.clusters import effects_of
from lwslint.analysis.program import LocationClass, Site, Variable
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.wording import as_written
from lwslint.analysis.values import Member, Origin, Source
from lwslint.model.finding import Step, StepKind

_POLICY = "struct lws_retry_bo"
_ALWAYS = 0xFFFF
"""LWS_RETRY_CONCEAL_ALWAYS, lws-retry.h."""
_OF_CONNECTION: LocationClass = ("f", spelling.CONNECT_INFO, "retry_and_idle_policy")
_POSITIONS = {"lws_retry_sul_schedule": (3, 5), "lws_retry_sul_schedule_retry_wsi": (None, 3)}
"""The arguments with the policy (None: the connection has it) and with the address of the count."""


class Exhaustion(enum.Enum):
    """How a retry comes to nothing, the worst first."""

    NEVER = "nothing is ever scheduled"
    UNNOTICED = "nobody sees when tries run out"
    NOT_RESET = "the count of tries only grows"


class Retry(NamedTuple):
    """A call that schedules a retry. `policy` is the variable that holds it, None for NULL."""

    site: Site
    kind: Exhaustion
    policy: Variable | None
    tries: int
    counter: str


def exhausted_retries(program: Explored) -> tuple[Retry, ...]:
    """The retries that are never scheduled, or end without notice or for good, in source order."""
    found = [
        retry
        for site in program.linked.sites()
        if isinstance(site.statement, ir.Call)
        and program.callee_name(site) in _POSITIONS
        and (retry := _judge(program, site, site.statement)) is not None
    ]
    return tuple(sorted(found, key=lambda retry: program.site_place(retry.site)))


def policy_step(program: Explored, policy: Variable) -> Step:
    """Where a policy is defined."""
    place = program.linked.place(policy.unit, policy.span)
    return Step(place, f"`{policy.name}` is defined here", StepKind.FILL)


def _judge(program: Explored, site: Site, call: ir.Call) -> Retry | None:
    position, counter = _POSITIONS[program.callee_name(site)]
    if counter >= len(call.arguments):
        return None
    policies = list(_policies(program, site, call, position))
    tries = [_conceal_count(program, policy) for policy in policies]
    if not policies or any(count is None for count in tries):
        return None
    policy = _variable(program, policies[0])
    name = as_written(call.arguments[counter])
    known = [count for count in tries if count is not None]
    if all(count == 0 for count in known):
        return Retry(site, Exhaustion.NEVER, policy, 0, name)
    if any(count in (0, _ALWAYS) for count in known):
        return None
    if call.result is None and not call.void_cast:
        return Retry(site, Exhaustion.UNNOTICED, policy, max(known), name)
    if _only_grows(program, site, call.arguments[counter]):
        return Retry(site, Exhaustion.NOT_RESET, policy, max(known), name)
    return None


def _policies(program: Explored, site: Site, call: ir.Call, position: int | None) -> Iterator[Origin]:
    """The policies that a call may go by; none where the library's own is used."""
    if position is not None:
        yield from program.values.of(site, call.arguments[position])
        return
    for writer in program.index.writers.get(_OF_CONNECTION, ()):
        yield from program.values.stored(writer)


def _variable(program: Explored, policy: Origin) -> Variable | None:
    return program.linked.variables.get(policy.key) if policy.source is Source.VARIABLE else None


def _conceal_count(program: Explored, policy: Origin) -> int | None:
    """How many tries a policy allows; None where that is not known. NULL allows none (facts 5.5)."""
    if policy.source is Source.NUMBER and policy.number == 0:
        return 0
    variable = _variable(program, policy)
    if variable is None or policy.steps or spelling.bare(variable.type) != _POLICY:
        return None
    if not variable.defined or _is_written(program, variable):
        return None
    count: int | None = 0 if variable.static else None
    for assign in _initialiser(program, variable):
        if not assign.target.path:
            count = 0 if isinstance(assign.value, ir.Zero) else None
        elif assign.target.path == (ir.Field("conceal_count"),):
            count = assign.value.value if isinstance(assign.value, ir.Const) else None
    return count


def _initialiser(program: Explored, variable: Variable) -> Iterator[ir.Assign]:
    yield from variable.initialiser
    if variable.owner is not None:
        for block in program.linked.functions[variable.owner].ir.blocks:
            for statement in block.statements:
                if (
                    isinstance(statement, ir.Assign)
                    and statement.initial
                    and f"{statement.target.root}!{variable.owner}" == variable.key
                ):
                    yield statement


def _is_written(program: Explored, variable: Variable) -> bool:
    """Whether a statement may change a policy after its initialiser."""
    if variable.const:
        return False
    for site in program.linked.sites():
        statement = site.statement
        target = walk.target(statement)
        if target is not None and not (isinstance(statement, ir.Assign) and statement.initial):
            if program.linked.resolve(site.function, target.root) == variable.key:
                return True
            found = program.linked.classify(site.function, target.root, target.path)
            if found == ("f", _POLICY, "conceal_count") and any(map(_follows, target.path)):
                return True
        if isinstance(statement, ir.Call) and program.callee_name(site) in ("memcpy", "memset", "memmove"):
            for location in walk.named(statement.arguments[0]):
                if program.linked.resolve(site.function, location.root) == variable.key:
                    return True
    return False


def _follows(step: ir.Step) -> bool:
    return isinstance(step, ir.Deref)


def _only_grows(program: Explored, site: Site, count: ir.Value) -> bool:
    """Whether no statement sets the count of tries, which lives as long as the program."""
    origins = program.values.of(site, count)
    if not origins or any(origin.source is not Source.VARIABLE for origin in origins):
        return False
    for origin in origins:
        variable = program.linked.variables[origin.key]
        if not variable.static:
            return False
        members = [step for step in origin.steps if isinstance(step, Member)]
        found: LocationClass = ("f", *members[-1]) if members else ("v", origin.key)
        if any(
            not (isinstance(writer.statement, ir.Assign) and writer.statement.initial)
            for writer in program.index.writers.get(found, ())
        ):
            return False
        if members and _is_cleared(program, members):
            return False
    return True


def _is_cleared(program: Explored, members: list[Member]) -> bool:
    """Whether any statement clears, copies over or allocates a whole record that holds the count."""
    records = {member.record for member in members}
    for site in program.linked.sites():
        statement = site.statement
        target = walk.target(statement)
        if target is not None and not getattr(statement, "initial", False):
            type_ = spelling.bare(program.linked.type_of(site.function, target))
            if type_ in records:
                return True
            allocates = isinstance(statement, ir.Call) and spelling.pointee(type_) in records
            if allocates and not program.index.callees.get(site.key):
                return True
        if isinstance(statement, ir.Call):
            effects = effects_of(program.linked, site.function, statement, program.oracle)
            positions = (effects.zeroes, *(effects.copies or ())[:1]) if effects is not None else ()
            for position in positions:
                if position is not None and position < len(statement.arguments):
                    value = statement.arguments[position]
                    pointed = spelling.pointee(program.linked.value_type(site.function, value))
                    if (spelling.element(pointed) or pointed) in records:
                        return True
    return False
