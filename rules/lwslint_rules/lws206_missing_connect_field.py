"""LWS206: connect info without a member that the connect needs."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Mend, Missing, Precision, Program, Rule, listed

_VALUES = {
    "context": "the context that the connection is to be made in",
    "address": "the name or address of the server",
    "host": "what the Host header shall say, usually the same as `address`",
    "path": 'at least `"/"`',
    "mqtt_cp": "the parameters of the MQTT session",
}


class MissingConnectField(Rule):
    """Without these members the library crashes, sends nonsense, or fails to connect."""

    code = "LWS206"
    name = "missing-connect-field"
    summary = "A member that the connection cannot do without is NULL when it is made."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (476,)
    tags = ("connect-info",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every connect that reads NULL where it needs more."""
        for found in program.missing_members():
            yield self._judge(program, found)

    def _judge(self, program: Program, found: Missing) -> Finding:
        names = listed([f"{found.info.name}.{member}" for member in found.members])
        are = "is" if len(found.members) == 1 else "are"
        first = found.needs[0]
        which = "" if len(found.members) == 1 else f" without `{first.member}`,"
        return self.finding(
            found.create.place,
            f"{names} {are} NULL at the connect:{which} {first.otherwise} (libwebsockets {program.target})",
            help="set " + ", ".join(f"`{member}` to {_VALUES[member]}" for member in found.members),
            steps=program.missing_steps(found),
            function=found.create.function,
            object=found.info.name,
            mend=self._mend(program, found),
        )

    @staticmethod
    def _mend(program: Program, found: Missing) -> Mend | None:
        """What nearly everybody says there, if nothing else is missing."""
        usual = {"path": '= "/"', "host": f"= {program.settable(found.create, 'address')}"}
        if not set(found.members) <= set(usual):
            return None
        sets = {member: usual[member] for member in found.members}
        return program.before_create(found.create, sets, f"set {listed(found.members)} to what is usual")
