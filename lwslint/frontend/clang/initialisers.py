"""Initialisers: clang gives them as written; omitted braces and designators are resolved here (C17 6.7.9)."""

from __future__ import annotations

import re

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.expressions import Expressions
from lwslint.frontend.clang.tree import Node
from lwslint.frontend.clang.types import FieldInfo, TypeInfo

MAX_RANGE = 256
"""`[0 ... n]` with more elements than this writes an element nobody knows."""

_DESIGNATORS = re.compile(rb"(?:\s*\.\s*\w+)+(?=\s*=)")
_CHARACTERS = frozenset({"char", "unsigned char", "signed char", "int", "unsigned int", "unsigned short"})


class Initialiser:
    """Assigns one initialiser to one object."""

    def __init__(self, expressions: Expressions) -> None:
        self._expressions = expressions
        self._assigned: list[ir.Assign] = []

    def assign(self, target: ir.Location, info: TypeInfo, node: Node, span: ir.Span) -> None:
        """Emit the assignments of an initialiser that starts at `target`."""
        node = _plain(node)
        self._one(target, info, node, span)
        for assign in self._assigned:
            self._expressions.graph.emit(assign)

    def _emit(self, target: ir.Location, value: ir.Value, span: ir.Span) -> None:
        self._assigned.append(ir.Assign(target, value, span, initial=True))

    def _one(self, target: ir.Location, info: TypeInfo, node: Node, span: ir.Span) -> None:
        if node.kind == kinds.INIT_LIST:
            self._list(target, info, node, span)
        elif info.is_array and node.kind == kinds.STRING:
            self._emit(target, self._expressions.value(node), span)
        elif info.is_array and node.kind == kinds.COMPOUND_LITERAL:
            self._emit(target, ir.Load(self._expressions.location(node)), span)
        else:
            self._emit(target, self._expressions.value(node), span)

    def _list(self, target: ir.Location, info: TypeInfo, node: Node, span: ir.Span) -> None:
        items = node.children
        if not (info.is_record or info.is_array):
            self._emit(target, self._expressions.value(items[0]) if items else ir.Const(0), span)
            return
        if len(items) == 1 and info.is_array and info.element.name in _CHARACTERS:
            text = _plain(items[0])
            if text.kind == kinds.STRING:
                self._emit(target, self._expressions.value(text), span)
                return
        if any(self._is_torn(item) for item in items):
            self._emit(target, ir.Unknown(), span)  # nobody knows for how many members it stands
            return
        before = len(self._assigned)
        complete = False
        if not self._is_zero(items):
            complete, _ = self._aggregate(target, info, items, 0, braced=True)
        if not complete:
            kept = [assign for assign in self._assigned[before:] if not isinstance(assign.value, ir.Zero)]
            self._assigned[before:] = [ir.Assign(target, ir.Zero(), span, initial=True), *kept]

    def _is_zero(self, items: list[Node]) -> bool:
        """`{}`, `{0}`, `{NULL}`, `{{0}}`: nothing but zeros that no member is named for."""
        if not items:
            return True
        if len(items) > 1 or _is_designated(self._expressions, items[0]):
            return False
        only = _plain(items[0])
        if only.kind == kinds.INIT_LIST:
            return self._is_zero(only.children)
        while only.kind in (kinds.PAREN, kinds.CAST, kinds.UNEXPOSED_EXPR) and len(only.children) == 1:
            only = only.children[0]
        if only.kind not in (kinds.INTEGER, kinds.CHARACTER):
            return False
        value = self._expressions.value(only)
        return isinstance(value, ir.Const) and value.value == 0

    def _is_complete(self, info: TypeInfo, named: set[int]) -> bool:
        if info.is_record and info.declaration.kind == kinds.UNION_DECL:
            return bool(named)
        return len(named) == (len(_members(info)) if info.is_record else info.length)

    def _aggregate(
        self, target: ir.Location, info: TypeInfo, items: list[Node], at: int, *, braced: bool
    ) -> tuple[bool, int]:
        """Fill members from `items[at:]`; whether all are named then, and the first item left over."""
        named: set[int] = set()
        whole = True
        next_member = 0
        members = _members(info)
        count = len(members) if info.is_record else info.length
        if info.is_record and info.declaration.kind == kinds.UNION_DECL:
            count = min(count, 1)
        while at < len(items):
            item = items[at]
            if _is_designated(self._expressions, item):
                if not braced:
                    break
                whole = whole and len(item.children) == 2
                next_member = self._designated(target, info, item, next_member)
                named.add(next_member - 1)
                at += 1
            elif 0 <= count <= next_member:
                if not braced:
                    break
                at += 1
            else:
                place, member = _step(target, info, members, next_member)
                filled, at = self._member(place, member, items, at)
                whole = whole and filled
                named.add(next_member)
                next_member += 1
        return whole and self._is_complete(info, named), at

    def _member(self, place: ir.Location, info: TypeInfo, items: list[Node], at: int) -> tuple[bool, int]:
        """Initialise one member from `items[at]`, or from as many as it needs where braces were left out."""
        item = _plain(items[at])
        aggregate = info.is_record or info.is_array
        whole = (
            item.kind == kinds.INIT_LIST
            or not aggregate
            or (info.is_array and item.kind == kinds.STRING)
            or (info.is_record and self._expressions.types.of(item.cursor).name == info.name)
        )
        if whole:
            self._one(place, info, item, self._expressions.span(items[at]))
            return True, at + 1
        filled, after = self._aggregate(place, info, items, at, braced=False)
        return filled, max(after, at + 1)

    def _designated(self, target: ir.Location, info: TypeInfo, item: Node, next_member: int) -> int:
        """Initialise what `.a.b[2] = value` names; the index after the member named first."""
        *designators, value = item.children
        if self._expressions.symbols.torn and not any(one.kind == kinds.MEMBER_REF for one in designators):
            written = self._expressions.places.text(item.cursor)
            if written is None or b"." in written.partition(b"=")[0]:
                return self._unresolved(target, info, written or b"", item, next_member)
        ranged = self._is_ranged(item, designators)
        first = next_member
        place, current = target, info
        places = [target]
        for number, designator in enumerate(designators):
            if designator.kind == kinds.MEMBER_REF:
                at = self._index_of(current, designator)
                if at is None:
                    continue
                if number == 0:
                    first = at
                place, current = _step(place, current, _members(current), at)
                places = [place]
            elif current.is_array:
                low = self._index(designator)
                high = self._index(designators[-1]) if ranged and number == len(designators) - 2 else low
                if number == 0:
                    first = high if high is not None else next_member
                places = _elements(place, current, low, high)
                place, current = places[0], current.element
                if high != low:
                    break
        span = self._expressions.span(item)
        for one in places:
            self._one(one, current, _plain(value), span)
        return first + 1

    def _unresolved(
        self, target: ir.Location, info: TypeInfo, written: bytes, item: Node, next_member: int
    ) -> int:
        """As `_designated`, where libclang keeps no members: the type of a value depends on an error."""
        span = self._expressions.span(item)
        named = _DESIGNATORS.match(written)
        names = named[0].decode().replace(".", " ").split() if named else []
        steps: list[int] = []
        for name in names:
            steps += _way(_reached(info, steps), name)
        if not names or not steps:
            self._emit(target, ir.Unknown(), span)
            return next_member + 1
        place, current = target, info
        for at in steps:
            place, current = _step(place, current, _members(current), at)
        self._one(place, current, _plain(item.children[-1]), span)
        return steps[0] + 1

    def _is_torn(self, item: Node) -> bool:
        """Whether an item of a list is what is left of an error, or a call with such an operand."""
        node = _plain(item)
        if node.kind == kinds.CALL and self._expressions.symbols.torn:
            return self._expressions.types.of(node.cursor).kind == kinds.TYPE_DEPENDENT
        return node.kind == kinds.TORN_EXPR

    def _index_of(self, info: TypeInfo, designator: Node) -> int | None:
        """Which member is designated; an anonymous one is known by its type, which has no other object."""
        name = self._expressions.symbols.name(designator.cursor)
        type_name = self._expressions.types.of(designator.cursor).name
        for at, field in enumerate(_members(info)):
            if (field.name == name) if field.name else (field.type.name == type_name):
                return at
        return None

    def _index(self, node: Node) -> int | None:
        value = self._expressions.value(node)
        return value.value if isinstance(value, ir.Const) else None

    def _is_ranged(self, item: Node, designators: list[Node]) -> bool:
        if len(designators) < 2 or designators[-1].kind == kinds.MEMBER_REF:
            return False
        written = self._expressions.places.text(item.cursor)
        return written is not None and b"..." in written.split(b"=")[0]


def labels(expressions: Expressions, node: Node) -> dict[int, str]:
    """The names of the constants that elements of an array are designated with."""
    found: dict[int, str] = {}
    for item in _plain(node).children:
        if _is_designated(expressions, item) and item.children[0].kind != kinds.MEMBER_REF:
            value = expressions.value(item.children[0])
            if isinstance(value, ir.Const) and value.name:
                found[value.value] = value.name
    return found


def _plain(node: Node) -> Node:
    """The node below implicit conversions, if it is a list or a string."""
    inner = node
    while inner.kind in (kinds.UNEXPOSED_EXPR, kinds.PAREN) and len(inner.children) == 1:
        inner = inner.children[0]
    return inner if inner.kind in (kinds.INIT_LIST, kinds.STRING, kinds.COMPOUND_LITERAL) else node


def _is_designated(expressions: Expressions, item: Node) -> bool:
    """A designated initialiser is an unnamed node of type void with its designators and its value.

    Its designators are missing where the type of the value depends on an error.
    """
    if item.kind != kinds.UNEXPOSED_EXPR or len(item.children) < 2 - expressions.symbols.torn:
        return False
    return (
        item.children[0].kind == kinds.MEMBER_REF or expressions.types.of(item.cursor).kind == kinds.TYPE_VOID
    )


def _members(info: TypeInfo) -> tuple[FieldInfo, ...]:
    """The members that an initialiser without designators fills: unnamed bit-fields are skipped."""
    return tuple(field for field in info.fields if field.name or field.type.is_record)


def _way(info: TypeInfo, name: str) -> list[int]:
    """The numbers of the members that lead to a name, through unnamed ones; empty for none."""
    for at, field in enumerate(_members(info)):
        if field.name == name:
            return [at]
        if not field.name and (inner := _way(field.type, name)):
            return [at, *inner]
    return []


def _reached(info: TypeInfo, steps: list[int]) -> TypeInfo:
    for at in steps:
        info = _members(info)[at].type
    return info


def _step(
    target: ir.Location, info: TypeInfo, members: tuple[FieldInfo, ...], at: int
) -> tuple[ir.Location, TypeInfo]:
    """The member or element number `at` of an aggregate."""
    if info.is_record:
        field = members[at]
        steps = (ir.Field(field.name),) if field.name else ()
        return ir.Location(target.root, (*target.path, *steps), field.type.name), field.type
    element = info.element
    return ir.Location(target.root, (*target.path, ir.Index(at)), element.name), element


def _elements(target: ir.Location, info: TypeInfo, low: int | None, high: int | None) -> list[ir.Location]:
    known = low is not None and high is not None and 0 <= high - low < MAX_RANGE
    indexes: list[int | None] = list(range(low or 0, (high or 0) + 1)) if known else [None]
    return [ir.Location(target.root, (*target.path, ir.Index(at)), info.element.name) for at in indexes]
