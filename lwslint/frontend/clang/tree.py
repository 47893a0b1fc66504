"""The syntax tree below a declaration, fetched in one visit."""

from __future__ import annotations

from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.library import BREAK, CONTINUE, RECURSE, Cursor, Visitor, load

_NO_CHILDREN = frozenset(
    {
        kinds.TYPE_REF,
        kinds.MEMBER_REF,
        kinds.LABEL_REF,
        kinds.INTEGER,
        kinds.FLOATING,
        kinds.STRING,
        kinds.CHARACTER,
    }
)


class Node:
    """A cursor and its children; references to types stand apart in `types`, attributes are left out.

    `parts` are start, condition and step of a `for` where the parser tells which is which.
    """

    __slots__ = ("children", "cursor", "kind", "parts", "types")

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.kind: int = cursor.kind
        self.children: list[Node] = []
        self.types: list[Cursor] = []
        self.parts: tuple[Node | None, Node | None, Node | None] | None = None


def key(cursor: Cursor) -> int:
    """The address of the statement or declaration: equal for equal cursors of a unit."""
    return cursor.d1 if cursor.d1 > 1 else cursor.d0  # type: ignore[no-any-return]


def collect(root: Cursor, limit: int, *, torn: bool = False) -> tuple[Node | None, int]:
    """The tree below `root` and the number of its nodes; no tree if there are more than `limit`.

    In a unit that is `torn` by errors, clang keeps of an expression like `info.prot` (which has no such
    member) the operands, `info`, below a node of no type: that is a `TORN_EXPR`, and no cast of `info`.
    """
    library = load()
    top = Node(root)
    nodes = [top]
    keys = [key(root)]
    count = 1

    def is_dependent(cursor: Cursor) -> bool:
        return bool(library.clang_getCursorType(cursor).kind == kinds.TYPE_DEPENDENT)

    def visit(cursor: Cursor, parent: Cursor, _: None) -> int:
        nonlocal count
        wanted = parent.d1
        if wanted < 2:
            wanted = parent.d0
        while keys[-1] != wanted and len(keys) > 1:
            keys.pop()
            nodes.pop()
        kind = cursor.kind
        if kind == kinds.TYPE_REF:
            nodes[-1].types.append(cursor)
            return CONTINUE
        if kinds.FIRST_ATTRIBUTE <= kind <= kinds.LAST_ATTRIBUTE:
            return CONTINUE
        count += 1
        if count > limit:
            return BREAK
        node = Node(cursor)
        if torn and kind == kinds.UNEXPOSED_EXPR and is_dependent(cursor):
            node.kind = kinds.TORN_EXPR
        nodes[-1].children.append(node)
        if kind in _NO_CHILDREN:
            return CONTINUE
        nodes.append(node)
        keys.append(cursor.d1 if cursor.d1 > 1 else cursor.d0)
        return RECURSE

    library.clang_visitChildren(root, Visitor(visit), None)
    return (top, count) if count <= limit else (None, limit)
