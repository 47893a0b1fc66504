"""Under which callback reasons a statement may run, by the branches on the reason alone.

A forward analysis over sets of reasons: in a protocol callback, and in every function that is called
from one, in the same activation. Scheduled work and threads have no reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from lwslint import ir
from lwslint.analysis.index import Index
from lwslint.analysis.program import Function, LocationClass, Program, Site
from lwslint.analysis.roles import OTHER_REASON, Roles, reason_parameter

_Reasons = frozenset[int]
_NONE: _Reasons = frozenset()


class ReasonSets:
    """The reasons of each block, for functions that a protocol callback leads to."""

    def __init__(self, program: Program, index: Index, roles: Roles) -> None:
        self._program = program
        self._index = index
        self._roles = roles
        self._entries: dict[int, _Reasons] = {}
        self._blocks: dict[int, dict[int, _Reasons]] = {}
        self._carriers: set[LocationClass] = set()
        self._run()

    def of(self, site: Site) -> _Reasons:
        """The reasons under which a statement may run; none if no protocol callback leads to it."""
        return self._blocks.get(site.function.index, {}).get(site.block, _NONE)

    def names(self, site: Site) -> frozenset[str]:
        """The same by name, without LWS_CALLBACK_; the reasons that the program does not name are ""."""
        return frozenset(
            "" if reason == OTHER_REASON else self._roles.name(reason) for reason in self.of(site)
        )

    def _run(self) -> None:
        everything = frozenset(self._roles.reasons)
        pending: list[Function] = []
        for callback in self._roles.callbacks:
            position = reason_parameter(callback)
            if position < len(callback.parameters):
                self._carriers.add(("v", callback.parameters[position]))
            self._entries[callback.index] = everything
            pending.append(callback)
        while pending:  # each entry set only grows: at most one round for each function and reason
            function = pending.pop()
            blocks = self._blocks[function.index] = self._flow(function)
            for site, callee in self._calls(function):
                reasons = blocks.get(site.block, _NONE)
                known = self._entries.get(callee.index, _NONE)
                passed = self._pass_reason(site, callee)
                if not reasons <= known or passed:
                    self._entries[callee.index] = known | reasons
                    pending.append(callee)

    def _calls(self, function: Function) -> Iterator[tuple[Site, Function]]:
        for number, block in enumerate(function.ir.blocks):
            for at, statement in enumerate(block.statements):
                if isinstance(statement, ir.Call):
                    site = self._program.site(function, number, at)
                    for callee in self._index.callees.get(site.key, ()):
                        yield site, callee

    def _pass_reason(self, site: Site, callee: Function) -> bool:
        """Whether a call makes a parameter known to hold the reason that was not."""
        call = site.statement
        assert isinstance(call, ir.Call)
        found = False
        for parameter, argument in zip(callee.parameters, call.arguments, strict=False):
            key: LocationClass = ("v", parameter)
            if key not in self._carriers and self._holds_reason(site.function, argument):
                self._carriers.add(key)
                found = True
        return found

    def _holds_reason(self, function: Function, value: ir.Value) -> bool:
        if not isinstance(value, ir.Load):
            return False
        return self._program.classify(function, value.location.root, value.location.path) in self._carriers

    def _flow(self, function: Function) -> dict[int, _Reasons]:
        found: dict[int, _Reasons] = {0: self._entries[function.index]}
        flow = self._index.flow(function)
        pending = [0]
        while pending:
            number = pending.pop()
            if number in flow.ends:
                continue
            terminator = function.ir.blocks[number].terminator
            for target, reasons in self._edges(function, terminator, found[number], flow.successors[number]):
                known = found.get(target, _NONE)
                if reasons and not reasons <= known:
                    found[target] = known | reasons
                    pending.append(target)
        return found

    def _edges(
        self, function: Function, terminator: ir.Terminator, reasons: _Reasons, successors: tuple[int, ...]
    ) -> Iterator[tuple[int, _Reasons]]:
        if isinstance(terminator, ir.Switch) and self._holds_reason(function, terminator.value):
            left = reasons
            for case in terminator.cases:
                taken = frozenset(reason for reason in reasons if case.low <= reason <= case.high)
                left -= taken
                yield case.target, taken
            yield terminator.default, left
            return
        if isinstance(terminator, ir.Branch) and isinstance(terminator.condition, ir.Binary):
            condition = terminator.condition
            if (
                condition.operator in ("==", "!=")
                and isinstance(condition.right, ir.Const)
                and self._holds_reason(function, condition.left)
            ):
                equal = reasons & {condition.right.value}
                then, other = (equal, reasons - equal)
                if condition.operator == "!=":
                    then, other = other, then
                yield terminator.then, then
                yield terminator.other, other
                return
        for successor in successors:
            yield successor, reasons
