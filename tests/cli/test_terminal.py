"""The progress line."""

from __future__ import annotations

import io

import click
import pytest

from lwslint.cli import terminal
from lwslint.cli.check import check
from lwslint.cli.terminal import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)


def drawn(stream: io.StringIO, *, quiet: bool = False) -> str:
    with ProgressLine(stream, quiet=quiet) as progress:
        progress.update("files read", 1, 2)
    return stream.getvalue()


def test_a_long_run_shows_a_line_and_erases_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PROGRESS_AFTER", -1)
    assert drawn(Terminal()) == f"\r\x1b[2K[{'#' * 12}{'.' * 12}] 1 of 2 files read\r\x1b[2K"


def test_a_short_run_shows_nothing() -> None:
    assert drawn(Terminal()) == ""


def test_nothing_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PROGRESS_AFTER", -1)
    assert drawn(io.StringIO()) == ""
    assert drawn(Terminal(), quiet=True) == ""
    monkeypatch.setenv("TERM", "dumb")
    assert drawn(Terminal()) == ""


def test_there_is_a_switch_against_it() -> None:
    assert "--no-progress" in check.get_help(click.Context(check))
