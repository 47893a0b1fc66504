"""Operators over values: arithmetic, pointers, steps."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import constants, kinds
from lwslint.frontend.clang.containers import Containers
from lwslint.frontend.clang.frame import UNKNOWN
from lwslint.frontend.clang.locations import moved
from lwslint.frontend.clang.tree import Node

STEPS = {"p++": "+", "p--": "-", "++": "+", "--": "-"}


# Of two sizes, these give a count or a truth; nobody asks them any more what was measured.
_MEASURES = frozenset({"/", "%", "==", "!=", "<", "<=", ">", ">="})


class Operators(Containers):
    """Lowers unary and binary operators that compute."""

    def _unary(self, node: Node) -> ir.Value:
        if not node.children:
            return UNKNOWN
        operator = self._operator(node)
        operand = node.children[0]
        if operator in STEPS:
            return self._step(node, operator, wanted=True)
        if operator == "&":
            return self._address(operand)
        if operator == "*":
            return self._dereferenced(node, operand)
        value = self.value(operand)
        if operator in ("", "+"):
            return value
        if isinstance(value, ir.Const):
            folded = constants.bounded(constants.unary(operator, value.value))
            return ir.Const(folded, self.places.macro_name(node.cursor))
        return ir.Unary(operator, value)

    def _step(self, node: Node, operator: str, *, wanted: bool) -> ir.Value:
        target = self.location(node.children[0])
        before: ir.Value = ir.Load(target)
        span = self.span(node)
        if wanted and operator.startswith("p"):
            held = self.temporary(target.type)
            self.assign(held, before, span)
            before = ir.Load(held)
        after = self._arithmetic(STEPS[operator], ir.Load(target), ir.Const(1), scaled=True)
        self.assign(target, after, span, operator.removeprefix("p"))
        return before if operator.startswith("p") else ir.Load(target)

    def _computed(self, node: Node, operator: str) -> ir.Value:
        """The value of a binary operator that evaluates both sides."""
        left, right = node.children
        if operator == "-" and (container := self._container(left, right)) is not None:
            return container
        first, second = self.value(left), self.value(right)
        if isinstance(first, ir.Const) and isinstance(second, ir.Const):
            return self._folded(node, operator, first, second)
        if isinstance(first, ir.SizeOf) and isinstance(second, ir.SizeOf) and operator in _MEASURES:
            folded = constants.binary(operator, first.value, second.value)
            return UNKNOWN if folded is None else ir.Const(folded)
        first, second = self._unnamed(node, first), self._unnamed(node, second)
        return self._arithmetic(operator, first, second, scaled=self._is_scaled(left))

    def _is_scaled(self, node: Node) -> bool:
        """Whether a pointer counts in the elements that it was declared with: no cast to others."""
        while node.kind == kinds.PAREN and node.children:
            node = node.children[0]
        if node.kind != kinds.CAST or not node.children:
            return True
        cast, inner = self.types.value_of(node.cursor), self.types.value_of(node.children[-1].cursor)
        return not (cast.is_pointer and inner.is_pointer) or cast.pointee.size == inner.pointee.size

    def _folded(self, node: Node, operator: str, left: ir.Const, right: ir.Const) -> ir.Value:
        value = constants.binary(operator, left.value, right.value)
        if value is None:
            return UNKNOWN
        return ir.Const(constants.bounded(value), self.places.macro_name(node.cursor))

    def _unnamed(self, node: Node, value: ir.Value) -> ir.Value:
        """A constant that is only part of what a macro gives does not bear the macro's name."""
        if isinstance(value, ir.Const) and value.name and value.name == self.places.macro_name(node.cursor):
            return ir.Const(value.value)
        return value

    def _arithmetic(self, operator: str, left: ir.Value, right: ir.Value, *, scaled: bool) -> ir.Value:
        """`left operator right`; a pointer plus an integer is the address of an element."""
        if operator == "+" and self._is_pointer(right) and not self._is_pointer(left):
            left, right = right, left
        if operator in ("+", "-") and self._is_pointer(left) and not self._is_pointer(right):
            distance = right.value if isinstance(right, ir.Const) else None
            if distance is not None and operator == "-":
                distance = -distance
            if not scaled and distance != 0:
                distance = None
            if isinstance(left, ir.Load):
                base = left.location
                return ir.Address(
                    ir.Location(base.root, (*base.path, ir.Deref(distance)), _pointee(base.type))
                )
            if isinstance(left, ir.Address) and (path := moved(left.location.path, distance)) is not None:
                return ir.Address(ir.Location(left.location.root, path, left.location.type))
        return ir.Binary(operator, left, right)

    def _is_pointer(self, value: ir.Value) -> bool:
        return isinstance(value, ir.Address) or (
            isinstance(value, ir.Load) and value.location.type.endswith("*")
        )


def _pointee(type_name: str) -> str:
    return type_name.removesuffix("*").rstrip()
