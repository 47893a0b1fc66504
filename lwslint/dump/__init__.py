"""What lwslint makes of a program, for people who write rules: `lwslint dump`. One file a view."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from lwslint.report.escape import visible


class View(enum.StrEnum):
    """What can be looked at."""

    IR = "ir"
    CFG = "cfg"
    CALLS = "calls"
    ROLES = "roles"
    STATES = "states"


DRAWN = (View.CFG, View.CALLS, View.STATES)
"""The views that can be drawn as a graph."""


def printed(lines: Iterable[str]) -> str:
    """Lines as one text; what names of the program could do to a terminal is written out."""
    return "".join(f"{visible(line)}\n" for line in lines)
