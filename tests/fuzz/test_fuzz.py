"""A short run of the fuzzing: what a campaign does, with a few inputs that are always the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lwslint.model.outcome import Gap, GapKind
from lwslint.report import render
from tests.fuzz import documents, invariants, mutations
from tests.fuzz.__main__ import SHARES
from tests.fuzz.targets import TARGETS, Target
from tests.report.conftest import clean_outcome, hostile_outcome, story_outcome

SEEDS = sorted(path for path in (Path(__file__).parent / "seeds").iterdir() if path.is_dir())
INPUTS = {"sources": 40, "configuration": 60, "database": 60, "baseline": 40, "cache": 30}

TEXT = (
    "#include <libwebsockets.h>\n/* a */ int f(int a)\n{\n    lws_service(0, 0);\n    return a + 0x1f;\n}\n"
)


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Target]]:
    yield {name: TARGETS[name](tmp_path_factory.mktemp(name)) for name in TARGETS}


@pytest.mark.parametrize("name", sorted(INPUTS))
def test_mutated_inputs_keep_to_the_invariants(name: str, targets: dict[str, Target]) -> None:
    @settings(
        max_examples=INPUTS[name],
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 1 << 30))
    def keeps(number: int) -> None:
        made = targets[name].make(0, number)
        assert not targets[name].check(made, Random(number)).failures, f"{name}:0:{number}"

    keeps()


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_what_failed_once_holds(seed: Path, targets: dict[str, Target]) -> None:
    given = {
        str(path.relative_to(seed)): path.read_bytes() for path in sorted(seed.rglob("*")) if path.is_file()
    }
    result = targets[seed.name.partition("-")[0]].check(given, Random(0), thorough=True)
    assert not result.failures


@given(st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_a_mutation_leaves_a_text(chance: Random) -> None:
    text = mutations.mutated(chance, TEXT, [TEXT])
    assert len(text) <= mutations.LONGEST
    text.encode("utf-8", "surrogateescape")
    assert isinstance(documents.mutated(chance, {"a": ["b", 1]}, documents.as_json), bytes)


def test_tokens_joined_are_the_text() -> None:
    assert "".join(mutations.tokens(TEXT)) == TEXT


def test_the_same_number_is_the_same_input(targets: dict[str, Target]) -> None:
    assert SHARES.keys() == TARGETS.keys()
    for target in targets.values():
        assert target.make(0, 5) == target.make(0, 5)


def test_the_invariants_see_what_they_are_for() -> None:
    outcome = clean_outcome()
    gap = Gap("a.c", GapKind.CRASHED, "the front end failed: x")
    failed = msgspec.structs.replace(outcome, gaps=(gap,))
    assert [one.invariant for one in invariants.crashes(failed)] == ["crash"]
    page = render("html", outcome, invariants.ALL)
    assert not list(invariants.escaped(page))
    for marker in (
        "<script>alert(1)</script>",
        '<p onclick="x">',
        "<img>",
        '<a href="javascript:x">',
        "\x1b",
    ):
        assert list(invariants.escaped(page + marker)), marker
    log = render("sarif", story_outcome(), invariants.ALL)
    assert not list(invariants.valid_sarif(log))
    broken = json.loads(log)
    broken["runs"][0]["results"][0]["level"] = "bad"
    assert list(invariants.valid_sarif(json.dumps(broken)))
    assert not list(invariants.readable(invariants.reports(hostile_outcome())))
    assert [one.invariant for one in invariants.readable({"concise": "a\x1b"})] == ["hidden"]
    assert [one.invariant for one in invariants.readable({"json": "{"})] == ["json"]
    assert [one.invariant for one in invariants.readable({"github": "::set-env x"})] == ["command"]
