"""LWS105: a reset of the wrong size."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Edit, Finding, Level, Mend, Precision, Program, Rule, SizedReset


class WrongSizeReset(Rule):
    """`sizeof` of a pointer clears eight bytes of several hundred."""

    code = "LWS105"
    name = "wrong-size-reset"
    summary = "A memset, bzero or memcpy of a library struct has a size that is not the size of the struct."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (467, 131)
    tags = ("creation-info", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every reset whose constant size does not fit."""
        for reset in program.resets():
            yield self.finding(
                reset.place,
                self._message(reset),
                help=f"write `{reset.callee}({self._mended(reset)})`",
                function=reset.function,
                object=reset.target,
                mend=self._mend(program, reset),
            )

    @staticmethod
    def _message(reset: SizedReset) -> str:
        if reset.swapped:
            return (
                f"`{reset.callee}()` of `{reset.target}` has its value and size swapped: nothing is cleared"
            )
        less = "only " if reset.size < reset.expected else ""
        return (
            f"`{reset.callee}()` covers {less}{reset.size} bytes of `{reset.target}`: `{reset.written}` "
            f"is not the size of `{reset.type}` ({reset.expected} bytes)"
        )

    @staticmethod
    def _mended(reset: SizedReset) -> str:
        middle = (
            ", 0"
            if "memset" in reset.callee
            else ", ..."
            if "cpy" in reset.callee or "move" in reset.callee
            else ""
        )
        return f"{reset.target}{middle}, sizeof({reset.type})"

    @staticmethod
    def _mend(program: Program, reset: SizedReset) -> Mend | None:
        """The size of what is cleared in place of what stands there, if one look tells what that is."""
        effects, target = reset.effects, program.pointed_at(reset.site, _target(reset))
        if effects.size is None or not target:
            return None
        positions = [effects.size]
        texts = [f"sizeof({target})"]
        if reset.swapped and effects.fill is not None:
            positions.append(effects.fill)
            texts.append("0")
        edits = []
        for position, text in zip(positions, texts, strict=True):
            argument = program.argument(reset.site, position)
            if argument is None or not argument.written:
                return None
            edits.append(Edit(argument.place, text, old=argument.written))
        return Mend(f"cover all of `{reset.target}`: `{texts[0]}`", tuple(edits), safe=True)


def _target(reset: SizedReset) -> int:
    """The argument that points at what is written."""
    if reset.effects.zeroes is not None:
        return reset.effects.zeroes
    return reset.effects.copies[0] if reset.effects.copies else 0
