"""The names of a unit: scopes of blocks, the file's, and the layers of headers, read when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from lwslint.frontend.pure.cursor import Cursor
from lwslint.frontend.pure.layers import Chunk, Layer
from lwslint.frontend.pure.types import CType

Entity = Cursor | CType
"""What a name stands for: a declaration, or the type that a `typedef` names."""


class Scope:
    """One scope: names, and tags apart from them."""

    __slots__ = ("names", "tags")

    def __init__(self) -> None:
        self.names: dict[str, Entity] = {}
        self.tags: dict[str, CType] = {}


class Scopes:
    """All scopes that are open; `declare` reads a declaration of a header into the file's scope."""

    def __init__(self, layers: Sequence[Layer], declare: Callable[[Chunk], None]) -> None:
        self.file = Scope()
        self._open = [self.file]
        self._layers = layers
        self._declare = declare
        self._declared: set[int] = set()

    @property
    def inner(self) -> Scope:
        """The innermost scope."""
        return self._open[-1]

    @contextmanager
    def block(self) -> Iterator[None]:
        """A scope that is open for as long as the context lasts."""
        depth = len(self._open)
        self._open.append(Scope())
        try:
            yield
        finally:
            del self._open[depth:]

    def at_file(self) -> list[Scope]:
        """Leave all scopes of blocks for a while; what is returned is for `back`."""
        open_, self._open = self._open, [self.file]
        return open_

    def back(self, open_: list[Scope]) -> None:
        """Open the scopes again that `at_file` left."""
        self._open = open_

    def find(self, name: str) -> Entity | None:
        """What a name stands for."""
        for scope in reversed(self._open):
            if name in scope.names:
                return scope.names[name]
        for layer in reversed(self._layers):
            chunk = layer.names.others.get(name) or layer.names.typedefs.get(name)
            if chunk is not None and self._read(chunk):
                return self.file.names.get(name)
        return None

    def tag(self, name: str) -> CType | None:
        """The record or enumeration of that tag, as far as it was met."""
        for scope in reversed(self._open):
            if name in scope.tags:
                return scope.tags[name]
        return None

    def is_tag(self, name: str) -> bool:
        """Whether a header defines that tag."""
        return any(name in layer.names.tags for layer in self._layers)

    def complete(self, tag: str) -> None:
        """Read the definition of a tag that was only named so far, if a header has it."""
        for layer in reversed(self._layers):
            chunk = layer.names.tags.get(tag)
            if chunk is not None and self._read(chunk):
                return

    def is_type(self, name: str) -> bool:
        """Whether a name stands for a type at file scope."""
        if name in self.file.names:
            return isinstance(self.file.names[name], CType)
        for layer in reversed(self._layers):
            if name in layer.names.typedefs:
                return True
            if name in layer.names.others:
                return False
        return False

    def _read(self, chunk: Chunk) -> bool:
        """Read a declaration of a header, once; says whether that was now."""
        if id(chunk) in self._declared:
            return False
        self._declared.add(id(chunk))
        open_ = self.at_file()
        self._declare(chunk)
        self.back(open_)
        return True
