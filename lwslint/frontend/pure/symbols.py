"""What the names of a unit stand for, told from the tree that was made."""

from __future__ import annotations

from typing import cast

from lwslint.frontend.clang import builtins
from lwslint.frontend.clang.library import Cursor as ClangCursor
from lwslint.frontend.clang.symbols import Symbols
from lwslint.frontend.clang.tree import Node
from lwslint.frontend.clang.types import TypeInfo
from lwslint.frontend.pure.cursor import Cursor
from lwslint.frontend.pure.evaluate import value_of
from lwslint.frontend.pure.types import PureTypes, Record


class PureSymbols(Symbols):
    """The names of one unit, and what of them was used."""

    types: PureTypes

    def name(self, cursor: ClangCursor) -> str:
        """A declaration's name, or a string literal as it is spelled."""
        return cast("Cursor", cursor).name

    def declaration(self, cursor: ClangCursor) -> ClangCursor:
        """The declaration that a cursor refers to."""
        return cast("Cursor", cursor).refers or Cursor(0)

    def record_of(self, field: ClangCursor) -> ClangCursor:
        """The declaration of the record that a member is of."""
        return cast("Cursor", field).parent or Cursor(0)

    def is_anonymous(self, record: ClangCursor) -> bool:
        """Whether the members of a record are those of the one around it."""
        type_ = cast("Cursor", record).type
        return not isinstance(type_, Record) or (type_.layout.anonymous and type_.layout.name.startswith("@"))

    def is_repeated(self, record: ClangCursor) -> bool:
        """Whether a record is defined a second time; of such ones the first is kept."""
        return False

    def enumerator(self, declaration: ClangCursor) -> int:
        """The value of an enumerator."""
        return cast("Cursor", declaration).value or 0

    def storage(self, declaration: ClangCursor) -> int:
        """The storage class, as `kinds.STORAGE_STATIC`."""
        return cast("Cursor", declaration).storage

    def is_thread_local(self, declaration: ClangCursor) -> bool:
        """Whether each thread has its own."""
        return cast("Cursor", declaration).thread_local

    def is_definition(self, declaration: ClangCursor) -> bool:
        """Whether a function's declaration has its body, a record's its members."""
        return cast("Cursor", declaration).body

    def initialiser(self, node: Node) -> Node | None:
        """The initialiser of a variable's declaration."""
        return node.children[-1] if node.children else None

    def is_initialiser_lost(self, declaration: ClangCursor) -> bool:
        """Whether a variable has an initialiser that could not be read."""
        return cast("Cursor", declaration).lost

    def operator(self, cursor: ClangCursor) -> str | None:
        """The operator of a unary or binary expression."""
        return cast("Cursor", cursor).operator

    def evaluate(self, cursor: ClangCursor) -> int | None:
        """The value of a constant integer expression."""
        own = cast("Cursor", cursor)
        if own.node is None or (own.type is not None and own.type.is_pointer):
            return None
        return value_of(own.node)

    def _returns(self, cursor: ClangCursor, name: str, info: TypeInfo) -> bool:
        return builtins.returns(name, info.name) and not cast("Cursor", cursor).noreturn
