"""Contexts that are lost while they live, and the NULL of a failed create that is used."""

from __future__ import annotations

from lwslint.analysis.graph import Event
from lwslint.analysis.observe import Leak, NullUse, SiteKey
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.witness import Story
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place


def null_uses(program: Explored) -> tuple[NullUse, ...]:
    """Calls that get the NULL of a failed create."""
    return tuple(use for explorer in program.explorers for use in explorer.observations.null_uses.values())


def leaks(program: Explored) -> tuple[Leak, ...]:
    """Statements that lose the last reference to a live context, but on the way out of the process."""
    found = [leak for explorer in program.explorers for leak in explorer.observations.leaks.values()]
    at_work = (
        frozenset(
            site.key
            for site, effects in program.index.library
            if effects.creates or effects.runs_loop or effects.yields or effects.joins
        )
        if found
        else frozenset()
    )
    working = program.index.with_callers(key[0] for key in at_work)
    return tuple(leak for leak in found if not _is_way_out(program, leak, at_work, working))


def _is_way_out(program: Explored, leak: Leak, at_work: frozenset[SiteKey], working: frozenset[int]) -> bool:
    """Whether `main` lets go of it, itself or by what it calls, and then only leaves."""
    pending = [leak.moment.site] if leak.moment is not None else []
    seen: set[SiteKey] = set()
    if not pending:
        return False
    while pending:
        site = pending.pop()
        if site.key in seen:
            continue
        seen.add(site.key)
        function = site.function
        callers = program.index.callers.get(function.index, ())
        apart = program.index.handed.get(function.index) or program.index.is_callback(function)
        known = bool(callers) or _is_main(program, function)
        if apart or not known or _comes_to_work(program, site, at_work, working):
            return False
        pending.extend(callers)
    return True


def _comes_to_work(
    program: Explored, site: Site, at_work: frozenset[SiteKey], working: frozenset[int]
) -> bool:
    """Whether a function creates anything, runs a loop or waits after one of its statements."""
    flow, blocks = program.index.flow(site.function), site.function.ir.blocks
    seen: set[int] = set()
    pending = [(site.block, site.index + 1)]
    while pending:
        number, start = pending.pop()
        for index in range(start, len(blocks[number].statements)):
            key = (site.function.index, number, index)
            callees = program.index.callees.get(key, ())
            if key in at_work or any(callee.index in working for callee in callees):
                return True
        for following in flow.successors[number]:
            if following not in seen:
                seen.add(following)
                pending.append((following, 0))
    return False


def _is_main(program: Explored, function: Function) -> bool:
    return function.unit == program.linked.entry and function.name in ("main", "wmain")


def leak_place(program: Explored, leak: Leak) -> Place:
    """The statement that loses the context."""
    return program.linked.place(leak.function.unit, leak.span)


def leak_steps(program: Explored, leak: Leak) -> tuple[Step, ...]:
    """From the create of the context that is lost, each call on the way to where it is lost."""
    here = Event(StepKind.OTHER, leak.function, leak.span, "")
    story = Story(program.linked, leak.node, (*leak.events, here))
    created = [n for n, e in enumerate(story.events) if e.kind is StepKind.CREATE and _is_at(e, leak.create)]
    story.events = story.events[created[-1] :] if created else story.events
    kinds = (StepKind.CREATE, StepKind.LOSS, StepKind.CALL, StepKind.BRANCH)
    return program.steps(story, kinds, "nothing refers to it from here on")


def _is_at(event: Event, key: tuple[int, int, int]) -> bool:
    return event.site is not None and event.site.key == key
