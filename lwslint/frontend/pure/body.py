"""Statements and functions: pycparser's tree in the terms of libclang's cursors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pycparser import c_ast

from lwslint.frontend.clang import kinds
from lwslint.frontend.pure import rewrite
from lwslint.frontend.pure.cursor import Cursor, Node
from lwslint.frontend.pure.declare import UnreadableError
from lwslint.frontend.pure.express import Expressions
from lwslint.frontend.pure.types import Function


class Bodies(Expressions):
    """Reads functions."""

    def function_of(self, tree: Any) -> Cursor | None:
        """The cursor of a function's definition, with its tree."""
        cursor = self.declare(tree.decl)
        if cursor is None or not isinstance(cursor.type, Function):
            return None
        cursor.body = True
        self.function = cursor.name
        with self.scopes.block():
            children = self._parameters(tree)
            if tree.param_decls:
                types = [self.value_type(child) for child in children]
                cursor.type = Function(cursor.type.result, types)
            children.append(self.compound(tree.body))
        self.function = ""
        cursor.node = Node(cursor, children)
        cursor.low, cursor.high = 0, len(self.source.tokens) - 1
        cursor.first, cursor.last = self.source.tokens[0], self.source.tokens[-1]
        return cursor

    def _parameters(self, tree: Any) -> list[Node]:
        declarator = tree.decl.type
        while not isinstance(declarator, c_ast.FuncDecl):
            declarator = declarator.type
        given = declarator.args.params if declarator.args is not None else []
        old = {one.name: one for one in tree.param_decls or ()}
        found: list[Node] = []
        for one in given:
            one = old.get(one.name, one) if isinstance(one, c_ast.ID) else one
            if isinstance(one, c_ast.EllipsisParam | c_ast.ID):
                continue
            type_ = self.type_of(one.type)
            name = getattr(one, "name", None) or ""
            if not name and type_.kind == kinds.TYPE_VOID:
                continue
            at = self.name_at(one) if name else self.at(one)
            cursor = Cursor(kinds.PARM_DECL, type_, self._text(at) if name else "")
            self.place(cursor, at, at)
            self.scopes.inner.names[cursor.name] = cursor
            found.append(Node(cursor))
        return found

    def compound(self, tree: Any) -> Node:
        """A compound statement."""
        at = self.at(tree)
        with self.scopes.block():
            children = self._statements(tree.block_items or ())
        return self._made(kinds.COMPOUND, None, children, at, self.source.match.get(at, at))

    def _statements(self, trees: Sequence[Any]) -> list[Node]:
        found: list[Node] = []
        flat = _flat(trees)
        at = 0
        while at < len(flat):
            tree = flat[at]
            if isinstance(tree, c_ast.Decl | c_ast.Typedef):
                group = [tree]
                while at + 1 < len(flat) and _goes_on(flat[at], flat[at + 1]):
                    at += 1
                    group.append(flat[at])
                found += self._declared(group)
            else:
                run = [tree]
                while _is_bare(flat[at]) and at + 1 < len(flat):
                    at += 1
                    run.append(flat[at])
                node = self._labelled(run)
                if node is not None:
                    found.append(node)
            at += 1
        return found

    def _declared(self, trees: Sequence[Any]) -> list[Node]:
        children: list[Node] = []
        for tree in trees:
            try:
                cursor = self.declare(tree)
            except UnreadableError:
                self.name_others(tree.init)
                cursor = self.scopes.inner.names.get(tree.name)  # type: ignore[assignment]
                if not isinstance(cursor, Cursor) or tree.init is None:
                    continue
                cursor.node = Node(cursor)
                cursor.lost = True
            if cursor is not None:
                children.append(cursor.node or Node(cursor))
        if not children:
            return []
        low, high = children[0].own.low, children[-1].own.high
        return [self._made(kinds.DECL_STMT, None, children, low, high)]

    def _labelled(self, run: Sequence[Any]) -> Node | None:
        """A statement behind the labels of a run."""
        *labels, last = run
        node = self.statement(last)
        for label in reversed(labels):
            head = self._label(label)
            if head is None:
                continue
            head.children.append(node or self._made(kinds.NULL_STMT, None, [], head.own.high, head.own.high))
            self.place(head.own, head.own.low, node.own.high if node else head.own.high)
            node = head
        return node

    def _label(self, tree: Any) -> Node | None:
        at = self.at(tree)
        if isinstance(tree, c_ast.Default):
            return self._made(kinds.DEFAULT, None, [], at, at + 1)
        if isinstance(tree, c_ast.Label):
            node = self._made(kinds.LABEL, None, [], at, at + 1)
            node.own.name = tree.name
            return node
        expression = tree.expr
        ranged = (
            isinstance(expression, c_ast.FuncCall) and getattr(expression.name, "name", "") == rewrite.RANGE
        )
        try:
            bounds = [self.operand(one, at) for one in (expression.args.exprs if ranged else [expression])]
        except UnreadableError:
            return None
        return self._made(kinds.CASE, None, bounds, at, bounds[-1].own.high)

    def statement(self, tree: Any) -> Node | None:
        """A statement; None where it cannot be understood, as clang leaves it out."""
        if tree is None:
            return None
        read = getattr(self, f"_s_{type(tree).__name__}", None)
        try:
            if read is not None:
                node: Node | None = read(tree)
                return node
            return self.wide(self.expression(tree))
        except UnreadableError:
            self.name_others(tree)
            return None

    def _inner(self, tree: Any, low: int) -> Node:
        """A statement inside another, which must be one."""
        with self.scopes.block():
            if isinstance(tree, c_ast.Case | c_ast.Default | c_ast.Label):
                nodes = self._statements([tree])
                node = nodes[0] if nodes else None
            else:
                node = self.statement(tree)
        return node or self._made(kinds.NULL_STMT, None, [], low, low)

    def _condition(self, tree: Any, opening: int) -> Node:
        try:
            return self.operand(tree, opening + 1)
        except UnreadableError:
            self.name_others(tree)
            return self._made(120, self.maker.int, [], opening + 1, opening + 1)

    def _s_Compound(self, tree: Any) -> Node:
        return self.compound(tree)

    def _s_If(self, tree: Any) -> Node:
        chain: list[tuple[int, Node, Node]] = []
        last: Node | None = None
        while True:
            at = self.at(tree)
            condition = self._condition(tree.cond, at + 1)
            close = self.source.match.get(at + 1, at + 1)
            chain.append((at, condition, self._inner(tree.iftrue, close)))
            if isinstance(tree.iffalse, c_ast.If):
                tree = tree.iffalse
                continue
            if tree.iffalse is not None:
                last = self._inner(tree.iffalse, chain[-1][2].own.high)
            break
        for at, condition, then in reversed(chain):
            children = [condition, then, last] if last is not None else [condition, then]
            last = self._made(kinds.IF, None, children, at, children[-1].own.high)
        assert last is not None
        return last

    def _s_While(self, tree: Any) -> Node:
        at = self.at(tree)
        condition = self._condition(tree.cond, at + 1)
        body = self._inner(tree.stmt, self.source.match.get(at + 1, at + 1))
        return self._made(kinds.WHILE, None, [condition, body], at, body.own.high)

    def _s_DoWhile(self, tree: Any) -> Node:
        at = self.at(tree)
        body = self._inner(tree.stmt, at)
        tokens = self.source.tokens
        opening = body.own.high
        while opening < len(tokens) - 1 and tokens[opening].text != "while":
            opening += 1
        opening += 1
        condition = self._condition(tree.cond, opening)
        return self._made(
            kinds.DO, None, [body, condition], at, self.source.match.get(opening, condition.own.high)
        )

    def _s_For(self, tree: Any) -> Node:
        at = self.at(tree)
        with self.scopes.block():
            parts: list[Node | None] = []
            if isinstance(tree.init, c_ast.DeclList):
                parts += self._declared(tree.init.decls)[:1] or [None]
            else:
                parts.append(self.statement(tree.init))
            parts.append(None if tree.cond is None else self._condition(tree.cond, at + 1))
            parts.append(self.statement(tree.next))
            close = self.source.match.get(at + 1, at + 1)
            body = self._inner(tree.stmt, close)
        node = self._made(kinds.FOR, None, [one for one in parts if one], at, body.own.high)
        node.children.append(body)
        node.parts = (parts[0], parts[1], parts[2])
        return node

    def _s_Switch(self, tree: Any) -> Node:
        at = self.at(tree)
        condition = self._condition(tree.cond, at + 1)
        body = self._inner(tree.stmt, self.source.match.get(at + 1, at + 1))
        return self._made(kinds.SWITCH, None, [condition, body], at, body.own.high)

    def _s_Return(self, tree: Any) -> Node:
        at = self.at(tree)
        children: list[Node] = []
        if tree.expr is not None:
            try:
                children.append(self.operand(tree.expr, at))
            except UnreadableError:
                self.name_others(tree.expr)
                children.append(self._made(120, self.maker.int, [], at, at))
        return self._made(kinds.RETURN, None, children, at, children[-1].own.high if children else at)

    def _s_Break(self, tree: Any) -> Node:
        return self._made(kinds.BREAK, None, [], self.at(tree), self.at(tree))

    def _s_Continue(self, tree: Any) -> Node:
        return self._made(kinds.CONTINUE, None, [], self.at(tree), self.at(tree))

    def _s_Goto(self, tree: Any) -> Node:
        at = self.at(tree)
        target = self._made(kinds.LABEL_REF, None, [], at + 1, at + 1)
        target.own.name = tree.name
        return self._made(kinds.GOTO, None, [target], at, at + 1)

    def _s_EmptyStatement(self, tree: Any) -> Node:
        return self._made(kinds.NULL_STMT, None, [], self.at(tree), self.at(tree))

    def _s_Label(self, tree: Any) -> Node:
        return self._inner(tree, self.at(tree))

    def _s_Pragma(self, tree: Any) -> None:
        return None


def _flat(trees: Sequence[Any]) -> list[Any]:
    """Statements with the ones that labels hold beside them, as libclang has all but the first."""
    found: list[Any] = []
    pending = list(reversed(trees))
    while pending:
        tree = pending.pop()
        if isinstance(tree, c_ast.Case | c_ast.Default):
            found.append(tree)
            pending += reversed(tree.stmts or ())
        elif isinstance(tree, c_ast.Label):
            found.append(tree)
            if tree.stmt is not None:
                pending.append(tree.stmt)
        elif isinstance(tree, list):
            pending += reversed(tree)
        else:
            found.append(tree)
    return found


def _is_bare(tree: Any) -> bool:
    return isinstance(tree, c_ast.Case | c_ast.Default | c_ast.Label)


def _goes_on(tree: Any, following: Any) -> bool:
    """Whether two declarations stand in one statement: pycparser shares the specifiers."""
    if not isinstance(following, c_ast.Decl) or not isinstance(tree, c_ast.Decl):
        return False
    return _specifier(tree) == _specifier(following) and _specifier(tree) is not None


def _specifier(tree: Any) -> int | None:
    inner = tree.type
    while not isinstance(inner, c_ast.TypeDecl):
        inner = getattr(inner, "type", None)
        if inner is None:
            return None
    return inner.type.coord.line if inner.type is not None and inner.type.coord is not None else None
