"""Each program has a twin and a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from .program import FIXTURES

TESTS = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))

each_program = pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=f"{path.parent.name}/{path.stem}")
        for path in sorted(FIXTURES.glob("LWS*/bad_runs*.c"))
    ],
)


@each_program
def test_program_has_a_twin_and_a_test(path: Path) -> None:
    assert path.with_name("good_runs.c").is_file()
    assert f"def test_{path.parent.name.lower()}_" in TESTS
