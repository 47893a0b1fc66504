"""LWS207: a connection whose failure, or whose end, nobody notices."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Edit, Finding, Level, Mend, Precision, Program, Rule, Spot, Unhandled, Unnoticed


class UnhandledConnectFailure(Rule):
    """A program that does not notice waits for ever, and does not connect again."""

    code = "LWS207"
    name = "unhandled-connect-failure"
    summary = "Nobody notices when a connection cannot be made, or when it ends."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (252, 390)
    tags = ("connect-info", "protocol-callback")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every connect whose failure or end reaches no code of the program."""
        for found in program.unhandled():
            yield self._judge(program, found)

    def _judge(self, program: Program, found: Unhandled) -> Finding:
        return self.finding(
            found.create.place,
            _message(program, found),
            help=_help(found),
            steps=program.unhandled_steps(found),
            level=Level.NOTE if found.raw else Level.WARNING,
            function=found.create.function,
            object=found.info.name,
            mend=_mend(program, found),
        )


def _mend(program: Program, found: Unhandled) -> Mend | None:
    """A look at the result that leaves, where all that is missed is told by it."""
    out = program.failure(found.create.site) if found.unnoticed is Unnoticed.AT_ONCE else ""
    if not out:
        return None
    edit = Edit(found.create.place, f"if (!{{}})\n\t{out}", Spot.STATEMENT, old=found.create.callee)
    return Mend("leave if the connection fails at once", (edit,))


def _message(program: Program, found: Unhandled) -> str:
    if found.unnoticed is Unnoticed.AT_ONCE:
        return (
            "a connection that fails at once is not noticed: since 4.0.20 only the result tells it, "
            "and that is ignored"
        )
    assert found.entry is not None
    callback = f"`{found.entry.callback}()`, the callback of `{found.entry.name}`,"
    if found.unnoticed is Unnoticed.END:
        return (
            f"the end of this connection is not noticed: {callback} handles {found.awaited}, "
            f"but a client gets {found.got} (libwebsockets {program.target})"
        )
    also = ", and the result is ignored" if found.ignored else ""
    return f"a connection that fails is not noticed: {callback} does not handle {found.got}{also}"


def _help(found: Unhandled) -> str:
    if found.unnoticed is Unnoticed.AT_ONCE:
        return "treat NULL as LWS_CALLBACK_CLIENT_CONNECTION_ERROR: have both schedule the same retry"
    if found.unnoticed is Unnoticed.END:
        return f"handle {found.got} there"
    return f"handle {found.got} there: note that the connection is gone, or schedule the next try"
