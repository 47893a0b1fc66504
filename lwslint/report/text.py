"""The terminal report, in the manner of rustc: source with carets, the path as numbered steps, help, mend."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from lwslint.model.finding import Finding, Level, Mend, Step, StepKind
from lwslint.model.outcome import Gap, Outcome, Suppressed
from lwslint.model.place import Place
from lwslint.report.columns import characters, shown
from lwslint.report.escape import visible
from lwslint.report.excerpt import FRAME, LEAST_TEXT, Excerpts
from lwslint.report.ink import Line, joined, painted, plain
from lwslint.report.mending import Hunk, hunks
from lwslint.report.options import ReportOptions
from lwslint.report.site import rule_url
from lwslint.report.sources import Sources
from lwslint.report.summary import count, gaps_first, sentences

_LONG_PATH = 14  # steps; a longer path is written one line a step
_MOST_STEPS = 40
_MOST_GAPS = 20

_LEVEL = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold cyan"}
_STEP = {
    StepKind.DECLARE: "magenta",
    StepKind.RESET: "green",
    StepKind.FILL: "cyan",
    StepKind.CREATE: "blue",
    StepKind.LOSS: "yellow",
    StepKind.DESTROY: "yellow",
}

_Numbered = Sequence[tuple[int, Step]]


def render(outcome: Outcome, options: ReportOptions) -> str:
    """All findings one after the other, then, if that is wished, what the run comes to."""
    return joined(_lines(outcome, options), options.color, options.links)


def _lines(outcome: Outcome, options: ReportOptions) -> Iterator[Line]:
    findings = _Findings(outcome, options)
    for finding in outcome.findings:
        yield from findings.draw(finding)
        yield []
    if options.show_suppressed:
        for silenced in outcome.suppressed:
            yield from findings.draw_suppressed(silenced)
            yield []
    if options.summary:
        yield from _summary(outcome)


class _Findings:
    """Draws the findings of one outcome; what they share is sources, rules and width."""

    def __init__(self, outcome: Outcome, options: ReportOptions) -> None:
        self._options = options
        self._sources = Sources(outcome.sources)
        self._rules = {rule.code: rule for rule in outcome.rules}

    def draw(self, finding: Finding) -> Iterator[Line]:
        excerpts = Excerpts(self._sources, _digits(finding), self._options.width)
        yield self._headline(finding)
        where = plain(self._where(finding.place))
        yield [excerpts.frame("--> "), where, *_inside(finding.function)]
        if self._sources.line(finding.place.path, finding.place.line) is not None:
            yield [excerpts.frame(" |")]
        yield from excerpts.draw(finding.place, "^", _LEVEL[finding.level])
        if finding.steps:
            yield [excerpts.frame(" |")]
            yield from _path(finding.steps, excerpts)
        if finding.help or finding.mend:
            yield [excerpts.frame(" |")]
        if finding.help:
            yield from _remark("help", finding.help, excerpts)
        if finding.mend:
            yield from self._mend(finding.mend, excerpts)

    def draw_suppressed(self, silenced: Suppressed) -> Iterator[Line]:
        finding = silenced.finding
        yield [painted(f"suppressed[{finding.rule}]", "dim"), plain(f" {visible(finding.message)}")]
        yield [painted(" --> ", FRAME), plain(self._where(finding.place))]
        yield [painted("  = ", FRAME), plain(f"reason: {visible(silenced.reason) or 'none given'}")]

    def _headline(self, finding: Finding) -> Line:
        rule = self._rules.get(finding.rule)
        link = rule_url(rule) if rule else ""
        name = f" {rule.name}" if rule else ""
        head = painted(f"{finding.level}[{finding.rule}]", _LEVEL[finding.level], link)
        return [head, painted(f"{name}: {visible(finding.message)}", "bold")]

    def _where(self, place: Place) -> str:
        line = self._sources.line(place.path, place.line)
        column = place.column if line is None else characters(line, place.column)
        return f"{visible(place.path)}:{place.line}:{column}"

    def _mend(self, mend: Mend, excerpts: Excerpts) -> Iterator[Line]:
        yield from _remark("mend" if mend.safe else "mend (look at it first)", mend.text, excerpts)
        for path, of_file in groupby(hunks(mend, self._sources), key=lambda hunk: hunk.path):
            yield [excerpts.frame("::: "), painted(visible(path), "bold")]
            for hunk in of_file:
                yield from _diff(hunk, excerpts)


def _digits(finding: Finding) -> int:
    """Digits of the highest line number shown, so that all bars of a finding stand in one column."""
    edits = finding.mend.edits if finding.mend else ()
    places = [finding.place, *(step.place for step in finding.steps), *(edit.place for edit in edits)]
    return len(str(max(place.line for place in places)))


def _inside(function: str) -> Line:
    return [painted(f" in {visible(function)}()", "dim")] if function else []


def _path(steps: Sequence[Step], excerpts: Excerpts) -> Iterator[Line]:
    yield [excerpts.frame(" = "), painted("path", "bold"), plain(f", {count(len(steps), 'step')}:")]
    numbered = list(enumerate(steps, 1))
    if len(steps) <= _LONG_PATH:
        yield from _short_path(numbered, excerpts)
        return
    left_out = max(len(steps) - _MOST_STEPS, 0)
    half = (len(steps) - left_out) // 2
    yield from _long_path(numbered[:half], excerpts)
    if left_out:
        yield [excerpts.frame(" | "), painted(f"... {count(left_out, 'step')} left out", "dim")]
    yield from _long_path(numbered[half + left_out :], excerpts)


def _short_path(steps: _Numbered, excerpts: Excerpts) -> Iterator[Line]:
    """Each step with its line of source; a heading where the file or the function changes."""
    last = ""
    for (path, function), group in groupby(steps, lambda item: (item[1].place.path, item[1].function)):
        if last:
            yield [excerpts.frame(" |")]
        if path != last:
            yield [excerpts.frame("::: "), painted(visible(path), "bold"), *_inside(function)]
        else:
            yield [excerpts.frame("..."), *_inside(function)]
        last = path
        for number, step in group:
            label = f"{number}. {visible(step.text)}"
            yield from excerpts.draw(step.place, "-", _STEP.get(step.kind, ""), label)


def _long_path(steps: _Numbered, excerpts: Excerpts) -> Iterator[Line]:
    """One line a step; a heading where the file changes."""
    for path, group in groupby(steps, lambda item: item[1].place.path):
        yield [excerpts.frame("::: "), painted(visible(path), "bold")]
        for number, step in group:
            text = f"{number:>2}. {visible(step.text)}"
            yield [excerpts.frame(" | ", step.place.line), painted(text, _STEP.get(step.kind, ""))]


def _remark(word: str, text: str, excerpts: Excerpts) -> Iterator[Line]:
    indent = excerpts.gutter + len(f" = {word}: ")
    first, *rest = textwrap.wrap(visible(text), max(excerpts.width - indent, LEAST_TEXT)) or [""]
    yield [excerpts.frame(" = "), painted(f"{word}: ", "bold green"), plain(first)]
    for part in rest:
        yield [plain(" " * indent + part)]


def _diff(hunk: Hunk, excerpts: Excerpts) -> Iterator[Line]:
    for sign, style, lines in (("-", "red", hunk.old), ("+", "green", hunk.new)):
        for number, line in enumerate(lines, hunk.first):
            yield [excerpts.frame(" ", number), painted(f"{sign} {shown(line)}".rstrip(), style)]


def _summary(outcome: Outcome) -> Iterator[Line]:
    gaps = gaps_first(outcome)
    for gap in gaps[:_MOST_GAPS]:
        yield _gap(gap)
    if len(gaps) > _MOST_GAPS:
        yield [plain(f"... and {len(gaps) - _MOST_GAPS} more like these")]
    if gaps:
        yield []
    style = "bold red" if outcome.findings else "bold green" if outcome.complete else "bold yellow"
    first, *rest = sentences(outcome)
    yield [painted(first, style)]
    yield from ([plain(sentence)] for sentence in rest)


def _gap(gap: Gap) -> Line:
    word, style = ("incomplete", "bold yellow") if gap.kind.incomplete else ("note", "bold cyan")
    if gap.kind.fatal:
        word, style = "failed", "bold red"
    line = f":{gap.line}" if gap.line else ""
    where = f" {visible(gap.path)}{line}:" if gap.path else ""
    return [painted(f"{word}[{gap.kind}]", style), plain(f"{where} {visible(gap.text)}")]
