"""Runs of the whole pipeline in this process, with every rule that comes with lwslint."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lwslint import engine, registry
from lwslint.model.outcome import Outcome
from lwslint.registry import RegisteredRule, Selection
from lwslint.sources import plan

# Starting a worker for each fixture would take longer than all the rest.
_THREAD = ThreadPoolExecutor(1)


@functools.cache
def rules() -> tuple[RegisteredRule, ...]:
    """The rules that come with lwslint."""
    return tuple(rule for rule in registry.load().rules if rule.info.distribution == "lwslint")


def check(path: Path, *, release: str = "", headers: bool = True, frontend: str = "auto") -> Outcome:
    """Checks a file or folder; without `headers`, none of the library or of the C library is to be found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "" if headers else "1")
        return engine.run(plan([str(path)], cwd=Path.cwd()), settings(release, frontend))


def settings(release: str = "", frontend: str = "auto") -> engine.Settings:
    """A run in this process, with every rule that comes with lwslint."""
    return engine.Settings(Selection.of(rules()), release=release, executor=_THREAD, frontend=frontend)
