"""How soon a program connects again once a connection is lost.

A *way* leads from where the loss is known to a connect (or a create that a loss decides), through calls
and through work that is scheduled to run at once. It is told only if nothing on it may take a second, and
nothing that decides it counts or looks at a clock. Time spent in the service loop is no delay.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from lwslint import ir
from lwslint.analysis import bounds, spelling, walk
from lwslint.analysis.domain import Mark
from lwslint.analysis.flow import Flow, successors
from lwslint.analysis.pointers import named_functions
from lwslint.analysis.program import Function, LocationClass, Site
from lwslint.analysis.questions import creations
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.roles import OTHER_REASON, reason_parameter
from lwslint.analysis.witness import shortened
from lwslint.lws.effects import Deferral, Effects, Role
from lwslint.lws.facts import Side
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

Known: TypeAlias = tuple[tuple[str, int], ...]
"""Parameters whose value is known, by variable."""

_CLOCKS = frozenset(
    {"time", "clock", "clock_gettime", "gettimeofday", "lws_now_usecs", "lws_now_secs", "difftime",
     "lws_time_in_microseconds", "g_get_monotonic_time", "g_get_real_time", "uv_now", "uv_hrtime", "times",
     "timespec_get", "ev_now", "ev_time", "xTaskGetTickCount", "esp_timer_get_time", "localtime", "gmtime",
     "localtime_r", "gmtime_r", "mktime", "rand", "random", "lws_compare_time_t"}
)  # fmt: skip
_PER_SECOND = {"sleep": 1, "usleep": 1_000_000, "g_usleep": 1_000_000, "Sleep": 1_000, "uv_sleep": 1_000}
_GROWS = ("++", "--", "+=", "-=", "<<=", "*=", ">>=")


class Redial(NamedTuple):
    """A connect (or create) that follows a loss in less than a second, with no bound on the tries.

    `place` is the create, or for a connect the call in the handler or in the loop that leads to it. `loss`
    says how the loss is known: a reason without its prefix, or empty for NULL from the connect.
    `recurses` says that the connect may deliver the reason before it returns.
    """

    place: Place
    function: str
    callee: str
    creates: bool
    loss: str
    handler: str
    how: str
    recurses: bool
    steps: tuple[Step, ...]


class DoubleRetry(NamedTuple):
    """A retry that is started where a connect returns NULL, and by the reason for the same failure."""

    place: Place
    function: str
    callee: str
    other: Place
    handler: str
    steps: tuple[Step, ...]


class _Loss(NamedTuple):
    """A protocol callback under a reason that says that a connection of a client is lost."""

    callback: Function
    reason: int
    name: str


class _Way(NamedTuple):
    """The calls from a function to a target, which is the last of them."""

    sites: tuple[Site, ...]

    @property
    def target(self) -> Site:
        """The connect or create."""
        return self.sites[-1]


class _Region:
    """What lies between two points of a function: `blocks`, and the statements of those at either end."""

    def __init__(
        self, flow: Flow, edges: list[tuple[int, ...]], start: tuple[int, int], goal: tuple[int, int]
    ) -> None:
        self.flow = flow
        self.goal = goal[0]
        self._start, self._goal = start, goal
        straight = start[0] == goal[0] and start[1] <= goal[1]
        ahead = {start[0]} if straight else _reach(edges, edges[start[0]], {goal[0]})
        self.reached = straight or goal[0] in ahead
        backward = _reversed(edges)
        back = {goal[0]} if straight else _reach(backward, backward[goal[0]], set())
        self.blocks = {goal[0]} if straight else (ahead & back) | {goal[0], start[0]}
        self.straight = straight

    def statements(self, function: Function) -> Iterator[tuple[int, int, ir.Statement]]:
        """The statements between the points, by block and index."""
        for number in sorted(self.blocks):
            for index, statement in enumerate(function.ir.blocks[number].statements):
                if self.straight and not self._start[1] <= index < self._goal[1]:
                    continue
                if not self.straight and number == self._start[0] != self._goal[0] and index < self._start[1]:
                    continue
                if not self.straight and number == self._goal[0] != self._start[0] and index >= self._goal[1]:
                    continue
                round_ = not self.straight and number == self._start[0] == self._goal[0]
                if round_ and self._goal[1] <= index < self._start[1]:
                    continue
                yield number, index, statement

    def deciding(self) -> set[int]:
        """The branches between the points that decide whether the goal is reached."""
        found: set[int] = set()
        pending = [self.goal]
        while pending:
            for branch in self.flow.controllers.get(pending.pop(), ()):
                if branch not in found:
                    found.add(branch)
                    pending.append(branch)
        return found & self.blocks


class Schedules:
    """The ways of one program from a loss to the next connect."""

    def __init__(self, program: Explored) -> None:
        self.program = program
        self.linked = program.linked
        self.index = program.index
        self._effects = {
            site.key: program.known_at_target(program.callee_name(site)) for site, _ in self.index.library
        }
        self._ruled: dict[tuple[int, Known], list[tuple[int, ...]]] = {}
        self._lost_flags: dict[tuple[int, int], dict[LocationClass, int]] = {}
        self.creates = self._lost_creates()
        self.connects = {
            key for key, effects in self._effects.items() if effects is not None and effects.connects
        }
        self.targets = self.connects | self.creates

    def _lost_creates(self) -> set[tuple[int, int, int]]:
        return {
            create.site.key for create in creations.creates(self.program, "context") if create.after_loss()
        }

    # Where a loss is known

    @functools.cached_property
    def losses(self) -> tuple[_Loss, ...]:
        """Each protocol callback under each reason that tells a client that its connection is gone."""
        return tuple(
            _Loss(callback, reason, self.program.roles.name(reason))
            for callback in self.program.roles.callbacks
            for reason in self.program.roles.reasons
            if reason != OTHER_REASON
            and self.program.roles.marks[reason] is Mark.LOSS
            and self._of_client(reason)
            and reason_parameter(callback) < len(callback.parameters)
        )

    def _of_client(self, reason: int) -> bool:
        known = self.program.knowledge.reason(f"LWS_CALLBACK_{self.program.roles.name(reason)}")
        return known is not None and known.side_at(self.program.target) is not Side.SERVER

    def _known(self, loss: _Loss) -> Known:
        return ((loss.callback.parameters[reason_parameter(loss.callback)], loss.reason),)

    # Blocks that a known parameter leaves

    def _edges(self, function: Function, known: Known) -> list[tuple[int, ...]]:
        """The successors of each block; without the edges that a known parameter rules out."""
        key = (function.index, known)
        if key not in self._ruled:
            self._ruled[key] = self._rule_out(function, known)
        return self._ruled[key]

    def _rule_out(self, function: Function, known: Known) -> list[tuple[int, ...]]:
        flow = self.index.flow(function)
        values = dict(known)
        return [
            self._taken(function, block.terminator, values) if number not in flow.ends else ()
            for number, block in enumerate(function.ir.blocks)
        ]

    def _taken(
        self, function: Function, terminator: ir.Terminator, values: dict[str, int]
    ) -> tuple[int, ...]:
        if isinstance(terminator, ir.Switch):
            value = self._value(function, terminator.value, values)
            if value is not None:
                cases = (case.target for case in terminator.cases if case.low <= value <= case.high)
                return (next(cases, terminator.default),)
        elif isinstance(terminator, ir.Branch):
            value = self._value(function, terminator.condition, values)
            if value is not None:
                return (terminator.then if value else terminator.other,)
        return successors(terminator)

    def _value(self, function: Function, value: ir.Value, values: dict[str, int]) -> int | None:
        if isinstance(value, ir.Const):
            return value.value
        if isinstance(value, ir.Load) and not value.location.path:
            return values.get(self.linked.resolve(function, value.location.root))
        if isinstance(value, ir.Unary) and value.operator == "!":
            operand = self._value(function, value.operand, values)
            return None if operand is None else int(not operand)
        if isinstance(value, ir.Binary) and value.operator in ("==", "!="):
            left = self._value(function, value.left, values)
            right = self._value(function, value.right, values)
            if left is not None and right is not None:
                return int((left == right) is (value.operator == "=="))
        return None

    # Delays and bounds

    def clear(
        self, function: Function, known: Known, start: tuple[int, int], goal: tuple[int, int]
    ) -> _Region | None:
        """What lies between two points, if it surely takes less than a second and nothing bounds it."""
        region = _Region(self.index.flow(function), self._edges(function, known), start, goal)
        if not region.reached or function.index in self._torn:
            return None
        for number, index, _ in region.statements(function):
            if self._delays(self.linked.site(function, number, index)):
                return None
        if any(self._bounds(function, number) for number in region.deciding()):
            return None
        return region

    @functools.cached_property
    def _torn(self) -> frozenset[int]:
        """The functions that were not read whole: what they wait for may be in the rest."""
        found: set[int] = set()
        for function in self.linked.functions:
            first, last = function.ir.span, function.ir.end
            for note in self.linked.units[function.unit].notes:
                if note.kind is ir.NoteKind.BROKEN and note.span is not None:
                    inside = first.line <= note.span.line <= last.line and note.span.file == first.file
                    found.update({function.index} if inside else ())
        return frozenset(found)

    def _delays(self, site: Site) -> bool:
        """Whether a statement may take a second."""
        call = site.statement
        if not isinstance(call, ir.Call):
            return False
        callees = self.index.callees.get(site.key, ())
        if callees:
            return any(callee.index in self._slow for callee in callees)
        effects = self._effects.get(site.key)
        if effects is None:
            return self._may_sleep(site, call)
        return _takes_long(call, effects)

    def _may_sleep(self, site: Site, call: ir.Call) -> bool:
        """A function out of sight that is handed numbers alone, and is not asked for anything, may wait."""
        return call.result is None and not any(
            isinstance(argument, ir.Address | ir.Text | ir.FunctionRef)
            or spelling.pointee(self.linked.value_type(site.function, argument))
            for argument in call.arguments
        )

    @functools.cached_property
    def _slow(self) -> frozenset[int]:
        """The functions in which something may take a second, themselves or through calls."""
        pending: list[int] = []
        for site, _ in self.index.library:
            effects = self._effects[site.key]
            call = site.statement
            if isinstance(call, ir.Call) and effects is not None and _takes_long(call, effects):
                pending.append(site.function.index)
        for site in self.index.unknown:
            if isinstance(site.statement, ir.Call) and self._may_sleep(site, site.statement):
                pending.append(site.function.index)
        return self.index.with_callers(pending)

    def _bounds(self, function: Function, block: int) -> bool:
        """Whether a branch may bound the tries or look at the time."""
        terminator = function.ir.blocks[block].terminator
        for value in walk.values(terminator):
            if self._compares(value):
                return True
            for location in walk.loads(value):
                found = self.linked.classify(function, location.root, location.path)
                if found in self._counted or found in self._timed:
                    return True
        return False

    @staticmethod
    def _compares(value: ir.Value) -> bool:
        """Whether it compares sizes, other than to tell an error (below 0) from none."""
        for part in walk.parts(value):
            if isinstance(part, ir.Binary) and part.operator in ("<", ">", "<=", ">="):
                limits = (part.left, part.right)
                if not any(isinstance(limit, ir.Const) and limit.value in (0, -1) for limit in limits):
                    return True
            elif isinstance(part, ir.Binary) and part.operator in ("%", "&", "-"):
                return True
        return False

    @functools.cached_property
    def _counted(self) -> frozenset[LocationClass]:
        """What the program counts up or down."""
        return frozenset(
            found
            for found, sites in self.index.writers.items()
            if any(
                isinstance(site.statement, ir.Assign)
                and (
                    site.statement.operator in _GROWS
                    or (
                        isinstance(site.statement.value, ir.Binary) and site.statement.value.operator in "+-*"
                    )
                )
                for site in sites
            )
        )

    @functools.cached_property
    def _timed(self) -> frozenset[LocationClass]:
        """What holds a time, an answer that depends on one, or an answer of somebody out of sight."""
        found: set[LocationClass] = set()
        tellers: set[int] = set()
        pending: list[LocationClass] = []

        def add(where: LocationClass) -> None:
            if where not in found:
                found.add(where)
                pending.append(where)

        for site in self.linked.sites():
            call = site.statement
            if not isinstance(call, ir.Call):
                continue
            clock = self.program.callee_name(site) in _CLOCKS
            if clock:
                tellers.add(site.function.index)
            strange = not self.index.callees.get(site.key) and self._effects.get(site.key) is None
            if clock or strange:
                for where in self._receives(site.function, call, outputs=clock):
                    add(where)
        for number in self.index.with_callers(tellers):
            for site in self.index.callers.get(number, ()):
                assert isinstance(site.statement, ir.Call)
                if site.statement.result is not None:
                    result = site.statement.result
                    add(self.linked.classify(site.function, result.root, result.path))
        readers = self._readers
        while pending:
            for where in readers.get(pending.pop(), ()):
                add(where)
        return frozenset(found)

    def _receives(self, function: Function, call: ir.Call, *, outputs: bool) -> Iterator[LocationClass]:
        """What a call writes its answer to; a struct is written with all its members (`struct timeval`)."""
        if call.result is not None:
            yield self.linked.classify(function, call.result.root, call.result.path)
        for argument in call.arguments if outputs else ():
            if isinstance(argument, ir.Address):
                root, path = argument.location.root, argument.location.path
                yield self.linked.classify(function, root, path)
                record = self.linked.records.get(
                    spelling.bare(self.linked.type_of(function, argument.location))
                )
                for member in record.members if record is not None else ():
                    yield self.linked.classify(function, root, (*path, ir.Field(member.name)))

    @functools.cached_property
    def _readers(self) -> dict[LocationClass, set[LocationClass]]:
        """Into what each location is copied, or a value made from it."""
        found: dict[LocationClass, set[LocationClass]] = {}
        for site in self.linked.sites():
            statement = site.statement
            if isinstance(statement, ir.Assign):
                target = self.linked.classify(site.function, statement.target.root, statement.target.path)
                for location in walk.loads(statement.value):
                    source = self.linked.classify(site.function, location.root, location.path)
                    found.setdefault(source, set()).add(target)
        return found

    # Ways

    @functools.cached_property
    def leading(self) -> frozenset[int]:
        """The functions from which a target may be reached, through calls and through scheduled work."""
        pending = [key[0] for key in self.targets]
        found = set(pending)
        while pending:
            number = pending.pop()
            for site in (*self.index.callers.get(number, ()), *self.index.handed.get(number, ())):
                if site.function.index not in found:
                    found.add(site.function.index)
                    pending.append(site.function.index)
        return frozenset(found)

    def ways(self, function: Function, known: Known, seen: frozenset[int] = frozenset()) -> Iterator[_Way]:
        """The ways from the beginning of a function to a target."""
        if function.index in seen or function.index not in self.leading or len(seen) > bounds.CALL_DEPTH:
            return
        edges = self._edges(function, known)
        for site in self.linked.calls(function, sorted(_reach(edges, (0,), set()))):
            for way in self.onward(site, known, seen | {function.index}):
                if self.clear(function, known, (0, 0), (site.block, site.index)) is not None:
                    yield way

    def onward(self, site: Site, known: Known, seen: frozenset[int]) -> Iterator[_Way]:
        """The ways to a target that begin with a call."""
        if site.key in self.targets:
            yield _Way((site,))
            return
        for function, values in self._entered(site, known):
            for way in self.ways(function, values, seen):
                yield _Way((site, *way.sites))

    def _entered(self, site: Site, known: Known) -> Iterator[tuple[Function, Known]]:
        """What a call runs at once, or has run in less than a second."""
        call = site.statement
        assert isinstance(call, ir.Call)
        callees = self.index.callees.get(site.key, ())
        if callees:
            if isinstance(call.callee, ir.FunctionRef) or len(callees) == 1:
                yield callees[0], self._bound(site.function, call, callees[0], dict(known))
            return
        effects = self._effects.get(site.key)
        for deferral in effects.defers if effects is not None else ():
            later = deferral.role in (Role.SUL, Role.TIMER, Role.THREAD, Role.NOW)
            if not later or deferral.member or not self._is_soon(call, deferral):
                continue
            if deferral.function < len(call.arguments):
                argument = call.arguments[deferral.function]
                handed = named_functions(self.linked, site.function, argument, self.index.pointers)
                if len(handed) == 1:
                    yield handed[0], ()

    @staticmethod
    def _is_soon(call: ir.Call, deferral: Deferral) -> bool:
        if deferral.soon or deferral.role is Role.NOW:
            return True
        if deferral.delay is None or deferral.delay >= len(call.arguments):
            return False
        delay = _number(call.arguments[deferral.delay])
        return delay is not None and 0 <= delay < deferral.per_second

    def _bound(self, function: Function, call: ir.Call, callee: Function, values: dict[str, int]) -> Known:
        found = []
        for key, argument in zip(callee.parameters, call.arguments, strict=False):
            value = self._value(function, argument, values)
            if value is not None and not self.index.writers.get(("v", key)):
                found.append((key, value))
        return tuple(found)

    # Retries

    def redials(self) -> Iterator[Redial]:
        """Every connect that follows a loss at once, each by the first way that leads to it."""
        told: set[Place] = set()
        for retry in (*self._from_reasons(), *self._from_loops()):
            if retry.place not in told:
                told.add(retry.place)
                yield retry

    def _from_reasons(self) -> Iterator[Redial]:
        for loss in self.losses:
            ways = list(self.ways(loss.callback, self._known(loss)))
            created = any(way.target.key in self.creates for way in ways)
            for way in ways:
                if (created and way.target.key in self.connects) or self._elsewhere(way, loss):
                    continue
                yield self._told(way, loss, (self._lost(loss),))

    def _lost(self, loss: _Loss) -> Step:
        place = self.linked.place(loss.callback.unit, loss.callback.ir.span)
        text = f"the connection is lost: `{loss.callback.name}()` gets LWS_CALLBACK_{loss.name}"
        return Step(place, text, StepKind.LOSS, loss.callback.name)

    def _told(self, way: _Way, loss: _Loss | None, before: tuple[Step, ...]) -> Redial:
        target = way.target
        callee = self.program.callee_name(target)
        effects = self._effects[target.key]
        assert effects is not None
        steps = [*before, *(self._call(site) for site in way.sites[:-1])]
        steps.append(
            Step(
                self.program.site_place(target),
                f"`{callee}()` is tried again"
                if target.key in self.connects
                else "another context is created",
                StepKind.USE,
                target.function.name,
            )
        )
        how = next((found for site in reversed(way.sites[:-1]) if (found := self._how(site))), "")
        told_of = target if target.key in self.creates else way.sites[0]
        return Redial(
            self.program.site_place(told_of),
            told_of.function.name,
            callee,
            target.key in self.creates,
            loss.name if loss is not None else "",
            loss.callback.name if loss is not None else "",
            how,
            loss is not None and not how and f"LWS_CALLBACK_{loss.name}" in effects.reasons,
            shortened(steps),
        )

    def _call(self, site: Site) -> Step:
        name = self.program.callee_name(site)
        how = self._how(site)
        text = f"`{name}()` has it run {how}" if how else f"calls `{name or 'a function'}()`"
        return Step(self.program.site_place(site), text, StepKind.CALL, site.function.name)

    def _how(self, site: Site) -> str:
        """When work runs that a call schedules: in another thread, or so many milliseconds later."""
        call = site.statement
        effects = self._effects.get(site.key)
        if effects is None or not isinstance(call, ir.Call) or self.index.callees.get(site.key):
            return ""
        for deferral in effects.defers:
            if deferral.role is Role.THREAD:
                return "in a thread at once"
            if deferral.delay is not None and deferral.delay < len(call.arguments):
                delay = _number(call.arguments[deferral.delay])
                return f"{1000 * (delay or 0) // deferral.per_second} ms later"
        return ""

    def _elsewhere(self, way: _Way, loss: _Loss | None) -> bool:
        """Whether the connect may go to another address each time: one of a list, or one that was set."""
        if way.target.key in self.creates:
            return False
        function = way.target.function
        passed = {site.function.index for site in way.sites} | {function.index}
        if loss is not None:
            passed.add(loss.callback.index)
        for site in self.linked.sites():
            statement = site.statement
            if (
                site.function.index == function.index
                and isinstance(statement, ir.Assign)
                and statement.target.path
                and isinstance(statement.target.path[-1], ir.Field)
                and statement.target.path[-1].name == "address"
                and self._varies(function, statement.value, passed)
            ):
                return True
        return False

    def _varies(self, function: Function, value: ir.Value, passed: set[int]) -> bool:
        for location in walk.loads(value):
            if any(isinstance(step, ir.Index | ir.Deref) and step.at is None for step in location.path):
                return True
            found = self.linked.classify(function, location.root, location.path)
            for site in self.index.writers.get(found, ()):
                statement = site.statement
                if site.function.index in passed and not (
                    isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Text | ir.Address)
                ):
                    if site.function.index != function.index or not isinstance(statement, ir.Assign):
                        return True
                    if self._varies(function, statement.value, passed - {function.index}):
                        return True
        return False

    # The same failure, told twice

    def doubles(self) -> Iterator[DoubleRetry]:
        """Retries that are started for NULL from a connect and for the reason that tells the same failure."""
        handlers = [loss for loss in self.losses if loss.name == "CLIENT_CONNECTION_ERROR"]
        for key in sorted(self.connects):
            effects = self._effects[key]
            assert effects is not None
            if "LWS_CALLBACK_CLIENT_CONNECTION_ERROR" not in effects.reasons:
                continue
            connect = self.linked.site(self.linked.functions[key[0]], key[1], key[2])
            for call, start, run in self._for_null(connect):
                for loss in handlers:
                    found = self._unasked(loss.callback, self._known(loss), ())
                    other = next((chain for chain, again in found if again is run), None)
                    if other is not None:
                        yield self._doubled(connect, call, start, loss, other[-1])
                        break

    def _for_null(self, connect: Site) -> Iterator[tuple[Site, Site, Function]]:
        """Calls made where a connect returned NULL that start a retry: the call, the start, what it runs."""
        call, function = connect.statement, connect.function
        assert isinstance(call, ir.Call)
        if call.result is None:
            return
        result = self.linked.classify(function, call.result.root, call.result.path)
        edges = self._edges(function, ())
        for block in sorted(_reach(edges, (connect.block,), set())):
            target = self._direction(function, block, {result: 0})
            terminator = function.ir.blocks[block].terminator
            if target is None or not isinstance(terminator, ir.Branch):
                continue
            other = terminator.other if target == terminator.then else terminator.then
            failed = _reach(edges, (target,), {block}) - _reach(edges, (other,), {block})
            for number in sorted(failed):
                if self.index.flow(function).controllers.get(number, ()) not in ((block,), [block], {block}):
                    continue
                for site in self.linked.calls(function, (number,)):
                    for chain, run in self._begins(site, (), ()):
                        yield site, chain[-1], run

    def _unasked(
        self, function: Function, known: Known, chain: tuple[Site, ...]
    ) -> Iterator[tuple[tuple[Site, ...], Function]]:
        """The threads and timers that a function starts whatever the program knows, and that connect."""
        if len(chain) > bounds.CALL_DEPTH or function.index not in self.leading:
            return
        edges = self._edges(function, known)
        flow = self.index.flow(function)
        for number in sorted(_reach(edges, (0,), set())):
            if any(len(edges[branch]) > 1 for branch in flow.controllers.get(number, ())):
                continue
            for site in self.linked.calls(function, (number,)):
                yield from self._begins(site, known, chain)

    def _begins(
        self, site: Site, known: Known, chain: tuple[Site, ...]
    ) -> Iterator[tuple[tuple[Site, ...], Function]]:
        call = site.statement
        assert isinstance(call, ir.Call)
        callees = self.index.callees.get(site.key, ())
        if callees:
            if len(callees) == 1 and callees[0].index not in {each.function.index for each in chain}:
                bound = self._bound(site.function, call, callees[0], dict(known))
                yield from self._unasked(callees[0], bound, (*chain, site))
            return
        effects = self._effects.get(site.key)
        for deferral in effects.defers if effects is not None else ():
            if deferral.role not in (Role.THREAD, Role.TIMER) or deferral.function >= len(call.arguments):
                continue
            if self.program.callee_name(site).startswith(("lws_", "uv_")):
                continue  # one object, which is only set again
            argument = call.arguments[deferral.function]
            handed = named_functions(self.linked, site.function, argument, self.index.pointers)
            if len(handed) == 1 and handed[0].index in self.leading:
                yield (*chain, site), handed[0]

    def _doubled(self, connect: Site, call: Site, start: Site, loss: _Loss, other: Site) -> DoubleRetry:
        place = self.program.site_place(call)
        connecting = self.program.callee_name(connect)
        steps = (
            Step(
                self.program.site_place(connect),
                f"`{connecting}()` fails before it returns",
                StepKind.LOSS,
                connect.function.name,
            ),
            self._lost(loss),
            Step(
                self.program.site_place(other),
                f"`{self.program.callee_name(other)}()` starts a retry",
                StepKind.CALL,
                other.function.name,
            ),
            Step(
                place,
                f"then NULL is returned, and `{self.program.callee_name(start)}()` starts another one",
                StepKind.CALL,
                call.function.name,
            ),
        )
        return DoubleRetry(
            place,
            call.function.name,
            connecting,
            self.program.site_place(other),
            loss.callback.name,
            steps,
        )

    # Loops

    def _from_loops(self) -> Iterator[Redial]:
        for function in self.linked.functions:
            if function.index in self.leading and self.index.flow(function).loops:
                yield from self._in_function(function)

    def _in_function(self, function: Function) -> Iterator[Redial]:
        calls = list(self.linked.calls(function, sorted(self.index.flow(function).reachable)))
        serving = [site for site in calls if self._serves(site)]
        for site in calls:
            if not self.index.flow(function).loops_around(site.block):
                continue
            for way in self.onward(site, (), frozenset({function.index})):
                found = self._again(function, serving, site, way)
                if found is not None and not self._elsewhere(way, None):
                    yield found
                    break

    def _serves(self, site: Site) -> bool:
        effects = self._effects.get(site.key)
        if effects is not None and not self.index.callees.get(site.key):
            return effects.runs_loop
        return any(callee.index in self._servers for callee in self.index.callees.get(site.key, ()))

    @functools.cached_property
    def _servers(self) -> frozenset[int]:
        return self.index.with_callers(
            key[0] for key, effects in self._effects.items() if effects is not None and effects.runs_loop
        )

    def _again(self, function: Function, serving: list[Site], goal: Site, way: _Way) -> Redial | None:
        """A loop that comes to a connect because of a loss: told by a flag, or by NULL from the connect."""
        for service in serving:
            region = self.clear(function, (), (service.block, service.index + 1), (goal.block, goal.index))
            if region is None or service is goal or self._rests(function, goal, service):
                continue
            deciding = self._decided(function, service, goal, way)
            if deciding is not None:
                loss, branch = deciding
                return self._told(way, loss, (self._lost(loss), branch))
        if goal is way.target and goal.key in self.connects and self._null_repeats(function, goal):
            place = self.program.site_place(goal)
            text = f"`{self.program.callee_name(goal)}()` returns NULL"
            return self._told(way, None, (Step(place, text, StepKind.LOSS, function.name),))
        return None

    def _rests(self, function: Function, goal: Site, service: Site) -> bool:
        """Whether something may take a second between a connect and the loop that tells how it went."""
        region = _Region(
            self.index.flow(function),
            self._edges(function, ()),
            (goal.block, goal.index + 1),
            (service.block, service.index),
        )
        return self._delays(goal) or any(
            self._delays(self.linked.site(function, number, index))
            for number, index, _ in region.statements(function)
        )

    def _null_repeats(self, function: Function, goal: Site) -> bool:
        call = goal.statement
        assert isinstance(call, ir.Call)
        if call.result is None:
            return False
        region = self.clear(function, (), (goal.block, goal.index + 1), (goal.block, goal.index))
        if region is None:
            return False
        result = self.linked.classify(function, call.result.root, call.result.path)
        return any(self._leads(function, block, {result: 0}, region, goal.block) for block in region.blocks)

    def _decided(self, function: Function, service: Site, goal: Site, way: _Way) -> tuple[_Loss, Step] | None:
        """The loss whose flag decides the way from the loop to the goal, and the branch that tests it."""
        edges = self._edges(function, ())
        region = _Region(
            self.index.flow(function), edges, (service.block, service.index + 1), (goal.block, goal.index)
        )
        for loss in self.losses:
            flags = self._flags(loss)
            if not flags or self._bounded_in(loss):
                continue
            for block in sorted(region.blocks):
                if self._leads(function, block, flags, region, goal.block, service.block):
                    return loss, self._branch(function, block)
            for callee in self.index.callees.get(service.key, ()):
                block_ = self._leaves_service(callee, flags)
                if block_ is not None:
                    return loss, self._branch(callee, block_)
            for site in way.sites[1:] if way.sites[0] is goal else ():
                for block in sorted(self.index.flow(site.function).deciding(site.block)):
                    if self._directs(site.function, block, flags, site.block):
                        return loss, self._branch(site.function, block)
        return None

    def _leaves_service(self, function: Function, flags: dict[LocationClass, int]) -> int | None:
        """The branch at which a flag ends a service loop."""
        flow = self.index.flow(function)
        for loop in flow.loops:
            serves = any(map(self._serves, self.linked.calls(function, loop)))
            for block in flow.exits(loop) if serves else ():
                target = self._direction(function, block, flags)
                if target is not None and target not in loop:
                    return block
        return None

    def _branch(self, function: Function, block: int) -> Step:
        terminator = function.ir.blocks[block].terminator
        assert isinstance(terminator, ir.Branch | ir.Switch)
        place = self.linked.place(function.unit, terminator.span)
        text = "what was written while the loss was handled decides this branch"
        return Step(place, text, StepKind.BRANCH, function.name)

    def _direction(self, function: Function, block: int, flags: dict[LocationClass, int]) -> int | None:
        """Where a branch goes once the flags are set; None if it does not test them."""
        terminator = function.ir.blocks[block].terminator
        if not isinstance(terminator, ir.Branch):
            return None
        value = self._flagged(function, terminator.condition, flags)
        return None if value is None else terminator.then if value else terminator.other

    def _flagged(self, function: Function, value: ir.Value, flags: dict[LocationClass, int]) -> int | None:
        if isinstance(value, ir.Load):
            return flags.get(self.linked.classify(function, value.location.root, value.location.path))
        if isinstance(value, ir.Unary) and value.operator == "!":
            operand = self._flagged(function, value.operand, flags)
            return None if operand is None else int(not operand)
        if (
            isinstance(value, ir.Binary)
            and value.operator in ("==", "!=")
            and isinstance(value.right, ir.Const)
        ):
            left = self._flagged(function, value.left, flags)
            return None if left is None else int((left == value.right.value) is (value.operator == "=="))
        return None

    def _leads(
        self,
        function: Function,
        block: int,
        flags: dict[LocationClass, int],
        region: _Region,
        goal: int,
        avoid: int | None = None,
    ) -> bool:
        """Whether a branch between the points leads to the goal for the flags' sake, and else would not."""
        target = self._direction(function, block, flags)
        terminator = function.ir.blocks[block].terminator
        if target is None or not isinstance(terminator, ir.Branch) or target not in region.blocks:
            return False
        other = terminator.other if target == terminator.then else terminator.then
        edges = self._edges(function, ())
        barrier = {block} | ({avoid} if avoid is not None else set())
        return other == target or goal not in _reach(edges, (other,), barrier - {goal})

    def _directs(self, function: Function, block: int, flags: dict[LocationClass, int], goal: int) -> bool:
        target = self._direction(function, block, flags)
        return target is not None and (
            target == goal or goal in _reach(self._edges(function, ()), (target,), {block})
        )

    def _flags(self, loss: _Loss) -> dict[LocationClass, int]:
        """What the handling of a loss writes, and success does not."""
        key = (loss.callback.index, loss.reason)
        if key not in self._lost_flags:
            self._lost_flags[key] = self._find_flags(loss)
        return self._lost_flags[key]

    def _find_flags(self, loss: _Loss) -> dict[LocationClass, int]:
        written = self._written(loss.callback, self._known(loss))
        for reason, mark in self.program.roles.marks.items():
            if mark is Mark.SUCCESS and written:
                known = ((loss.callback.parameters[reason_parameter(loss.callback)], reason),)
                for found, value in self._written(loss.callback, known).items():
                    if written.get(found) == value:
                        del written[found]
        return written

    def _bounded_in(self, loss: _Loss) -> bool:
        """Whether the handling of the loss itself counts, looks at a clock or may take a second."""
        known = self._known(loss)
        edges = self._edges(loss.callback, known)
        handled = sorted(_reach(edges, (0,), set()))
        if any(map(self._delays, self.linked.calls(loss.callback, handled))):
            return True
        for number in handled:
            terminator = loss.callback.ir.blocks[number].terminator
            if len(edges[number]) > 1 and self._bounds(loss.callback, number):
                return not isinstance(terminator, ir.Switch)
        return False

    def _written(
        self, function: Function, known: Known, seen: frozenset[int] = frozenset()
    ) -> dict[LocationClass, int]:
        found: dict[LocationClass, int] = {}
        if function.index in seen or len(seen) > bounds.CALL_DEPTH:
            return found
        for number in sorted(_reach(self._edges(function, known), (0,), set())):
            for index, statement in enumerate(function.ir.blocks[number].statements):
                if isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Const):
                    where = self.linked.classify(function, statement.target.root, statement.target.path)
                    if where[0] in ("f", "v") and not where[1].startswith("%"):
                        found[where] = statement.value.value
                elif isinstance(statement, ir.Call):
                    callees = self.index.callees.get((function.index, number, index), ())
                    if len(callees) == 1:
                        bound = self._bound(function, statement, callees[0], dict(known))
                        found.update(self._written(callees[0], bound, seen | {function.index}))
        return found


def redials(program: Explored) -> tuple[Redial, ...]:
    """Every connect that follows a loss in less than a second, with no bound on the tries."""
    return tuple(Schedules(program).redials())


def double_retries(program: Explored) -> tuple[DoubleRetry, ...]:
    """Retries that one failure starts twice: for NULL from the connect, and for the reason."""
    found = {retry.place: retry for retry in Schedules(program).doubles()}
    return tuple(retry for _, retry in sorted(found.items()))


def _number(value: ir.Value) -> int | None:
    """A constant, or the product of constants."""
    if isinstance(value, ir.Const | ir.SizeOf):
        return value.value
    if isinstance(value, ir.Binary) and value.operator in ("*", "+", "-", "/"):
        left, right = _number(value.left), _number(value.right)
        if left is not None and right is not None and (value.operator != "/" or right):
            return {"*": left * right, "+": left + right, "-": left - right, "/": left // (right or 1)}[
                value.operator
            ]
    return None


def _takes_long(call: ir.Call, effects: Effects) -> bool:
    """Whether a call out of sight may wait for a second."""
    if not effects.yields or effects.runs_loop or effects.locks is not None:
        return False
    name = call.callee.name if isinstance(call.callee, ir.FunctionRef) else ""
    if name in _PER_SECOND and call.arguments:
        delay = _number(call.arguments[0])
        return delay is None or delay >= _PER_SECOND[name]
    return True


def _reach(edges: list[tuple[int, ...]], starts: Iterable[int], barrier: set[int]) -> set[int]:
    """The blocks that can be reached from `starts`; what is in `barrier` is reached, and not passed."""
    seen: set[int] = set()
    pending = list(starts)
    while pending:
        number = pending.pop()
        if number not in seen:
            seen.add(number)
            if number not in barrier:
                pending.extend(edges[number])
    return seen


def _reversed(edges: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    backward: list[list[int]] = [[] for _ in edges]
    for number, targets in enumerate(edges):
        for target in targets:
            backward[target].append(number)
    return [tuple(found) for found in backward]
