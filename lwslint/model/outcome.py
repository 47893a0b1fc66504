"""The outcome of a run: what reports draw."""

from __future__ import annotations

import enum

import msgspec

from lwslint.model.finding import Finding, Level, Precision


class GapKind(enum.StrEnum):
    """Why something was not, or not wholly, in sight."""

    UNREADABLE = "unreadable"  # a file that could not be read at all
    CRASHED = "crashed"  # the parser died or hung on a unit
    BROKEN = "broken"  # syntax errors: functions may be incomplete
    MISSING_HEADER = "missing-header"
    MODEL_HEADERS = "model-headers"  # read against lwslint's own headers of the library (information)
    FRONT_END = "front-end"  # read by another front end than the usual one (information)
    UNREACHED = "unreached"  # library names in text that the parser never reached
    BOUND = "bound"  # an analysis bound cut something
    SKIPPED = "skipped"  # a file that was left out
    RULE_FAILED = "rule-failed"  # a rule raised

    @property
    def incomplete(self) -> bool:
        """Whether such a gap means that silence is not clean."""
        return self not in (GapKind.MODEL_HEADERS, GapKind.FRONT_END, GapKind.SKIPPED)

    @property
    def fatal(self) -> bool:
        """Whether such a gap alone makes the exit status 2."""
        return self in (GapKind.UNREADABLE, GapKind.CRASHED, GapKind.RULE_FAILED)


class Gap(msgspec.Struct, frozen=True, order=True):
    """Something that was not in sight: of which file, and one line that says what and what to do."""

    path: str
    kind: GapKind
    text: str
    line: int = 0


class RuleInfo(msgspec.Struct, frozen=True):
    """What reports need to know of a rule. `doc` is the text of its Markdown page."""

    code: str
    name: str
    summary: str
    level: Level
    precision: Precision
    doc: str = ""
    cwe: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    security_severity: str = ""
    distribution: str = "lwslint"


class Silencer(enum.StrEnum):
    """What silenced a finding."""

    COMMENT = "comment"  # in the source
    CONFIGURATION = "configuration"
    BASELINE = "baseline"  # it was known before
    REVISION = "revision"  # the revision that is compared with has it as well

    @property
    def known(self) -> bool:
        """Whether the finding is silenced for being no new one."""
        return self in (Silencer.BASELINE, Silencer.REVISION)


class Suppressed(msgspec.Struct, frozen=True):
    """A finding that is not reported, with the reason that is given, and what silenced it."""

    finding: Finding
    reason: str
    by: Silencer = Silencer.COMMENT


class Gone(msgspec.Struct, frozen=True, order=True):
    """A finding of the baseline that is no more: where it was, of which rule, in which function."""

    path: str
    rule: str
    function: str
    message: str = ""


class Origin(msgspec.Struct, frozen=True):
    """Where an outcome comes from, for who reads a report later: what was typed, the commit, the parser."""

    command: str = ""
    commit: str = ""
    parser: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """Everything that a report may show, in a stable order.

    `files` counts the translation units asked for, `units` those that were parsed, `library_units`
    those that use the library, `programs` how many programs they make. `root` is the folder that
    paths in reports are relative to (the git top level, else the working directory), `cwd` the one that
    relative paths of places start from (the working directory of the process, if empty). `gone` is what
    the baseline holds and the program does not. `irrelevant` counts the files that were not parsed because
    they cannot contribute to a finding.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    gaps: tuple[Gap, ...]
    rules: tuple[RuleInfo, ...]
    files: int
    units: int
    library_units: int
    programs: int
    whole_program: bool
    release: str
    version: str
    root: str
    sources: dict[str, str]
    """Text of each file that a finding, a step or a mend is in, by `Place.path`.

    Bytes that are no UTF-8 are lone surrogates (PEP 383), so that columns count them as one byte.
    """
    cwd: str = ""
    read: tuple[str, ...] = ()
    """The files in which a finding would have been reported, by `Place.path`."""
    gone: tuple[Gone, ...] = ()
    irrelevant: int = 0
    compared: bool = False
    """Whether a baseline or a revision told what is new: then `findings` are."""
    origin: Origin = Origin()

    @property
    def complete(self) -> bool:
        """Whether silence means clean."""
        return not any(gap.kind.incomplete for gap in self.gaps)
