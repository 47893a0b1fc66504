"""What a project says of functions of its own, beside what lwslint knows of the library and the system.

What is said of a function here holds in place of its body, if that is in sight.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from lwslint.lws.effects import Effects, Failure

_Argument = Annotated[int, Meta(ge=1, le=64)]


class Allocator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A function that returns a new heap block, or NULL; `zeroed` says that the block is cleared."""

    name: str
    zeroed: bool = False


class Zeroing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A function that clears what argument `argument` points at (arguments count from 1).

    `size` is the argument that says how many bytes; without one it is the whole object.
    """

    name: str
    argument: _Argument = 1
    size: _Argument | None = None


class Additions(msgspec.Struct, frozen=True):
    """Functions of a project with what they do, and callback reasons that mean a loss there."""

    allocators: tuple[Allocator, ...] = ()
    deallocators: tuple[str, ...] = ()
    zeroing_functions: tuple[Zeroing, ...] = ()
    event_loops: tuple[str, ...] = ()
    loss_reasons: tuple[str, ...] = ()

    def effects(self) -> dict[str, Effects]:
        """What each function does, by name."""
        found = {
            one.name: Effects(allocates=True, zeroed=one.zeroed, fails=Failure.NULL, pure=True)
            for one in self.allocators
        }
        found.update({name: Effects(frees=0, pure=True) for name in self.deallocators})
        for one in self.zeroing_functions:
            size = None if one.size is None else one.size - 1
            at = one.argument - 1
            found[one.name] = Effects(zeroes=at, size=size, needs=(at,), pure=True)
        found.update({name: Effects(runs_loop=True) for name in self.event_loops})
        return found


NOTHING_ADDED = Additions()
