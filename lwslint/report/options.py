"""How a report is drawn."""

from __future__ import annotations

import msgspec


class ReportOptions(msgspec.Struct, frozen=True):
    """Wishes of the person who reads; a format takes no notice of those that do not concern it.

    `color` and `links` (OSC 8 on rule codes) are for terminals, `width` is in cells. `summary` ends a text
    with what the run comes to, for readers who do not see that on stderr. `source` says whether HTML holds
    source code.
    """

    color: bool = False
    width: int = 100
    links: bool = False
    show_suppressed: bool = False
    summary: bool = False
    source: bool = True
