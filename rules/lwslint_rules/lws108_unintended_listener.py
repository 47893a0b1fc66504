"""LWS108: a client that listens."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Create, Finding, Level, Occasion, Precision, Program, Rule, Step, StepKind

_NONE = "CONTEXT_PORT_NO_LISTEN"


class UnintendedListener(Rule):
    """Port 0 is no "no": it is a port that the kernel picks."""

    code = "LWS108"
    name = "unintended-listener"
    summary = "A client leaves `port` at 0, and so listens on a port that the kernel picks."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (1188, 668)
    tags = ("creation-info", "security")
    first = "1.3"

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create of a program that connects and serves nobody, with `port` as the reset left it."""
        if not program.connections() or program.serves():
            return
        for create in program.creations():
            occasions = create.filled()
            if occasions and program.port_left(create):
                connects = program.connects_in(create)
                if connects:
                    yield self._judge(program, create, occasions[0], connects[0])

    def _judge(self, program: Program, create: Create, occasion: Occasion, connect: Create) -> Finding:
        info = create.info_of(occasion)
        assert info is not None
        kinds = (StepKind.RESET, StepKind.CALL, StepKind.BRANCH)
        return self.finding(
            create.place,
            f"`{info.name}.port` is left 0: this client also listens, on a port that the kernel picks",
            help=f"set `{info.name}.port = {_NONE}` before `{create.callee}()`",
            steps=(
                *program.steps(occasion.story, kinds, f"`{create.callee}()` opens a listening socket"),
                Step(connect.place, "all that the program does is connect", StepKind.USE, connect.function),
            ),
            function=create.function,
            object=info.name,
            mend=program.before_create(
                create, {"port": f"= {_NONE}"}, f"set `{info.name}.port` to `{_NONE}`"
            ),
        )
