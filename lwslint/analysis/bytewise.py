"""Which objects the program writes byte by byte, through pointers to characters.

Such writes are not followed, so nothing is known of what these objects hold. Flow-insensitive and by
classes of locations (`Program.classify`): from each store through a pointer to a character back over
copies and arguments to the addresses and the heap blocks that the pointer may come from.
"""

from __future__ import annotations

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.domain import Cell
from lwslint.analysis.index import Index
from lwslint.analysis.program import Function, LocationClass, Program, Site

_BYTES = frozenset({"char", "unsigned char", "signed char"})


class Bytewise:
    """Finds the objects of one program that are written byte by byte."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._program: Program = index.program
        self._pointers: set[LocationClass] = set()
        self._objects: set[LocationClass] = set()
        self._blocks: set[str] = set()
        self._pending: list[LocationClass] = []
        self._seed()
        while self._pending:
            self._follow(self._pending.pop())

    def writes(self, cell: Cell, found: LocationClass) -> bool:
        """Whether bytes of what stands in a cell, of the class `found`, or of its object are written."""
        return (
            found in self._objects
            or ("v", cell.object) in self._objects
            or cell.object.partition("@")[0] in self._blocks
        )

    def _seed(self) -> None:
        for site in self._program.sites():
            target = walk.target(site.statement)
            if target is None or not target.path or not isinstance(target.path[-1], ir.Deref):
                continue
            if spelling.bare(self._program.type_of(site.function, target)) in _BYTES:
                self._add(self._program.classify(site.function, target.root, target.path[:-1]))

    def _add(self, pointer: LocationClass) -> None:
        if pointer not in self._pointers:
            self._pointers.add(pointer)
            self._pending.append(pointer)

    def _follow(self, pointer: LocationClass) -> None:
        for site in self._index.writers.get(pointer, ()):
            statement = site.statement
            if isinstance(statement, ir.Assign):
                self._source(site.function, statement.value)
            elif isinstance(statement, ir.Call):
                self._from_call(site, statement)
        if pointer[0] != "v":
            return
        variable = self._program.variables.get(pointer[1])
        owner = self._program.functions[variable.owner] if variable and variable.owner is not None else None
        if owner is None or pointer[1] not in owner.parameters:
            return
        position = owner.parameters.index(pointer[1])
        for site in self._index.callers.get(owner.index, ()):
            if isinstance(site.statement, ir.Call) and position < len(site.statement.arguments):
                self._source(site.function, site.statement.arguments[position])

    def _from_call(self, site: Site, call: ir.Call) -> None:
        """A block of characters is no object of a struct, whatever else comes from the same allocator."""
        callees = self._index.callees.get(site.key, ())
        type_ = self._program.type_of(site.function, call.result) if call.result is not None else ""
        if spelling.pointee(type_) in _BYTES:
            return
        for callee in callees:
            for block in callee.ir.blocks:
                if isinstance(block.terminator, ir.Return) and block.terminator.value is not None:
                    self._source(callee, block.terminator.value)
        if not callees:
            self._blocks.add("heap:" + ".".join(map(str, site.key)))

    def _source(self, function: Function, value: ir.Value) -> None:
        """A pointer gets this value: what it points at is written, or what that is copied from."""
        for part in walk.parts(value):
            if not isinstance(part, ir.Load | ir.Address):
                continue
            location = part.location
            if isinstance(part, ir.Load):
                self._add(self._program.classify(function, location.root, location.path))
                continue
            self._objects.add(self._program.classify(function, location.root, location.path))
            through = [n for n, step in enumerate(location.path) if isinstance(step, ir.Deref)]
            if through and not any(isinstance(step, ir.Field) for step in location.path[through[-1] :]):
                self._add(self._program.classify(function, location.root, location.path[: through[-1]]))
