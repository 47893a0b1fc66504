"""What of a program matters to one cluster: a sparse program.

Starting from the events (creates, destroys, the service loop, writes and resets of the cluster's
objects), the slice closes over what decides whether they happen: the branches they are control
dependent on, the variables those test, the statements that write these, the calls that lead there.
Everything else is left out: a branch on which nothing in the slice depends is stepped over to its
post-dominator, a call of a function outside the slice does nothing and returns an unknown value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from lwslint import ir
from lwslint.analysis import bounds, spelling, walk
from lwslint.analysis.clusters import Cluster, effects_of, holder_of, worked_on
from lwslint.analysis.flow import Flow
from lwslint.analysis.index import Index
from lwslint.analysis.layout import shares_bytes
from lwslint.analysis.program import Function, LocationClass, Program, Site
from lwslint.lws.effects import Effects

_UNTYPED = frozenset({"void", "char", "unsigned char"})
"""What a pointer to memory of no type of its own points at."""


class FunctionSlice:
    """The part of one function that is in the slice.

    `statements[block]` are the indexes of statements to execute; `branches` the branching blocks to
    follow, with True where what they test is tracked for their sake, `blurred` those of which it is not
    known what they test, `doubtful` those that test what would tell something, but is not tracked (True), or
    what a call out of sight, a handler or a callback has said (False); `live[block]` the local variables that
    may be read from there on.
    """

    __slots__ = (
        "blurred", "branches", "doubtful", "flow", "function", "live", "returns", "statements", "strong",
    )  # fmt: skip

    def __init__(self, function: Function, flow: Flow) -> None:
        self.function = function
        self.flow = flow
        self.statements: dict[int, list[int]] = {}
        self.branches: dict[int, bool] = {}
        self.blurred: set[int] = set()
        self.doubtful: dict[int, bool] = {}
        self.returns = False
        self.strong = False
        self.live: dict[int, frozenset[str]] = {}


class Slice:
    """The slice of one cluster: `functions` by number, `tracked` classes of locations.

    Where nothing can make a create of the cluster run a second time (`repeats`) and nothing that runs by
    itself destroys contexts of it, what the event loop does cannot matter to it, and the loop is left out.
    `loses` says whether a context that nobody holds is lost. `waits` are calls out of sight at which other
    threads run, by `Site.key`.
    """

    def __init__(self, index: Index, cluster: Cluster) -> None:
        self.index = index
        self.cluster = cluster
        self._record = cluster.subject.record
        self.functions: dict[int, FunctionSlice] = {}
        self.waits: set[tuple[int, int, int]] = set()
        self.tracked: set[LocationClass] = set()
        self._program = index.program
        self._marked: set[tuple[int, int, int]] = set()
        self._pending: deque[LocationClass | Function] = deque()
        self._entered: deque[FunctionSlice] = deque()
        self._loops: set[tuple[int, frozenset[int], bool]] = set()
        self._holders: set[str] = set()
        self._scalars = 0
        self._creators = self._find_creators()
        self._unknown = {site.key for site in index.unknown}
        self._has_all = len(cluster.creates) == sum(
            effects.creates == "context" for _, effects in index.library
        )
        self.repeats = self._may_come_again() or self._destroyed_by_others()
        self._seed()
        self._seed_returns()
        self.loses = bool(cluster.subject.results)
        self._close()
        self._deferred()
        self._declare()
        for function in self.functions.values():
            self._doubt(function)
            for block in function.statements.values():
                block.sort()
            function.live = _liveness(self._program, function, self.tracked)

    def _may_come_again(self) -> bool:
        """Whether an object of the cluster may be read a second time: what lives on, where creates repeat."""
        creates = self.cluster.creates
        if not self.cluster.subject.results and not any(map(self._lives_on, self.cluster.classes)):
            return False
        return len(creates) > 1 or any(self.index.repeats(create) for create in creates)

    def _lives_on(self, found: LocationClass) -> bool:
        """Whether it is, holds or points at something that may outlive the call of a function."""
        if found[0] in ("create", "result"):
            return False
        variable = self._program.variables.get(found[1]) if found[0] == "v" else None
        return variable is None or variable.static or variable.type.endswith("*")

    # Seeds

    def _seed(self) -> None:
        for found in sorted(self.cluster.classes):
            self._track(found)
        for site, effects in self.index.library:
            if self._is_event(site, effects) or self._is_use(site, effects):
                self._mark(site, strong=True)
                if effects.connects and self.cluster.subject.results:
                    self._track(("f", spelling.CONNECT_INFO, "context"))
        for site in self._program.sites():
            if isinstance(site.statement, ir.Assign) and self._writes_info(site.function, site.statement):
                whole = isinstance(site.statement.value, ir.Zero | ir.Load)
                self._mark(site, strong=whole)
            elif isinstance(site.statement, ir.Call) and site.statement.result is not None:
                holder = holder_of(self._program, site.function, site.statement.result, self._record)
                if holder in self.cluster.classes:
                    self._mark(site, strong=False)
        for site in self.index.unknown:
            call = site.statement
            assert isinstance(call, ir.Call)
            if any(self._touches(site.function, argument) for argument in call.arguments):
                self._mark(site, strong=False)

    def _destroyed_by_others(self) -> bool:
        """Whether a callback, a handler or a thread destroys contexts of the cluster."""
        return bool(self.cluster.subject.results) and any(
            effects.destroys is not None
            and self.index.runs_by_itself(site.function)
            and self._is_destroy(site, effects)
            for site, effects in self.index.library
        )

    def _seed_returns(self) -> None:
        """Where a function returns, the contexts that its own variables hold may be lost."""
        if not self.cluster.subject.results:
            return
        for found in sorted(self.cluster.classes):
            variable = self._program.variables.get(found[1]) if found[0] == "v" else None
            if variable is None or variable.owner is None:
                continue
            function = self._program.functions[variable.owner]
            if variable.key not in function.parameters and self.index.callers.get(function.index):
                own = self._slice_of(function)
                for number in sorted(own.flow.reachable):
                    if isinstance(function.ir.blocks[number].terminator, ir.Return):
                        self._control(own, number, strong=True)

    def _is_event(self, site: Site, effects: Effects) -> bool:
        call = site.statement
        assert isinstance(call, ir.Call)
        if effects.connects:
            return self.repeats or any(site.key == create.key for create in self.cluster.creates)
        if effects.runs_loop:
            return self.repeats
        if effects.creates == "context":
            return any(site.key == create.key for create in self.cluster.creates)
        if self._is_destroy(site, effects):
            return True
        concerned = (effects.info, effects.zeroes, *effects.writes, *(effects.copies or ()))
        return self._any_touches(site.function, call, concerned) or (
            effects.zeroes is not None
            and effects.zeroes < len(call.arguments)
            and (
                self._shares_bytes(site.function, call.arguments[effects.zeroes])
                or self._is_untyped(site.function, call.arguments[effects.zeroes])
            )
        )

    def _is_untyped(self, function: Function, value: ir.Value) -> bool:
        """Whether a value is a variable that points at bytes: an allocator's block, before it gets a type."""
        if not isinstance(value, ir.Load) or any(not isinstance(s, ir.Deref) for s in value.location.path):
            return False
        return spelling.bare(spelling.pointee(self._program.value_type(function, value))) in _UNTYPED

    def _shares_bytes(self, function: Function, value: ir.Value) -> bool:
        """Whether a value points into a member of a union that has one of the cluster in the same place."""
        if not isinstance(value, ir.Address):
            return False
        variable = self._program.variables.get(self._program.resolve(function, value.location.root))
        type_ = variable.type if variable else ""
        for step in value.location.path:
            if isinstance(step, ir.Field) and shares_bytes(self._program, type_, step.name, self._record):
                return True
            type_ = self._program.step_type(type_, step)
        return False

    def _is_destroy(self, site: Site, effects: Effects) -> bool:
        """Whether a context of the cluster is destroyed, or any where there are no others."""
        if effects.destroys is None or effects.destroys >= len(_call(site).arguments):
            return False
        argument = _call(site).arguments[effects.destroys]
        type_ = spelling.pointee(self._program.value_type(site.function, argument))
        return self._touches(site.function, argument) or (
            self._has_all and spelling.bare(type_) in self.cluster.subject.results
        )

    def _is_use(self, site: Site, effects: Effects) -> bool:
        call = site.statement
        assert isinstance(call, ir.Call)
        return self._any_touches(site.function, call, worked_on(call, effects))

    def _any_touches(self, function: Function, call: ir.Call, positions: Iterable[int | None]) -> bool:
        return any(
            position is not None
            and position < len(call.arguments)
            and self._touches(function, call.arguments[position])
            for position in positions
        )

    def _touches(self, function: Function, value: ir.Value) -> bool:
        """Whether a value is, holds, or points at something of the cluster."""
        if not isinstance(value, ir.Address | ir.Load):
            return False
        holder = holder_of(self._program, function, value.location, self._record)
        if holder in self.cluster.classes:
            return True
        if self._is_of_another(holder):
            return False
        type_ = self._program.value_type(function, value)
        return self._program.contains(spelling.pointee(type_) or type_, self._record)

    def _is_of_another(self, holder: LocationClass) -> bool:
        """Whether it is a variable that is, or lists, objects of another cluster.

        Programs of many creates stay sparse by it: each cluster has its own functions alone.
        """
        if holder in self.cluster.classes or holder not in self.cluster.claimed or holder[0] != "v":
            return False
        variable = self._program.variables.get(holder[1])
        return variable is not None and spelling.innermost(variable.type) == self._record

    def _writes_info(self, function: Function, assign: ir.Assign) -> bool:
        holder = holder_of(self._program, function, assign.target, self._record)
        if holder in self.cluster.classes:
            return True
        return (
            isinstance(assign.value, ir.Zero | ir.Load | ir.Unknown)
            and not self._is_of_another(holder)
            and self._program.contains(self._program.type_of(function, assign.target), self._record)
        )

    # Closure

    def _slice_of(self, function: Function) -> FunctionSlice:
        known = self.functions.get(function.index)
        if known is None:
            known = self.functions[function.index] = FunctionSlice(function, self.index.flow(function))
            self._entered.append(known)
            if len(self._entered) == 1:
                self._take_in_callers()
        return known

    def _take_in_callers(self) -> None:
        """Take in how functions that are new in the slice end, and who calls them, however long the chain."""
        while self._entered:
            own = self._entered[0]
            self._keep_ends(own)
            for site in self.index.callers.get(own.function.index, ()):
                self._mark(site, strong=False)
            self._entered.popleft()

    def _keep_ends(self, own: FunctionSlice) -> None:
        """Whether the function comes back at all matters to its callers."""
        blocks = own.function.ir.blocks
        for number in sorted(own.flow.reachable):
            if number in own.flow.ends or isinstance(blocks[number].terminator, ir.Unreachable):
                self._control(own, number, strong=True)

    def _mark(self, site: Site, *, strong: bool) -> None:
        """Take a statement into the slice; `strong` if what decides whether it runs is to be tracked."""
        own = self._slice_of(site.function)
        if site.block not in own.flow.reachable:
            return
        if site.key not in self._marked:
            self._marked.add(site.key)
            own.statements.setdefault(site.block, []).append(site.index)
            self._track_operands(site)
        self._control(own, site.block, strong=strong)
        if strong and not own.strong:
            own.strong = True
            self._pending.append(site.function)

    def _control(self, own: FunctionSlice, block: int, *, strong: bool) -> None:
        """Take in the branches that decide whether a block runs, and those that decide about these."""
        deciding = [self._deciding(own, block, strong=strong)]
        while deciding:
            branch = next(deciding[-1], None)
            if branch is None:
                deciding.pop()
            elif self._branch(own, branch, strong=strong):
                deciding.append(self._deciding(own, branch, strong=strong))

    def _deciding(self, own: FunctionSlice, block: int, *, strong: bool) -> Iterator[int]:
        """The branches that a block is control dependent on; those that end a loop once for all in it."""
        for loop in own.flow.loops_around(block):
            key = (own.function.index, loop, strong)
            if key not in self._loops:
                self._loops.add(key)
                yield from own.flow.exits(loop)
        yield from own.flow.controllers.get(block, ())

    def _branch(self, own: FunctionSlice, block: int, *, strong: bool) -> bool:
        """Take in a branch; says whether it was not yet, or not so."""
        known = own.branches.get(block)
        if known or (known is False and not strong):
            return False
        own.branches[block] = strong
        if strong:
            terminator = own.function.ir.blocks[block].terminator
            for value in walk.values(terminator):
                for location in walk.loads(value):
                    found = self._program.classify(own.function, location.root, location.path)
                    if self.index.tells(found):
                        self._track_location(own.function, location, found)
                        if found not in self.tracked and self._is_written_here(found):
                            own.blurred.add(block)
        return True

    def _doubt(self, own: FunctionSlice) -> None:
        for block in own.branches:
            for value in walk.values(own.function.ir.blocks[block].terminator):
                for location in walk.loads(value):
                    found = self._program.classify(own.function, location.root, location.path)
                    if found in self.tracked or _is_text(found):
                        continue
                    if any(map(self._is_free, self.index.writers.get(found, ()))):
                        own.doubtful.setdefault(block, False)
                    elif self.index.tells(found):
                        own.doubtful[block] = True

    def _is_free(self, writer: Site) -> bool:
        """Whether something that runs by itself, or is out of sight, is what writes."""
        return writer.key in self._unknown or self.index.runs_by_itself(writer.function)

    def _track_value(self, function: Function, value: ir.Value) -> None:
        for location in walk.named(value):
            self._track_pointers(function, location)
        for location in walk.loads(value):
            found = self._program.classify(function, location.root, location.path)
            self._track_location(function, location, found)

    def _track_location(self, function: Function, location: ir.Location, found: LocationClass) -> None:
        """Track what stands at a location, unless it is a scalar and there are enough of them."""
        if found in self.tracked or _is_text(found):
            return
        if not self._is_essential(self._program.type_of(function, location)):
            if self._scalars >= bounds.SCALARS_PER_CLUSTER or not (self.repeats or self._is_near(found)):
                return
            self._scalars += 1
        self._track_pointers(function, location)
        self._track(found)

    def _is_written_here(self, found: LocationClass) -> bool:
        """Whether a function on the way to a create writes to it: it may say how that went."""
        return any(
            site.function.index in self._creators and self._may_tell(site)
            for site in self.index.writers.get(found, ())
        )

    def _may_tell(self, site: Site) -> bool:
        """Whether what a statement writes can have to do with a create; the results of other calls cannot."""
        call = site.statement
        if not isinstance(call, ir.Call) or self.index.callees.get(site.key):
            return True
        effects = effects_of(self._program, site.function, call, self.index.oracle)
        if effects is not None:
            return bool(effects.creates)
        return any(self._touches(site.function, argument) for argument in call.arguments)

    def _find_creators(self) -> set[int]:
        pending = [create.function.index for create in self.cluster.creates]
        found = set(pending)
        while pending:
            for site in self.index.callers.get(pending.pop(), ()):
                if site.function.index not in found:
                    found.add(site.function.index)
                    pending.append(site.function.index)
        return found

    def _is_near(self, found: LocationClass) -> bool:
        """Whether only functions that are in the slice anyway write to it."""
        return all(site.function.index in self.functions for site in self.index.writers.get(found, ()))

    def _is_essential(self, type_: str) -> bool:
        """Whether it leads to objects of the cluster (contexts, info, what holds these) or is a reason."""
        while pointee := spelling.pointee(type_) or spelling.element(type_):
            type_ = pointee
        record = spelling.bare(type_)
        return (
            record in spelling.REASONS
            or record in self.cluster.subject.results
            or record in self._holders
            or (spelling.is_record(record) and self._program.contains(record, self._record))
        )

    def _follows(self, function: Function, location: ir.Location) -> bool:
        """Whether a pointer is tracked, or points at a record with tracked members."""
        pointee = spelling.pointee(self._program.type_of(function, location))
        return self._program.classify(function, location.root, location.path) in self.tracked or any(
            found[0] == "f" and found[1] == pointee for found in self.tracked
        )

    def _track_pointers(self, function: Function, location: ir.Location) -> None:
        for root, path in walk.strip_deref(location):
            self._track(self._program.classify(function, root, path))

    def _track_operands(self, site: Site) -> None:
        """Track what a statement in the slice reads, as far as it matters, and the pointers on its way."""
        function, statement = site.function, site.statement
        target = walk.target(statement)
        if target is not None:
            self._track_pointers(function, target)
        if isinstance(statement, ir.Assign):
            if self._writes_info(function, statement) and not self._is_followed(statement.value):
                return
            self._track_value(function, statement.value)
        elif isinstance(statement, ir.Call):
            self._track_call(site, statement)

    def _is_followed(self, value: ir.Value) -> bool:
        """Whether it matters what a member is set to: pointers, and the flags of a connection."""
        flags = isinstance(value, ir.Binary) and value.operator == "|" and not self.cluster.subject.results
        return flags or isinstance(value, ir.Load | ir.Address)

    def _track_call(self, site: Site, call: ir.Call) -> None:
        callees = self.index.callees.get(site.key, ())
        if not isinstance(call.callee, ir.FunctionRef):
            self._track_value(site.function, call.callee)
        for callee in callees:
            for key, argument in zip(callee.parameters, call.arguments, strict=False):
                if ("v", key) in self.tracked:
                    self._track_value(site.function, argument)
        if callees:
            return
        effects = effects_of(self._program, site.function, call, self.index.oracle)
        for position, argument in enumerate(call.arguments):
            if self._matters(site.function, call, effects, position):
                self._track_value(site.function, argument)

    def _matters(self, function: Function, call: ir.Call, effects: Effects | None, position: int) -> bool:
        if effects is None:
            return self._touches(function, call.arguments[position])
        concerned = (
            effects.info, effects.destroys, effects.frees, effects.zeroes, effects.fill,
            *effects.writes, *(effects.copies or ()), *worked_on(call, effects),
            *(deferral.data for deferral in effects.defers),
            *(deferral.reason for deferral in effects.defers),
        )  # fmt: skip
        return position in concerned

    def _track(self, found: LocationClass) -> None:
        if found not in self.tracked:
            self.tracked.add(found)
            if found[0] == "f" and self._is_essential(self._program.member_type(found[1], found[2])):
                self._holders.add(found[1])
            self._pending.append(found)

    def _close(self) -> None:
        """Follow what is tracked to its writers, and functions to their callers, the nearest to a seed first.

        The order matters where a bound cuts: what decides about an event nearby is worth more.
        """
        while self._pending:
            found = self._pending.popleft()
            if isinstance(found, Function):
                self._mark_callers(found)
                continue
            for site in self.index.writers.get(found, ()):
                self._mark_writer(site)
            self._through_pointers(found)
            if found[0] == "v":
                self._arguments_of(found[1])

    def _mark_callers(self, function: Function) -> None:
        for caller in self.index.callers.get(function.index, ()):
            self._mark(caller, strong=True)
        if self.repeats:
            for handing in self.index.handed.get(function.index, ()):
                self._mark(handing, strong=True)

    def _mark_writer(self, site: Site) -> None:
        self._mark(site, strong=True)
        if isinstance(site.statement, ir.Call):
            for callee in self.index.callees.get(site.key, ()):
                self._need_result(callee)

    def _need_result(self, function: Function) -> None:
        own = self._slice_of(function)
        if own.returns:
            return
        own.returns = True
        for number in sorted(own.flow.reachable):
            terminator = function.ir.blocks[number].terminator
            if isinstance(terminator, ir.Return):
                self._control(own, number, strong=True)
                for value in walk.values(terminator):
                    self._track_value(function, value)

    def _through_pointers(self, found: LocationClass) -> None:
        """A tracked location whose address is taken may be written through pointers of its type."""
        sites = self.index.addresses.get(found)
        if not sites:
            return
        for site in sites:
            for value in walk.values(site.statement):
                for part in walk.parts(value):
                    if isinstance(part, ir.Address):
                        location = part.location
                        if self._program.classify(site.function, location.root, location.path) == found:
                            type_ = self._program.type_of(site.function, location)
                            if spelling.bare(type_) not in spelling.CONTEXTS:
                                self._track(("d", spelling.bare(type_)))
            if isinstance(site.statement, ir.Call) and not self.index.callees.get(site.key):
                self._mark(site, strong=False)

    def _arguments_of(self, key: str) -> None:
        variable = self._program.variables.get(key)
        if variable is None or variable.owner is None:
            return
        function = self._program.functions[variable.owner]
        if key not in function.parameters:
            return
        position = function.parameters.index(key)
        self._slice_of(function)
        for site in (*self.index.callers.get(function.index, ()), *self.index.handed.get(function.index, ())):
            call = site.statement
            assert isinstance(call, ir.Call)
            if site in self.index.callers.get(function.index, ()):
                if position < len(call.arguments):
                    self._track_value(site.function, call.arguments[position])
            else:
                for argument in call.arguments:
                    self._track_value(site.function, argument)

    def _deferred(self) -> None:
        """Yield points matter once work of the slice may run at them, and frees of what it points at."""
        for site, effects in self.index.library:
            call = site.statement
            assert isinstance(call, ir.Call)
            if effects.frees is not None and effects.frees < len(call.arguments):
                value = call.arguments[effects.frees]
                if isinstance(value, ir.Load) and self._follows(site.function, value.location):
                    self._mark(site, strong=True)
        self._close()
        if not self.repeats:
            return
        for site, effects in self.index.library:
            asks = any(deferral.reason is not None for deferral in effects.defers)
            if effects.raises or effects.cancels is not None or asks:
                self._mark(site, strong=True)
            elif (effects.yields or effects.joins) and site.function.index in self.functions:
                self._mark(site, strong=self.index.loops_in_thread)
        if self.index.loops_in_thread:
            for site in self._may_wait():
                self._mark(site, strong=True)
        self._close()

    def _may_wait(self) -> Iterator[Site]:
        """The calls out of sight in loops that need not wait elsewhere: other threads run at any time."""
        waiting = {
            (site.function.index, site.block)
            for site, effects in self.index.library
            if effects.yields or effects.runs_loop
        }
        for site in self.index.unknown:
            own = self.functions.get(site.function.index)
            if own is not None and self._comes_round(own.flow, site, waiting):
                self.waits.add(site.key)
                yield site

    @staticmethod
    def _comes_round(flow: Flow, site: Site, waiting: set[tuple[int, int]]) -> bool:
        """Whether a loop can come back to a call without a call that waits."""
        seen: set[int] = set()
        pending = list(flow.successors[site.block]) if site.block in flow.reachable else []
        while pending:
            block = pending.pop()
            if block == site.block:
                return True
            if block not in seen and (site.function.index, block) not in waiting:
                seen.add(block)
                pending += flow.successors[block]
        return False

    def _declare(self) -> None:
        """Objects that begin their life in a function of the slice begin it as garbage."""
        records = {found[1] for found in self.tracked if found[0] == "f"}
        records.add(self._record)
        for own in self.functions.values():
            for number, block in enumerate(own.function.ir.blocks):
                for index, statement in enumerate(block.statements):
                    if isinstance(statement, ir.Declare) and number in own.flow.reachable:
                        key = self._program.resolve(own.function, statement.root)
                        type_ = self._program.variables[key].type
                        if not self._is_of_another(("v", key)) and any(
                            self._program.contains(type_, record) for record in records
                        ):
                            own.statements.setdefault(number, []).append(index)


def _call(site: Site) -> ir.Call:
    assert isinstance(site.statement, ir.Call)
    return site.statement


def _is_text(found: LocationClass) -> bool:
    """Whether it is a character somewhere in memory: no flag, whatever a branch makes of it."""
    return found[0] == "d" and found[1] in ("char", "unsigned char", "signed char", "wchar_t")


def _liveness(program: Program, own: FunctionSlice, tracked: set[LocationClass]) -> dict[int, frozenset[str]]:
    """For each block the automatic variables that may be read before they are written, from its start."""
    function = own.function
    uses: dict[int, set[str]] = {}
    kills: dict[int, set[str]] = {}
    for number in own.flow.reachable:
        block = function.ir.blocks[number]
        use, kill = uses.setdefault(number, set()), kills.setdefault(number, set())
        for index in own.statements.get(number, ()):
            statement = block.statements[index]
            _use(program, function, statement, use, kill)
            target = walk.target(statement)
            if target is not None and not target.path:
                kill.add(program.resolve(function, target.root))
        _use(program, function, block.terminator, use, kill)
    live: dict[int, frozenset[str]] = {number: frozenset(use) for number, use in uses.items()}
    changed = True
    order = sorted(own.flow.reachable, reverse=True)
    while changed:
        changed = False
        for number in order:
            after: set[str] = set()
            for successor in own.flow.successors[number]:
                after |= live[successor]
            new = frozenset(uses[number] | (after - kills[number]))
            if new != live[number]:
                live[number] = new
                changed = True
    return live


def _use(
    program: Program,
    function: Function,
    statement: ir.Statement | ir.Terminator,
    use: set[str],
    kill: set[str],
) -> None:
    for value in walk.values(statement):
        for location in walk.named(value):
            key = program.resolve(function, location.root)
            if key not in kill:
                use.add(key)
    if isinstance(statement, ir.Assign | ir.Call):
        target = walk.target(statement)
        if target is not None and target.path:
            key = program.resolve(function, target.root)
            if key not in kill:
                use.add(key)
