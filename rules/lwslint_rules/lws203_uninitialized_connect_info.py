"""LWS203: connect info that was never zeroed."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule


class UninitializedConnectInfo(Rule):
    """The library reads every field, also those that nobody has set."""

    code = "LWS203"
    name = "uninitialized-connect-info"
    summary = "Connect info reaches a connect without ever being zeroed, so unset fields hold garbage."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (457, 908)
    tags = ("connect-info", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every connect that some path reaches with an object full of garbage."""
        for found in program.unzeroed(program.connections()):
            yield self.finding(
                found.create.place,
                found.message,
                help=found.help,
                steps=found.steps,
                function=found.create.function,
                object=found.info.name,
                mend=program.zeroing(found),
            )
