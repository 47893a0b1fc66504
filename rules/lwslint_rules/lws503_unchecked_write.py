"""LWS503: the result of a write is not looked at, or looked at in the wrong way."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import (
    Edit,
    Finding,
    Level,
    Mend,
    Place,
    Precision,
    Program,
    Result,
    Rule,
    Spot,
    Step,
    StepKind,
    Write,
    Writing,
)


class UncheckedWrite(Rule):
    """A write that fails tells that the connection is gone; one that goes well may return more than asked."""

    code = "LWS503"
    name = "unchecked-write"
    summary = "The result of `lws_write()` is ignored, or compared with the length by `==` or `!=`."
    level = Level.WARNING
    precision = Precision.VERY_HIGH
    cwe = (252, 253)
    tags = ("output",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every write whose result nobody looks at, or takes for the exact length."""
        for write in program.writes():
            kinds = write.kinds()
            if kinds is not None and Writing.CONTROL in kinds:
                continue
            result, place = write.result()
            if result is Result.USED:
                continue
            message = kinds is not None and kinds <= {Writing.WS}
            yield self.finding(
                write.place,
                self._message(write, result),
                help=f"return -1 from the callback where `{write.callee}()` returns less than the length",
                steps=self._steps(write, result, place),
                level=None if message else Level.NOTE,
                function=write.function,
                object=write.buffer,
                mend=self._mend(program, write, result, place),
            )

    @staticmethod
    def _mend(program: Program, write: Write, result: Result, place: Place) -> Mend | None:
        """A look at the result that leaves, or the operator that is meant."""
        if result is Result.EQUALS:
            operators = write.comparison()
            if operators is None:
                return None
            edit = Edit(place, operators[1], Spot.OPERATOR, old=operators[0])
            return Mend(f"compare by `{operators[1]}`", (edit,), safe=True)
        out, name = write.failure(), program.result(write.site)
        if not out:
            return None
        if result is Result.IGNORED:
            text, spot = f"if ({{}} < 0)\n\t{out}", Spot.STATEMENT
        elif name and program.signed_result(write.site):
            text, spot = f"if ({name} < 0)\n\t{out}", Spot.AFTER
        else:
            return None
        return Mend("leave if it fails", (Edit(write.place, text, spot, old=write.callee),))

    @staticmethod
    def _message(write: Write, result: Result) -> str:
        if result is Result.EQUALS:
            return (
                f"the result of `{write.callee}()` is compared with the length by `==` or `!=`: it may be "
                "more than was asked for, and a write that went well is taken for a failure"
            )
        what = "is ignored" if result is Result.IGNORED else "is stored, and nobody looks at it"
        return f"the result of `{write.callee}()` {what}: nobody notices that the connection is gone"

    @staticmethod
    def _steps(write: Write, result: Result, place: Place) -> tuple[Step, ...]:
        if result is not Result.EQUALS:
            return ()
        return (
            Step(write.place, f"`{write.callee}()` returns", StepKind.OTHER, write.function),
            Step(place, "its result must be exactly the length here", StepKind.USE, write.function),
        )
