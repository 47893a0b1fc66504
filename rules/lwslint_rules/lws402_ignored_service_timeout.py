"""LWS402: a loop that counts on the timeout of `lws_service()`."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Edit, Finding, Level, Mend, Precision, Program, Rule, Step, StepKind, TimedService


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
                mend=self._mend(program, timed),
            )

    @staticmethod
    def _mend(program: Program, timed: TimedService) -> Mend | None:
        """0 for a constant timeout; which work is to be a timer is for the author to say."""
        argument = program.argument(timed.site, 1)
        if argument is None or not argument.written:
            return None
        edit = Edit(argument.place, "0", old=argument.written)
        return Mend("pass 0, which says that there is no timeout", (edit,))
