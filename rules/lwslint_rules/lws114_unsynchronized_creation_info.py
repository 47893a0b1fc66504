"""LWS114: creation info that two threads use at the same time."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule


class UnsynchronizedCreationInfo(Rule):
    """The library reads the struct field by field: what another thread writes meanwhile is half in it."""

    code = "LWS114"
    name = "unsynchronized-creation-info"
    summary = (
        "Creation info or connect info with static storage is written in one thread and used in another."
    )
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (362,)
    tags = ("threads",)

    def check(self, program: Program) -> Iterator[Finding]:
        """One finding for each object that two threads share without a mutex."""
        for info in program.shared_infos():
            uses = "hands it to the library" if info.reads else "writes it, too"
            yield self.finding(
                info.place,
                f"`{info.name}` is written in the thread of `{info.writer}()` while that of `{info.other}()` "
                f"{uses}, with no mutex that both hold: a mixture of both values is used",
                help="give each thread a local struct of its own, zeroed where it is filled",
                steps=info.steps,
                function=info.function,
                object=info.name,
            )
