"""LWS107: creation info that points at memory that is gone."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import DeadMember, Finding, Level, Precision, Program, Rule


class DanglingInfoMember(Rule):
    """The library keeps most of the pointers that it is given."""

    code = "LWS107"
    name = "dangling-info-member"
    summary = "A field of creation info points at memory that dies before the library is done with it."
    level = Level.ERROR
    precision = Precision.HIGH
    cwe = (562, 416, 825)
    tags = ("creation-info", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every field that points at dead memory when a create reads it, or while the library keeps it."""
        for member in program.dead_members():
            yield self.finding(
                member.place,
                f"`{member.field}` points at memory that is gone {_when(program, member)}",
                help=f"let `{member.field}` point at memory that lives as long as the context: a static "
                "object, or one that is freed after `lws_context_destroy()`",
                steps=member.steps,
                function=member.function,
                object=member.field,
            )


def _when(program: Program, member: DeadMember) -> str:
    if member.read:
        last = member.steps[-1].place
        return f"when the create at {last.path}:{last.line} reads it"
    release = f"libwebsockets {program.release}" if program.release else "the library"
    return f"while the context lives, and {release} keeps the pointer"
