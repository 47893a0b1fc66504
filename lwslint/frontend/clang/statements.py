"""Statements of a function body: the control-flow graph."""

from __future__ import annotations

import re
from collections.abc import Callable as Function

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.expressions import Expressions
from lwslint.frontend.clang.initialisers import Initialiser
from lwslint.frontend.clang.library import Cursor
from lwslint.frontend.clang.symbols import Variable
from lwslint.frontend.clang.tree import Node, key
from lwslint.frontend.clang.types import TypeInfo

_FOR_PIECE = re.compile(rb"""//[^\n]*|/\*.*?\*/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[(){}\[\];]""", re.DOTALL)


class _Exit:
    """Where `break` and `continue` lead, and how many scopes stay open there."""

    __slots__ = ("depth", "target")

    def __init__(self, target: int, depth: int) -> None:
        self.target = target
        self.depth = depth


class _Cases:
    """The labels of a switch while its body is lowered."""

    __slots__ = ("cases", "default")

    def __init__(self) -> None:
        self.cases: list[ir.Case] = []
        self.default: int | None = None


class _Goto:
    """A `goto` whose label is not yet known: its block, its span, and the scopes open at it."""

    __slots__ = ("block", "label", "scopes", "span")

    def __init__(self, block: int, label: str, span: ir.Span, scopes: tuple[int, ...]) -> None:
        self.block = block
        self.label = label
        self.span = span
        self.scopes = scopes


class Statements(Expressions):
    """Lowers one function's body."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self._scopes: list[list[str]] = []
        self._scope_ids: list[int] = []
        self._scope_roots: dict[int, list[str]] = {}
        self._breaks: list[_Exit] = []
        self._continues: list[_Exit] = []
        self._switches: list[_Cases] = []
        self._labels: dict[str, tuple[int, tuple[int, ...]]] = {}
        self._gotos: list[_Goto] = []
        self._indirect: list[tuple[int, ir.Span]] = []
        self._statics: dict[str, int] = {}
        self._statements: dict[int, Function[[Node], None]] = {
            kinds.COMPOUND: self._compound,
            kinds.DECL_STMT: self._declarations,
            kinds.IF: self._if,
            kinds.WHILE: self._while,
            kinds.DO: self._do,
            kinds.FOR: self._for,
            kinds.SWITCH: self._switch,
            kinds.CASE: self._labelled,
            kinds.DEFAULT: self._labelled,
            kinds.LABEL: self._labelled,
            kinds.GOTO: self._goto,
            kinds.INDIRECT_GOTO: self._indirect_goto,
            kinds.BREAK: self._break,
            kinds.CONTINUE: self._continue,
            kinds.RETURN: self._return,
            kinds.NULL_STMT: self._nothing,
            kinds.ASM: self._nothing,
            kinds.MS_ASM: self._nothing,
            kinds.UNEXPOSED_STMT: self._all,
        }

    def body(self, node: Node) -> None:
        """Lower the outermost compound statement; its variables live until the function returns."""
        self._open()
        for child in node.children:
            self.statement(child)
        self._close(None)
        self.graph.end(ir.Return(None, self.closing(node)))
        self._connect_gotos()

    def statement(self, node: Node) -> None:
        """Lower one statement."""
        lower = self._statements.get(node.kind)
        if lower is not None:
            lower(node)
        elif node.kind < kinds.FIRST_STATEMENT:
            self.effect(node)

    def closing(self, node: Node) -> ir.Span:
        """The closing brace of a compound statement."""
        stretch = self.places.stretch(node.cursor)
        if stretch is None or stretch[0].index < 0:
            return self.here
        file, first, last, _ = stretch
        return self.places.span_at(file, max(first, last - 1), last)

    # Scopes.

    def _open(self) -> None:
        identity = len(self._scope_roots)
        roots: list[str] = []
        self._scopes.append(roots)
        self._scope_ids.append(identity)
        self._scope_roots[identity] = roots

    def _close(self, span: ir.Span | None) -> None:
        roots = self._scopes.pop()
        self._scope_ids.pop()
        if roots and span is not None:
            self.graph.emit(ir.EndScope(tuple(roots), span))

    def _leave(self, depth: int, span: ir.Span) -> None:
        """End the scopes above `depth`, for a jump out of them."""
        roots = [root for scope in reversed(self._scopes[depth:]) for root in scope]
        if roots:
            self.graph.emit(ir.EndScope(tuple(roots), span))

    def _compound(self, node: Node) -> None:
        self._open()
        for child in node.children:
            self.statement(child)
        self._close(self.closing(node) if self._scopes[-1] else None)

    def compound_value(self, node: Node) -> ir.Value:
        """The value of a statement expression: that of its last statement, kept beyond its scope."""
        self._open()
        value: ir.Value = ir.Unknown()
        for child in node.children[:-1]:
            self.statement(child)
        if node.children:
            last = node.children[-1]
            while last.kind == kinds.LABEL and last.children:
                self._mark(last)
                last = last.children[-1]
            if last.kind < kinds.FIRST_STATEMENT and self.types.of(last.cursor).kind != kinds.TYPE_VOID:
                value = self._kept(last)
            else:
                self.statement(last)
        self._close(self.closing(node) if self._scopes[-1] else None)
        return value

    def _kept(self, node: Node) -> ir.Value:
        value = self.value(node)
        if isinstance(value, ir.Const | ir.Text | ir.FunctionRef | ir.Unknown):
            return value
        held = self.temporary(self.types.value_of(node.cursor).name)
        self.assign(held, value, self.span(node))
        return ir.Load(held)

    # Declarations.

    def _declarations(self, node: Node) -> None:
        for child in node.children:
            if child.kind == kinds.VAR_DECL:
                self._variable(child)

    def _variable(self, node: Node) -> None:
        storage = self.symbols.library.clang_Cursor_getStorageClass(node.cursor)
        if storage == kinds.STORAGE_EXTERN:
            self.symbols.declare(node.cursor, self.symbols.file_variable(node.cursor))
        elif storage == kinds.STORAGE_STATIC or self.symbols.library.clang_getCursorTLSKind(node.cursor):
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

    def initialise(self, target: ir.Location, info: TypeInfo, node: Node, span: ir.Span) -> None:
        """Assign an initialiser; the result of a call goes to the variable directly."""
        inner = node
        while inner.kind in (kinds.PAREN, kinds.CAST, kinds.UNEXPOSED_EXPR) and len(inner.children) == 1:
            inner = inner.children[0]
        if inner.kind == kinds.CALL:
            value = self._call(inner, target)
            if value is None:
                return
            self.graph.emit(ir.Assign(target, value, span, initial=True))
            return
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

    # Branches and loops.

    def _if(self, node: Node) -> None:
        after = self.graph.block()
        while True:
            if len(node.children) < 2:
                self._all(node)
                break
            condition, then_node, *rest = node.children
            then, other = self.graph.block(), self.graph.block()
            self.condition(condition, then, other)
            self.graph.go(then)
            self.statement(then_node)
            self.graph.end(ir.Jump(after))
            self.graph.go(other)
            if not rest:
                break
            if rest[0].kind != kinds.IF:
                self.statement(rest[0])
                break
            node = rest[0]
        self.graph.start(after)

    def _while(self, node: Node) -> None:
        head, inside, after = (self.graph.block() for _ in range(3))
        self.graph.start(head)
        if len(node.children) >= 2:
            self.condition(node.children[-2], inside, after)
            self.graph.go(inside)
        self._loop(node.children[-1] if node.children else node, after, head)
        self.graph.end(ir.Jump(head))
        self.graph.go(after)

    def _do(self, node: Node) -> None:
        inside, test, after = (self.graph.block() for _ in range(3))
        self.graph.start(inside)
        if node.children:
            self._loop(node.children[0], after, test)
        self.graph.start(test)
        if len(node.children) >= 2:
            self.condition(node.children[1], inside, after)
        self.graph.go(after)

    def _for(self, node: Node) -> None:
        if not node.children:
            return
        init, condition, increment = self._for_parts(node)
        head, inside, advance, after = (self.graph.block() for _ in range(4))
        self._open()
        if init is not None:
            self.statement(init)
        self.graph.start(head)
        if condition is not None:
            self.condition(condition, inside, after)
            self.graph.go(inside)
        self._loop(node.children[-1], after, advance)
        self.graph.start(advance)
        if increment is not None:
            self.statement(increment)
        self.graph.end(ir.Jump(head))
        self.graph.go(after)
        self._close(self.closing(node) if self._scopes[-1] else None)

    def _for_parts(self, node: Node) -> tuple[Node | None, Node | None, Node | None]:
        """Start, condition and step of a `for`: clang leaves out without a trace what is not written."""
        parts = node.children[:-1]
        if len(parts) == 3:
            return parts[0], parts[1], parts[2]
        semicolons = self._semicolons(node) if parts else None
        slots: list[Node | None] = [None, None, None]
        for at, part in enumerate(parts):
            stretch = self.places.stretch(part.cursor) if semicolons is not None else None
            if semicolons is not None and stretch is not None:
                slots[sum(stretch[1] > semicolon for semicolon in semicolons[:2])] = part
            else:
                slots[self._likely_slot(part, at, len(parts))] = part
        return slots[0], slots[1], slots[2]

    def _semicolons(self, node: Node) -> list[int] | None:
        """The offsets of the two semicolons; None where the loop came out of a macro."""
        stretch = self.places.stretch(node.cursor)
        if stretch is None or stretch[3]:
            return None
        file, first, last, _ = stretch
        found: list[int] = []
        depth = 0
        for piece in _FOR_PIECE.finditer(file.data, first, last):
            token = piece[0]
            if token in (b"(", b"[", b"{"):
                depth += 1
            elif token in (b")", b"]", b"}"):
                depth -= 1
                if not depth:
                    break
            elif token == b";" and depth == 1:
                found.append(piece.start())
        return found if len(found) == 2 else None

    def _likely_slot(self, part: Node, at: int, count: int) -> int:
        """Which part of a `for` a lone expression most likely is."""
        if part.kind == kinds.DECL_STMT:
            return 0
        steps = part.kind == kinds.COMPOUND_ASSIGN or (
            part.kind == kinds.UNARY and self._operator(part) in ("p++", "p--", "++", "--")
        )
        if steps:
            return 2
        if part.kind == kinds.BINARY and self._operator(part) == "=":
            return 0 if at == 0 else 2
        return 1

    def _loop(self, node: Node, after: int, again: int) -> None:
        self._breaks.append(_Exit(after, len(self._scopes)))
        self._continues.append(_Exit(again, len(self._scopes)))
        self.statement(node)
        self._breaks.pop()
        self._continues.pop()

    def _switch(self, node: Node) -> None:
        if len(node.children) < 2:
            self._all(node)
            return
        scrutinee, inside = node.children[-2:]
        value = self.value(scrutinee)
        head, after = self.graph.current, self.graph.block()
        self.graph.end(ir.Unreachable())
        cases = _Cases()
        self._switches.append(cases)
        self._breaks.append(_Exit(after, len(self._scopes)))
        self.statement(inside)
        self._breaks.pop()
        self._switches.pop()
        self.graph.start(after)
        default = after if cases.default is None else cases.default
        self.graph.end_block(head, ir.Switch(value, tuple(cases.cases), default, self.span(scrutinee)))

    def _labelled(self, node: Node) -> None:
        """A run of labels before one statement; clang nests them, so they are taken in a loop."""
        while node.kind in (kinds.CASE, kinds.DEFAULT, kinds.LABEL):
            self._mark(node)
            if not node.children:
                return
            node = node.children[-1]
        self.statement(node)

    def _mark(self, node: Node) -> None:
        block = self.graph.block()
        self.graph.start(block)
        if node.kind == kinds.LABEL:
            self._labels[self.symbols.name(node.cursor)] = block, tuple(self._scope_ids)
        elif self._switches and node.kind == kinds.DEFAULT:
            self._switches[-1].default = block
        elif self._switches:
            self._add_case(node, block)

    def _add_case(self, node: Node, block: int) -> None:
        bounds = [self._constant(child) for child in node.children[: max(1, len(node.children) - 1)]]
        low = bounds[0]
        high = bounds[1] if len(bounds) > 1 else low
        if low is None or high is None:
            self.symbols.broken("case label could not be read", self.span(node))
            return
        span = self._label_span(node)
        self._switches[-1].cases.append(ir.Case(low.value, high.value, block, low.name, span))

    def _constant(self, node: Node) -> ir.Const | None:
        value = self.value(node)
        if isinstance(value, ir.Const):
            return value
        known = self.symbols.evaluate(node.cursor)
        return None if known is None else ir.Const(known, self.places.macro_name(node.cursor))

    def _label_span(self, node: Node) -> ir.Span:
        """From `case` to the end of its constant; the label's own end would be that of all it labels."""
        start, constant = self.places.start(node.cursor), self.span(node.children[0])
        if start is None or start[0].index != constant.file:
            return constant
        line, column = start[0].place(start[1])
        if (constant.end_line, constant.end_column) < (line, column):
            return constant
        return ir.Span(constant.file, line, column, constant.end_line, constant.end_column, constant.body)

    # Jumps.

    def _break(self, node: Node) -> None:
        self._jump(node, self._breaks)

    def _continue(self, node: Node) -> None:
        self._jump(node, self._continues)

    def _jump(self, node: Node, exits: list[_Exit]) -> None:
        if not exits:
            return
        span = self.span(node)
        self._leave(exits[-1].depth, span)
        self.graph.end(ir.Jump(exits[-1].target, span))

    def _goto(self, node: Node) -> None:
        label = self.symbols.name(node.children[0].cursor) if node.children else ""
        self._gotos.append(_Goto(self.graph.current, label, self.span(node), tuple(self._scope_ids)))
        self.graph.end(ir.Unreachable())

    def _connect_gotos(self) -> None:
        """Lead each `goto` to its label, ending the scopes that it leaves."""
        for goto in self._gotos:
            if goto.label not in self._labels:
                continue
            target, open_there = self._labels[goto.label]
            left = [identity for identity in reversed(goto.scopes) if identity not in open_there]
            roots = tuple(root for identity in left for root in self._scope_roots[identity])
            if roots:
                self.graph.emit_in(goto.block, ir.EndScope(roots, goto.span))
            self.graph.end_block(goto.block, ir.Jump(target, goto.span))
        targets = [block for block, _ in self._labels.values()]
        for block, span in self._indirect:
            cases = tuple(ir.Case(at, at, target, "", span) for at, target in enumerate(targets))
            if targets:
                self.graph.end_block(block, ir.Switch(ir.Unknown(), cases, targets[-1], span))

    def _indirect_goto(self, node: Node) -> None:
        """A computed goto may lead to any label: a switch over an unknown value says so."""
        for child in node.children:
            self.effect(child)
        self._indirect.append((self.graph.current, self.span(node)))
        self.graph.end(ir.Unreachable())

    def _return(self, node: Node) -> None:
        value = self.value(node.children[0]) if node.children else None
        if node.children and self.types.of(node.children[0].cursor).kind == kinds.TYPE_VOID:
            value = None
        self.graph.end(ir.Return(value, self.span(node)))

    def _nothing(self, node: Node) -> None:
        pass

    def _all(self, node: Node) -> None:
        for child in node.children:
            self.statement(child)


def initialiser(expressions: Expressions, node: Node) -> Node | None:
    """The initialiser of a variable's declaration, told from the sizes of its type."""
    if not node.children:
        return None
    found: Cursor = expressions.symbols.library.clang_Cursor_getVarDeclInitializer(node.cursor)
    wanted = key(found)
    return next((child for child in reversed(node.children) if wanted and key(child.cursor) == wanted), None)
