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
from lwslint.analysis.clusters import Cluster, Oracle, effects_of, holder_of, worked_on
from lwslint.analysis.flow import Flow
from lwslint.analysis.layout import shares_bytes
from lwslint.analysis.pointers import FunctionPointers, named_functions
from lwslint.analysis.program import Function, LocationClass, Program, Site
from lwslint.lws.effects import Effects, Role

_UNTYPED = frozenset({"void", "char", "unsigned char"})
"""What a pointer to memory of no type of its own points at."""


class Index:
    """Where each class of locations is written and whose address is taken (`exposed`); who calls whom."""

    def __init__(
        self, program: Program, pointers: FunctionPointers, oracle: Oracle, callbacks: tuple[Function, ...]
    ) -> None:
        self.program = program
        self._callbacks = {callback.index for callback in callbacks}
        self.pointers = pointers
        self.oracle = oracle
        self.writers: dict[LocationClass, list[Site]] = {}
        self._members_inside: dict[str, tuple[LocationClass, ...]] = {}
        self.callers: dict[int, list[Site]] = {}
        self.callees: dict[tuple[int, int, int], tuple[Function, ...]] = {}
        self.handed: dict[int, list[Site]] = {}
        self.addresses: dict[LocationClass, list[Site]] = {}
        self.exposed: set[str] = set()
        self.library: list[tuple[Site, Effects]] = []
        self.unknown: list[Site] = []
        self._known: dict[tuple[int, int, int], Effects] = {}
        self.tests: dict[LocationClass, int] = {}
        self._compared: dict[LocationClass, set[int] | None] = {}
        self._parameters = {key for function in program.functions for key in function.parameters}
        self.noreturn: set[int] = set()
        self._flows: dict[int, Flow] = {}
        for site in program.sites():
            self._add(site)
        for function in program.functions:
            self._count_tests(function)
        self._find_noreturn()

    def tells(self, found: LocationClass) -> bool:
        """Whether knowing what a branch tests tells anything: two branches test it, or the program sets it.

        What one branch alone tests, and only calls out of sight write, may always be either.
        """
        if self.tests.get(found, 0) > 1 or (found[0] == "v" and found[1] in self._parameters):
            return True
        for site in self.writers.get(found, ()):
            if isinstance(site.statement, ir.Assign) or self.callees.get(site.key):
                return True
            effects = self._known.get(site.key)
            if effects is not None and (
                effects.creates or effects.connects or effects.runs_loop or effects.allocates
            ):
                return True
        return False

    def told_apart(self, found: LocationClass) -> set[int] | None:
        """The constants that a scalar is compared with, if nothing else is asked of it; None otherwise."""
        return self._compared.get(found)

    def _compare(self, function: Function, terminator: ir.Terminator) -> None:
        """Note what a branch asks of the scalars that it tests."""
        if isinstance(terminator, ir.Switch):
            self._ask(
                function, terminator.value, {case.low for case in terminator.cases if case.low == case.high}
            )
            return
        for value in walk.values(terminator):
            if isinstance(terminator, ir.Return):  # whoever gets it may ask anything
                self._ask(function, value, None)
                continue
            while isinstance(value, ir.Unary) and value.operator == "!":
                value = value.operand
            if (
                isinstance(value, ir.Binary)
                and value.operator in ("==", "!=")
                and isinstance(value.right, ir.Const)
            ):
                self._ask(function, value.left, {value.right.value})
            else:
                self._ask(function, value, {0} if isinstance(value, ir.Load) else None)

    def _ask(self, function: Function, value: ir.Value, constants: set[int] | None) -> None:
        simple = isinstance(value, ir.Load)
        for location in walk.loads(value):
            found = self.program.classify(function, location.root, location.path)
            known = self._compared.setdefault(found, set())
            self._compared[found] = (
                None if constants is None or known is None or not simple else known | constants
            )

    def _copies_out(self, function: Function, statement: ir.Statement) -> None:
        """A scalar that goes elsewhere may be asked anything there."""
        if isinstance(statement, ir.Assign) or (
            isinstance(statement, ir.Call) and self.pointers.callees(function, statement)
        ):
            for value in walk.values(statement):
                for location in walk.loads(value):
                    self._compared[self.program.classify(function, location.root, location.path)] = None

    def _count_tests(self, function: Function) -> None:
        for block in function.ir.blocks:
            self._compare(function, block.terminator)
            classes = {
                self.program.classify(function, location.root, location.path)
                for value in walk.values(block.terminator)
                for location in walk.loads(value)
            }
            for found in classes:
                self.tests[found] = self.tests.get(found, 0) + 1

    def flow(self, function: Function) -> Flow:
        """The control flow of a function, made when first asked for."""
        known = self._flows.get(function.index)
        if known is None:
            known = self._flows[function.index] = Flow(function.ir, self._ends(function))
        return known

    def _ends(self, function: Function) -> frozenset[int]:
        """The blocks with a call of a function of the program that never returns."""
        return frozenset(
            number
            for number, block in enumerate(function.ir.blocks)
            for index, statement in enumerate(block.statements)
            if isinstance(statement, ir.Call)
            and self._never_returns(self.callees.get((function.index, number, index)))
        )

    def _never_returns(self, callees: tuple[Function, ...] | None) -> bool:
        return bool(callees) and all(callee.index in self.noreturn for callee in callees or ())

    def _find_noreturn(self) -> None:
        """The functions that cannot return: every way through them ends in one that cannot, or nowhere."""
        pending = [
            function
            for function in self.program.functions
            if any(isinstance(block.terminator, ir.Unreachable) for block in function.ir.blocks)
        ]
        while pending:
            function = pending.pop()
            if function.index in self.noreturn:
                continue
            flow = Flow(function.ir, self._ends(function))
            blocks = function.ir.blocks
            if not any(
                isinstance(blocks[n].terminator, ir.Return) and n not in flow.ends for n in flow.reachable
            ):
                self.noreturn.add(function.index)
                pending.extend(site.function for site in self.callers.get(function.index, ()))

    def cyclic(self, site: Site) -> bool:
        """Whether a loop, a recursion, a timer or a callback may run a statement any number of times."""
        seen: set[int] = set()
        pending = [site]
        while pending:
            current = pending.pop()
            function = current.function
            if self.flow(function).loops_around(current.block) or function.index in self._callbacks:
                return True
            if function.index not in seen:
                seen.add(function.index)
                pending.extend(self.callers.get(function.index, ()))
                for handing in self.handed.get(function.index, ()):
                    if self._role(handing) not in (Role.SUL, Role.THREAD, Role.EXIT):
                        return True
                    pending.append(handing)
            elif self._calls(function, function):
                return True
        return False

    def with_callers(self, functions: Iterable[int]) -> frozenset[int]:
        """Functions, by number, and all that call them, directly or not."""
        found = set(functions)
        pending = list(found)
        while pending:
            for site in self.callers.get(pending.pop(), ()):
                if site.function.index not in found:
                    found.add(site.function.index)
                    pending.append(site.function.index)
        return frozenset(found)

    def runs_by_itself(self, function: Function) -> bool:
        """Whether something other than a call in sight may run a function: a role, or a caller with one."""
        seen: set[int] = set()
        pending = [function.index]
        while pending:
            current = pending.pop()
            if current in self._callbacks or self.handed.get(current):
                return True
            for site in self.callers.get(current, ()):
                if site.function.index not in seen:
                    seen.add(site.function.index)
                    pending.append(site.function.index)
        return False

    def repeats(self, site: Site) -> bool:
        """Whether anything may run a statement a second time: a cycle, or two calls in straight line."""
        if self.cyclic(site):
            return True
        function, seen = site.function, set()
        while function.index not in seen:
            seen.add(function.index)
            callers = (*self.callers.get(function.index, ()), *self.handed.get(function.index, ()))
            if len(callers) != 1:
                return bool(callers)
            function = callers[0].function
        return True

    def is_callback(self, function: Function) -> bool:
        """Whether the library calls a function as the callback of a protocol."""
        return function.index in self._callbacks

    def over_list(self, site: Site, depth: int = 0) -> bool:
        """Whether the nearest loop around a statement goes over a list that stands in the program.

        Such a loop counts up to a constant, and what it does depends on the entry: in it stands an element
        of an initialised array, or a `switch` over the counter, there or in a function that it hands
        the counter to; or each round has an element of an array for its result. Or it steps a pointer through
        an initialised array until an entry says so.
        """
        loops = self.flow(site.function).loops_around(site.block)
        if loops:
            if self._walks_table(site.function, loops[-1]):
                return True
            counters = self._counters(site.function, loops[-1])
            return bool(counters) and (
                self._reads_table(site.function, loops[-1])
                or self._tells_entries(site.function, loops[-1], counters)
                or (_goes_to_element(site.statement) and self._counts_to_constants(site.function, loops[-1]))
            )
        callers = self.callers.get(site.function.index, ())
        return (
            bool(callers) and depth < bounds.CALL_DEPTH and all(self.over_list(c, depth + 1) for c in callers)
        )

    def _counters(self, function: Function, loop: frozenset[int]) -> set[LocationClass]:
        """The variables that a loop counts with and compares with a constant where it may end."""
        found: set[LocationClass] = set()
        for number in self.flow(function).exits(loop):
            terminator = function.ir.blocks[number].terminator
            if isinstance(terminator, ir.Branch) and isinstance(terminator.condition, ir.Binary):
                sides = (terminator.condition.left, terminator.condition.right)
                if any(isinstance(side, ir.Const | ir.SizeOf) for side in sides):
                    found.update(self._read_by(function, terminator.condition))
        return {counter for counter in found if self._steps(function, loop, counter)}

    def _walks_table(self, function: Function, loop: frozenset[int]) -> bool:
        """Whether a loop ends by what stands behind a pointer that it steps through an initialised array."""
        for number in self.flow(function).exits(loop):
            for value in walk.values(function.ir.blocks[number].terminator):
                for location in walk.loads(value):
                    if location.path and isinstance(location.path[0], ir.Deref):
                        pointer = self.program.classify(function, location.root, ())
                        if self._steps(function, loop, pointer) and self._starts_at_table(function, pointer):
                            return True
        return False

    def _starts_at_table(self, function: Function, pointer: LocationClass) -> bool:
        return any(
            isinstance(site.statement, ir.Assign)
            and isinstance(site.statement.value, ir.Address)
            and self._is_table(function, site.statement.value.location.root)
            for site in self.writers.get(pointer, ())
            if site.function is function
        )

    def _counts_to_constants(self, function: Function, loop: frozenset[int]) -> bool:
        """Whether a loop compares nothing that it counts with anything but constants where it may end."""
        for number in self.flow(function).exits(loop):
            terminator = function.ir.blocks[number].terminator
            if not isinstance(terminator, ir.Branch) or not isinstance(terminator.condition, ir.Binary):
                continue
            condition = terminator.condition
            counted = any(self._steps(function, loop, one) for one in self._read_by(function, condition))
            if counted and not isinstance(condition.right, ir.Const | ir.SizeOf):
                return False
        return True

    def _read_by(self, function: Function, value: ir.Value) -> Iterator[LocationClass]:
        for location in walk.loads(value):
            yield self.program.classify(function, location.root, location.path)

    def _steps(self, function: Function, loop: frozenset[int], counter: LocationClass) -> bool:
        """Whether all that a loop does to a variable is to count with it."""
        inside = [
            site.statement
            for site in self.writers.get(counter, ())
            if site.function is function and site.block in loop
        ]
        return bool(inside) and all(
            isinstance(statement, ir.Assign) and self._is_step(function, statement.value, counter)
            for statement in inside
        )

    def _is_step(self, function: Function, value: ir.Value, counter: LocationClass) -> bool:
        """Whether a value is a variable and a constant, or a pointer some elements further on."""
        if isinstance(value, ir.Address):
            root, path = value.location.root, value.location.path
            return len(path) == 1 and self.program.classify(function, root, ()) == counter
        return (
            isinstance(value, ir.Binary)
            and isinstance(value.right, ir.Const)
            and counter in self._read_by(function, value.left)
        )

    def _tells_entries(self, function: Function, loop: frozenset[int], counters: set[LocationClass]) -> bool:
        """Whether a `switch` over a counter, in the loop or where it is handed to, has several cases.

        Or a function that it is handed to reads an element of an initialised array, and nothing goes round
        the loop again: what loses an entry and makes it anew has a table as well.
        """
        once = len(self.flow(function).loops_around(min(loop))) == 1
        handed = set(counters)
        pending: list[tuple[Function, Iterable[int]]] = [(function, loop)]
        while pending:
            current, blocks = pending.pop()
            for number in blocks:
                block = current.ir.blocks[number]
                if (
                    isinstance(block.terminator, ir.Switch)
                    and len(block.terminator.cases) > 1
                    and not handed.isdisjoint(self._read_by(current, block.terminator.value))
                ):
                    return True
                if once and current is not function and self._reads_table(current, frozenset({number})):
                    return True
                for index, statement in enumerate(block.statements):
                    if isinstance(statement, ir.Call):
                        for callee in self.callees.get((current.index, number, index), ()):
                            if self._hand_on(current, statement, callee, handed):
                                pending.append((callee, range(len(callee.ir.blocks))))
        return False

    def _hand_on(
        self, function: Function, call: ir.Call, callee: Function, handed: set[LocationClass]
    ) -> bool:
        """Add the parameters of a callee that get a counter; says whether any is new."""
        more = {
            ("v", key)
            for key, argument in zip(callee.parameters, call.arguments, strict=False)
            if isinstance(argument, ir.Load) and not handed.isdisjoint(self._read_by(function, argument))
        }
        new = not more <= handed
        handed |= more
        return new

    def _reads_table(self, function: Function, loop: frozenset[int]) -> bool:
        for number in sorted(loop):
            for statement in function.ir.blocks[number].statements:
                for value in walk.values(statement):
                    for location in walk.named(value):
                        if ir.Index(None) in location.path and self._is_table(function, location.root):
                            return True
        return False

    def _is_table(self, function: Function, root: str) -> bool:
        variable = self.program.variables.get(self.program.resolve(function, root))
        return variable is not None and bool(variable.initialiser)

    def _writes_whole(self, site: Site, type_: str) -> None:
        """A statement that writes a struct as a whole writes each of its members."""
        if not spelling.is_record(type_):
            return
        record = spelling.bare(type_)
        members = self._members_inside.get(record)
        if members is None:
            members = self._members_inside[record] = tuple(self._inside(record, 0))
        for found in members:
            self.writers.setdefault(found, []).append(site)

    def _inside(self, record: str, depth: int) -> Iterator[LocationClass]:
        """The members of a record of the program's own, and of records in it."""
        layout = self.program.records.get(record)
        if layout is None or depth > bounds.PATH_DEPTH or record.startswith("struct lws_"):
            return
        for member in layout.members:
            yield ("f", record, member.name)
            type_ = member.type
            while spelling.element(type_):
                type_ = spelling.element(type_)
            if spelling.is_record(type_):
                yield from self._inside(spelling.bare(type_), depth + 1)

    def _role(self, handing: Site) -> Role:
        effects = self._known.get(handing.key)
        return effects.defers[0].role if effects is not None and effects.defers else Role.UNKNOWN

    def _calls(self, caller: Function, wanted: Function) -> bool:
        """Whether a function may come to another through calls or handed work."""
        seen: set[int] = set()
        pending = [wanted.index]
        while pending:
            for site in (*self.callers.get(current := pending.pop(), ()), *self.handed.get(current, ())):
                if site.function.index == caller.index:
                    return True
                if site.function.index not in seen:
                    seen.add(site.function.index)
                    pending.append(site.function.index)
        return False

    def _add(self, site: Site) -> None:
        statement, function = site.statement, site.function
        self._copies_out(function, statement)
        target = walk.target(statement)
        if target is not None:
            found = self.program.classify(function, target.root, target.path)
            self.writers.setdefault(found, []).append(site)
            self._writes_whole(site, self.program.type_of(function, target))
        for value in walk.values(statement):
            for part in walk.parts(value):
                if isinstance(part, ir.Address):
                    found = self.program.classify(function, part.location.root, part.location.path)
                    self.addresses.setdefault(found, []).append(site)
                    self.exposed.add(self.program.resolve(function, part.location.root))
        if not isinstance(statement, ir.Call):
            return
        callees = self.pointers.callees(function, statement)
        for callee in callees:
            self.callers.setdefault(callee.index, []).append(site)
        self.callees[site.key] = callees
        if callees:
            return
        for argument in statement.arguments:
            for handed in named_functions(self.program, function, argument, self.pointers):
                self.handed.setdefault(handed.index, []).append(site)
        effects = effects_of(self.program, function, statement, self.oracle)
        if effects is not None:
            into = effects.zeroes if effects.zeroes is not None else (effects.copies or (None,))[0]
            if into is not None and into < len(statement.arguments):
                type_ = self.program.value_type(function, statement.arguments[into])
                self._writes_whole(site, spelling.pointee(type_))
            self.library.append((site, effects))
            self._known[site.key] = effects
            for deferral in effects.defers:
                if deferral.member and deferral.reason is None:
                    for handed in self.pointers.named(deferral.member.rpartition(".")[2]):
                        self.handed.setdefault(handed.index, []).append(site)
        else:
            self.unknown.append(site)


def _goes_to_element(statement: ir.Statement) -> bool:
    """Whether the result of a call goes to an element of an array."""
    return (
        isinstance(statement, ir.Call)
        and statement.result is not None
        and any(step in (ir.Index(None), ir.Deref(None)) for step in statement.result.path)
    )


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
    `loses` says whether a context that nobody holds is lost.
    """

    def __init__(self, index: Index, cluster: Cluster) -> None:
        self.index = index
        self.cluster = cluster
        self._record = cluster.subject.record
        self.functions: dict[int, FunctionSlice] = {}
        self.tracked: set[LocationClass] = set()
        self._program = index.program
        self._marked: set[tuple[int, int, int]] = set()
        self._pending: deque[LocationClass | Function] = deque()
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
        if holder_of(self._program, function, value.location, self._record) in self.cluster.classes:
            return True
        type_ = self._program.value_type(function, value)
        return self._program.contains(spelling.pointee(type_) or type_, self._record)

    def _writes_info(self, function: Function, assign: ir.Assign) -> bool:
        if holder_of(self._program, function, assign.target, self._record) in self.cluster.classes:
            return True
        return isinstance(assign.value, ir.Zero | ir.Load) and self._program.contains(
            self._program.type_of(function, assign.target), self._record
        )

    # Closure

    def _slice_of(self, function: Function) -> FunctionSlice:
        known = self.functions.get(function.index)
        if known is None:
            known = self.functions[function.index] = FunctionSlice(function, self.index.flow(function))
            self._keep_ends(known)
            for site in self.index.callers.get(function.index, ()):
                self._mark(site, strong=False)
        return known

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
        for loop in own.flow.loops_around(block):
            key = (own.function.index, loop, strong)
            if key not in self._loops:
                self._loops.add(key)
                for leaving in own.flow.exits(loop):
                    self._branch(own, leaving, strong=strong)
        for branch in own.flow.controllers.get(block, ()):
            self._branch(own, branch, strong=strong)

    def _branch(self, own: FunctionSlice, block: int, *, strong: bool) -> None:
        known = own.branches.get(block)
        if known or (known is False and not strong):
            return
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
        self._control(own, block, strong=strong)

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
                self._mark(site, strong=False)
        self._close()

    def _declare(self) -> None:
        """Objects that begin their life in a function of the slice begin it as garbage."""
        records = {found[1] for found in self.tracked if found[0] == "f"}
        records.add(self._record)
        for own in self.functions.values():
            for number, block in enumerate(own.function.ir.blocks):
                for index, statement in enumerate(block.statements):
                    if isinstance(statement, ir.Declare) and number in own.flow.reachable:
                        type_ = self._program.variables[
                            self._program.resolve(own.function, statement.root)
                        ].type
                        if any(self._program.contains(type_, record) for record in records):
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
