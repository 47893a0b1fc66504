"""Fields that point at memory that is gone: when a create reads them, or while the library keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import walk
from lwslint.analysis.domain import Sort
from lwslint.analysis.observe import Dangling, Death
from lwslint.analysis.program import Site
from lwslint.analysis.questions.creations import Create, Occasion, by_variable, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.lws.knowledge import INFO, Lifetime
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

_NEVER_FOLLOWED = frozenset(
    {
        "user", "finalize_arg", "early_smd_opaque", "ssl_private_key_password",
        "client_ssl_private_key_password",
    }
)  # fmt: skip
"""Kept and only handed back (`v4.3.10:lib/core/context.c:1306`), or asked for again only when keys are."""


class DeadMember(NamedTuple):
    """A field that points at memory that is gone. `read` says that a create reads it by then."""

    field: str
    place: Place
    function: str
    read: bool
    steps: tuple[Step, ...]


def dead_members(program: Explored) -> tuple[DeadMember, ...]:
    """Every field that points at dead memory when a create reads it, or while the library keeps it."""
    found: dict[tuple[Place, str], DeadMember] = {}
    for member in (*_read_dead(program), *_kept_dead(program), *_scoped_dead(program)):
        found.setdefault((member.place, member.field), member)
    return tuple(found[key] for key in sorted(found))


def _read_dead(program: Explored) -> Iterator[DeadMember]:
    deaths = {
        key: death for explorer in program.explorers for key, death in explorer.observations.deaths.items()
    }
    for create in (*creates(program, "context"), *creates(program, "vhost")):
        for occasion in create.occasions:
            if not occasion.certain or occasion.guessed:
                continue
            for field in occasion.fields():
                sites = (*field.fact.before, *field.fact.since)
                dying = [site for site in sites if site.key in deaths]
                if Sort.DEAD in field.fact.values and dying:
                    yield _read(program, create, occasion, field.name, dying[0], deaths[dying[0].key])


def _read(
    program: Explored, create: Create, occasion: Occasion, field: str, site: Site, death: Death
) -> DeadMember:
    last = Step(create.place, f"`{create.callee}()` reads `{field}`", StepKind.USE, create.function)
    steps = (_set(program, site, field), _died(program, death), last)
    return DeadMember(field, program.site_place(site), site.function.name, True, steps)


def _scoped_dead(program: Explored) -> Iterator[DeadMember]:
    """Fields of a local that point at a variable of a block of C which has ended when a create reads them."""
    for create, root in by_variable(program):
        yield from _scoped(program, create, root)


def _scoped(program: Explored, create: Site, info: str) -> Iterator[DeadMember]:
    function = create.function
    if info not in {variable.root for variable in function.ir.variables}:
        return
    sites = [
        program.linked.site(function, number, at)
        for number, block in enumerate(function.ir.blocks)
        for at in range(len(block.statements))
    ]
    ends = [(site, site.statement) for site in sites if isinstance(site.statement, ir.EndScope)]
    for site in sites:
        field, root = _points_from(site.statement, info)
        if not field or field in _NEVER_FOLLOWED:
            continue
        for end, scope in ends:
            if (
                root in scope.roots
                and info not in scope.roots
                and _follows(program, site, end)
                and _follows(program, end, create)
                and not any(
                    _sets_again(one, create, info, field)
                    and _follows(program, site, one)
                    and _follows(program, one, create)
                    for one in sites
                )
            ):
                death = Death(function, end.statement.span)
                text = f"`{program.callee_name(create)}()` reads `{field}`"
                last = Step(program.site_place(create), text, StepKind.USE, function.name)
                steps = (_set(program, site, field), _died(program, death), last)
                yield DeadMember(field, program.site_place(site), function.name, True, steps)
                break


def _points_from(statement: ir.Statement, info: str) -> tuple[str, str]:
    """The field of an object that a statement sets to the address of (a part of) a variable, and which."""
    if (
        not isinstance(statement, ir.Assign)
        or statement.target.root != info
        or len(statement.target.path) != 1
        or not isinstance(statement.value, ir.Address)
        or any(isinstance(step, ir.Deref) for step in statement.value.location.path)
    ):
        return "", ""
    step = statement.target.path[0]
    return (step.name, statement.value.location.root) if isinstance(step, ir.Field) else ("", "")


def _sets_again(site: Site, create: Site, info: str, field: str) -> bool:
    """Whether a statement may give a field another value: or all of the object, or is handed it."""
    statement = site.statement
    if isinstance(statement, ir.Assign):
        if statement.target.root == info and statement.target.path[:1] in ((), (ir.Field(field),)):
            return True
    elif isinstance(statement, ir.Call) and statement.result is not None and statement.result.root == info:
        return True
    return site is not create and any(
        isinstance(part, ir.Address) and part.location.root == info
        for value in walk.values(statement)
        for part in walk.parts(value)
    )


def _follows(program: Explored, one: Site, other: Site) -> bool:
    """Whether a statement may be carried out after another one of the same function."""
    if one.block == other.block and one.index < other.index:
        return True
    flow = program.index.flow(one.function)
    return any(other.block in flow.reach(after) for after in flow.successors[one.block])


def _kept_dead(program: Explored) -> Iterator[DeadMember]:
    for explorer in program.explorers:
        for dangling in explorer.observations.dangling.values():
            if _keeps(program, dangling.field) and (dangling.used or not program.whole or _used(program)):
                site = dangling.site
                yield DeadMember(
                    dangling.field,
                    program.site_place(site),
                    site.function.name,
                    False,
                    tuple(_kept_steps(program, dangling)),
                )


def _kept_steps(program: Explored, dangling: Dangling) -> Iterator[Step]:
    yield _set(program, dangling.site, dangling.field)
    create = program.create_at(dangling.create)
    made = "the context is created, and keeps the pointer"
    yield Step(program.site_place(create), made, StepKind.CREATE, create.function.name)
    yield _died(program, dangling.death)
    if dangling.used is not None:
        place = program.site_place(dangling.used)
        yield Step(place, "the context is used after that", StepKind.USE, dangling.used.function.name)


def _keeps(program: Explored, field: str) -> bool:
    """Whether the target release keeps a pointer in a field, and follows it."""
    lifetime = program.knowledge.lifetime(INFO, field, program.target)
    return lifetime is Lifetime.KEPT and field not in _NEVER_FOLLOWED


def _used(program: Explored) -> bool:
    """Whether something that runs by itself (a thread, a handler) uses a context."""
    return any(
        (effects.runs_loop or effects.uses or effects.destroys is not None)
        and program.index.runs_by_itself(site.function)
        for site, effects in program.index.library
    )


def _set(program: Explored, site: Site, field: str) -> Step:
    return Step(program.site_place(site), f"sets `{field}`", StepKind.FILL, site.function.name)


def _died(program: Explored, death: Death) -> Step:
    place = program.linked.place(death.function.unit, death.span)
    return Step(place, "what it points at is gone", StepKind.OTHER, death.function.name)
