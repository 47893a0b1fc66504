"""A program as rules see it: creates, what they read, and the ways to them, in the library's own words."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import mends, spelling
from lwslint.analysis.clusters import Clusters, effects_of
from lwslint.analysis.domain import Base, Cell, Fact, Mark, Sort, State
from lwslint.analysis.explore import Explorer
from lwslint.analysis.first_fill import FirstFill, first_fill
from lwslint.analysis.graph import Event
from lwslint.analysis.library import callee_name
from lwslint.analysis.link import Group, Linker
from lwslint.analysis.observe import Creation, Leak, NullUse
from lwslint.analysis.pointers import FunctionPointers
from lwslint.analysis.program import Function, Site, Variable
from lwslint.analysis.program import Program as Linked
from lwslint.analysis.roles import Roles
from lwslint.analysis.slice import Index, Slice
from lwslint.analysis.witness import Story, sentence, shortened
from lwslint.lws.effects import Effects
from lwslint.lws.knowledge import Knowledge
from lwslint.lws.release import Release
from lwslint.model.finding import Step, StepKind
from lwslint.model.outcome import Gap, GapKind
from lwslint.model.place import Place


class Leftover(enum.Enum):
    """Why a field left over from an earlier context does harm, the worst first."""

    DEAD = "points at memory that is gone"
    SHARED = "belongs to the context that is still alive"
    CHANGED = "was written by another statement since"
    GROWN = "only ever grows"
    LIBRARY = "was written by the library"
    UNCHANGED = "keeps its value"


_SHARED = ("external_baggage_free_on_destroy", "pcontext")
_WRITTEN_BY_LIBRARY = ("port", "protocols", "options")
_LAST_TO_WRITE = "2.4.2"


class Field(NamedTuple):
    """A field of creation info at a create: which statements wrote it before the last create, and since."""

    name: str
    fact: Fact

    @property
    def survives(self) -> bool:
        """Whether it may keep the value that an earlier context was made with."""
        return self.fact.stale

    @property
    def changed(self) -> tuple[Site, ...]:
        """The statements that wrote it since the last create and did not fill it before."""
        return Program.sites_since(self.fact)


class Info:
    """A creation info object: the variable that holds it and where it is in it.

    `written` is how the program writes it at the create, for objects that have no name.
    """

    def __init__(self, program: Program, cell: Cell, written: str = "") -> None:
        self._program = program
        self.cell = cell
        self._written = written
        self.variable: Variable | None = program.linked.variables.get(cell.object)

    @property
    def name(self) -> str:
        """As a person would write it: `info`, `app.info`, `*info`."""
        if self.variable is None:
            return self._written or "the creation info"
        text = self.variable.name
        for step in self.cell.path:
            text += (
                f".{step}" if isinstance(step, str) and step != "*" else f"[{'i' if step == '*' else step}]"
            )
        return text

    @property
    def static(self) -> bool:
        """Whether it has static or thread storage duration."""
        return self.variable is not None and self.variable.static

    @property
    def defined(self) -> bool:
        """Whether its definition is in sight, and not only a declaration."""
        return self.variable is not None and self.variable.defined

    @property
    def constant(self) -> bool:
        """Whether nobody can write it."""
        return self.variable is not None and self.variable.const

    @property
    def definition(self) -> Place:
        """Where the outermost object is defined."""
        assert self.variable is not None
        return self._program.linked.place(self.variable.unit, self.variable.span)


class Occasion:
    """A create carried out in one of the states that reach it."""

    def __init__(self, program: Program, creation: Creation) -> None:
        self._program = program
        self._creation = creation

    @property
    def state(self) -> State:
        """The state right before the create."""
        return self._creation.moment.state

    @property
    def certain(self) -> bool:
        """Whether a concrete path leads here: only then may a rule accuse."""
        return self.state.exact

    @property
    def guessed(self) -> bool:
        """Whether the path took a branch on what somebody out of sight may have left: no evidence."""
        return self.state.guessed

    @property
    def cell(self) -> Cell | None:
        """The object that the create reads."""
        return self._creation.cell

    @property
    def base(self) -> Base:
        """What the bytes of the object hold that nobody has set."""
        return self.state.base_of(self.cell) if self.cell is not None else Base.UNKNOWN

    @property
    def served(self) -> bool:
        """Whether a context was made from the object since it was last reset."""
        return self.cell is not None and self.cell in self.state.served

    def fields(self) -> tuple[Field, ...]:
        """What was written to the object since its last reset, by name."""
        return tuple(
            Field(key[1], fact)
            for key, fact in sorted(self.state.facts.items(), key=repr)
            if key[0] == self.cell
        )

    def leftovers(self) -> tuple[tuple[Leftover, str, Fact], ...]:
        """What is left over of an earlier create, the worst first.

        Nothing, if the object was reset, or every field that was ever written has been written again.
        After a create that failed only what harms by itself counts.
        """
        fields = self.fields()
        tried = self.cell in self.state.tried
        if not (self.served and any(field.survives for field in fields)) and not tried:
            return ()
        found = [(kind, field.name, field.fact) for field in fields for kind in self._harms(field)]
        if (
            self.served
            and self._program.library_writes_back
            and Leftover.LIBRARY not in [kind for kind, _, _ in found]
        ):
            rewritten = {field.name for field in fields if field.fact.since}
            found += [
                (Leftover.LIBRARY, name, Fact()) for name in _WRITTEN_BY_LIBRARY[:1] if name not in rewritten
            ]
        if not self.served:
            found = [item for item in found if item[0] is not Leftover.UNCHANGED]
        order = list(Leftover)
        return tuple(sorted(found, key=lambda item: (order.index(item[0]), item[1])))

    def _harms(self, field: Field) -> Iterator[Leftover]:
        if Sort.DEAD in field.fact.values:
            yield Leftover.DEAD
        if field.name in _SHARED and field.survives and self.context_alive and field.fact.values != (0,):
            yield Leftover.SHARED
        if field.changed:
            yield Leftover.CHANGED
        if field.fact.grown and field.fact.before:
            yield Leftover.GROWN
        if field.survives and field.name in _WRITTEN_BY_LIBRARY and self._program.library_writes_back:
            yield Leftover.LIBRARY
        if field.survives:
            yield Leftover.UNCHANGED

    @property
    def again(self) -> bool:
        """Whether a context was made before, and a loss is handled here or the create stands on a cycle."""
        site = self._creation.moment.site
        return bool(self.state.created) and (self.state.mode is Mark.LOSS or self._program.cyclic(site))

    @property
    def decided_by(self) -> Mark:
        """What decided the way here since the last create."""
        if self.state.mode is not Mark.NONE:
            return self.state.mode
        return self.state.decision.mark if self.state.decision is not None else Mark.NONE

    @property
    def way(self) -> tuple[int, int] | None:
        """The block that the deciding branch led to."""
        decision = self.state.decision
        return (decision.function, decision.target) if decision is not None else None

    @property
    def context_alive(self) -> bool:
        """Whether an earlier context of the same cluster has not been destroyed."""
        return any(self.state.live.values())

    @property
    def lost(self) -> bool:
        """Whether the handling of a loss led here."""
        return self.decided_by is Mark.LOSS

    @functools.cached_property
    def story(self) -> Story:
        """The way here."""
        moment = self._creation.moment
        site = moment.site
        call = site.statement
        here = Event(StepKind.USE, site.function, call.span, "", site)
        return Story(self._program.linked, moment.node, (*moment.events, here))


class Create:
    """One call that creates a context (or a vhost), with every occasion that reaches it."""

    def __init__(self, program: Program, site: Site, occasions: Sequence[Occasion], kind: str) -> None:
        self._program = program
        self.site = site
        self.kind = kind
        self.occasions = tuple(occasions)

    @property
    def place(self) -> Place:
        """The call."""
        return self._program.linked.place(self.site.function.unit, self.site.statement.span)

    @property
    def function(self) -> str:
        """The function that the call stands in."""
        return self.site.function.name

    @property
    def callee(self) -> str:
        """The name of the function called."""
        call = self.site.statement
        assert isinstance(call, ir.Call) and isinstance(call.callee, ir.FunctionRef)
        return call.callee.name

    @property
    def argument(self) -> str:
        """The creation info as it is written in the call, without the `&`."""
        call = self.site.statement
        assert isinstance(call, ir.Call)
        position = 1 if self.kind == "vhost" else 0
        return _written(call.arguments[position]) if position < len(call.arguments) else ""

    def infos(self) -> tuple[Info, ...]:
        """The objects that it may read."""
        cells = dict.fromkeys(occasion.cell for occasion in self.occasions if occasion.cell is not None)
        return tuple(Info(self._program, cell, self.argument) for cell in cells)

    def info_of(self, occasion: Occasion) -> Info | None:
        """The object that it reads on one occasion."""
        return Info(self._program, occasion.cell, self.argument) if occasion.cell is not None else None

    def unzeroed(self) -> Occasion | None:
        """An occasion on which the object was never zeroed."""
        return next((o for o in self.occasions if o.certain and o.base is Base.GARBAGE), None)

    def stale(self) -> tuple[Occasion, ...]:
        """The occasions on which the object keeps fields of an earlier context."""
        return tuple(o for o in self.occasions if o.certain and not o.guessed and o.leftovers())

    def after_loss(self) -> tuple[Occasion, ...]:
        """The occasions on which the handling of a loss decided that the create runs again."""
        ways = {
            o.way for o in self.occasions if o.again and o.decided_by is Mark.SUCCESS and o.way is not None
        }
        return tuple(
            o
            for o in self.occasions
            if o.certain
            and o.again
            and o.decided_by is Mark.LOSS
            and (o.state.mode is Mark.LOSS or (o.way not in ways and not self._program.over_list(self.site)))
        )

    def runs_once(self) -> bool:
        """Whether nothing in sight makes it run a second time."""
        return not self._program.may_repeat(self.site) and not any(
            self.site.key in occasion.state.created for occasion in self.occasions
        )

    def repeated(self) -> tuple[Occasion, ...]:
        """The occasions on which a cycle has come back to the create, whatever decided it."""
        if not self._program.cyclic(self.site) or self._program.over_list(self.site):
            return ()
        return tuple(
            o for o in self.occasions if o.certain and not o.guessed and self.site.key in o.state.created
        )


class SizedReset(NamedTuple):
    """A call that clears (or copies over) a tracked struct with a constant size."""

    place: Place
    function: str
    callee: str
    target: str
    type: str
    size: int
    written: str
    expected: int
    swapped: bool
    site: Site
    effects: Effects


class Program:
    """What rules ask: one linked program, analysed for one release of the library.

    `whole` says whether its `main` is in sight; `gaps` what the analysis had to leave out.
    """

    def __init__(self, units: Sequence[ir.Unit], group: Group, linker: Linker, release: str) -> None:
        self.linked = Linked(units, group, linker)
        self.release = release
        self.whole = group.entry is not None
        self._knowledge = Knowledge.load()
        self._pointers = FunctionPointers(self.linked)
        self._roles = Roles(self.linked, self._pointers, self._knowledge)
        self._explored = tuple(self._explore())

    # Exploration

    def _oracle(self, name: str) -> Effects | None:
        known = self._knowledge.effects(name)
        if known is None and self._knowledge.is_library(name):
            return _ONLY_READS
        return known

    def _explore(self) -> Iterator[Explorer]:
        clusters = list(Clusters(self.linked, self._pointers, self._oracle))
        if not clusters:
            return
        index = Index(self.linked, self._pointers, self._oracle, self._roles.callbacks)
        self._index = index
        for cluster in clusters:
            slice_ = Slice(index, cluster)
            explorer = Explorer(self.linked, slice_, self._roles)
            mains, others = self._entries(index, slice_)
            explorer.run([(main, Mark.NONE) for main in mains], known_history=True)
            explorer.run([(other, Mark.NONE) for other in others], known_history=False)
            yield explorer

    def _entries(self, index: Index, slice_: Slice) -> tuple[list[Function], list[Function]]:
        """The functions that run by themselves: `main`, and those that nobody in sight calls."""
        mains, others = [], []
        looping = any(effects.runs_loop for _, effects in index.library)
        callbacks = set() if looping else {callback.index for callback in self._roles.callbacks}
        for function in self.linked.functions:
            if function.unit == self.linked.entry and function.name in ("main", "app_main", "wmain"):
                mains.append(function)
            elif function.index in callbacks or not (
                index.callers.get(function.index)
                or index.handed.get(function.index)
                or function in self._roles.callbacks
            ):
                others.append(function)
        return mains, others

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What a bound cut."""
        found = []
        for explorer in self._explored:
            if explorer.bounded or explorer.observations.blurred:
                site = explorer.slice.cluster.creates[0]
                place = self.linked.place(site.function.unit, site.statement.span)
                where = f"the context created in {site.function.name}()"
                text = f"the ways to {where} were not all followed (analysis bound)"
                found.append(Gap(place.path, GapKind.BOUND, text, place.line))
        return tuple(found)

    # Questions

    def creations(self) -> tuple[Create, ...]:
        """Every call that creates a context, in source order."""
        return self._creates("context")

    def vhosts(self) -> tuple[Create, ...]:
        """Every call that creates a vhost, in source order."""
        return self._creates("vhost")

    def _creates(self, kind: str) -> tuple[Create, ...]:
        found: dict[tuple[int, int, int], tuple[Site, list[Occasion]]] = {}
        for explorer in self._explored:
            seen = explorer.observations
            table = seen.creations if kind == "context" else seen.vhosts
            for creation in table.values():
                site = creation.moment.site
                if kind == "context" and all(site.key != own.key for own in explorer.slice.cluster.creates):
                    continue
                found.setdefault(site.key, (site, []))[1].append(Occasion(self, creation))
        creates = (Create(self, site, occasions, kind) for site, occasions in found.values())
        return tuple(sorted(creates, key=lambda create: create.place))

    def writers(self, info: Info) -> tuple[Site, ...]:
        """Every statement that writes to an object, in source order."""
        sites = {
            site.key: site
            for explorer in self._explored
            for cell, found in explorer.observations.writes.items()
            if cell.object == info.cell.object
            for site in found.values()
        }
        return tuple(sorted(sites.values(), key=lambda site: self.site_place(site)))

    def escapes(self) -> tuple[Info, ...]:
        """The static objects whose address goes to code out of sight."""
        found: dict[str, Info] = {}
        for site in self.linked.sites():
            call = site.statement
            if isinstance(call, ir.Call) and self._is_unknown(site.function, call):
                for argument in call.arguments:
                    info = self._static_info(site.function, argument)
                    if info is not None:
                        found.setdefault(info.cell.object, info)
        return tuple(info for _, info in sorted(found.items()))

    def _is_unknown(self, function: Function, call: ir.Call) -> bool:
        if not isinstance(call.callee, ir.FunctionRef):
            return False
        return not self._pointers.callees(function, call) and self._oracle(call.callee.name) is None

    def _static_info(self, function: Function, value: ir.Value) -> Info | None:
        if not isinstance(value, ir.Address) or any(
            isinstance(step, ir.Deref) for step in value.location.path
        ):
            return None
        if spelling.bare(self.linked.type_of(function, value.location)) != spelling.CREATION_INFO:
            return None
        info = Info(self, Cell(self.linked.resolve(function, value.location.root)))
        return info if info.static else None

    def null_uses(self) -> tuple[NullUse, ...]:
        """Calls that get the NULL of a failed create."""
        return tuple(use for explorer in self._explored for use in explorer.observations.null_uses.values())

    def leaks(self) -> tuple[Leak, ...]:
        """Statements that lose the last reference to a live context."""
        return tuple(leak for explorer in self._explored for leak in explorer.observations.leaks.values())

    def leak_place(self, leak: Leak) -> Place:
        """The statement that loses the context."""
        return self.linked.place(leak.function.unit, leak.span)

    def leak_steps(self, leak: Leak) -> tuple[Step, ...]:
        """From the create of the context that is lost, each call on the way to where it is lost."""
        here = Event(StepKind.OTHER, leak.function, leak.span, "")
        story = Story(self.linked, leak.node, (*leak.events, here))
        created = [
            n for n, e in enumerate(story.events) if e.kind is StepKind.CREATE and _is_at(e, leak.create)
        ]
        story.events = story.events[created[-1] :] if created else story.events
        kinds = (StepKind.CREATE, StepKind.LOSS, StepKind.CALL, StepKind.BRANCH)
        return self.steps(story, kinds, "nothing refers to it from here on")

    def callee_name(self, site: Site) -> str:
        """The name of the function that a call names."""
        return callee_name(site.statement) if isinstance(site.statement, ir.Call) else ""

    def may_repeat(self, site: Site) -> bool:
        """Whether a loop, several calls or a role may run a statement more than once."""
        return self._index.repeats(site)

    def cyclic(self, site: Site) -> bool:
        """Whether a loop, a recursion, a timer or a callback may run a statement any number of times."""
        return self._index.cyclic(site)

    def over_list(self, site: Site) -> bool:
        """Whether the nearest loop around a statement goes over a list that stands in the program."""
        return self._index.over_list(site)

    @functools.cached_property
    def library_writes_back(self) -> bool:
        """Whether the library of the target release writes to the creation info (facts: up to 2.4.2)."""
        return bool(self.release) and Release.parse(self.release) <= Release.parse(_LAST_TO_WRITE)

    def has_wrong_reset(self, occasion: Occasion) -> bool:
        """Whether a reset of the wrong size was meant to zero the object that a create reads."""
        cell = occasion.cell
        return cell is not None and any(
            reset.object == cell.object and cell.path[: len(reset.path)] == reset.path
            for explorer in self._explored
            for reset in explorer.observations.partial_resets
        )

    def site_place(self, site: Site) -> Place:
        """Where a statement stands."""
        return self.linked.place(site.function.unit, site.statement.span)

    def create_at(self, key: tuple[int, int, int]) -> Site:
        """The create with that key."""
        return self.linked.site(self.linked.functions[key[0]], key[1], key[2])

    def resets(self) -> tuple[SizedReset, ...]:
        """Every memset, bzero or memcpy of a tracked struct whose constant size is not that of the struct."""
        return tuple(self._resets())

    def _resets(self) -> Iterator[SizedReset]:
        for site in self.linked.sites():
            call = site.statement
            if not isinstance(call, ir.Call):
                continue
            effects = effects_of(self.linked, site.function, call, self._oracle)
            if effects is None or effects.size is None or effects.size >= len(call.arguments):
                continue
            position = effects.zeroes if effects.zeroes is not None else (effects.copies or (None,))[0]
            if position is None or position >= len(call.arguments):
                continue
            found = self._judge_reset(site, call, effects, position)
            if found is not None:
                yield found

    def _judge_reset(self, site: Site, call: ir.Call, effects: Effects, position: int) -> SizedReset | None:
        assert effects.size is not None
        target = call.arguments[position]
        type_ = spelling.pointee(self.linked.value_type(site.function, target))
        expected = self.linked.size_of(type_)
        if not expected or not self._is_tracked(type_):
            return None
        measured = call.arguments[effects.size]
        if isinstance(measured, ir.SizeOf) and spelling.bare(measured.type) == type_:
            return None
        size, written = _constant(measured)
        swapped = False
        if effects.fill is not None and effects.fill < len(call.arguments):
            fill, fill_text = _constant(call.arguments[effects.fill])
            swapped = size == 0 and fill not in (0, None)
            written = fill_text if swapped else written
        if size is None or self._covers(site.function, target, size, expected):
            return None
        callee = call.callee.name if isinstance(call.callee, ir.FunctionRef) else ""
        name = _written(target)
        place = self.site_place(site)
        return SizedReset(
            place, site.function.name, callee, name, type_, size, written, expected, swapped, site, effects
        )

    def _is_tracked(self, type_: str) -> bool:
        records = (spelling.CREATION_INFO, spelling.CONNECT_INFO, *spelling.PROTOCOLS)
        return any(self.linked.contains(type_, record) for record in records)

    def _covers(self, function: Function, target: ir.Value, size: int, expected: int) -> bool:
        """Whether so many bytes are the object, whole elements of an array, or an enclosing object."""
        if size == expected:
            return True
        if not isinstance(target, ir.Address):
            return size > expected and size % expected == 0
        location = target.location
        for end in range(len(location.path), -1, -1):
            if end < len(location.path) and isinstance(location.path[end], ir.Deref):
                break  # what comes before is the pointer: another object
            outer = ir.Location(location.root, location.path[:end])
            outer_size = self.linked.size_of(self.linked.type_of(function, outer))
            if outer_size and size == outer_size:
                return True
            if end < len(location.path) and isinstance(location.path[end], ir.Index) and size % expected == 0:
                return 0 < size <= (outer_size or size)
        return False

    # Mends

    def argument(self, site: Site, position: int) -> mends.Argument | None:
        """An argument of a call: where it stands, and how it is written."""
        return mends.argument(self.linked, site, position)

    def pointed_at(self, site: Site, position: int) -> str:
        """What an argument of a call points at, as it is written in C; empty if that is not plain."""
        call = site.statement
        if not isinstance(call, ir.Call) or position >= len(call.arguments):
            return ""
        return mends.pointed_at(self.linked, site.function, call.arguments[position])

    def member(self, site: Site, position: int, name: str) -> str:
        """A member of what an argument of a call points at, as written in C; empty if that is not plain."""
        call = site.statement
        if not isinstance(call, ir.Call) or position >= len(call.arguments):
            return ""
        return mends.member(self.linked, site.function, call.arguments[position], name)

    def origin(self, occasion: Occasion) -> mends.Declared | mends.Allocated | None:
        """Where the object that a create reads got the garbage that is in it."""
        if occasion.cell is None:
            return None
        return mends.origin(self.linked, self._oracle, occasion.story, occasion.cell.object)

    def first_fill(self, create: Create, info: Info) -> FirstFill | None:
        """The first statement that fills a heap block, if it can be zeroed before that on every way.

        None where the library of the target release does not bring `<string.h>` itself.
        """
        call = create.site.statement
        position = 1 if create.kind == "vhost" else 0
        if (
            info.variable is not None
            or info.cell.path
            or self.library_writes_back
            or not isinstance(call, ir.Call)
            or position >= len(call.arguments)
        ):
            return None
        return first_fill(self.linked, create.site, call.arguments[position], self.writers(info))

    def result(self, site: Site) -> str:
        """What the result of a call is assigned to, as it is written in C; empty if that is not plain."""
        return mends.result(self.linked, site)

    def is_tested_next(self, site: Site) -> bool:
        """Whether a branch on the result of a call follows it, with no other call between."""
        return mends.is_tested_next(site)

    def way_out(self, site: Site) -> str:
        """The statement by which the function around a statement leaves on failure; empty if it has none."""
        return mends.way_out(site.function)

    # Paths

    @staticmethod
    def sites_since(fact: Fact) -> tuple[Site, ...]:
        """The statements that wrote a field since the last create and did not fill it before."""
        before = {site.key for site in fact.before}
        return tuple(site for site in fact.since if site.key not in before)

    def life(
        self,
        occasion: Occasion,
        field: str,
        kinds: Iterable[StepKind],
        last: str,
        also: Iterable[Site],
    ) -> tuple[Step, ...]:
        """The steps of an object's life up to a create: of its first fills only one, and those of `field`."""
        story = occasion.story
        first = next((n for n, event in enumerate(story.events) if event.kind is StepKind.CREATE), 0)
        fills = [n for n in range(first) if story.events[n].kind is StepKind.FILL]
        kept = set(fills[:1]) | {n for n in fills if story.events[n].what == field}
        story.events = [event for n, event in enumerate(story.events) if n not in set(fills) - kept]
        return self.steps(story, kinds, last, also)

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


_ONLY_READS = Effects()


def _is_at(event: Event, key: tuple[int, int, int]) -> bool:
    return event.site is not None and event.site.key == key


def _constant(value: ir.Value) -> tuple[int | None, str]:
    if isinstance(value, ir.SizeOf):
        return value.value, f"sizeof({value.operand})"
    if isinstance(value, ir.Const):
        return value.value, value.name or str(value.value)
    if isinstance(value, ir.Binary) and value.operator in ("*", "+", "-"):
        left, left_text = _constant(value.left)
        right, right_text = _constant(value.right)
        if left is not None and right is not None:
            result = {"*": left * right, "+": left + right, "-": left - right}[value.operator]
            return result, f"{left_text} {value.operator} {right_text}"
    return None, ""


def _written(value: ir.Value) -> str:
    """A location as a person would write it."""
    if not isinstance(value, ir.Address | ir.Load):
        return "it"
    location = value.location
    text = (
        location.root.lstrip("@%").rpartition(".")[2] if location.root.startswith("@") else location.root[1:]
    )
    text = text.partition(".")[0]
    for step in location.path:
        if isinstance(step, ir.Field):
            text = f"{text.removesuffix('->')}->{step.name}" if text.endswith("->") else f"{text}.{step.name}"
        elif isinstance(step, ir.Deref):
            text += "->"
    return text.removesuffix("->")
