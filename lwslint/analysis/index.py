"""Where each class of locations of a program is written, who calls whom, and what runs by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from lwslint import ir
from lwslint.analysis import bounds, spelling, walk
from lwslint.analysis.clusters import Oracle, effects_of
from lwslint.analysis.flow import Flow
from lwslint.analysis.pointers import FunctionPointers, named_functions
from lwslint.analysis.program import Function, LocationClass, Program, Site
from lwslint.lws.effects import Effects, Role


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

    def counts(self, found: LocationClass) -> bool:
        """Whether something is computed for it, so that its values are no mere choice of constants."""
        return any(
            isinstance(site.statement, ir.Assign) and isinstance(site.statement.value, ir.Binary)
            for site in self.writers.get(found, ())
        )

    def is_known(self, key: tuple[int, int, int]) -> bool:
        """Whether a statement, by `Site.key`, calls a function of the library or the system."""
        return key in self._known

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

    @cached_property
    def loops_in_thread(self) -> bool:
        """Whether another thread runs the event loop: what it is told comes to light where others wait."""
        return any(effects.runs_loop and self.runs_by_itself(site.function) for site, effects in self.library)

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
        callers = [caller for caller in self.callers.get(site.function.index, ()) if self.cyclic(caller)]
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
            type_ = spelling.innermost(member.type)
            if spelling.is_record(type_):
                yield from self._inside(type_, depth + 1)

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
