"""LWS303: a context that is used after it was destroyed."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, LateUse, Level, Precision, Program, Rule


class UseAfterDestroy(Rule):
    """After its destroy a context is freed memory, whatever still points at it."""

    code = "LWS303"
    name = "use-after-destroy"
    summary = "A context is handed to the library after it was destroyed."
    level = Level.ERROR
    precision = Precision.HIGH
    cwe = (416,)
    tags = ("lifecycle",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every call of the library that works on a context after its end."""
        for use in program.late_uses():
            yield self.finding(
                use.place,
                _message(program.callee_name(use.call), use),
                help="set the variable to NULL where the context is destroyed and look at it here,"
                " or destroy the context after its last use",
                steps=use.steps,
                function=use.call.function.name,
            )


def _message(call: str, use: LateUse) -> str:
    if use.freed:
        return f"`{call}()` works on freed memory: the context was destroyed {use.where}"
    return (
        f"`{call}()` may work on freed memory: `{use.destroyer}()` destroyed the context while its service"
        " loop ran, and the loop has returned since"
    )
