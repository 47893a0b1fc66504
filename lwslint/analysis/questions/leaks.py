"""Contexts that are lost while they live, and the NULL of a failed create that is used."""

from __future__ import annotations

from lwslint.analysis.graph import Event
from lwslint.analysis.observe import Leak, NullUse
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.witness import Story
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place


def null_uses(program: Explored) -> tuple[NullUse, ...]:
    """Calls that get the NULL of a failed create."""
    return tuple(use for explorer in program.explorers for use in explorer.observations.null_uses.values())


def leaks(program: Explored) -> tuple[Leak, ...]:
    """Statements that lose the last reference to a live context."""
    return tuple(leak for explorer in program.explorers for leak in explorer.observations.leaks.values())


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
