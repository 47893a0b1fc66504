"""What the HTML template shows, worked out beforehand so that the template only lays it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec
from markupsafe import Markup

from lwslint.model.finding import Finding, Level, Mend, Step
from lwslint.model.outcome import Gap, Origin, Outcome, RuleInfo, Suppressed
from lwslint.model.place import Place
from lwslint.report.columns import characters, shown, utf16_length
from lwslint.report.encode import encode
from lwslint.report.escape import visible
from lwslint.report.fingerprint import content_keys
from lwslint.report.html.colours import coloured
from lwslint.report.html.life import Stage, phases, stages
from lwslint.report.html.prose import rule_page
from lwslint.report.html.way import Drawing, drawing
from lwslint.report.mending import Hunk, hunks
from lwslint.report.options import ReportOptions
from lwslint.report.sources import Paths, Sources
from lwslint.report.summary import completeness, coverage, gaps_first, gone, silenced, verdict

_WHOLE_FILE = 4_000  # lines; of a longer file only what is near to steps is embedded
_NEAR = 60
_LONGEST_LINE = 1_000
_MOST_GAPS = 500


class StepView(msgspec.Struct, frozen=True):
    """A step; `start` and `end` are UTF-16 offsets into the line as shown."""

    number: int
    text: str
    kind: str
    phase: str
    function: str
    file: int
    path: str
    line: int
    start: int
    end: int
    source: tuple[str, str, str]
    enters_file: bool


class FindingView(msgspec.Struct, frozen=True):
    """A finding as the page shows it; `key` is its anchor, the same in every run that finds it.

    `known` says why it is not new, where that is so.
    """

    key: str
    level: str
    rule: str
    name: str
    precision: str
    message: str
    help: str
    where: str
    file: str
    function: str
    object: str
    steps: tuple[StepView, ...]
    files: int
    life: tuple[Stage, ...]
    way: Drawing | None
    mend: str
    safe: bool
    diff: tuple[Hunk, ...]
    known: str


class SuppressedView(msgspec.Struct, frozen=True):
    """A finding that the source silences, with the reason given there."""

    rule: str
    where: str
    message: str
    reason: str


class RuleCard(msgspec.Struct, frozen=True):
    """A rule with its page."""

    code: str
    name: str
    summary: str
    level: str
    precision: str
    found: int
    page: Markup


class Page(msgspec.Struct, frozen=True):
    """The whole report."""

    version: str
    origin: Origin
    verdict: str
    state: str
    completeness: str
    coverage: tuple[str, ...]
    gaps: tuple[Gap, ...]
    gaps_left_out: int
    findings: tuple[FindingView, ...]
    suppressed: tuple[SuppressedView, ...]
    levels: tuple[tuple[str, int], ...]
    news: tuple[tuple[str, int], ...]
    rule_counts: tuple[tuple[str, str, int], ...]
    file_counts: tuple[tuple[str, int], ...]
    rules: tuple[RuleCard, ...]
    data: Markup


def build(outcome: Outcome, options: ReportOptions) -> Page:
    """Everything that the template needs, in the order in which it is shown."""
    views = _Views(outcome, source=options.source)
    silent = outcome.suppressed if options.show_suppressed else ()
    hidden = tuple(one for one in silent if not one.by.known)
    findings = views.findings(outcome.findings, tuple(one for one in silent if one.by.known))
    gaps = gaps_first(outcome)
    levels = Counter(Level(finding.level) for finding in findings)
    codes = Counter(finding.rule for finding in findings)
    known = sum(bool(finding.known) for finding in findings)
    return Page(
        version=outcome.version,
        origin=msgspec.structs.replace(outcome.origin, command=visible(outcome.origin.command)),
        verdict=verdict(outcome),
        state="flawed" if outcome.findings else "clean" if outcome.complete else "unknown",
        completeness=completeness(outcome),
        coverage=tuple(visible(part).rstrip(".") for part in (*coverage(outcome), *_not_reported(outcome))),
        gaps=tuple(views.gap(gap) for gap in gaps[:_MOST_GAPS]),
        gaps_left_out=max(len(gaps) - _MOST_GAPS, 0),
        findings=findings,
        suppressed=tuple(views.suppressed(one) for one in hidden),
        levels=tuple((level.value, levels[level]) for level in reversed(Level) if levels[level]),
        news=(("new", len(findings) - known), ("known", known)) if known else (),
        rule_counts=tuple((code, views.name(code), number) for code, number in sorted(codes.items())),
        file_counts=tuple(sorted(Counter(finding.file for finding in findings).items())),
        rules=tuple(_card(rule, codes[rule.code]) for rule in outcome.rules),
        data=views.embedded(),
    )


def _not_reported(outcome: Outcome) -> list[str]:
    """What is said of findings that are not reported, and of those that have gone."""
    return [*silenced(outcome), *([gone(outcome)] if outcome.gone else [])]


_Part: TypeAlias = tuple[int, str, list[list[tuple[int, int, str]]]]
"""A stretch of a file: its first line, its text, and the colours of each line."""


class _Views:
    """Makes views of findings, and remembers which lines of which files they need."""

    def __init__(self, outcome: Outcome, *, source: bool) -> None:
        self._source_shown = source
        self._sources = Sources(outcome.sources)
        self._paths = Paths(outcome.root, outcome.cwd)
        self._names = {rule.code: rule.name for rule in outcome.rules}
        self._files: dict[str, int] = {}
        self._needed: dict[str, set[int]] = {}

    def name(self, code: str) -> str:
        return self._names.get(code, "")

    def findings(
        self, findings: Sequence[Finding], known: Sequence[Suppressed] = ()
    ) -> tuple[FindingView, ...]:
        """Views of findings, and behind them of those that are no new ones."""
        reasons = [*[""] * len(findings), *(visible(one.reason) for one in known)]
        every = [*findings, *(one.finding for one in known)]
        keys = content_keys(every, self._sources)
        return tuple(self._finding(*one) for one in zip(every, keys, reasons, strict=True))

    def suppressed(self, one: Suppressed) -> SuppressedView:
        where = self._where(one.finding.place)
        return SuppressedView(one.finding.rule, where, one.finding.message, visible(one.reason))

    def gap(self, gap: Gap) -> Gap:
        path = self._path(gap.path) if gap.path else ""
        return msgspec.structs.replace(gap, path=path, text=visible(gap.text))

    def embedded(self) -> Markup:
        """The sources as JSON for the script: of each file its path and stretches of lines, numbered."""
        files = [{"path": self._path(path), "parts": self._parts(path)} for path in self._files]
        data = encode({"files": files})
        # ASCII JSON without these three cannot end a script element or open a comment in one.
        return Markup(data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))

    def _finding(self, finding: Finding, key: str, known: str) -> FindingView:
        steps = finding.steps or (Step(finding.place, finding.message, function=finding.function),)
        return FindingView(
            key=f"f{key[:12]}",
            level=finding.level.value,
            rule=finding.rule,
            name=self.name(finding.rule),
            precision=finding.precision.value,
            message=finding.message,
            help=finding.help,
            where=self._where(finding.place),
            file=self._path(finding.place.path),
            function=visible(finding.function),
            object=visible(finding.object),
            steps=tuple(self._steps(steps)),
            files=len({step.place.path for step in steps}),
            life=tuple(stages(finding.steps)),
            way=drawing(finding.steps, self._paths) if finding.steps else None,
            mend=finding.mend.text if finding.mend else "",
            safe=finding.mend is not None and finding.mend.safe,
            diff=tuple(self._diff(finding.mend)) if finding.mend else (),
            known=known,
        )

    def _steps(self, steps: Sequence[Step]) -> Iterable[StepView]:
        path = ""
        for number, (step, (phase, _)) in enumerate(zip(steps, phases(steps), strict=True), 1):
            yield self._step(number, step, phase, step.place.path != path)
            path = step.place.path

    def _step(self, number: int, step: Step, phase: str, enters_file: bool) -> StepView:
        place = step.place
        head, inner, tail = self._source(place)
        self._needed.setdefault(place.path, set()).add(place.line)
        return StepView(
            number=number,
            text=step.text,
            kind=step.kind.value,
            phase=phase or "other",
            function=visible(step.function),
            file=self._files.setdefault(place.path, len(self._files)),
            path=self._path(place.path),
            line=place.line,
            start=utf16_length(head),
            end=utf16_length(head + inner),
            source=(head.lstrip(), inner, tail),
            enters_file=enters_file,
        )

    def _source(self, place: Place) -> tuple[str, str, str]:
        """The line of a place as shown: before, in and after it; a very long line is cut."""
        parts = self._sources.first_line(place)
        if parts is None or not self._source_shown:
            return "", "", ""
        head, inner, _ = parts
        whole = shown("".join(parts))
        start, end = len(shown(head)), len(shown(head + inner))
        whole = whole if len(whole) <= _LONGEST_LINE else f"{whole[:_LONGEST_LINE]}…"
        return whole[:start], whole[start:end], whole[end:].rstrip()

    def _parts(self, path: str) -> list[_Part]:
        lines = [_cut(shown(line)) for line in self._sources.lines(path)] if self._source_shown else []
        colours = coloured(lines)
        return [
            (first + 1, "\n".join(lines[first:last]), colours[first:last])
            for first, last in _stretches(len(lines), sorted(self._needed[path]))
        ]

    def _diff(self, mend: Mend) -> Iterable[Hunk]:
        for hunk in hunks(mend, self._sources) if self._source_shown else ():
            old = tuple(_cut(shown(line)) for line in hunk.old)
            new = tuple(_cut(shown(line)) for line in hunk.new)
            yield Hunk(self._path(hunk.path), hunk.first, old, new)

    def _where(self, place: Place) -> str:
        line = self._sources.line(place.path, place.line)
        column = place.column if line is None else characters(line, place.column)
        return f"{self._path(place.path)}:{place.line}:{column}"

    def _path(self, path: str) -> str:
        return visible(self._paths.shown(path))


def _stretches(length: int, needed: Sequence[int]) -> list[tuple[int, int]]:
    """Which lines (from 0, end exclusive) to embed: all of a file, or what is near to the lines needed."""
    if length <= _WHOLE_FILE:
        return [(0, length)] if length else []
    found: list[tuple[int, int]] = []
    for line in needed:
        first, last = max(line - 1 - _NEAR, 0), min(line + _NEAR, length)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        elif first < last:
            found.append((first, last))
    return found


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def _card(rule: RuleInfo, found: int) -> RuleCard:
    page = rule_page(rule.doc)
    return RuleCard(rule.code, rule.name, rule.summary, rule.level.value, rule.precision.value, found, page)
