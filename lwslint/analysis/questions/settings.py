"""What the fields of creation info and connect info are set to, and which context a connection is made in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lwslint import ir
from lwslint.analysis import bounds, spelling
from lwslint.analysis.clusters import Cluster, holder_of
from lwslint.analysis.domain import Base, Fact, Pointer, String, Value
from lwslint.analysis.program import Site
from lwslint.analysis.questions.creations import Create, Occasion, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.model.place import Place


class Setting:
    """A statement that sets a field, and what it may put there, whichever way the program takes.

    `numbers` and `texts` are the constants, `objects` the keys of what it may point at; `known` says that
    only constants are possible. Of `|=` the numbers are the bits that it adds.
    """

    def __init__(self, program: Explored, field: str, site: Site, values: frozenset[Value]) -> None:
        self._program = program
        self.field = field
        self.site = site
        self.numbers = tuple(sorted(value for value in values if isinstance(value, int)))
        self.texts = tuple(sorted(value.text for value in values if isinstance(value, String)))
        self.objects = tuple(sorted({v.cell.object for v in values if isinstance(v, Pointer)}))
        self.known = all(isinstance(value, int | String) for value in values)

    @property
    def place(self) -> Place:
        """The statement."""
        return self._program.site_place(self.site)

    @property
    def function(self) -> str:
        """The function that the statement stands in."""
        return self.site.function.name

    @property
    def sets(self) -> bool:
        """Whether it may put anything there that is neither 0 nor NULL."""
        return not self.known or bool(self.texts) or any(self.numbers)


def settings(program: Explored, occasion: Occasion) -> tuple[Setting, ...]:
    """The statements that filled what a create or a connect reads on an occasion, in source order."""
    found = [
        Setting(program, field.name, site, program.possible.written(site))
        for field in occasion.fields()
        for site in (*field.fact.before, *field.fact.since)
    ]
    return tuple(sorted(found, key=lambda setting: (setting.place, setting.field)))


def options(program: Explored, occasion: Occasion) -> int | None:
    """Every bit that `options` may have on an occasion; None if somebody out of sight may have set some."""
    if occasion.cell is None or occasion.base is not Base.ZERO:
        return None
    fact = occasion.facts().get("options", Fact())
    sites = (*fact.before, *fact.since)
    if len(sites) >= bounds.WRITERS_PER_FIELD:
        return None
    bits = 0
    for site in sites:
        setting = Setting(program, "options", site, program.possible.written(site))
        if not setting.known:
            return None
        for number in setting.numbers:
            bits |= number
    return bits


def siblings(program: Explored, create: Create) -> tuple[Create, ...]:
    """The creates whose contexts cannot be told from those of this one, itself among them."""
    sites = {site.key for cluster in _clusters(program, create) for site in cluster.creates}
    return tuple(other for other in creates(program, "context") if other.site.key in sites)


def connections_of(program: Explored, create: Create) -> tuple[tuple[Create, Occasion], ...]:
    """The occasions on which a connect is made in a context that comes from this create (or a sibling)."""
    clusters = _clusters(program, create)
    only = len(program.explorers) == 1
    return tuple(
        (connect, occasion)
        for connect in creates(program, "connection")
        for occasion in connect.occasions
        if occasion.certain and (only or _made_in(program, occasion, clusters))
    )


def _clusters(program: Explored, create: Create) -> list[Cluster]:
    return [
        explorer.slice.cluster
        for explorer in program.explorers
        if any(site.key == create.site.key for site in explorer.slice.cluster.creates)
    ]


def _made_in(program: Explored, occasion: Occasion, clusters: Sequence[Cluster]) -> bool:
    classes = frozenset().union(*(cluster.classes for cluster in clusters))
    return any(
        holder_of(program.linked, site.function, value.location, spelling.CREATION_INFO) in classes
        for site, value in _contexts(occasion)
        if isinstance(value, ir.Load | ir.Address)
    )


def _contexts(occasion: Occasion) -> Iterator[tuple[Site, ir.Value]]:
    for field in occasion.fields():
        if field.name == "context":
            for site in (*field.fact.before, *field.fact.since):
                if isinstance(site.statement, ir.Assign):
                    yield site, site.statement.value
