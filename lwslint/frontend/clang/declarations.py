"""Declarations in functions: automatic, static, extern variables, compound literals."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.expressions import Expressions
from lwslint.frontend.clang.frame import UNKNOWN, unwrapped
from lwslint.frontend.clang.initialisers import Initialiser
from lwslint.frontend.clang.library import Cursor
from lwslint.frontend.clang.symbols import Symbols, Variable
from lwslint.frontend.clang.tables import Tables
from lwslint.frontend.clang.tree import Node
from lwslint.frontend.clang.types import TypeInfo


class Declarations(Tables):
    """Lowers declarations and their initialisers."""

    def __init__(self, symbols: Symbols, graph: Graph, name: str, here: ir.Span) -> None:
        super().__init__(symbols, graph, name, here)
        self._statics: dict[str, int] = {}

    def _declarations(self, node: Node) -> None:
        for child in node.children:
            if child.kind == kinds.VAR_DECL:
                self._variable(child)

    def _variable(self, node: Node) -> None:
        storage = self.symbols.storage(node.cursor)
        if storage == kinds.STORAGE_EXTERN:
            self.symbols.declare(node.cursor, self.symbols.file_variable(node.cursor))
        elif storage == kinds.STORAGE_STATIC or self.symbols.is_thread_local(node.cursor):
            self._static(node)
        else:
            self._automatic(node)

    def _automatic(self, node: Node) -> None:
        name = self.symbols.name(node.cursor)
        info = self.types.of(node.cursor)
        variable = self.add_variable(node.cursor, name, info)
        span = self.variables[-1].span
        self.graph.emit(ir.Declare(variable.root, span))
        if self._scopes:
            self._scopes[-1].append(variable.root)
        if (value := initialiser(self, node)) is not None:
            target = ir.Location(variable.root, (), info.name)
            self.initialise(target, info, value, self._declarator_span(span, value))
        elif self.symbols.is_initialiser_lost(node.cursor):
            self.graph.emit(ir.Assign(ir.Location(variable.root, (), info.name), UNKNOWN, span, initial=True))

    def _declarator_span(self, name: ir.Span, value: Node) -> ir.Span:
        """From the name to the end of the initialiser."""
        end = self.span(value)
        if end.file != name.file or (end.end_line, end.end_column) < (name.line, name.column):
            return name
        return ir.Span(name.file, name.line, name.column, end.end_line, end.end_column, name.body)

    def add_variable(self, cursor: Cursor, name: str, info: TypeInfo) -> Variable:
        """Enter a parameter or an automatic variable."""
        variable = Variable(self.root(name or ".unnamed"), info)
        self.symbols.declare(cursor, variable)
        span = self.places.name_span(cursor, len(name.encode("utf-8", "surrogateescape"))) or self.here
        self.variables.append(ir.Variable(variable.root, name, info.name, info.size, span))
        return variable

    def _static(self, node: Node) -> None:
        name = self.symbols.name(node.cursor)
        count = self._statics[name] = self._statics.get(name, 0) + 1
        root = f"@{self.name}.{name}" if count == 1 else f"@{self.name}.{name}.{count}"
        variable = Variable(root, self.types.of(node.cursor))
        self.symbols.declare(node.cursor, variable)
        self.symbols.add_global(node.cursor, variable, ir.Storage.LOCAL, function=self.name)
        if (value := initialiser(self, node)) is not None:
            self.symbols.lists[root] = value
        elif self.symbols.is_initialiser_lost(node.cursor):
            self.symbols.unread[root] = None

    def initialise(self, target: ir.Location, info: TypeInfo, node: Node, span: ir.Span) -> None:
        """Assign an initialiser; the result of a call goes to the variable directly."""
        inner = node
        while inner.kind in (kinds.PAREN, kinds.CAST, kinds.UNEXPOSED_EXPR) and len(inner.children) == 1:
            inner = inner.children[0]
        if inner.kind == kinds.CALL:
            value = self.call(inner, target)
            if value is None:
                return
            self.graph.emit(ir.Assign(target, value, span, initial=True))
            return
        if info.is_pointer and not target.path and (subscript := _element(inner)) is not None:
            self.entries[target.root] = subscript
        Initialiser(self).assign(target, info, node, span)

    def new_literal(self, info: TypeInfo, span: ir.Span) -> Variable:
        """A compound literal is a variable of the enclosing block."""
        variable = Variable(self.root(".literal"), info)
        self.symbols.use_type(info)
        self.variables.append(ir.Variable(variable.root, "", info.name, info.size, span))
        self.graph.emit(ir.Declare(variable.root, span))
        if self._scopes:
            self._scopes[-1].append(variable.root)
        return variable


def _element(node: Node) -> Node | None:
    """The subscript whose address a value is: of `&table[i]` the `table[i]`."""
    if node.kind != kinds.UNARY or len(node.children) != 1:
        return None
    inner = unwrapped(node.children[0])
    return inner if inner.kind == kinds.SUBSCRIPT and len(inner.children) == 2 else None


def initialiser(expressions: Expressions, node: Node) -> Node | None:
    """The initialiser of a variable's declaration."""
    return expressions.symbols.initialiser(node)
