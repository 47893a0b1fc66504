"""LWS306: a context for each piece of work."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Create, Finding, Level, Occasion, Precision, Program, Rule, StepKind

_KINDS = (StepKind.CREATE, StepKind.CALL, StepKind.DESTROY)


class ContextPerRequest(Rule):
    """Making a context is dear, and one of them serves any number of connections."""

    code = "LWS306"
    name = "context-per-request"
    summary = "A context is created again and again, though no lost connection decides that."
    level = Level.WARNING
    precision = Precision.MEDIUM
    cwe = (400,)
    tags = ("lifecycle",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create on a cycle that no loss decides."""
        for create in program.creations():
            occasions = create.repeated()
            if occasions and not create.after_loss():
                alive = next((occasion for occasion in occasions if occasion.context_alive), None)
                yield self._judge(program, create, alive or occasions[0])

    def _judge(self, program: Program, create: Create, occasion: Occasion) -> Finding:
        alive = occasion.context_alive
        return self.finding(
            create.place,
            "a context is created again while the earlier one is alive"
            if alive
            else "a context is created each time round",
            help="create one context when the program starts and open the connections in it",
            steps=program.steps(occasion.story, _KINDS, "a context is created again"),
            level=Level.WARNING if alive else Level.NOTE,
            function=create.function,
        )
