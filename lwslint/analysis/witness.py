"""Paths through the explored graph, told as steps that a person can follow with a finger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from lwslint.analysis import bounds
from lwslint.analysis.domain import Mark
from lwslint.analysis.graph import Event, Node
from lwslint.analysis.program import Program
from lwslint.model.finding import Step, StepKind

_EVENTS_ON_A_PATH = 4_000


_TELLING = frozenset({StepKind.FILL, StepKind.RESET, StepKind.CREATE, StepKind.LOSS, StepKind.DESTROY})


def events_to(node: Node, last: Sequence[Event]) -> list[Event]:
    """What happened on the first way that was found to a node, in order, then `last`.

    The graph is walked back to front: at a call that returned, through what was called, and on
    from where it was called. A call in which nothing happened that needs telling is left out.
    """
    found: list[Event] = list(reversed(last))
    starts: list[int] = []
    for current, called in _back_from(node):
        if len(found) >= _EVENTS_ON_A_PATH:
            break
        if current.through is not None:
            starts.append(len(found))
            found.extend(_loss(current))
            found.extend(reversed(current.through.events))
        elif called is not None:
            telling = any(event.kind in _TELLING for event in found[starts.pop() :])
            found.extend(
                event for event in reversed(called.events) if telling or event.kind is not StepKind.CALL
            )
        else:
            found.extend(reversed(current.events))
    return found[::-1]


def blocks_to(node: Node) -> set[tuple[int, int]]:
    """The blocks, each with its function, on the first way that was found to a node since the last create."""
    return {
        (current.instance.function.index, current.block)
        for current in _since_create(node)
        if current.instance.function is not None
    }


def choices_to(node: Node) -> set[tuple[int, int]]:
    """Of these blocks, the ones at which neither loss nor success had the say after success had decided."""
    found: set[tuple[int, int]] = set()
    for current in _since_create(node):
        function, before = current.instance.function, current.previous
        if function is None or not any(
            event.kind is StepKind.BRANCH and event.what == Mark.NONE.name for event in current.events
        ):
            continue
        branched = before is not None and before.instance is current.instance
        found.add((function.index, before.block if before is not None and branched else current.block))
    return found


def _since_create(node: Node) -> Iterator[Node]:
    """The nodes on the first way that was found to one since the last create, back to front."""
    for current, _ in islice(_back_from(node), _EVENTS_ON_A_PATH):
        if any(event.kind is StepKind.CREATE for event in current.events):
            return
        yield current


def _back_from(node: Node) -> Iterator[tuple[Node, Node | None]]:
    """The nodes on the first way that was found to one, back to front, calls gone through.

    With the first node of what was called comes the one behind the call, from which the way has come.
    """
    current: Node | None = node
    calls: list[Node] = []
    while current is not None:
        before = current.previous
        if current.through is not None:
            calls.append(current)
            yield current, None
            current = current.through.node
        elif (before is None or before.instance is not current.instance) and calls:
            called = calls.pop()
            yield current, called
            current = called.previous
        else:
            yield current, None
            current = before


def _loss(node: Node) -> list[Event]:
    """The loss that an event loop reports by the value it returns."""
    leaving = node.through
    assert leaving is not None
    if leaving.node.instance.function is not None or leaving.value.mark is not Mark.LOSS or not node.events:
        return []
    return [node.events[-1]._replace(kind=StepKind.LOSS)]


class Story:
    """The way to one event, from which steps are picked."""

    def __init__(self, program: Program, node: Node, last: Sequence[Event]) -> None:
        self._program = program
        self.events = events_to(node, last)

    def about(self, fields: Collection[str]) -> Story:
        """The same way, of the fields that are filled only these."""
        self.events = [
            event for event in self.events if event.kind is not StepKind.FILL or event.what in fields
        ]
        return self

    def step(self, event: Event, text: str) -> Step:
        """An event as a step."""
        place = self._program.place(event.function.unit, event.span)
        return Step(place, text, event.kind, event.function.name)

    def told(self, events: Iterable[Event]) -> list[Step]:
        """Events as steps, each in a sentence; those that add nothing are left out."""
        steps: list[Step] = []
        for event in events:
            text = sentence(event)
            if text and not (steps and steps[-1].place == self.step(event, text).place):
                steps.append(self.step(event, text))
        return steps


def sentence(event: Event) -> str:
    """What happened, in a short sentence; empty for what needs no telling."""
    if event.kind is StepKind.CREATE:
        return "a context is created here"
    if event.kind is StepKind.LOSS:
        return f"the connection is lost: {_how_lost(event)}"
    if event.kind is StepKind.BRANCH:
        return (
            "what was written while the loss was handled decides this branch" if event.what == "LOSS" else ""
        )
    if event.kind is StepKind.DESTROY:
        return "the context is destroyed"
    if event.kind is StepKind.CALL:
        return f"calls `{event.what}()`" if event.site is not None else ""
    if event.kind is StepKind.FILL:
        return f"sets `{event.what}`" if event.what else "copies a whole struct over it"
    if event.kind is StepKind.RESET:
        return "zeroes it"
    if event.kind is StepKind.DECLARE:
        return f"`{event.what}` comes into being here, its bytes are garbage"
    return ""


def is_negative_service(loss: Event) -> bool:
    """Whether a loss is a service call that returned a negative value, and no reason nor a NULL."""
    return loss.site is not None and "service" in loss.what


def _how_lost(event: Event) -> str:
    if event.site is None:
        return f"`{event.function.name}()` gets LWS_CALLBACK_{event.what}"
    if is_negative_service(event):
        return f"`{event.what}()` returns a negative value"
    return f"`{event.what}()` returns NULL"


def shortened(steps: Sequence[Step]) -> tuple[Step, ...]:
    """At most `bounds.STEPS_PER_WITNESS` steps: calls and fills in the middle give way first."""
    kept = list(steps)
    for kind in (StepKind.FILL, StepKind.CALL, StepKind.BRANCH, StepKind.OTHER):
        index = len(kept) - 2
        while len(kept) > bounds.STEPS_PER_WITNESS and index > 0:
            if kept[index].kind is kind:
                del kept[index]
            index -= 1
    return (
        tuple(kept[: bounds.STEPS_PER_WITNESS - 1] + kept[-1:])
        if len(kept) > bounds.STEPS_PER_WITNESS
        else tuple(kept)
    )
