"""The pipeline of a run, in reading order: from a plan to the outcome that reports draw."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from lwslint import __version__, gaps, mending
from lwslint.analysis import ProgramUnits, link_programs
from lwslint.api import Program, Rule, SuppressionComment, analyse
from lwslint.frontend.included import headers
from lwslint.frontend.reading import read
from lwslint.frontend.request import Reading, ReadRequest
from lwslint.ir import Unit
from lwslint.lws.additions import NOTHING_ADDED, Additions
from lwslint.lws.knowledge import Knowledge
from lwslint.model.finding import Finding, Level
from lwslint.model.outcome import Gap, GapKind, Outcome
from lwslint.registry import RegisteredRule
from lwslint.sources import Plan, SourceUnit, project_of, shown
from lwslint.suppression import MARK, Comments

Progress = Callable[[str, int, int], None]
"""Told what has been done how many times out of how many ("files read", 3, 147)."""


@dataclass(frozen=True)
class Settings:
    """What a run asks, by how many processes, and of which release of the library (`4.3`, or as found).

    An `executor` that is given reads the units in place of processes of its own. `additions` is what the
    project says of functions of its own. `reasons_needed` says that a comment without a reason counts for
    nothing.
    """

    rules: tuple[RegisteredRule, ...]
    jobs: int = 1
    release: str = ""
    executor: Executor | None = None
    additions: Additions = NOTHING_ADDED
    reasons_needed: bool = False


@dataclass(frozen=True)
class ReadUnit:
    """A planned unit after reading; `unit` is None where that failed."""

    source: SourceUnit
    unit: Unit | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class CheckedProgram:
    """What the rules say of one program."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    whole: bool
    release: str = ""


def run(plan: Plan, settings: Settings, progress: Progress = lambda what, done, total: None) -> Outcome:
    """Reads, links, analyses, asks the rules, and applies scope and suppressions."""
    units = list(_read(plan, settings, progress))
    alone = _without_bodies(_on_their_own(units), settings.additions)
    programs = list(_analyse(link_programs(alone), settings, progress))
    merged = _merged(finding for program in programs for finding in program.findings)
    texts = _Texts(plan)
    reported = [
        texts.resolved(finding) for finding in merged if any(map(plan.scope.holds, _files(finding, plan.cwd)))
    ]
    infos = tuple(registered.info for registered in settings.rules)
    all_gaps = {*plan.gaps, *(gap for unit in units for gap in unit.gaps)}
    all_gaps.update(gap for program in programs for gap in program.gaps)
    seen = _reportable(plan, units)
    whole = bool(programs) and all(program.whole for program in programs)
    speaking = [path for path in _read_files(units) if texts.has_comments(path)]
    files = [*speaking, *(_speaking_headers(plan, settings, texts) if reported else ())]
    comments = Comments(infos, texts.of, files, reasons_needed=settings.reasons_needed)
    kept, suppressed = comments.separate(reported)
    judged = _judged(settings, [program.release for program in programs]) if whole else []
    unsure = {gap.path for gap in all_gaps if gap.kind.incomplete}
    useless = comments.useless(sorted({*speaking}.intersection(seen) - unsure), judged)
    about_comments = _about_comments(settings.rules, list(useless), all_gaps)
    more, silenced = comments.separate(about_comments, about_comments=True)
    kept, suppressed = sorted([*kept, *more], key=lambda one: one.sort_key), [*suppressed, *silenced]
    shown_ones = [*reported, *about_comments]
    read_units = [unit.unit for unit in units if unit.unit and unit.source.asked]
    return Outcome(
        findings=tuple(kept),
        suppressed=tuple(suppressed),
        gaps=tuple(sorted(all_gaps)),
        rules=infos,
        files=len({unit.source.path for unit in units if unit.source.asked}),
        units=len(read_units),
        library_units=sum(bool(unit.release) for unit in read_units),
        programs=len(programs),
        whole_program=whole,
        release=settings.release or _newest(unit.release for unit in read_units),
        version=__version__,
        root=str(project_of(plan.cwd)),
        sources={path: texts.of(path) for path in sorted(_paths(shown_ones) | _edited(shown_ones))},
        cwd=str(plan.cwd),
        read=seen,
    )


def _read_files(units: Sequence[ReadUnit]) -> list[str]:
    """The files of the program that were read."""
    return sorted({file for unit in units if unit.unit for file in unit.unit.files})


def _reportable(plan: Plan, units: Sequence[ReadUnit]) -> tuple[str, ...]:
    """The files that were read and that findings are reported in."""
    return tuple(file for file in _read_files(units) if plan.scope.holds(plan.cwd / file))


def _speaking_headers(plan: Plan, settings: Settings, texts: _Texts) -> Iterator[str]:
    """The headers with suppression comments; those that only define macros are in no `Unit.files`."""
    requests = [_request(unit, plan.overlay, settings.release) for unit in plan.units]
    found = headers(requests, [texts.glance(shown(unit.path, plan.cwd)) for unit in plan.units])
    for path, text in sorted((found or {}).items()):
        if MARK.encode() in text:
            yield shown(path, plan.cwd)


def _judged(settings: Settings, releases: Sequence[str]) -> list[str]:
    """The codes of the rules that were asked about every program, and could have spoken."""
    return [
        one.info.code
        for one in settings.rules
        if one.rule.check_comments is Rule.check_comments
        and all(_applies(one, release) for release in releases)
    ]


def _about_comments(
    rules: Iterable[RegisteredRule], useless: Sequence[SuppressionComment], gaps: set[Gap]
) -> list[Finding]:
    """What the rules say of comments that do nothing; a rule that raises is one more gap."""
    findings: list[Finding] = []
    for registered in rules:
        try:
            findings.extend(registered.rule().check_comments(useless))
        except Exception as error:
            gaps.add(_rule_failed(registered, error))
    return findings


def exit_status(outcome: Outcome, fail_on: Level | None, *, strict: bool = False) -> int:
    """2 if the job could not be done (`strict`: not wholly), 1 if a finding reaches `fail_on`, else 0."""
    if any(gap.kind.fatal for gap in outcome.gaps) or (strict and not outcome.complete):
        return 2
    return int(fail_on is not None and any(one.level.rank >= fail_on.rank for one in outcome.findings))


def _read(plan: Plan, settings: Settings, progress: Progress) -> Iterator[ReadUnit]:
    """Reads the units of a plan, in its order."""
    requests = [_request(unit, plan.overlay, settings.release) for unit in plan.units]
    readings = read(requests, settings.jobs, settings.executor)
    for done, (source, reading) in enumerate(zip(plan.units, readings, strict=True), 1):
        yield _read_unit(source, reading, plan.cwd)
        progress("files read", done, len(requests))


def _request(unit: SourceUnit, overlay: Mapping[Path, bytes], release: str) -> ReadRequest:
    """What is asked for a unit; texts that stand for files on disk travel with it."""
    texts = {path: data.decode("utf-8", "surrogateescape") for path, data in overlay.items()}
    text = unit.text if unit.text is not None else texts.pop(unit.path.resolve(), None) if texts else None
    others = tuple((str(path), text) for path, text in sorted(texts.items()))
    return ReadRequest(str(unit.path), str(unit.directory), unit.arguments, text, release, others)


def _read_unit(source: SourceUnit, reading: Reading, cwd: Path) -> ReadUnit:
    if reading.unit is None:
        return ReadUnit(source, None, (_failure(source, reading.failure, cwd),))
    # Relative to the working directory of this process, whatever that of the compile command or the plan.
    files = tuple(shown(Path(file).absolute(), cwd) for file in reading.unit.files)
    unit = msgspec.structs.replace(reading.unit, files=files)
    return ReadUnit(source, unit, tuple(gaps.of_unit(unit)))


def _failure(source: SourceUnit, reason: str, cwd: Path) -> Gap:
    """The gap that a unit leaves which gave nothing; one that is only context does not end the job."""
    if not source.asked:
        kind = GapKind.BROKEN
    elif source.text is None and not os.access(source.path, os.R_OK):
        kind = GapKind.UNREADABLE
    else:
        kind = GapKind.CRASHED
    return Gap(shown(source.path, cwd), kind, reason.removeprefix(f"{source.path}: "))


def _on_their_own(units: Sequence[ReadUnit]) -> list[Unit]:
    """The units to analyse: all that were read, but those that another one of them includes as text."""
    read_units = [unit.unit for unit in units if unit.unit]
    alone: list[Unit] = []
    included: set[str] = set()
    for unit in sorted(read_units, key=lambda unit: -len(unit.files)):  # who includes has more files
        if unit.files[0] not in included:
            alone.append(unit)
            included.update(unit.files[1:])
    return sorted(alone, key=lambda unit: unit.files[0])


def _without_bodies(units: list[Unit], additions: Additions) -> list[Unit]:
    """The units without the bodies of functions whose effects the project tells."""
    told = additions.effects()
    if not told:
        return units
    return [
        msgspec.structs.replace(unit, functions=tuple(one for one in unit.functions if one.name not in told))
        for unit in units
    ]


def _analyse(
    programs: Sequence[ProgramUnits], settings: Settings, progress: Progress
) -> Iterator[CheckedProgram]:
    for done, program in enumerate(programs, 1):
        yield _check(program, settings)
        progress("programs analysed", done, len(programs))


def _check(units: ProgramUnits, settings: Settings) -> CheckedProgram:
    """Analyses one program and asks the rules about it; if that raises, it costs this program alone."""
    release = settings.release or _newest(units.units[index].release for index in units.group.units)
    try:
        program = analyse(units, release, Knowledge.load(settings.additions))
    except Exception as error:
        text = f"the analysis failed ({_one_line(error)}); please report it"
        return CheckedProgram((), (Gap(units.paths[0], GapKind.CRASHED, text),), False)
    findings, failures = _ask([one for one in settings.rules if _applies(one, release)], program)
    return CheckedProgram(tuple(findings), (*program.gaps, *failures), program.whole, release)


def _ask(rules: Iterable[RegisteredRule], program: Program) -> tuple[list[Finding], list[Gap]]:
    """What the rules find, and a gap for each that raises; the others go on."""
    findings: list[Finding] = []
    failures: list[Gap] = []
    for registered in rules:
        try:
            findings.extend(registered.rule().check(program))
        except Exception as error:
            failures.append(_rule_failed(registered, error))
    return findings, failures


def _rule_failed(registered: RegisteredRule, error: Exception) -> Gap:
    of = f"{registered.info.code} of {registered.info.distribution}"
    text = f"rule {of} failed ({_one_line(error)}); report it to its authors"
    return Gap("", GapKind.RULE_FAILED, text)


def _applies(registered: RegisteredRule, release: str) -> bool:
    """Whether a rule speaks of this release; where none is known, it does."""
    first, last, target = map(_numbers, (registered.rule.first, registered.rule.last, release))
    return not target or (first <= target and (not last or target[: len(last)] <= last))


def _one_line(error: Exception) -> str:
    """What an exception says, and where it was raised; its traceback goes to stderr under LWSLINT_DEBUG."""
    if os.environ.get("LWSLINT_DEBUG"):
        traceback.print_exception(error)
    raised = traceback.extract_tb(error.__traceback__)[-1]
    message = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{message}, {Path(raised.filename).name}:{raised.lineno}"


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in source order; of those with one rule, place and message, the one with the shortest path."""
    best: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        known = best.get(finding.sort_key)
        if known is None or len(finding.steps) < len(known.steps):
            best[finding.sort_key] = finding
    return sorted(best.values(), key=lambda finding: finding.sort_key)


def _files(finding: Finding, cwd: Path) -> Iterator[Path]:
    """The files that a finding and its steps are in."""
    return (cwd / path for path in sorted(_paths([finding])))


def _paths(findings: Iterable[Finding]) -> set[str]:
    return {place.path for one in findings for place in (one.place, *(step.place for step in one.steps))}


def _edited(findings: Iterable[Finding]) -> set[str]:
    """The files that mends change."""
    return {edit.place.path for one in findings if one.mend for edit in one.mend.edits}


def _newest(releases: Iterable[str]) -> str:
    """The highest of some releases (`4.3.10`); empty if there is none."""
    return max(releases, key=_numbers, default="")


def _numbers(release: str) -> list[int]:
    return [int(part) for part in release.split(".") if part.isdigit()]


class _Texts:
    """Texts of source files by `Place.path`, each read once."""

    def __init__(self, plan: Plan) -> None:
        self._cwd = plan.cwd
        self._overlay = plan.overlay
        self._data: dict[str, bytes | None] = {
            shown(unit.path, plan.cwd): unit.text.encode("utf-8", "surrogateescape")
            for unit in plan.units
            if unit.text is not None
        }
        self._sources: dict[str, mending.Source | None] = {}

    def of(self, path: str) -> str:
        """The text of a file as in `Outcome.sources`; empty if it cannot be read any more."""
        return (self._bytes(path) or b"").decode("utf-8", "surrogateescape")

    def has_comments(self, path: str) -> bool:
        """Whether a file may have suppression comments."""
        return MARK.encode() in self.glance(path)

    def glance(self, path: str) -> bytes:
        """The bytes of a file, which are not kept for later."""
        known = path in self._data
        found = self._bytes(path) or b""
        if not known:
            del self._data[path]
        return found

    def resolved(self, finding: Finding) -> Finding:
        """The finding with a mend made of edits, or none if they do not fit the text."""
        if finding.mend is None:
            return finding
        return msgspec.structs.replace(finding, mend=mending.resolve(finding.mend, self._source))

    def _source(self, path: str) -> mending.Source | None:
        if path not in self._sources:
            data = self._bytes(path)
            self._sources[path] = None if data is None else mending.Source(data)
        return self._sources[path]

    def _bytes(self, path: str) -> bytes | None:
        if path not in self._data:
            try:
                file = self._cwd / path
                known = self._overlay.get(file.resolve()) if self._overlay else None
                self._data[path] = file.read_bytes() if known is None else known
            except OSError:
                self._data[path] = None
        return self._data[path]
