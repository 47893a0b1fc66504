"""Findings: what a rule says, where, and the path that shows it."""

from __future__ import annotations

import enum

import msgspec

from lwslint.model.place import Place


class Level(enum.StrEnum):
    """How bad it is, in SARIF's words."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 2 for an error."""
        return list(Level).index(self)


class Precision(enum.StrEnum):
    """How sure the rule is, in GitHub's words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very-high"


class StepKind(enum.StrEnum):
    """What happens at a step of a path; reports may draw each kind in its own way."""

    DECLARE = "declare"  # an object comes into being, not zeroed
    RESET = "reset"  # it is zeroed
    FILL = "fill"  # a field is written
    CREATE = "create"  # a context is made from it
    LOSS = "loss"  # the connection is lost
    CALL = "call"  # a function is entered, or work is scheduled
    BRANCH = "branch"  # a branch is decided
    DESTROY = "destroy"  # a context is destroyed
    USE = "use"  # something reads it
    OTHER = "other"


class Step(msgspec.Struct, frozen=True):
    """One step of a path: a place and a short sentence."""

    place: Place
    text: str
    kind: StepKind = StepKind.OTHER
    function: str = ""


class Spot(enum.StrEnum):
    """Where an edit goes, seen from its place; all but `HERE` need the text of the file to be made out."""

    HERE = "here"  # in place of the text at the place
    BEFORE = "before"  # lines before the statement that the place is in
    AFTER = "after"  # lines after the statement that the place is in
    STATEMENT = "statement"  # lines in place of the statement that is the text at the place, `{}` in them
    INITIALISER = "initialiser"  # behind the declarator whose name is at the place, if it has no initialiser
    ELEMENT = (
        "element"  # one more element of the array whose name is at the place, if its size is not written
    )
    OPERATOR = "operator"  # in place of the first `old` in the place that is in no brackets


class Edit(msgspec.Struct, frozen=True):
    """Text that replaces the text at `place` (which is empty for an insertion), or stands near it.

    Lines that go before or after a statement are written with a tab for each step that they are indented
    more than it; they get the indentation and the line ends of the file. Lines before a statement may go
    before a `return`, and before an `if` in whose condition the place is. Where `old` is given, the text at
    the place must be that (lines: begin with that; operator: contain that), blanks and
    parentheses apart, or nothing is done: so a macro's use is not taken for its body. Edits in an outcome
    are all `HERE`.
    """

    place: Place
    text: str
    spot: Spot = Spot.HERE
    old: str = ""


class Mend(msgspec.Struct, frozen=True):
    """A way to mend a finding: a sentence, and edits where they are mechanical.

    A mend is done whole or not at all. `safe` says that it cannot change what a right program does.
    """

    text: str
    edits: tuple[Edit, ...] = ()
    safe: bool = False


class Finding(msgspec.Struct, frozen=True):
    """What one rule says of one place.

    `steps` is the path in the order in which things happen; its last step is at `place` unless the
    rule points at a definition. `object` is the name of the struct or variable concerned.
    """

    rule: str
    level: Level
    precision: Precision
    place: Place
    message: str
    help: str = ""
    steps: tuple[Step, ...] = ()
    function: str = ""
    object: str = ""
    mend: Mend | None = None

    @property
    def sort_key(self) -> tuple[Place, str, str]:
        """Source order, then rule and message."""
        return (self.place, self.rule, self.message)
