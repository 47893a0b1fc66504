"""GitLab's Code Quality report: a JSON array, shown in merge requests.

Format: "Code Quality" in GitLab's documentation, "Code Quality report format". Fingerprints must differ, and
stay when lines move.
"""

from __future__ import annotations

from typing import Any

from lwslint.model.finding import Level
from lwslint.model.outcome import Outcome
from lwslint.report.encode import encode
from lwslint.report.escape import visible
from lwslint.report.fingerprint import content_keys
from lwslint.report.options import ReportOptions
from lwslint.report.sources import Paths, Sources

_SEVERITY = {Level.ERROR: "critical", Level.WARNING: "major", Level.NOTE: "minor"}


def render(outcome: Outcome, options: ReportOptions) -> str:
    """One object a finding; paths are relative to the root of the repository."""
    paths = Paths(outcome.root, outcome.cwd)
    names = {rule.code: rule.name for rule in outcome.rules}
    keys = content_keys(outcome.findings, Sources(outcome.sources))
    issues: list[dict[str, Any]] = [
        {
            "description": visible(finding.message),
            "check_name": f"{finding.rule} {names.get(finding.rule, '')}".rstrip(),
            "fingerprint": key,
            "severity": _SEVERITY[finding.level],
            "location": {
                "path": visible(paths.shown(finding.place.path)),
                "lines": {
                    "begin": finding.place.line,
                    "end": max(finding.place.end_line, finding.place.line),
                },
            },
        }
        for finding, key in zip(outcome.findings, keys, strict=True)
    ]
    return encode(issues, indent=2) + "\n"
