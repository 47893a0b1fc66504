"""One line a finding, in the shape of gcc's messages, as editors and problem matchers read them."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.model.finding import Finding
from lwslint.model.outcome import Outcome
from lwslint.report.columns import characters
from lwslint.report.escape import visible
from lwslint.report.options import ReportOptions
from lwslint.report.sources import Sources


def render(outcome: Outcome, options: ReportOptions) -> str:
    """`file:line:col: level: message [LWS103 stale-creation-info]`, one line each; columns are characters."""
    return "".join(line + "\n" for line in _lines(outcome, options))


def _lines(outcome: Outcome, options: ReportOptions) -> Iterator[str]:
    sources = Sources(outcome.sources)
    names = {rule.code: rule.name for rule in outcome.rules}
    for finding in outcome.findings:
        yield _line(finding, names, sources)
    if options.show_suppressed:
        for silenced in outcome.suppressed:
            reason = f"suppressed: {visible(silenced.reason)}" if silenced.reason else "suppressed"
            yield f"{_line(silenced.finding, names, sources)} ({reason})"


def _line(finding: Finding, names: dict[str, str], sources: Sources) -> str:
    place = finding.place
    line = sources.line(place.path, place.line)
    column = place.column if line is None else characters(line, place.column)
    rule = f"{finding.rule} {names.get(finding.rule, '')}".rstrip()
    where = f"{visible(place.path)}:{place.line}:{column}"
    return f"{where}: {finding.level}: {visible(finding.message)} [{rule}]"
