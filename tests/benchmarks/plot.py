"""A plot of costs: one panel an axis, both scales logarithmic, a dashed line for cost that is linear."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

WIDTH, HEIGHT, COLUMNS = 260, 200, 3
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 26, 30

_STYLE = """\
text { font: 11px sans-serif; fill: #333 } .title { font-weight: bold } .grid { stroke: #ddd }
.cost { fill: none; stroke: #0b61a4; stroke-width: 2 } .dot { fill: #0b61a4 }
.linear { stroke: #999; stroke-dasharray: 4 3 }"""

Points = Sequence[tuple[float, float]]


def svg(panels: Mapping[str, Points]) -> str:
    """The plot of seconds over size for each axis, as an SVG document."""
    rows = -(-len(panels) // COLUMNS)
    size = f'width="{WIDTH * min(COLUMNS, len(panels))}" height="{HEIGHT * rows}"'
    drawn = [
        f'<g transform="translate({WIDTH * (at % COLUMNS)},{HEIGHT * (at // COLUMNS)})">'
        f"{''.join(_panel(name, points))}</g>"
        for at, (name, points) in enumerate(panels.items())
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    background = '<rect width="100%" height="100%" fill="#fff"/>'
    return "\n".join([head, f"<style>{_STYLE}</style>", background, *drawn, "</svg>", ""])


def _panel(name: str, points: Points) -> Iterator[str]:
    (x0, x1), (y0, y1) = _range([x for x, _ in points]), _range([y for _, y in points])

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log(x) - math.log(x0)) / (math.log(x1) - math.log(x0))
        up = (math.log(y) - math.log(y0)) / (math.log(y1) - math.log(y0))
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    yield f'<text class="title" x="{LEFT}" y="16">{escape(name)}</text>'
    for y in _powers(y0, y1):
        _, down = at(x0, y)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{down:.1f}" y2="{down:.1f}"/>'
        yield f'<text x="{LEFT - 4}" y="{down + 4:.1f}" text-anchor="end">{y:g} s</text>'
    for x, _ in (points[0], points[-1]):
        across, _ = at(x, y0)
        yield f'<text x="{across:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{x:g}</text>'
    (sx, sy), (ex, _) = points[0], points[-1]
    (a, b), (c, d) = at(sx, sy), at(ex, min(sy * ex / sx, y1))
    yield f'<line class="linear" x1="{a:.1f}" y1="{b:.1f}" x2="{c:.1f}" y2="{d:.1f}"/>'
    places = [at(x, y) for x, y in points]
    yield f'<polyline class="cost" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
    yield from (f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From where to where a scale goes: never no way at all."""
    low, high = min(values), max(values)
    return low / 1.1, max(high, low * 2) * 1.1


def _powers(low: float, high: float) -> list[float]:
    """The values of a scale that are named."""
    steps = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    named = [factor * 10.0**power for power in steps for factor in (1, 2, 5)]
    return [value for value in named if low <= value <= high]
