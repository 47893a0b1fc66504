"""`lwslint check` under a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lwslint.frontend.request import ReadRequest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def reported(cli: Cli, *words: str) -> list[str]:
    """File and level of what is reported."""
    ran = cli("--format", "concise", *words)
    assert ran.status in (0, 1), ran.err
    return [f"{line.split(':')[0]} {line.split(': ')[1]}" for line in ran.out.splitlines()]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("", ["."], ["bad.c warning", "minor.c note"]),
        ('ignore = ["TEST1"]', ["."], ["minor.c note"]),
        ('select = ["TEST1"]', ["."], ["bad.c warning"]),
        ('select = ["TEST1"]', [".", "--select", "TEST2"], ["minor.c note"]),
        ('ignore = ["TEST1"]', [".", "--ignore", "TEST2"], []),
        ('ignore = ["TEST1"]', [".", "--isolated"], ["bad.c warning", "minor.c note"]),
        ('levels = { minor-word = "error", TEST1 = "note" }', ["."], ["bad.c note", "minor.c error"]),
        ('[per-path-ignores]\n"bad.*" = ["bad-word"]', ["."], ["minor.c note"]),
        ('[per-path-ignores]\n"*.c" = ["TEST2"]\n"x/" = ["TEST1"]', ["."], ["bad.c warning"]),
        ('[per-path-ignores]\n"/sub/" = ["TEST"]', ["."], ["bad.c warning", "minor.c note"]),
        ('sources = ["minor.c"]', [], ["minor.c note"]),
        ('sources = ["minor.c", "bad.c"]', ["bad.c"], ["bad.c warning"]),
    ],
)
def test_what_is_reported(cli: Cli, files: Path, text: str, words: list[str], expected: list[str]) -> None:
    (files / "lwslint.toml").write_text(text)
    assert reported(cli, *words) == expected


def test_paths_are_relative_to_the_configuration(
    cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch, requests: list[ReadRequest]
) -> None:
    (files / ".git").mkdir()
    (files / "sub").mkdir()
    (files / "lwslint.toml").write_text(
        'sources = ["minor.c"]\nbaseline = "known.json"\n[per-path-ignores]\n"/minor.c" = ["TEST2"]'
    )
    cli(".", "--isolated", "--write-baseline", "known.json")
    monkeypatch.chdir(files / "sub")
    assert "1 ignored by path." in cli().err
    assert [Path(request.path).name for request in requests] == ["minor.c"]
    assert cli("../bad.c").status == 0


def test_exit_status(cli: Cli, files: Path) -> None:
    (files / "lwslint.toml").write_text('fail-on = "error"')
    assert cli("bad.c").status == 0
    assert cli("bad.c", "--fail-on", "warning").status == 1
    (files / "other.toml").write_text('fail-on = "note"')
    assert cli("minor.c", "--config", "other.toml").status == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('ignore = ["TEST199"]', "no rule is called 'TEST199'"),
        ('levels = { TEST109 = "note" }', "did you mean TEST"),
        ('[per-path-ignores]\n"x" = ["bad-wrod"]', "did you mean bad-word"),
        ('[per-path-ignores]\n"*a*a*a*a*b" = ["TEST1"]', "more than 4 wildcards"),
        ('lws-version = "banana"', "banana"),
        ('baseline = "missing.json"', "missing.json"),
        ('sources = ["missing"]', "missing: no such file"),
        ('sources = [".", "a\\u0000b.c"]', "'a\\x00b.c': no such file"),
        ('baseline = "a\\u0000b.json"', "'a\\x00b.json': no such file"),
        ('build-dir = "a\\u0000b"', "'a\\x00b': no such file"),
        ("ignroe = []", "did you mean ignore?"),
        ('[levels]\nTEST101 = "err"', "levels: err is no level; there are note, warning, error"),
        ('fail-on = "never"', "fail-on: never is no level"),
    ],
)
def test_what_cannot_be_is_one_line(cli: Cli, files: Path, text: str, message: str) -> None:
    (files / "lwslint.toml").write_text(text)
    ran = cli("good.c")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert message in ran.err


def test_settings_and_files_are_shown(cli: Cli, files: Path) -> None:
    (files / "lwslint.toml").write_text('sources = ["."]\nignore = ["TEST2"]\nextra-args = ["-DX"]')
    ran = cli("--show-settings", "--extra-arg=-DY", ".")
    assert ran.status == 0
    assert "# configuration: lwslint.toml\n# rules: TEST101\n" in ran.out
    assert 'extra-args = ["-DX", "-DY"]\n' in ran.out
    assert cli("--show-files", "bad.c").out == "bad.c\ngood.c (context)\nminor.c (context)\n"


def test_statistics_and_timing(cli: Cli, files: Path) -> None:
    (files / "more.c").write_text("int BUG;\n")
    err = cli(".", "--statistics", "--timing").err
    assert "2  TEST101 bad-word\n1  TEST201 minor-word\n" in err
    assert " s  files read\n" in err and " s  in all\n" in err
