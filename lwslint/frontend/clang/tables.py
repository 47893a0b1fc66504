"""Calls through a table of functions: a call of one of them for each index, as a switch would make it."""

from __future__ import annotations

from collections import Counter

import msgspec

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.frame import unwrapped
from lwslint.frontend.clang.initialisers import Initialiser, labels
from lwslint.frontend.clang.scopes import Scopes
from lwslint.frontend.clang.tree import Node

MAX_CASES = 64
"""Entries told apart; in a larger table the function that stands in most of them is for all others."""


class Table(msgspec.Struct, frozen=True):
    """The functions of a table by index, and the names of the indexes. `closed`: nothing else is in it."""

    index: ir.Value
    functions: dict[int, str]
    names: dict[int, str]
    other: str
    closed: bool


class Tables(Scopes):
    """Lowers calls through arrays whose initialiser names functions."""

    def dispatch(self, node: Node, call: ir.Call) -> bool:
        """Emit a call through a table as a switch over the index; says whether it is one."""
        table = self._table(node, call.callee)
        if table is None:
            return False
        head, after, span = self.graph.current, self.graph.block(), call.span
        self.graph.end(ir.Unreachable())
        blocks = {name: self.graph.block() for name in dict.fromkeys(table.functions.values())}
        for name, block in blocks.items():
            self.graph.go(block)
            self.graph.emit(msgspec.structs.replace(call, callee=ir.FunctionRef(name)))
            self.graph.end(ir.Jump(after))
        default = self.graph.block()
        self.graph.go(default)
        if table.other:
            self.graph.emit(msgspec.structs.replace(call, callee=ir.FunctionRef(table.other)))
            self.graph.end(ir.Jump(after))
        elif table.closed:
            self.graph.end(ir.Unreachable())
        else:
            self.graph.emit(call)
            self.graph.end(ir.Jump(after))
        self.graph.go(after)
        cases = tuple(
            ir.Case(at, at, blocks[name], table.names.get(at, ""), span)
            for at, name in sorted(table.functions.items())
        )
        self.graph.end_block(head, ir.Switch(table.index, cases, default, span))
        return True

    def _table(self, node: Node, callee: ir.Value) -> Table | None:
        """The table that a function pointer is read from, by an index that is a variable."""
        if not isinstance(callee, ir.Load):
            return None
        location = callee.location
        subscript = _subscript(node)
        if subscript is None and location.path[:1] == (ir.Deref(0),) and location.root in self.entries:
            subscript = self.entries[location.root]
            entry = self.location(subscript)
            location = ir.Location(entry.root, (*entry.path, *location.path[1:]), location.type)
        known = self.symbols.globals.get(location.root)
        if subscript is None or known is None or location.root not in self.symbols.lists:
            return None
        index = unwrapped(subscript.children[1])
        if location.path[:1] != (ir.Index(None),) or index.kind not in (kinds.DECL_REF, kinds.MEMBER):
            return None
        functions, names = self._entries(known, location.path[1:])
        if not names:
            return None  # a list to go through, and no table to look things up in
        other = ""
        if len(functions) > MAX_CASES:
            other = Counter(functions.values()).most_common(1)[0][0]
            functions = {at: name for at, name in functions.items() if name != other}
        if not 0 < len(functions) <= MAX_CASES:
            return None
        return Table(self.value(index), functions, names, other, known.const)

    def _entries(
        self, known: ir.Global, member: tuple[ir.Step, ...]
    ) -> tuple[dict[int, str], dict[int, str]]:
        """The functions in that member of the elements of an array, by index; the names of the indexes."""
        functions: dict[int, str] = {}
        info = self.types.named(known.type)
        if info is None or not info.is_array:
            return functions, {}
        listed = self.symbols.lists[known.root]
        apart = type(self)(self.symbols, Graph(), self.name, self.here)
        Initialiser(apart).assign(ir.Location(known.root, (), known.type), info, listed, self.here)
        for assign in (statement for block in apart.graph.finish() for statement in block.statements):
            if not isinstance(assign, ir.Assign) or assign.target.path[1:] != member:
                continue
            match assign.target.path[:1], assign.value:
                case (ir.Index(int(at)),), ir.FunctionRef(name):
                    functions[at] = name
                case (ir.Index(int(at)),), _:
                    functions.pop(at, None)
        return functions, labels(apart, listed)


def _subscript(node: Node) -> Node | None:
    """The subscript that a callee is read through: `table[i]`, `table[i].handler`, `(*table[i])`."""
    inner = unwrapped(node)
    while inner.kind in (kinds.MEMBER, kinds.UNARY) and inner.children:
        inner = unwrapped(inner.children[0])
    return inner if inner.kind == kinds.SUBSCRIPT and len(inner.children) == 2 else None
