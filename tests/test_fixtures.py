"""Each fixture: what its comments say is found and nothing else, with headers and without; it compiles."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lwslint.model.finding import Finding
from lwslint.model.outcome import Outcome

from .expectations import FIXTURES, Expectation, Fixture, expectations, fixtures, listed
from .run import check, rules

ALL = fixtures()

ACCEPTED: dict[tuple[str, str], int] = {
    ("missing", "LWS103"): 1,
    ("spurious", "LWS103"): 1,
}
"""How many misses and false alarms are accepted: `("missing", "LWS103"): 1`. May shrink, never grow."""

each_fixture = pytest.mark.parametrize(
    "fixture",
    # one process does all that concerns a fixture, so that it is analysed once
    [pytest.param(fixture, id=fixture.name, marks=pytest.mark.xdist_group(fixture.name)) for fixture in ALL],
)


@each_fixture
def test_finds_what_is_expected_and_nothing_else(fixture: Fixture) -> None:
    known = {registered.info.code for registered in rules()}
    stated = [expectation for expectation in fixture.expectations() if expectation.code in known]
    found = outcome(fixture).findings
    unmet, surplus = _unmatched([one for one in stated if one.kind != "missing"], found)
    assert not [_shown(one) for one in unmet], f"not found in {fixture.name}"
    assert not [_described(one) for one in surplus], f"not expected in {fixture.name}"


@each_fixture
def test_finds_the_same_without_headers(fixture: Fixture) -> None:
    """The message may differ: sizes of structs are those of the release that is read."""
    without = outcome(fixture, headers=False)
    assert [_stands(one) for one in without.findings] == [_stands(one) for one in outcome(fixture).findings]
    assert without.complete, without.gaps


@each_fixture
def test_is_read_to_the_end(fixture: Fixture) -> None:
    assert outcome(fixture).complete, outcome(fixture).gaps


@each_fixture
def test_name_says_what_is_expected(fixture: Fixture) -> None:
    """A bad fixture of a rule expects that rule, or misses it; a good one never does."""
    own = fixture.name.partition("/")[0]
    speaks = any(one.code == own and one.kind in ("expect", "missing") for one in fixture.expectations())
    assert speaks == fixture.bad


def test_accepted_misses_and_false_alarms_do_not_grow(record_property: Callable[[str, object], None]) -> None:
    stated = (one for fixture in ALL for one in fixture.expectations())
    accepted = Counter((one.kind, one.code) for one in stated if one.kind != "expect")
    for kind in ("missing", "spurious"):
        record_property(kind, sum(number for (of, _), number in accepted.items() if of == kind))
    assert dict(accepted) == ACCEPTED


@pytest.mark.parametrize("code", sorted({path.name for path in FIXTURES.glob("LWS*")}))
def test_rules_have_bad_and_good_fixtures_of_different_aspects(code: str) -> None:
    own = [fixture for fixture in ALL if fixture.name.startswith(code)]
    bad = [fixture for fixture in own if fixture.bad]
    assert len(bad) >= 3
    assert len(own) - len(bad) >= 3
    assert any(fixture.path.is_dir() for fixture in bad), "none of several files"


@pytest.mark.skipif(
    not shutil.which("gcc") or not Path("/usr/include/libwebsockets.h").is_file(),
    reason="needs gcc and the library's headers",
)
@each_fixture
def test_compiles_without_a_warning(fixture: Fixture) -> None:
    if needed := fixture.directive("needs"):
        pytest.skip(f"needs {needed}")
    sources = [str(path) for path in fixture.files if path.suffix == ".c"]
    flags = ["-fsyntax-only", "-Wall", "-Werror", *fixture.directive("gcc").split()]
    if not fixture.name.startswith("LWS"):
        flags.append("-Wextra")
    done = subprocess.run(["gcc", *flags, *sources], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("comment", "stated"),
    [
        ('// expect: LWS103 "info"', [Expectation("expect", "f.c", 1, "LWS103", "", "info")]),
        ("x(); // expect: error LWS104", [Expectation("expect", "f.c", 1, "LWS104", "error")]),
        (
            '// expect: LWS103 "a"; note LWS306',
            [
                Expectation("expect", "f.c", 1, "LWS103", "", "a"),
                Expectation("expect", "f.c", 1, "LWS306", "note"),
            ],
        ),
        (
            "// expect: LWS101 // expect: LWS301",
            [Expectation("expect", "f.c", 1, "LWS101"), Expectation("expect", "f.c", 1, "LWS301")],
        ),
        ("// missing: LWS103 through a union", [Expectation("missing", "f.c", 1, "LWS103")]),
        ("// spurious: LWS102 two arrays; one loop", [Expectation("spurious", "f.c", 1, "LWS102")]),
        ("// we expect: nothing", []),
    ],
)
def test_expectation_comments(comment: str, stated: list[Expectation]) -> None:
    assert expectations(comment, "f.c") == stated


@pytest.mark.parametrize(
    "comment", ["// expect: 103", "// expect: fatal LWS103", "// missing: LWS103", "// expect: LWS103 info"]
)
def test_malformed_expectations_are_refused(comment: str) -> None:
    with pytest.raises(ValueError, match=r"f\.c:1: "):
        expectations(comment, "f.c")


def test_expectations_apart_from_the_source() -> None:
    folder = Path("demo")
    stated = listed('net.c:66 error LWS103 "info"\nmain.c:8 LWS101\n', folder)
    assert stated == [
        Expectation("expect", "demo/net.c", 66, "LWS103", "error", "info"),
        Expectation("expect", "demo/main.c", 8, "LWS101"),
    ]
    for malformed in ("net.c LWS103", "net.c:66 info", ""):
        with pytest.raises(ValueError, match=r"expected\.txt|net\.c:66"):
            listed(f"{malformed}\n", folder)


@functools.cache
def outcome(fixture: Fixture, *, headers: bool = True) -> Outcome:
    """What a run says of a fixture."""
    return check(fixture.path, release=fixture.directive("lws-version"), headers=headers)


def _unmatched(
    stated: Sequence[Expectation], found: Sequence[Finding]
) -> tuple[list[Expectation], list[Finding]]:
    """The expectations that no finding meets, and the findings that none of them spoke of."""
    unmet: list[Expectation] = []
    surplus = list(found)
    for expectation in sorted(stated, key=lambda one: (not one.part, not one.level)):  # the narrowest first
        met = next((finding for finding in surplus if _matches(expectation, finding)), None)
        if met is None:
            unmet.append(expectation)
        else:
            surplus.remove(met)
    return unmet, surplus


def _matches(expectation: Expectation, finding: Finding) -> bool:
    place = finding.place
    return (
        (str(Path(place.path).absolute()), place.line, finding.rule)
        == (expectation.path, expectation.line, expectation.code)
        and expectation.level in ("", finding.level)
        and expectation.part in finding.message
    )


def _shown(expectation: Expectation) -> str:
    level = f"{expectation.level} " if expectation.level else ""
    part = f' "{expectation.part}"' if expectation.part else ""
    return f"{Path(expectation.path).name}:{expectation.line}: {level}{expectation.code}{part}"


def _stands(finding: Finding) -> str:
    place = finding.place
    return f"{place.path}:{place.line}: {finding.level} {finding.rule} {finding.object}"


def _described(finding: Finding) -> str:
    return f"{_stands(finding)}: {finding.message}"
