"""LWS112: a process that becomes root because nobody said who it should be."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Create, Finding, Level, Occasion, Precision, Program, Rule, StepKind, listed

_IDENTITY = ("gid", "uid")


class RootIdentity(Rule):
    """Before 2.4 a user or group of 0 is one to change to, and not a field that was left alone."""

    code = "LWS112"
    name = "root-identity"
    summary = "`gid` or `uid` of the creation info stay 0, which releases before 2.4 take for root."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (250,)
    tags = ("creation-info", "security")
    last = "2.3"

    def check(self, program: Program) -> Iterator[Finding]:
        """Every create that reads an identity which nothing has set."""
        for create in program.creations():
            for occasion in create.occasions:
                unset = self._unset(occasion)
                if unset:
                    yield self._judge(program, create, occasion, unset)
                    break

    @staticmethod
    def _unset(occasion: Occasion) -> list[str]:
        """The fields that are 0 because the object was zeroed and nobody wrote them since."""
        if not occasion.certain or occasion.guessed or not occasion.zeroed:
            return []
        written = {field.name for field in occasion.fields()}
        return [name for name in _IDENTITY if name not in written]

    def _judge(self, program: Program, create: Create, occasion: Occasion, unset: list[str]) -> Finding:
        info = create.info_of(occasion)
        name = info.name if info is not None else "the creation info"
        stay = "stays" if len(unset) == 1 else "stay"
        kinds = (StepKind.RESET, StepKind.FILL, StepKind.CALL, StepKind.BRANCH)
        return self.finding(
            create.place,
            f"{listed(unset)} of `{name}` {stay} 0: libwebsockets {program.release} changes to root, "
            "instead of leaving the process as it is",
            help=f"set {' and '.join(f'`{name}.{field}`' for field in unset)} to -1, which changes nothing",
            steps=program.steps(occasion.story, kinds, f"`{create.callee}()` reads {listed(unset)}"),
            function=create.function,
            object=name,
            mend=program.before_create(
                create, dict.fromkeys(unset, "= -1"), f"set {listed(unset)} to -1: no change"
            ),
        )
