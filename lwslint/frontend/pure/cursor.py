"""What stands for libclang's cursors where pycparser has read the text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.library import Cursor as ClangCursor
from lwslint.frontend.clang.tree import Node as ClangNode

if TYPE_CHECKING:
    from lwslint.frontend.pure.tokens import Token
    from lwslint.frontend.pure.types import CType

_numbers = itertools.count(2)


class Cursor(ClangCursor):
    """A declaration, expression or statement.

    `d0` names it as in libclang's cursors. `low` and `high` are the numbers of its first and last token in
    the declaration that it is part of, `first` and `last` those tokens, `at` the one that it is found by (a
    declaration's name). `lost` says that a variable's initialiser could not be read. `refers` is the
    declaration that a name stands for, `parent` the record of a member.
    """

    def __init__(self, kind: int, type_: CType | None = None, name: str = "") -> None:
        super().__init__(kind=kind, d0=next(_numbers))
        self.type = type_
        self.name = name
        self.low = self.high = -1
        self.first: Token | None = None
        self.last: Token | None = None
        self.at: Token | None = None
        self.refers: Cursor | None = None
        self.parent: Cursor | None = None
        self.storage = 0
        self.thread_local = False
        self.noreturn = False
        self.body = False
        self.lost = False
        self.operator = ""
        self.value: int | None = None
        self.node: Node | None = None


class Node(ClangNode):
    """A cursor and its children, made from pycparser's tree."""

    __slots__ = ("own",)

    def __init__(self, cursor: Cursor, children: Iterable[ClangNode] = ()) -> None:
        super().__init__(cursor)
        self.own = cursor
        self.children = list(children)
        cursor.node = self


def is_torn(top: ClangNode) -> bool:
    """Whether there is an expression of no meaning in a tree."""
    pending = [top]
    while pending:
        node = pending.pop()
        if node.kind == kinds.TORN_EXPR:
            return True
        pending += node.children
    return False
