"""LWS109: TLS is asked for in a context that never set it up."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Create, Finding, Level, Occasion, Precision, Program, Rule, Setting, Step, StepKind

_FLAG = "LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT"


class MissingSslGlobalInit(Rule):
    """Certificates and TLS connects do nothing without one flag in `options`."""

    code = "LWS109"
    name = "missing-ssl-global-init"
    summary = "TLS is asked for, but no `options` of the context have LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT."
    level = Level.ERROR
    precision = Precision.HIGH
    cwe = (319, 1188)
    tags = ("creation-info", "tls", "security")
    first = "2.0"

    def check(self, program: Program) -> Iterator[Finding]:
        """The first create of each object whose options never set up the TLS that is asked for."""
        named: set[object] = set()
        for create in program.creations():
            if program.may_init_tls(create):
                continue
            for occasion in create.filled():
                asking = program.asks_for_tls(create, occasion)
                if asking and occasion.cell not in named:
                    named.add(occasion.cell)
                    yield self._judge(program, create, occasion, asking[0])

    def _judge(self, program: Program, create: Create, occasion: Occasion, asking: Setting) -> Finding:
        info = create.info_of(occasion)
        assert info is not None
        place = asking.place
        asks = Step(place, f"`{asking.field}` asks for TLS", StepKind.FILL, asking.function)
        read = program.steps(
            occasion.story, (StepKind.RESET, StepKind.CALL), f"`{create.callee}()` reads `{info.name}`"
        )
        connecting = asking.field == "ssl_connection"
        return self.finding(
            create.place,
            f"`{info.name}` never gets {_FLAG}, but `{asking.field}` asks for TLS at "
            f"{place.path}:{place.line}: {_harm(asking.field)}",
            help=f"set {_FLAG} in `{info.name}.options` before `{create.callee}()`",
            steps=(*read, asks) if connecting else (*read[:-1], asks, read[-1]),
            function=create.function,
            object=info.name,
            mend=program.before_create(create, {"options": f"|= {_FLAG}"}, f"add `{_FLAG}` to the options"),
        )


def _harm(field: str) -> str:
    if field == "ssl_connection":
        return "the connection fails"
    if field.startswith(("client_", "provided_")):
        return "it is ignored, and TLS connections fail"
    return "it is ignored, a server speaks plain text and TLS connections fail"
