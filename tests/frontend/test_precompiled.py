"""Precompiled headers save time and change nothing: the IR of every fixture, byte for byte."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from lwslint.frontend.prefix import leading
from lwslint.frontend.request import ReadRequest
from lwslint.frontend.work import read_encoded

from ..expectations import FIXTURES, Fixture, fixtures

BY_RULE: dict[str, list[Fixture]] = defaultdict(list)
for _fixture in fixtures():
    BY_RULE[_fixture.path.relative_to(FIXTURES).parts[0]].append(_fixture)


@pytest.mark.parametrize("rule", sorted(BY_RULE))
def test_no_fixture_reads_otherwise(rule: str, tmp_path: Path) -> None:
    units = {
        path: ReadRequest(str(path), str(path.parent), (), None, fixture.directive("lws-version"))
        for fixture in BY_RULE[rule]
        for path in fixture.files
        if path.suffix == ".c"
    }
    differing = [
        path
        for path, request in units.items()
        if read_encoded(request, str(tmp_path)) != read_encoded(request)
    ]
    assert not differing
    assert any(tmp_path.glob("*.pch")) == any(leading(path.read_bytes()) for path in units)
