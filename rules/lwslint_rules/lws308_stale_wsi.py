"""LWS308: a connection that is used after it was closed."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule


class StaleWsi(Rule):
    """The library frees a connection that was closed; whoever keeps a pointer to it has to clear that."""

    code = "LWS308"
    name = "stale-wsi"
    summary = "A variable that keeps a connection is not cleared when it closes, and is used after that."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (416,)
    tags = ("lifecycle", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every variable that is used once the connection in it is gone."""
        for found in program.stale_wsis():
            yield self.finding(
                found.place,
                f"`{found.variable}` still points at the connection after {found.reason}: "
                f"`{found.use}()` then works on freed memory",
                help=f"set `{found.variable}` to NULL under {found.reason}",
                steps=found.steps,
                function=found.store.function.name,
                object=found.variable,
            )
