"""An analysed program from the inside: what the views read, with names that a person knows.

The one place that reaches behind the questions which rules may ask: `_explored`, `_oracle`, `_pointers` and
`_roles` of a program, and `_instances` of an explorer.
"""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Collection, Iterator

from lwslint import ir
from lwslint.analysis.explore import Explorer
from lwslint.analysis.graph import Instance
from lwslint.analysis.index import Index
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions.program import Program
from lwslint.analysis.slice import FunctionSlice
from lwslint.lws.effects import Effects

NOWHERE = "somewhere"


class Inside:
    """One program; `functions` are those shown: of the files `asked`, and called `name` if one is given."""

    def __init__(self, program: Program, asked: Collection[str], name: str = "") -> None:
        self.linked = program.linked
        self.pointers = program.pointers
        self.roles = program.roles
        self.explored: tuple[Explorer, ...] = program.explorers
        self.functions: tuple[Function, ...] = tuple(
            function
            for function in self.linked.functions
            if self.linked.units[function.unit].files[0] in asked and name in ("", function.name)
        )
        self.everything = not name
        kind = "program" if program.whole else "open program"
        self.title = f"{kind} {' '.join(unit.files[0] for unit in self.linked.units.values())}"
        self.index: Index = program.index

    @functools.cached_property
    def effects(self) -> dict[tuple[int, int, int], Effects]:
        """What is known of the callee of each call that leaves the program, by the key of its site."""
        return {site.key: effects for site, effects in self.index.library}

    def instances(self, explorer: Explorer) -> tuple[Instance, ...]:
        """The functions of a cluster as they were entered, in the order in which that happened."""
        return tuple(explorer._instances.values())

    def slices(self, function: Function) -> tuple[tuple[int, FunctionSlice], ...]:
        """What of a function is in the slice of each cluster; clusters are counted from 1."""
        return tuple(
            (number, explorer.slice.functions[function.index])
            for number, explorer in enumerate(self.explored, 1)
            if function.index in explorer.slice.functions
        )

    def clusters(self) -> Iterator[str]:
        """A line for each cluster: its number, and where its contexts are created."""
        for number, explorer in enumerate(self.explored, 1):
            yield f"cluster {number}: {self.cluster(explorer)}"

    def cluster(self, explorer: Explorer) -> str:
        """Where the contexts of a cluster are created."""
        creates = explorer.slice.cluster.creates
        return ", ".join(
            f"context created in {site.function.name}() at {self.site(site)}" for site in creates
        )

    def heading(self, function: Function) -> str:
        """A function and where it is defined."""
        return f"{function.name}() at {self.place(function, function.ir.span)}"

    def place(self, function: Function, span: ir.Span | None) -> str:
        """`path:line:column` of a span in a function."""
        return self.place_in(function.unit, span) if span else NOWHERE

    def place_in(self, unit: int, span: ir.Span) -> str:
        """`path:line:column` of a span in a unit."""
        place = self.linked.place(unit, span)
        return f"{place.path}:{place.line}:{place.column}"

    def site(self, site: Site) -> str:
        """`path:line:column` of a statement."""
        return self.place(site.function, site.statement.span)

    def line(self, site: Site) -> str:
        """`file:line` of a statement, without the folder."""
        path, line, _ = self.site(site).rsplit(":", 2)
        return f"{posixpath.basename(path)}:{line}"
