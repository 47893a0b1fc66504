"""`container_of`, however it is written."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.frame import WRAPPERS, unwrapped
from lwslint.frontend.clang.locations import Locations
from lwslint.frontend.clang.tree import Node


class Containers(Locations):
    """Lowers the way from a member back to its object."""

    def _container(self, left: Node, right: Node) -> ir.Value | None:
        """`(char *)pointer - offsetof(type, member)`, the heart of every container_of."""
        offset = unwrapped(right)
        names = self._offset_of(offset) or self._null_member(offset)
        if names is None:
            return None
        type_name, path = names
        member = self.value(left)
        if isinstance(member, ir.SizeOf | ir.Const):  # how far it is from a member to the end
            return None
        return ir.Container(member, type_name, path)

    def _offset_of(self, node: Node) -> tuple[str, str] | None:
        references = [child for child in node.children if child.kind == kinds.MEMBER_REF]
        if node.kind != kinds.UNEXPOSED_EXPR or not references:
            return None
        field = self.symbols.declaration(references[0].cursor)
        owner = self.types.of(self.symbols.record_of(field))
        self.symbols.use_type(owner)
        names = [self.symbols.name(reference.cursor) for reference in references]
        return owner.name, ".".join(name for name in names if name and "(" not in name)

    def _null_member(self, node: Node) -> tuple[str, str] | None:
        """`&((type *)0)->member`, the offsetof of old."""
        if node.kind != kinds.UNARY or not node.children or self._operator(node) != "&":
            return None
        names: list[str] = []
        at = node.children[0]
        while at.kind in (kinds.MEMBER, kinds.PAREN) and at.children:
            if at.kind == kinds.MEMBER and (name := self.symbols.name(at.cursor)) and "(" not in name:
                names.insert(0, name)
            at = at.children[0]
        if not names or at.kind not in WRAPPERS:
            return None
        info = self.types.of(at.cursor)
        if not info.is_pointer or not isinstance(self.value(at), ir.Const):
            return None
        self.symbols.use_type(info)
        return info.pointee.name, ".".join(names)
