"""Everything that a rule may see. A rule imports this module and nothing else of lwslint.

What the library promises is asked of `program.knowledge` (`Knowledge`), for the release `program.target`:
`program.knowledge.lifetime(INFO, "iface", program.target) is Lifetime.KEPT`.
"""

from __future__ import annotations

import abc
import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from lwslint.analysis import ProgramUnits
from lwslint.analysis.observe import NullUse
from lwslint.analysis.program import Site
from lwslint.analysis.questions.bindings import Binding
from lwslint.analysis.questions.connects import Missing
from lwslint.analysis.questions.creations import Create, Field, Info, Leftover, Occasion, Unzeroed
from lwslint.analysis.questions.dangling import DeadMember
from lwslint.analysis.questions.ends import InnerEnd, LateUse, LoopDestroy
from lwslint.analysis.questions.failures import Unhandled, Unnoticed
from lwslint.analysis.questions.first_fill import FirstFill
from lwslint.analysis.questions.kept import Dangling
from lwslint.analysis.questions.lost import LostField, LostFlags, UnreadField
from lwslint.analysis.questions.mends import Allocated, Argument, Declared
from lwslint.analysis.questions.program import Program
from lwslint.analysis.questions.protocols import Table, Unset
from lwslint.analysis.questions.resets import SizedReset
from lwslint.analysis.questions.retries import Exhaustion, Retry
from lwslint.analysis.questions.reuse import Remains, Stale
from lwslint.analysis.questions.schedules import DoubleRetry, Redial
from lwslint.analysis.questions.service import TimedService
from lwslint.analysis.questions.settings import Setting
from lwslint.analysis.questions.stored import StaleWsi
from lwslint.analysis.questions.suls import OutlivedOwner
from lwslint.analysis.questions.symbols import InternalCall, Removed
from lwslint.analysis.questions.threads import OffThreadCall, SharedInfo
from lwslint.analysis.questions.verification import Unverified
from lwslint.analysis.questions.wording import listed
from lwslint.analysis.questions.writes import Headroom, Result, Write
from lwslint.lws.knowledge import (
    CONNECT,
    INFO,
    Absence,
    Internal,
    Kind,
    Knowledge,
    Lifetime,
    Meaning,
    Need,
    Reason,
    Release,
    Side,
    UserData,
    Writing,
)
from lwslint.model.comment import SuppressionComment
from lwslint.model.finding import Edit, Finding, Level, Mend, Precision, Spot, Step, StepKind
from lwslint.model.place import Place

__all__ = [
    "CONNECT",
    "INFO",
    "Absence",
    "Allocated",
    "Argument",
    "Binding",
    "Create",
    "Dangling",
    "DeadMember",
    "Declared",
    "DoubleRetry",
    "Edit",
    "Exhaustion",
    "Field",
    "Finding",
    "FirstFill",
    "Headroom",
    "Info",
    "InnerEnd",
    "Internal",
    "InternalCall",
    "Kind",
    "Knowledge",
    "LateUse",
    "Leftover",
    "Level",
    "Lifetime",
    "LoopDestroy",
    "LostField",
    "LostFlags",
    "Meaning",
    "Mend",
    "Missing",
    "Need",
    "NullUse",
    "Occasion",
    "OffThreadCall",
    "OutlivedOwner",
    "Place",
    "Precision",
    "Program",
    "Reason",
    "Redial",
    "Release",
    "Remains",
    "Removed",
    "Result",
    "Retry",
    "Rule",
    "Setting",
    "SharedInfo",
    "Side",
    "Site",
    "SizedReset",
    "Spot",
    "Stale",
    "StaleWsi",
    "Step",
    "StepKind",
    "SuppressionComment",
    "Table",
    "TimedService",
    "Unhandled",
    "Unnoticed",
    "UnreadField",
    "Unset",
    "Unverified",
    "Unzeroed",
    "UserData",
    "Write",
    "Writing",
    "analyse",
    "listed",
]

_CODE = re.compile(r"[A-Z]{2,12}[0-9]{3,4}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


class Rule(abc.ABC):
    """A rule: what it is, as class attributes, and one generator that looks at a program.

    Raises:
        TypeError: an attribute is missing or malformed, when the class is made.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    level: ClassVar[Level]
    precision: ClassVar[Precision]
    cwe: ClassVar[tuple[int, ...]] = ()
    tags: ClassVar[tuple[str, ...]] = ()
    security_severity: ClassVar[str] = ""
    first: ClassVar[str] = ""
    last: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Check the metadata of a new rule."""
        for attribute, kind in (
            ("code", str),
            ("name", str),
            ("summary", str),
            ("level", Level),
            ("precision", Precision),
        ):
            if not isinstance(getattr(cls, attribute, None), kind):
                raise TypeError(f"{cls.__name__}.{attribute} must be a {kind.__name__}")
        if not _CODE.fullmatch(cls.code):
            raise TypeError(f"{cls.__name__}.code must look like LWS103, not {cls.code!r}")
        if not _NAME.fullmatch(cls.name):
            raise TypeError(f"{cls.__name__}.name must look like stale-creation-info, not {cls.name!r}")

    @abc.abstractmethod
    def check(self, program: Program) -> Iterator[Finding]:
        """What the rule has to say of a program."""

    def check_comments(self, useless: Iterable[SuppressionComment]) -> Iterator[Finding]:
        """What the rule has to say of suppression comments that do nothing."""
        return iter(())

    def finding(
        self,
        place: Place,
        message: str,
        *,
        help: str = "",
        steps: Iterable[Step] = (),
        level: Level | None = None,
        precision: Precision | None = None,
        function: str = "",
        object: str = "",
        mend: Mend | None = None,
    ) -> Finding:
        """A finding of this rule, at its own level and precision unless others are given."""
        return Finding(
            rule=self.code,
            level=level or self.level,
            precision=precision or self.precision,
            place=place,
            message=message,
            help=help,
            steps=tuple(steps),
            function=function,
            object=object,
            mend=mend,
        )


def analyse(units: ProgramUnits, release: str, knowledge: Knowledge | None = None) -> Program:
    """A program, ready for questions; what lwslint knows holds if no other `knowledge` is given."""
    return Program(units.units, units.group, units.linker, release, knowledge)
