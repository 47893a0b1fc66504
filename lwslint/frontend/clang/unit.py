"""A parsed translation unit as IR: its functions, globals, records, prototypes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable as Function
from collections.abc import Iterator
from functools import cached_property

from lwslint import ir
from lwslint.frontend.clang import builtins, kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.declarations import initialiser
from lwslint.frontend.clang.frame import UNKNOWN
from lwslint.frontend.clang.initialisers import Initialiser
from lwslint.frontend.clang.library import BREAK, CONTINUE, RECURSE, Cursor, Location, Visitor, load
from lwslint.frontend.clang.places import File, Places
from lwslint.frontend.clang.statements import Statements
from lwslint.frontend.clang.symbols import Callable, Symbols, Variable
from lwslint.frontend.clang.tree import Node, collect
from lwslint.frontend.clang.types import TypeInfo, Types, record
from lwslint.frontend.lexing import uses_library

MAX_TABLE = 256
"""Arrays of plain numbers with more bytes than this are not lowered element by element."""

MAX_NODES = 200_000
"""Of a unit with more syntax nodes, what does not name the library is left out; with twice as many, all."""

_START = ir.Span(0, 1, 1, 1, 1)
_TOO_DEEP = (RecursionError, ctypes.ArgumentError)
"""What is raised where calls nest too deeply; the second where that shows in a call of libclang."""


class Lowering:
    """Lowers one unit; the pieces of `ir.Unit` collect in it."""

    def __init__(
        self,
        unit: int,
        number: Function[[str, Location], int],
        skipped: frozenset[str] = frozenset(),
        *,
        torn: bool = False,
    ) -> None:
        """`number` as in `Places`; functions named in `skipped` are not lowered; `torn` as in `collect`."""
        self._torn = torn
        self.unit = unit
        self.skipped = skipped
        self.places = Places(unit, number)
        self.types = Types(unit)
        self.symbols = Symbols(self.places, self.types)
        self.symbols.torn = torn
        self.functions: list[ir.Function] = []
        self._defined: dict[str, None] = {}
        self._nodes = 0
        self._left_out: list[ir.Span] = []

    def run(self) -> None:
        """Lower every declaration of the program's own files."""
        for cursor in self.top_level:
            if cursor.kind == kinds.FUNCTION_DECL:
                self._function(cursor)
            elif cursor.kind == kinds.VAR_DECL:
                self._global(cursor)
            elif cursor.kind in (kinds.STRUCT_DECL, kinds.UNION_DECL):
                self._record(cursor)
        self._initialisers()
        if self._left_out:
            text = f"too large: {len(self._left_out)} definitions from here on were left out"
            self.symbols.broken(text, self._left_out[0])

    @cached_property
    def top_level(self) -> list[Cursor]:
        """The declarations of file scope in the program's own files."""
        library = load()
        places = self.places
        found: list[Cursor] = []

        def visit(cursor: Cursor, _: Cursor, __: None) -> int:
            place = places.start(cursor)
            if place is not None and place[0].index >= 0:
                found.append(cursor)
            return CONTINUE

        library.clang_visitChildren(library.clang_getTranslationUnitCursor(self.unit), Visitor(visit), None)
        return found

    def definitions(self) -> Iterator[tuple[str, ir.Span]]:
        """Name and stretch of each function with a body in the program's own files."""
        for cursor in self.top_level:
            if cursor.kind == kinds.FUNCTION_DECL and self.symbols.is_definition(cursor):
                span = self.places.span(cursor)
                if span is not None:
                    yield self.symbols.name(cursor), span

    def reached(self, main: File, wanted: list[int]) -> set[int]:
        """The lines of the unit's own file in which cursors start, of declarations around `wanted` ones.

        Of a declaration with more than `MAX_NODES` cursors, which is left out and noted, all lines count. (To
        libclang, structs nested in each other have twice as many with each level.)
        """
        library, places = load(), self.places
        offsets: set[int] = set()
        visited = 0

        def visit(cursor: Cursor, _: Cursor, __: None) -> int:
            nonlocal visited
            visited += 1
            if visited > MAX_NODES:
                return BREAK
            place = places.find(places.extent(cursor).begin)
            if place is not None and place[0] is main:
                offsets.add(place[1])
            return RECURSE

        visitor = Visitor(visit)
        for cursor in self.top_level:
            stretch = places.stretch(cursor)
            if stretch is None or stretch[0] is not main:
                continue
            if any(stretch[1] <= offset < stretch[2] for offset in wanted):
                visited = 0
                visit(cursor, cursor, None)
                library.clang_visitChildren(cursor, visitor, None)
                if visited > MAX_NODES:
                    offsets.update(offset for offset in wanted if stretch[1] <= offset < stretch[2])
        return {main.place(offset)[0] for offset in offsets}

    def _record(self, cursor: Cursor) -> None:
        info = self.types.of(cursor)
        if not info.size or not self.symbols.is_definition(cursor):
            return
        if not (self.symbols.torn and self.symbols.is_repeated(cursor)):
            self.symbols.use_type(info)

    def _function(self, cursor: Cursor) -> None:
        callee = self.symbols.function(cursor)
        if not self.symbols.is_definition(cursor):
            return
        if callee.name in self._defined or callee.name in self.skipped:
            return
        tree = self._tree(cursor)
        if tree is None:
            return
        body = next((child for child in tree.children if child.kind == kinds.COMPOUND), None)
        if body is None:
            return
        self._defined[callee.name] = None
        name_span = (
            self.places.name_span(cursor, len(callee.name.encode("utf-8", "surrogateescape"))) or _START
        )
        try:
            self.functions.append(self._lowered(cursor, callee, tree, body, name_span))
        except _TOO_DEEP:
            self.symbols.broken(f"{callee.name}: nested too deeply", name_span)

    def _lowered(
        self, cursor: Cursor, callee: Callable, tree: Node, body: Node, name_span: ir.Span
    ) -> ir.Function:
        graph = Graph()
        statements = Statements(self.symbols, graph, callee.name, name_span)
        for child in tree.children:
            if child.kind == kinds.PARM_DECL:
                name = self.symbols.name(child.cursor)
                statements.add_variable(child.cursor, name, self.types.value_of(child.cursor))
        parameters = tuple(statements.variables)
        statements.body(body)
        result, _, variadic = callee.type.signature()
        storage = self.symbols.storage(cursor)
        return ir.Function(
            name=callee.name,
            static=storage == kinds.STORAGE_STATIC,
            result=result.name,
            parameters=parameters,
            variables=tuple(statements.variables[len(parameters) :]),
            blocks=graph.finish(),
            span=name_span,
            end=statements.closing(body),
            variadic=variadic,
        )

    def _global(self, cursor: Cursor) -> None:
        variable = self.symbols.file_variable(cursor)
        variable = Variable(variable.root, self.types.of(cursor))
        tree = self._initialiser_tree(cursor, variable.type)
        value = initialiser(Statements(self.symbols, Graph(), "", _START), tree) if tree else None
        storage = self.symbols.storage(cursor)
        known = self.symbols.globals[variable.root]
        static = storage == kinds.STORAGE_STATIC or known.storage is ir.Storage.STATIC
        if storage != kinds.STORAGE_EXTERN or value is not None:
            if not known.defined or value is not None or variable.type.size > known.size:
                kind = ir.Storage.STATIC if static else ir.Storage.EXTERNAL
                self.symbols.add_global(cursor, variable, kind)
            self.symbols.use_type(variable.type)
        if value is not None:
            self.symbols.lists[variable.root] = value
        elif tree is None or self.symbols.is_initialiser_lost(cursor):
            self.symbols.unread[variable.root] = None

    def _initialiser_tree(self, cursor: Cursor, info: TypeInfo) -> Node | None:
        """The declaration's tree; None for a big table of numbers."""
        element = info
        while element.is_array:
            element = element.element
        if info.is_array and info.size > MAX_TABLE and not element.is_record and not element.is_pointer:
            return None
        return self._tree(cursor)

    def _tree(self, cursor: Cursor) -> Node | None:
        """The declaration's tree, as long as the unit has not too many nodes."""
        limit = MAX_NODES
        if self._nodes >= MAX_NODES:
            stretch = self.places.stretch(cursor)
            named = stretch is not None and uses_library(stretch[0].data[stretch[1] : stretch[2]])
            limit = 2 * MAX_NODES if named else 0
        tree, count = None, 0
        if self._nodes < limit:
            tree, count = collect(cursor, limit - self._nodes, torn=self._torn)
        self._nodes += count
        if tree is None:
            self._left_out.append(self.places.span(cursor) or _START)
        return tree

    def _initialisers(self) -> None:
        """Give each global its initialiser, as assignments."""
        pending = list(self.symbols.lists)
        done: set[str] = set()
        while pending:
            for root in pending:
                done.add(root)
                self._initialise(root, self.symbols.lists[root])
            pending = [root for root in self.symbols.lists if root not in done]
        for root in self.symbols.unread:
            known = self.symbols.globals[root]
            target = ir.Location(root, (), known.type)
            self._set(root, (ir.Assign(target, ir.Unknown(), known.span, initial=True),))

    def _initialise(self, root: str, value: Node) -> None:
        known = self.symbols.globals[root]
        info = self.types.named(known.type)
        if info is None:
            return
        graph = Graph()
        statics = _FileScope(self.symbols, graph, known.name, known.span)
        try:
            Initialiser(statics).assign(ir.Location(root, (), known.type), info, value, statics.span(value))
        except _TOO_DEEP:
            self.symbols.broken(f"{known.name}: nested too deeply", known.span)
        assigns = [statement for block in graph.finish() for statement in block.statements]
        self._set(root, tuple(assign for assign in assigns if isinstance(assign, ir.Assign)))

    def _set(self, root: str, assigns: tuple[ir.Assign, ...]) -> None:
        known = self.symbols.globals[root]
        mine = [assign for assign in assigns if assign.target.root == root]
        fields = {name: getattr(known, name) for name in known.__struct_fields__}
        self.symbols.globals[root] = ir.Global(**{**fields, "initialiser": tuple(mine)})
        for other in {assign.target.root for assign in assigns} - {root}:
            if other.startswith("@.literal"):
                self._set(other, tuple(assign for assign in assigns if assign.target.root == other))

    def prototypes(self) -> tuple[ir.Prototype, ...]:
        """The functions without a body here, by name; builtins under the name of what they stand for."""
        found: dict[str, ir.Prototype] = {}
        for name, callee in self.symbols.functions.items():
            if name not in self._defined:
                prototype = _prototype(callee)
                if name == prototype.name or prototype.name not in self.symbols.functions:
                    found[prototype.name] = prototype
        return tuple(
            prototype for name, prototype in sorted(found.items()) if not name.startswith("__builtin_")
        )

    def records(self) -> tuple[ir.Record, ...]:
        """The layouts that matter, by name."""
        return tuple(record(info) for _, info in sorted(self.symbols.records.items()) if info.size)


def _prototype(callee: Callable) -> ir.Prototype:
    result, parameters, variadic = callee.type.signature()
    name, kept = builtins.normalised(callee.name, len(parameters))
    types = tuple(parameters[at].name for at in kept)
    return ir.Prototype(name, result.name, types, variadic, not callee.returns)


class _FileScope(Statements):
    """Expressions of file scope: compound literals are static, and what a call gives is not known."""

    def call(
        self, node: Node, target: ir.Location | None, *, wanted: bool = True, void_cast: bool = False
    ) -> ir.Value | None:
        value = super().call(node, target, wanted=wanted, void_cast=void_cast)
        return UNKNOWN if isinstance(value, ir.Load) else value

    def new_literal(self, info: TypeInfo, span: ir.Span) -> Variable:
        return self.symbols.literal(info, span)
