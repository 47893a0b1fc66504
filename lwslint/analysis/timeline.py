"""What one thread of a program does, in order: which other threads run then, which mutexes it holds.

A path-sensitive walk from one function through everything that it calls. A state holds the threads that
were started on the way and not joined since, and the constants that scalars are known to have, so that
`if (started) pthread_join(...)` goes the right way. A thread counts as joined as soon as it may be: a
loop of joins that may run no times joins, and so does a wait for what the thread does at its end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from lwslint import ir
from lwslint.analysis import bounds, walk
from lwslint.analysis.pointers import named_functions
from lwslint.analysis.program import Function, LocationClass, Site
from lwslint.analysis.threads import Handle, Threads
from lwslint.lws.effects import Effects, Failure, Role

Known: TypeAlias = int | str
"""What is known of a scalar: a number, `NONZERO`, or the function (`fn:12`) that it points at."""

NONZERO = "!0"


class Start(NamedTuple):
    """A thread by the call that starts it and the function that it runs, both by number."""

    site: tuple[int, int, int]
    entry: int


class State(NamedTuple):
    """What is known at one point of one thread.

    `running` are the threads started on the way here and not joined since, `ended` those that may have
    been joined. `held` are the mutexes held. `fresh` says that a context was made since the last thread
    was started: that thread does not know it. `guarded` says that a branch asked which thread this is.
    """

    running: frozenset[Start] = frozenset()
    ended: frozenset[Start] = frozenset()
    held: frozenset[LocationClass] = frozenset()
    fresh: bool = False
    guarded: bool = False
    known: frozenset[tuple[str, Known]] = frozenset()

    def value(self, key: str) -> Known | None:
        """What is known of a variable."""
        return next((value for name, value in self.known if name == key), None)

    def learn(self, key: str, value: Known | None) -> State:
        """The state in which a variable has a value; with None nothing is known of it."""
        kept = {item for item in self.known if item[0] != key}
        if value is not None:
            kept.add((key, value))
        return self._replace(known=frozenset(kept))

    def join(self, starts: Iterable[Start]) -> State:
        """The state in which these threads may be at their end."""
        over = self.running.intersection(starts)
        return self._replace(running=self.running - over, ended=self.ended | over) if over else self


class Visit(NamedTuple):
    """One way to come to a statement: the state, and the calls that led there from the first function."""

    state: State
    chain: tuple[Site, ...]


_Outcome: TypeAlias = frozenset[tuple[State, Known | None]]


class Timeline:
    """The walk from one function. `visits` by statement; `exits` the states in which the function returns.

    `bounded` says that the walk was cut: then it is no ground for an accusation.
    """

    def __init__(self, threads: Threads, entry: Function, *, from_the_start: bool) -> None:
        self._threads = threads
        self._linked = threads.linked
        self._index = threads.index
        self.entry = entry
        self.visits: dict[tuple[int, int, int], list[Visit]] = {}
        self.bounded = False
        self.creates = False
        self.hands_out = False
        self._memo: dict[tuple[int, State], _Outcome] = {}
        self._active: set[tuple[int, State]] = set()
        self._steps = 0
        known = frozenset(threads.initial.items()) if from_the_start else frozenset()
        self.exits = [state for state, _ in sorted(self._run(entry, State(known=known), ()), key=repr)]

    # Functions

    def _run(self, function: Function, state: State, chain: tuple[Site, ...]) -> _Outcome:
        key = (function.index, state)
        if key in self._memo:
            return self._memo[key]
        if key in self._active or len(chain) > bounds.CALL_DEPTH:
            return frozenset({(state, None)}) if key not in self._active else frozenset()
        self._active.add(key)
        found = self._memo[key] = frozenset(self._blocks(function, state, chain))
        self._active.discard(key)
        return found

    def _blocks(
        self, function: Function, state: State, chain: tuple[Site, ...]
    ) -> Iterator[tuple[State, Known | None]]:
        flow = self._index.flow(function)
        seen: dict[int, set[State]] = {}
        pending = deque([(0, state)])
        while pending:
            number, state = pending.popleft()
            reached = seen.setdefault(number, set())
            if len(reached) >= bounds.STATES_PER_POINT:
                state = state._replace(known=frozenset())
            if state in reached or len(reached) >= 2 * bounds.STATES_PER_POINT:
                self.bounded |= state not in reached
                continue
            reached.add(state)
            for after in self._statements(function, number, state, chain):
                if number in flow.ends:
                    continue
                terminator = function.ir.blocks[number].terminator
                if isinstance(terminator, ir.Return):
                    value = self._value(function, after, terminator.value)
                    yield self._without_locals(function, after), value
                    continue
                for target, next_ in self._successors(function, number, terminator, after):
                    pending.append((target, self._leave_loops(function, number, target, next_)))

    def _without_locals(self, function: Function, state: State) -> State:
        kept = frozenset(item for item in state.known if item[0] in self._threads.tracked)
        return state._replace(known=kept)

    def _statements(
        self, function: Function, number: int, state: State, chain: tuple[Site, ...]
    ) -> list[State]:
        states = [state]
        for index, statement in enumerate(function.ir.blocks[number].statements):
            self._steps += 1
            if self._steps > bounds.STEPS_PER_TIMELINE:
                self.bounded = True
                return []
            if isinstance(statement, ir.Assign):
                key = (function.index, number, index)
                if key in self._threads.watched:
                    self.visits.setdefault(key, []).extend(Visit(each, chain) for each in states)
                states = [self._assign(function, each, statement) for each in states]
            elif isinstance(statement, ir.Call):
                site = self._linked.site(function, number, index)
                states = list(
                    dict.fromkeys(a for each in states for a in self._call(site, statement, each, chain))
                )
                if site.key in self._threads.results:  # written when the call has returned
                    self.visits.setdefault(site.key, []).extend(Visit(each, chain) for each in states)
        return states

    def _assign(self, function: Function, state: State, statement: ir.Assign) -> State:
        return self._set(function, state, statement.target, self._value(function, state, statement.value))

    def _set(self, function: Function, state: State, target: ir.Location, value: Known | None) -> State:
        key = self._linked.resolve(function, target.root)
        if target.path or not self._threads.follows(key):
            return state
        return state.learn(key, value)

    # Branches

    def _successors(
        self, function: Function, number: int, terminator: ir.Terminator, state: State
    ) -> Iterator[tuple[int, State]]:
        if isinstance(terminator, ir.Jump):
            yield terminator.target, state
        elif isinstance(terminator, ir.Branch):
            yield from self._branch(function, terminator, state)
        elif isinstance(terminator, ir.Switch):
            value = self._value(function, state, terminator.value)
            if isinstance(value, int):
                cases = (case.target for case in terminator.cases if case.low <= value <= case.high)
                yield next(cases, terminator.default), state
            else:
                for target in dict.fromkeys(
                    (*(case.target for case in terminator.cases), terminator.default)
                ):
                    yield target, state

    def _branch(self, function: Function, branch: ir.Branch, state: State) -> Iterator[tuple[int, State]]:
        if self._threads.asks_for_thread(function, branch):
            state = state._replace(guarded=True)
        value = self._value(function, state, branch.condition)
        for truth, target in ((True, branch.then), (False, branch.other)):
            if value is None or truth is (value != 0):
                yield (
                    target,
                    self._refine(
                        function, self._waited(function, branch, truth, state), branch.condition, truth
                    ),
                )

    def _refine(self, function: Function, state: State, condition: ir.Value, truth: bool) -> State:
        if isinstance(condition, ir.Unary) and condition.operator == "!":
            return self._refine(function, state, condition.operand, not truth)
        if isinstance(condition, ir.Load):
            if self._value(function, state, condition) is None:
                return self._set(function, state, condition.location, NONZERO if truth else 0)
            return state
        if (
            isinstance(condition, ir.Binary)
            and condition.operator in ("==", "!=")
            and isinstance(condition.left, ir.Load)
            and isinstance(condition.right, ir.Const)
        ):
            equal = truth is (condition.operator == "==")
            if equal:
                return self._set(function, state, condition.left.location, condition.right.value)
            if condition.right.value == 0:
                return self._refine(function, state, condition.left, True)
        return state

    def _waited(self, function: Function, branch: ir.Branch, truth: bool, state: State) -> State:
        """A branch may have waited for what a thread does at its end."""
        over = [
            start
            for start in state.running
            if self._threads.tells_end(start.entry, function, branch.condition, truth)
        ]
        return state.join(over)

    def _leave_loops(self, function: Function, number: int, target: int, state: State) -> State:
        """A loop of joins joins what it was written to join, however often it runs."""
        if not state.running:
            return state
        for loop, handles in self._threads.joining_loops(function):
            if number in loop and target not in loop:
                state = self._join(state, handles)
        return state

    # Calls

    def _call(self, site: Site, call: ir.Call, state: State, chain: tuple[Site, ...]) -> Iterator[State]:
        callees = self._callees(site, call, state)
        if callees:
            yield from self._enter(site, call, callees, state, chain)
            return
        effects = self._threads.effects(site)
        if effects is None:
            self.hands_out |= self._threads.hands_out(site)
            yield self._result(site, call, state, None)
            return
        if site.key in self._threads.watched:
            self.visits.setdefault(site.key, []).append(Visit(state, chain))
        if effects.creates == "context":
            self.creates = True
            state = state._replace(fresh=True)
        if any(deferral.role is Role.THREAD for deferral in effects.defers):
            yield from self._start(site, call, effects, state)
            return
        if effects.joins:
            state = self._join(state, [self._threads.joined(site)])
        elif effects.yields and state.running:
            state = state.join(s for s in state.running if self._threads.wakes(s.entry, site))
        if effects.locks is not None:
            state = state._replace(held=state.held | self._mutex(site, call, effects.locks))
        if effects.unlocks is not None:
            state = state._replace(held=state.held - self._mutex(site, call, effects.unlocks))
        yield self._result(site, call, state, None)

    def _callees(self, site: Site, call: ir.Call, state: State) -> tuple[Function, ...]:
        if not isinstance(call.callee, ir.FunctionRef):
            value = self._value(site.function, state, call.callee)
            if isinstance(value, str) and value.startswith("fn:"):
                return (self._linked.functions[int(value[3:])],)
        return self._index.callees.get(site.key, ())

    def _enter(
        self,
        site: Site,
        call: ir.Call,
        callees: tuple[Function, ...],
        state: State,
        chain: tuple[Site, ...],
    ) -> Iterator[State]:
        if len(callees) > 1 and any(callee.index in self._threads.joiners for callee in callees):
            state = state.join(state.running)
        followed = [callee for callee in callees if callee.index in self._threads.relevant]
        if not followed or not self._threads.certain(site, callees):
            yield self._result(site, call, state, None)
            return
        if len(followed) < len(callees):
            yield self._result(site, call, state, None)
        own = frozenset(item for item in state.known if item[0] not in self._threads.tracked)
        for callee in followed:
            inside = self._bind(site, call, callee, state)
            for after, value in sorted(self._run(callee, inside, (*chain, site)), key=repr):
                yield self._result(site, call, after._replace(known=after.known | own), value)

    def _bind(self, site: Site, call: ir.Call, callee: Function, state: State) -> State:
        known = {item for item in state.known if item[0] in self._threads.tracked}
        for key, argument in zip(callee.parameters, call.arguments, strict=False):
            value = self._value(site.function, state, argument)
            if value is not None and self._threads.follows(key):
                known.add((key, value))
        return state._replace(known=frozenset(known))

    def _result(self, site: Site, call: ir.Call, state: State, value: Known | None) -> State:
        return self._set(site.function, state, call.result, value) if call.result is not None else state

    def _start(self, site: Site, call: ir.Call, effects: Effects, state: State) -> Iterator[State]:
        """A thread starts, or does not: then the call says so, and nothing runs."""
        nonzero = effects.fails is Failure.NONZERO
        entries = self._entries(site, call, effects, state)
        starts = {Start(site.key, entry.index) for entry in entries}
        started = state._replace(running=state.running | starts, ended=state.ended - starts, fresh=False)
        yield self._result(site, call, started, 0 if nonzero else NONZERO)
        if call.result is not None:
            yield self._result(site, call, state, NONZERO if nonzero else 0)

    def _entries(self, site: Site, call: ir.Call, effects: Effects, state: State) -> list[Function]:
        found: list[Function] = []
        for deferral in effects.defers:
            if deferral.role is not Role.THREAD:
                continue
            if deferral.member or deferral.function >= len(call.arguments):
                found += self._threads.entries_at(site)
                continue
            value = self._value(site.function, state, call.arguments[deferral.function])
            if isinstance(value, str) and value.startswith("fn:"):
                found.append(self._linked.functions[int(value[3:])])
            else:
                argument = call.arguments[deferral.function]
                named = named_functions(self._linked, site.function, argument, self._index.pointers)
                found += named if len(named) == 1 else ()
        return found

    def _join(self, state: State, handles: Iterable[Handle]) -> State:
        wanted = list(handles)
        over = [
            start
            for start in state.running
            if any(handle is None or handle == self._threads.handle_of(start.site) for handle in wanted)
            or self._threads.handle_of(start.site) is None
        ]
        return state.join(over)

    def _mutex(self, site: Site, call: ir.Call, position: int) -> frozenset[LocationClass]:
        if position >= len(call.arguments):
            return frozenset()
        argument = call.arguments[position]
        if not isinstance(argument, ir.Address | ir.Load):
            return frozenset()
        location = argument.location
        return frozenset({self._linked.classify(site.function, location.root, location.path)})

    # Values

    def _value(self, function: Function, state: State, value: ir.Value | None) -> Known | None:
        if isinstance(value, ir.Const | ir.SizeOf):
            return value.value
        if isinstance(value, ir.FunctionRef):
            callee = self._linked.callee(function.unit, value.name)
            return f"fn:{callee.index}" if callee is not None else NONZERO
        if isinstance(value, ir.Address):
            return NONZERO if not any(isinstance(step, ir.Deref) for step in value.location.path) else None
        if isinstance(value, ir.Load):
            if value.location.path:
                return None
            return state.value(self._linked.resolve(function, value.location.root))
        if isinstance(value, ir.Unary) and value.operator == "!":
            operand = self._value(function, state, value.operand)
            return None if operand is None else int(operand == 0)
        if isinstance(value, ir.Binary):
            return _compared(
                value.operator,
                self._value(function, state, value.left),
                self._value(function, state, value.right),
            )
        return None


def _compared(operator: str, left: Known | None, right: Known | None) -> Known | None:
    """The result of a comparison of what is known; None for any other operator."""
    if left is None or right is None:
        return None
    if isinstance(left, int) and isinstance(right, int):
        results = {
            "==": left == right, "!=": left != right, "<": left < right,
            "<=": left <= right, ">": left > right, ">=": left >= right,
        }  # fmt: skip
        return int(results[operator]) if operator in results else None
    if operator in ("==", "!=") and 0 in (left, right):
        return int(operator == "!=")
    return None


def mentions(statement: ir.Statement | ir.Terminator) -> Iterator[ir.Location]:
    """The locations that a statement reads or takes the address of."""
    for value in walk.values(statement):
        yield from walk.named(value)
