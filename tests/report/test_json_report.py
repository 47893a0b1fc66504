from __future__ import annotations

import json

import jsonschema
import pytest

from lwslint.model.outcome import Outcome
from lwslint.report import ReportOptions, render
from lwslint.report.json import schema


@pytest.mark.parametrize("sample", ["story", "hostile", "clean"])
def test_the_schema_describes_what_is_written(request: pytest.FixtureRequest, sample: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    text = render("json", request.getfixturevalue(sample), ReportOptions())
    assert text.isascii()
    assert "\x7f" not in text
    jsonschema.Draft202012Validator(schema()).validate(json.loads(text))


def test_it_holds_the_finding_with_its_path(story: Outcome) -> None:
    report = json.loads(render("json", story, ReportOptions()))
    assert (report["complete"], report["whole_program"], report["release"]) == (False, True, "4.1.6")
    stale = report["findings"][1]
    assert (stale["rule"], stale["name"], stale["level"]) == ("LWS103", "stale-creation-info", "error")
    assert stale["place"] == {"path": "src/net.c", "line": 17, "column": 12, "end_line": 17, "end_column": 37}
    assert [step["kind"] for step in stale["steps"]][-1] == "create"
    assert stale["mend"]["edits"][0]["text"].startswith("memset")
    assert report["suppressed"][0]["reason"] == "known since 2019"
    assert {gap["kind"]: gap["fatal"] for gap in report["gaps"]} == {
        "missing-header": False,
        "unreadable": True,
    }


def test_text_comes_back_as_it_was(hostile: Outcome) -> None:
    report = json.loads(render("json", hostile, ReportOptions()))
    for finding, written in zip(hostile.findings[:-1], report["findings"], strict=False):
        assert written["message"] == finding.message
    assert report["findings"][-1]["message"].endswith("\u2028 \\xff")
