"""Which functions run as protocol callbacks, under which reasons, and which parameters they then have."""

from __future__ import annotations

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.domain import Mark
from lwslint.analysis.pointers import FunctionPointers
from lwslint.analysis.program import Function, LocationClass, Program
from lwslint.lws.knowledge import Knowledge, Meaning

OTHER_REASON = -1
"""Stands for every reason that the program does not name."""

_PREFIX = "LWS_CALLBACK_"


class Roles:
    """The callbacks of a program and the reasons that it tells apart, with the mark of each."""

    def __init__(self, program: Program, pointers: FunctionPointers, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.callbacks = pointers.members(spelling.PROTOCOLS, "callback")
        self._names: dict[int, str] = {}
        for function in program.functions:
            for block in function.ir.blocks:
                self._collect(block)
        self._collect_numbers(program)
        self.reasons = (*sorted(self._names), OTHER_REASON)
        self.spontaneous = tuple(value for value in self.reasons if not self._needs_destroy(value))
        self.marks = {value: self._mark(name) for value, name in self._names.items()}
        self.marks[OTHER_REASON] = Mark.NONE

    def name(self, reason: int) -> str:
        """The name of a reason without its prefix."""
        return self._names.get(reason, "another reason").removeprefix(_PREFIX)

    def names(self) -> tuple[str, ...]:
        """The reasons that the program names, in full."""
        return tuple(self._names.values())

    def number(self, name: str) -> int | None:
        """The number of a reason that the program names."""
        return next((value for value, known in self._names.items() if known == name), None)

    def _collect(self, block: ir.Block) -> None:
        if isinstance(block.terminator, ir.Switch):
            for case in block.terminator.cases:
                self._name(case.low, case.name)
        for statement in (*block.statements, block.terminator):
            for value in walk.values(statement):
                for part in walk.parts(value):
                    if isinstance(part, ir.Const):
                        self._name(part.value, part.name)

    def _collect_numbers(self, program: Program) -> None:
        """Reasons that the program writes as numbers: what a reason, or a copy of one, is compared with."""
        held: set[LocationClass] = {
            ("v", callback.parameters[reason_parameter(callback)])
            for callback in self.callbacks
            if reason_parameter(callback) < len(callback.parameters)
        }
        for site in program.sites():
            statement = site.statement
            if isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Load):
                source = statement.value.location
                if program.classify(site.function, source.root, source.path) in held:
                    held.add(program.classify(site.function, statement.target.root, statement.target.path))
        for function in program.functions:
            for block in function.ir.blocks:
                for value in walk.values(block.terminator):
                    self._compared(program, function, value, held)
                self._chosen(program, function, block.terminator, held)

    def _chosen(
        self, program: Program, function: Function, terminator: ir.Terminator, held: set[LocationClass]
    ) -> None:
        if isinstance(terminator, ir.Switch) and isinstance(terminator.value, ir.Load):
            location = terminator.value.location
            if program.classify(function, location.root, location.path) in held:
                for case in terminator.cases:
                    self._number(case.low)

    def _number(self, value: int) -> None:
        known = self._knowledge.reason_by_value(value, self._knowledge.newest())
        if known is not None:
            self._names.setdefault(value, known.name)

    def _compared(
        self, program: Program, function: Function, value: ir.Value, held: set[LocationClass]
    ) -> None:
        if (
            isinstance(value, ir.Binary)
            and isinstance(value.left, ir.Load)
            and isinstance(value.right, ir.Const)
        ):
            location = value.left.location
            if program.classify(function, location.root, location.path) in held:
                self._number(value.right.value)

    def _needs_destroy(self, value: int) -> bool:
        """Whether only the end of a context delivers a reason."""
        reason = self._knowledge.reason(self._names.get(value, ""))
        return reason is not None and reason.by_destroy and reason.meaning is Meaning.LIFECYCLE

    def _name(self, value: int, name: str) -> None:
        if name.startswith(_PREFIX):
            self._names[value] = name

    def _mark(self, name: str) -> Mark:
        reason = self._knowledge.reason(name)
        if reason is None:
            return Mark.NONE
        return {Meaning.LOSS: Mark.LOSS, Meaning.SUCCESS: Mark.SUCCESS}.get(reason.meaning, Mark.NONE)


def reason_parameter(function: Function) -> int:
    """The position of the parameter that receives the reason (it moved in release 1.6)."""
    for position, parameter in enumerate(function.ir.parameters):
        if spelling.bare(parameter.type) in spelling.REASONS:
            return position
    return 1


def wsi_parameter(function: Function) -> int:
    """The position of the parameter that receives the connection."""
    return max(reason_parameter(function) - 1, 0)
