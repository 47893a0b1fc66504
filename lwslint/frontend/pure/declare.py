"""Types and declarations out of pycparser's tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pycparser import c_ast

from lwslint.frontend.clang import kinds
from lwslint.frontend.pure import rewrite
from lwslint.frontend.pure.alignment import PackedBrace
from lwslint.frontend.pure.cursor import Cursor, Node, is_torn
from lwslint.frontend.pure.evaluate import fitted, value_of
from lwslint.frontend.pure.layers import ATTRIBUTES, Chunk, Layer, skipped
from lwslint.frontend.pure.preprocess import Diagnostic
from lwslint.frontend.pure.rewrite import LostError, Source
from lwslint.frontend.pure.scopes import Scopes
from lwslint.frontend.pure.tokens import NUMBER, Token
from lwslint.frontend.pure.types import (
    INVALID,
    Array,
    Atomic,
    Basic,
    CType,
    Function,
    Layout,
    Maker,
    Member,
    Record,
    lay_out,
)

_MAX_ELEMENTS = 1 << 40


class UnreadableError(Exception):
    """A statement that means nothing because a name in it does not."""


class Declarations:
    """Reads declarations; the layers above read expressions and statements."""

    def __init__(self, layers: Sequence[Layer], maker: Maker) -> None:
        self.maker = maker
        self.scopes = Scopes(layers, self._foreign)
        self.diagnostics: list[Diagnostic] = []
        self.source = Source(())
        self.function = ""
        self._quiet = 0
        self.tentative: list[tuple[Record, Source, int]] = []
        """Variables of file scope without initialiser, with their places: their records may come later."""
        self._last_complaint = (self.source, -1)
        self._nested = 0
        self._defined: dict[int, tuple[Any, Record]] = {}
        """Trees that define a record, by identity, each with that record of this unit."""

    # What the layers above supply.

    def expression(self, tree: Any) -> Node:
        """An expression."""
        raise NotImplementedError

    def initialiser(self, tree: Any, type_: CType, after: int) -> Node:
        """An initialiser of something of a type; `after` is the number of a token before it."""
        raise NotImplementedError

    def elements(self, tree: Any, type_: CType) -> int:
        """How many elements an initialiser gives an array of unknown length."""
        raise NotImplementedError

    # Places.

    def at(self, tree: Any) -> int:
        """The number of the token that a tree starts with, as pycparser says; -1 if it does not."""
        coordinate = tree.coord
        return -1 if coordinate is None else int(coordinate.line) - 2

    def place(self, cursor: Cursor, low: int, high: int) -> None:
        """Say which tokens a cursor reaches over."""
        tokens = self.source.tokens
        low = min(max(low, 0), len(tokens) - 1)
        high = min(max(high, low), len(tokens) - 1)
        cursor.low, cursor.high = low, high
        cursor.first, cursor.last = tokens[low], tokens[high]
        if cursor.at is None:
            cursor.at = tokens[low]

    def complain(self, message: str, at: int) -> None:
        """Report an error at a token."""
        if self._quiet or not 0 <= at < len(self.source.tokens):
            return
        token = self.source.tokens[at]
        self._last_complaint = (self.source, at)
        self.diagnostics.append(Diagnostic(message, (token.file, token.start)))

    # Declarations of headers.

    def _foreign(self, chunk: Chunk) -> None:
        """Read a declaration of a header; of a function with its body, what is before that."""
        if chunk.tree is None:
            tokens = list(chunk.tokens)
            if chunk.body >= 0:
                last = tokens[chunk.body]
                tokens = [*tokens[: chunk.body], Token("p", ";", last.file, last.start, last.end)]
            try:
                chunk.tree = rewrite.parsed(tokens, self.scopes.is_type)
            except LostError:
                chunk.tree = Source(())
        source = chunk.tree
        assert isinstance(source, Source)
        before, function, self.source = self.source, self.function, source
        self._quiet += 1
        for tree in source.trees:
            try:
                self.declare(tree, foreign=True)
            except (UnreadableError, RecursionError):
                continue
        self._quiet -= 1
        self.source, self.function = before, function

    def declare(self, tree: Any, *, foreign: bool = False) -> Cursor | None:
        """Enter what one declaration declares; its cursor if it is a variable or function."""
        if isinstance(tree, c_ast.Typedef):
            type_ = self.type_of(tree.type)
            type_ = self._named_by_typedef(tree, type_)
            self.scopes.inner.names[tree.name] = type_
            return None
        if not isinstance(tree, c_ast.Decl):
            return None
        type_ = self.type_of(tree.type)
        if tree.name is None:
            return None
        name_at = self.name_at(tree)
        name = self.source.tokens[name_at].text if name_at >= 0 else tree.name
        storage = tree.storage or []
        if not self.function or "extern" in storage:
            type_ = _composite(type_, self.scopes.file.names.get(name))
        cursor = Cursor(kinds.FUNCTION_DECL if type_.is_function else kinds.VAR_DECL, type_, name)
        if "static" in storage:
            cursor.storage = kinds.STORAGE_STATIC
        elif "extern" in storage:
            cursor.storage = kinds.STORAGE_EXTERN
        cursor.thread_local = "_Thread_local" in storage or "__thread" in storage
        cursor.noreturn = self.source.noreturn or "_Noreturn" in (tree.funcspec or [])
        at = name_at if name_at >= 0 else self.at(tree)
        self.place(cursor, at, at)
        self.scopes.inner.names[name] = cursor
        if not foreign and "extern" not in storage:
            if self.function or tree.init is not None:
                self._complete(type_, "variable", at)
            elif not self._quiet and isinstance(type_, Record):
                self.tentative.append((type_, self.source, at))
        if tree.init is not None and not foreign:
            unbounded = isinstance(type_, Array) and type_.count == -1
            if isinstance(type_, Array) and unbounded:
                cursor.type = Array(type_.of, self.elements(tree.init, type_))
            cursor.node = Node(cursor)
            told = len(self.diagnostics)
            value = self.initialiser(tree.init, cursor.type or type_, at)
            if unbounded and len(self.diagnostics) > told and is_torn(value):
                cursor.type = type_  # what stands for how many elements is not known
            cursor.node.children.append(value)
            self.place(cursor, at, value.own.high)
        return cursor

    def _complete(self, type_: CType, what: str, at: int) -> None:
        """Report a variable or member of a record that nothing defines."""
        while isinstance(type_, Array):
            type_ = type_.of
        if isinstance(type_, Record) and type_.layout.known().fields is None:
            self.complain(f"{what} has incomplete type '{type_.plain().name}'", at)

    def name_at(self, tree: Any) -> int:
        """The number of the token that is a declaration's name."""
        inner = tree.type
        for _ in range(1000):
            if isinstance(inner, c_ast.TypeDecl):
                return self.at(inner)
            inner = getattr(inner, "type", None)
            if inner is None:
                break
        return -1

    def _named_by_typedef(self, tree: Any, type_: CType) -> CType:
        """An unnamed record or enumeration bears the name that a `typedef` gives it."""
        if not isinstance(tree.type, c_ast.TypeDecl):
            return type_
        if isinstance(type_, Record) and type_.layout.name.startswith("@"):
            type_.layout.by_typedef = True
            type_.layout.name = tree.name
            return Record(type_.layout, type_.quals)
        if isinstance(type_, Basic) and type_.word.startswith("enum @"):
            return Basic(tree.name, type_.kind, type_.size, type_.align, type_.quals)
        return type_

    # Types.

    def type_of(self, tree: Any) -> CType:
        """The type that a declarator or the name of a type says."""
        if isinstance(tree, c_ast.TypeDecl):
            return self._qualified(self._base(tree.type), tree.quals or [])
        if isinstance(tree, c_ast.PtrDecl):
            return self._qualified(self.maker.pointer(self.type_of(tree.type)), tree.quals or [])
        if isinstance(tree, c_ast.ArrayDecl):
            of = self.type_of(tree.type)
            return Array(of, self._count(tree.dim))
        if isinstance(tree, c_ast.FuncDecl):
            return self._function(tree)
        if isinstance(tree, c_ast.Typename | c_ast.Decl):
            return self.type_of(tree.type)
        return self._base(tree)

    def _qualified(self, type_: CType, quals: Sequence[str]) -> CType:
        if "_Atomic" in quals:
            type_ = Atomic(type_.plain())
        wanted = [one for one in quals if one != "_Atomic"]
        return type_.qualified(wanted) if wanted else type_

    def _count(self, tree: Any) -> int:
        if tree is None:
            return -1
        if isinstance(tree, c_ast.ID) and tree.name == "*":
            return -2
        value = value_of(self.expression(tree))
        return -2 if value is None or not 0 <= value < _MAX_ELEMENTS else value

    def _function(self, tree: Any) -> CType:
        result = self.type_of(tree.type)
        if tree.args is None:
            return Function(result, None)
        parameters: list[CType] = []
        variadic = False
        with self.scopes.block():
            for parameter in tree.args.params:
                if isinstance(parameter, c_ast.EllipsisParam):
                    variadic = True
                    continue
                if isinstance(parameter, c_ast.ID):
                    return Function(result, None)
                type_ = self.maker.decayed(self.type_of(parameter.type))
                if type_.kind == kinds.TYPE_VOID and len(tree.args.params) == 1:
                    break
                parameters.append(type_.plain())
                if getattr(parameter, "name", None):
                    self.scopes.inner.names[parameter.name] = Cursor(kinds.PARM_DECL, type_, parameter.name)
        return Function(result, parameters, variadic=variadic)

    def _base(self, tree: Any) -> CType:
        if isinstance(tree, c_ast.IdentifierType):
            return self._identified(tree)
        if isinstance(tree, c_ast.Struct | c_ast.Union):
            return self._record(tree, union=isinstance(tree, c_ast.Union))
        if isinstance(tree, c_ast.Enum):
            return self._enumeration(tree)
        return self.type_of(tree) if isinstance(tree, c_ast.Typename) else INVALID

    def _identified(self, tree: Any) -> CType:
        names = tree.names
        if len(names) == 1:
            name = names[0]
            if name.startswith(rewrite.TYPEOF):
                return self._type_of_piece(int(name.removeprefix(rewrite.TYPEOF)))
            if name == "__builtin_va_list":
                return self.maker.va_list
            if name in rewrite.BUILTIN_TYPES:
                word = (
                    "float" if "16" in name or "32" in name else "double" if "64" in name else "long double"
                )
                return INVALID if name == "__auto_type" else self.maker.basic[word]
        found = self.maker.named(names)
        if found is not None:
            return found
        for name in names:
            entity = self.scopes.find(name)
            if isinstance(entity, CType):
                return entity
        self.complain(f"unknown type name '{' '.join(names)}'", self.at(tree))
        return self.maker.int

    def _type_of_piece(self, at: int) -> CType:
        piece = self.source.pieces.get(at)
        return self.measured(piece.parts[0])[0] if piece is not None else INVALID

    def measured(self, tree: Any) -> tuple[CType, Node | None]:
        """What `sizeof` measures: a type, and the expression that has it, if it is one."""
        operand = tree.expr if isinstance(tree, c_ast.UnaryOp) and tree.op == "sizeof" else tree
        if isinstance(operand, c_ast.Typename):
            type_ = self.type_of(operand)
            return type_, None
        node = self.expression(operand)
        return node.own.type or INVALID, node

    def _record(self, tree: Any, *, union: bool) -> CType:
        tags = self.scopes.inner.tags
        at = self.at(tree)
        if tree.decls is None:
            known = self.scopes.tag(tree.name)
            if known is None:
                scope = self.scopes.file if self.scopes.is_tag(tree.name) else self.scopes.inner
                known = scope.tags[tree.name] = Record(self._layout(tree.name, union=union))
            return known
        if (read := self._defined.get(id(tree))) is not None:  # several declarators share it
            return read[1]
        layout: Layout | None = None
        if tree.name is not None:
            if self.scopes.inner is self.scopes.file:
                self.scopes.complete(tree.name)
            existing = tags.get(tree.name)
            if isinstance(existing, Record) and existing.layout.fields is not None:
                self.complain(f"redefinition of '{tree.name}'", at)
                return existing
            layout = existing.layout if isinstance(existing, Record) else None
        if layout is None:
            layout = self._layout(tree.name or self._unnamed(at), union=union)
        record = Record(layout)
        self._defined[id(tree)] = tree, record
        self.place(layout.cursor, at, at)
        if tree.name is not None:
            tags[tree.name] = record
        self._nested += 1
        self._fill(layout, tree, record)
        self._nested -= 1
        if not self._nested:
            self.defined(record)
        return record

    def _layout(self, name: str, *, union: bool) -> Layout:
        """A layout that a header's declaration may complete when somebody asks for it."""
        layout = Layout(name, union=union)
        if self.scopes.is_tag(name):
            layout.complete = lambda: self.scopes.complete(name)
        return layout

    def defined(self, record: Record) -> None:
        """Told of each record that is defined, but not of those inside others."""

    def _unnamed(self, at: int) -> str:
        """The name of what has none: the place of its keyword."""
        tokens = self.source.tokens
        while at > 0 and tokens[at].text not in ("struct", "union", "enum"):
            at -= 1
        token = tokens[at]
        line, column = token.file.place(token.start)
        base = token.file.name.replace("\\", "/").rpartition("/")[2]
        return f"@{base}:{line}:{column}"

    def _fill(self, layout: Layout, tree: Any, record: Record) -> None:
        members: list[Member] = []
        for one in tree.decls:
            if not isinstance(one, c_ast.Decl):
                continue
            type_ = self.type_of(one.type)
            width = None if one.bitsize is None else value_of(self.expression(one.bitsize)) or 0
            if one.name is None and width is None and not isinstance(type_, Record):
                continue
            at = self.name_at(one) if one.name else self.at(one)
            name = self.source.tokens[at].text if one.name and at >= 0 else ""
            self._complete(type_, "field", at)
            members.append(Member(name, type_, width, at, self._alignment(at + 1) if at >= 0 else 0))
            if name:
                cursor = Cursor(kinds.FIELD_DECL, type_, name)
                cursor.parent = layout.cursor
                self.place(cursor, at, at)
                layout.members.setdefault(name, (cursor, type_))
            elif isinstance(type_, Record):
                type_.layout.anonymous = True
        packed, align, most = self._attributes(self.at(tree))
        lay_out(layout, members, packed=packed, align=align, most=most)

    def _attributes(self, at: int) -> tuple[bool, int, int]:
        """Whether a record is packed, the alignment that it asks for, and the most that its members get."""
        tokens, match = self.source.tokens, self.source.match
        brace = next(
            (one for one in range(max(at, 0), min(at + 80, len(tokens))) if tokens[one].text == "{"), -1
        )
        if brace < 0:
            return False, 0, 0
        start = brace
        while start > 0 and tokens[start].text not in ("struct", "union"):
            start -= 1
        behind = match.get(brace, brace) + 1
        packed = any(tokens[one].text in ("packed", "__packed__") for one in range(start, brace))
        aligned = max(self._alignment(one) for one in range(start, brace)) if brace > start else 0
        if behind < len(tokens) and tokens[behind].text in ATTRIBUTES:
            end = skipped(tokens, behind)
            packed = packed or any(tokens[one].text in ("packed", "__packed__") for one in range(behind, end))
            aligned = max(aligned, self._alignment(behind))
        opening = tokens[brace]
        return packed, aligned, opening.most if isinstance(opening, PackedBrace) else 0

    def _alignment(self, at: int) -> int:
        """The alignment that the attribute at a token asks for; 0 for none."""
        tokens = self.source.tokens
        if at >= len(tokens) or tokens[at].text not in ATTRIBUTES:
            return 0
        end = skipped(tokens, at)
        for one in range(at, end - 1):
            if tokens[one].text in ("aligned", "__aligned__"):
                number = tokens[one + 2] if one + 2 < end and tokens[one + 1].text == "(" else None
                if number is None:
                    return 16
                return int(number.text) if number.kind == NUMBER and number.text.isdigit() else 0
        return 0

    def _enumeration(self, tree: Any) -> CType:
        if tree.values is None:
            known = self.scopes.tag(tree.name)
            if known is None:
                known = Basic(f"enum {tree.name}", kinds.TYPE_ENUM, 4, 4)
                self.scopes.inner.tags[tree.name] = known
            return known
        name = tree.name or self._unnamed(self.at(tree))
        type_ = Basic(f"enum {name}", kinds.TYPE_ENUM, 4, 4)
        if tree.name:
            self.scopes.inner.tags[tree.name] = type_
        value = -1
        for one in tree.values.enumerators:
            value += 1
            if one.value is not None:
                given = value_of(self.expression(one.value))
                value = value if given is None else given
            cursor = Cursor(kinds.ENUM_CONSTANT, self.maker.int, one.name)
            cursor.value = fitted(value, None)
            at = self.at(one)
            self.place(cursor, at, at)
            self.scopes.inner.names[one.name] = cursor
        return type_


def _composite(type_: CType, known: object) -> CType:
    """The type of a declaration after an earlier one, which may tell the length of an array (C17 6.2.7)."""
    before = known.type if isinstance(known, Cursor) else None
    if not isinstance(type_, Array) or not isinstance(before, Array) or type_.count != -1:
        return type_
    return Array(type_.of, before.count)
