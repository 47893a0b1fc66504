"""What a bound cut: ways that were not followed, and suspicions that no concrete path confirms.

A state that a bound has blurred stands for more than can happen. Where even that gives no reason for
suspicion, or a concrete path gives the same one, nothing is lost; only the rest is said.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from lwslint.analysis.domain import Base
from lwslint.analysis.explore import Explorer
from lwslint.analysis.questions.creations import Occasion
from lwslint.analysis.questions.explored import Explored
from lwslint.model.outcome import Gap, GapKind


def gaps(program: Explored) -> Iterator[Gap]:
    """One for each cluster of which not everything can be told."""
    asked = program.asked
    cut = [one.slice.cluster for one in asked if one.bounded or _unconfirmed(program, one)]
    for cluster in (*cut, *program.unexplored):
        site = cluster.creates[0]
        place = program.site_place(site)
        made = "context created" if cluster.subject.results else "connection made"
        text = f"the ways to the {made} in {site.function.name}() were not all followed (analysis bound)"
        yield Gap(place.path, GapKind.BOUND, text, place.line)


def _unconfirmed(program: Explored, explorer: Explorer) -> bool:
    seen = explorer.observations
    confirmed: set[Hashable] = set()
    doubtful: set[Hashable] = set(seen.doubts - seen.null_uses.keys() - seen.leaks.keys())
    for kind in ("context", "vhost", "connection"):
        for creation in seen.table(kind).values():
            occasion = Occasion(program, creation)
            found = {(creation.moment.site.key, one) for one in _suspicions(program, occasion)}
            (confirmed if occasion.certain else doubtful).update(found)
    return not doubtful <= confirmed


def _suspicions(program: Explored, occasion: Occasion) -> Iterator[str]:
    """What a rule might say of a create on one occasion."""
    if occasion.base is Base.GARBAGE:
        yield "garbage"
    if occasion.guessed:
        return
    for kind, _, _ in occasion.leftovers()[:1]:
        yield f"left over: {kind}"
    site = occasion.site
    if occasion.again and occasion.lost and not program.over_list(site):
        yield "after a loss"
    if site.key in occasion.state.created and program.cyclic(site) and not program.over_list(site):
        yield "again"
