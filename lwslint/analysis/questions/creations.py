"""Creates of contexts and vhosts: what they read, on which occasions, and what is left over by then."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling
from lwslint.analysis.domain import Base, Cell, Fact, Mark, Sort, State
from lwslint.analysis.graph import Event
from lwslint.analysis.observe import Creation
from lwslint.analysis.program import Function, Site, Variable
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.ways import Ways
from lwslint.analysis.questions.wording import as_written, listed
from lwslint.analysis.witness import Story, blocks_to, choices_to, is_negative_service
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place


class Leftover(enum.Enum):
    """Why a field left over from an earlier context does harm, the worst first."""

    DEAD = "points at memory that is gone"
    SHARED = "belongs to the context that is still alive"
    CHANGED = "was written by another statement since"
    GROWN = "only ever grows"
    LIBRARY = "was written by the library"
    UNCHANGED = "keeps its value"


_UNZEROED = (StepKind.DECLARE, StepKind.FILL, StepKind.CALL, StepKind.BRANCH)
_SHARED = ("external_baggage_free_on_destroy", "pcontext")
_WRITTEN_BY_LIBRARY = ("port", "protocols", "options")


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
        return sites_since(self.fact)


class Info:
    """A creation info object: the variable that holds it and where it is in it.

    `written` is how the program writes it at the create, for objects that have no name.
    """

    def __init__(self, program: Explored, cell: Cell, written: str = "") -> None:
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

    def __init__(self, program: Explored, creation: Creation) -> None:
        self._program = program
        self._creation = creation

    @property
    def state(self) -> State:
        """The state right before the create."""
        return self._creation.moment.state

    @property
    def site(self) -> Site:
        """The create."""
        return self._creation.moment.site

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
    def zeroed(self) -> bool:
        """Whether fields that nobody has set are 0."""
        return self.base is Base.ZERO

    @property
    def served(self) -> bool:
        """Whether a context was made from the object since it was last reset."""
        return self.cell is not None and self.cell in self.state.served

    def fields(self) -> tuple[Field, ...]:
        """What was written to the object since its last reset, by name."""
        own = {key[1]: fact for key, fact in self.state.facts.items() if key[0] == self.cell}
        return tuple(Field(name, own[name]) for name in sorted(own))

    def facts(self) -> dict[str, Fact]:
        """What is known of each field that was written since the last reset."""
        return {field.name: field.fact for field in self.fields()}

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
    def after_negative_service(self) -> bool:
        """Whether the loss that decided is a service call that returned a negative value."""
        losses = [event for event in self.story.events if event.kind is StepKind.LOSS]
        return bool(losses) and is_negative_service(losses[-1])

    @property
    def blocks(self) -> set[tuple[int, int]]:
        """The blocks on the way here since the last create, each with its function."""
        return blocks_to(self._creation.moment.node)

    @property
    def choices(self) -> set[tuple[int, int]]:
        """Of these, the ones at which something else had a say than the success before them."""
        return choices_to(self._creation.moment.node)

    @property
    def context_alive(self) -> bool:
        """Whether an earlier context of the cluster is not destroyed, on a way that is possible."""
        return any(self.state.live.values()) and all(doubt.open for doubt in self.state.doubts)

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

    def __init__(self, program: Explored, site: Site, occasions: Sequence[Occasion], kind: str) -> None:
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
        return as_written(call.arguments[position]) if position < len(call.arguments) else ""

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

    def filled(self) -> tuple[Occasion, ...]:
        """The occasions on which only the program in sight filled what it reads, and zeroed it before."""
        return tuple(
            o
            for o in self.occasions
            if o.certain and not o.guessed and o.base is Base.ZERO and not self._filled_elsewhere(o)
        )

    def _filled_elsewhere(self, occasion: Occasion) -> bool:
        """Whether a thread, a handler or a callback may have put more into an object that outlives its way.

        Such a statement may have run before, and the way to the create does not show it.
        """
        info = self.info_of(occasion)
        if info is None:
            return False
        variable = self._program.linked.variables.get(info.cell.object)
        if variable is not None and not variable.static:
            return False
        told = {site.key for field in occasion.fields() for site in (*field.fact.before, *field.fact.since)}
        return any(
            site.key not in told and self._may_write(site, info.cell.object)
            for found, sites in self._program.index.writers.items()
            if found[:2] == ("f", spelling.CREATION_INFO)
            for site in sites
        )

    def _may_write(self, site: Site, key: str) -> bool:
        """Whether a statement that runs by itself may put a value into an object."""
        statement = site.statement
        target = statement.target if isinstance(statement, ir.Assign) else None
        if target is None or not self._program.index.runs_by_itself(site.function):
            return False
        through = any(isinstance(step, ir.Deref) for step in target.path)
        return through or self._program.linked.resolve(site.function, target.root) == key

    def stale(self) -> tuple[Occasion, ...]:
        """The occasions on which the object keeps fields of an earlier context."""
        return tuple(o for o in self.occasions if o.certain and not o.guessed and o.leftovers())

    def after_loss(self) -> tuple[Occasion, ...]:
        """The occasions on which the handling of a loss decided that the create runs again."""
        return Ways(self._program, self.site, self.occasions).after_loss()

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


class Unzeroed(NamedTuple):
    """A create that reads an object which is never zeroed on some path, with what there is to say of it."""

    create: Create
    occasion: Occasion
    info: Info
    message: str
    help: str
    steps: tuple[Step, ...]


def creates(program: Explored, kind: str) -> tuple[Create, ...]:
    """Every call that creates a `context` or a `vhost` or makes a `connection`, in source order."""
    if kind not in program.known_creates:
        program.known_creates[kind] = _creates(program, kind)
    return program.known_creates[kind]


def _creates(program: Explored, kind: str) -> tuple[Create, ...]:
    found: dict[tuple[int, int, int], tuple[Site, list[Occasion]]] = {}
    for explorer in program.connecting if kind == "connection" else program.explorers:
        own = {site.key for site in explorer.slice.cluster.creates}
        for creation in explorer.observations.table(kind).values():
            site = creation.moment.site
            if kind == "context" and site.key not in own:
                continue
            found.setdefault(site.key, (site, []))[1].append(Occasion(program, creation))
    creates = (Create(program, site, occasions, kind) for site, occasions in found.values())
    return tuple(sorted(creates, key=lambda create: create.place))


def by_variable(program: Explored) -> Iterator[tuple[Site, str]]:
    """The creates of contexts and vhosts that are handed the address of a whole variable, and its root."""
    for site, effects in program.index.library:
        call = site.statement
        if effects.creates in ("context", "vhost") and effects.info is not None and isinstance(call, ir.Call):
            argument = call.arguments[effects.info] if effects.info < len(call.arguments) else None
            if isinstance(argument, ir.Address) and not argument.location.path:
                yield site, argument.location.root


def unzeroed(program: Explored, creates: Iterable[Create]) -> Iterator[Unzeroed]:
    """Those of the creates that some path reaches with an object full of garbage.

    An object that a reset of the wrong size was meant to zero is left to those who ask for such resets.
    """
    for create in creates:
        occasion = create.unzeroed()
        info = create.info_of(occasion) if occasion is not None else None
        if occasion is None or info is None or has_wrong_reset(program, occasion):
            continue
        names = [field.name for field in occasion.fields()]
        what = "every field is garbage"
        if names:
            are = "is" if len(names) == 1 else "are"
            what = f"only {listed(names)} {are} set, every other field is garbage"
        yield Unzeroed(
            create,
            occasion,
            info,
            f"`{info.name}` is never zeroed on this path: {what}",
            "zero all of it before anything is set: `memset()` it, or declare it with `= {0}`",
            program.steps(occasion.story, _UNZEROED, f"`{create.callee}()` reads all of `{info.name}`"),
        )


def writers(program: Explored, info: Info) -> tuple[Site, ...]:
    """Every statement that writes to an object, in source order."""
    sites = {
        site.key: site
        for explorer in program.explorers
        for cell, found in explorer.observations.writes.items()
        if cell.object == info.cell.object
        for site in found.values()
    }
    return tuple(sorted(sites.values(), key=lambda site: program.site_place(site)))


def escapes(program: Explored) -> tuple[Info, ...]:
    """The static objects whose address goes to code out of sight."""
    found: dict[str, Info] = {}
    for site in program.linked.sites():
        call = site.statement
        if isinstance(call, ir.Call) and _is_unknown(program, site.function, call):
            for argument in call.arguments:
                info = _static_info(program, site.function, argument)
                if info is not None:
                    found.setdefault(info.cell.object, info)
    return tuple(info for _, info in sorted(found.items()))


def _is_unknown(program: Explored, function: Function, call: ir.Call) -> bool:
    if not isinstance(call.callee, ir.FunctionRef):
        return False
    return not program.pointers.callees(function, call) and program.oracle(call.callee.name) is None


def _static_info(program: Explored, function: Function, value: ir.Value) -> Info | None:
    if not isinstance(value, ir.Address) or any(isinstance(step, ir.Deref) for step in value.location.path):
        return None
    if spelling.bare(program.linked.type_of(function, value.location)) != spelling.CREATION_INFO:
        return None
    info = Info(program, Cell(program.linked.resolve(function, value.location.root)))
    return info if info.static else None


def has_wrong_reset(program: Explored, occasion: Occasion) -> bool:
    """Whether a reset of the wrong size was meant to zero the object that a create reads."""
    cell = occasion.cell
    return cell is not None and any(
        reset.object == cell.object and cell.path[: len(reset.path)] == reset.path
        for explorer in program.asked
        for reset in explorer.observations.partial_resets
    )


def sites_since(fact: Fact) -> tuple[Site, ...]:
    """The statements that wrote a field since the last create and did not fill it before."""
    before = {site.key for site in fact.before}
    return tuple(site for site in fact.since if site.key not in before)


def life(
    program: Explored,
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
    return program.steps(story, kinds, last, also)
