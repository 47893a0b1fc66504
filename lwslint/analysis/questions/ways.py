"""Which ways to a create the handling of a loss has decided, and which are the same without any loss."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lwslint import ir
from lwslint.analysis.domain import Mark
from lwslint.analysis.program import Site

if TYPE_CHECKING:
    from lwslint.analysis.questions.creations import Occasion
    from lwslint.analysis.questions.explored import Explored

Way = tuple[int, int]
"""The block, with its function, that the branch led to which decided last."""


class Ways:
    """The ways on which occasions of one create are come to."""

    def __init__(self, program: Explored, site: Site, occasions: Sequence[Occasion]) -> None:
        self._program = program
        self._site = site
        self._occasions = occasions

    def after_loss(self) -> tuple[Occasion, ...]:
        """The occasions on which the handling of a loss decided that the create runs again.

        It decides nothing where the way is the same after success; nor does a negative service that leaves
        the loop as whatever else leaves it does.
        """
        return tuple(
            o
            for o in self._occasions
            if o.certain
            and o.again
            and o.decided_by is Mark.LOSS
            and (o.state.mode is Mark.LOSS or not (self._same_after_success(o) or self._over_list))
            and not (o.after_negative_service and self._landing(o.way) in self._undecided)
        )

    @functools.cached_property
    def _over_list(self) -> bool:
        return self._program.over_list(self._site)

    def _same_after_success(self, loss: Occasion) -> bool:
        """Whether success, by itself or with what the loss needs as well, leads the same way.

        Ways that were not followed to the end count where there are no others.
        """
        found = self._after_success.get(loss.way, [])
        certain = [success for success in found if success.certain]
        return any(not self._needs_more(success, loss) for success in certain or found)

    @functools.cached_property
    def _after_success(self) -> dict[Way | None, list[Occasion]]:
        found: dict[Way | None, list[Occasion]] = {}
        for occasion in self._occasions:
            if occasion.again and occasion.decided_by is Mark.SUCCESS and occasion.way is not None:
                found.setdefault(occasion.way, []).append(occasion)
        return found

    @staticmethod
    def _needs_more(success: Occasion, loss: Occasion) -> bool:
        """Whether on the way after success something had a say that has none in the loss: a time, say."""
        return not success.choices <= loss.blocks

    def _landing(self, way: Way | None) -> Way | None:
        """Where a way comes to anything: behind a `break`, say."""
        if way is None:
            return None
        function, block = way
        blocks = self._program.linked.functions[function].ir.blocks
        for _ in blocks:
            end = blocks[block].terminator
            if blocks[block].statements or not isinstance(end, ir.Jump):
                break
            block = end.target
        return (function, block)

    @functools.cached_property
    def _undecided(self) -> set[Way | None]:
        """The blocks on the ways that no loss and no success decided."""
        undecided = (o for o in self._occasions if o.certain and o.again and o.decided_by is Mark.NONE)
        return {block for occasion in undecided for block in occasion.blocks}
