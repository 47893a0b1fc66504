"""Threads of a program: where each starts, which statements tell who runs when, how one waits for another.

All of it is found without a walk, once for a program; `timeline` walks with it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.index import Index
from lwslint.analysis.pointers import named_functions
from lwslint.analysis.program import Function, LocationClass, Program, Site
from lwslint.analysis.roles import Roles
from lwslint.lws.effects import Effects, Role

Handle: TypeAlias = LocationClass | None
"""The variable or member that a thread is known by; None where it may be any."""

Key: TypeAlias = tuple[int, int, int]

_LIBRARY = ("lws_", "__lws_", "libwebsocket")
_IDENTITY = frozenset(
    {"pthread_self", "pthread_equal", "thrd_current", "thrd_equal", "gettid", "g_thread_self",
     "uv_thread_self", "uv_thread_equal", "GetCurrentThreadId", "xTaskGetCurrentTaskHandle"}
)  # fmt: skip
_INTEGRATED = frozenset(
    {"LWS_SERVER_OPTION_LIBUV", "LWS_SERVER_OPTION_LIBEV", "LWS_SERVER_OPTION_LIBEVENT",
     "LWS_SERVER_OPTION_GLIB", "LWS_SERVER_OPTION_SDEVENT", "LWS_SERVER_OPTION_ULOOP",
     "LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN", "LWS_CALLBACK_ADD_POLL_FD"}
)  # fmt: skip
_INITLOOPS = ("lws_uv_initloop", "lws_ev_initloop", "lws_event_initloop", "lws_initloop")


class Threads:
    """The threads of a program. `knows` gives the effects of a function out of sight on the target release.

    `starts`: the calls that start each thread, by its function. `watched`: statements at which a walk
    has to tell the state, and for the calls in `results` that after the call. `relevant`: functions a walk
    has to enter. `tracked`: static scalars that only code without a role of its own writes, `initial` what
    is in them when the program begins.
    """

    def __init__(
        self, linked: Program, index: Index, roles: Roles, knows: Callable[[str], Effects | None]
    ) -> None:
        self.linked = linked
        self.index = index
        self._roles = roles
        self._knows = knows
        self._effects: dict[Key, Effects] = {}
        self.starts: dict[int, list[Site]] = {}
        self.deferred: dict[int, list[tuple[Site, Role]]] = {}
        self.loops: set[Key] = set()
        self.calls: set[Key] = set()
        self._started: dict[Key, list[Function]] = {}
        self._joins: dict[Key, Handle] = {}
        self._named = frozenset(name for site in linked.sites() for name in _names(site.statement))
        for site, _ in index.library:
            self._add(site)
        self.accesses: dict[Key, tuple[str, bool]] = {}
        self.results: set[Key] = set()
        if self.starts:
            for site in linked.sites():
                self._access(site)
        self.watched = self.loops | self.calls | set(self._started) | set(self.accesses)

    # Calls

    def effects(self, site: Site) -> Effects | None:
        """What a call does whose callee is out of sight; None if nothing is known of it."""
        return self._effects.get(site.key)

    def _add(self, site: Site) -> None:
        call = site.statement
        assert isinstance(call, ir.Call) and isinstance(call.callee, ir.FunctionRef)
        name = call.callee.name
        effects = self._knows(name)
        if effects is None:
            return
        self._effects[site.key] = effects
        for deferral in effects.defers:
            for function in self._handed(site, call, deferral.function, deferral.member):
                self.deferred.setdefault(function.index, []).append((site, deferral.role))
                if deferral.role is Role.THREAD:
                    self.starts.setdefault(function.index, []).append(site)
                    self._started.setdefault(site.key, []).append(function)
        if effects.joins:
            self._joins[site.key] = self.handle(site, effects)
        if effects.runs_loop:
            self.loops.add(site.key)
        elif name.startswith(_LIBRARY) and touches_loop(effects, integrated=self.integrated):
            self.calls.add(site.key)

    def _access(self, site: Site) -> None:
        """Note a statement that writes, or hands to the library, info with static storage."""
        statement = site.statement
        target = statement.target if isinstance(statement, ir.Assign) else None
        if isinstance(statement, ir.Call) and statement.result is not None:
            target = statement.result
        key = self._static_info(site.function, target) if target is not None else ""
        if key:
            self.accesses[site.key] = (key, True)
            if isinstance(statement, ir.Call):
                self.results.add(site.key)
        elif isinstance(statement, ir.Call) and (effects := self._effects.get(site.key)) is not None:
            written = {effects.zeroes, *effects.writes, *(effects.copies or ())[:1]}
            for position, argument in enumerate(statement.arguments):
                key = (
                    self._static_info(site.function, argument.location)
                    if isinstance(argument, ir.Address)
                    else ""
                )
                if key:
                    self.accesses[site.key] = (key, position in written and not effects.creates)

    def _static_info(self, function: Function, location: ir.Location) -> str:
        """The variable with static storage that a location lies in, if it holds info; else empty."""
        if any(isinstance(step, ir.Deref) for step in location.path):
            return ""
        key = self.linked.resolve(function, location.root)
        variable = self.linked.variables.get(key)
        if variable is None or not variable.static or variable.const:
            return ""
        records = (spelling.CREATION_INFO, spelling.CONNECT_INFO)
        return key if any(self.linked.contains(variable.type, record) for record in records) else ""

    def _handed(self, site: Site, call: ir.Call, position: int, member: str) -> tuple[Function, ...]:
        if member:
            return self.index.pointers.named(member.rpartition(".")[2])
        if position >= len(call.arguments):
            return ()
        return named_functions(self.linked, site.function, call.arguments[position], self.index.pointers)

    def entries_at(self, site: Site) -> list[Function]:
        """The functions that a call may start a thread with."""
        return self._started.get(site.key, [])

    def serves(self, site: Site) -> bool:
        """Whether a call that runs an event loop serves contexts: an event library's only if told to."""
        call = site.statement
        assert isinstance(call, ir.Call) and isinstance(call.callee, ir.FunctionRef)
        return call.callee.name.startswith(_LIBRARY) or self.integrated

    @functools.cached_property
    def integrated(self) -> bool:
        """Whether the program makes contexts that an event loop of its own serves."""
        return (
            not self._named.isdisjoint(_INTEGRATED)
            or any(
                isinstance(site.statement, ir.Call)
                and isinstance(site.statement.callee, ir.FunctionRef)
                and site.statement.callee.name in _INITLOOPS
                for site, _ in self.index.library
            )
            or any(
                found[0] == "f" and found[2] in ("foreign_loops", "event_lib_custom")
                for found in self.index.writers
            )
        )

    def hands_out(self, site: Site) -> bool:
        """Whether a call takes a context to code out of sight, which may serve it."""
        call = site.statement
        assert isinstance(call, ir.Call)
        return any(
            self._leads_to_context(self.linked.value_type(site.function, argument))
            for argument in call.arguments
        )

    def _leads_to_context(self, type_: str) -> bool:
        pointee = spelling.pointee(type_)
        if pointee in spelling.CONTEXTS:
            return True
        record = self.linked.records.get(pointee)
        return record is not None and any(
            spelling.pointee(member.type) in spelling.CONTEXTS for member in record.members
        )

    # Which thread is meant

    def handle(self, site: Site, effects: Effects) -> Handle:
        """What a call knows a thread by: its first argument if it writes or reads the handle there."""
        call = site.statement
        assert isinstance(call, ir.Call)
        in_argument = effects.joins or 0 in effects.writes
        location: ir.Location | None = None
        if in_argument and call.arguments and isinstance(call.arguments[0], ir.Address | ir.Load):
            location = call.arguments[0].location
            if not effects.joins and isinstance(call.arguments[0], ir.Load):
                return None  # the handle is behind a pointer: it may be anybody's
        elif not in_argument:
            location = call.result
        if location is None:
            return None
        found = self.linked.classify(site.function, location.root, location.path)
        return found if found[0] in ("v", "f") else None

    def handle_of(self, key: Key) -> Handle:
        """What the thread that a call starts is known by; None where that may be any."""
        return self._handles.get(key)

    @functools.cached_property
    def _handles(self) -> dict[Key, Handle]:
        found = {}
        for key in self._started:
            site = self.linked.site(self.linked.functions[key[0]], key[1], key[2])
            found[key] = self.handle(site, self._effects[key])
        return found

    def joined(self, site: Site) -> Handle:
        """What a join waits for; None where that may be any thread."""
        handle = self._joins[site.key]
        return handle if handle in self._handles.values() else None

    def joining_loops(self, function: Function) -> tuple[tuple[frozenset[int], tuple[Handle, ...]], ...]:
        """The loops of a function with a join in them, and what these join."""
        known = self._joining.get(function.index)
        if known is None:
            known = self._joining[function.index] = tuple(self._find_joining_loops(function))
        return known

    @functools.cached_property
    def _joining(self) -> dict[int, tuple[tuple[frozenset[int], tuple[Handle, ...]], ...]]:
        return {}

    def _find_joining_loops(self, function: Function) -> Iterator[tuple[frozenset[int], tuple[Handle, ...]]]:
        if function.index not in self.joiners:
            return
        for loop in self.index.flow(function).loops:
            handles: list[Handle] = []
            for number in sorted(loop):
                for index in range(len(function.ir.blocks[number].statements)):
                    key = (function.index, number, index)
                    if key in self._joins:
                        handles.append(self.joined(self.linked.site(function, number, index)))
                    elif any(c.index in self.joiners for c in self.index.callees.get(key, ())):
                        handles.append(None)
            if handles:
                yield loop, tuple(handles)

    @functools.cached_property
    def joiners(self) -> frozenset[int]:
        """The functions that join a thread, themselves or through calls."""
        return self.index.with_callers(key[0] for key in self._joins)

    # Scalars

    @functools.cached_property
    def apart(self) -> frozenset[int]:
        """The functions that something other than the call of a function in sight may run."""
        pending = [*self.deferred, *self.index.handed]
        pending += [function.index for function in self._roles.callbacks]
        found = set(pending)
        while pending:
            for function in self._called(pending.pop()):
                if function not in found:
                    found.add(function)
                    pending.append(function)
        return frozenset(found)

    def _called(self, function: int) -> Iterable[int]:
        return self._calls_of.get(function, ())

    @functools.cached_property
    def _calls_of(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for key, callees in self.index.callees.items():
            found.setdefault(key[0], set()).update(callee.index for callee in callees)
        return found

    @functools.cached_property
    def tracked(self) -> frozenset[str]:
        """The static scalars that only plain code writes, and only by name."""
        return frozenset(
            key
            for key, variable in self.linked.variables.items()
            if variable.static
            and variable.defined
            and key not in self.index.exposed
            and not spelling.is_record(variable.type)
            and not spelling.element(variable.type)
            and self.index.tests.get(("v", key), 0)
            and not any(site.function.index in self.apart for site in self.index.writers.get(("v", key), ()))
        )

    @functools.cached_property
    def initial(self) -> dict[str, int]:
        """What is in the tracked scalars when the program begins."""
        found = {}
        for key in self.tracked:
            variable = self.linked.variables[key]
            value: ir.Value = variable.initialiser[-1].value if variable.initialiser else ir.Const(0)
            if isinstance(value, ir.Const):
                found[key] = value.value
        return found

    def follows(self, key: str) -> bool:
        """Whether what a variable holds is followed: a scalar that nobody writes through a pointer."""
        variable = self.linked.variables.get(key)
        if variable is not None and variable.static:
            return key in self.tracked
        return key not in self.index.exposed

    # Ends of threads

    def tells_end(self, entry: int, function: Function, condition: ir.Value, truth: bool) -> bool:
        """Whether a branch taken this way may say that a thread has come to its end."""
        ends = self.ends(entry)
        if not ends:
            return False
        for location in walk.loads(condition):
            found = self.linked.classify(function, location.root, location.path)
            if found in ends and (ends[found] is None or _holds(condition, ends[found]) in (None, truth)):
                return True
        return False

    def wakes(self, entry: int, site: Site) -> bool:
        """Whether a call may wait for what a thread does at its end: a semaphore, a condition."""
        ends = self.ends(entry)
        return bool(ends) and any(
            self.linked.classify(site.function, location.root, location.path) in ends
            for value in walk.values(site.statement)
            for location in walk.named(value)
        )

    def ends(self, entry: int) -> dict[LocationClass, int | None]:
        """What a thread writes or signals when its work is over, and the value; None if that is not known."""
        known = self._ends.get(entry)
        if known is None:
            known = self._ends[entry] = self._find_ends(self.linked.functions[entry])
        return known

    @functools.cached_property
    def _ends(self) -> dict[int, dict[LocationClass, int | None]]:
        return {}

    def _find_ends(self, function: Function) -> dict[LocationClass, int | None]:
        flow = self.index.flow(function)
        work = {
            (key[1], key[2])
            for key in self.index.callees.keys() | self.loops | self.calls
            if key[0] == function.index and key[1] in flow.reachable and self._works(key)
        }
        reaches = {number: _closure(flow.successors, number) for number in flow.reachable}
        found: dict[LocationClass, int | None] = {}
        for number in sorted(flow.reachable):
            for index, statement in enumerate(function.ir.blocks[number].statements):
                before = any(number in reaches[b] or (b == number and i < index) for b, i in work)
                after = any(b in reaches[number] or (b == number and i >= index) for b, i in work)
                if before and not after:
                    self._tell(function, statement, found, self.linked.site(function, number, index))
        return found

    def _works(self, key: Key) -> bool:
        if key in self.loops or key in self.calls:
            return True
        return any(callee.index in self._workers for callee in self.index.callees.get(key, ()))

    @functools.cached_property
    def _workers(self) -> frozenset[int]:
        """The functions that serve a context or touch one, themselves or through calls."""
        return self.index.with_callers(key[0] for key in self.loops | self.calls)

    def _tell(
        self, function: Function, statement: ir.Statement, found: dict[LocationClass, int | None], site: Site
    ) -> None:
        if isinstance(statement, ir.Assign):
            target = self.linked.classify(function, statement.target.root, statement.target.path)
            value = statement.value.value if isinstance(statement.value, ir.Const) else None
            found[target] = value if found.get(target, value) == value else None
        elif isinstance(statement, ir.Call):
            for value_ in walk.values(statement):
                for location in walk.named(value_):
                    found[self.linked.classify(function, location.root, location.path)] = None
            for callee in self.index.callees.get(site.key, ()):
                for block in callee.ir.blocks:
                    for inner in block.statements:
                        target_ = walk.target(inner)
                        if target_ is not None:
                            found[self.linked.classify(callee, target_.root, target_.path)] = None

    # Walks

    @functools.cached_property
    def relevant(self) -> frozenset[int]:
        """The functions in which something happens that a walk has to see."""
        seeds = {key[0] for key in self.watched} | {key[0] for key in self._joins}
        for site, _ in self.index.library:
            effects = self._effects.get(site.key)
            if effects is not None and (
                effects.creates or effects.locks is not None or effects.unlocks is not None
            ):
                seeds.add(site.function.index)
        for site in self.index.unknown:
            if self.hands_out(site):
                seeds.add(site.function.index)
        for key in self.tracked:
            seeds.update(site.function.index for site in self.index.writers.get(("v", key), ()))
        return self.index.with_callers(seeds)

    @staticmethod
    def certain(site: Site, callees: tuple[Function, ...]) -> bool:
        """Whether a call surely goes where it seems to: by name, or to the only function in the pointer.

        A queue of functions may be filled by one thread and emptied by another.
        """
        call = site.statement
        assert isinstance(call, ir.Call)
        return isinstance(call.callee, ir.FunctionRef) or len(callees) == 1

    def asks_for_thread(self, function: Function, branch: ir.Branch) -> bool:
        """Whether a branch depends on which thread this is."""
        if not self._identity:
            return False
        return any(
            self.linked.classify(function, location.root, location.path) in self._identity
            for location in walk.loads(branch.condition)
        )

    @functools.cached_property
    def _identity(self) -> frozenset[LocationClass]:
        """Where the answer of a function is kept that tells threads apart."""
        tellers = {
            site.function.index
            for site, _ in self.index.library
            if isinstance(site.statement, ir.Call)
            and isinstance(site.statement.callee, ir.FunctionRef)
            and site.statement.callee.name in _IDENTITY
        }
        answers = frozenset(f for f in tellers if _answers(self.linked.functions[f]))
        found = set()
        for site in self.linked.sites():
            call = site.statement
            if isinstance(call, ir.Call) and call.result is not None:
                named = isinstance(call.callee, ir.FunctionRef) and call.callee.name in _IDENTITY
                callees = self.index.callees.get(site.key, ())
                if named or any(callee.index in answers for callee in callees):
                    found.add(self.linked.classify(site.function, call.result.root, call.result.path))
        return frozenset(found)


def touches_loop(effects: Effects, *, integrated: bool) -> bool:
    """Whether only the thread of the loop may call a function, `integrated` if an event library runs it."""
    safe = effects.thread_safe and not (effects.poll_loop and integrated)
    if effects.pure or effects.reads or safe or effects.creates == "context":
        return False
    return bool(
        effects.uses
        or effects.connects
        or effects.creates
        or effects.reasons
        or effects.destroys is not None
        or effects.cancels is not None
    )


def _answers(function: Function) -> bool:
    """Whether a function is there for what it returns: it is short and returns something."""
    return function.ir.result != "void" and len(function.ir.blocks) <= 6


def _closure(successors: list[tuple[int, ...]], start: int) -> set[int]:
    """The blocks that can be reached from the end of a block."""
    seen: set[int] = set()
    pending = list(successors[start])
    while pending:
        number = pending.pop()
        if number not in seen:
            seen.add(number)
            pending.extend(successors[number])
    return seen


def _holds(condition: ir.Value, value: int | None) -> bool | None:
    """Whether a condition holds if the one location in it has this value; None where that is not told."""
    if value is None:
        return None
    if isinstance(condition, ir.Load):
        return value != 0
    if isinstance(condition, ir.Unary) and condition.operator == "!":
        inner = _holds(condition.operand, value)
        return None if inner is None else not inner
    if (
        isinstance(condition, ir.Binary)
        and condition.operator in ("==", "!=")
        and isinstance(condition.left, ir.Load)
        and isinstance(condition.right, ir.Const)
    ):
        return (value == condition.right.value) is (condition.operator == "==")
    return None


def _names(statement: ir.Statement) -> Iterator[str]:
    for value in walk.values(statement):
        for part in walk.parts(value):
            if isinstance(part, ir.Const) and part.name:
                yield part.name
