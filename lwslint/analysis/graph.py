"""The explored graph: function instances, their nodes and exits, and what happened on the way to each."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis.domain import Cell, Marked, State
from lwslint.analysis.program import Function, Site
from lwslint.model.finding import StepKind


class Event(NamedTuple):
    """Something worth telling: of which kind, where, and what it was about (a field, a reason, a name)."""

    kind: StepKind
    function: Function
    span: ir.Span
    what: str
    site: Site | None = None


class Node:
    """A state at a point of a function instance.

    `previous` is the node it was first reached from; `through` the exit of the call in between, if
    there was one; `events` what happened on the way from there.
    """

    __slots__ = ("block", "events", "index", "instance", "previous", "queued", "state", "through")

    def __init__(
        self,
        instance: Instance,
        block: int,
        index: int,
        state: State,
        previous: Node | None,
        through: Exit | None,
        events: tuple[Event, ...],
    ) -> None:
        self.instance = instance
        self.block = block
        self.index = index
        self.state = state
        self.previous = previous
        self.through = through
        self.events = events
        self.queued = False


class Exit:
    """A way out of a function instance: the state there and the value returned.

    A `suspended` exit is no return: a thread that waits, with its function still on the stack.
    """

    __slots__ = ("events", "node", "state", "suspended", "value")

    def __init__(
        self, node: Node, state: State, value: Marked, events: tuple[Event, ...], suspended: bool
    ) -> None:
        self.node = node
        self.state = state
        self.value = value
        self.events = events
        self.suspended = suspended


class Return(NamedTuple):
    """Where a call goes on: the node that called, with the caller's own variables laid aside."""

    node: Node
    call: ir.Call | None
    saved: State
    activation: str
    events: tuple[Event, ...]


class Instance:
    """A function entered in one state (or the event loop: `function` is None).

    For each point that has many states, `varied` is the scalar to widen first, and `differing` are the cells
    that are not the same in all of them.
    """

    __slots__ = ("_known", "differing", "exits", "function", "name", "points", "returns", "varied")

    def __init__(self, function: Function | None, name: str) -> None:
        self.function = function
        self.name = name
        self.points: dict[tuple[int, int], dict[Hashable, Node]] = {}
        self.varied: dict[tuple[int, int], Cell | None] = {}
        self.differing: dict[tuple[int, int], set[Cell]] = {}
        self.exits: dict[Hashable, Exit] = {}
        self.returns: list[Return] = []
        self._known: dict[tuple[int, int], Return] = {}

    def comes_back(self, back: Return) -> Return | None:
        """Note a call of the instance: what to go on with, None if that is known already.

        A call that is known already may have come to know more of what it has laid aside.
        """
        key = (id(back.node), id(back.call))
        known = self._known.get(key)
        if known is None:
            self._known[key] = back
            self.returns.append(back)
            return back
        return known if known.saved.absorb(back.saved) else None
