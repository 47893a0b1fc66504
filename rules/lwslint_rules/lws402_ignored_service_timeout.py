"""LWS402: a loop that counts on the timeout of `lws_service()`."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule, Step, StepKind


class IgnoredServiceTimeout(Rule):
    """Since 3.2 the library sleeps until there is something to do, whatever timeout it is given."""

    code = "LWS402"
    name = "ignored-service-timeout"
    summary = (
        "A loop does other work between calls of `lws_service()` and counts on a timeout that is ignored."
    )
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (440,)
    tags = ("loop",)
    first = "3.2"

    def check(self, program: Program) -> Iterator[Finding]:
        """Every call with a timeout, in a loop that has something else to do in time."""
        for timed in program.timed_services():
            callee = program.callee_name(timed.site)
            work = f"`{timed.callee}()`" if timed.callee else "the rest of the loop"
            yield self.finding(
                program.site_place(timed.site),
                f"`{callee}()` ignores its timeout of {timed.timeout} ms: it returns when there is an event, "
                f"and {work} waits as long",
                help="do the work in an `lws_sul_schedule()` timer that sets itself again, and pass 0",
                steps=(
                    Step(
                        program.site_place(timed.work),
                        f"{work} runs only after it has returned",
                        StepKind.OTHER,
                        timed.work.function.name,
                    ),
                ),
                function=timed.site.function.name,
            )
