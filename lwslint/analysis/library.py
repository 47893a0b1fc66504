"""What statements and calls of functions without a body do to a state."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lwslint import ir
from lwslint.analysis import bounds, spelling, walk
from lwslint.analysis.bytewise import Bytewise
from lwslint.analysis.clusters import effects_of, worked_on
from lwslint.analysis.domain import (
    ALWAYS,
    STAND_IN,
    Armed,
    Base,
    Callable_,
    Cell,
    Context,
    Ended,
    Ending,
    Fact,
    Kept,
    Loop,
    Mark,
    Marked,
    NoContext,
    Pointer,
    Sort,
    State,
    Value,
    Within,
    join_sites,
    truth,
)
from lwslint.analysis.evaluate import UNKNOWN
from lwslint.analysis.graph import Event, Node
from lwslint.analysis.layout import covered, offset_of
from lwslint.analysis.observe import (
    Creation,
    Dangling,
    DeadUse,
    Death,
    InnerDestroy,
    Leak,
    Lost,
    Moment,
    NullUse,
)
from lwslint.analysis.possible import Possible
from lwslint.analysis.program import Function, Site
from lwslint.lws.effects import Deferral, Effects, Role
from lwslint.model.finding import StepKind

if TYPE_CHECKING:
    from lwslint.analysis.explore import Explorer

_UNTYPED = frozenset({"", "void", "char", "unsigned char"})
"""What `_allocated` takes from a pointer to memory that has no type of its own yet."""


class Library:
    """Carries out assignments, declarations and calls of functions that are out of sight."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._program = explorer.program
        self._evaluator = explorer.evaluator
        self._objects = explorer.objects
        self._slice = explorer.slice
        self._seen = explorer.observations
        self._record = explorer.slice.cluster.subject.record
        self._possible = Possible(explorer.slice.index)
        self._info_cells: dict[Cell, tuple[Cell, str] | None] = {}
        self._protocols: dict[tuple[int, int, int], frozenset[int]] = {}
        creates = {site.key for site, effects in explorer.slice.index.library if effects.creates == "context"}
        self._alone = len(creates) == 1

    @functools.cached_property
    def _bytewise(self) -> Bytewise:
        """Which objects are written byte by byte."""
        return Bytewise(self._slice.index)

    # Statements

    def declare(self, state: State, site: Site, statement: ir.Declare, events: list[Event]) -> None:
        """An automatic object begins its life."""
        key = self._program.resolve(site.function, statement.root)
        variable = self._program.variables[key]
        state.clear(Cell(key), Base.GARBAGE)
        if self._program.contains(variable.type, self._record):
            events.append(Event(StepKind.DECLARE, site.function, statement.span, variable.name, site))

    def assign(self, state: State, site: Site, statement: ir.Assign, events: list[Event], node: Node) -> None:
        """`target = value`."""
        function = site.function
        cell = self._evaluator.cell(state, function, statement.target)
        if isinstance(statement.value, ir.Zero):
            if cell is not None:
                self._reset(state, cell, Base.ZERO, site, statement.span, events)
            return
        type_ = spelling.bare(self._program.type_of(function, statement.target))
        if isinstance(statement.value, ir.Load | ir.Unknown) and spelling.is_record(type_):
            self.copy(state, cell, self._source(state, function, statement.value, type_), site, events)
            return
        found = self._evaluator.value(state, function, statement.value)
        self._tell(state, function, statement.target, cell, found.value)
        if cell is None:
            self._let_go(state, found.value)
            return
        if self._info(cell) is not None:
            if not self._is_computed(state, function, statement.value):
                found = UNKNOWN
            self._fill(state, cell, site, statement.operator, self._resolved(site, statement, found), events)
        if self._objects.tracked(cell):
            source = None
            if isinstance(statement.value, ir.Load):
                source = self._evaluator.cell(state, function, statement.value.location)
            self._store(state, cell, found, Moment(site, node, state, tuple(events)), source)

    def _source(
        self, state: State, function: Function, value: ir.Load | ir.Unknown, type_: str
    ) -> Cell | None:
        """What a struct is copied from; of a member that headers lack only the struct around it is left."""
        if isinstance(value, ir.Unknown):
            return None
        whole = spelling.bare(self._program.type_of(function, value.location)) == type_
        return self._evaluator.cell(state, function, value.location) if whole else None

    def _is_computed(self, state: State, function: Function, value: ir.Value) -> bool:
        """Whether all that a computation reads is followed, so that its result is what it seems."""
        if not isinstance(value, ir.Unary | ir.Binary):
            return True
        cells = (self._evaluator.cell(state, function, location) for location in walk.loads(value))
        return all(cell is not None and self._objects.tracked(cell) for cell in cells)

    def result(
        self, state: State, function: Function, call: ir.Call, value: Marked, moment: Moment | None = None
    ) -> None:
        """The result of a call goes where it is wanted."""
        if call.result is None:
            if moment is not None:
                self._overwritten(state, value.value, moment)
            return
        cell = self._evaluator.cell(state, function, call.result)
        self._tell(state, function, call.result, cell, value.value)
        if spelling.is_record(self._program.type_of(function, call.result)):
            source = value.value.cell if isinstance(value.value, Pointer) else None
            if cell is not None and moment is not None:
                self.copy(state, cell, source, moment.site, [])
        elif cell is None:
            self._let_go(state, value.value)
        else:
            if moment is not None:
                self._fill(state, cell, moment.site, "=", value, [])
            if self._objects.tracked(cell):
                self._store(state, cell, value, moment)

    def return_record(self, state: State, function: Function, value: ir.Load) -> Marked:
        """A struct that is returned by value is kept where the caller finds it."""
        source = self._evaluator.cell(state, function, value.location)
        kept = Cell(f"result:{function.index}")
        self._objects.allocate(kept.object, function.ir.result)
        site = next(iter(self._seen.writes.get(source, {}).values()), None) if source is not None else None
        if source is None or site is None:
            state.clear(kept, Base.UNKNOWN if source is None else state.base_of(source))
        else:
            self.copy(state, kept, source, site, [])
        return Marked(Pointer(kept))

    def _tell(
        self, state: State, function: Function, target: ir.Location, cell: Cell | None, value: Value
    ) -> None:
        """Keep in mind whether a context goes where the object cannot be told, or NULL."""
        if cell is not None and not cell.object.startswith(STAND_IN):
            return
        if spelling.pointee(self._program.type_of(function, target)) in spelling.CONTEXTS:
            found, there = self._program.classify(function, target.root, target.path), truth(value)
            others = frozenset(one for one in state.told if one[0] != found)
            state.told = others if there is None else others | {(found, there)}

    def _store(
        self, state: State, cell: Cell, value: Marked, moment: Moment | None, source: Cell | None = None
    ) -> None:
        if cell.object.startswith(STAND_IN):  # many objects: what stands in which of them cannot be told
            self._let_go(state, value.value)
        elif "*" in cell.path:
            self._scatter(state, value.value)
            moment = None
        before = state.memory.get(cell)
        stored = self._objects.distinct(cell, self._typed(state, cell, value.value, source))
        state.write(cell, stored, max(value.mark, current_mark(state)))
        if moment is not None and before is not None and before.value != value.value:
            self._overwritten(state, before.value, moment)

    def _typed(self, state: State, into: Cell, value: Value, source: Cell | None) -> Value:
        """A block that an allocator of the program made gets its type where a pointer that has one takes it.

        It is named by its type too from then on: one allocator makes blocks of many types. Other pointers
        that are left from before may be to an earlier block of that allocator, but not the one it comes from.
        """
        if not isinstance(value, Pointer) or value.cell.path or not value.cell.object.startswith("heap:"):
            return value
        type_ = spelling.pointee(self._objects.type_of(into))
        if not spelling.is_record(type_) or self._objects.heap_types[value.cell.object] not in _UNTYPED:
            return value
        typed = Pointer(Cell(f"{value.cell.object}@{type_}"))
        self._objects.allocate(typed.cell.object, type_)
        state.clear(typed.cell, state.base_of(value.cell))
        maker = int(value.cell.object.removeprefix("heap:").partition(".")[0])
        for cell, known in state.memory.items():
            if known.value == value:
                variable = self._program.variables.get(cell.object)
                same = cell == source or (variable is not None and variable.owner == maker)
                state.memory[cell] = Marked(typed if same else Sort.NONZERO, known.mark)
        return typed

    def _overwritten(self, state: State, value: Value, moment: Moment) -> None:
        if not self._slice.loses or state.guessed:
            return
        lost = isinstance(value, Context) and state.live.get(value) and value not in state.scattered
        if isinstance(value, Context) and lost and not _held(state, value):
            site = moment.site
            self._seen.leak(
                Leak(
                    value.site, site.function, site.statement.span, state, moment, moment.node, moment.events
                )
            )
            del state.live[value]

    def lose_locals(
        self,
        node: Node,
        state: State,
        function: Function,
        own: frozenset[str],
        returned: Marked,
        span: ir.Span,
    ) -> None:
        """A function returns: a live context that only its variables hold is lost."""
        if (
            not self._slice.loses
            or not node.instance.returns
            or node.instance.returns[0].activation == Role.EXIT
        ):
            return
        for cell, marked in list(state.memory.items()):
            value = marked.value
            if (
                cell.object in own
                and isinstance(value, Context)
                and value != returned.value
                and state.live.get(value)
                and value not in state.scattered
                and value not in state.held
                and not any(m.value == value for c, m in state.memory.items() if c.object not in own)
            ):
                self._seen.leak(Leak(value.site, function, span, state, None, node, ()))

    # What the library keeps

    def _keep(self, state: State, context: Context, cell: Cell) -> None:
        """The library keeps what the fields of the info point at, for as long as the context lives."""
        kept = {
            Kept(context, key[1], value.cell, site)
            for key, fact in state.facts.items()
            if key[0] == cell
            for value in fact.values
            if isinstance(value, Pointer)
            for site in (*fact.before, *fact.since)[:1]
        }
        if len(state.kept) < bounds.KEPT_PER_STATE:
            state.kept |= kept

    def bury(self, state: State, objects: frozenset[str], returned: Value, death: Death) -> None:
        """These objects die: what points at them from a field, or is kept by the library, dangles."""
        for fact in state.facts.values():
            if any(isinstance(value, Pointer) and value.cell.object in objects for value in fact.values):
                for site in (*fact.before, *fact.since):
                    self._seen.deaths.setdefault(site.key, death)
        if not self._slice.loses or not any(kept.cell.object in objects for kept in state.kept):
            return
        remaining = set(state.kept)
        for kept in state.kept:
            if kept.cell.object in objects:
                remaining.discard(kept)
                if state.live.get(kept.context) and self._outlives(state, kept.context, objects, returned):
                    remaining.add(kept._replace(death=(death.function.index, death.span)))
                    if state.exact and not state.guessed:
                        self._dangle(kept, death, None)
        state.kept = frozenset(remaining)

    @staticmethod
    def _outlives(state: State, context: Context, objects: frozenset[str], returned: Value) -> bool:
        """Whether somebody can still reach a context once these objects are gone."""
        return (
            context == returned
            or context in state.held
            or any(m.value == context and c.object not in objects for c, m in state.memory.items())
        )

    def _dangle(self, kept: Kept, death: Death, used: Site | None) -> None:
        self._seen.dangle(Dangling(kept.context.site, kept.field, kept.site, death, used))

    def _use_kept(self, moment: Moment, arguments: list[Marked], positions: tuple[int, ...]) -> None:
        """A context is used: what it keeps may be gone."""
        state = moment.state
        used = {arguments[position].value for position in positions if position < len(arguments)}
        for kept in state.kept:
            if kept.death is not None and kept.context in used and state.live.get(kept.context):
                function = self._program.functions[kept.death[0]]
                if state.exact and not state.guessed:
                    self._dangle(kept, Death(function, kept.death[1]), moment.site)

    def _let_go(self, state: State, value: Value) -> None:
        """A value goes where nobody can follow it."""
        if isinstance(value, Context):
            state.live.pop(value, None)

    def _scatter(self, state: State, value: Value) -> None:
        """A value goes to one of many elements: what stands in one of them later may be another.

        A context there lives until one from the array is destroyed: that may be each of them.
        """
        if isinstance(value, Context):
            state.scattered |= {value}

    # Creation info

    def _info(self, cell: Cell) -> tuple[Cell, str] | None:
        """The creation info that a cell is a field of, and which; None if it is none."""
        if cell not in self._info_cells:
            self._info_cells[cell] = self._find_info(cell)
        return self._info_cells[cell]

    def _find_info(self, cell: Cell) -> tuple[Cell, str] | None:
        for depth in range(len(cell.path)):
            holder = Cell(cell.object, cell.path[:depth])
            if spelling.bare(self._objects.type_of(holder)) == self._record:
                name = cell.path[depth]
                return (holder, name) if isinstance(name, str) else None
        return None

    def _fill(
        self, state: State, cell: Cell, site: Site, operator: str, value: Marked, events: list[Event]
    ) -> None:
        found = self._info(cell)
        if found is None:
            return
        info, field = found
        known = state.facts.get(found, Fact())
        if operator == "=":
            fact = Fact(known.before, (site,), False, False, (value.value,))
            if state.exact and not state.guessed:
                self._drop(info, field, known, site)
        else:  # what was there stays, or a part of it
            grown = known.grown or operator != "&="
            fact = Fact(known.before, join_sites(known.since, (site,)), known.stale, grown, (value.value,))
        state.facts[found] = fact
        self._seen.write(info, site)
        events.append(Event(StepKind.FILL, site.function, site.statement.span, field, site))

    def _resolved(self, site: Site, statement: ir.Assign, found: Marked) -> Marked:
        """The value of a field; where the slice does not follow the variable it comes from, its only one."""
        if isinstance(found.value, Sort) and isinstance(statement.value, ir.Load):
            possible = self._possible.of(site.function, statement.value)
            if len(possible) == 1:
                return Marked(next(iter(possible)), found.mark)
        return found

    def _reset(
        self, state: State, cell: Cell, base: Base, site: Site, span: ir.Span, events: list[Event]
    ) -> None:
        if base is Base.ZERO and state.exact and not state.guessed:
            self._lose(state, cell, site)
        state.clear(cell, base)
        if self._program.contains(self._objects.type_of(cell), self._record):
            self._seen.write(cell, site)
            kind = StepKind.RESET if base is Base.ZERO else StepKind.FILL
            events.append(Event(kind, site.function, span, "", site))

    def _lose(self, state: State, cell: Cell, wiped: Site) -> None:
        """What was put into the object (or a part of it) since its last create is wiped unread."""
        depth = len(cell.path)
        for (holder, field), fact in state.facts.items():
            if holder.object == cell.object and holder.path[:depth] == cell.path:
                for site in fact.since:
                    if self._sets_field(site):
                        lost = Lost(holder, field, site, wiped)
                        self._seen.lost.setdefault((site.key, wiped.key, field), lost)

    def _sets_field(self, site: Site) -> bool:
        """Whether a statement that filled a field set just that, and is not a copy or an initialiser."""
        assign = site.statement
        return (
            isinstance(assign, ir.Assign)
            and not assign.initial
            and not spelling.is_record(self._program.type_of(site.function, assign.target))
        )

    def _drop(self, info: Cell, field: str, known: Fact, wiped: Site) -> None:
        """What was put into a field by `|=` since the last create is thrown away by `=`."""
        for site in known.since:
            if isinstance(site.statement, ir.Assign) and site.statement.operator == "|=":
                self._seen.lost.setdefault((site.key, wiped.key, field), Lost(info, field, site, wiped))

    def _note_read(self, state: State, cell: Cell) -> None:
        """Somebody reads (or copies) all of an object."""
        for key, fact in state.facts.items():
            if key[0].object == cell.object:
                self._seen.read.update(site.key for site in (*fact.before, *fact.since))

    def copy(
        self, state: State, into: Cell | None, source: Cell | None, site: Site, events: list[Event]
    ) -> None:
        """All of an object goes over to another."""
        if into is None:
            return
        if source is None:
            self._reset(state, into, Base.UNKNOWN, site, site.statement.span, events)
            return
        self._note_read(state, source)
        depth = len(source.path)

        def moved(cell: Cell) -> Cell:
            return Cell(into.object, (*into.path, *cell.path[depth:]))

        def inside(cell: Cell) -> bool:
            return cell.object == source.object and cell.path[:depth] == source.path

        memory = {moved(cell): value for cell, value in state.memory.items() if inside(cell)}
        bases = {moved(cell): base for cell, base in state.base.items() if inside(cell)}
        facts = {
            (moved(key[0]), key[1]): Fact((), join_sites(fact.before, fact.since), False, False, fact.values)
            for key, fact in state.facts.items()
            if inside(key[0])
        }
        self._reset(state, into, state.base_of(source), site, site.statement.span, events)
        state.memory.update(memory)
        state.base.update(bases)
        for field, value in self._initial(state, source, moved):
            facts.setdefault(field, Fact((), (site,), False, False, (value,)))
        state.facts.update(facts)

    def _initial(
        self, state: State, source: Cell, moved: Callable[[Cell], Cell]
    ) -> Iterator[tuple[tuple[Cell, str], Value]]:
        """The fields that the initialiser of a template gave: a copy of it has them as if it had set them."""
        variable = self._program.variables.get(source.object)
        if variable is None or not variable.static or state.base_of(source) is not Base.ZERO:
            return
        depth = len(source.path)
        for path, value in self._explorer.initial_values(variable):
            if all(own in (step, "*") for own, step in zip(source.path, path[:depth], strict=False)):
                found = self._info(moved(Cell(source.object, path))) if len(path) > depth else None
                if found is not None:  # of many elements each may have another
                    yield found, Sort.UNKNOWN if "*" in source.path else value

    # Calls

    def call(self, node: Node, state: State, site: Site, call: ir.Call, events: list[Event]) -> bool:
        """Carry out a call of a function without a body; says whether the block goes on elsewhere."""
        effects = effects_of(self._program, site.function, call, self._slice.index.oracle)
        arguments = [self._evaluator.value(state, site.function, argument) for argument in call.arguments]
        if effects is None:
            self._unknown(state, site, call, arguments)
            if site.key in self._slice.waits and (state.armed or state.running):
                self._explorer.enter_world(node, state, call, "yield", tuple(events))
                return True
            self.result(state, site.function, call, UNKNOWN, Moment(site, node, state, tuple(events)))
            return False
        moment = Moment(site, node, state, tuple(events))
        self._check_null(moment, effects, arguments)
        destroyed = (effects.destroys,) if effects.destroys is not None else ()
        self._use_kept(moment, arguments, (*effects.needs, *effects.uses, *destroyed))
        self._check_ended(moment, call, effects, arguments)
        if effects.creates:
            return self._create(moment, call, effects, arguments, events)
        if (effects.connects or effects.loss) and not effects.runs_loop:
            return self._connect(moment, call, events)
        self._memory_effects(state, site, call, effects, arguments, events, node)
        for deferral in effects.defers:
            self._defer(state, site, call, deferral, arguments)
        if effects.raises:
            mark = current_mark(state)
            state.armed |= {
                armed._replace(mark=mark) for armed in state.armed if armed.role == effects.raises
            }
        if effects.cancels is not None:
            self._cancel(state, arguments, effects.cancels)
        if effects.destroys is not None and self._destroy(moment, call, effects, arguments, events):
            return True
        if effects.runs_loop and self._slice.repeats and self._runs(state, effects, arguments):
            events.append(Event(StepKind.USE, site.function, call.span, callee_name(call), site))
            state.within = self._loop(state, effects, arguments)
            self._explorer.enter_world(node, state, call, "loop", tuple(events))
            return True
        if (effects.yields or effects.joins) and (state.armed or state.running):
            name = "join" if effects.joins else "yield"
            self._explorer.enter_world(node, state, call, name, tuple(events))
            return True
        if effects.allocates and self._failure_matters(state, site, call):
            self._fail(moment, call, events)
            value = self._returned(state, site, call, effects, arguments)
            self.result(state, site.function, call, value, moment)
            instance, after = node.instance, site.index + 1
            self._explorer.add(instance, site.block, after, state, node, None, tuple(events))
            return True
        self.result(state, site.function, call, self._returned(state, site, call, effects, arguments), moment)
        return False

    def _failure_matters(self, state: State, site: Site, call: ir.Call) -> bool:
        """Whether the block ends with a look at what an allocation gave, while there is a context to lose."""
        if call.result is None or not self._slice.loses or not any(state.live.values()):
            return False
        if site.block not in self._slice.functions[site.function.index].branches:
            return False
        terminator = site.function.ir.blocks[site.block].terminator
        return any(call.result == tested for value in walk.values(terminator) for tested in walk.loads(value))

    def _fail(self, moment: Moment, call: ir.Call, events: list[Event]) -> None:
        """An allocation gives NULL: whoever tries again then does so as after a create that failed."""
        site, failed = moment.site, moment.state.copy()
        failed.created = frozenset()
        self.result(failed, site.function, call, Marked(0))
        event = Event(StepKind.OTHER, site.function, call.span, "NULL", site)
        self._explorer.add(
            moment.node.instance, site.block, site.index + 1, failed, moment.node, None, (*events, event)
        )

    def _check_null(self, moment: Moment, effects: Effects, arguments: list[Marked]) -> None:
        for position in dict.fromkeys((*effects.needs, *effects.uses)):
            if position < len(arguments):
                value = arguments[position].value
                if isinstance(value, NoContext) and effects.destroys != position:
                    self._seen.null_use(NullUse(value.site, moment, value.checked))

    def _check_ended(self, moment: Moment, call: ir.Call, effects: Effects, arguments: list[Marked]) -> None:
        """A context that was destroyed is handed to a function of the library."""
        for position in worked_on(call, effects):
            if position < len(arguments) and effects.destroys != position:
                self._use(moment, arguments[position].value)

    def _use(self, moment: Moment, value: Value) -> None:
        state = moment.state
        if isinstance(value, Context):
            ended = state.ended.get(value)
            if ended is not None and _is_over(state, ended):
                self._seen.dead_use(DeadUse(value.site, ended, moment, again=False))

    def _check_null_member(self, moment: Moment, call: ir.Call) -> None:
        """The context of a connection stands in a member of what the call is handed."""
        info = (
            self._evaluator.value(moment.state, moment.site.function, call.arguments[0])
            if call.arguments
            else UNKNOWN
        )
        if isinstance(info.value, Pointer):
            cell = info.value.cell
            value = moment.state.read(Cell(cell.object, (*cell.path, "context"))).value
            if isinstance(value, NoContext):
                self._seen.null_use(NullUse(value.site, moment, value.checked))
            self._use(moment, value)

    def _runs(self, state: State, effects: Effects, arguments: list[Marked]) -> bool:
        """Whether the loop can do anything: not with NULL, not with a context that is destroyed."""
        positions = effects.uses or effects.needs
        if not positions or positions[0] >= len(arguments):
            return True
        value = arguments[positions[0]].value
        if isinstance(value, Context):
            return state.live.get(value, True)
        return not (value == 0 or isinstance(value, NoContext))

    def _loop(self, state: State, effects: Effects, arguments: list[Marked]) -> Within:
        """The loop that a call runs: of the context that it is handed, else of the only one there is."""
        if effects.uses and effects.uses[0] < len(arguments):
            value = arguments[effects.uses[0]].value
            return Within(Loop.SERVICE, value) if isinstance(value, Context) else Within(Loop.OTHER)
        return Within(Loop.FOREIGN, next(iter(state.live)) if self.is_alone(state) else None)

    def _create(
        self, moment: Moment, call: ir.Call, effects: Effects, arguments: list[Marked], events: list[Event]
    ) -> bool:
        state, site = moment.state, moment.site
        position = effects.info
        info = arguments[position] if position is not None and position < len(arguments) else UNKNOWN
        cell = info.value.cell if isinstance(info.value, Pointer) else None
        self._forget_bytes(state, cell)
        snapshot = state.copy()
        if cell is not None:
            self._note_read(state, cell)
        self._seen.create(effects.creates, Creation(moment._replace(state=snapshot), info, cell))
        if effects.creates != "context" or all(site.key != own.key for own in self._slice.cluster.creates):
            self.result(state, site.function, call, UNKNOWN, moment)
            return False
        instance, after = moment.node.instance, site.index + 1
        event = Event(StepKind.CREATE, site.function, call.span, callee_name(call), site)
        failed = state.copy()
        self._replace(failed, moment, call, NoContext(site.key))
        if cell is not None:
            failed.tried |= {cell}
            self._age(failed, cell)
        failed_event = Event(StepKind.OTHER, site.function, call.span, "NULL", site)
        self._explorer.add(instance, site.block, after, failed, moment.node, None, (*events, failed_event))
        self._succeed(state, moment, call, cell)
        self._explorer.add(instance, site.block, after, state, moment.node, None, (*events, event))
        return True

    def _forget_bytes(self, state: State, cell: Cell | None) -> None:
        """Of an object that is written byte by byte it is not known whether that zeroed it."""
        if cell is None or not (state.base_of(cell) is Base.GARBAGE or cell in state.served):
            return
        if self._bytewise.writes(cell, self._objects.class_of(cell)):
            state.clear(cell, Base.UNKNOWN)

    def _succeed(self, state: State, moment: Moment, call: ir.Call, cell: Cell | None) -> None:
        """A context is made: the older one from here, if any, is now one of those before."""
        site = moment.site
        newest, older = Context(site.key, 0), Context(site.key, 1)
        state.ended.pop(newest, None)
        if newest in state.scattered:
            state.scattered = state.scattered - {newest} | {older}
        if newest in state.live:
            state.live[older] = state.live.pop(newest) or state.live.get(older, False)
            for holder, marked in state.memory.items():
                if marked.value == newest:
                    state.memory[holder] = Marked(older, marked.mark)
        for holder, marked in state.memory.items():
            if marked.mark is not Mark.NONE:
                state.memory[holder] = Marked(marked.value)
        if newest in state.held:
            state.held = state.held - {newest} | {older}
        if state.kept:
            state.kept = frozenset(
                kept._replace(context=older) if kept.context == newest else kept for kept in state.kept
            )
        state.made = True
        state.doubts = frozenset(doubt for doubt in state.doubts if doubt.until == ALWAYS)
        state.created |= {site.key}
        state.decision = None
        state.live[newest] = True
        state.cleared.pop(newest, None)
        self._note_protocols(state, site, cell)
        for cleared in _cleared(state, cell):
            state.cleared[newest] = cleared
        self._replace(state, moment, call, newest)
        if cell is not None:
            self._keep(state, newest, cell)
            state.served |= {cell}
            self._age(state, cell)

    def _note_protocols(self, state: State, site: Site, info: Cell | None) -> None:
        """Whose callbacks the loop of a context runs: those of the array that it was created with."""
        fact = state.facts.get((info, "protocols")) if info is not None else None
        for value in fact.values if fact is not None else ():
            if isinstance(value, Pointer) and value.cell.object in self._program.variables:
                variable = self._program.variables[value.cell.object]
                if not variable.initialiser:
                    continue
                own = frozenset(
                    function.index
                    for assign in variable.initialiser
                    for function in self._program.targets(variable.unit, assign.value)
                )
                self._protocols[site.key] = self._protocols.get(site.key, frozenset()) | own

    def owns(self, context: Context, callback: Function) -> bool:
        """Whether a protocol callback belongs to a context for certain."""
        own = self._protocols.get(context.site)
        if self._alone or own is None:
            return self._alone or self._explorer.roles.callbacks == (callback,)
        return callback.index in own

    def is_alone(self, state: State) -> bool:
        """Whether there is but one context."""
        return self._alone and len(state.live) == 1

    @staticmethod
    def _age(state: State, cell: Cell) -> None:
        """What was written to the object so far was written before its last create."""
        for key, fact in state.facts.items():
            if key[0] == cell:
                before = join_sites(fact.before, fact.since)
                state.facts[key] = Fact(before, (), True, False, fact.values)

    def _replace(self, state: State, moment: Moment, call: ir.Call, value: Value) -> None:
        """The result of a create goes to its variable, which may have held the last live context."""
        if call.result is None:
            return
        cell = self._evaluator.cell(state, moment.site.function, call.result)
        self._tell(state, moment.site.function, call.result, cell, value)
        if cell is None:
            self._let_go(state, value)
            return
        self._fill(state, cell, moment.site, "=", Marked(value), [])
        before = state.memory.get(cell)
        state.write(cell, value, Mark.NONE)
        if cell.object.startswith(STAND_IN):
            self._let_go(state, value)
        elif "*" in cell.path:
            self._scatter(state, value)
        elif before is not None:
            self._overwritten(state, before.value, moment)

    def _connect(self, moment: Moment, call: ir.Call, events: list[Event]) -> bool:
        """A connection: its failure is a loss, if the program looks at the result."""
        state, site = moment.state, moment.site
        self._check_null_member(moment, call)
        self._read_connect_info(moment, call)
        if call.result is None or (
            self._program.classify(site.function, call.result.root, call.result.path)
            not in self._slice.tracked
        ):
            return False
        instance, after = moment.node.instance, site.index + 1
        failed = state.copy()
        self.result(failed, site.function, call, Marked(0, Mark.LOSS))
        lost = Event(StepKind.LOSS, site.function, call.span, callee_name(call), site)
        self.result(state, site.function, call, Marked(Sort.NONZERO))
        self._explorer.add(instance, site.block, after, state, moment.node, None, tuple(events))
        self._explorer.add(instance, site.block, after, failed, moment.node, None, (*events, lost))
        return True

    def _read_connect_info(self, moment: Moment, call: ir.Call) -> None:
        """In a cluster about connections: the library reads (and copies) what the call is handed."""
        if not any(moment.site.key == own.key for own in self._slice.cluster.creates):
            return
        state = moment.state
        info = (
            self._evaluator.value(state, moment.site.function, call.arguments[0])
            if call.arguments
            else UNKNOWN
        )
        cell = info.value.cell if isinstance(info.value, Pointer) else None
        self._forget_bytes(state, cell)
        self._seen.create("connection", Creation(moment._replace(state=state.copy()), info, cell))
        if self._record == spelling.CONNECT_INFO:
            state.created |= {moment.site.key}
            state.decision = None
            if cell is not None:
                state.served |= {cell}
                self._age(state, cell)

    def _destroy(
        self, moment: Moment, call: ir.Call, effects: Effects, arguments: list[Marked], events: list[Event]
    ) -> bool:
        state, site = moment.state, moment.site
        assert effects.destroys is not None
        value = arguments[effects.destroys].value if effects.destroys < len(arguments) else Sort.UNKNOWN
        if "vhost" in callee_name(call):
            return False
        if value == 0 or isinstance(value, NoContext):
            return False
        if isinstance(value, Context):
            if effects.destroys not in effects.uses:
                self._check_again(moment, value)
            self._end(moment, value)
            state.live[value] = False
            if value in state.scattered:
                state.live.update(dict.fromkeys(state.scattered & state.live.keys(), False))
        else:
            state.live = dict.fromkeys(state.live, False)
        events.append(Event(StepKind.DESTROY, site.function, call.span, callee_name(call), site))
        reasons = [self._explorer.roles.number(name) for name in effects.reasons]
        named = sorted(reason for reason in reasons if reason is not None)
        if (
            not named
            or not self._slice.repeats
            or not any(c.index in self._slice.functions for c in self._explorer.roles.callbacks)
        ):
            settle(state)
            return False
        state.within = Within(Loop.OTHER)
        self._explorer.enter_world(moment.node, state, call, ",".join(map(str, named)), tuple(events))
        return True

    def _check_again(self, moment: Moment, value: Context) -> None:
        """A context that was destroyed is destroyed again, and not by what the first destroy runs."""
        state = moment.state
        ended = state.ended.get(value)
        if ended is not None and _is_over(state, ended):
            self._seen.dead_use(DeadUse(value.site, ended, moment, again=True))

    def _end(self, moment: Moment, value: Context) -> None:
        """A context is destroyed: at once, or once the loop that runs the destroy can finish it.

        Of contexts that an older create at the same place has made, or that stand in some element of an
        array, it cannot be told which of them it is.
        """
        state, site = moment.state, moment.site
        if value.age or value in state.scattered or value in state.ended or not state.live.get(value, True):
            return
        possible = all(doubt.open for doubt in state.doubts)
        within = state.within
        if within is None or (within.context is not None and within.context != value):
            ending = Ending.FINISHED if state.running else Ending.AT_ONCE
        elif within.context is None:
            return
        elif within.loop is Loop.SIGNAL:
            ending = Ending.FINISHED
        else:
            if value not in state.cleared and _is_evidence(state):
                self._seen.inner_destroy(InnerDestroy(value.site, moment, _is_kept(moment, value)))
            if within.loop is not Loop.SERVICE:
                return
            ending = Ending.PUT_OFF
        if possible:
            state.ended[value] = Ended(ending, site, state.doubts, state.thread)

    def _memory_effects(
        self,
        state: State,
        site: Site,
        call: ir.Call,
        effects: Effects,
        arguments: list[Marked],
        events: list[Event],
        node: Node,
    ) -> None:
        if effects.zeroes is not None:
            self._zero(state, site, call, effects, arguments, events)
        if effects.copies is not None and max(effects.copies) < len(arguments):
            into, source = (arguments[position].value for position in effects.copies)
            if isinstance(into, Pointer):
                self.copy(
                    state, into.cell, source.cell if isinstance(source, Pointer) else None, site, events
                )
        for position in effects.writes:
            if position < len(arguments):
                self._overwrite(state, site, arguments[position].value, effects.fields, events)
        if effects.frees is not None and effects.frees < len(arguments):
            freed = arguments[effects.frees].value
            if isinstance(freed, Pointer) and freed.cell.object.startswith("heap:"):
                self._free(state, freed.cell.object, Moment(site, node, state, tuple(events)))

    def _free(self, state: State, name: str, moment: Moment) -> None:
        """A heap block is gone: what it held is lost, what points at it is dead."""
        for cell, marked in list(state.memory.items()):
            if cell.object == name:
                del state.memory[cell]
                self._overwritten(state, marked.value, moment)
        site = moment.site
        self.bury(state, frozenset({name}), UNKNOWN.value, Death(site.function, site.statement.span))
        state.forget({name})

    def _zero(
        self,
        state: State,
        site: Site,
        call: ir.Call,
        effects: Effects,
        arguments: list[Marked],
        events: list[Event],
    ) -> None:
        assert effects.zeroes is not None
        if effects.zeroes >= len(arguments):
            return
        target = arguments[effects.zeroes].value
        if not isinstance(target, Pointer):
            return
        fill = (
            arguments[effects.fill].value if effects.fill is not None and effects.fill < len(arguments) else 0
        )
        size = None
        if effects.size is not None and effects.size < len(arguments):
            written = call.arguments[effects.size]
            size = None if self._is_size_of(written, target.cell) else arguments[effects.size].value
        cells = self._zeroed_cells(target.cell, size)
        if not cells:
            self._seen.partial_resets.add(target.cell)
            return
        base = Base.GARBAGE if isinstance(fill, int) and fill != 0 else Base.ZERO
        for cell in cells:
            self._reset(state, cell, base, site, call.span, events)
            if base is Base.ZERO:
                for field in effects.sets:
                    for holder in self._infos_in(cell):
                        state.facts[holder, field] = Fact((), (site,), False, False, ())

    def _is_size_of(self, written: ir.Value, cell: Cell) -> bool:
        """Whether a size is written as `sizeof` of just that object: right, whatever the headers say."""
        return isinstance(written, ir.SizeOf) and spelling.bare(written.type) == spelling.bare(
            self._objects.type_of(cell)
        )

    def _zeroed_cells(self, cell: Cell, size: Value | None) -> list[Cell]:
        """The objects that clearing so many bytes from a cell on clears; none if less than an object.

        More bytes than the object has also clear what lies behind it and, in a union, what lies in its place.
        """
        if not isinstance(size, int):
            return [cell]
        own = self._program.size_of(self._objects.type_of(cell))
        if own and size < own:
            return []
        outer = _known_around(cell)
        type_ = self._objects.type_of(outer)
        path = cell.path[len(outer.path) :]
        begin = offset_of(self._program, type_, path)
        if not path or begin is None or not own:
            return [cell]
        parts = covered(self._program, type_, begin, begin + size)
        return [Cell(outer.object, (*outer.path, *part)) for part in parts] or [cell]

    def _infos_in(self, cell: Cell) -> list[Cell]:
        if spelling.bare(self._objects.type_of(cell)) == self._record:
            return [cell]
        return []

    def _overwrite(
        self, state: State, site: Site, value: Value, fields: tuple[str, ...], events: list[Event]
    ) -> None:
        """Unknown values are written through a pointer."""
        if not isinstance(value, Pointer):
            return
        cell = value.cell
        if fields:
            for field in fields:
                state.facts[cell, field] = Fact((), (site,), False, False, ())
            return
        self._fill(state, cell, site, "=", UNKNOWN, events)
        if spelling.is_record(self._objects.type_of(cell)):
            self._reset(state, cell, Base.UNKNOWN, site, site.statement.span, events)
        elif self._objects.tracked(cell):
            state.write(cell, Sort.UNKNOWN, current_mark(state))

    def _returned(
        self, state: State, site: Site, call: ir.Call, effects: Effects, arguments: list[Marked]
    ) -> Marked:
        if effects.allocates or effects.reallocates is not None:
            return self._allocated(state, site, call, effects, arguments)
        if effects.returns.startswith("argument:"):
            position = int(effects.returns.partition(":")[2])
            return arguments[position] if position < len(arguments) else UNKNOWN
        if effects.returns.startswith("context-of:"):
            alive = [context for context, live in state.live.items() if live]
            return Marked(alive[0] if len(alive) == 1 else Sort.NONZERO)
        return UNKNOWN

    def _allocated(
        self, state: State, site: Site, call: ir.Call, effects: Effects, arguments: list[Marked]
    ) -> Marked:
        """A heap block, known by its call; its type by where the pointer goes, or by the size asked for."""
        if effects.reallocates is not None and effects.reallocates < len(arguments):
            known = arguments[effects.reallocates].value
            if isinstance(known, Pointer):
                return Marked(known)
        type_ = ""
        if call.result is not None:
            type_ = spelling.pointee(self._program.type_of(site.function, call.result))
        if not spelling.is_record(type_):
            type_ = next(
                (argument.type for argument in call.arguments if isinstance(argument, ir.SizeOf)), type_
            )
        name = "heap:" + ".".join(map(str, site.key))
        self._objects.allocate(name, type_)
        state.clear(Cell(name), Base.ZERO if effects.zeroed else Base.GARBAGE)
        return Marked(Pointer(Cell(name)))

    # Work that runs later

    def _defer(
        self, state: State, site: Site, call: ir.Call, deferral: Deferral, arguments: list[Marked]
    ) -> None:
        data: Value = Sort.UNKNOWN
        if deferral.data is not None and deferral.data < len(arguments):
            data = arguments[deferral.data].value
        if deferral.reason is not None:
            if deferral.reason < len(arguments):
                for callback in self._explorer.roles.callbacks:
                    reason = arguments[deferral.reason].value
                    self._arm(state, Callable_(callback.index), deferral.role, deferral.parameter, reason)
        elif deferral.member:
            for function in self._slice.index.pointers.named(deferral.member.rpartition(".")[2]):
                self._arm(state, Callable_(function.index), deferral.role, deferral.parameter, data)
        elif deferral.function < len(arguments):
            self._arm(state, arguments[deferral.function].value, deferral.role, deferral.parameter, data)

    def _arm(self, state: State, target: Value, role: Role, parameter: int, data: Value) -> None:
        if not isinstance(target, Callable_) or target.function not in self._slice.functions:
            return
        if len(state.armed) >= bounds.ARMED_PER_STATE:
            self._explorer.bounded = True
            return
        state.armed |= {Armed(target.function, role, current_mark(state), parameter, data)}

    def _cancel(self, state: State, arguments: list[Marked], position: int) -> None:
        if position < len(arguments):
            value = arguments[position].value
            state.armed = frozenset(
                armed for armed in state.armed if armed.role != Role.SUL or armed.data != value
            )

    def _unknown(self, state: State, site: Site, call: ir.Call, arguments: list[Marked]) -> None:
        """A function out of sight: it may fill what it is handed, and call it later."""
        name = call.callee.name if isinstance(call.callee, ir.FunctionRef) else ""
        prototype = self._program.prototype(site.function.unit, name)
        if any(isinstance(argument.value, Sort) for argument in arguments):  # which may lead to any object
            state.told = frozenset()
        for position, argument in enumerate(arguments):
            value = argument.value
            if isinstance(value, Callable_):
                self._arm(state, value, Role.UNKNOWN, 0, Sort.UNKNOWN)
            elif isinstance(value, Context):
                self._let_go(state, value)
            elif isinstance(value, Pointer):
                self._note_read(state, value.cell)
                parameters = prototype.parameters if prototype else ()
                const = position < len(parameters) and spelling.points_at_const(parameters[position])
                if not const:
                    self._overwrite(state, site, value, (), [])


def _known_around(cell: Cell) -> Cell:
    """The largest object around a cell in which it is known where the cell lies."""
    stars = [index for index, step in enumerate(cell.path) if step == "*"]
    return Cell(cell.object, cell.path[: stars[-1] + 1] if stars else ())


def current_mark(state: State) -> Mark:
    """The mark of what is written now: of the callback that runs, else of the branch that led here."""
    if state.mode is not Mark.NONE:
        return state.mode
    return state.decision.mark if state.decision is not None else Mark.NONE


def settle(state: State) -> None:
    """Of a context that is freed, `info.pcontext` says which variable is NULL now."""
    for context in [context for context in state.ended if context in state.cleared]:
        cell = state.cleared[context]
        if state.ended[context].ending is Ending.PUT_OFF:
            continue
        if cell is None:
            del state.ended[context]
        elif cell in state.memory and state.memory[cell].value == context:
            state.write(cell, 0, Mark.NONE)


def _cleared(state: State, info: Cell | None) -> tuple[Cell | None, ...]:
    """The variable that `info.pcontext` points at: none if it is not set, None if it is not known which."""
    fact = state.facts.get((info, "pcontext")) if info is not None else None
    if fact is None:
        return () if info is not None and state.base_of(info) is Base.ZERO else (None,)
    if fact.values == (0,):
        return ()
    value = fact.values[0] if len(fact.values) == 1 else None
    return (value.cell if isinstance(value, Pointer) else None,)


def _is_evidence(state: State) -> bool:
    """Whether what happens in this state happens for certain, and what it does there can be told."""
    muted = state.within is not None and state.within.context is None
    return state.exact and not state.guessed and not muted


def _is_over(state: State, ended: Ended) -> bool:
    """Whether a context is at its end for certain where it is used.

    What another thread destroyed may not be gone yet: that is a question of who is faster.
    """
    if ended.thread != state.thread:
        return False
    more = state.doubts - ended.doubts
    possible = all(doubt.open for doubt in more) and not (more and ended.doubts)
    return ended.ending is not Ending.PUT_OFF and possible and _is_evidence(state)


def _is_kept(moment: Moment, value: Context) -> bool:
    """Whether anything but the variables of the function that runs holds a context."""
    state, own = moment.state, f"!{moment.site.function.index}"
    return value in state.held or any(
        marked.value == value and not cell.object.endswith(own) for cell, marked in state.memory.items()
    )


def _held(state: State, value: Value) -> bool:
    return value in state.held or any(marked.value == value for marked in state.memory.values())


def callee_name(call: ir.Call) -> str:
    """The name of the function that a call names; empty for a pointer."""
    return call.callee.name if isinstance(call.callee, ir.FunctionRef) else ""
