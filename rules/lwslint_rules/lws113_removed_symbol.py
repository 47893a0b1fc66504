"""LWS113: names that the target release does not have."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Removed, Rule


class RemovedSymbol(Rule):
    """A program that is built for another release than it was written for."""

    code = "LWS113"
    name = "removed-symbol"
    summary = (
        "A field, option or function that the target release no longer has, or does not have yet, is used."
    )
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (477,)
    tags = ("releases",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every use of a name that only other releases have."""
        for removed in program.removed():
            name = removed.name.rpartition(".")[2]
            yield self.finding(
                removed.place,
                f"`{name}` is not in libwebsockets {program.release}: {self._history(removed)}",
                help=self._mend(removed, name),
                object=name,
            )

    @staticmethod
    def _history(removed: Removed) -> str:
        if removed.last:
            use = f"; `{removed.successor}` took its place" if removed.successor else ""
            return f"{removed.last} was the last to have it{use}"
        return f"it came with {removed.first}"

    @staticmethod
    def _mend(removed: Removed, name: str) -> str:
        if removed.last:
            if removed.successor:
                return f"use `{removed.successor}`"
            return f"do without `{name}`, or build against {removed.last}"
        major, minor, patch = (int(part) for part in removed.first.split("."))
        number = major * 1_000_000 + minor * 1_000 + patch
        return (
            f"build against {removed.first} or later, or put it under "
            f"`#if LWS_LIBRARY_VERSION_NUMBER >= {number}`"
        )
