"""LWS204: connect info that still holds what an earlier connection was made with."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Remains, Rule, Stale


class StaleConnectInfo(Rule):
    """A later connection made from the same object gets what is left over from an earlier one."""

    code = "LWS204"
    name = "stale-connect-info"
    summary = "Connect info is used again with members that belong to an earlier connection."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (665, 825)
    tags = ("connect-info", "reconnect")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every connect that reads such an object again."""
        for found in program.stale_connects():
            yield self._judge(program, found)

    def _judge(self, program: Program, found: Stale) -> Finding:
        name = found.info.name
        if found.remains is Remains.DEAD:
            what = f"`{found.member}` points at memory that is gone"
        else:
            what = f"`address` is set anew, but `{found.member}` keeps what was meant for an earlier one"
        return self.finding(
            found.create.place,
            f"`{name}` is used again: {what}",
            help=f"zero `{name}` and fill all of it again right before each `{found.create.callee}()`",
            steps=program.stale_steps(found),
            function=found.create.function,
            object=name,
        )
