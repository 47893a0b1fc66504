"""SARIF 2.1.0, as GitHub code scanning and other consumers read it.

Specification: OASIS SARIF 2.1.0; limits and properties that GitHub takes: "SARIF support for code
scanning" in GitHub's documentation. GitHub shows only the first location of a result and annotates
only if all its lines are in the diff, so the primary region is one line. No time and no machine is
named, so that equal runs give equal bytes.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lwslint.model.finding import Finding, Level, Mend, Precision, Step
from lwslint.model.outcome import Gap, GapKind, Outcome, Silencer, Suppressed
from lwslint.model.place import Place
from lwslint.report.columns import first_line_end, utf16
from lwslint.report.encode import encode
from lwslint.report.escape import visible
from lwslint.report.fingerprint import LineHashes, content_keys
from lwslint.report.mending import hunks
from lwslint.report.options import ReportOptions
from lwslint.report.sarif_tool import Components
from lwslint.report.sources import Paths, Sources

Object = dict[str, Any]

MOST_RESULTS = 25_000
MOST_STEPS = 1_000  # of 10,000 that are taken, GitHub stores so many
MOST_BYTES = 10_000_000  # of the file, compressed
_MOST_TEXT = 4_000
_MOST_FLOWS = 10  # of one result
_CUT = "Only {} of {} results are in this file: GitHub takes no more."
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_CONFIGURATION = frozenset(
    {GapKind.MISSING_HEADER, GapKind.MODEL_HEADERS, GapKind.FRONT_END, GapKind.SKIPPED}
)


def render(outcome: Outcome, options: ReportOptions) -> str:
    """One run. Results beyond what GitHub takes are left out, the least important first, and that is said."""
    results = _Results(outcome).all(options.show_suppressed)
    kept = _most_important(results, MOST_RESULTS)
    text = _log(outcome, kept, len(results))
    while (
        len(text) > MOST_BYTES and len(gzip.compress(text.encode("ascii"), 6, mtime=0)) > MOST_BYTES and kept
    ):
        kept = _most_important(kept, len(kept) * 3 // 4)
        text = _log(outcome, kept, len(results))
    return text


def cut(text: str) -> str:
    """What a rendered file says of results that it leaves out; empty if it has all."""
    found = re.search(re.escape(_CUT).replace(r"\{\}", r"\d+"), text)
    return found[0] if found else ""


def _log(outcome: Outcome, results: Sequence[Object], found: int) -> str:
    components = Components(outcome)
    run = {
        "tool": components.tool(),
        "automationDetails": {"id": "lwslint/"},
        "invocations": [_invocation(outcome, len(results), found)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "utf16CodeUnits",
        "results": [{**components.reference(result["ruleId"]), **result} for result in results],
        "properties": {
            "libwebsocketsRelease": visible(outcome.release),
            "wholeProgram": outcome.whole_program,
        },
    }
    return encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _most_important(results: list[Object], most: int) -> list[Object]:
    """At most so many results in their order, those of low level and low precision left out first."""
    if len(results) <= most:
        return results
    order = sorted(range(len(results)), key=lambda index: (_unimportance(results[index]), index))
    return [results[index] for index in sorted(order[:most])]


def _unimportance(result: Object) -> tuple[int, int]:
    precision = Precision(result["properties"]["precision"])
    return -Level(result["level"]).rank, -list(Precision).index(precision)


def _invocation(outcome: Outcome, kept: int, found: int) -> Object:
    paths = Paths(outcome.root, outcome.cwd)
    execution = [_notification(gap, paths) for gap in outcome.gaps if gap.kind not in _CONFIGURATION]
    if kept < found:
        text = _CUT.format(kept, found)
        execution.insert(0, {"level": "error", "message": {"text": text}, "descriptor": {"id": "cut"}})
    return {
        "executionSuccessful": not any(gap.kind.fatal for gap in outcome.gaps),
        "toolExecutionNotifications": execution,
        "toolConfigurationNotifications": [
            _notification(gap, paths) for gap in outcome.gaps if gap.kind in _CONFIGURATION
        ],
    }


def _notification(gap: Gap, paths: Paths) -> Object:
    level = "error" if gap.kind.fatal else "warning" if gap.kind.incomplete else "note"
    written: Object = {"level": level, "message": _message(gap.text), "descriptor": {"id": gap.kind.value}}
    if gap.path:
        physical: Object = {"artifactLocation": _artifact(gap.path, paths)}
        if gap.line:
            physical["region"] = {"startLine": gap.line}
        written["locations"] = [{"physicalLocation": physical}]
    return written


class _Results:
    """Turns findings into results; what they share is the sources and their hashes."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._sources = Sources(outcome.sources)
        self._paths = Paths(outcome.root, outcome.cwd)
        self._hashes: dict[str, LineHashes | None] = {}

    def all(self, with_suppressed: bool) -> list[Object]:
        """A result for each finding; those of one rule on one line share one, as they share a hash."""
        silenced = self._outcome.suppressed if with_suppressed else ()
        findings = [*self._outcome.findings, *(one.finding for one in silenced)]
        keys = content_keys(findings, self._sources)
        merged: dict[tuple[str, str, int, Silencer | None], Object] = {}
        reasons: Sequence[Suppressed | None] = [*[None] * len(self._outcome.findings), *silenced]
        for finding, key, suppressed in zip(findings, keys, reasons, strict=True):
            place = self._primary(finding)
            same = (finding.rule, place.path, place.line, suppressed.by if suppressed else None)
            if same in merged:
                self._merge(merged[same], finding)
                continue
            merged[same] = self._result(finding, place, key)
            if state := self._baseline_state(suppressed):
                merged[same]["baselineState"] = state
            if suppressed:
                merged[same]["suppressions"] = [_suppression(suppressed)]
        return list(merged.values())

    def _baseline_state(self, suppressed: Suppressed | None) -> str:
        """Whether a result is new, where that was asked; of what a comment silences nobody asks."""
        if not self._outcome.compared or (suppressed and not suppressed.by.known):
            return ""
        return "unchanged" if suppressed else "new"

    def _result(self, finding: Finding, place: Place, key: str) -> Object:
        location = self._location(place, finding.function)
        result: Object = {
            "ruleId": finding.rule,
            "level": finding.level.value,
            "message": _message(finding.message, *_advice(finding)),
            "locations": [location],
            "partialFingerprints": {**self._line_hash(place), "lwslint/v1": key},
            "properties": {"precision": finding.precision.value},
        }
        if finding.object:
            result["properties"]["object"] = visible(finding.object)
        if finding.steps:
            result["codeFlows"] = [self._code_flow(finding.steps)]
        if place != finding.place:
            result["relatedLocations"] = [
                {**self._location(finding.place), "message": {"text": "Found here."}}
            ]
        if finding.mend and hunks(finding.mend, self._sources):
            result["fixes"] = [self._fix(finding.mend)]
        return result

    def _merge(self, result: Object, finding: Finding) -> None:
        result["level"] = max(Level(result["level"]), finding.level, key=lambda level: level.rank).value
        also = _message(finding.message)["text"]
        if also not in result["message"]["text"]:
            result["message"]["text"] = _clipped(f"{result['message']['text']} Also: {also}", _MOST_TEXT)
        flows = result.setdefault("codeFlows", [])
        if finding.steps and len(flows) < _MOST_FLOWS:
            flows.append(self._code_flow(finding.steps))

    def _primary(self, finding: Finding) -> Place:
        """Where the finding is, or if GitHub cannot show that, its last step inside the repository."""
        places = [finding.place, *(step.place for step in reversed(finding.steps))]
        inside = (place for place in places if self._paths.inside(place.path))
        return next(inside, finding.place)

    def _line_hash(self, place: Place) -> dict[str, str]:
        if place.path not in self._hashes:
            text = self._outcome.sources.get(place.path)
            self._hashes[place.path] = None if text is None else LineHashes(text)
        hashes = self._hashes[place.path]
        if hashes is None or not 0 < place.line <= len(hashes):
            return {}
        return {"primaryLocationLineHash": hashes[place.line - 1]}

    def _code_flow(self, steps: Sequence[Step]) -> Object:
        kept = steps if len(steps) <= MOST_STEPS else [*steps[: MOST_STEPS // 2], *steps[-MOST_STEPS // 2 :]]
        flow: Object = {"locations": [self._step(step, number) for number, step in enumerate(kept, 1)]}
        if len(kept) < len(steps):
            flow["message"] = {"text": f"{len(steps) - len(kept)} steps in the middle are left out."}
        return {"threadFlows": [flow]}

    def _step(self, step: Step, number: int) -> Object:
        location = self._location(step.place, step.function)
        return {
            "executionOrder": number,
            "kinds": [step.kind.value],
            "location": {**location, "message": _message(step.text)},
        }

    def _location(self, place: Place, function: str = "") -> Object:
        artifact = _artifact(place.path, self._paths)
        location: Object = {
            "physicalLocation": {"artifactLocation": artifact, "region": self._line_region(place)}
        }
        if function:
            location["logicalLocations"] = [{"name": visible(function), "kind": "function"}]
        return location

    def _line_region(self, place: Place) -> Object:
        """The part of a place that is on its first line."""
        line = self._sources.line(place.path, place.line)
        end = place.end_column if place.end_line == place.line else place.column
        start, end = place.column, max(place.column, end)
        if line is not None:
            start, end = utf16(line, place.column), utf16(line, first_line_end(place, line))
        number = max(place.line, 1)
        return {
            "startLine": number,
            "startColumn": max(start, 1),
            "endLine": number,
            "endColumn": max(end, 1),
        }

    def _region(self, place: Place) -> Object:
        return {
            "startLine": place.line,
            "startColumn": self._column(place.path, place.line, place.column),
            "endLine": place.end_line,
            "endColumn": self._column(place.path, place.end_line, place.end_column),
        }

    def _column(self, path: str, number: int, column: int) -> int:
        line = self._sources.line(path, number)
        return column if line is None else utf16(line, column)

    def _fix(self, mend: Mend) -> Object:
        paths = dict.fromkeys(edit.place.path for edit in mend.edits)
        changes = [
            {
                "artifactLocation": _artifact(path, self._paths),
                "replacements": [
                    {
                        "deletedRegion": self._region(edit.place),
                        "insertedContent": {"text": visible(edit.text, keep="\n\r\t")},
                    }
                    for edit in mend.edits
                    if edit.place.path == path
                ],
            }
            for path in paths
        ]
        return {"description": _message(mend.text), "artifactChanges": changes}


def _advice(finding: Finding) -> Iterator[str]:
    """Help and mend as sentences: GitHub shows neither `fixes` nor anything else but the message."""
    if finding.help.strip():
        yield f"Help: {finding.help}"
    if finding.mend and finding.mend.edits and finding.mend.text.strip():
        how = "--fix" if finding.mend.safe else "--fix --unsafe-fixes"
        yield f"Mend ({how}): {finding.mend.text}"


def _suppression(suppressed: Suppressed) -> Object:
    reason = {"justification": visible(suppressed.reason)} if suppressed.reason else {}
    kind = "inSource" if suppressed.by is Silencer.COMMENT else "external"
    return {"kind": kind, "status": "accepted", **reason}


def _artifact(path: str, paths: Paths) -> Object:
    base = {"uriBaseId": _ROOT} if paths.inside(path) else {}
    return {"uri": paths.uri(path), **base}


def _message(*sentences: str) -> Object:
    """A message of whole sentences, in which nothing reads as an embedded link (SARIF 2.1.0, 3.11.6)."""
    text = " ".join(_sentence(visible(sentence)) for sentence in sentences if sentence.strip())
    return {"text": _clipped(text.replace("](", "] ("), _MOST_TEXT) or "No text."}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 2] + "…."
