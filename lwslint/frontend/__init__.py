"""Front ends: C in, IR out. Nothing of a parser is known beyond this package."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lwslint.frontend.clang.library import version as libclang_version
    from lwslint.frontend.clang.reader import read_one
    from lwslint.frontend.lexing import uses_library
    from lwslint.frontend.reading import read
    from lwslint.frontend.request import Reading, ReadRequest

__all__ = ["ReadRequest", "Reading", "libclang_version", "read", "read_one", "uses_library"]

_HOMES = {
    "ReadRequest": ("request", "ReadRequest"),
    "Reading": ("request", "Reading"),
    "libclang_version": ("clang.library", "version"),
    "read": ("reading", "read"),
    "read_one": ("clang.reader", "read_one"),
    "uses_library": ("lexing", "uses_library"),
}


def __getattr__(name: str) -> Any:
    """Each name is imported when it is first asked for (PEP 562): not every command reads C."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
    return value
