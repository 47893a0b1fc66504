"""lwslint's own JSON; `schema.json` beside this file describes it.

It holds what was found and no more: no time, no machine, nothing that differs between equal runs.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from typing import Any

from lwslint.model.finding import Finding, Level, Mend, Step
from lwslint.model.outcome import Gap, Outcome, RuleInfo
from lwslint.model.place import Place
from lwslint.report.columns import characters
from lwslint.report.encode import encode
from lwslint.report.escape import visible
from lwslint.report.fingerprint import content_keys
from lwslint.report.options import ReportOptions
from lwslint.report.sources import Paths, Sources

FORMAT_VERSION = 1

Object = dict[str, Any]

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def render(outcome: Outcome, options: ReportOptions) -> str:
    """The outcome as one JSON object; columns are characters from 1, paths are relative to the root."""
    return encode(_Writer(outcome).document(), indent=2) + "\n"


def schema() -> Object:
    """The JSON Schema (2020-12) of what `render` gives."""
    loaded: Object = json.loads(files("lwslint.report").joinpath("schema.json").read_text("utf-8"))
    return loaded


class _Writer:
    """Turns an outcome into plain objects."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._sources = Sources(outcome.sources)
        self._paths = Paths(outcome.root, outcome.cwd)
        self._names = {rule.code: rule.name for rule in outcome.rules}

    def document(self) -> Object:
        outcome = self._outcome
        keys = content_keys(outcome.findings, self._sources)
        return {
            "version": FORMAT_VERSION,
            "tool": {"name": "lwslint", "version": outcome.version},
            "release": _text(outcome.release),
            "complete": outcome.complete,
            "whole_program": outcome.whole_program,
            "counts": self._counts(),
            "findings": [
                self._finding(finding, key) for finding, key in zip(outcome.findings, keys, strict=True)
            ],
            "suppressed": [
                {
                    "finding": self._finding(silenced.finding, ""),
                    "reason": _text(silenced.reason),
                    "by": silenced.by.value,
                }
                for silenced in outcome.suppressed
            ],
            "gone": [
                {"rule": one.rule, "path": one.path, "function": one.function, "message": one.message}
                for one in outcome.gone
            ],
            "gaps": [self._gap(gap) for gap in outcome.gaps],
            "rules": [_rule(rule) for rule in outcome.rules],
        }

    def _counts(self) -> Object:
        outcome = self._outcome
        levels = Counter(finding.level for finding in outcome.findings)
        return {
            "files": outcome.files,
            "units": outcome.units,
            "left_out": outcome.irrelevant,
            "library_units": outcome.library_units,
            "programs": outcome.programs,
            "suppressed": len(outcome.suppressed),
            **{level.value: levels[level] for level in reversed(Level)},
        }

    def _finding(self, finding: Finding, key: str) -> Object:
        written: Object = {
            "rule": finding.rule,
            "name": self._names.get(finding.rule, ""),
            "level": finding.level.value,
            "precision": finding.precision.value,
            "message": _text(finding.message),
            "help": _text(finding.help),
            "place": self._place(finding.place),
            "function": _text(finding.function),
            "object": _text(finding.object),
            "steps": [self._step(step) for step in finding.steps],
            "mend": self._mend(finding.mend) if finding.mend else None,
        }
        return written | {"fingerprint": key} if key else written

    def _step(self, step: Step) -> Object:
        return {
            "kind": step.kind.value,
            "text": _text(step.text),
            "function": _text(step.function),
            "place": self._place(step.place),
        }

    def _mend(self, mend: Mend) -> Object:
        edits = [{"place": self._place(edit.place), "text": _text(edit.text)} for edit in mend.edits]
        return {"text": _text(mend.text), "safe": mend.safe, "edits": edits}

    def _place(self, place: Place) -> Object:
        return {
            "path": self._path(place.path),
            "line": place.line,
            "column": self._column(place.path, place.line, place.column),
            "end_line": place.end_line,
            "end_column": self._column(place.path, place.end_line, place.end_column),
        }

    def _column(self, path: str, line: int, column: int) -> int:
        text = self._sources.line(path, line)
        return column if text is None else characters(text, column)

    def _path(self, path: str) -> str:
        return visible(self._paths.shown(path))

    def _gap(self, gap: Gap) -> Object:
        return {
            "kind": gap.kind.value,
            "path": self._path(gap.path) if gap.path else "",
            "line": gap.line,
            "text": _text(gap.text),
            "incomplete": gap.kind.incomplete,
            "fatal": gap.kind.fatal,
        }


def _rule(rule: RuleInfo) -> Object:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": _text(rule.summary),
        "level": rule.level.value,
        "precision": rule.precision.value,
        "cwe": list(rule.cwe),
        "tags": list(rule.tags),
        "security_severity": rule.security_severity,
        "distribution": rule.distribution,
    }


def _text(text: str) -> str:
    """Text as it is, but for lone surrogates, which no JSON reader has to take (RFC 8259, 8.2)."""
    return _SURROGATE.sub(lambda match: visible(match[0]), text)
