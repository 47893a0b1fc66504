"""Expressions and initialisers: pycparser's tree in the terms of libclang's cursors, with types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from pycparser import c_ast

from lwslint.frontend.clang import constants, kinds
from lwslint.frontend.clang.tree import Node as ClangNode
from lwslint.frontend.pure import builtins, rewrite
from lwslint.frontend.pure.cursor import Cursor, Node
from lwslint.frontend.pure.declare import Declarations, UnreadableError
from lwslint.frontend.pure.evaluate import value_of
from lwslint.frontend.pure.recover import UNREAD
from lwslint.frontend.pure.tokens import CHARACTER, IDENTIFIER, STRING
from lwslint.frontend.pure.types import INVALID, Array, CType, Function, Pointer, Record

LABEL_ADDRESS = 120
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_NAMES = frozenset({"__func__", "__FUNCTION__", "__PRETTY_FUNCTION__"})
_ATOMIC = re.compile(r"__(?:c11_)?atomic_\w+\Z")
_KNOWN = frozenset({*_NAMES, "nullptr", "true", "false"})
_CALLED_OPERATORS = frozenset({rewrite.PIECE, rewrite.JUMP, "offsetof"})
_OPERATORS = (
    c_ast.BinaryOp,
    c_ast.UnaryOp,
    c_ast.Assignment,
    c_ast.TernaryOp,
    c_ast.ExprList,
    c_ast.InitList,
)
"""What stands between names in an expression."""


class Expressions(Declarations):
    """Reads expressions."""

    def expression(self, tree: Any) -> Node:
        """An expression.

        Raises:
            UnreadableError: a name in it stands for nothing.
        """
        lower = getattr(self, f"_{type(tree).__name__}", None)
        if lower is None:
            return self._unknown(tree, ())
        node: Node = lower(tree)
        return node

    def _made(
        self,
        kind: int,
        type_: CType | None,
        children: Sequence[Node],
        low: int,
        high: int,
        operator: str = "",
    ) -> Node:
        cursor = Cursor(kind, type_)
        cursor.operator = operator
        self.place(cursor, low, high)
        return Node(cursor, children)

    def _unknown(self, tree: Any, children: Sequence[Node]) -> Node:
        at = self.at(tree)
        return self._made(LABEL_ADDRESS, INVALID, children, at, at)

    def _torn(self, children: Sequence[Node], low: int, high: int) -> Node:
        """What is left of an expression that means nothing: its operands, as libclang has them."""
        return self._made(kinds.TORN_EXPR, INVALID, children, low, high)

    def wide(self, node: Node, least: int = 0) -> Node:
        """The expression with the parentheses around it that do not reach before token `least`."""
        tokens, match = self.source.tokens, self.source.match
        while True:
            low = node.own.low
            if low <= least or tokens[low - 1].text != "(" or match.get(low - 1) != node.own.high + 1:
                return node
            node = self._made(kinds.PAREN, node.own.type, [node], low - 1, node.own.high + 1)

    def operand(self, tree: Any, least: int = 0) -> Node:
        """An expression with its parentheses."""
        return self.wide(self.expression(tree), least)

    def value_type(self, node: Node) -> CType:
        """The type of an expression's value."""
        return self.maker.decayed(node.own.type or INVALID)

    # Names and literals.

    def _ID(self, tree: Any) -> Node:
        at = self.at(tree)
        name = self._text(at) or tree.name
        if tree.name == rewrite.LABEL:
            return self._made(LABEL_ADDRESS, self.maker.pointer(self.maker.void), [], at, at + 1)
        if name == UNREAD:
            raise UnreadableError
        entity = self.scopes.find(name)
        if isinstance(entity, Cursor):
            node = self._made(kinds.DECL_REF, entity.type, [], at, at)
            node.own.refers = entity
            node.own.name = name
            return node
        if name in _NAMES:
            literal = self._made(kinds.STRING, Array(self.maker.char, len(self.function) + 1), [], at, at)
            literal.own.name = f'"{self.function}"'
            return self._made(kinds.UNEXPOSED_EXPR, literal.own.type, [literal], at, at)
        if name == "nullptr":
            return self._made(kinds.NULLPTR, self.maker.pointer(self.maker.void), [], at, at)
        if name in ("true", "false"):
            node = self._made(kinds.BOOL_LITERAL, self.maker.basic["_Bool"], [], at, at)
            node.own.value = int(name == "true")
            return node
        self.complain(f"use of undeclared identifier '{name}'", at)
        raise UnreadableError

    def name_others(self, tree: Any) -> None:
        """Report the other names that nothing declares in an expression that was given up at one.

        A release that lacks one of them may lack all of them, and each is news.
        """
        source, last = self._last_complaint
        pending = [tree]
        while pending and source is self.source:
            one = pending.pop()
            if isinstance(one, c_ast.ID):
                at = self.at(one)
                known = one.name in _KNOWN or self.scopes.find(one.name) is not None
                if at > last and self._text(at) == one.name and not known:
                    self.complain(f"use of undeclared identifier '{one.name}'", at)
            elif isinstance(one, c_ast.StructRef):
                pending.append(one.name)
            elif isinstance(one, c_ast.FuncCall):
                name = getattr(one.name, "name", None)
                if isinstance(name, str) and self.at(one.name) > last and self._is_undeclared(name):
                    self._declare_called(name, self.at(one.name))
                pending += reversed([] if one.args is None else one.args.exprs)
            elif isinstance(one, c_ast.NamedInitializer):
                pending.append(one.expr)
            elif isinstance(one, _OPERATORS):
                pending += reversed([child for _, child in one.children()])

    def _text(self, at: int) -> str:
        tokens = self.source.tokens
        return tokens[at].text if 0 <= at < len(tokens) and tokens[at].kind == IDENTIFIER else ""

    def _Constant(self, tree: Any) -> Node:
        at = self.at(tree)
        token = self.source.tokens[at]
        if token.kind == STRING:
            return self._string(at)
        if token.kind == CHARACTER:
            return self._made(kinds.CHARACTER, self.maker.int, [], at, at)
        text = token.text
        if constants.integer(text.encode("latin-1")) is None:
            suffix = text[-1:] if not text.lower().startswith("0x") else ""
            word = {"f": "float", "F": "float", "l": "long double", "L": "long double"}.get(suffix, "double")
            return self._made(kinds.FLOATING, self.maker.basic[word], [], at, at)
        return self._made(kinds.INTEGER, self._integer_type(text), [], at, at)

    def _integer_type(self, text: str) -> CType:
        value = constants.integer(text.encode("latin-1")) or 0
        suffix = re.search(r"[uUlL]*\Z", text)
        letters = suffix[0].lower() if suffix else ""
        decimal = not text.startswith("0") or text.rstrip("uUlL") == "0"
        words = ["int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long"]
        if letters.count("l") == 1:
            words = words[2:]
        elif letters.count("l") > 1:
            words = words[4:]
        if "u" in letters:
            words = [word for word in words if word.startswith("unsigned")]
        elif decimal:
            words = [word for word in words if not word.startswith("unsigned")]
        for word in words:
            type_ = self.maker.basic[word]
            if value < 1 << (type_.size * 8 - (not type_.is_unsigned)):
                return type_
        return self.maker.basic["unsigned long long"]

    def _string(self, at: int) -> Node:
        tokens = self.source.tokens
        end = at
        while end + 1 < len(tokens) and tokens[end + 1].kind == STRING:
            end += 1
        text = "".join(token.text for token in tokens[at : end + 1])
        raw = constants.octets(text.encode("latin-1"))
        wide = any(
            token.text[:1] in ("L", "u", "U") and not token.text.startswith("u8")
            for token in tokens[at : end + 1]
        )
        of = self.maker.int if wide else self.maker.char
        node = self._made(kinds.STRING, Array(of, len(raw) + 1), [], at, end)
        node.own.name = text.encode("latin-1").decode("utf-8", "surrogateescape")
        return node

    # Operators.

    def _BinaryOp(self, tree: Any) -> Node:
        pending = [tree]
        while isinstance(pending[-1].left, c_ast.BinaryOp) and len(pending) < 10_000:
            pending.append(pending[-1].left)
        left = self.operand(pending[-1].left)
        while pending:
            one = pending.pop()
            right = self.operand(one.right)
            type_ = self._computed(one.op, self.value_type(left), self.value_type(right))
            left = self._made(kinds.BINARY, type_, [left, right], left.own.low, right.own.high, one.op)
            if pending:
                left = self.wide(left)
        return left

    def _computed(self, operator: str, left: CType, right: CType) -> CType:
        if operator in _COMPARISONS:
            return self.maker.int
        if left.is_pointer and right.is_pointer:
            return self.maker.difference
        if left.is_pointer:
            return left.plain()
        if right.is_pointer:
            return right.plain()
        if operator in ("<<", ">>"):
            return self.maker.promoted(left)
        return self.maker.arithmetic(left, right)

    def _Assignment(self, tree: Any) -> Node:
        left = self.operand(tree.lvalue)
        right = self._or_unknown(tree.rvalue, left.own.type or INVALID, left.own.high + 2)
        kind = kinds.BINARY if tree.op == "=" else kinds.COMPOUND_ASSIGN
        type_ = (left.own.type or INVALID).plain()
        return self._made(kind, type_, [left, right], left.own.low, right.own.high, tree.op)

    def _or_unknown(self, tree: Any, type_: CType, low: int) -> Node:
        """An operand, or one of unknown value where it cannot be read: what is done to the rest holds."""
        try:
            return self.operand(tree, low)
        except UnreadableError:
            self.name_others(tree)
            return self._made(LABEL_ADDRESS, type_.plain(), [], low, low)

    def _ExprList(self, tree: Any) -> Node:
        left = self.operand(tree.exprs[0])
        for one in tree.exprs[1:]:
            right = self.operand(one)
            left = self._made(
                kinds.BINARY, self.value_type(right), [left, right], left.own.low, right.own.high, ","
            )
        return left

    def _UnaryOp(self, tree: Any) -> Node:
        operator = tree.op
        if operator in ("sizeof", "_Alignof", "alignof"):
            return self._measure(tree)
        inner = self.operand(tree.expr)
        type_ = inner.own.type or INVALID
        if operator in ("p++", "p--"):
            return self._made(
                kinds.UNARY, type_.plain(), [inner], inner.own.low, inner.own.high + 1, operator
            )
        if operator == "&":
            type_ = self.maker.pointer(type_)
        elif operator == "*":
            value = self.value_type(inner)
            if not isinstance(value, Pointer) and value is not INVALID:
                self.complain(f"indirection requires pointer operand ('{value.name}' invalid)", self.at(tree))
                return self._torn([inner], inner.own.low - 1, inner.own.high)
            type_ = value.target if isinstance(value, Pointer) else INVALID
        elif operator == "!":
            type_ = self.maker.int
        elif operator in ("-", "+", "~"):
            type_ = self.maker.promoted(type_)
        else:
            type_ = type_.plain()
        return self._made(kinds.UNARY, type_, [inner], inner.own.low - 1, inner.own.high, operator)

    def _measure(self, tree: Any) -> Node:
        """`sizeof` and its like."""
        at = self.at(tree)
        tokens = self.source.tokens
        type_, operand = self.measured(tree)
        high = self.source.match.get(at + 1, at + 1)
        if operand is not None:
            operand = self.wide(operand, at)
            high = operand.own.high
        node = self._made(kinds.SIZEOF, self.maker.size_type, [operand] if operand else [], at, high)
        alignment = "align" in tokens[at].text
        if isinstance(type_, Record) and type_.layout.known().fields is None:
            word = "alignof" if alignment else "sizeof"
            self.complain(f"invalid application of '{word}' to an incomplete type '{type_.name}'", at)
        known = type_.align if alignment else type_.size
        if type_.kind == kinds.TYPE_VOID:
            known = 1
        if operand is not None and self._is_parameter(operand):
            known = self.maker.target.pointer
        vague = isinstance(type_, Array) and type_.count == -2
        node.own.value = None if vague or (not known and not isinstance(type_, Record | Array)) else known
        if operand is None and (base := self._named_base(tree.expr)) is not None:
            node.types = [base]
        return node

    def _is_parameter(self, node: ClangNode) -> bool:
        """Whether an expression is a parameter's name: one that is declared as an array is a pointer."""
        while node.kind == kinds.PAREN and node.children:
            node = node.children[0]
        cursor = cast("Cursor", node.cursor)
        if cursor.refers is None or cursor.refers.kind != kinds.PARM_DECL or cursor.type is None:
            return False
        return cursor.type.is_array or cursor.type.is_function

    def _named_base(self, tree: Any) -> Cursor | None:
        """The record, enumeration or typedef that the name of a type is made of."""
        inner = tree
        while not isinstance(inner, c_ast.TypeDecl) and getattr(inner, "type", None) is not None:
            inner = inner.type
        base = getattr(inner, "type", None)
        if isinstance(base, c_ast.IdentifierType) and self.maker.named(base.names) is not None:
            return None
        try:
            return None if base is None else Cursor(kinds.TYPE_REF, self._base(base))
        except UnreadableError:
            return None

    def _Cast(self, tree: Any) -> Node:
        at = self.at(tree)
        type_ = self.type_of(tree.to_type)
        close = self.source.match.get(at, at)
        inner = self.operand(tree.expr, close + 1)
        return self._made(kinds.CAST, type_, [inner], at, inner.own.high)

    def _CompoundLiteral(self, tree: Any) -> Node:
        at = self.at(tree)
        type_ = self.type_of(tree.type)
        close = self.source.match.get(at, at)
        if isinstance(type_, Array) and type_.count == -1:
            type_ = Array(type_.of, self.elements(tree.init, type_))
        inner = self.initialiser(tree.init, type_, close)
        return self._made(kinds.COMPOUND_LITERAL, type_, [inner], at, inner.own.high)

    def _TernaryOp(self, tree: Any) -> Node:
        condition = self.operand(tree.cond)
        if isinstance(tree.iftrue, c_ast.ID) and tree.iftrue.name == rewrite.SAME:
            other = self.operand(tree.iffalse)
            type_ = self._common(condition, other)
            children = [condition, condition, condition, other]
            return self._made(kinds.UNEXPOSED_EXPR, type_, children, condition.own.low, other.own.high)
        then, other = self.operand(tree.iftrue), self.operand(tree.iffalse)
        type_ = self._common(then, other)
        return self._made(
            kinds.CONDITIONAL, type_, [condition, then, other], condition.own.low, other.own.high
        )

    def _common(self, left: Node, right: Node) -> CType:
        """The type of a choice between two expressions."""
        first, second = self.value_type(left), self.value_type(right)
        if first.kind == kinds.TYPE_VOID or second.kind == kinds.TYPE_VOID:
            return self.maker.void
        if first.is_pointer and second.is_pointer:
            if self._is_null(left):
                return second
            chosen, other = first, second
            if not self._is_null(right) and second.pointee.kind == kinds.TYPE_VOID:
                chosen, other = second, first
            return chosen.plain() if self._is_null(right) else self._pointing(chosen, other)
        if first.is_pointer or second.is_pointer:
            return first.plain() if first.is_pointer else second.plain()
        if first.name == second.name and not first.is_integer:
            return first.plain()
        return self.maker.arithmetic(first, second)

    def _pointing(self, to: CType, other: CType) -> CType:
        """A pointer, to what has the qualifiers too of what another one points at (C17 6.5.15)."""
        pointee, quals = to.pointee, getattr(other.pointee, "quals", "")
        if not quals or not isinstance(pointee, CType) or pointee.is_function:
            return to.plain()
        return self.maker.pointer(pointee.qualified(quals.split()))

    def _is_null(self, node: Node) -> bool:
        return self.value_type(node).name in ("void *", "int") and value_of(node) == 0

    # Members, elements, calls.

    def _StructRef(self, tree: Any) -> Node:
        base = self.operand(tree.name)
        at = self.at(tree.field)
        name = self._text(at) or tree.field.name
        type_ = base.own.type or INVALID
        value = self.maker.decayed(type_)
        pointed = isinstance(value, Pointer)
        if pointed != (tree.type == "->") and type_ is not INVALID:
            self.complain(f"member reference type '{type_.name}' is {'' if pointed else 'not '}a pointer", at)
        type_ = value.target if isinstance(value, Pointer) else type_
        if not isinstance(type_, Record):
            if pointed == (tree.type == "->") and type_ is not INVALID:
                self.complain(f"member reference base type '{type_.name}' is not a structure or union", at)
            return self._torn([base], base.own.low, at)
        known = type_.layout.known()
        found = known.members.get(name)
        if found is None:
            if known.fields is None:
                self.complain(f"incomplete definition of type '{type_.plain().name}'", at)
            else:
                self.complain(f"no member named '{name}' in '{type_.plain().name}'", at)
            return self._torn([base], base.own.low, at)
        cursor, member = found
        quals = [one for one in type_.quals.split() if one != "restrict"]
        node = self._made(
            kinds.MEMBER, member.qualified(quals) if quals else member, [base], base.own.low, at
        )
        node.own.refers = cursor
        node.own.name = name
        return node

    def _ArrayRef(self, tree: Any) -> Node:
        base = self.operand(tree.name)
        opening = base.own.high + 1
        index = self.operand(tree.subscript, opening + 1)
        pointer = self.value_type(base)
        if not isinstance(pointer, Pointer):
            pointer = self.value_type(index)
        type_ = pointer.target if isinstance(pointer, Pointer) else INVALID
        close = self.source.match.get(opening, index.own.high + 1)
        if not isinstance(pointer, Pointer) and INVALID not in (base.own.type, index.own.type):
            self.complain("subscripted value is not an array, pointer, or vector", opening)
            return self._torn([base, index], base.own.low, close)
        if isinstance(type_, Record) and type_.layout.known().fields is None:
            self.complain(f"subscript of pointer to incomplete type '{type_.name}'", base.own.low)
        return self._made(kinds.SUBSCRIPT, type_, [base, index], base.own.low, close)

    def _FuncCall(self, tree: Any) -> Node:
        name = tree.name.name if isinstance(tree.name, c_ast.ID) else ""
        if name == rewrite.PIECE:
            return self._piece(self.at(tree))
        if name == rewrite.JUMP:
            return self._computed_jump(tree)
        if name == "offsetof":
            return self._offset(tree)
        arguments = tree.args.exprs if tree.args is not None else []
        if _ATOMIC.match(name) and len(arguments) > 1:
            return self._atomic(tree, arguments)
        callee = self._callee(tree.name, name)
        opening = callee.own.high + 1
        close = self.source.match.get(opening, opening)
        operands = [self._or_unknown(one, self.maker.int, opening + 1) for one in arguments]
        function = self.value_type(callee)
        function = function.target if isinstance(function, Pointer) else function
        if not isinstance(function, Function) and function is not INVALID:
            self.complain(f"called object type '{function.name}' is not a function", callee.own.low)
            return self._torn([callee, *operands], callee.own.low, close)
        result = function.result if isinstance(function, Function) else self.maker.int
        return self._made(kinds.CALL, result.plain(), [callee, *operands], callee.own.low, close)

    def _callee(self, tree: Any, name: str) -> Node:
        """What is called; a function that nobody declared is declared by that."""
        if name and self._is_undeclared(name):
            self._declare_called(name, self.at(tree))
        return self.operand(tree)

    def _is_undeclared(self, name: str) -> bool:
        """Whether a name that is called is one that nobody declared, and no operator in a call's clothes."""
        if name in _CALLED_OPERATORS or _ATOMIC.match(name):
            return False
        return self.scopes.find(name) is None

    def _declare_called(self, name: str, at: int) -> None:
        """Declare a function as its first call does (C90 6.3.2.2), and report that; builtins are known."""
        type_ = builtins.known(name, self.maker)
        if type_ is None or not name.startswith("__"):
            self.complain(
                f"call to undeclared function '{name}'; ISO C99 and later do not support"
                " implicit function declarations",
                at,
            )
        cursor = Cursor(kinds.FUNCTION_DECL, type_ or Function(self.maker.int, None), name)
        self.place(cursor, at, at)
        self.scopes.file.names[name] = cursor

    def _atomic(self, tree: Any, arguments: Sequence[Any]) -> Node:
        """An atomic builtin: clang shows pointer, memory order, then the values."""
        at = self.at(tree)
        nodes = [self.operand(one, at + 2) for one in arguments]
        pointer, order, values = nodes[0], nodes[-1], nodes[1:-1]
        target = self.value_type(pointer)
        type_ = target.target.plain() if isinstance(target, Pointer) else INVALID
        close = self.source.match.get(at + 1, at + 1)
        return self._made(kinds.UNEXPOSED_EXPR, type_, [pointer, order, *values], at, close)

    def _offset(self, tree: Any) -> Node:
        """`offsetof`: references to the members on the way, and the offset as value."""
        at = self.at(tree)
        type_ = self.type_of(tree.args.exprs[0])
        steps: list[Any] = []
        inner = tree.args.exprs[1]
        while isinstance(inner, c_ast.StructRef | c_ast.ArrayRef):
            steps.insert(0, inner)
            inner = inner.name
        children: list[Node] = []
        offset: int | None = 0
        for step in [inner, *steps]:
            if isinstance(step, c_ast.ArrayRef):
                index = value_of(self.expression(step.subscript))
                type_ = type_.of if isinstance(type_, Array) else INVALID
                offset = None if index is None or offset is None else offset + index * type_.size
                continue
            named = step if isinstance(step, c_ast.ID) else step.field
            found = self.member_path(type_, self._text(self.at(named)) or named.name)
            if not found:
                self.complain(f"no member named '{named.name}' in '{type_.plain().name}'", self.at(named))
                raise UnreadableError
            for name, cursor, member, distance in found:
                offset = None if offset is None else offset + distance
                type_ = member
                if name:
                    children.append(self._reference(cursor, member, name, self.at(named)))
        high = self.source.match.get(at + 1, at + 1)
        node = self._made(kinds.UNEXPOSED_EXPR, self.maker.size_type, children, at, high)
        node.own.value = offset
        return node

    def _reference(self, cursor: Cursor | None, type_: CType, name: str, at: int) -> Node:
        node = self._made(kinds.MEMBER_REF, type_, [], at, at)
        node.own.refers, node.own.name = cursor, name
        return node

    def member_path(self, type_: CType, name: str) -> list[tuple[str, Cursor | None, CType, int]]:
        """The way to a member through unnamed ones: name, declaration, type, distance; empty for none."""
        for field in type_.fields:
            member = field.type
            assert isinstance(member, CType)
            if field.name == name and isinstance(type_, Record):
                return [(name, type_.layout.members[name][0], member, field.offset)]
            if not field.name and (inner := self.member_path(member, name)):
                return [("", None, member, field.offset), *inner]
        return []

    # Pieces.

    def _piece(self, at: int) -> Node:
        piece = self.source.pieces[at]
        match = self.source.match
        if piece.kind == "statement":
            if not piece.parts:
                raise UnreadableError
            body = self.compound(piece.parts[0])
            type_: CType = self.maker.void
            if body.children and body.children[-1].kind < kinds.FIRST_STATEMENT:
                last = body.children[-1]
                type_ = self.value_type(last) if isinstance(last, Node) else type_
            return self._made(kinds.STATEMENT_EXPR, type_, [body], at, match[at])
        high = match[at + 1]
        if piece.kind == "va_arg":
            list_ = self.operand(piece.parts[0], at + 2)
            return self._made(kinds.UNEXPOSED_EXPR, self.measured(piece.parts[1])[0], [list_], at, high)
        control = self.expression(piece.parts[0][1])
        wanted = self.value_type(control).plain().name
        chosen: Node | None = None
        for named, value in piece.parts[1:]:
            if named is None:
                chosen = chosen or self.expression(value)
            elif self.measured(named)[0].name == wanted:
                chosen = self.expression(value)
                break
        if chosen is None:
            raise UnreadableError
        return self._made(kinds.PAREN, chosen.own.type, [chosen], at, high)

    def _computed_jump(self, tree: Any) -> Node:
        at = self.at(tree)
        operands = [self.operand(one, at + 2) for one in tree.args.exprs]
        return self._made(kinds.INDIRECT_GOTO, INVALID, operands, at, operands[-1].own.high)

    def compound(self, tree: Any) -> Node:
        """A compound statement."""
        raise NotImplementedError

    # Initialisers.

    def initialiser(self, tree: Any, type_: CType, after: int) -> Node:
        """An initialiser of something of a type; `after` is the number of a token before it."""
        if not isinstance(tree, c_ast.InitList):
            return self.operand(tree, after + 1)
        tokens = self.source.tokens
        low = next((one for one in range(after, len(tokens)) if tokens[one].text == "{"), after)
        high = self.source.match.get(low, low)
        cursor = Cursor(kinds.INIT_LIST, type_)
        self.place(cursor, low, high)
        node = Node(cursor)
        filler = _Filler(type_)
        before = low
        for item in tree.exprs or ():
            child = self._item(item, type_, filler, before)
            node.children.append(child)
            before = child.own.high + 1
        return node

    def _item(self, item: Any, type_: CType, filler: _Filler, before: int) -> Node:
        if isinstance(item, c_ast.NamedInitializer):
            return self._designated(item, type_, filler, before)
        if isinstance(item, c_ast.InitList):
            return self.initialiser(item, filler.braced(), before + 1)
        node = self.operand(item, before + 1)
        filler.plain(node)
        return node

    def _designated(self, item: Any, type_: CType, filler: _Filler, before: int) -> Node:
        children: list[Node] = []
        current = type_
        low = before + 1
        at = low
        for number, designator in enumerate(item.name):
            # pycparser 2 has `[NAME]` as the name alone.
            named = isinstance(designator, c_ast.ID)
            if named and self.source.tokens[self.at(designator) - 1].text != "[":
                at = self.at(designator)
                name = self._text(at) or designator.name
                found = self.member_path(current, name)
                if not found:
                    owner = current.plain().name
                    self.complain(
                        f"field designator '{name}' does not refer to any field in type '{owner}'", at
                    )
                    raise UnreadableError
                if not number:
                    filler.seek(found[0][2], found[0][0])
                    low = at - 1
                for step, cursor, member, _ in found:
                    children.append(self._reference(cursor, member, step, at))
                    current = member
            else:
                inner = designator.expr if hasattr(designator, "expr") else designator
                if isinstance(inner, c_ast.FuncCall) and getattr(inner.name, "name", "") == rewrite.RANGE:
                    bounds = [self.operand(one) for one in inner.args.exprs]
                else:
                    bounds = [self.operand(inner)]
                children += bounds
                at = bounds[-1].own.high + 1
                if not number:
                    low = bounds[0].own.low - 1
                    filler.at = value_of(bounds[-1]) or 0
                current = current.of if isinstance(current, Array) else INVALID
        filler.braced()
        value = self.initialiser(item.expr, current, at + 1)
        return self._made(kinds.UNEXPOSED_EXPR, self.maker.void, [*children, value], low, value.own.high)

    def elements(self, tree: Any, type_: CType) -> int:
        """How many elements an initialiser gives an array of unknown length."""
        self._quiet += 1
        try:
            if not isinstance(tree, c_ast.InitList):
                node = self.expression(tree)
                found = node.own.type
                return found.count if isinstance(found, Array) else -1
            items = list(tree.exprs or ())
            if len(items) == 1 and type_.element.size == 1:
                only = items[0]
                if isinstance(only, c_ast.Constant):
                    text = self.expression(only).own.type
                    if isinstance(text, Array):
                        return text.count
            filler = _Filler(type_)
            for item in items:
                self._counted(item, filler, type_)
            return filler.most
        except UnreadableError:
            return -1
        finally:
            self._quiet -= 1

    def _counted(self, item: Any, filler: _Filler, type_: CType) -> None:
        if isinstance(item, c_ast.NamedInitializer):
            designator = item.name[0]
            inner = designator.expr if hasattr(designator, "expr") else designator
            if isinstance(inner, c_ast.FuncCall) and getattr(inner.name, "name", "") == rewrite.RANGE:
                inner = inner.args.exprs[-1]
            filler.at = value_of(self.expression(inner)) or 0
            filler.braced()
        elif isinstance(item, c_ast.InitList) or (not type_.element.is_record and not type_.element.is_array):
            filler.listed()
        else:
            filler.plain(self.expression(item))


class _Filler:
    """Which member or element of an aggregate the next item of a list is for."""

    def __init__(self, type_: CType) -> None:
        self._type = type_
        self.at = 0
        self.most = 0
        self._left = 0

    def _current(self) -> CType:
        if isinstance(self._type, Array):
            return self._type.of
        fields = [one for one in self._type.fields if one.name or one.type.is_record]
        found = fields[self.at].type if self.at < len(fields) else INVALID
        assert isinstance(found, CType)
        return found

    def seek(self, type_: CType, name: str) -> None:
        """Go to the member of that name (of that type, if it has none)."""
        fields = [one for one in self._type.fields if one.name or one.type.is_record]
        for at, field in enumerate(fields):
            if (field.name == name) if name else (field.type is type_):
                self.at = at
                return

    def braced(self) -> CType:
        """The type that a list of its own fills; go on behind it."""
        current = self._current()
        self._left = 0
        self.at += 1
        self.most = max(self.most, self.at)
        return current

    def listed(self) -> None:
        """Go on behind a list, which may be for one of several that fill one aggregate."""
        if self._left:
            self._left -= 1
        else:
            self.braced()

    def plain(self, node: Node) -> None:
        """Go on behind an expression, which may be the first of several that fill one aggregate."""
        if self._left:
            self._left -= 1
            return
        current = self._current()
        whole = node.own.type is not None and node.own.type.name == current.name
        text = node.kind == kinds.STRING and isinstance(current, Array)
        if (isinstance(current, Array) or current.is_record) and not whole and not text:
            self._left = max(_leaves(current, 0) - 1, 0)
        self.at += 1
        self.most = max(self.most, self.at)


def _leaves(type_: CType, depth: int) -> int:
    """How many expressions fill an aggregate without braces."""
    if depth > 32:
        return 1
    if isinstance(type_, Array):
        return max(type_.count, 0) * _leaves(type_.of, depth + 1)
    if isinstance(type_, Record):
        layout = type_.layout.known()
        if layout.leaves < 0:
            fields = [one for one in type_.fields if one.name or one.type.is_record]
            given = fields[:1] if layout.union else fields
            layout.leaves = sum(_leaves(one.type, depth + 1) for one in given if isinstance(one.type, CType))
        return layout.leaves
    return 1
