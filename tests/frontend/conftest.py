"""What the tests of both front ends share."""

from __future__ import annotations

import pytest

from lwslint.frontend.clang.reader import read_one as read_clang
from lwslint.frontend.pure.reader import read_one as read_pure

from . import reading


@pytest.fixture(params=["clang", "pycparser"])
def each_front_end(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test runs once with each front end."""
    monkeypatch.setattr(reading, "read_one", {"clang": read_clang, "pycparser": read_pure}[request.param])
    return str(request.param)
