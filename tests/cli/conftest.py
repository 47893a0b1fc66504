"""A command line with a front end and a rule made for the test: what counts here is what is around them."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from lwslint import engine, registry
from lwslint.analysis import ProgramUnits
from lwslint.api import Finding, Level, Place, Precision, Program, Rule
from lwslint.cache import Cache
from lwslint.cli import main
from lwslint.frontend.request import Reading, ReadRequest
from lwslint.ir import Note, NoteKind, Unit
from lwslint.model.outcome import RuleInfo


class BadWord(Rule):
    """The lines with a bad word in them."""

    code = "TEST101"
    name = "bad-word"
    summary = "a line says BUG"
    level = Level.WARNING
    precision = Precision.HIGH
    word = b"BUG"

    def check(self, program: Program) -> Iterator[Finding]:
        for path in program.paths:  # type: ignore[attr-defined]
            for number, line in enumerate(program.texts[path].splitlines(), 1):  # type: ignore[attr-defined]
                if self.word in line:
                    yield self.finding(Place(path, number, 1, number, len(line) + 1), f"{self.word!r} said")


class MinorWord(BadWord):
    """The lines with a word in them that is not so bad."""

    code = "TEST201"
    name = "minor-word"
    level = Level.NOTE
    word = b"MINOR"


RULES = (BadWord, MinorWord)


class Ran(NamedTuple):
    """What a run of the command line came to."""

    status: int
    out: str
    err: str


def plain(path: str) -> str:
    """The absolute path of a file."""
    return str(Path(path).absolute())


Cli = Callable[..., Ran]


@pytest.fixture
def requests() -> list[ReadRequest]:
    """What the front end was asked."""
    return []


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    requests: list[ReadRequest],
) -> Cli:
    """Runs lwslint in a folder of its own."""

    texts: dict[str, bytes] = {}

    def read(asked: Sequence[ReadRequest], *_: object, **__: object) -> Iterator[Reading]:
        requests.extend(asked)
        for request in asked:
            given = request.text
            text = (
                Path(request.path).read_bytes() if given is None else given.encode("utf-8", "surrogateescape")
            )
            texts[plain(request.path)] = text
            lost = (Note(NoteKind.MISSING_HEADER, "lost.h"),) if b"lost.h" in text else ()
            unit = Unit((request.path,), (), (), (), (), lost)
            yield Reading(request, None, "the parser died") if b"CRASH" in text else Reading(request, unit)

    def analyse(units: ProgramUnits, release: str, knowledge: object) -> Any:
        own = {path: texts[plain(path)] for path in units.paths}
        return SimpleNamespace(paths=units.paths, texts=own, gaps=(), whole=True)

    def load() -> registry.Registry:
        infos = [
            RuleInfo(
                rule.code,
                rule.name,
                rule.summary,
                rule.level,
                rule.precision,
                f"# {rule.name} ({rule.code})\n",
            )
            for rule in RULES
        ]
        return registry.Registry(tuple(map(registry.RegisteredRule, RULES, infos)))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        Cache, "get", lambda *_: None
    )  # which cannot know of what is put in place of the parser
    monkeypatch.setattr(engine, "read", read)
    monkeypatch.setattr(engine, "analyse", analyse)
    monkeypatch.setattr(registry, "load", load)

    def run(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        requests.clear()
        status = main(words)
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a file that has a finding, one that has a small one, and one that has none."""
    (tmp_path / "bad.c").write_text("int x;\nint BUG;\n")
    (tmp_path / "minor.c").write_text("int MINOR;\n")
    (tmp_path / "good.c").write_text("int x;\n")
    return tmp_path
