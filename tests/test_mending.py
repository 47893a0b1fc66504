"""Each mend that a rule offers in a bad fixture: it parses, the finding is gone, nothing new is said."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from lwslint import engine, mending
from lwslint.model.finding import Finding
from lwslint.model.outcome import GapKind, Outcome
from lwslint.registry import RegisteredRule
from lwslint.sources import plan

from .expectations import Fixture, fixtures
from .run import check, rules, settings

BAD = [fixture for fixture in fixtures() if fixture.bad]

each_bad_fixture = pytest.mark.parametrize(
    "fixture",
    [pytest.param(fixture, id=fixture.name, marks=pytest.mark.xdist_group(fixture.name)) for fixture in BAD],
)


@each_bad_fixture
def test_each_mend_loses_its_finding_and_brings_no_other(fixture: Fixture) -> None:
    before = outcome(fixture)
    for finding in before.findings:
        if finding.mend is None:
            continue
        after = mended(fixture, [finding])
        assert not [gap for gap in after.gaps if gap.kind is GapKind.BROKEN or gap.kind.fatal]
        left, had = Counter(map(key, after.findings)), Counter(map(key, before.findings))
        assert not left - had, f"new after the mend of {key(finding)}"
        assert left[key(finding)] < had[key(finding)], f"{key(finding)} still stands"


@each_bad_fixture
def test_all_safe_mends_together_bring_nothing_new(fixture: Fixture) -> None:
    before = outcome(fixture)
    safe = [finding for finding in before.findings if finding.mend and finding.mend.safe]
    if len(safe) > 1:
        after = mended(fixture, safe)
        assert not [gap for gap in after.gaps if gap.kind is GapKind.BROKEN or gap.kind.fatal]
        assert not Counter(map(key, after.findings)) - Counter(map(key, before.findings))


@pytest.mark.parametrize("code", ["LWS102", "LWS105"])
def test_rules_that_mend_do_so_in_most_of_their_fixtures(code: str) -> None:
    own = [fixture for fixture in BAD if fixture.name.startswith(code)]
    findings = [one for fixture in own for one in outcome(fixture).findings if one.rule == code]
    assert sum(finding.mend is not None for finding in findings) * 2 > len(findings)


@pytest.mark.parametrize("registered", rules(), ids=lambda registered: registered.info.code)
def test_pages_say_whether_a_rule_mends(registered: RegisteredRule) -> None:
    """The last cell of the table: by hand, or what `--fix` or `--unsafe-fixes` does."""
    code = registered.info.code
    own = [fixture for fixture in BAD if fixture.name.startswith(code)]
    mends = [
        one.mend for fixture in own for one in outcome(fixture).findings if one.rule == code and one.mend
    ]
    row = next(
        line for line in registered.info.doc.splitlines() if line.startswith(f"| {registered.info.level}")
    )
    cell = row.strip("| ").rpartition("|")[2]
    assert ("`--fix`" in cell) == any(mend.safe for mend in mends)
    assert ("`--unsafe-fixes`" in cell) == any(not mend.safe for mend in mends)


@functools.cache
def outcome(fixture: Fixture) -> Outcome:
    """What a run says of a fixture."""
    return check(fixture.path, release=fixture.directive("lws-version"))


def mended(fixture: Fixture, findings: list[Finding]) -> Outcome:
    """What a run says once the mends of some findings are made."""
    mends = [finding.mend for finding in findings if finding.mend]
    texts = {edit.place.path: Path(edit.place.path).read_bytes() for mend in mends for edit in mend.edits}
    done = mending.apply(mends, texts)
    assert done.made
    overlay = {Path(path).resolve(): text for path, text in done.texts.items()}
    planned = msgspec.structs.replace(plan([str(fixture.path)], cwd=Path.cwd()), overlay=overlay)
    return engine.run(planned, settings(fixture.directive("lws-version")))


def key(finding: Finding) -> tuple[str, str, str, str]:
    """What stays of a finding when lines move."""
    return finding.rule, finding.place.path, finding.function, finding.object
