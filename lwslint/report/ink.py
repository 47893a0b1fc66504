"""Text with styles: what the terminal report is made of before it is known whether there are colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

Segment = tuple[str, str, str]
"""A text, its style (rich's words, empty for none) and the address it links to (empty for none)."""

Line = list[Segment]


def plain(text: str) -> Segment:
    """A text without any style."""
    return (text, "", "")


def painted(text: str, style: str, link: str = "") -> Segment:
    """A text in a style."""
    return (text, style, link)


def joined(lines: Iterable[Line], color: bool, links: bool) -> str:
    """Lines as one text, with escapes for colours and links only as asked."""
    paint = _painter() if color else None
    return "".join("".join(_segment(segment, paint, links) for segment in line) + "\n" for line in lines)


def _segment(segment: Segment, paint: Callable[[str, str], str] | None, links: bool) -> str:
    text, style, link = segment
    out = paint(text, style) if paint and style else text
    return f"\x1b]8;;{link}\x1b\\{out}\x1b]8;;\x1b\\" if links and link else out


def _painter() -> Callable[[str, str], str]:
    """What puts a style on a text; rich takes its time to import, so only colours pay for it."""
    from rich.color import ColorSystem
    from rich.style import Style

    parse = cache(Style.parse)

    def paint(text: str, style: str) -> str:
        return parse(style).render(text, color_system=ColorSystem.STANDARD, legacy_windows=False)

    return paint
