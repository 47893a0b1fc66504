"""Each program has a twin and a test, and waits for its rule no longer than needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..run import rules
from .program import FIXTURES, PENDING

TESTS = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))

each_program = pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=f"{path.parent.name}/{path.stem}")
        for folder in (FIXTURES, PENDING)
        for path in sorted(folder.glob("LWS*/bad_runs*.c"))
    ],
)


@each_program
def test_program_has_a_twin_and_a_test(path: Path) -> None:
    assert path.with_name("good_runs.c").is_file()
    assert f"def test_{path.parent.name.lower()}_" in TESTS


@each_program
def test_program_is_a_fixture_once_its_rule_is_there(path: Path) -> None:
    known = {registered.info.code for registered in rules()}
    assert path.is_relative_to(FIXTURES) or path.parent.name not in known, f"move it to {FIXTURES}"
