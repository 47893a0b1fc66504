"""A linked program with its roles and everything that was explored: what all questions stand on."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lwslint import ir
from lwslint.analysis import bounds, walk
from lwslint.analysis.clusters import CONNECTIONS, CONTEXTS, Cluster, Clusters, Subject
from lwslint.analysis.domain import Mark
from lwslint.analysis.explore import Explorer
from lwslint.analysis.graph import Event
from lwslint.analysis.index import Index
from lwslint.analysis.library import callee_name
from lwslint.analysis.link import Group, Linker
from lwslint.analysis.pointers import FunctionPointers
from lwslint.analysis.possible import Possible
from lwslint.analysis.program import Function, LocationClass, Program, Site
from lwslint.analysis.reasons import ReasonSets
from lwslint.analysis.roles import Roles
from lwslint.analysis.slice import Slice
from lwslint.analysis.threads import Threads
from lwslint.analysis.values import Values
from lwslint.analysis.witness import Story, sentence, shortened
from lwslint.lws.effects import Effects
from lwslint.lws.knowledge import Knowledge
from lwslint.lws.release import Release, has
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

if TYPE_CHECKING:
    from lwslint.analysis.questions.creations import Create

_LAST_TO_WRITE = "2.4.2"
_ONLY_READS = Effects()

_NEARBY = 4
"""So many functions are taken for entries where the way from `main` is too long."""

_SHARE = 4
"""And that with a quarter of the nodes, as the rest has been spent."""


class Explored:
    """One linked program, analysed for one release of the library.

    `whole` says whether its `main` is in sight.
    """

    def __init__(
        self,
        units: Sequence[ir.Unit],
        group: Group,
        linker: Linker,
        release: str,
        knowledge: Knowledge | None = None,
    ) -> None:
        self.linked = Program(units, group, linker)
        self.release = release
        self.whole = group.entry is not None
        self.knowledge = knowledge or Knowledge.load()
        self.pointers = FunctionPointers(self.linked)
        self.roles = Roles(self.linked, self.pointers, self.knowledge)
        self.unexplored: list[Cluster] = []
        self.known_creates: dict[str, tuple[Create, ...]] = {}
        self.explorers = tuple(self._explore(CONTEXTS))

    @functools.cached_property
    def target(self) -> Release:
        """The release that the code is held against; where none is known, the newest."""
        return Release.parse(self.release) if self.release else self.knowledge.newest()

    # Exploration

    def oracle(self, name: str) -> Effects | None:
        """What is known of a function of the library or the system; None if nothing is."""
        known = self.knowledge.effects(name)
        if known is None and self.knowledge.is_library(name):
            return _ONLY_READS
        return known

    @functools.cached_property
    def index(self) -> Index:
        """Who writes what, and who calls whom."""
        return Index(self.linked, self.pointers, self.oracle, self.roles.callbacks)

    @functools.cached_property
    def possible(self) -> Possible:
        """What values may be, whichever way the program takes."""
        return Possible(self.index)

    @functools.cached_property
    def connecting(self) -> tuple[Explorer, ...]:
        """What was explored of the ways to connects, in clusters about connect info."""
        return tuple(self._explore(CONNECTIONS))

    def known_at_target(self, name: str) -> Effects | None:
        """What is known of a function out of sight on the target release; None if nothing is."""
        known = self.knowledge.effects(name, self.target)
        return _ONLY_READS if known is None and self.knowledge.is_library(name) else known

    def has_name(self, name: str) -> bool:
        """Whether the target release has a public name."""
        spans = self.knowledge.spans(name)
        return spans is not None and has(spans, self.target)

    @functools.cached_property
    def threads(self) -> Threads:
        """Where threads start, and which statements matter to who runs when."""
        return Threads(self.linked, self.index, self.roles, self.known_at_target)

    @functools.cached_property
    def values(self) -> Values:
        """What values may be, without the states of objects."""
        return Values(self.linked, self.index, self.roles.callbacks, whole=self.whole)

    def _explore(self, subject: Subject) -> Iterator[Explorer]:
        left = bounds.NODES_PER_PROGRAM
        slicing = len(self.linked.sites()) // bounds.STATEMENTS_PER_NODE
        for cluster in Clusters(self.linked, self.pointers, self.oracle, subject):
            if not left:
                self.unexplored.append(cluster)
                continue
            slice_ = Slice(self.index, cluster)
            explorer = Explorer(self.linked, slice_, self.roles, most=left)
            mains, others = self._entries(self.index, alone=not slice_.repeats and not subject.results)
            explorer.run([(main, Mark.NONE) for main in mains], known_history=True)
            explorer.run([(other, Mark.NONE) for other in others], known_history=False)
            left = max(left - explorer.cost - slicing, 0)
            if explorer.lost:
                del explorer
                gc.collect()  # it is in cycles with its nodes, which are many
                explorer = self._from_nearby(slice_, left)
                left = max(left - explorer.cost, 0)
            yield explorer

    def _from_nearby(self, slice_: Slice, most: int) -> Explorer:
        """An exploration from threads close to the creates, where that from `main` came not so far.

        What there was before is unknown to it, as where nobody in sight calls a function.
        """
        near = [
            own.function for own in slice_.functions.values() if self.index.handed.get(own.function.index)
        ]
        explorer = Explorer(self.linked, slice_, self.roles, _SHARE, most)
        explorer.run([(function, Mark.NONE) for function in near[:_NEARBY]], known_history=False)
        explorer.bounded = True
        return explorer

    def _entries(self, index: Index, *, alone: bool) -> tuple[list[Function], list[Function]]:
        """The functions that run by themselves: `main`, and those that nobody in sight calls.

        `alone` for an exploration without the event loop: callbacks, timers and threads are entries, too.
        """
        mains, others = [], []
        looping = not alone and any(effects.runs_loop for _, effects in index.library)
        callbacks = set() if looping else {callback.index for callback in self.roles.callbacks}
        for function in self.linked.functions:
            if function.unit == self.linked.entry and function.name in ("main", "app_main", "wmain"):
                mains.append(function)
            elif function.index in callbacks or not (
                index.callers.get(function.index)
                or (index.handed.get(function.index) and not alone)
                or function in self.roles.callbacks
            ):
                others.append(function)
        return mains, others

    @property
    def asked(self) -> tuple[Explorer, ...]:
        """Everything that has been explored so far."""
        return (*self.explorers, *self.__dict__.get("connecting", ()))

    # What questions ask again and again

    def may_repeat(self, site: Site) -> bool:
        """Whether a loop, several calls or a role may run a statement more than once."""
        return self.index.repeats(site)

    def cyclic(self, site: Site) -> bool:
        """Whether a loop, a recursion, a timer or a callback may run a statement any number of times."""
        return self.index.cyclic(site)

    def over_list(self, site: Site) -> bool:
        """Whether the nearest loop around a statement goes over a list that stands in the program."""
        return self.index.over_list(site)

    @functools.cached_property
    def library_writes_back(self) -> bool:
        """Whether the library of the target release writes to the creation info (facts: up to 2.4.2)."""
        return bool(self.release) and Release.parse(self.release) <= Release.parse(_LAST_TO_WRITE)

    def site_place(self, site: Site) -> Place:
        """Where a statement stands."""
        return self.linked.place(site.function.unit, site.statement.span)

    def create_at(self, key: tuple[int, int, int]) -> Site:
        """The create with that key."""
        return self.linked.site(self.linked.functions[key[0]], key[1], key[2])

    def callee_name(self, site: Site) -> str:
        """The name of the function that a call names."""
        return callee_name(site.statement) if isinstance(site.statement, ir.Call) else ""

    @functools.cached_property
    def reason_sets(self) -> ReasonSets:
        """Under which callback reasons statements may run."""
        return ReasonSets(self.linked, self.index, self.roles)

    def owner(self, key: str) -> Function | None:
        """The function that a parameter or an automatic variable belongs to."""
        variable = self.linked.variables.get(key)
        return None if variable is None or variable.owner is None else self.linked.functions[variable.owner]

    def names_member(self, record: str, member: str) -> bool:
        """Whether any statement of the program names a member of a record."""
        return ("f", record, member) in self._named_members

    @functools.cached_property
    def _named_members(self) -> set[LocationClass]:
        """Every member that a statement or an initialiser goes to or through."""
        found: set[LocationClass] = set()
        for site in self.linked.sites():
            target = walk.target(site.statement)
            named = [target] if target is not None else []
            for value in walk.values(site.statement):
                named += walk.named(value)
            for location in named:
                found.update(self._through(site.function, location))
        for function in self.linked.functions:
            for block in function.ir.blocks:
                for value in walk.values(block.terminator):
                    for location in walk.named(value):
                        found.update(self._through(function, location))
        return found

    def _through(self, function: Function, location: ir.Location) -> Iterator[LocationClass]:
        for end, step in enumerate(location.path, 1):
            if isinstance(step, ir.Field):
                yield self.linked.classify(function, location.root, location.path[:end])

    # Paths

    def steps(
        self,
        story: Story,
        kinds: Iterable[StepKind],
        last: str,
        also: Iterable[Site] = (),
    ) -> tuple[Step, ...]:
        """The steps of a way: events of these kinds and the statements `also`; the last step says `last`."""
        wanted = set(kinds)
        told = [event for event in story.events[:-1] if event.kind in wanted and sentence(event)]
        present = {event.site.key for event in told if event.site is not None}
        for site in also:
            if site.key not in present:
                told.append(Event(StepKind.FILL, site.function, site.statement.span, "", site))
        return shortened([*story.told(told), story.step(story.events[-1], last)])
