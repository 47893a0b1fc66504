"""Timers that outlive the object they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.flow import Flow
from lwslint.analysis.pointers import named_functions
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.mends import expression
from lwslint.analysis.questions.wording import as_written
from lwslint.lws.effects import Effects, Role
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

_SUL = "struct lws_sorted_usec_list"
_Member: TypeAlias = tuple[str, str]
"""A record and the member of it that is a timer."""


class OutlivedOwner(NamedTuple):
    """An object that is freed though a timer in it may be scheduled, and nothing ever cancels that timer.

    `object` is the pointer as it is written (`pointer` in C, empty if that is not plain), `member` the timer,
    `runs` the function that it calls.
    """

    place: Place
    function: str
    object: str
    pointer: str
    member: str
    runs: str
    steps: tuple[Step, ...]


class _Timers:
    """The timers that are members of records: where they are scheduled, and which are taken back."""

    def __init__(self, program: Explored) -> None:
        self.program = program
        self.scheduled: dict[_Member, list[tuple[Site, Function]]] = {}
        self.cancelled: set[_Member] = set()
        self.any_cancelled = False
        for site, _ in program.index.library:
            effects = program.known_at_target(program.callee_name(site))
            if effects is not None and isinstance(site.statement, ir.Call):
                self._add(site, site.statement, effects)

    def _add(self, site: Site, call: ir.Call, effects: Effects) -> None:
        if effects.cancels is not None and effects.cancels < len(call.arguments):
            self._cancel(site, call.arguments[effects.cancels])
            return
        removes = self.program.callee_name(site) in ("lws_dll2_remove", "lws_sul_schedule")
        for deferral in effects.defers:
            if deferral.role is not Role.SUL or deferral.data is None or deferral.member:
                continue
            if max(deferral.data, deferral.function) >= len(call.arguments):
                continue
            timer = call.arguments[deferral.data]
            runs = named_functions(
                self.program.linked, site.function, call.arguments[deferral.function], self.program.pointers
            )
            member = self._member(site.function, timer)
            if not runs:
                self._cancel(site, timer)  # -1 as delay, NULL as function: taken back
            elif member is not None:
                self.scheduled.setdefault(member, []).append((site, runs[0]))
            if removes and deferral.delay is not None and deferral.delay < len(call.arguments):
                delay = call.arguments[deferral.delay]
                if isinstance(delay, ir.Const | ir.Unary) and not (
                    isinstance(delay, ir.Const) and delay.value >= 0
                ):
                    self._cancel(site, timer)
        if removes and not effects.defers and call.arguments:
            self._cancel(site, call.arguments[0])

    def _cancel(self, site: Site, timer: ir.Value) -> None:
        member = self._member(site.function, timer)
        if member is not None:
            self.cancelled.add(member)
        elif not self._is_other_list(site.function, timer):
            self.any_cancelled = True

    def _is_other_list(self, function: Function, taken: ir.Value) -> bool:
        """Whether what is taken out of a list is a member of a record, and that record no timer."""
        if not isinstance(taken, ir.Address) or not taken.location.path:
            return False
        *outer, last = taken.location.path
        location = ir.Location(taken.location.root, tuple(outer))
        if not isinstance(last, ir.Field):
            return False
        kinds = [
            spelling.bare(self.program.linked.type_of(function, one)) for one in (taken.location, location)
        ]
        return "" not in kinds and _SUL not in kinds

    def _member(self, function: Function, timer: ir.Value) -> _Member | None:
        """The record and member that a pointer to a timer points at; None for a pointer out of a variable."""
        if not isinstance(timer, ir.Address):
            return None
        path = timer.location.path
        for end in range(len(path), 0, -1):
            step = path[end - 1]
            if isinstance(step, ir.Field):
                inner = ir.Location(timer.location.root, path[:end])
                if spelling.bare(self.program.linked.type_of(function, inner)) == _SUL:
                    outer = ir.Location(timer.location.root, path[: end - 1])
                    return spelling.bare(self.program.linked.type_of(function, outer)), step.name
        return None

    # Frees

    def outlived(self) -> Iterator[OutlivedOwner]:
        """Each free, by code that the loop runs, of an object with a timer that nothing takes back."""
        if self.any_cancelled:
            return
        for site, _ in self.program.index.library:
            effects = self.program.known_at_target(self.program.callee_name(site))
            call = site.statement
            if effects is None or effects.frees is None or not isinstance(call, ir.Call):
                continue
            if effects.frees >= len(call.arguments):
                continue
            owner = call.arguments[effects.frees]
            record = spelling.pointee(self.program.linked.value_type(site.function, owner))
            for member, starts in sorted(self.scheduled.items(), key=lambda item: item[0]):
                timers = {runs.index for _, runs in starts}
                taken_back = member[0] != record or member in self.cancelled
                if taken_back:
                    continue
                if self._in_the_loop(site.function, timers):
                    yield self._found(site, owner, member, starts[0])
                    continue
                straight = next((one for one in starts if self._before_the_loop(one[0], site, owner)), None)
                if straight is not None:
                    yield self._found(site, owner, member, straight)

    def _before_the_loop(self, scheduled: Site, freed: Site, owner: ir.Value) -> bool:
        """Whether a function frees what it has just scheduled a timer of, and runs the loop after that.

        The loop must not have run between, for the timer may have run out in it; nor may the pointer change.
        """
        call = scheduled.statement
        if scheduled.function is not freed.function or not isinstance(owner, ir.Load):
            return False
        assert isinstance(call, ir.Call)
        timers = [part for argument in call.arguments for part in walk.parts(argument)]
        if not any(
            isinstance(part, ir.Address)
            and part.location.root == owner.location.root
            and part.location.path[: len(owner.location.path) + 1] == (*owner.location.path, ir.Deref(0))
            for part in timers
        ):
            return False
        function = freed.function
        flow = self.program.index.flow(function)
        if scheduled.block != freed.block or freed.index <= scheduled.index:
            return False
        between = function.ir.blocks[freed.block].statements[scheduled.index + 1 : freed.index]
        if any(walk.target(statement) == owner.location for statement in between):
            return False
        loops = [
            site
            for site, effects in self.program.index.library
            if effects.runs_loop and site.function is function
        ]
        if any(site.block == freed.block and scheduled.index < site.index < freed.index for site in loops):
            return False
        return any(
            (site.block == freed.block and site.index > freed.index)
            or site.block in _reached(flow, freed.block)
            for site in loops
        )

    def _in_the_loop(self, function: Function, timers: Iterable[int]) -> bool:
        """Whether the loop comes to a function, and not by the timer itself, which is over then."""
        index = self.program.index
        callbacks = {callback.index for callback in self.program.roles.callbacks}
        seen = {function.index}
        pending = [function.index]
        while pending:
            for site in index.callers.get(pending.pop(), ()):
                if site.function.index not in seen:
                    seen.add(site.function.index)
                    pending.append(site.function.index)
        return not seen.isdisjoint(callbacks) and seen.isdisjoint(timers)

    def _found(
        self, site: Site, owner: ir.Value, member: _Member, start: tuple[Site, Function]
    ) -> OutlivedOwner:
        scheduled, runs = start
        name = as_written(owner)
        place = self.program.site_place(site)
        steps = (
            Step(
                self.program.site_place(scheduled),
                f"`{member[1]}` is scheduled to call `{runs.name}()`",
                StepKind.CALL,
                scheduled.function.name,
            ),
            Step(place, f"`{name}` is freed with it", StepKind.DESTROY, site.function.name),
        )
        pointer = (
            expression(self.program.linked, site.function, owner.location)
            if isinstance(owner, ir.Load)
            else ""
        )
        return OutlivedOwner(place, site.function.name, name, pointer, member[1], runs.name, steps)


def _reached(flow: Flow, block: int) -> set[int]:
    """The blocks that follow a block."""
    found: set[int] = set()
    pending = list(flow.successors[block])
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending.extend(flow.successors[one])
    return found


def outlived_owners(program: Explored) -> tuple[OutlivedOwner, ...]:
    """Objects that are freed though a timer in them may be scheduled, in source order."""
    return tuple(sorted(_Timers(program).outlived(), key=lambda one: one.place))
