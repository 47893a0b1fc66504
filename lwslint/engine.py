"""The pipeline of a run, in reading order: from a plan to the outcome that reports draw."""

from __future__ import annotations

import gc
import os
import time
import traceback
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from lwslint import __version__, bounded, gaps, mending, packing
from lwslint.analysis import ProgramUnits, link_programs
from lwslint.analysis.link import Group, Linker
from lwslint.cache import Cache, digest, tool
from lwslint.errors import LwslintError
from lwslint.frontend.included import headers
from lwslint.frontend.inputs import Inputs
from lwslint.frontend.limits import contents
from lwslint.frontend.pool import WorkerPool
from lwslint.frontend.reading import UNIT_SECONDS, read
from lwslint.frontend.request import Reading, ReadRequest
from lwslint.frontend.serving import WorkerError
from lwslint.frontend.worker import started_ahead
from lwslint.ir import Unit, decode, encode
from lwslint.lws.additions import NOTHING_ADDED, Additions
from lwslint.lws.knowledge import Knowledge
from lwslint.model.finding import Finding, Level
from lwslint.model.outcome import Gap, GapKind, Outcome
from lwslint.registry import RegisteredRule, Selection
from lwslint.sources import Plan, SourceUnit, project_of, shown
from lwslint.suppression import MARK, Comments
from lwslint.texts import Texts

if TYPE_CHECKING:
    from lwslint.api import Program, SuppressionComment

WORTH_WORKERS = 200_000
"""Programs that come to fewer bytes than this are analysed sooner than a worker has started."""

WORTH_COLLECTING = 1_000_000
"""Objects that are made since the garbage collector ran before it runs between two programs: some 100 MB."""

PROGRAM_SECONDS = 3600.0
"""A worker that takes longer than this for one program is ended."""

Progress = Callable[[str, int, int], None]
"""Told what has been done how many times out of how many ("files read", 3, 147)."""


class Settings(msgspec.Struct, frozen=True):
    """What a run asks, by how many processes, and of which release of the library (`4.3`, or as found).

    An `executor` that is given reads the units in place of processes of its own. `additions` is what the
    project says of functions of its own. `reasons_needed` says that a comment without a reason counts for
    nothing. `cache` has what earlier runs worked out. `precompile` says whether headers may be precompiled,
    `everything` that files and functions are wanted that no finding can depend on, too. `frontend` is as
    in `ReadRequest`.
    """

    rules: Selection
    jobs: int = 1
    release: str = ""
    executor: Executor | None = None
    additions: Additions = NOTHING_ADDED
    reasons_needed: bool = False
    cache: Cache | None = None
    precompile: bool = True
    everything: bool = False
    frontend: str = "auto"


class ReadUnit(msgspec.Struct, frozen=True):
    """A planned unit after reading; `unit` is None where that failed, or was not needed."""

    source: SourceUnit
    unit: Unit | None
    gaps: tuple[Gap, ...]
    skipped: bool = False


class CheckedProgram(msgspec.Struct, frozen=True):
    """What the rules say of one program."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    whole: bool
    release: str = ""


def run(plan: Plan, settings: Settings, progress: Progress = lambda what, done, total: None) -> Outcome:
    """Reads, links, analyses, asks the rules, and applies scope and suppressions.

    Where nothing changed since an earlier run, its outcome is the outcome.
    """
    if settings.cache is None:
        return _run(plan, settings, Inputs(), progress)
    # What is kept goes by texts that are read no sooner than the stamps that show whether they changed.
    plan = msgspec.structs.replace(plan, texts=Texts())
    inputs = Inputs(settings.cache)
    key = _key(plan, settings, inputs)
    if (known := _known(settings.cache, "run", key, Outcome)) is not None:
        texts = _Texts(plan)
        return msgspec.structs.replace(known, sources={path: texts.of(path) for path in known.sources})
    outcome = _run(plan, settings, inputs, progress)
    if key and inputs.unchanged():
        _keep(
            settings.cache,
            "run",
            key,
            msgspec.structs.replace(outcome, sources=dict.fromkeys(outcome.sources, "")),
        )
    inputs.remember()
    settings.cache.trim()
    return outcome


_Entry = TypeVar("_Entry", CheckedProgram, Outcome)


def _known(cache: Cache, kind: str, key: str, form: type[_Entry]) -> _Entry | None:
    """What an earlier run kept under a key."""
    data = cache.get(kind, key) if key else None
    with suppress(msgspec.DecodeError):
        if data is not None and not _failed(entry := packing.unpack(data, form)):
            return entry
    return None


def _keep(cache: Cache, kind: str, key: str, entry: CheckedProgram | Outcome) -> None:
    """Keep what a later run may know; what failed is tried anew each time."""
    if not _failed(entry):
        cache.put(kind, key, packing.pack(entry))


def _failed(entry: CheckedProgram | Outcome) -> bool:
    return any(gap.kind.fatal for gap in entry.gaps)


def _key(plan: Plan, settings: Settings, inputs: Inputs) -> str:
    """The name of all that the outcome of a run depends on; empty where that cannot be told."""
    read_texts = inputs.all(_requests(plan, settings))
    if not read_texts:
        return ""
    scope = [sorted(map(str, plan.scope.files)), [str(folder) for folder in plan.scope.folders]]
    units = [
        [unit.path, os.path.realpath(unit.path), str(unit.directory), unit.arguments, unit.asked]
        for unit in plan.units
    ]
    texts = [unit.text for unit in plan.units if unit.text is not None]
    words = [
        str(plan.cwd),
        str(Path.cwd()),
        str(project_of(plan.cwd)),
        texts,
        scope,
        units,
        plan.gaps,
        sorted((str(path), data) for path, data in plan.overlay.items()),
        settings.reasons_needed,
        settings.everything,
        settings.frontend,
    ]
    return digest(read_texts, _asked(settings), _encoded(words))


def _encoded(words: object) -> bytes:
    """Words as bytes, equal ones as equal bytes, whatever bytes paths have in them."""
    return repr(msgspec.to_builtins(words)).encode("utf-8", "surrogateescape")


def _asked(settings: Settings) -> bytes:
    """What is asked of a program: tool and rules as they are now, the release, what the project adds."""
    words = _encoded([settings.release, settings.additions])
    return digest(tool(), words, settings.rules.identity).encode()


def _run(plan: Plan, settings: Settings, inputs: Inputs, progress: Progress) -> Outcome:
    with ExitStack() as stack:
        if settings.executor is None and plan.units:
            stack.enter_context(started_ahead())
        if settings.executor is None and settings.jobs > 1:
            pool = stack.enter_context(WorkerPool(min(settings.jobs, len(plan.units)), UNIT_SECONDS))
            settings = msgspec.structs.replace(settings, executor=pool)
        units, programs = _worked_out(plan, settings, inputs, progress)
    merged = _merged(finding for program in programs for finding in program.findings)
    texts = _Texts(plan)
    reported = [
        texts.resolved(finding) for finding in merged if any(map(plan.scope.holds, _files(finding, plan.cwd)))
    ]
    infos = tuple(registered.info for registered in settings.rules)
    all_gaps = {*plan.gaps, *(gap for unit in units for gap in unit.gaps)}
    all_gaps.update(gap for program in programs for gap in program.gaps)
    all_gaps.update(Gap("", GapKind.RULE_FAILED, text) for text in settings.rules.registry.failures)
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
        irrelevant=sum(unit.skipped and unit.source.asked for unit in units),
    )


def _worked_out(
    plan: Plan, settings: Settings, inputs: Inputs, progress: Progress
) -> tuple[list[ReadUnit], list[CheckedProgram]]:
    """The units of a plan, and what the rules say of their programs.

    An entry of the cache may be whole and yet make no sense: what fails with entries is done without.
    """
    try:
        units, programs = _read_and_checked(plan, settings, inputs, progress)
        failed = any(map(_failed, programs))
    except Exception:
        if settings.cache is None or not settings.cache.gave:
            raise
        failed = True
    if failed and settings.cache is not None and settings.cache.gave:
        anew = msgspec.structs.replace(settings, cache=settings.cache.doubted())
        return _read_and_checked(plan, anew, inputs, progress)
    return units, programs


def _read_and_checked(
    plan: Plan, settings: Settings, inputs: Inputs, progress: Progress
) -> tuple[list[ReadUnit], list[CheckedProgram]]:
    units = list(_read(plan, settings, progress, inputs))
    alone = _without_bodies(_on_their_own(units), settings.additions)
    return units, list(_analyse(link_programs(alone), settings, progress))


def _load(rules: Selection) -> None:
    """Import what the rules need, which takes as long as a worker takes for a unit.

    Who looks at them is told what is wrong with them.
    """
    time.sleep(0.001)  # the threads that hand over the work go first
    with suppress(Exception):
        len(rules)


def _read_files(units: Sequence[ReadUnit]) -> list[str]:
    """The files of the program that were read."""
    return sorted({file for unit in units if unit.unit for file in unit.unit.files})


def _reportable(plan: Plan, units: Sequence[ReadUnit]) -> tuple[str, ...]:
    """The files that were read and that findings are reported in."""
    return tuple(file for file in _read_files(units) if plan.scope.holds(plan.cwd / file))


def _speaking_headers(plan: Plan, settings: Settings, texts: _Texts) -> Iterator[str]:
    """The headers with suppression comments; those that only define macros are in no `Unit.files`."""
    requests = _requests(plan, settings)
    units = [texts.glance(shown(unit.path, plan.cwd)) for unit in plan.units]
    found = headers(requests, units, plan.texts)
    for path, text in sorted((found or {}).items()):
        if MARK.encode() in text:
            yield shown(path, plan.cwd)


def _judged(settings: Settings, releases: Sequence[str]) -> list[str]:
    """The codes of the rules that were asked about every program, and could have spoken."""
    from lwslint.api import Rule

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


def _read(
    plan: Plan, settings: Settings, progress: Progress, inputs: Inputs | None = None
) -> Iterator[ReadUnit]:
    """Reads the units of a plan, in its order."""
    requests = _requests(plan, settings)
    readings = read(
        requests,
        settings.jobs,
        settings.executor,
        precompile=settings.precompile,
        skip_irrelevant=not settings.everything,
        cache=settings.cache,
        inputs=inputs,
        texts=plan.texts,
        meanwhile=lambda: _load(settings.rules),
    )
    for done, (source, reading) in enumerate(zip(plan.units, readings, strict=True), 1):
        yield _read_unit(source, reading, plan.cwd)
        progress("files read", done, len(requests))


def _requests(plan: Plan, settings: Settings) -> list[ReadRequest]:
    """What is asked for the units of a plan; texts that stand for files on disk travel with each."""
    if not plan.overlay:
        return [_request(unit, unit.text, (), settings) for unit in plan.units]
    overlay = {
        str(path): data.decode("utf-8", "surrogateescape") for path, data in sorted(plan.overlay.items())
    }
    requests = []
    for unit in plan.units:
        own = str(unit.resolved) if unit.text is None else ""
        others = tuple((path, text) for path, text in overlay.items() if path != own)
        requests.append(_request(unit, overlay.get(own, unit.text), others, settings))
    return requests


def _request(
    unit: SourceUnit, text: str | None, others: tuple[tuple[str, str], ...], settings: Settings
) -> ReadRequest:
    return ReadRequest(
        unit.path, str(unit.directory), unit.arguments, text, settings.release, others, settings.frontend
    )


def _read_unit(source: SourceUnit, reading: Reading, cwd: Path) -> ReadUnit:
    if reading.skipped:
        return ReadUnit(source, None, (), skipped=True)
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
    """What the rules say of each program, in order: from an earlier run, by workers, or worked out here."""
    encoded = _Encoded(programs)
    asked = _asked(settings) if settings.cache else b""
    keys = [encoded.key(program.group, asked) if settings.cache else "" for program in programs]
    known = {
        at: found
        for at, key in enumerate(keys)
        if settings.cache and (found := _known(settings.cache, "program", key, CheckedProgram)) is not None
    }
    futures = _started(programs, known, encoded, settings)
    for at, program in enumerate(programs):
        checked = known.get(at) or _awaited(futures.get(at), program) or _check(program, settings)
        if settings.cache and at not in known:
            _keep(settings.cache, "program", keys[at], checked)
        yield checked
        progress("programs analysed", at + 1, len(programs))


class _Encoded:
    """The units of a run as bytes, each encoded once."""

    def __init__(self, programs: Sequence[ProgramUnits]) -> None:
        self._units = programs[0].units if programs else ()
        self._data: dict[int, bytes] = {}

    def data(self, index: int) -> bytes:
        if index not in self._data:
            self._data[index] = encode(self._units[index])
        return self._data[index]

    def key(self, group: Group, asked: bytes) -> str:
        entry = "" if group.entry is None else self._units[group.entry].files[0]
        return digest(asked, _encoded(entry), *(self.data(index) for index in group.units))

    def size(self, group: Group) -> int:
        return sum(len(self.data(index)) for index in group.units)


def _started(
    programs: Sequence[ProgramUnits],
    known: Container[int],
    encoded: _Encoded,
    settings: Settings,
) -> dict[int, Future[bytes]]:
    """The analyses that workers do, the long ones first; none where workers cost more than they save."""
    pool = settings.executor
    if not isinstance(pool, WorkerPool):
        return {}
    sizes = {at: encoded.size(program.group) for at, program in enumerate(programs) if at not in known}
    if sum(sizes.values()) < WORTH_WORKERS or len(sizes) < 2:
        return {}
    pool.seconds, pool.memory, pool.work = PROGRAM_SECONDS, bounded.MEMORY, int(PROGRAM_SECONDS)
    pool.jobs = settings.jobs
    alike = msgspec.structs.replace(
        settings, rules=settings.rules.without_pages(), executor=None, cache=None, jobs=1
    )
    futures = {}
    for at in sorted(sizes, key=lambda at: (-sizes[at], at)):
        group = programs[at].group
        entry = None if group.entry is None else group.units.index(group.entry)
        data = [encoded.data(index) for index in group.units]
        futures[at] = pool.submit(check_encoded, data, entry, alike)
    return futures


def _awaited(future: Future[bytes] | None, program: ProgramUnits) -> CheckedProgram | None:
    """What a worker makes of a program; None if none is at it, or it cannot (rules that it has not got)."""
    if future is None:
        return None
    try:
        return packing.unpack(future.result(), CheckedProgram)
    except WorkerError as error:
        text = f"the analysis failed ({error}); please report it"
        return CheckedProgram((), (Gap(program.paths[0], GapKind.CRASHED, text),), False)
    except Exception:
        return None


def check_encoded(data: Sequence[bytes], entry: int | None, settings: Settings) -> bytes:
    """What the rules say of the program that these units make, for a worker."""
    units = tuple(map(decode, data))
    program = ProgramUnits(units, Group(tuple(range(len(units))), entry), Linker(units))
    return packing.pack(_check(program, settings))


def analyse(units: ProgramUnits, release: str, knowledge: Knowledge) -> Program:
    """As in the API, which is imported when a program is there to analyse."""
    from lwslint import api

    return api.analyse(units, release, knowledge)


def _check(units: ProgramUnits, settings: Settings) -> CheckedProgram:
    """Analyses one program and asks the rules about it; if that raises, it costs this program alone."""
    if gc.get_count()[0] > WORTH_COLLECTING:
        gc.collect(0)  # what was built of the program before hangs together in cycles
    release = settings.release or _newest(units.units[index].release for index in units.group.units)
    try:
        program = analyse(units, release, Knowledge.load(settings.additions))
    except MemoryError:
        text = f"the analysis needs more than {bounded.MEMORY >> 20} MB of memory"
        return CheckedProgram((), (Gap(units.paths[0], GapKind.CRASHED, text),), False)
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
        self._disk = plan.texts
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
            short = data if data is not None and len(data) <= mending.MAX_BYTES else None
            self._sources[path] = None if short is None else mending.Source(short)
        return self._sources[path]

    def _bytes(self, path: str) -> bytes | None:
        if path not in self._data:
            try:
                file = self._cwd / path
                known = self._overlay.get(file.resolve()) if self._overlay else None
                self._data[path] = contents(str(file), self._disk) if known is None else known
            except (OSError, ValueError, LwslintError):  # also of names that no file can have
                self._data[path] = None
        return self._data[path]
