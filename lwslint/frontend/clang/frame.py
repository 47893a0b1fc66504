"""What lowering an expression works with: the unit, the graph, names for temporaries, spans."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.symbols import Symbols, Variable
from lwslint.frontend.clang.tree import Node
from lwslint.frontend.clang.types import TypeInfo

UNKNOWN = ir.Unknown()

WRAPPERS = frozenset({kinds.PAREN, kinds.CAST, kinds.UNEXPOSED_EXPR})


class Frame:
    """The function (or the initialiser) that is being lowered; layers above lower one kind of node each."""

    def __init__(self, symbols: Symbols, graph: Graph, name: str, here: ir.Span) -> None:
        """`name` is the function's; `here` stands in for spans that the parser does not know."""
        self.symbols = symbols
        self.types = symbols.types
        self.places = symbols.places
        self.graph = graph
        self.name = name
        self.here = here
        self.variables: list[ir.Variable] = []
        self.entries: dict[str, Node] = {}
        """Pointers that were declared as the address of an element of an array, and not assigned since."""
        self._names: dict[str, int] = {}
        self._temporaries = 0

    def _other(self, node: Node) -> ir.Value:
        for child in node.children:
            if child.kind < kinds.FIRST_STATEMENT:
                self.effect(child)
        return UNKNOWN

    def span(self, node: Node, needle: str = "") -> ir.Span:
        """Where a node stands."""
        return self.places.span(node.cursor, needle.encode()) or self.here

    def root(self, name: str) -> str:
        """A root for a new variable of that name."""
        count = self._names[name] = self._names.get(name, 0) + 1
        return f"%{name}" if count == 1 else f"%{name}.{count}"

    def temporary(self, type_name: str) -> ir.Location:
        """A new temporary."""
        self._temporaries += 1
        return ir.Location(f"%{self._temporaries - 1}", (), type_name)

    def assign(self, target: ir.Location, value: ir.Value, span: ir.Span, operator: str = "=") -> None:
        """Emit an assignment."""
        if not target.path:
            self.entries.pop(target.root, None)
        self.graph.emit(ir.Assign(target, value, span, operator))

    # What the layers above supply.

    def value(self, node: Node) -> ir.Value:
        """The value of an expression; its effects are emitted."""
        raise NotImplementedError

    def effect(self, node: Node) -> None:
        """Emit what an expression does; nobody looks at its value."""
        raise NotImplementedError

    def location(self, node: Node) -> ir.Location:
        """The memory that an expression names; of another value, a temporary that holds it."""
        raise NotImplementedError

    def condition(self, node: Node, then: int, other: int) -> None:
        """Branch on an expression and end the current block."""
        raise NotImplementedError

    def call(
        self, node: Node, target: ir.Location | None, *, wanted: bool = True, void_cast: bool = False
    ) -> ir.Value | None:
        """Emit a call into `target` or a temporary; the value that the caller has still to use, if any."""
        raise NotImplementedError

    def dispatch(self, node: Node, call: ir.Call) -> bool:
        """Emit a call through a table of functions as a switch; says whether it is one."""
        raise NotImplementedError

    def compound_value(self, node: Node) -> ir.Value:
        """The value of the compound statement of a statement expression."""
        raise NotImplementedError

    def initialise(self, target: ir.Location, info: TypeInfo, node: Node, span: ir.Span) -> None:
        """Assign an initialiser to what was just declared."""
        raise NotImplementedError

    def new_literal(self, info: TypeInfo, span: ir.Span) -> Variable:
        """A variable for a compound literal."""
        raise NotImplementedError


def unwrapped(node: Node) -> Node:
    """The expression without parentheses and casts."""
    while node.kind in WRAPPERS and len(node.children) == 1 and node.children[0].kind != kinds.MEMBER_REF:
        node = node.children[0]
    return node
