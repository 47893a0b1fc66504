"""LWS302: a live context that nobody holds any more."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule


class LeakedContext(Rule):
    """A context that is not destroyed keeps its sockets, pipes and memory."""

    code = "LWS302"
    name = "leaked-context"
    summary = "The only variable that holds a live context is overwritten or goes out of scope."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (401, 772)
    tags = ("lifecycle",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every statement that loses a live context, but where LWS104 speaks of it."""
        spoken = {
            create.place
            for create in program.creations()
            if any(o.context_alive for o in create.after_loss())
        }
        told = set()
        for leak in program.leaks():
            place = program.leak_place(leak)
            created = program.site_place(program.create_at(leak.create))
            if place in told or place in spoken or created in spoken:
                continue
            told.add(place)
            yield self.finding(
                place,
                f"the context created at line {created.line} is lost here while it is alive",
                help="destroy it with `lws_context_destroy()` first, or keep it and use it again",
                steps=program.leak_steps(leak),
                function=leak.function.name,
            )
