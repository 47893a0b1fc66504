"""Annotations of a GitHub workflow: one command a finding, which the runner reads from stdout.

Commands: "Workflow commands for GitHub Actions" in GitHub's documentation. A runner shows at most ten
errors, ten warnings and ten notices of a step, so the worst come first.
"""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.model.finding import Finding, Level
from lwslint.model.outcome import Outcome
from lwslint.report.columns import characters, first_line_end
from lwslint.report.escape import visible
from lwslint.report.options import ReportOptions
from lwslint.report.sources import Paths, Sources

_COMMAND = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(outcome: Outcome, options: ReportOptions) -> str:
    """`::error file=...,line=...::message`, the worst level first; what could not be read is a warning."""
    return "".join(f"{line}\n" for line in _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    sources = Sources(outcome.sources)
    paths = Paths(outcome.root, outcome.cwd)
    names = {rule.code: rule.name for rule in outcome.rules}
    for finding in sorted(outcome.findings, key=lambda one: -one.level.rank):
        title = f"{finding.rule} {names.get(finding.rule, '')}".rstrip()
        where = _where(finding, sources, paths)
        text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
        yield _command(_COMMAND[finding.level], {**where, "title": title}, text)
    for gap in outcome.gaps:
        if gap.kind.fatal:
            file = {"file": paths.shown(gap.path)} if gap.path else {}
            yield _command("error", {**file, "title": "lwslint"}, gap.text)


def _where(finding: Finding, sources: Sources, paths: Paths) -> dict[str, str]:
    place = finding.place
    line = sources.line(place.path, place.line)
    where = {"file": paths.shown(place.path), "line": str(place.line), "endLine": str(place.line)}
    if line is not None:
        where["col"] = str(characters(line, place.column))
        where["endColumn"] = str(characters(line, first_line_end(place, line)))
    return where


def _command(name: str, properties: dict[str, str], text: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(visible(text, keep=chr(10)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
