"""The objects of a program by type, and which one a pointer of unknown origin stands for.

A callback gets its `user` pointer from the library, a thread its argument from far away. Where only
one object of the type exists in the program, the pointer means that one; where there are several,
a *stand-in* of its own is what all such pointers mean together.
"""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.analysis import spelling
from lwslint.analysis.domain import ANY_OTHER, STAND_IN, Cell, Range, Sort, State, Value, truth
from lwslint.analysis.program import LocationClass, Program
from lwslint.analysis.slice import Slice


class Objects:
    """The objects that a slice works on."""

    def __init__(self, program: Program, slice_: Slice) -> None:
        self._program = program
        self._slice = slice_
        self._record = slice_.cluster.subject.record
        self._records = {found[1] for found in slice_.tracked if found[0] == "f"}
        self._by_type: dict[str, list[Cell]] = {}
        self.heap_types: dict[str, str] = {}
        self.statics: list[str] = []
        self._tracked: dict[Cell, bool] = {}
        self._counts: dict[Cell, bool] = {}
        self._constants: dict[Cell, set[int] | None] = {}
        for key, variable in program.variables.items():
            owner = variable.owner
            if owner is not None and (owner not in slice_.functions or key not in slice_.index.exposed):
                continue
            if self._matters(key, variable.type):
                if variable.static and not self._is_of_another(key, variable.type):
                    self.statics.append(key)
                self._enter(Cell(key), variable.type, 0)

    def _is_of_another(self, key: str, type_: str) -> bool:
        """Whether it is an info by itself that nothing in the cluster has to do with."""
        return spelling.innermost(type_) == self._record and ("v", key) not in self._slice.tracked

    def _matters(self, key: str, type_: str) -> bool:
        if ("v", key) in self._slice.tracked:
            return True
        type_ = spelling.innermost(type_)
        return spelling.is_record(type_) and self._holds_tracked(type_, 0)

    def _holds_tracked(self, record: str, depth: int) -> bool:
        if record in self._records or record == self._record:
            return True
        layout = self._program.records.get(record)
        if layout is None or depth > 5:
            return False
        return any(
            self._holds_tracked(spelling.bare(member.type), depth + 1)
            for member in layout.members
            if spelling.is_record(member.type)
        )

    def _enter(self, cell: Cell, type_: str, depth: int) -> None:
        """Note an object and the records inside it under their types."""
        type_ = spelling.bare(type_)
        if spelling.element(type_):
            self._enter(Cell(cell.object, (*cell.path, "*")), spelling.element(type_), depth)
            return
        if not spelling.is_record(type_) or depth > 3:
            return
        self._by_type.setdefault(type_, []).append(cell)
        layout = self._program.records.get(type_)
        for member in layout.members if layout else ():
            if spelling.is_record(member.type) and self._holds_tracked(spelling.bare(member.type), 0):
                self._enter(Cell(cell.object, (*cell.path, member.name)), member.type, depth + 1)

    def allocate(self, name: str, type_: str) -> None:
        """A heap block of that type may come into being under this name."""
        if name not in self.heap_types:
            self.heap_types[name] = type_
            self._enter(Cell(name), type_, 0)

    def holding(self, type_: str) -> Iterator[str]:
        """The names of the objects that a pointer of unknown origin to `type_` may lead into."""
        yield STAND_IN + type_
        for cell in self._by_type.get(type_, ()):
            yield cell.object

    def tracked(self, cell: Cell) -> bool:
        """Whether values in that cell matter to the slice."""
        known = self._tracked.get(cell)
        if known is None:
            known = self._tracked[cell] = self._is_tracked(cell)
        return known

    def counts(self, cell: Cell) -> bool:
        """Whether a cell is a counter, or whatever else is computed: not one of a few constants."""
        known = self._counts.get(cell)
        if known is None:
            known = self._counts[cell] = self._slice.index.counts(self.class_of(cell))
        return known

    def distinct(self, cell: Cell, value: Value) -> Value:
        """The value, or one that stands for all that the program does not tell apart in this cell."""
        if cell not in self._constants:
            self._constants[cell] = self._slice.index.told_apart(self.class_of(cell))
        constants = self._constants[cell]
        if constants is None:
            return value
        if isinstance(value, int):
            return value if value == 0 or value in constants else ANY_OTHER
        if constants <= {0} and (value is Sort.NONZERO or (isinstance(value, Range) and truth(value))):
            return ANY_OTHER
        return value

    def class_of(self, cell: Cell) -> LocationClass:
        """The class of locations that a cell belongs to."""
        names = [index for index, step in enumerate(cell.path) if isinstance(step, str) and step != "*"]
        if not names:
            return ("v", cell.object)
        holder = Cell(cell.object, cell.path[: names[-1]])
        return ("f", spelling.bare(self.type_of(holder)), str(cell.path[names[-1]]))

    def _is_tracked(self, cell: Cell) -> bool:
        found = self.class_of(cell)
        tracked = self._slice.tracked
        return found in tracked or (found[0] == "v" and ("d", self.type_of(cell)) in tracked)

    def type_of(self, cell: Cell) -> str:
        """The type of what stands in a cell; empty where it is not known."""
        if cell.object.startswith(STAND_IN):
            type_ = cell.object.removeprefix(STAND_IN)
        elif cell.object in self.heap_types:
            type_ = self.heap_types[cell.object]
        else:
            variable = self._program.variables.get(cell.object)
            type_ = variable.type if variable else ""
        for step in cell.path:
            if isinstance(step, str) and step != "*":
                type_ = self._program.member_type(spelling.bare(type_), step)
            else:
                type_ = spelling.element(type_) or type_
        return type_

    def stand_in(self, state: State, type_: str) -> Cell | None:
        """The cell that a pointer of unknown origin to `type_` means; None for a type without objects."""
        type_ = spelling.bare(type_)
        if not spelling.is_record(type_) or type_ in spelling.CONTEXTS:
            return None
        known = self._by_type.get(type_, ())
        if len(known) == 1 and Cell(known[0].object) in state.base:
            return known[0]
        if type_ in self._records or type_ == self._record:
            return Cell(STAND_IN + type_)
        return None
