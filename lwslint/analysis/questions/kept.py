"""What a connection keeps a pointer to, and how long that lives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import walk
from lwslint.analysis.domain import Fact, Pointer, Sort, Value
from lwslint.analysis.program import Function, Site, Variable
from lwslint.analysis.questions.creations import Create, Info, Occasion, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.wording import as_written
from lwslint.lws.facts import Lifetime
from lwslint.lws.knowledge import CONNECT
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

FOLLOWED = ("retry_and_idle_policy", "userdata")
"""The members of the connect info that the library keeps and follows."""

_MAINS = ("main", "app_main", "wmain")
_NEW_USER = "lws_set_wsi_user"


class Dangling(NamedTuple):
    """A member that points at memory which is gone before the connection is.

    `site` set it; `target` is the memory as a person would write it, and `death` where it ends, if that is
    after the connect.
    """

    create: Create
    occasion: Occasion
    info: Info
    member: str
    site: Site
    target: str
    function: str
    death: Place | None


def kept(program: Explored) -> tuple[str, ...]:
    """The members that the target release keeps and follows."""
    return tuple(
        name
        for name in FOLLOWED
        if program.knowledge.lifetime(CONNECT, name, program.target) is Lifetime.KEPT
    )


def dangling(program: Explored) -> Iterator[Dangling]:
    """The members that point at memory which dies before the connection, each statement once."""
    told = set()
    for create in creates(program, "connection"):
        for occasion in create.occasions:
            if not occasion.certain:
                continue
            facts = occasion.facts()
            for member in kept(program):
                found = _judge(program, create, occasion, member, facts.get(member))
                if found is not None and (found.site.key, member) not in told:
                    told.add((found.site.key, member))
                    yield found


def _judge(
    program: Explored, create: Create, occasion: Occasion, member: str, fact: Fact | None
) -> Dangling | None:
    info = create.info_of(occasion)
    if fact is None or not fact.since or fact.stale or info is None:
        return None
    site = min(fact.since, key=program.site_place)
    target = as_written(site.statement.value) if isinstance(site.statement, ir.Assign) else "it"
    if fact.values == (Sort.DEAD,):
        return Dangling(create, occasion, info, member, site, target, site.function.name, None)
    for value in fact.values:
        variable = _automatic(program, value)
        if variable is not None and _returns_first(program, variable, create, member):
            assert variable.owner is not None
            owner = program.linked.functions[variable.owner]
            death = program.linked.place(owner.unit, owner.ir.end)
            return Dangling(create, occasion, info, member, site, variable.name, owner.name, death)
    freed = _freed_after(program, create, site) if _is_heap(fact) else None
    if freed is not None:
        death = program.site_place(freed)
        return Dangling(create, occasion, info, member, site, target, create.function, death)
    return None


def _automatic(program: Explored, value: Value) -> Variable | None:
    """The automatic variable that a pointer leads into."""
    variable = program.linked.variables.get(value.cell.object) if isinstance(value, Pointer) else None
    return variable if variable is not None and variable.owner is not None else None


def _is_heap(fact: Fact) -> bool:
    return all(isinstance(value, Pointer) and value.cell.object.startswith("heap:") for value in fact.values)


def _returns_first(program: Explored, variable: Variable, create: Create, member: str) -> bool:
    """Whether the function that owns a variable returns while the connection lives on.

    It does not where it is `main`, where it never returns, where it waits for the variable itself, and
    where it (or what it calls) runs the event loop, waits for a thread or in a loop, destroys the
    context, or gives the connection other user data.
    """
    assert variable.owner is not None
    owner = program.linked.functions[variable.owner]
    if owner.name in _MAINS or not _comes_back(program, owner) or _awaits(program, owner, variable):
        return False
    below = _below(program, owner)
    if create.site.function.index not in below:
        return False
    for site, effects in program.index.library:
        if site.function.index in below and (
            effects.runs_loop
            or effects.joins
            or (effects.yields and program.index.flow(site.function).loops_around(site.block))
            or effects.destroys is not None
            or (member == "userdata" and program.callee_name(site) == _NEW_USER)
        ):
            return False
    return True


def _comes_back(program: Explored, function: Function) -> bool:
    flow = program.index.flow(function)
    return any(
        isinstance(function.ir.blocks[number].terminator, ir.Return) and number not in flow.ends
        for number in flow.reachable
    )


def _awaits(program: Explored, owner: Function, variable: Variable) -> bool:
    """Whether a loop of the function ends when the variable says so."""
    flow = program.index.flow(owner)
    return any(
        program.linked.resolve(owner, location.root) == variable.key
        for loop in flow.loops
        for leaving in flow.exits(loop)
        for value in walk.values(owner.ir.blocks[leaving].terminator)
        for location in walk.loads(value)
    )


def _below(program: Explored, function: Function) -> set[int]:
    """A function, and all that it calls."""
    found, pending = {function.index}, [function.index]
    calls: dict[int, set[int]] = {}
    for key, callees in program.index.callees.items():
        calls.setdefault(key[0], set()).update(callee.index for callee in callees)
    while pending:
        for callee in calls.get(pending.pop(), ()):
            if callee not in found:
                found.add(callee)
                pending.append(callee)
    return found


def _freed_after(program: Explored, create: Create, site: Site) -> Site | None:
    """A call that frees what the member was set to, on every way on from the connect."""
    connect = create.site
    statement = site.statement
    if site.function is not connect.function or not isinstance(statement, ir.Assign):
        return None
    if not isinstance(statement.value, ir.Load):
        return None
    for call, effects in program.index.library:
        if call.function is not connect.function or effects.frees is None:
            continue
        freed = call.statement
        if (
            isinstance(freed, ir.Call)
            and effects.frees < len(freed.arguments)
            and freed.arguments[effects.frees] == statement.value
            and _always_follows(program, connect, call)
        ):
            return call
    return None


def _always_follows(program: Explored, one: Site, other: Site) -> bool:
    """Whether a statement is always carried out after another one of the same function, no loop between."""
    if one.block == other.block:
        return other.index > one.index
    flow = program.index.flow(one.function)
    if flow.loops_around(one.block):
        return False
    block, steps = one.block, len(flow.reachable)
    while steps and block in flow.postdominator:
        block, steps = flow.postdominator[block], steps - 1
        if block == other.block:
            return not any(
                effects.runs_loop and site.function is one.function for site, effects in program.index.library
            )
    return False


def dangling_steps(program: Explored, found: Dangling) -> tuple[Step, ...]:
    """The way to the connect, and where the memory ends."""
    last = f"`{found.create.callee}()` keeps the pointer for the life of the connection"
    steps = program.steps(found.occasion.story.about((found.member,)), (StepKind.FILL, StepKind.CALL), last)
    if found.death is None:
        return steps
    text = f"`{found.target}` is gone from here on"
    return (*steps, Step(found.death, text, StepKind.OTHER, found.function))
