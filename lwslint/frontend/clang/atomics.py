"""Atomic builtins of the compiler and atomic functions of GLib: loads and stores like any other."""

from __future__ import annotations

import re

from lwslint import ir
from lwslint.frontend.clang.branches import Branches
from lwslint.frontend.clang.frame import UNKNOWN
from lwslint.frontend.clang.tree import Node

_NAME = re.compile(r"\s*(__(?:c11_)?atomic_\w+)")
_PREFIX = re.compile(r"__(?:c11_)?atomic_|__sync_|g_atomic_(?:int|pointer)_")
_SUFFIX = re.compile(r"(?:_n|_\d+)\Z")
_LOADS = frozenset({"load", "get"})
_STORES = frozenset({"store", "set"})
_EXCHANGES = frozenset({"exchange", "lock_test_and_set"})


class Atomics(Branches):
    """Lowers atomic accesses of one variable."""

    def _atomic(self, node: Node) -> ir.Value | None:
        """The value of an atomic builtin, which clang shows as a node without a name; None for others.

        Its operands are the pointer, the memory order, then the values.
        """
        if len(node.children) < 2:
            return None
        text = self.places.text(node.cursor)
        name = _NAME.match(text.decode("utf-8", "replace")) if text is not None else None
        if name is None:
            return None
        pointer, _, *values = node.children
        return self._accessed(name[1], [pointer, *values], node)

    def _accessed(self, name: str, operands: list[Node], node: Node) -> ir.Value | None:
        """The value of an access by the function's name; None for other functions."""
        prefix = _PREFIX.match(name)
        if prefix is None or not operands:
            return None
        what = _SUFFIX.sub("", name[prefix.end() :])
        if what not in _LOADS | _STORES | _EXCHANGES or len(operands) != (1 if what in _LOADS else 2):
            return None
        pointee = self.types.value_of(operands[0].cursor).pointee.name
        if what in ("load", "store", "exchange") and not name.endswith("_n") and "c11" not in name:
            return None
        place = self._element(self.value(operands[0]), 0, pointee)
        if what in _LOADS:
            return self._load(place)
        if what in _STORES:
            self.assign(place, self.value(operands[1]), self.span(node))
            return UNKNOWN
        before = self.temporary(pointee)
        self.assign(before, self._load(place), self.span(node))
        self.assign(place, self.value(operands[1]), self.span(node))
        return ir.Load(before)
