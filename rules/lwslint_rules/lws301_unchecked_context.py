"""LWS301: a context that is used without a look at whether there is one."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule, Step, StepKind


class UncheckedContext(Rule):
    """A create fails for many ordinary reasons: a port in use, a missing certificate, no memory."""

    code = "LWS301"
    name = "unchecked-context"
    summary = "The result of `lws_create_context()` is used without a check for NULL that leaves."
    level = Level.WARNING
    precision = Precision.VERY_HIGH
    cwe = (252, 476)
    tags = ("lifecycle",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create whose NULL reaches a call that cannot take it."""
        told = set()
        for use in program.null_uses():
            create = program.create_at(use.create)
            place = program.site_place(create)
            if place in told:
                continue
            told.add(place)
            call = program.callee_name(use.moment.site)
            where = program.site_place(use.moment.site)
            yield self.finding(
                place,
                f"the context may be NULL here, and `{call}()` uses it without a check",
                help="leave if the result is NULL, before anything else is done with it",
                steps=(
                    Step(
                        place,
                        f"`{program.callee_name(create)}()` may return NULL",
                        StepKind.CREATE,
                        create.function.name,
                    ),
                    Step(where, f"`{call}()` gets that NULL", StepKind.USE, use.moment.site.function.name),
                ),
                function=create.function.name,
            )
