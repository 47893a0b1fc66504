"""LWS202: a table of protocols with garbage in it."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule, listed


class UninitializedProtocols(Rule):
    """The library reads every member of every protocol, also those that nobody has set."""

    code = "LWS202"
    name = "uninitialized-protocols"
    summary = (
        "A local or allocated table of protocols reaches the library with members that nothing ever sets."
    )
    level = Level.ERROR
    precision = Precision.HIGH
    cwe = (457, 908)
    tags = ("protocols", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every table that begins as garbage, and of which a part stays garbage."""
        tables = program.protocols
        for table in tables.tables:
            unset = tables.unset(table)
            if unset is None:
                continue
            name = tables.name(table)
            parts = f"{listed(unset.members)} of entry {unset.entry}"
            are = "is" if len(unset.members) == 1 else "are"
            yield self.finding(
                tables.place(table),
                f"`{name}` begins as garbage, and {parts} {are} never set",
                help=f"zero all of `{name}` before anything is set: `= {{ 0 }}`, `calloc()` or `memset()`",
                steps=tables.steps(table),
                object=name,
                mend=program.table_zeroing(table),
            )
