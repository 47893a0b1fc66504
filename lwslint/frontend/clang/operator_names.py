"""Which operator a node has."""

from __future__ import annotations

from lwslint.frontend.clang.literals import Literals
from lwslint.frontend.clang.tree import Node


class OperatorNames(Literals):
    """Tells operators: asked from libclang, or read from the text where it is too old to say."""

    def _operator(self, node: Node) -> str:
        """The operator of a unary or binary node; empty where nobody can tell."""
        operator = self.symbols.operator(node.cursor)
        return self._written_operator(node) if operator is None else operator

    def _written_operator(self, node: Node) -> str:
        """The operator by its text, for a libclang that cannot say."""
        outer = self.places.stretch(node.cursor)
        inner = [self.places.stretch(child.cursor) for child in node.children]
        if outer is None or any(part is None or part[3] for part in (outer, *inner)):
            return ""
        file, first, last, _ = outer
        edges = [part for part in inner if part is not None]
        if len(edges) == 2:
            return (
                file.data[edges[0][2] : edges[1][1]].strip().decode("ascii", "replace").split("/*")[0].strip()
            )
        before = file.data[first : edges[0][1]].strip().decode("ascii", "replace")
        after = file.data[edges[0][2] : last].strip().decode("ascii", "replace")
        return f"p{after}" if after in ("++", "--") else before
