"""The life of a struct along a path: what each step makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from lwslint.model.finding import Step, StepKind
from lwslint.report.escape import visible

_NAMED = re.compile(r"`([A-Za-z_][\w.\[\]]*)`")
_PLAIN = {
    StepKind.DECLARE: ("garbage", "declared, not zeroed"),
    StepKind.LOSS: ("lost", "connection lost"),
    StepKind.DESTROY: ("destroyed", "context destroyed"),
}
_FIRST = {
    StepKind.RESET: ("zeroed", "zeroed"),
    StepKind.FILL: ("filled", "filled"),
    StepKind.CREATE: ("created", "context created"),
}
_AGAIN = {
    StepKind.RESET: ("zeroed", "zeroed again"),
    StepKind.FILL: ("changed", "changed"),
    StepKind.CREATE: ("again", "created again"),
}


class Stage(msgspec.Struct, frozen=True):
    """Neighbouring steps that leave the struct in one phase, and who takes them; `phase` names the colour.

    `fields` are those that are filled there; where a struct is used again, those that it still holds then.
    """

    phase: str
    label: str
    steps: tuple[int, ...]
    functions: tuple[str, ...]
    fields: tuple[str, ...] = ()


def phases(steps: Sequence[Step]) -> list[tuple[str, str]]:
    """Phase and label of each step; phase and label are empty where the struct stays as it is."""
    return list(_phases(steps))


def stages(steps: Sequence[Step]) -> list[Stage]:
    """The life in stages, steps that do not touch the struct left out."""
    found: list[Stage] = []
    numbered = enumerate(zip(steps, _phases(steps), strict=True), 1)
    for (phase, label), group in groupby(
        (item for item in numbered if item[1][1][0]), key=lambda item: item[1][1]
    ):
        members = list(group)
        functions = dict.fromkeys(visible(step.function) for _, (step, _) in members if step.function)
        numbers = tuple(number for number, _ in members)
        fields = (
            _held(steps[: numbers[-1]]) if phase == "again" else _filled(step for _, (step, _) in members)
        )
        found.append(Stage(phase, label, numbers, tuple(functions), tuple(fields)))
    return found


def _filled(steps: Iterable[Step]) -> dict[str, None]:
    """The fields that steps fill, as their texts name them."""
    texts = (step.text for step in steps if step.kind is StepKind.FILL)
    return dict.fromkeys(visible(match[1]) for text in texts if (match := _NAMED.search(text)))


def _held(steps: Sequence[Step]) -> dict[str, None]:
    """The fields that were filled since the struct was last zeroed."""
    resets = [at for at, step in enumerate(steps) if step.kind is StepKind.RESET]
    return _filled(steps[resets[-1] :] if resets else steps)


def _phases(steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    created = dirty = False  # a context was made from it; it holds what that one left
    for number, step in enumerate(steps, 1):
        if created and step.kind is StepKind.USE and number == len(steps):
            yield "again", "used again"
            continue
        second = dirty if step.kind is StepKind.FILL else created
        by_kind = _PLAIN | (_AGAIN if second else _FIRST)
        yield by_kind.get(step.kind, ("", ""))
        created = created or step.kind is StepKind.CREATE
        dirty = step.kind is not StepKind.RESET and (dirty or step.kind is StepKind.CREATE)
