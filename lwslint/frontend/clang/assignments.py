"""Assignments, plain and compound."""

from __future__ import annotations

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.frame import UNKNOWN, unwrapped
from lwslint.frontend.clang.operators import Operators
from lwslint.frontend.clang.tree import Node

ASSIGNMENTS = frozenset({"=", "*=", "/=", "%=", "+=", "-=", "<<=", ">>=", "&=", "^=", "|="})


class Assignments(Operators):
    """Lowers assignments; the result of a call goes to its target directly."""

    def _assignment(self, node: Node) -> ir.Value:
        if len(node.children) != 2:
            return self._other(node)
        left, right = node.children
        operator = self._operator(node)
        if operator == "=":
            return ir.Load(self._plain_assignment(node, left, right))
        target = self.location(left)
        if operator not in ASSIGNMENTS:
            self.effect(right)
            self.assign(target, UNKNOWN, self.span(node))
            return ir.Load(target)
        value = self._arithmetic(operator[:-1], ir.Load(target), self.value(right), scaled=True)
        self.assign(target, value, self.span(node, _last_name(target)), operator)
        return ir.Load(target)

    def _plain_assignment(self, node: Node, left: Node, right: Node) -> ir.Location:
        call = unwrapped(right)
        if call.kind == kinds.CALL:
            target = self.location(left)
            value = self.call(call, target)
            if value is not None:
                self.assign(target, value, self.span(node, _last_name(target)))
            return target
        value = self.value(right)
        target = self.location(left)
        self.assign(target, value, self.span(node, _last_name(target)))
        return target

    def _store(self, target: ir.Location, node: Node) -> None:
        """Assign the value of a node; the result of a call goes there directly."""
        call = unwrapped(node)
        if call.kind == kinds.CALL:
            value = self.call(call, target)
            if value is not None:
                self.assign(target, value, self.span(node))
            return
        self.assign(target, self.value(node), self.span(node))


def _last_name(location: ir.Location) -> str:
    """The name that an assignment to the location is known by."""
    for step in reversed(location.path):
        if isinstance(step, ir.Field):
            return step.name
    return location.root.lstrip("%@").split(".")[0]
