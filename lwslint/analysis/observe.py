"""What the exploration saw: the raw material of every question that a rule may ask."""

from __future__ import annotations

from typing import NamedTuple

from lwslint import ir
from lwslint.analysis.domain import Cell, Ended, Ending, Marked, State
from lwslint.analysis.graph import Event, Node
from lwslint.analysis.program import Function, Site

SiteKey = tuple[int, int, int]


class Moment(NamedTuple):
    """A statement carried out in a state: the node that the block was entered from, and events since."""

    site: Site
    node: Node
    state: State
    events: tuple[Event, ...]


class Creation(NamedTuple):
    """A create (of a context or vhost) carried out in a state, before its effect. `info` is its argument."""

    moment: Moment
    info: Marked
    cell: Cell | None


class NullUse(NamedTuple):
    """The NULL of a failed create handed to a function that cannot take it.

    `checked` is the index of the function that had found out about it, -1 if none had.
    """

    create: SiteKey
    moment: Moment
    checked: int = -1


class Leak(NamedTuple):
    """The last reference to a live context is lost at `span` of `function`."""

    create: SiteKey
    function: Function
    span: ir.Span
    state: State
    moment: Moment | None
    node: Node
    events: tuple[Event, ...]


class Death(NamedTuple):
    """What a field points at is gone at `span` of `function`."""

    function: Function
    span: ir.Span


class Dangling(NamedTuple):
    """What the library keeps for a live context is gone; `used` says that the context was used after that."""

    create: SiteKey
    field: str
    site: Site
    death: Death
    used: Site | None


class Lost(NamedTuple):
    """What `site` put into a field was wiped by another statement before anything read it."""

    cell: Cell
    field: str
    site: Site
    wiped: Site


class DeadUse(NamedTuple):
    """A context that was destroyed is handed to a function of the library, or (`again`) destroyed again."""

    create: SiteKey
    ended: Ended
    moment: Moment
    again: bool


class InnerDestroy(NamedTuple):
    """A context is destroyed by what its own service loop runs.

    `kept` if anything but the variables of the function that destroys it holds it.
    """

    create: SiteKey
    moment: Moment
    kept: bool


class Observations:
    """Collects; the first observation of each kind at a place is kept, later ones bring newer facts.

    `doubts` are the keys of what was seen only in a state that a bound had made inexact.
    """

    def __init__(self) -> None:
        self.creations: dict[tuple[SiteKey, int], Creation] = {}
        self.connections: dict[tuple[SiteKey, int], Creation] = {}
        self.vhosts: dict[tuple[SiteKey, int], Creation] = {}
        self.null_uses: dict[tuple[SiteKey, SiteKey], NullUse] = {}
        self.leaks: dict[tuple[SiteKey, int, ir.Span], Leak] = {}
        self.deaths: dict[SiteKey, Death] = {}
        self.dangling: dict[tuple[SiteKey, str], Dangling] = {}
        self.lost: dict[tuple[SiteKey, SiteKey, str], Lost] = {}
        self.read: set[SiteKey] = set()

        self.dead_uses: dict[tuple[SiteKey, SiteKey, Ending], DeadUse] = {}
        self.inner_destroys: dict[tuple[SiteKey, SiteKey], InnerDestroy] = {}
        self.writes: dict[Cell, dict[SiteKey, Site]] = {}
        self.doubts: set[object] = set()
        self.partial_resets: set[Cell] = set()

    def create(self, kind: str, creation: Creation) -> None:
        """A create of a `context` or a `vhost` was carried out, or a `connection` was asked for."""
        table = self.table(kind)
        table[creation.moment.site.key, id(creation.moment.node)] = creation

    def table(self, kind: str) -> dict[tuple[SiteKey, int], Creation]:
        """All creates of one kind, by their place and the node that they were carried out at."""
        return {"context": self.creations, "vhost": self.vhosts, "connection": self.connections}[kind]

    def null_use(self, use: NullUse) -> None:
        """A NULL context was used."""
        key = (use.create, use.moment.site.key)
        if use.moment.state.exact:
            self.null_uses.setdefault(key, use)
        else:
            self.doubts.add(key)

    def leak(self, leak: Leak) -> None:
        """A live context was lost. Behind a branch that may not be possible here that is no evidence."""
        key = (leak.create, leak.function.index, leak.span)
        if any(not doubt.open for doubt in leak.state.doubts):
            return
        if leak.state.exact:
            self.leaks.setdefault(key, leak)
        else:
            self.doubts.add(key)

    def dead_use(self, use: DeadUse) -> None:
        """A context was used after it was destroyed."""
        self.dead_uses.setdefault((use.create, use.moment.site.key, use.ended.ending), use)

    def inner_destroy(self, destroy: InnerDestroy) -> None:
        """A context was destroyed inside its own service loop."""
        self.inner_destroys.setdefault((destroy.create, destroy.moment.site.key), destroy)

    def dangle(self, dangling: Dangling) -> None:
        """The library keeps a pointer to what is gone."""
        key = (dangling.site.key, dangling.field)
        known = self.dangling.get(key)
        if known is None or (known.used is None and dangling.used is not None):
            self.dangling[key] = dangling

    def write(self, cell: Cell, site: Site) -> None:
        """Creation info was written."""
        self.writes.setdefault(cell, {}).setdefault(site.key, site)
