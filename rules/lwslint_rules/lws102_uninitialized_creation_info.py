"""LWS102: creation info that was never zeroed."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule


class UninitializedCreationInfo(Rule):
    """The library reads every field, also those that nobody has set."""

    code = "LWS102"
    name = "uninitialized-creation-info"
    summary = "Creation info reaches a create without ever being zeroed, so unset fields hold garbage."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (457, 908)
    tags = ("creation-info", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create that some path reaches with an object full of garbage."""
        for found in program.unzeroed((*program.creations(), *program.vhosts())):
            yield self.finding(
                found.create.place,
                found.message,
                help=found.help,
                steps=found.steps,
                function=found.create.function,
                object=found.info.name,
                mend=program.zeroing(found),
            )
