"""Loops."""

from __future__ import annotations

import re

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.jumps import Exit, Jumps
from lwslint.frontend.clang.tree import Node

_FOR_PIECE = re.compile(rb"""//[^\n]*|/\*.*?\*/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[(){}\[\];]""", re.DOTALL)


class Loops(Jumps):
    """Lowers `while`, `do` and `for`."""

    def _while(self, node: Node) -> None:
        head, inside, after = (self.graph.block() for _ in range(3))
        self.graph.start(head)
        if len(node.children) >= 2:
            self.condition(node.children[-2], inside, after)
            self.graph.go(inside)
        self._loop(node.children[-1] if node.children else node, after, head)
        self.graph.end(ir.Jump(head))
        self.graph.go(after)

    def _do(self, node: Node) -> None:
        inside, test, after = (self.graph.block() for _ in range(3))
        self.graph.start(inside)
        if node.children:
            self._loop(node.children[0], after, test)
        self.graph.start(test)
        if len(node.children) >= 2:
            self.condition(node.children[1], inside, after)
        self.graph.go(after)

    def _for(self, node: Node) -> None:
        if not node.children:
            return
        init, condition, increment = self._for_parts(node)
        head, inside, advance, after = (self.graph.block() for _ in range(4))
        self._open()
        if init is not None:
            self.statement(init)
        self.graph.start(head)
        if condition is not None:
            self.condition(condition, inside, after)
            self.graph.go(inside)
        self._loop(node.children[-1], after, advance)
        self.graph.start(advance)
        if increment is not None:
            self.statement(increment)
        self.graph.end(ir.Jump(head))
        self.graph.go(after)
        self._close(self.closing(node) if self._scopes[-1] else None)

    def _for_parts(self, node: Node) -> tuple[Node | None, Node | None, Node | None]:
        """Start, condition and step of a `for`: clang leaves out without a trace what is not written."""
        if node.parts is not None:
            return node.parts
        parts = node.children[:-1]
        if len(parts) == 3:
            return parts[0], parts[1], parts[2]
        semicolons = self._semicolons(node) if parts else None
        slots: list[Node | None] = [None, None, None]
        for at, part in enumerate(parts):
            stretch = self.places.stretch(part.cursor) if semicolons is not None else None
            if semicolons is not None and stretch is not None:
                slots[sum(stretch[1] > semicolon for semicolon in semicolons[:2])] = part
            else:
                slots[self._likely_slot(part, at, len(parts))] = part
        return slots[0], slots[1], slots[2]

    def _semicolons(self, node: Node) -> list[int] | None:
        """The offsets of the two semicolons; None where the loop came out of a macro."""
        stretch = self.places.stretch(node.cursor)
        if stretch is None or stretch[3]:
            return None
        file, first, last, _ = stretch
        found: list[int] = []
        depth = 0
        for piece in _FOR_PIECE.finditer(file.data, first, last):
            token = piece[0]
            if token in (b"(", b"[", b"{"):
                depth += 1
            elif token in (b")", b"]", b"}"):
                depth -= 1
                if not depth:
                    break
            elif token == b";" and depth == 1:
                found.append(piece.start())
        return found if len(found) == 2 else None

    def _likely_slot(self, part: Node, at: int, count: int) -> int:
        """Which part of a `for` a lone expression most likely is."""
        if part.kind == kinds.DECL_STMT:
            return 0
        steps = part.kind == kinds.COMPOUND_ASSIGN or (
            part.kind == kinds.UNARY and self._operator(part) in ("p++", "p--", "++", "--")
        )
        if steps:
            return 2
        if part.kind == kinds.BINARY and self._operator(part) == "=":
            return 0 if at == 0 else 2
        return 1

    def _loop(self, node: Node, after: int, again: int) -> None:
        self._breaks.append(Exit(after, len(self._scopes)))
        self._continues.append(Exit(again, len(self._scopes)))
        self.statement(node)
        self._breaks.pop()
        self._continues.pop()
