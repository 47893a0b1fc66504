"""LWS209: a pointer that a connection keeps outlives what it points at."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Dangling, Finding, Level, Precision, Program, Rule

_MENDS = {
    "userdata": "allocate it and free it where the connection ends, or leave `userdata` NULL and let "
    "`per_session_data_size` do it",
    "retry_and_idle_policy": "make the policy `static const`",
}


class DanglingConnectMember(Rule):
    """The library follows the pointer until the connection is gone."""

    code = "LWS209"
    name = "dangling-connect-member"
    summary = "A connection keeps a pointer to memory that is gone before the connection is."
    level = Level.ERROR
    precision = Precision.HIGH
    cwe = (562, 416)
    tags = ("connect-info", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every member that is set to the address of such memory."""
        for found in program.dangling_members():
            yield self._judge(program, found)

    def _judge(self, program: Program, found: Dangling) -> Finding:
        if found.death is None:
            what = "which is gone already"
        else:
            what = f"which is gone at line {found.death.line}, while the connection goes on using it"
        return self.finding(
            program.site_place(found.site),
            f"`{found.info.name}.{found.member}` points at `{found.target}`, {what}",
            help=_MENDS[found.member],
            steps=program.dangling_steps(found),
            function=found.site.function.name,
            object=f"{found.info.name}.{found.member}",
        )
