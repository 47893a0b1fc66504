"""A summary in Markdown, for `$GITHUB_STEP_SUMMARY` and comments on merge requests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lwslint.model.finding import Finding
from lwslint.model.outcome import Outcome
from lwslint.report.escape import visible
from lwslint.report.options import ReportOptions
from lwslint.report.site import rule_url
from lwslint.report.sources import Paths
from lwslint.report.summary import gaps_first, sentences

MOST_ROWS = 500
"""GitHub takes a summary of at most 1 MiB for a step."""

_MOST_TEXT = 600
_MOST_GAPS = 20
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&@:$])")
_CODE = re.compile(r"`[^`]*`")


def render(outcome: Outcome, options: ReportOptions) -> str:
    """The summary, a table of findings, the worst first, and what was not in sight."""
    return "".join(f"{line}\n" for line in _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    first, *rest = sentences(outcome)
    yield "## lwslint"
    yield ""
    yield f"**{_text(first)}**"
    for sentence in rest:
        yield ""
        yield _text(sentence)
    if outcome.findings:
        yield from _table(outcome)
    gaps = gaps_first(outcome)
    if gaps:
        yield ""
        yield "### Not in sight"
        yield ""
        for gap in gaps[:_MOST_GAPS]:
            line = f":{gap.line}" if gap.line else ""
            where = f"{_code(f'{gap.path}{line}')} " if gap.path else ""
            yield f"- {where}{_text(gap.text)}"
        if len(gaps) > _MOST_GAPS:
            yield f"- and {len(gaps) - _MOST_GAPS} more"


def _table(outcome: Outcome) -> Iterator[str]:
    paths = Paths(outcome.root, outcome.cwd)
    rules = {rule.code: rule for rule in outcome.rules}
    worst_first = sorted(outcome.findings, key=lambda one: -one.level.rank)
    yield ""
    yield "| level | rule | place | finding |"
    yield "|---|---|---|---|"
    for finding in worst_first[:MOST_ROWS]:
        rule = rules.get(finding.rule)
        url = rule_url(rule) if rule else ""
        name = _text(f"{finding.rule} {rule.name}" if rule else finding.rule)
        linked = f"[{name}]({url})" if url else name
        where = _code(f"{paths.shown(finding.place.path)}:{finding.place.line}")
        yield f"| {finding.level} | {linked} | {where} | {_message(finding)} |"
    if len(worst_first) > MOST_ROWS:
        yield ""
        yield f"{len(worst_first) - MOST_ROWS} more are left out here."


def _message(finding: Finding) -> str:
    """The message with its code as code; all else is text and nothing but text."""
    text = visible(finding.message)
    text = text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"
    parts: list[str] = []
    end = 0
    for match in _CODE.finditer(text):
        parts += [_text(text[end : match.start()]), _code(match[0].strip("`"))]
        end = match.end()
    return "".join([*parts, _text(text[end:])])


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", visible(text))


def _code(text: str) -> str:
    """Text in a code span that can stand in a table."""
    shown = visible(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if "`" in shown or not shown.strip() else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
