"""LWS106: fields that are set too early, and wiped."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import (
    Edit,
    Finding,
    Level,
    LostFlags,
    Mend,
    Precision,
    Program,
    Rule,
    Spot,
    Step,
    StepKind,
    UnreadField,
)


class LostInfoField(Rule):
    """A reset after the assignment throws the assignment away."""

    code = "LWS106"
    name = "lost-info-field"
    summary = "A field of creation info is set and then wiped before anything reads it, or set too late."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (563,)
    tags = ("creation-info",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Each field once for each object."""
        for lost in program.lost_fields():
            create = lost.create
            yield self.finding(
                lost.wiped_at,
                f"this wipes `{lost.info.name}.{lost.field}`, which was set at {lost.set_at.path}:"
                f"{lost.set_at.line} and has not been read since: `{create.callee}()` never sees it",
                help=f"zero `{lost.info.name}` first, and set its fields after that",
                steps=(
                    Step(lost.set_at, f"sets `{lost.field}`", StepKind.FILL, lost.setter),
                    Step(lost.wiped_at, "zeroes it", StepKind.RESET, lost.wiper),
                    Step(create.place, f"`{create.callee}()` reads 0", StepKind.USE, create.function),
                ),
                function=lost.wiper,
                object=lost.info.name,
            )
        for flags in program.lost_flags():
            yield self._dropped(program, flags)
        for unread in program.unread_fields():
            yield self._unread(program, unread)

    def _dropped(self, program: Program, flags: LostFlags) -> Finding:
        name, create = flags.info.name, flags.create
        place = program.site_place(flags.wiped)
        return self.finding(
            place,
            f"this throws away the flags {flags.bits:#x} that were put into `{name}.{flags.field}` at "
            f"{flags.set_at.path}:{flags.set_at.line}: `{create.callee}()` never sees them",
            help=f"assign `{name}.{flags.field}` first, or write `|=` here too",
            steps=(
                Step(flags.set_at, f"adds to `{flags.field}`", StepKind.FILL, flags.wiped.function.name),
                Step(place, "assigns it anew", StepKind.RESET, flags.wiped.function.name),
                Step(create.place, f"`{create.callee}()` reads it", StepKind.USE, create.function),
            ),
            function=flags.wiped.function.name,
            object=name,
            mend=Mend("keep the flags: `|=`", (Edit(place, "|=", Spot.OPERATOR, old="="),)),
        )

    def _unread(self, program: Program, unread: UnreadField) -> Finding:
        callee = program.callee_name(unread.create)
        place = program.site_place(unread.site)
        function = unread.site.function.name
        return self.finding(
            place,
            f"`{unread.info}.{unread.field}` is set after `{callee}()` has read `{unread.info}`: "
            "nothing reads it again",
            help=f"set `{unread.field}` before `{callee}()`",
            steps=(
                Step(program.site_place(unread.create), f"`{callee}()` reads it", StepKind.USE, function),
                Step(place, f"sets `{unread.field}`", StepKind.FILL, function),
            ),
            function=function,
            object=unread.info,
        )
