"""A drawing of the way from the lost connection to the create: functions as boxes, arrows in step order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from lwslint.model.finding import Step, StepKind
from lwslint.report.columns import cells
from lwslint.report.escape import visible
from lwslint.report.sources import Paths

_CHAR = 7.4  # units of a monospaced character at the size used
_HEIGHT = 46
_GAP = 54
_MARGIN = 8
_ARC = 30
_LONGEST_NAME = 34
_MOST_BOXES = 14


class Box(msgspec.Struct, frozen=True):
    """A function, or the event at either end (`file` is empty, `phase` is its colour)."""

    x: float
    width: float
    name: str
    file: str
    phase: str


class Arrow(msgspec.Struct, frozen=True):
    """An SVG path, and where its step number stands."""

    path: str
    label: str
    x: float
    y: float


class Drawing(msgspec.Struct, frozen=True):
    """All of it; the boxes stand in one row whose top is at `top`."""

    width: float
    height: float
    top: float
    box_height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def drawing(steps: Sequence[Step], paths: Paths) -> Drawing | None:
    """The way from the last loss (else from the start) to the end; None if it stays in one function."""
    start = max((index for index, step in enumerate(steps) if step.kind is StepKind.LOSS), default=0)
    numbered = [(number, step) for number, step in enumerate(steps, 1) if number > start and step.function]
    names = list(dict.fromkeys((step.function, step.place.path) for _, step in numbered))
    if not names or len(names) > _MOST_BOXES:
        return None
    boxes = [(_short(f"{function}()"), _short(_basename(path, paths)), "") for function, path in names]
    hops = _hops([(number, names.index((step.function, step.place.path))) for number, step in numbered])
    if steps[start].kind is StepKind.LOSS:
        boxes.insert(0, ("connection lost", "", "lost"))
        hops = [(str(start + 1), 0, 1), *((label, a + 1, b + 1) for label, a, b in hops)]
    if steps[-1].kind is StepKind.CREATE:
        again = any(step.kind is StepKind.CREATE for step in steps[:-1])
        last = hops[-1][2] if hops else len(boxes) - 1
        boxes.append(("created again" if again else "created", "", "again" if again else "created"))
        hops.append((str(len(steps)), last, len(boxes) - 1))
    return _laid_out(boxes, hops) if hops else None


def _hops(visits: Sequence[tuple[int, int]]) -> list[tuple[str, int, int]]:
    """Step number, from box, to box: wherever the function changes."""
    steps = pairwise(visits)
    return [(str(number), source, target) for (_, source), (number, target) in steps if source != target]


def _laid_out(boxes: Sequence[tuple[str, str, str]], hops: Sequence[tuple[str, int, int]]) -> Drawing:
    above = any(target > source + 1 for _, source, target in hops)
    below = any(target < source for _, source, target in hops)
    top = _MARGIN + 8 + (_ARC if above else 0)
    placed: list[Box] = []
    x = float(_MARGIN)
    for name, file, phase in boxes:
        width = max(cells(name), cells(file)) * _CHAR + 28
        placed.append(Box(round(x, 1), round(width, 1), name, file, phase))
        x += width + _GAP
    merged: dict[tuple[int, int], list[str]] = {}
    for label, source, target in hops:
        merged.setdefault((source, target), []).append(label)
    arrows = tuple(_arrow(placed, pair, ", ".join(labels[:6]), top) for pair, labels in merged.items())
    height = top + _HEIGHT + _MARGIN + (_ARC + 8 if below else 0)
    return Drawing(round(x - _GAP + _MARGIN, 1), height, top, _HEIGHT, tuple(placed), arrows)


def _arrow(boxes: Sequence[Box], pair: tuple[int, int], label: str, top: float) -> Arrow:
    source, target = boxes[pair[0]], boxes[pair[1]]
    middle = top + _HEIGHT / 2
    if pair[1] == pair[0] + 1:
        start, end = source.x + source.width + 3, target.x - 4
        return Arrow(f"M{start:.1f} {middle:.1f}H{end:.1f}", label, round((start + end) / 2, 1), middle - 8)
    # Arcs start and end a little off the middle, so that a way and its return do not lie on each other.
    forward = pair[1] > pair[0]
    edge, bend = (top - 3, top - _ARC) if forward else (top + _HEIGHT + 3, top + _HEIGHT + _ARC)
    start = source.x + source.width / 2 + (10 if forward else -10)
    end = target.x + target.width / 2 + (-10 if forward else 10)
    path = f"M{start:.1f} {edge:.1f}C{start:.1f} {bend:.1f} {end:.1f} {bend:.1f} {end:.1f} {edge:.1f}"
    return Arrow(path, label, round((start + end) / 2, 1), bend + (2 if forward else 6))


def _basename(path: str, paths: Paths) -> str:
    return paths.shown(path).rsplit("/", 1)[-1]


def _short(text: str) -> str:
    safe = visible(text)
    return safe if len(safe) <= _LONGEST_NAME else f"{safe[: _LONGEST_NAME - 1]}…"
