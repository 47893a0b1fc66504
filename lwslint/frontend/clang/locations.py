"""Locations: the memory that expressions name, and its address."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.frame import UNKNOWN
from lwslint.frontend.clang.operator_names import OperatorNames
from lwslint.frontend.clang.symbols import Callable, Member, Variable
from lwslint.frontend.clang.tree import Node
from lwslint.frontend.clang.types import TypeInfo, spelled


class Locations(OperatorNames):
    """Lowers names, members, subscripts, dereferences, compound literals."""

    def _name(self, node: Node) -> ir.Value:
        symbol = self.symbols.referenced(node.cursor)
        if isinstance(symbol, ir.Const):
            return self._enumerator(node, symbol)
        if isinstance(symbol, Callable):
            return ir.FunctionRef(symbol.name)
        if isinstance(symbol, Variable):
            return self._load(ir.Location(symbol.root, (), symbol.type.name), symbol.type)
        return UNKNOWN

    def _enumerator(self, node: Node, constant: ir.Const) -> ir.Const:
        """An enumerator, by the other name that the library has for it if that was written."""
        macro = self.places.macro_name(node.cursor)
        return ir.Const(constant.value, macro) if macro.startswith("LWS_") else constant

    def _load(self, location: ir.Location, info: TypeInfo | None = None) -> ir.Value:
        info = info or self.types.named(location.type)
        if info is not None and info.is_array:
            return ir.Address(ir.Location(location.root, (*location.path, ir.Index(0)), info.element.name))
        return ir.Load(location)

    def _loaded(self, node: Node) -> ir.Value:
        return self._load(self.location(node))

    def location(self, node: Node) -> ir.Location:
        """The memory that an expression names; of another value, a temporary that holds it."""
        kind = node.kind
        if kind == kinds.DECL_REF:
            symbol = self.symbols.referenced(node.cursor)
            if isinstance(symbol, Variable):
                return ir.Location(symbol.root, (), symbol.type.name)
        elif kind == kinds.MEMBER and node.children:
            return self._member(node)
        elif kind == kinds.SUBSCRIPT and len(node.children) == 2:
            return self._subscript(node)
        elif kind in (kinds.PAREN, kinds.UNEXPOSED_EXPR) and len(node.children) == 1:
            return self.location(node.children[0])
        elif kind == kinds.COMPOUND_LITERAL and node.children:
            return self._compound_literal(node)
        elif kind == kinds.UNARY and node.children:
            operator = self._operator(node)
            if operator == "*":
                return self._element(self.value(node.children[0]), 0, self.types.of(node.cursor).name)
            if operator == "":
                return self.location(node.children[0])
        return self._held(self.value(node), self.types.value_of(node.cursor).name, node)

    def _held(self, value: ir.Value, type_name: str, node: Node) -> ir.Location:
        """A location that holds the value."""
        if isinstance(value, ir.Load):
            return value.location
        held = self.temporary(type_name)
        self.assign(held, value, self.span(node))
        return held

    def _member(self, node: Node) -> ir.Location:
        base = node.children[0]
        member = self.symbols.referenced(node.cursor)
        info = self.types.of(base.cursor)
        if info.is_pointer or info.is_array:
            pointee = info.pointee if info.is_pointer else info.element
            parent = self._element(self.value(base), 0, pointee.name)
        else:
            parent = self.location(base)
        if not isinstance(member, Member):
            return self._held(UNKNOWN, "", node)
        if not member.name:
            return ir.Location(parent.root, parent.path, member.type.name)
        return ir.Location(parent.root, (*parent.path, ir.Field(member.name)), member.type.name)

    def _subscript(self, node: Node) -> ir.Location:
        base, index = node.children
        info = self.types.of(base.cursor)
        if not info.is_pointer and not info.is_array:
            base, index = index, base
        pointer = self.value(base)
        at = self.value(index)
        return self._element(
            pointer, at.value if isinstance(at, ir.Const) else None, self.types.of(node.cursor).name
        )

    def _element(self, pointer: ir.Value, at: int | None, type_name: str) -> ir.Location:
        """What stands `at` elements behind what a pointer points at.

        Memory that a cast gives the type of a record to (`((struct app *)user)->lost`) is reached
        through a temporary of that type, so that the members are those of the record.
        """
        if isinstance(pointer, ir.Load) and not self._is_cast(pointer.location.type, type_name):
            base = pointer.location
            return ir.Location(base.root, (*base.path, ir.Deref(at)), type_name)
        if isinstance(pointer, ir.Address):
            base = pointer.location
            path = moved(base.path, at)
            if path is not None:
                return ir.Location(base.root, path, type_name)
        held = self.temporary(f"{type_name} *")
        self.assign(held, pointer, self.here)
        return ir.Location(held.root, (ir.Deref(at),), type_name)

    def _is_cast(self, pointer: str, type_name: str) -> bool:
        """Whether a pointer of that type points at a record only by a cast."""
        info = self.types.named(type_name)
        if info is None or not info.is_record or not pointer.endswith("*"):
            return False
        return spelled(pointer[:-1].rstrip()) != type_name

    def _compound_literal(self, node: Node) -> ir.Location:
        info = self.types.of(node.cursor)
        span = self.span(node)
        variable = self.new_literal(info, span)
        target = ir.Location(variable.root, (), info.name)
        self.initialise(target, info, node.children[-1], span)
        return target

    def _dereferenced(self, node: Node, operand: Node) -> ir.Value:
        info = self.types.of(node.cursor)
        value = self.value(operand)
        if info.is_function:
            return value
        return self._load(self._element(value, 0, info.name), info)

    def _address(self, operand: Node) -> ir.Value:
        inner = operand
        while inner.kind == kinds.PAREN and inner.children:
            inner = inner.children[0]
        if inner.kind == kinds.DECL_REF:
            symbol = self.symbols.referenced(inner.cursor)
            if isinstance(symbol, Callable):
                return ir.FunctionRef(symbol.name)
        if inner.kind == kinds.STRING:
            return self._string(inner)
        location = self.location(inner)
        if location.path == (ir.Deref(0),):
            return ir.Load(ir.Location(location.root, (), f"{location.type} *"))
        if location.path and location.path[-1] == ir.Deref(0):
            return ir.Load(ir.Location(location.root, location.path[:-1], f"{location.type} *"))
        return ir.Address(location)


def moved(path: tuple[ir.Step, ...], at: int | None) -> tuple[ir.Step, ...] | None:
    """The path `at` elements further on; None where the path does not end in an element."""
    if at == 0:
        return path
    if not path:
        return None
    last = path[-1]
    match last:
        case ir.Index(start):
            return (*path[:-1], ir.Index(None if start is None or at is None else start + at))
        case ir.Deref(start):
            return (*path[:-1], ir.Deref(None if start is None or at is None else start + at))
    return None
