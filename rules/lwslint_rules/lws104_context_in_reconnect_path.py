"""LWS104: a new context for each reconnect."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Create, Finding, Level, Occasion, Precision, Program, Rule, StepKind

_KINDS = (StepKind.CREATE, StepKind.LOSS, StepKind.CALL, StepKind.BRANCH, StepKind.DESTROY)


class ContextInReconnectPath(Rule):
    """The library wants one context for the life of the program, and any number of connections in it."""

    code = "LWS104"
    name = "context-in-reconnect-path"
    summary = "The way from a lost connection leads to another `lws_create_context()`."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (772,)
    tags = ("lifecycle", "reconnect")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create that runs again because a connection was lost."""
        for create in program.creations():
            occasions = create.after_loss()
            if occasions:
                alive = next((occasion for occasion in occasions if occasion.context_alive), None)
                yield self._judge(program, create, alive or occasions[0])

    def _judge(self, program: Program, create: Create, occasion: Occasion) -> Finding:
        info = create.info_of(occasion)
        stale = bool(create.stale())
        if occasion.context_alive:
            message = (
                "a new context is created after the connection was lost, while the old one is still alive"
            )
        elif stale:
            message = (
                "a new context is created after the connection was lost, from creation info that is left over"
            )
        else:
            message = "a new context is created each time the connection is lost"
        return self.finding(
            create.place,
            message,
            help="keep the context and connect again in it, from an `lws_sul_schedule()` timer",
            steps=program.steps(occasion.story, _KINDS, "another context is created"),
            level=Level.ERROR if occasion.context_alive or stale else Level.WARNING,
            function=create.function,
            object=info.name if info else "",
        )
