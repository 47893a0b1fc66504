"""Fields that point at memory that is gone: when a create reads them, or while the library keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint.analysis.domain import Sort
from lwslint.analysis.observe import Dangling, Death
from lwslint.analysis.program import Site
from lwslint.analysis.questions.creations import Create, Occasion, creates
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
    for member in (*_read_dead(program), *_kept_dead(program)):
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
