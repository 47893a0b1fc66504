"""Each fixture through both front ends: the same IR, and where that differs the same findings."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

import pytest

from lwslint import ir
from lwslint.frontend.clang.reader import read_one as read_clang
from lwslint.frontend.pure.reader import read_one as read_pure
from lwslint.frontend.request import ReadRequest
from lwslint.model.finding import Finding

from ..expectations import FIXTURES, Fixture, fixtures
from ..run import check

ALL = fixtures()
DIFFERENCES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("differences.toml").read_text(encoding="utf-8")
)

MOST = {"ir": 0, "findings": 0}
"""How many differences there may be. May shrink, never grow."""

each_fixture = pytest.mark.parametrize(
    "fixture",
    [pytest.param(fixture, id=fixture.name, marks=pytest.mark.xdist_group(fixture.name)) for fixture in ALL],
)


@pytest.fixture(autouse=True)
def no_system_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read the model headers, so that no machine makes a difference."""
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")


@each_fixture
def test_ir_is_the_same(fixture: Fixture) -> None:
    differing = {name for name in map(_name, _units(fixture)) if not _agree(name, fixture)}
    assert differing == {name for name in map(_name, _units(fixture)) if name in DIFFERENCES["ir"]}


@each_fixture
def test_findings_are_the_same(fixture: Fixture) -> None:
    """Equal IR gives equal findings; others are compared without their columns."""
    if all(_agree(_name(path), fixture) for path in _units(fixture)):
        return
    release = fixture.directive("lws-version")
    clang, pure = (
        [_facts(finding) for finding in check(fixture.path, release=release, frontend=frontend).findings]
        for frontend in ("clang", "pycparser")
    )
    assert (clang != pure) == (fixture.name in DIFFERENCES["findings"])


@pytest.mark.parametrize("kind", sorted(MOST))
def test_differences_shrink_and_have_reasons(kind: str) -> None:
    listed = DIFFERENCES[kind]
    assert len(listed) <= MOST[kind]
    assert all(reason.strip() for reason in listed.values())
    known = {_name(path) for fixture in ALL for path in _units(fixture)} | {one.name for one in ALL}
    assert set(listed) <= known


def test_the_pipeline_reads_with_the_front_end_that_is_named() -> None:
    """The demo through the whole pipeline, words and columns too."""
    clang, pure = (check(FIXTURES / "demo", frontend=frontend) for frontend in ("clang", "pycparser"))
    assert clang.findings
    assert clang.findings == pure.findings
    assert clang.gaps == pure.gaps


def _units(fixture: Fixture) -> list[Path]:
    return [path for path in fixture.files if path.suffix == ".c"]


def _name(path: Path) -> str:
    return path.relative_to(FIXTURES).as_posix()


@functools.cache
def _agree(name: str, fixture: Fixture) -> bool:
    path = FIXTURES / name
    request = ReadRequest(str(path), str(path.parent), (), None, fixture.directive("lws-version"))
    return ir.encode(read_clang(request)) == ir.encode(read_pure(request))


def _facts(finding: Finding) -> tuple[object, ...]:
    steps = tuple((step.place.path, step.place.line, step.text) for step in finding.steps)
    place = finding.place
    return finding.rule, finding.object, finding.level, place.path, place.line, finding.message, steps
