"""LWS205: a connection that names a protocol which its context does not have."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Binding, Finding, Level, Precision, Program, Rule, listed


class UnknownProtocolName(Rule):
    """Events of such a connection go to the first protocol, whichever that is."""

    code = "LWS205"
    name = "unknown-protocol-name"
    summary = "A connection names no protocol of its context, so its events go to the first one."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (628,)
    tags = ("connect-info", "protocol")
    first = "3.0"

    def check(self, program: Program) -> Iterator[Finding]:
        """Every connect whose name is not among the protocols, or that should have had one."""
        for binding in program.unknown_protocol_names():
            yield self._judge(program, binding)

    def _judge(self, program: Program, binding: Binding) -> Finding:
        names = listed(list(dict.fromkeys(name for table in binding.tables for name in table.names)))
        first = " or ".join(dict.fromkeys(f"`{entry.name}`" for entry in binding.bound))
        only = all(len(table.entries) == 1 for table in binding.tables)
        if not binding.member:
            message = (
                f"`{binding.info.name}` names no protocol: the events of the connection go to the first one, "
                f"{first}, whose callback passes them over"
            )
            help_ = "set `local_protocol_name` to the protocol whose callback is to get the events"
        else:
            message = f'`{binding.member}` is "{binding.name}", but the protocols are {names}: '
            message += (
                "it works because there is no other one"
                if only
                else f"the events of the connection go to the first one, {first}"
            )
            help_ = f"set `local_protocol_name` to one of {names}"
        return self.finding(
            program.name_place(binding),
            message,
            help=help_,
            steps=program.binding_steps(binding),
            level=Level.NOTE if only else Level.WARNING,
            function=binding.create.function,
            object=binding.info.name,
        )
