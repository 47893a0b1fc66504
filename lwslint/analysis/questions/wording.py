"""Locations and lists of names as a person would write them."""

from __future__ import annotations

from collections.abc import Sequence

from lwslint import ir


def as_written(value: ir.Value) -> str:
    """A location as a person would write it."""
    if not isinstance(value, ir.Address | ir.Load):
        return "it"
    location = value.location
    text = (
        location.root.lstrip("@%").rpartition(".")[2] if location.root.startswith("@") else location.root[1:]
    )
    text = text.partition(".")[0]
    for step in location.path:
        if isinstance(step, ir.Field):
            text = f"{text.removesuffix('->')}->{step.name}" if text.endswith("->") else f"{text}.{step.name}"
        elif isinstance(step, ir.Deref):
            text += "->"
    return text.removesuffix("->")


def listed(names: Sequence[str], most: int = 4) -> str:
    """Names as a person would list them: `a`, `b` and `c`, or `a`, `b`, `c`, `d` and 3 more."""
    shown = [f"`{name}`" for name in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]
