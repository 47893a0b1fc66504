"""Connections that the program keeps a pointer to, and uses after they were closed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from lwslint import ir
from lwslint.analysis import bounds, spelling, walk
from lwslint.analysis.domain import Mark
from lwslint.analysis.flow import Flow
from lwslint.analysis.pointers import named_functions
from lwslint.analysis.program import Function, LocationClass, Site
from lwslint.analysis.questions.connects import kinds
from lwslint.analysis.questions.creations import Create, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.wording import as_written
from lwslint.analysis.roles import OTHER_REASON, wsi_parameter
from lwslint.ir.unit import Storage
from lwslint.lws.effects import Effects, Role
from lwslint.lws.facts import Kind, Side
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

_WSI = frozenset({"struct lws *", "struct libwebsocket *"})
_FAILED = "LWS_CALLBACK_CLIENT_CONNECTION_ERROR"
_LAST = "LWS_CALLBACK_WSI_DESTROY"
_WOKEN = "LWS_CALLBACK_EVENT_WAIT_CANCELLED"
_FOLLOWED_ROLES = (Role.SUL, Role.TIMER, Role.THREAD)
_LEAVES = frozenset({"lws_default_loop_exit", "lws_set_timeout", "lws_wsi_close", "raise", "kill"})
"""What a closing may do that ends the loop, or other connections."""

_Holder: TypeAlias = tuple[str, tuple[ir.Step, ...]]
"""A variable with static storage, and the members on the way to the pointer that is kept."""


class StaleWsi(NamedTuple):
    """A variable that keeps a closed connection, and a use of it after that.

    `variable` is as it is written, `reason` the one that closes and does not clear, `use` the function.
    """

    store: Site
    place: Place
    variable: str
    reason: str
    use: str
    steps: tuple[Step, ...]


class _Store(NamedTuple):
    """A statement that keeps a connection; `connect` where it is the program that makes it."""

    site: Site
    holder: _Holder
    location: ir.Location
    kinds: frozenset[Kind]
    side: Side
    connect: bool


class _Closing(NamedTuple):
    """What a program does under the reason that closes: where, and what is written there."""

    reason: str
    sites: tuple[Site, ...]
    written: frozenset[LocationClass]


class _Keeping:
    """The connections that a program keeps, where they end, and where they are used."""

    def __init__(self, program: Explored) -> None:
        self.program = program
        self.linked = program.linked
        self.index = program.index

    # Stores

    def stores(self) -> Iterator[_Store]:
        """Each statement that keeps a connection in a variable with static storage."""
        connects = {
            site.key: create for create in creates(self.program, "connection") for site in (create.site,)
        }
        by_pwsi = self._by_pwsi(connects.values())
        for site in self.linked.sites():
            statement = site.statement
            if isinstance(statement, ir.Assign) and not statement.initial:
                yield from self._assigned(site, statement, by_pwsi)
            elif isinstance(statement, ir.Call) and site.key in connects and statement.result is not None:
                holder = self._holder(site.function, statement.result)
                if holder is not None:
                    spoken = self._kinds(connects[site.key])
                    yield _Store(site, holder, statement.result, spoken, Side.CLIENT, True)

    def _assigned(
        self, site: Site, assign: ir.Assign, by_pwsi: dict[tuple[int, int, int], Create]
    ) -> Iterator[_Store]:
        if site.key in by_pwsi and isinstance(assign.value, ir.Address):
            location = assign.value.location
            holder = self._holder(site.function, location)
            if holder is not None:
                yield _Store(site, holder, location, self._kinds(by_pwsi[site.key]), Side.CLIENT, True)
            return
        holder = self._holder(site.function, assign.target)
        if holder is None or not self._is_own_wsi(site.function, assign.value):
            return
        reasons = [self.program.knowledge.reason(name) for name in self._names(site)]
        spoken = {reason.kind for reason in reasons if reason is not None}
        sides = {reason.side_at(self.program.target) for reason in reasons if reason is not None}
        open_ = all(reason is not None and not reason.closes for reason in reasons)
        if reasons and open_ and len(spoken) == 1 and len(sides) == 1:
            kind, side = spoken.pop(), sides.pop()
            if kind is not None and side in (Side.CLIENT, Side.SERVER):
                yield _Store(site, holder, assign.target, frozenset({kind}), side, False)

    def _by_pwsi(self, connects: Iterable[Create]) -> dict[tuple[int, int, int], Create]:
        found: dict[tuple[int, int, int], Create] = {}
        for create in connects:
            for occasion in create.occasions:
                fact = occasion.facts().get("pwsi")
                for site in (*fact.before, *fact.since) if fact is not None else ():
                    found.setdefault(site.key, create)
        return found

    def _kinds(self, create: Create) -> frozenset[Kind]:
        return frozenset(kind for one in create.occasions for kind in kinds(self.program, one.facts()))

    def _names(self, site: Site) -> list[str]:
        """The reasons that a statement runs under, in full; an empty one for those that have no name."""
        names = sorted(self.program.reason_sets.names(site))
        return [f"LWS_CALLBACK_{name}" if name else "" for name in names]

    def _is_own_wsi(self, function: Function, value: ir.Value) -> bool:
        """Whether a value is the connection that the callback around was called for."""
        if not isinstance(value, ir.Load) or value.location.path or not self.index.is_callback(function):
            return False
        position = wsi_parameter(function)
        return (
            position < len(function.ir.parameters)
            and function.ir.parameters[position].root == value.location.root
        )

    def _holder(self, function: Function, location: ir.Location) -> _Holder | None:
        if spelling.bare(self.linked.type_of(function, location)) not in _WSI:
            return None
        key = self.linked.resolve(function, location.root)
        variable = self.linked.variables.get(key)
        plain = all(isinstance(step, ir.Field) for step in location.path)
        return (key, location.path) if variable is not None and variable.static and plain else None

    def _class(self, store: _Store) -> LocationClass:
        return self.linked.classify(store.site.function, store.location.root, store.location.path)

    # Closings

    def closings(self, store: _Store) -> Iterator[_Closing]:
        """The ways in which the connection ends that leave the variable as it is."""
        if len(store.kinds) != 1 or self._clears(store, (_LAST,)):
            return
        known = self.program.knowledge.closing_reasons(
            next(iter(store.kinds)), store.side, self.program.target
        )
        ends = tuple(
            reason.name for reason in known if reason.kind is not None and reason.name not in (_FAILED, _LAST)
        )
        if store.connect and not self._clears(store, (_FAILED,)):
            yield self._closing(_FAILED)
        if ends and not self._clears(store, ends):
            yield self._closing(ends[0])

    def _closing(self, reason: str) -> _Closing:
        sites = self._under((reason,))
        return _Closing(reason, sites, self._written(sites))

    def _under(self, reasons: tuple[str, ...]) -> tuple[Site, ...]:
        """Every statement that may run under one of these reasons."""
        numbers = set()
        for name in reasons:
            number = self.program.roles.number(name)
            numbers.add(OTHER_REASON if number is None else number)
        return tuple(
            site for site in self._activated if not numbers.isdisjoint(self.program.reason_sets.of(site))
        )

    @functools.cached_property
    def _activated(self) -> tuple[Site, ...]:
        return tuple(site for site in self.linked.sites() if self.program.reason_sets.of(site))

    @functools.cached_property
    def _losing(self) -> frozenset[LocationClass]:
        """What is written under any reason that says, or may say, that a connection is lost."""
        lost = {
            number
            for number in self.program.roles.reasons
            if number != OTHER_REASON
            and (self.program.roles.marks[number] is Mark.LOSS or self._is_closing(number))
        }
        sites = (site for site in self._activated if not lost.isdisjoint(self.program.reason_sets.of(site)))
        return self._written(sites)

    def _is_closing(self, number: int) -> bool:
        reason = self.program.knowledge.reason(f"LWS_CALLBACK_{self.program.roles.name(number)}")
        return reason is not None and reason.closes

    def _written(self, sites: Iterable[Site]) -> frozenset[LocationClass]:
        found: set[LocationClass] = set()
        for site in sites:
            target = walk.target(site.statement)
            if target is not None:
                found.add(self.linked.classify(site.function, target.root, target.path))
            if isinstance(site.statement, ir.Call):
                found.update(self._handed(site, site.statement))
        return frozenset(found)

    def _handed(self, site: Site, call: ir.Call) -> Iterator[LocationClass]:
        """What a call out of sight may write: all that it is given the address of."""
        if self.index.callees.get(site.key):
            return
        for argument in call.arguments:
            if isinstance(argument, ir.Address):
                yield self.linked.classify(site.function, argument.location.root, argument.location.path)

    def _clears(self, store: _Store, reasons: tuple[str, ...]) -> bool:
        """Whether anything that runs under these reasons may clear the variable, or end all use of it."""
        named = tuple(name for name in reasons if self.program.roles.number(name) is not None)
        if not named and reasons == (_LAST,):
            return False
        return any(self._may_clear(store, site) for site in self._under(named or reasons[:1]))

    def _may_clear(self, store: _Store, site: Site) -> bool:
        if self._writes(store, site):
            return True
        call = site.statement
        if not isinstance(call, ir.Call) or self.index.callees.get(site.key):
            return False
        effects = self.program.known_at_target(self.program.callee_name(site))
        if effects is None:
            return self._may_reach(store, site, call)
        return (
            effects.connects
            or effects.noreturn
            or effects.joins
            or effects.cancels is not None
            or effects.destroys is not None
            or self.program.callee_name(site) in _LEAVES
            or self._takes_back(effects, call)
        )

    @staticmethod
    def _takes_back(effects: Effects, call: ir.Call) -> bool:
        """Whether scheduling a timer takes it off the loop: with a negative time, or no function."""
        return any(
            deferral.delay is not None
            and deferral.delay < len(call.arguments)
            and not _is_positive(call.arguments[deferral.delay])
            for deferral in effects.defers
        )

    def _may_reach(self, store: _Store, site: Site, call: ir.Call) -> bool:
        """Whether a function out of sight may clear the variable: it can see it, or is handed it."""
        variable = self.linked.variables[store.holder[0]]
        if not isinstance(call.callee, ir.FunctionRef):
            return True
        if not self.program.whole and variable.storage is Storage.EXTERNAL:
            return True
        return any(
            self.linked.resolve(site.function, location.root) == store.holder[0]
            for argument in call.arguments
            for location in walk.named(argument)
        )

    def _writes(self, store: _Store, site: Site) -> bool:
        """Whether a statement may write the variable: by itself, with all around it, or by a pointer."""
        target = walk.target(site.statement)
        if target is not None:
            found = self.linked.classify(site.function, target.root, target.path)
            if found == self._class(store) or (found[0] == "d" and spelling.bare(found[1]) in _WSI):
                return True
            type_ = spelling.bare(self.linked.type_of(site.function, target))
            outer = self.linked.variables[store.holder[0]].type
            if spelling.is_record(type_) and store.holder[1] and self.linked.contains(outer, type_):
                return True
        if not isinstance(site.statement, ir.Call) or self.index.callees.get(site.key):
            return False
        return any(
            isinstance(argument, ir.Address)
            and self.linked.resolve(site.function, argument.location.root) == store.holder[0]
            and store.holder[1][: len(argument.location.path)] == argument.location.path
            for argument in site.statement.arguments
        )

    # What decides whether a statement runs

    def _is_open(
        self,
        store: _Store,
        closing: _Closing,
        site: Site,
        *,
        fresh: bool = False,
        within: frozenset[int] | None = None,
    ) -> bool:
        """Whether a statement is carried out after the closing as it was before: nothing told it.

        Only the branches `within` these blocks are asked, all of the function without.
        `fresh`: the branches must not ask for anything of the connection or session of a callback.
        """
        flow, body = self.index.flow(site.function), site.function.ir
        for number in flow.deciding(site.block):
            value = next(iter(walk.values(body.blocks[number].terminator)), None)
            if value is None or (within is not None and number not in within):
                continue
            if _is_test(value) and self._is_holder(store, site.function, value):
                continue
            for found in self._asked(site.function, value):
                if not self._is_indifferent(store, closing, site, number, found, fresh=fresh):
                    return False
        return True

    def _is_holder(self, store: _Store, function: Function, value: ir.Value) -> bool:
        loads = list(walk.loads(value))
        return len(loads) == 1 and self._holder(function, loads[0]) == store.holder

    def _asked(self, function: Function, value: ir.Value) -> set[LocationClass]:
        """What a value of a function is made of: seen through its variables, and through what it calls."""
        found: set[LocationClass] = set()
        pending = [self.linked.classify(function, one.root, one.path) for one in walk.loads(value)]
        while pending and len(found) < bounds.VALUE_STEPS:
            one = pending.pop()
            if one in found:
                continue
            found.add(one)
            variable = self.linked.variables.get(one[1]) if one[0] == "v" else None
            if variable is not None and variable.static:
                continue
            if one[0] != "v":
                continue
            for site in self.index.writers.get(one, ()):
                for callee in self.index.callees.get(site.key, ()):
                    pending.extend(self._reads(callee))
                for part in walk.values(site.statement):
                    pending.extend(
                        self.linked.classify(site.function, read.root, read.path) for read in walk.loads(part)
                    )
        return found

    def _reads(self, function: Function) -> Iterator[LocationClass]:
        for block in function.ir.blocks:
            for statement in (*block.statements, block.terminator):
                for value in walk.values(statement):
                    for read in walk.loads(value):
                        yield self.linked.classify(function, read.root, read.path)

    def _is_indifferent(
        self, store: _Store, closing: _Closing, site: Site, branch: int, found: LocationClass, *, fresh: bool
    ) -> bool:
        """Whether what a branch asks for has nothing to do with the end of the connection."""
        if found == self._class(store) or found in closing.written or found in self._losing:
            return False
        variable = self.linked.variables.get(found[1]) if found[0] == "v" else None
        if variable is None or not variable.static:
            own = variable is not None and spelling.bare(variable.type) in _WSI
            return not own and not (fresh and found[0] != "v")
        if (
            any(one[0] == "d" for one in closing.written | self._losing)
            and variable.key in self.index.exposed
        ):
            return False
        told = [one for one in self.index.writers.get(found, ()) if self.program.reason_sets.of(one)]
        if not told:
            return True
        others = [one for one in self.index.writers[found] if one not in told and self.index.cyclic(one)]
        values = {_constant(one.statement) for one in told}
        if closing.reason == _FAILED or others or None in values or 0 in values:
            return False
        return self._on_the_set_side(site, branch)

    def _on_the_set_side(self, site: Site, branch: int) -> bool:
        """Whether a statement lies on the side of a plain test of a flag on which the flag is set."""
        terminator = site.function.ir.blocks[branch].terminator
        if not isinstance(terminator, ir.Branch):
            return False
        condition, side, other = terminator.condition, terminator.then, terminator.other
        if isinstance(condition, ir.Unary) and condition.operator == "!":
            condition, side, other = condition.operand, other, side
        if not isinstance(condition, ir.Load):
            return False
        flow = self.index.flow(site.function)
        return site.block in _ways(flow, side, {branch}) and site.block not in _ways(flow, other, {branch})

    # Uses

    def uses(self, store: _Store) -> Iterator[Site]:
        """Every call of the library that gets the variable as the connection that it works on."""
        for site in self.linked.sites():
            call = site.statement
            if isinstance(call, ir.Call) and self.program.knowledge.is_library(
                self.program.callee_name(site)
            ):
                for argument in call.arguments:
                    if (
                        isinstance(argument, ir.Load)
                        and self._holder(site.function, argument.location) == store.holder
                    ):
                        yield site
                        break

    def late_use(self, store: _Store, closing: _Closing, use: Site) -> tuple[Site, ...] | None:
        """The calls that lead to a use after the closing, outermost first; None if none does for certain."""
        way: dict[int, tuple[Site, ...]] = {}
        pending = [use]
        while pending:
            site = pending.pop(0)
            if site.function.index in way:
                continue
            found = way[site.function.index] = (
                site,
                *(way[self._called(site, way)] if site is not use else ()),
            )
            if self._after_service(store, closing, site):
                return found
            if not self._is_open(store, closing, site) or self._stored_before(store, site):
                continue
            if site.function.index in self._started:
                return found
            pending.extend(self.index.callers.get(site.function.index, ()))
        return (use,) if self._in_other_callback(store, closing, use) else None

    def _called(self, site: Site, way: dict[int, tuple[Site, ...]]) -> int:
        """The function that a call leads to and whose way on is known."""
        return next(callee.index for callee in self.index.callees[site.key] if callee.index in way)

    def _stored_before(self, store: _Store, site: Site) -> bool:
        """Whether the variable is written in the same function on every way."""
        return any(
            isinstance(statement, ir.Assign | ir.Call)
            and self._leads_to_write(store, self.linked.site(site.function, site.block, at))
            for at, statement in enumerate(site.function.ir.blocks[site.block].statements[: site.index])
        ) or any(
            self._leads_to_write(store, one)
            for one in self._sites_of(site.function)
            if one.block != site.block
            and site.block in _ways(self.index.flow(site.function), one.block, set())
            and site.block not in _ways(self.index.flow(site.function), 0, {one.block})
        )

    def _sites_of(self, function: Function) -> Iterator[Site]:
        for number, block in enumerate(function.ir.blocks):
            for at in range(len(block.statements)):
                yield self.linked.site(function, number, at)

    def _leads_to_write(self, store: _Store, site: Site) -> bool:
        if self._writes(store, site) or self._connects_into(store, site):
            return True
        writers = self._writing(store)
        return any(callee.index in writers for callee in self.index.callees.get(site.key, ()))

    def _connects_into(self, store: _Store, site: Site) -> bool:
        if not isinstance(site.statement, ir.Call):
            return False
        effects = self.program.known_at_target(self.program.callee_name(site))
        return store.connect and effects is not None and effects.connects

    def _writing(self, store: _Store) -> frozenset[int]:
        """The functions that may write the variable, by themselves or through what they call."""
        known = self._writers.get(store.holder)
        if known is None:
            own = {
                site.function.index
                for site in self.linked.sites()
                if self._writes(store, site) or self._connects_into(store, site)
            }
            known = self._writers[store.holder] = self.index.with_callers(own)
        return known

    @functools.cached_property
    def _writers(self) -> dict[_Holder, frozenset[int]]:
        return {}

    @functools.cached_property
    def _serving(self) -> frozenset[int]:
        """The functions that run the event loop."""
        return self.index.with_callers(
            site.function.index for site, effects in self.index.library if effects.runs_loop
        )

    @functools.cached_property
    def _started(self) -> frozenset[int]:
        """The functions that timers and threads run."""
        found: set[int] = set()
        for site, effects in self.index.library:
            call = site.statement
            assert isinstance(call, ir.Call)
            for deferral in effects.defers:
                if deferral.role in _FOLLOWED_ROLES and deferral.function < len(call.arguments):
                    handed = named_functions(
                        self.linked, site.function, call.arguments[deferral.function], self.program.pointers
                    )
                    found.update(function.index for function in handed)
        return frozenset(found)

    def _after_service(self, store: _Store, closing: _Closing, site: Site) -> bool:
        """Whether a loop around a statement serves and then comes to it, nothing written between."""
        function = site.function
        if self.index.is_callback(function) or self.program.reason_sets.of(site):
            return False
        flow = self.index.flow(function)
        effects = {one.key: known for one, known in self.index.library if one.function is function}
        written = {one.block for one in self._sites_of(function) if self._leads_to_write(store, one)}
        for one in self._sites_of(function):
            runs = (one.key in effects and effects[one.key].runs_loop) or any(
                callee.index in self._serving for callee in self.index.callees.get(one.key, ())
            )
            loops = flow.loops_around(one.block)
            if not runs or not loops or site.block not in loops[-1] or one.key == site.key:
                continue
            if not self._is_open(store, closing, site, within=loops[-1]):
                continue
            if one.block == site.block and one.index < site.index:
                return True
            inside = {block for block in flow.reachable if block not in loops[-1]}
            if any(
                site.block in _ways(flow, after, written | inside) for after in flow.successors[one.block]
            ):
                return True
        return False

    def _in_other_callback(self, store: _Store, closing: _Closing, use: Site) -> bool:
        """Whether a use runs for another connection than the one that is kept, or for none."""
        names = self._names(use)
        if not names or not self._is_open(store, closing, use, fresh=True):
            return False
        if not self.index.is_callback(use.function):
            return False
        if names == [_WOKEN]:
            return True
        other = Side.SERVER if store.side is Side.CLIENT else Side.CLIENT
        reasons = [self.program.knowledge.reason(name) for name in names]
        return all(
            reason is not None
            and not reason.closes
            and reason.kind is not None
            and reason.side_at(self.program.target) is other
            for reason in reasons
        )

    # Findings

    def found(self) -> Iterator[StaleWsi]:
        """One finding for each variable."""
        told: set[_Holder] = set()
        stores = sorted(self.stores(), key=lambda store: self.program.site_place(store.site))
        for store in stores:
            if store.holder in told or self._cleared_elsewhere(store):
                continue
            one = self._judge(store)
            if one is not None:
                told.add(store.holder)
                yield one

    def _cleared_elsewhere(self, store: _Store) -> bool:
        """Whether code that runs again and again beside the callbacks clears the variable: maybe in time."""
        for site in self.linked.sites():
            if self.program.reason_sets.of(site) or not self._writes(store, site):
                continue
            statement = site.statement
            clears = not isinstance(statement, ir.Assign) or _constant(statement) == 0
            if clears and not (store.connect and isinstance(statement, ir.Call)) and self.index.cyclic(site):
                return True
            if self._is_told(site) and self.index.cyclic(site):
                return True
        return False

    def _is_told(self, site: Site) -> bool:
        """Whether a branch around a statement asks for what the end of a connection wrote."""
        flow, body = self.index.flow(site.function), site.function.ir
        return any(
            not self._losing.isdisjoint(self._asked(site.function, value))
            for number in flow.deciding(site.block)
            for value in walk.values(body.blocks[number].terminator)
        )

    def _judge(self, store: _Store) -> StaleWsi | None:
        for closing in self.closings(store):
            for use in self.uses(store):
                way = self.late_use(store, closing, use)
                if way is not None:
                    return self._tell(store, closing, way)
        return None

    def _tell(self, store: _Store, closing: _Closing, way: tuple[Site, ...]) -> StaleWsi:
        name = as_written(ir.Load(store.location))
        place = self.program.site_place(store.site)
        use = self.program.callee_name(way[-1])
        steps = [Step(place, f"`{name}` keeps the connection", StepKind.FILL, store.site.function.name)]
        first = next((site for site in closing.sites if self.index.is_callback(site.function)), None)
        short = closing.reason
        if first is not None and self.program.roles.number(short) is not None:
            text = f"{short}: the connection ends, and `{name}` stays as it is"
            steps.append(Step(self.program.site_place(first), text, StepKind.LOSS, first.function.name))
        for site in way[:-1]:
            text = f"calls `{self.program.callee_name(site)}()`"
            steps.append(Step(self.program.site_place(site), text, StepKind.CALL, site.function.name))
        steps.append(
            Step(self.program.site_place(way[-1]), f"`{use}()` gets it", StepKind.USE, way[-1].function.name)
        )
        return StaleWsi(store.site, place, name, short, use, tuple(steps))


def _is_positive(value: ir.Value) -> bool:
    """Whether a delay is no request to take the timer back (`LWS_SET_TIMER_USEC_CANCEL` is -1)."""
    if isinstance(value, ir.Const):
        return value.value >= 0
    return not isinstance(value, ir.Unary)


def _constant(statement: ir.Statement) -> int | None:
    value = statement.value if isinstance(statement, ir.Assign) else None
    return value.value if isinstance(value, ir.Const) else None


def _is_test(value: ir.Value) -> bool:
    """Whether a condition asks for NULL and nothing else."""
    while isinstance(value, ir.Unary) and value.operator == "!":
        value = value.operand
    if isinstance(value, ir.Binary) and value.operator in ("==", "!="):
        return isinstance(value.left, ir.Load) and isinstance(value.right, ir.Const)
    return isinstance(value, ir.Load)


def _ways(flow: Flow, start: int, barred: set[int]) -> set[int]:
    """The blocks that a block leads to, itself included, around those that are barred."""
    found: set[int] = set()
    pending = [start]
    while pending:
        block = pending.pop()
        if block not in found and block not in barred:
            found.add(block)
            pending.extend(flow.successors[block])
    return found


def stale_wsis(program: Explored) -> tuple[StaleWsi, ...]:
    """Variables that keep a connection after it was closed, and are used then, in source order."""
    return tuple(_Keeping(program).found())
