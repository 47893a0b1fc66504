from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from lwslint.model.finding import Finding, Level, Precision
from lwslint.model.outcome import Gap, GapKind, Outcome, RuleInfo, Silencer, Suppressed
from lwslint.model.place import Place
from lwslint.report import ReportOptions, render, sarif
from lwslint.report.fingerprint import LineHashes

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text("utf-8"))
ALL = ReportOptions(show_suppressed=True)


def run_of(outcome: Outcome, options: ReportOptions = ALL) -> dict[str, Any]:
    text = render("sarif", outcome, options)
    assert text.isascii()
    log = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("sample", ["story", "hostile", "clean"])
def test_it_is_valid(request: pytest.FixtureRequest, sample: str) -> None:
    run = run_of(request.getfixturevalue(sample))
    assert run["columnKind"] == "utf16CodeUnits"
    assert run["automationDetails"]["id"] == "lwslint/"


def test_the_release_that_is_meant_is_stated(story: Outcome) -> None:
    assert run_of(story)["properties"] == {"libwebsocketsRelease": "4.1.6", "wholeProgram": True}
    unknown = msgspec.structs.replace(story, release="")
    assert run_of(unknown)["properties"]["libwebsocketsRelease"] == ""


def test_rules_are_listed_with_their_pages(story: Outcome) -> None:
    tool = run_of(story)["tool"]
    assert [rule["id"] for rule in tool["driver"]["rules"]] == ["LWS101", "LWS103"]
    stale = tool["driver"]["rules"][1]
    assert stale["help"]["markdown"].startswith("# stale-creation-info")
    assert "#" not in stale["help"]["text"].split()[0]
    assert (
        stale["fullDescription"]["text"]
        == "A creation info serves a second context with what the first one left in it."
    )
    assert stale["defaultConfiguration"] == {"level": "error"}
    properties = stale["properties"]
    assert properties["tags"] == ["security", "reconnect", "external/cwe/cwe-665", "external/cwe/cwe-909"]
    assert (properties["precision"], properties["security-severity"]) == ("high", "7.5")
    (extension,) = tool["extensions"]
    assert (extension["name"], extension["rules"][0]["id"]) == ("acme-lws", "ACME1")


def test_a_result_has_one_line_a_path_and_fingerprints(story: Outcome) -> None:
    results = {result["ruleId"]: result for result in run_of(story, ReportOptions())["results"]}
    stale = results["LWS103"]
    location = stale["locations"][0]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "src/net.c", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {"startLine": 17, "startColumn": 12, "endLine": 17, "endColumn": 37}
    assert location["logicalLocations"][0]["name"] == "reconnect"
    (flow,) = stale["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [step["executionOrder"] for step in steps] == list(range(1, 10))
    assert steps[-1]["location"]["physicalLocation"] == physical
    hashes = LineHashes(story.sources["src/net.c"])
    assert stale["partialFingerprints"]["primaryLocationLineHash"] == hashes[16]
    assert stale["ruleIndex"] == 1
    assert stale["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"].startswith(
        "memset"
    )
    assert "suppressions" not in stale


def test_regions_are_one_line_in_utf16_units(clean: Outcome) -> None:
    place = Place("a.c", 1, 9, 2, 3)
    finding = Finding("LWS103", Level.ERROR, Precision.HIGH, place, "over lines")
    outcome = msgspec.structs.replace(clean, findings=(finding,), sources={"a.c": "/*😀*/f(a,\n b);"})
    (result,) = run_of(outcome)["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 7, "endLine": 1, "endColumn": 11}


def test_findings_of_a_rule_on_a_line_are_merged_with_both_paths(story: Outcome) -> None:
    other = msgspec.structs.replace(story.findings[1], message="another thing")
    mild = msgspec.structs.replace(story.findings[1], level=Level.WARNING)
    outcome = msgspec.structs.replace(story, findings=(mild, other))
    (result,) = run_of(outcome, ReportOptions())["results"]
    assert len(result["codeFlows"]) == 2
    assert result["level"] == "error"
    assert "Also: another thing." in result["message"]["text"]


def test_uris_are_relative_to_the_root_and_encoded(clean: Outcome, tmp_path: Path) -> None:
    root = tmp_path / "root"
    paths = [root / "sub dir" / "a%b#é.c", root / "x:y.c"]
    found = tuple(Finding("LWS103", Level.NOTE, Precision.LOW, Place(str(p), 1, 1, 1, 2), "m") for p in paths)
    outcome = msgspec.structs.replace(clean, findings=found, root=str(root))
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in run_of(outcome)["results"]
    ]
    assert uris == ["sub%20dir/a%25b%23%C3%A9.c", "x%3Ay.c"]


def test_a_place_outside_the_repository_gives_way_to_the_last_step_inside(
    story: Outcome, tmp_path: Path
) -> None:
    outside = Place(str(tmp_path / "sys.h"), 3, 1, 3, 4)
    finding = msgspec.structs.replace(story.findings[1], place=outside)
    (result,) = run_of(msgspec.structs.replace(story, findings=(finding,)), ReportOptions())["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/net.c"
    related = result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]
    assert "uriBaseId" not in related
    assert not related["uri"].startswith(("/", "file:"))


def test_gaps_become_notifications(story: Outcome) -> None:
    failed = Gap("", GapKind.RULE_FAILED, "LWS101 raised ValueError")
    (invocation,) = run_of(msgspec.structs.replace(story, gaps=(*story.gaps, failed)))["invocations"]
    assert invocation["executionSuccessful"] is False
    execution = {note["descriptor"]["id"]: note["level"] for note in invocation["toolExecutionNotifications"]}
    assert execution == {"unreadable": "error", "rule-failed": "error"}
    (header,) = invocation["toolConfigurationNotifications"]
    assert header["level"] == "warning"
    assert header["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_suppressed_findings_on_request_only(story: Outcome) -> None:
    assert all("suppressions" not in result for result in run_of(story, ReportOptions())["results"])
    silenced = [result for result in run_of(story)["results"] if "suppressions" in result]
    assert [one["suppressions"][0]["justification"] for one in silenced] == ["known since 2019"]


def test_limits_are_kept_and_said(story: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 1)
    run = run_of(story, ReportOptions())
    assert [result["level"] for result in run["results"]] == ["error"]
    first = run["invocations"][0]["toolExecutionNotifications"][0]
    assert (first["level"], first["message"]["text"][:21]) == ("error", "Only 1 of 2 results a")
    monkeypatch.setattr(sarif, "MOST_RESULTS", 9)
    whole = gzip.compress(render("sarif", story, ReportOptions()).encode())
    monkeypatch.setattr(sarif, "MOST_BYTES", len(whole) - 1)
    assert len(run_of(story, ReportOptions())["results"]) == 1
    monkeypatch.setattr(sarif, "MOST_BYTES", 10**7)
    monkeypatch.setattr(sarif, "MOST_STEPS", 4)
    (flow,) = run_of(story, ReportOptions())["results"][1]["codeFlows"]
    assert len(flow["threadFlows"][0]["locations"]) == 4
    assert flow["threadFlows"][0]["message"]["text"].startswith("5 steps")


def test_texts_of_rules_keep_to_github_s_lengths(clean: Outcome) -> None:
    tags = tuple(f"tag{number}" for number in range(40))
    rule = RuleInfo("LWS1", "n" * 400, "s" * 4000, Level.NOTE, Precision.LOW, doc="d" * 9000, tags=tags)
    (written,) = run_of(msgspec.structs.replace(clean, rules=(rule,)))["tool"]["driver"]["rules"]
    assert len(written["name"]) <= 255
    assert len(written["shortDescription"]["text"]) <= 1024
    assert len(written["fullDescription"]["text"]) <= 1024
    assert len(written["properties"]["tags"]) <= 10


def test_a_message_cannot_hold_a_link(hostile: Outcome) -> None:
    assert all("](" not in result["message"]["text"] for result in run_of(hostile)["results"])


def test_what_is_new_is_told_where_it_was_asked(story: Outcome) -> None:
    known = Suppressed(story.findings[0], "in the baseline", Silencer.BASELINE)
    compared = msgspec.structs.replace(
        story, findings=story.findings[1:], suppressed=(*story.suppressed, known), compared=True
    )
    states = [result.get("baselineState") for result in run_of(compared)["results"]]
    assert states == ["new", None, "unchanged"]
