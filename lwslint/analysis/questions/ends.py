"""Contexts that are destroyed too often, too early, or in the middle of their own service loop."""

from __future__ import annotations

import enum
from pathlib import PurePath
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import walk
from lwslint.analysis.domain import Ending
from lwslint.analysis.graph import Event
from lwslint.analysis.observe import DeadUse, InnerDestroy, Moment, SiteKey
from lwslint.analysis.program import Site
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.wording import as_written
from lwslint.analysis.witness import Story
from lwslint.lws.release import Release
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

_KINDS = (StepKind.CREATE, StepKind.LOSS, StepKind.CALL, StepKind.BRANCH, StepKind.DESTROY)
_ACTIVATIONS = (StepKind.CALL, StepKind.LOSS)
_LOOPS = frozenset(
    f"LWS_SERVER_OPTION_{name}" for name in ("LIBEV", "LIBUV", "LIBEVENT", "GLIB", "ULOOP", "SDEVENT")
)


class InnerEnd(enum.Enum):
    """What a release does with a destroy that the context's own service loop runs (F 5.1, 12b)."""

    FREED = "frees the context at once, with its loop on the stack"  # up to 2.4
    LEFT = "closes everything and leaves the context to a second destroy"  # 3.x
    BEGUN = "is put off to the end of the loop, which cannot finish it: a second destroy has to"  # 4.0, 4.1
    PUT_OFF = "is put off to the end of the loop, which may finish it or not"  # from 4.2


class LateUse(NamedTuple):
    """A call of the library that gets a context after its end, which was `ended` before.

    `freed`: by then it is, else it may be.
    `where` says where it was destroyed, `destroyer` is the function that did it.
    """

    call: Site
    ended: Site
    place: Place
    where: str
    destroyer: str
    freed: bool
    steps: tuple[Step, ...]


class LoopDestroy(NamedTuple):
    """A destroy that the service loop of the context runs: it has called the function `activation`.

    `forgotten` if no variable holds the context afterwards; `variable` as it is written.
    """

    call: Site
    place: Place
    activation: str
    variable: str
    forgotten: bool
    steps: tuple[Step, ...]


def inner_end(program: Explored) -> InnerEnd:
    """What the target release does with a destroy inside the service loop; as the newest if it is unknown."""
    release = Release.parse(program.release) if program.release else program.knowledge.newest()
    if release < Release(3, 0, 0):
        return InnerEnd.FREED
    if release < Release(4, 0, 0):
        return InnerEnd.LEFT
    return InnerEnd.BEGUN if release < Release(4, 2, 0) else InnerEnd.PUT_OFF


def late_uses(program: Explored) -> tuple[LateUse, ...]:
    """Calls that work on a context after it was destroyed."""
    return _late(program, again=False)


def second_destroys(program: Explored) -> tuple[LateUse, ...]:
    """Calls that destroy a context again, with no create between."""
    return _late(program, again=True)


def _late(program: Explored, *, again: bool) -> tuple[LateUse, ...]:
    if _has_event_library(program):
        return ()
    found = (use for explorer in program.explorers for use in explorer.observations.dead_uses.values())
    judged = sorted(
        (use for use in found if use.again is again and _is_over(program, use)),
        key=lambda use: (use.moment.site.key, use.ended.ending is Ending.FINISHED, use.ended.site.key),
    )
    firsts = {use.moment.site.key: use for use in reversed(judged)}
    return tuple(_late_use(program, use) for _, use in sorted(firsts.items()))


def _is_over(program: Explored, use: DeadUse) -> bool:
    """Whether the context may be freed by then: before 4.2 nothing frees one whose loop ran the destroy."""
    return use.ended.ending is Ending.AT_ONCE or inner_end(program) is InnerEnd.PUT_OFF


def _late_use(program: Explored, use: DeadUse) -> LateUse:
    destroy, call = use.ended.site, use.moment.site
    last = "it is destroyed again" if use.again else f"`{program.callee_name(call)}()` works on it"
    return LateUse(
        call,
        destroy,
        program.site_place(call),
        _where(program.site_place(destroy), program.site_place(call)),
        destroy.function.name,
        use.ended.ending is Ending.AT_ONCE,
        program.steps(_story(program, use.create, use.moment), _KINDS, last),
    )


def _where(place: Place, seen_from: Place) -> str:
    if place == seen_from:
        return "by this statement before"
    if place.path == seen_from.path:
        return f"at line {place.line}"
    return f"at {PurePath(place.path).name}:{place.line}"


def loop_destroys(program: Explored) -> tuple[LoopDestroy, ...]:
    """Calls that destroy a context while its own service loop is on the stack."""
    found = {
        destroy.moment.site.key: destroy
        for explorer in reversed(program.explorers)
        for destroy in reversed(explorer.observations.inner_destroys.values())
    }
    return tuple(_loop_destroy(program, destroy) for _, destroy in sorted(found.items()))


def _loop_destroy(program: Explored, destroy: InnerDestroy) -> LoopDestroy:
    site = destroy.moment.site
    assert isinstance(site.statement, ir.Call)
    argument = site.statement.arguments[0]
    story = _story(program, destroy.create, destroy.moment)
    started = [event for event in story.events if event.kind in _ACTIVATIONS and event.site is None]
    activation = started[-1].function.name if started else site.function.name
    return LoopDestroy(
        site,
        program.site_place(site),
        activation,
        as_written(argument),
        not destroy.kept or _is_cleared_next(site, argument),
        program.steps(story, _KINDS, f"the context is destroyed while its loop runs `{activation}()`"),
    )


def _is_cleared_next(site: Site, argument: ir.Value) -> bool:
    """Whether the variable that was handed over is set to NULL before the block ends."""
    return isinstance(argument, ir.Load) and any(
        isinstance(statement, ir.Assign)
        and statement.target == argument.location
        and isinstance(statement.value, ir.Const)
        and statement.value.value == 0
        for statement in site.function.ir.blocks[site.block].statements[site.index + 1 :]
    )


def _story(program: Explored, create: SiteKey, moment: Moment) -> Story:
    """From the create of the context on, with each destroy, to the statement at last."""
    site = moment.site
    here = Event(StepKind.OTHER, site.function, site.statement.span, "", site)
    story = Story(program.linked, moment.node, (*moment.events, here))
    created = [
        n
        for n, event in enumerate(story.events)
        if event.kind is StepKind.CREATE and event.site is not None and event.site.key == create
    ]
    story.events = story.events[created[-1] :] if created else story.events
    return story


def _has_event_library(program: Explored) -> bool:
    """Whether a context may run on an event library: its destroy ends in the loop, or needs a second call.

    v4.3.10:lib/core/context.c:1670-1695.
    """
    return any(
        isinstance(part, ir.Const) and part.name in _LOOPS
        for site in program.linked.sites()
        for value in walk.values(site.statement)
        for part in walk.parts(value)
    )
