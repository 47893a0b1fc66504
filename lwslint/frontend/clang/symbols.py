"""What the names of a unit stand for: variables, functions, enumerators."""

from __future__ import annotations

import re
from ctypes import CDLL
from functools import cached_property

from lwslint import ir
from lwslint.frontend.clang import builtins, kinds
from lwslint.frontend.clang.library import Cursor, load, text
from lwslint.frontend.clang.places import Places
from lwslint.frontend.clang.tree import Node, key
from lwslint.frontend.clang.types import TypeInfo, Types

_ATTRIBUTE_BYTES = 80
_ASSIGNED = re.compile(rb"\s*=(?!=)")
_GOES_ON = re.compile(rb"\s*[\w\"']")
_ANYWHERE = ir.Span(0, 1, 1, 1, 1)


class Variable:
    """A variable by its root and type."""

    __slots__ = ("root", "type")

    def __init__(self, root: str, type_: TypeInfo) -> None:
        self.root = root
        self.type = type_


class Callable:
    """A function by its name."""

    __slots__ = ("cursor", "name", "returns", "type")

    def __init__(self, name: str, cursor: Cursor, type_: TypeInfo, returns: bool) -> None:
        self.name = name
        self.cursor = cursor
        self.type = type_
        self.returns = returns


class Member:
    """A member by its name; `name` is empty for an anonymous struct or union."""

    __slots__ = ("name", "type")

    def __init__(self, name: str, type_: TypeInfo) -> None:
        self.name = name
        self.type = type_


Symbol = Variable | Callable | Member | ir.Const


class Symbols:
    """The names of one unit, asked from libclang once each, and what of them was used."""

    def __init__(self, places: Places, types: Types) -> None:
        self.places = places
        self.types = types
        self.globals: dict[str, ir.Global] = {}
        self.functions: dict[str, Callable] = {}
        self.records: dict[str, TypeInfo] = {}
        self.notes: list[ir.Note] = []
        self.lists: dict[str, Node] = {}
        self.unread: dict[str, None] = {}
        """Globals whose initialiser is not known: a big table of numbers, or one that could not be read."""
        self.library_members: set[str] = set()
        self.torn = False
        """Whether errors have left expressions without types, as `collect` has them."""
        self._symbols: dict[int, Symbol] = {}
        self._macro_values: dict[tuple[str, int], int | None] = {}
        self._literals = 0

    @cached_property
    def library(self) -> CDLL:
        """libclang, for those who ask it."""
        return load()

    def declare(self, cursor: Cursor, variable: Variable) -> None:
        """Say what a local declaration stands for."""
        self._symbols[key(cursor)] = variable
        self.use_type(variable.type)

    def referenced(self, cursor: Cursor) -> Symbol | None:
        """What the name in an expression stands for."""
        declaration = self.declaration(cursor)
        symbol = self._symbols.get(declaration.d0)
        if symbol is None and (symbol := self._ask(declaration)) is not None:
            self._symbols[declaration.d0] = symbol
        return symbol

    def _ask(self, declaration: Cursor) -> Symbol | None:
        kind = declaration.kind
        if kind == kinds.FUNCTION_DECL:
            return self.function(declaration)
        if kind == kinds.ENUM_CONSTANT:
            return ir.Const(self.enumerator(declaration), self.name(declaration))
        if kind == kinds.FIELD_DECL:
            name = self.name(declaration)
            self._use_record_of(declaration, name)
            return Member("" if "(" in name else name, self.types.of(declaration))
        if kind in (kinds.VAR_DECL, kinds.PARM_DECL):
            return self.file_variable(declaration)
        return None

    def name(self, cursor: Cursor) -> str:
        """A declaration's name, or a string literal as it is spelled."""
        return text(self.library.clang_getCursorSpelling(cursor))

    def declaration(self, cursor: Cursor) -> Cursor:
        """The declaration that a cursor refers to."""
        declaration: Cursor = self.library.clang_getCursorReferenced(cursor)
        return declaration

    def record_of(self, field: Cursor) -> Cursor:
        """The declaration of the record that a member is of."""
        record: Cursor = self.library.clang_getCursorSemanticParent(field)
        return record

    def is_anonymous(self, record: Cursor) -> bool:
        """Whether the members of a record are those of the one around it."""
        return bool(self.library.clang_Cursor_isAnonymousRecordDecl(record))

    def is_repeated(self, record: Cursor) -> bool:
        """Whether a record is defined a second time: that has no name any more."""
        return bool(self.library.clang_isInvalidDeclaration(record)) and "@" in self.types.of(record).name

    def enumerator(self, declaration: Cursor) -> int:
        """The value of an enumerator."""
        value: int = self.library.clang_getEnumConstantDeclValue(declaration)
        return value

    def storage(self, declaration: Cursor) -> int:
        """The storage class, as `kinds.STORAGE_STATIC`."""
        storage: int = self.library.clang_Cursor_getStorageClass(declaration)
        return storage

    def is_thread_local(self, declaration: Cursor) -> bool:
        """Whether each thread has its own."""
        return bool(self.library.clang_getCursorTLSKind(declaration))

    def is_definition(self, declaration: Cursor) -> bool:
        """Whether a function's declaration has its body, a record's its members."""
        return bool(self.library.clang_isCursorDefinition(declaration))

    def initialiser(self, node: Node) -> Node | None:
        """The initialiser of a variable's declaration, told from the sizes of its type; None if lost."""
        if not node.children or (self.torn and self.is_initialiser_lost(node.cursor)):
            return None
        wanted = key(self.library.clang_Cursor_getVarDeclInitializer(node.cursor))
        return next(
            (child for child in reversed(node.children) if wanted and key(child.cursor) == wanted), None
        )

    def is_initialiser_lost(self, declaration: Cursor) -> bool:
        """Whether a variable has an initialiser that the parser dropped, or cut short, for an error in it.

        clang ends `"a" UNDECLARED "b"` and `{0} UNDECLARED` before the name.
        """
        stretch = self.places.stretch(declaration)
        if stretch is None or stretch[3]:
            return False
        file, _, last, _ = stretch
        initialised = bool(key(self.library.clang_Cursor_getVarDeclInitializer(declaration)))
        behind = _GOES_ON if initialised else _ASSIGNED
        return behind.match(file.data, last) is not None

    def operator(self, cursor: Cursor) -> str | None:
        """The operator of a unary or binary expression, empty if there is none; None if nobody can tell."""
        unary = cursor.kind == kinds.UNARY
        name = "clang_getCursorUnaryOperatorKind" if unary else "clang_getCursorBinaryOperatorKind"
        ask = getattr(self.library, name, None)
        if ask is None:
            return None
        return (kinds.UNARY_OPERATORS if unary else kinds.BINARY_OPERATORS).get(ask(cursor), "")

    def function(self, cursor: Cursor) -> Callable:
        """A function that is named or declared."""
        name = self.name(cursor)
        known = self.functions.get(name)
        if known is None:
            info = self.types.of(cursor)
            known = Callable(name, cursor, info, self._returns(cursor, name, info))
            self.functions[name] = known
        return known

    def _returns(self, cursor: Cursor, name: str, info: TypeInfo) -> bool:
        if not builtins.returns(name, info.name):
            return False
        written = self.places.stretch(cursor)
        if written is None:
            return True
        file, first, last, _ = written
        before = re.split(rb"[;{}]", file.data[max(0, first - _ATTRIBUTE_BYTES) : first])[-1]
        return b"noreturn" not in (before + file.data[first:last].split(b"{")[0]).lower()

    def file_variable(self, cursor: Cursor) -> Variable:
        """A variable of file scope, or one declared `extern` in a block; enters it as declared."""
        name = self.name(cursor)
        variable = Variable(f"@{name}", self.types.of(cursor))
        if variable.root not in self.globals:
            self.add_global(cursor, variable, ir.Storage.EXTERNAL, defined=False)
        self.use_type(variable.type)
        return variable

    def add_global(
        self,
        cursor: Cursor,
        variable: Variable,
        storage: ir.Storage,
        *,
        defined: bool = True,
        function: str = "",
    ) -> None:
        """Enter a variable of static storage duration."""
        name = self.name(cursor)
        self.globals[variable.root] = ir.Global(
            root=variable.root,
            name=name,
            type=variable.type.name,
            size=variable.type.size,
            storage=storage,
            span=self.places.name_span(cursor, len(name.encode("utf-8", "surrogateescape"))) or _ANYWHERE,
            defined=defined,
            const=variable.type.const,
            thread_local=self.is_thread_local(cursor),
            function=function,
        )

    def literal(self, info: TypeInfo, span: ir.Span) -> Variable:
        """A compound literal of file scope, as a static variable without a name."""
        variable = Variable(f"@.literal.{self._literals}", info)
        self._literals += 1
        self.globals[variable.root] = ir.Global(
            variable.root, "", info.name, info.size, ir.Storage.STATIC, span
        )
        self.use_type(info)
        return variable

    def _use_record_of(self, field: Cursor, name: str) -> None:
        parent = self.record_of(field)
        if self.is_anonymous(parent):
            return
        info = self.types.of(parent)
        self.use_type(info)
        if "lws" in info.name:
            self.library_members.add(f"{info.name.removeprefix('struct ')}.{name}")

    def use_type(self, info: TypeInfo) -> None:
        """Remember the records that a type leads to, through pointers and through members by value."""
        pending = [info]
        while pending:
            current = pending.pop()
            while current.is_array or current.is_pointer:
                current = current.element if current.is_array else current.pointee
            if current.is_record and current.name not in self.records:
                self.records[current.name] = current
                if current.is_too_large:
                    self.broken(f"{current.name}: too many members in members", None)
                pending += [
                    field.type for field in current.fields if field.name and not field.type.is_pointer
                ]

    def evaluate(self, cursor: Cursor) -> int | None:
        """The value of a constant integer expression, as clang computes it."""
        result = self.library.clang_Cursor_Evaluate(cursor)
        if not result:
            return None
        value: int | None = None
        if self.library.clang_EvalResult_getKind(result) == 1:
            if self.library.clang_EvalResult_isUnsignedInt(result):
                value = self.library.clang_EvalResult_getAsUnsigned(result)
            else:
                value = self.library.clang_EvalResult_getAsLongLong(result)
        self.library.clang_EvalResult_dispose(result)
        return value

    def macro_literal(self, macro: str, node: Node) -> int | None:
        """The value of a literal out of a macro; asked once where the macro is that literal alone."""
        if not macro or not self.places.is_stable(macro):
            return self.evaluate(node.cursor)
        body = self.places.macros().get(macro.encode())
        if body and len(body[0][0].data[body[0][1] : body[0][2]].split()) > 1:
            return self.evaluate(node.cursor)
        if not body and macro not in ("NULL", "true", "false"):
            return self.evaluate(node.cursor)
        if (macro, node.kind) not in self._macro_values:
            self._macro_values[macro, node.kind] = self.evaluate(node.cursor)
        return self._macro_values[macro, node.kind]

    def broken(self, message: str, span: ir.Span | None) -> None:
        """Say that something could not be read."""
        self.notes.append(ir.Note(ir.NoteKind.BROKEN, message, span))
