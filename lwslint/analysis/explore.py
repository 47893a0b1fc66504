"""The exploration of one cluster: a tabulation over the sparse program.

A function is entered once for each distinct entry state (Reps, Horwitz, Sagiv: "Precise
Interprocedural Dataflow Analysis via Graph Reachability", POPL 1995); what it leaves behind goes to
every caller that enters it so. Nodes are found breadth first, so that the first way to each is a
short one.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Collection, Hashable, Iterable, Iterator

from lwslint import ir
from lwslint.analysis import bounds, spelling
from lwslint.analysis.domain import (
    ALWAYS,
    ANY_OTHER,
    NEGATIVE,
    NONNEGATIVE,
    Armed,
    Base,
    Callable_,
    Cell,
    Context,
    Decision,
    Doubt,
    Ending,
    Loop,
    Mark,
    Marked,
    NoContext,
    Pointer,
    Range,
    Sort,
    State,
    String,
    Value,
    Within,
)
from lwslint.analysis.evaluate import UNKNOWN, Evaluator, depend_on
from lwslint.analysis.flow import EXIT
from lwslint.analysis.footprint import Footprint, Footprints
from lwslint.analysis.graph import Event, Exit, Instance, Node, Return
from lwslint.analysis.library import Library, current_mark, settle
from lwslint.analysis.objects import Objects
from lwslint.analysis.observe import Death, Moment, Observations
from lwslint.analysis.program import Function, Program, Site, Variable
from lwslint.analysis.roles import OTHER_REASON, Roles, reason_parameter, wsi_parameter
from lwslint.analysis.slice import FunctionSlice, Slice
from lwslint.lws.effects import Role
from lwslint.model.finding import StepKind

_SCALARS = (int, Range, Sort, String)
_WAITS = ("yield", "join")
"""The worlds in which a thread waits: for anything, or for the end of another one."""
WORLDS = ("loop", *_WAITS)
"""What may run by itself, by name; other names are reasons that a call delivers."""

GOES_ON = frozenset({"app_main"})
"""Entries after which the process goes on, tasks and all."""


class Explorer:
    """Explores one slice from the entries of the program."""

    def __init__(
        self,
        program: Program,
        slice_: Slice,
        roles: Roles,
        share: int = 1,
        most: int = bounds.NODES_PER_PROGRAM,
    ) -> None:
        """`share` divides the bound: 3 gives a third of the nodes; `most` is another bound of them."""
        self.program = program
        self.slice = slice_
        self.roles = roles
        self.objects = Objects(program, slice_)
        self.evaluator = Evaluator(program, self.objects)
        self.footprints = Footprints(program, slice_, self.objects)
        self.observations = Observations()
        self.library = Library(self)
        self.nodes = 0
        blocks = sum(len(own.flow.reachable) for own in slice_.functions.values())
        self._most_nodes = min((bounds.NODES_PER_CLUSTER + bounds.NODES_PER_BLOCK * blocks) // share, most)
        self.bounded = False
        self._instances: dict[Hashable, Instance] = {}
        self._queue: deque[Node] = deque()
        self._locals: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        self._goes_on: set[int] = set()
        self._heeded_reasons: dict[int, tuple[tuple[int, Footprint], ...]] = {}

    @property
    def lost(self) -> bool:
        """Whether a bound cut the exploration before it came to any create of its cluster."""
        seen = {*self.observations.creations, *self.observations.connections}
        sites = {site.key for site in self.slice.cluster.creates}
        return self.bounded and all(site not in sites for site, _ in seen)

    @property
    def cost(self) -> int:
        """What was explored, in nodes, the states that are kept of creates included."""
        seen = self.observations
        creates = (*seen.creations.values(), *seen.vhosts.values(), *seen.connections.values())
        kept = sum(len(creation.moment.state.base) for creation in creates)
        return self.nodes + kept // bounds.CELLS_PER_NODE

    # Entries

    def run(self, entries: Iterable[tuple[Function, Mark]], *, known_history: bool) -> None:
        """Explore from these functions; `known_history` where statics start as their initialisers say."""
        initial: State | None = None
        for function, mark in entries:
            if not known_history or function.name in GOES_ON:
                self._goes_on.add(function.index)
            if function.index in self.slice.functions:
                initial = initial or self._initial(known_history)
                state = initial.copy()
                state.mode = mark
                self._start(function, state, known_history)
        self._drain()

    def _start(self, function: Function, state: State, known_history: bool) -> None:
        if known_history or function not in self.roles.callbacks:
            self._enter(function, state, {})
            return
        state.created = frozenset({(-1, -1, -1)})
        for reason in self.roles.reasons:
            entered = state.copy()
            entered.mode = self.roles.marks[reason]
            self._enter(function, entered, {reason_parameter(function): Marked(reason)})

    def _initial(self, known_history: bool) -> State:
        state = State()
        for key in self.objects.statics:
            variable = self.program.variables[key]
            trusted = known_history or variable.const
            state.base[Cell(key)] = Base.ZERO if trusted and variable.defined else Base.HISTORY
            if trusted:
                for assign in variable.initialiser:
                    self._initialise(state, key, variable.unit, assign)
        return state

    def _initialise(self, state: State, key: str, unit: int, assign: ir.Assign) -> None:
        path = _static_path(assign)
        if path is not None and self.program.classify_global(unit, assign.target) in self.slice.tracked:
            state.memory[Cell(key, path)] = Marked(self._constant(unit, assign.value))

    def initial_values(self, variable: Variable) -> Iterator[tuple[tuple[str | int, ...], Value]]:
        """What the initialiser of something static gives, by the path of each member that it names."""
        for assign in variable.initialiser:
            path = _static_path(assign)
            if path is not None:
                yield path, self._constant(variable.unit, assign.value)

    def _constant(self, unit: int, value: ir.Value) -> Value:
        if isinstance(value, ir.Const):
            return value.value
        if isinstance(value, ir.Address) and not value.location.path:
            return Pointer(Cell(self.program.resolve_global(unit, value.location.root)))
        if isinstance(value, ir.Text):
            return String(value.text)
        return Sort.NONZERO if isinstance(value, ir.Address | ir.FunctionRef) else Sort.UNKNOWN

    # The work list

    def _drain(self) -> None:
        while self._queue:
            node = self._queue.popleft()
            node.queued = False
            if self.nodes > self._most_nodes:
                self.bounded = True
                return
            if node.instance.function is None:
                self._world(node)
            else:
                self._process(node, self.slice.functions[node.instance.function.index])

    def add(
        self,
        instance: Instance,
        block: int,
        index: int,
        state: State,
        previous: Node | None,
        through: Exit | None = None,
        events: tuple[Event, ...] = (),
    ) -> None:
        """Come to a point in a state: a new node, or more facts for a known one."""
        if instance.function is not None and index == 0:
            self._tidy(instance.function, block, state)
        point = instance.points.setdefault((block, index), {})
        key: Hashable = (state.exact, state.key())
        known = point.get(key)
        if known is None and len(point) >= self._states_kept() // 2:
            self._widen(state, point.values(), instance, (block, index))
            key = (state.exact, state.key())
            known = point.get(key)
        if known is not None:
            if known.state.absorb(state) and not known.queued:
                known.queued = True
                self._queue.append(known)
            return
        node = Node(instance, block, index, state, previous, through, events)
        point[key] = node
        self.nodes += 1
        node.queued = True
        self._queue.append(node)

    def _states_kept(self) -> int:
        """How many states are kept apart at a point: fewer, the more has been explored."""
        if self.nodes * 4 < self._most_nodes:
            return bounds.STATES_PER_POINT
        return bounds.STATES_PER_POINT // (2 if self.nodes * 2 < self._most_nodes else 4)

    def _widen(
        self,
        state: State,
        others: Collection[Node],
        instance: Instance,
        at: tuple[int, int],
    ) -> None:
        """Many states at a point: know less of this one, the more the less.

        First counters are forgotten, then the scalar that differs most (it is noted), then all that differ,
        at last pointers that do. Flags (0 and 1) and pointers are kept as long as possible: they carry the
        meaning.
        """
        quarter = self._states_kept() // 4
        if len(others) < 3 * quarter:
            self._forget_counters(state)
        elif len(others) < 4 * quarter:
            if at not in instance.varied:
                instance.varied[at] = _most_varied(others)
            self._forget_counters(state)
            cell = instance.varied[at]
            if cell is not None and cell in state.memory:
                state.memory[cell] = Marked(Sort.WIDENED)
        elif len(others) < 6 * quarter:
            for cell in _differing(state, others, instance, at):
                if isinstance(state.memory[cell].value, _SCALARS):
                    state.memory[cell] = Marked(Sort.WIDENED)
        else:
            for cell in _differing(state, others, instance, at):
                if not isinstance(state.memory[cell].value, (Context, NoContext)):
                    state.memory[cell] = UNKNOWN
            state.exact = False

    def _forget_counters(self, state: State) -> None:
        for cell, marked in state.memory.items():
            if isinstance(marked.value, (int, Range)) and self.objects.counts(cell):
                state.memory[cell] = Marked(_coarse(marked.value), marked.mark)

    def _tidy(self, function: Function, block: int, state: State) -> None:
        """Drop the variables that nobody reads any more, and a decision that ends to matter here."""
        decision = state.decision
        if decision is not None and decision.function == function.index and decision.until == block:
            state.decision = None
        if state.doubts:
            here = (function.index, block)
            state.doubts = frozenset(one for one in state.doubts if (one.function, one.until) != here)
        own, exposed = self._variables(function)
        live = self.slice.functions[function.index].live.get(block, frozenset())
        dead = [
            cell
            for cell, marked in state.memory.items()
            if cell.object in own
            and cell.object not in exposed
            and cell.object not in live
            and not (
                isinstance(marked.value, Context)
                and not cell.object[1].isdigit()
                and state.live.get(marked.value)
            )
        ]
        for cell in dead:
            del state.memory[cell]
        gone = [
            cell
            for cell in state.base
            if cell.object in own and cell.object not in exposed and cell.object not in live
        ]
        for cell in gone:
            del state.base[cell]

    def _variables(self, function: Function) -> tuple[frozenset[str], frozenset[str]]:
        """The keys of a function's automatic variables, and of those whose address is taken."""
        known = self._locals.get(function.index)
        if known is None:
            body = function.ir
            own = frozenset(f"{v.root}!{function.index}" for v in (*body.parameters, *body.variables))
            temporaries = frozenset(
                key
                for key in function.keys.values()
                if key.startswith("%") and key.endswith(f"!{function.index}")
            )
            own |= temporaries
            known = self._locals[function.index] = (own, own & self.slice.index.exposed)
        return known

    # Functions

    def _process(self, node: Node, own: FunctionSlice) -> None:
        """Run a block from a node to the next call that enters something, or to its end."""
        state = node.state.copy()
        function = own.function
        block = function.ir.blocks[node.block]
        events: list[Event] = []
        for index in own.statements.get(node.block, ()):
            if index < node.index:
                continue
            statement = block.statements[index]
            site = self.program.site(function, node.block, index)
            if isinstance(statement, ir.Assign):
                self.library.assign(state, site, statement, events, node)
            elif isinstance(statement, ir.Call):
                if self._call(node, state, site, statement, events):
                    return
            elif isinstance(statement, ir.Declare):
                self.library.declare(state, site, statement, events)
        if node.block not in own.flow.ends:
            self._leave(node, own, state, block.terminator, tuple(events))

    def _leave(
        self,
        node: Node,
        own: FunctionSlice,
        state: State,
        terminator: ir.Terminator,
        events: tuple[Event, ...],
    ) -> None:
        if isinstance(terminator, ir.Return):
            self._return(node, own, state, terminator, events)
        elif isinstance(terminator, ir.Jump):
            self.add(node.instance, terminator.target, 0, state, node, None, events)
        elif isinstance(terminator, ir.Branch | ir.Switch):
            if node.block not in own.branches:
                self._step_over(node, own, state, events)
            elif isinstance(terminator, ir.Branch):
                self._branch(node, own, state, terminator, events)
            else:
                self._switch(node, own, state, terminator, events)

    def _step_over(self, node: Node, own: FunctionSlice, state: State, events: tuple[Event, ...]) -> None:
        target = own.flow.postdominator.get(node.block, EXIT)
        if target == EXIT:
            self._exit(node, state, UNKNOWN, events)
        else:
            self.add(node.instance, target, 0, state, node, None, events)

    def _branch(
        self,
        node: Node,
        own: FunctionSlice,
        state: State,
        branch: ir.Branch,
        events: tuple[Event, ...],
    ) -> None:
        ways: list[tuple[int, State, Mark]] = []
        for wanted, target in ((True, branch.then), (False, branch.other)):
            after = state.copy()
            mark = self.evaluator.assume(after, own.function, branch.condition, wanted)
            if node.block in own.blurred:
                _forgive(after)
            _doubt(after, own, node.block)
            if mark is not None:
                ways.append((target, after, mark))
        for target, after, mark in ways:
            more = self._decide(after, own, node.block, target, mark, branch.span, choice=len(ways) > 1)
            self.add(node.instance, target, 0, after, node, None, (*events, *more))

    def _switch(
        self,
        node: Node,
        own: FunctionSlice,
        state: State,
        switch: ir.Switch,
        events: tuple[Event, ...],
    ) -> None:
        _doubt(state, own, node.block)
        found = self.evaluator.value(state, own.function, switch.value)
        if isinstance(found.value, int):
            target = next(
                (case.target for case in switch.cases if case.low <= found.value <= case.high), switch.default
            )
            more = self._decide(state, own, node.block, target, found.mark, switch.span, choice=False)
            self.add(node.instance, target, 0, state, node, None, (*events, *more))
            return
        for case in switch.cases:
            after = state.copy()
            if case.low == case.high:
                condition = ir.Binary("==", switch.value, ir.Const(case.low))
                if self.evaluator.assume(after, own.function, condition, True) is None:
                    continue
            more = self._decide(after, own, node.block, case.target, found.mark, switch.span, choice=True)
            self.add(node.instance, case.target, 0, after, node, None, (*events, *more))
        depend_on(state, found.value)
        self.add(node.instance, switch.default, 0, state, node, None, events)

    def _decide(
        self,
        state: State,
        own: FunctionSlice,
        block: int,
        target: int,
        mark: Mark,
        span: ir.Span,
        *,
        choice: bool,
    ) -> tuple[Event, ...]:
        """A branch on a marked value decides the way from here on.

        Where a branch on another value leaves a `choice` after success has decided, that is noted.
        """
        known = state.decision
        if mark is Mark.NONE and choice and known is not None and known.mark is Mark.SUCCESS:
            stepped_over = target == own.flow.postdominator.get(block, EXIT)
            return () if stepped_over else (Event(StepKind.BRANCH, own.function, span, mark.name),)
        if mark is Mark.NONE or state.mode is not Mark.NONE:
            return ()
        if known is not None and known.mark >= mark:
            return ()
        until = None if own.flow.leaves_loop(block, target) else own.flow.weak_postdominator.get(block, EXIT)
        state.decision = Decision(mark, own.function.index, target, until)
        return (Event(StepKind.BRANCH, own.function, span, mark.name),)

    def _return(
        self, node: Node, own: FunctionSlice, state: State, statement: ir.Return, events: tuple[Event, ...]
    ) -> None:
        value = UNKNOWN
        if isinstance(statement.value, ir.Load) and spelling.is_record(own.function.ir.result):
            value = self.library.return_record(state, own.function, statement.value)
        elif own.returns and statement.value is not None:
            value = self.evaluator.value(state, own.function, statement.value)
            value = Marked(value.value, max(value.mark, current_mark(state)))
        self._exit(node, state, value, events, statement.span)

    def _exit(
        self,
        node: Node,
        state: State,
        value: Marked,
        events: tuple[Event, ...],
        span: ir.Span | None = None,
        *,
        suspended: bool = False,
    ) -> None:
        instance = node.instance
        function = instance.function
        if function is not None:
            own, _ = self._variables(function)
            if not suspended and span is not None:
                self.library.lose_locals(node, state, function, own, value, span)
                if instance.returns or not self._is_main(function):
                    self.library.bury(state, own, value.value, Death(function, span))
            state.forget(set(own))
            if isinstance(value.value, NoContext) and value.value.checked == function.index:
                value = Marked(0, value.mark)
            decision = state.decision
            if decision is not None and decision.function == function.index and decision.until is not None:
                state.decision = None
            state.doubts = frozenset(one for one in state.doubts if one.function != function.index)
        key = (state.key(), value, suspended)
        known = instance.exits.get(key)
        if known is not None:
            if known.state.absorb(state):
                for back in instance.returns:
                    self._resume(back, known)
            return
        leaving = instance.exits[key] = Exit(node, state, value, events, suspended)
        if function is not None and not instance.returns and function.index in self._goes_on:
            self._leave_running(node, state, events)
        for back in tuple(instance.returns):
            self._resume(back, leaving)

    def _is_main(self, function: Function) -> bool:
        """Whether the process ends where a function returns."""
        return function.unit == self.program.entry and function.name in ("main", "app_main", "wmain")

    def _leave_running(self, node: Node, state: State, events: tuple[Event, ...]) -> None:
        """The process goes on after an entry has returned, and so do the threads that it started."""
        if state.armed or state.running:
            self.add(self._instance(None, "yield", state, None), 0, 0, state.copy(), node, None, events)

    # Calls

    def _call(self, node: Node, state: State, site: Site, call: ir.Call, events: list[Event]) -> bool:
        """Carry out a call; says whether the block goes on elsewhere."""
        function = site.function
        callees = self.slice.index.callees.get(site.key, ())
        if not isinstance(call.callee, ir.FunctionRef):
            callees = self._narrow(state, function, call, callees)
        known = [callee for callee in callees if callee.index in self.slice.functions]
        if not callees:
            return self.library.call(node, state, site, call, events)
        if not known:
            self.library.result(state, function, call, UNKNOWN)
            return False
        for callee in known:
            arguments = {
                position: self.evaluator.value(state, function, argument)
                for position, argument in enumerate(call.arguments)
            }
            step = Event(StepKind.CALL, function, call.span, callee.name, site)
            self._descend(node, state, call, callee, arguments, (*events, step))
        if len(known) < len(callees):
            self.add(node.instance, site.block, site.index + 1, state, node, None, tuple(events))
        return True

    def _narrow(
        self, state: State, function: Function, call: ir.Call, callees: tuple[Function, ...]
    ) -> tuple[Function, ...]:
        target = self.evaluator.value(state, function, call.callee).value
        if isinstance(target, Callable_):
            return (self.program.functions[target.function],)
        state.exact &= target is not Sort.WIDENED
        if len(callees) > 1 and _is_from_table(call):  # which entry it is hangs on an index that is not kept
            state.doubts |= {Doubt(function.index, ALWAYS, False)}
        return callees

    def _descend(
        self,
        node: Node,
        state: State,
        call: ir.Call,
        callee: Function,
        arguments: dict[int, Marked],
        events: tuple[Event, ...],
    ) -> None:
        state = state.copy()
        handed = self._hand_over(state, call, callee, node, events)
        footprint = self.footprints.of(callee)
        values = [marked.value for marked in arguments.values()]
        entered, saved = self._lay_aside(state, node.instance.function, footprint, values)
        self._enter(callee, entered, arguments, Return(node, call, saved, "", events), handed)

    def _hand_over(
        self, state: State, call: ir.Call, callee: Function, node: Node, events: tuple[Event, ...]
    ) -> frozenset[str]:
        """Copy the structs that a call hands over by value; returns the parameters that got one."""
        caller = node.instance.function
        assert caller is not None
        handed = set()
        site = self.program.site(caller, node.block, self._index_of(node, call))
        for key, parameter, argument in zip(
            callee.parameters, callee.ir.parameters, call.arguments, strict=False
        ):
            if isinstance(argument, ir.Load) and spelling.is_record(parameter.type):
                source = self.evaluator.cell(state, caller, argument.location)
                self.library.copy(state, Cell(key), source, site, [])
                handed.add(key)
        return frozenset(handed)

    def _lay_aside(
        self, state: State, caller: Function | None, footprint: Footprint, arguments: Iterable[Value] = ()
    ) -> tuple[State, State]:
        """The state of what a call can reach, and that of the rest: the frame.

        Variables of the caller that nobody else knows of belong to the frame, whatever their names.
        """
        entered = state.copy()
        frame = self.footprints.frame(footprint, state, arguments)
        if caller is not None:
            own, exposed = self._variables(caller)
            frame |= own - exposed
        saved = entered.take_out(frame)
        saved.held = state.held
        saved.made, entered.made = state.made, False
        entered.held |= {value.value for value in saved.memory.values() if isinstance(value.value, Context)}
        return entered, saved

    def _enter(
        self,
        callee: Function,
        state: State,
        arguments: dict[int, Marked],
        back: Return | None = None,
        handed: frozenset[str] = frozenset(),
    ) -> None:
        for position, key in enumerate(callee.parameters):
            if key in handed:
                continue
            state.base.pop(Cell(key), None)  # nothing is known of it: the bytes may be anything
            value = arguments.get(position)
            if value is not None and ("v", key) in self.slice.tracked:
                state.memory[Cell(key)] = value
        instance = self._instance(callee, callee.name, state, back)
        if not instance.points:
            self.add(instance, 0, 0, state, back.node if back else None, None, back.events if back else ())

    def _instance(self, function: Function | None, name: str, state: State, back: Return | None) -> Instance:
        key = (function.index if function else None, name, state.key())
        instance = self._instances.get(key)
        if instance is None:
            instance = self._instances[key] = Instance(function, name)
        elif instance.points:
            first = next(iter(next(iter(instance.points.values())).values()))
            if first.state.absorb(state) and not first.queued:
                first.queued = True
                self._queue.append(first)
        going_on = instance.comes_back(back) if back is not None else None
        if going_on is not None:
            for leaving in tuple(instance.exits.values()):
                self._resume(going_on, leaving)
        return instance

    def _resume(self, back: Return, leaving: Exit) -> None:
        """Go on after a call with what it left behind."""
        node = back.node
        state = leaving.state.copy()
        function = leaving.node.instance.function
        checked = function is not None and function.index in self.evaluator.checkers
        if function is not None and checked and not _told_in_vain(function, back):
            _settle_checks(state, function)
        self._restore(state, back.saved)
        state.within = node.state.within
        settle(state)
        if leaving.suspended and back.activation != Role.THREAD:
            self._exit(node, state, UNKNOWN, (), suspended=True)
            return
        if back.activation:
            self._after_activation(back, leaving, state)
            self.add(node.instance, 0, 0, state, node, leaving, back.events)
            return
        assert back.call is not None and node.instance.function is not None
        index = self._index_of(node, back.call)
        events = back.events
        moment = Moment(self.program.site(node.instance.function, node.block, index), node, state, events)
        self.library.result(state, node.instance.function, back.call, leaving.value, moment)
        self.add(node.instance, node.block, index + 1, state, node, leaving, events)

    def _restore(self, state: State, saved: State) -> None:
        """Put the frame back; contexts in it that were made again meanwhile are older now.

        With a new context a new story begins: what was written before it is marked no more.
        """
        state.base.update(saved.base)
        state.facts.update(saved.facts)
        state.served |= saved.served
        state.tried |= saved.tried
        for cell, marked in saved.memory.items():
            value = marked.value
            if isinstance(value, Context):
                value = _aged(value, state.held)
            state.memory[cell] = Marked(value, Mark.NONE if state.made else marked.mark)
        state.held = frozenset(_aged(context, state.held) for context in saved.held)
        state.made |= saved.made

    def _index_of(self, node: Node, call: ir.Call) -> int:
        assert node.instance.function is not None
        statements = node.instance.function.ir.blocks[node.block].statements
        return next(index for index in range(node.index, len(statements)) if statements[index] is call)

    # The event loop and everything else that runs by itself

    def enter_world(
        self, node: Node, state: State, call: ir.Call, name: str, events: tuple[Event, ...]
    ) -> None:
        """Let callbacks, timers and threads run, any number of times, before a call returns.

        `name` says what may run: "loop" everything, "yield" and "join" other threads and signals alone, or
        the reasons (by number, separated by commas) that the call itself delivers.
        """
        footprint = self.footprints.of_world(self.roles.callbacks)
        entered, saved = self._lay_aside(state, node.instance.function, footprint)
        if name == "loop" and state.thread is not None:
            entered.serving |= {state.thread}
        back = Return(node, call, saved, "", events)
        instance = self._instance(None, name, entered, back)
        if not instance.points:
            self.add(instance, 0, 0, entered, node, None, events)

    def _world(self, node: Node) -> None:
        name = node.instance.name
        state = node.state
        if name == "loop":
            self._callbacks_due(node)
        looping = name == "loop" or (name in _WAITS and bool(state.serving - {state.thread}))
        if name == "loop":
            self._exit(node, _after_loop(state, finished=False), Marked(NONNEGATIVE), ())
            self._exit(node, _after_loop(state, finished=True), Marked(-1, Mark.LOSS), ())
        else:
            self._exit(node, state.copy(), UNKNOWN, ())
        if state.thread is not None and name in WORLDS:
            self._exit(node, state.copy(), UNKNOWN, (), suspended=True)
        if looping:
            self._callbacks(node, self.roles.spontaneous)
        elif name not in WORLDS:
            self._callbacks(node, tuple(int(reason) for reason in name.split(",")))
            return
        for armed in _in_order(state.armed):
            if armed.role != Role.CALLBACK and (armed.role not in (Role.SUL, Role.TIMER) or looping):
                self._run_armed(node, armed)

    def _callbacks(self, node: Node, reasons: tuple[int, ...]) -> None:
        delivered = node.instance.name not in WORLDS
        # a connection that success has come from was made: its end is told by another reason
        succeeded = delivered and current_mark(node.state) is Mark.SUCCESS
        never_made = self.roles.number("LWS_CALLBACK_CLIENT_CONNECTION_ERROR")
        for callback in self.roles.callbacks:
            if callback.index not in self.slice.functions:
                continue
            for reason, footprint in self._heeded(callback):
                if reason not in reasons or (succeeded and reason == never_made):
                    continue
                state, saved = self._lay_aside(node.state, None, footprint)
                state.within = self._within(node, callback)
                state.decision = None
                mark = self.roles.marks.get(reason, Mark.NONE)
                if delivered and current_mark(node.state) is not Mark.LOSS:
                    mark = Mark.NONE
                if state.mode < mark:
                    state.mode = mark
                kind = StepKind.LOSS if mark is Mark.LOSS else StepKind.CALL
                event = Event(kind, callback, callback.ir.span, self.roles.name(reason))
                arguments = {
                    wsi_parameter(callback): Marked(Sort.NONZERO),
                    reason_parameter(callback): Marked(reason, mark),
                }
                activation = "reason" if reason != OTHER_REASON else "callback"
                self._enter(callback, state, arguments, Return(node, None, saved, activation, (event,)))

    def _heeded(self, callback: Function) -> tuple[tuple[int, Footprint], ...]:
        """The reasons under which a callback changes anything."""
        known = self._heeded_reasons.get(callback.index)
        if known is None:
            every = ((reason, self._footprint_under(callback, reason)) for reason in self.roles.reasons)
            known = tuple((reason, footprint) for reason, footprint in every if footprint.writes)
            self._heeded_reasons[callback.index] = known
        return known

    def _footprint_under(self, callback: Function, reason: int) -> Footprint:
        parameter = callback.ir.parameters[reason_parameter(callback) :][:1]
        return self.footprints.of(callback, tuple((one.root, reason) for one in parameter))

    def _callbacks_due(self, node: Node) -> None:
        """Callbacks that the program asked the library to make later."""
        for armed in _in_order(node.state.armed):
            if armed.role == Role.CALLBACK and isinstance(armed.data, int):
                callback = self.program.functions[armed.function]
                footprint = self._footprint_under(callback, armed.data)
                state, saved = self._lay_aside(node.state, None, footprint)
                state.within = self._within(node, callback)
                state.decision = None
                state.armed = state.armed - {armed}
                state.mode = max(state.mode, armed.mark)
                event = Event(StepKind.CALL, callback, callback.ir.span, self.roles.name(armed.data))
                arguments = {
                    wsi_parameter(callback): Marked(Sort.NONZERO),
                    reason_parameter(callback): Marked(armed.data, armed.mark),
                }
                self._enter(callback, state, arguments, Return(node, None, saved, "reason", (event,)))

    def _run_armed(self, node: Node, armed: Armed) -> None:
        function = self.program.functions[armed.function]
        footprint = self.footprints.of(function)
        state, saved = self._lay_aside(node.state, None, footprint, (armed.data,))
        state.within = self._within_armed(node, armed)
        state.decision = None
        if armed.role in (Role.SUL, Role.THREAD):
            state.armed = state.armed - {armed}
        if armed.role == Role.THREAD:
            state.thread = armed.function
            state.running |= {armed.function}
        state.mode = max(state.mode, armed.mark)
        events = [Event(StepKind.CALL, function, function.ir.span, function.name)]
        if Mark.SUCCESS in (armed.mark, current_mark(node.state)):  # that its time has come has a say, too
            events.append(Event(StepKind.BRANCH, function, function.ir.span, Mark.NONE.name))
        arguments = {armed.parameter: Marked(armed.data)}
        self._enter(function, state, arguments, Return(node, None, saved, armed.role, tuple(events)))

    def _within(self, node: Node, callback: Function) -> Within:
        """What a protocol callback runs in: the loop of its context, or it cannot be told."""
        within = node.state.within
        if node.instance.name != "loop" or within is None or within.context is None:
            return Within(Loop.OTHER)
        return within if self.library.owns(within.context, callback) else Within(Loop.OTHER)

    def _within_armed(self, node: Node, armed: Armed) -> Within | None:
        """What armed work runs in. A thread, or a signal outside of the loop, runs by itself."""
        within, looping = node.state.within, node.instance.name == "loop"
        if armed.role == Role.THREAD or (armed.role == Role.SIGNAL and not looping):
            return None
        if armed.role == Role.SIGNAL and within is not None:
            return within._replace(loop=Loop.SIGNAL)
        if armed.role == Role.SUL and looping and self.library.is_alone(node.state):
            return within
        return Within(Loop.OTHER)

    def _after_activation(self, back: Return, leaving: Exit, state: State) -> None:
        before = back.node.state
        state.mode = before.mode
        state.thread = before.thread
        over = back.activation == Role.THREAD and not leaving.suspended
        joined = over and back.node.instance.name == "join" and before.decision is None
        if leaving.state.created == before.created and not joined:
            state.decision = before.decision  # but who waits for the end of a thread goes on as that ended
        if over and before.thread is None:
            state.running = before.running
            state.serving = before.serving


@functools.lru_cache(maxsize=1024)
def _in_order(armed: frozenset[Armed]) -> tuple[Armed, ...]:
    """Armed work in the same order every time."""
    return tuple(sorted(armed, key=repr))


def _doubt(state: State, own: FunctionSlice, block: int) -> None:
    """A branch that may not be possible is taken: nothing that depends on it is evidence."""
    impossible = own.doubtful.get(block)
    if impossible is None or not state.live:
        return
    if impossible:
        state.ended.clear()
    until = own.flow.postdominator.get(block, EXIT)
    state.doubts |= {Doubt(own.function.index, until, not impossible)}


def _aged(context: Context, held: frozenset[Context]) -> Context:
    """A context that callers hold: an older one, if another has been made at the same place meanwhile."""
    return context if context in held else Context(context.site, 1)


def _after_loop(state: State, *, finished: bool) -> State:
    """The loop returns. A destroy that it had put off makes it return -1, with the context freed or not.

    F 5.1, 12b: v4.3.10:lib/plat/unix/unix-service.c:216-227.
    """
    after = state.copy()
    after.serving = frozenset(thread for thread in after.serving if thread != after.thread)
    for context, ended in state.ended.items():
        if ended.ending is Ending.PUT_OFF and finished:
            after.ended[context] = ended._replace(ending=Ending.FINISHED)
        elif ended.ending is Ending.PUT_OFF:
            del after.ended[context]
    return after


def _is_from_table(call: ir.Call) -> bool:
    """Whether a function is called that stands in an array, wherever that is."""
    return isinstance(call.callee, ir.Load) and any(
        isinstance(step, ir.Index) and step.at is None for step in call.callee.location.path
    )


def _told_in_vain(function: Function, back: Return) -> bool:
    """Whether a function says by its result how it went, and the caller does not listen."""
    return back.call is not None and back.call.result is None and function.ir.result != "void"


def _settle_checks(state: State, function: Function) -> None:
    """A function has returned that found out that a create failed: the rest of the program can know."""
    for cell, marked in state.memory.items():
        if isinstance(marked.value, NoContext) and marked.value.checked == function.index:
            state.memory[cell] = Marked(0, marked.mark)


def _forgive(state: State) -> None:
    """Nobody knows what a branch was about: it may have been the check of a create that failed."""
    for cell, marked in state.memory.items():
        if isinstance(marked.value, NoContext):
            state.memory[cell] = Marked(0, marked.mark)


def _most_varied(nodes: Iterable[Node]) -> Cell | None:
    """The scalar that has the most values in the states of these nodes."""
    values: dict[Cell, set[Marked]] = {}
    for node in nodes:
        for cell, marked in node.state.memory.items():
            if isinstance(marked.value, _SCALARS):
                values.setdefault(cell, set()).add(marked)
    varied = [cell for cell in values if len(values[cell]) > 1]
    return max(varied, key=lambda cell: (len(values[cell]), repr(cell)), default=None)


def _differing(state: State, others: Collection[Node], instance: Instance, at: tuple[int, int]) -> list[Cell]:
    """The cells of a state that are not the same in all states of a point."""
    first = next(iter(others)).state.memory
    known = instance.differing.get(at)
    if known is None:
        known = instance.differing[at] = set()
        for other in others:
            known.update(_changed(other.state.memory, first))
    known.update(_changed(state.memory, first))
    return [cell for cell in state.memory if cell in known]


def _changed(memory: dict[Cell, Marked], first: dict[Cell, Marked]) -> Iterator[Cell]:
    """The cells that hold something else than at first."""
    return (cell for cell, marked in memory.items() if first.get(cell) != marked)


def _coarse(value: Value) -> Value:
    """A counter is only known to be past one, or below zero; flags and everything else stay."""
    if isinstance(value, int) and value not in (0, 1, ANY_OTHER):
        return Range(2, None) if value > 1 else NEGATIVE
    if isinstance(value, Range) and value.low is not None and value.low > 1:
        return Range(2, None)
    return value


def _static_path(assign: ir.Assign) -> tuple[str | int, ...] | None:
    """The path of a member that an initialiser gives a value; None for zero, or an element not told."""
    path: list[str | int] = []
    for step in assign.target.path:
        if isinstance(step, ir.Field):
            path.append(step.name)
        elif isinstance(step, ir.Index) and step.at is not None:
            path.append(step.at)
        else:
            return None
    return None if isinstance(assign.value, ir.Zero) else tuple(path)
