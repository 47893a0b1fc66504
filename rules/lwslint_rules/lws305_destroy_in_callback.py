"""LWS305: a context that is destroyed by what its own service loop runs."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, InnerEnd, Level, LoopDestroy, Precision, Program, Rule

_HAPPENS = {
    InnerEnd.FREED: "the context is freed here, and the service loop that called `{0}()` goes on in freed"
    " memory",
    InnerEnd.LEFT: "the context is destroyed while its service loop runs `{0}()`: its connections are closed,"
    " but only a second destroy after the loop frees it",
    InnerEnd.BEGUN: "the context is destroyed while its service loop runs `{0}()`: `lws_service()` returns"
    " -1, and only a second destroy after the loop frees it",
    InnerEnd.PUT_OFF: "the context is destroyed while its service loop runs `{0}()`: `lws_service()` returns"
    " -1, and nothing says whether it has freed it by then",
}
_FORGOTTEN = {
    InnerEnd.LEFT: "; with `{0}` set to NULL nobody can do that",
    InnerEnd.BEGUN: "; with `{0}` set to NULL nobody can do that",
    InnerEnd.PUT_OFF: "; with `{0}` set to NULL it leaks if not",
}
_FLAG = "end the loop by a flag that the callback sets, and destroy the context after the loop"
_PCONTEXT = (
    "; or set `info.pcontext` to the address of the variable before the create, so that it becomes NULL once"
    " the context is freed"
)


class DestroyInCallback(Rule):
    """A service loop needs its context until it has returned."""

    code = "LWS305"
    name = "destroy-in-callback"
    summary = "A context is destroyed inside a callback that its own service loop runs."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (416,)
    tags = ("lifecycle",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every destroy that the context's own loop runs, but where `info.pcontext` says how it went."""
        end = program.inner_end()
        for destroy in program.loop_destroys():
            yield self.finding(
                destroy.place,
                _message(end, destroy),
                help=_FLAG + ("" if end is InnerEnd.FREED else _PCONTEXT),
                steps=destroy.steps,
                level=_level(end, destroy),
                function=destroy.call.function.name,
            )


def _level(end: InnerEnd, destroy: LoopDestroy) -> Level:
    if end is InnerEnd.FREED:
        return Level.ERROR
    return Level.NOTE if destroy.forgotten else Level.WARNING


def _message(end: InnerEnd, destroy: LoopDestroy) -> str:
    more = _FORGOTTEN.get(end, "") if destroy.forgotten else ""
    return _HAPPENS[end].format(destroy.activation) + more.format(destroy.variable)
