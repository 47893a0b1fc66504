"""LWS201: a table of protocols that nothing ends."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Edit, Finding, Level, Mend, Precision, Program, Rule, Spot


class UnterminatedProtocols(Rule):
    """The library counts protocols up to the first without a callback, wherever that may be."""

    code = "LWS201"
    name = "unterminated-protocols"
    summary = "A table of protocols has no last entry without a callback, so the library reads past its end."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (170, 125)
    tags = ("protocols", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every table that is handed to the library with all its entries in use."""
        tables = program.protocols
        for table in tables.tables:
            if not tables.unterminated(table):
                continue
            name = tables.name(table)
            lacks = "no NULL" if table.of_pointers else "no entry without a callback"
            term = tables.end(table)
            edit = Edit(tables.place(table), term, Spot.ELEMENT, old=name)
            count = f"{table.length} {'entry' if table.length == 1 else 'entries'}"
            yield self.finding(
                tables.place(table),
                f"`{name}` has {count} and {lacks} at its end: the library goes on reading behind it",
                help=f"add `{term}` as the last entry of `{name}`",
                steps=tables.steps(table),
                object=name,
                mend=Mend(f"end `{name}` with `{term}`", (edit,), safe=True),
            )
