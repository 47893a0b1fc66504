"""`lwslint check`: options, outputs, exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lwslint import engine, registry
from lwslint.frontend.request import ReadRequest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

BAD = "bad.c:2:1: warning: b'BUG' said [TEST101 bad-word]\n"
MINOR = "minor.c:1:1: note: b'MINOR' said [TEST201 minor-word]\n"


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.startswith("lwslint: error: ")


@pytest.mark.parametrize(
    "words", [["good.c"], ["check", "good.c"], ["-q", "check", "good.c"], ["./good.c", "-q"]]
)
def test_a_clean_file(cli: Cli, files: Path, words: list[str]) -> None:
    ran = cli(*words, "--format", "concise")
    assert (ran.status, ran.out) == (0, "")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["."], 1),
        (["minor.c"], 0),
        (["minor.c", "--fail-on", "note"], 1),
        (["bad.c", "--fail-on", "error"], 0),
        (["bad.c", "--exit-zero"], 0),
        (["bad.c", "--ignore", "TEST101"], 0),
        (["--select=minor-word", "."], 0),
        (["bad.c", "--select", "TEST1,TEST2"], 1),
        (["bad.c", "--select", "TEST2", "--select", "TEST1"], 1),
    ],
)
def test_exit_status(cli: Cli, files: Path, words: list[str], status: int) -> None:
    assert cli(*words).status == status


def test_findings_go_to_stdout_and_all_else_to_stderr(cli: Cli, files: Path) -> None:
    (files / "bad.c").write_text('#include "lost.h"\nint BUG;\n')
    ran = cli("-v", "--format", "concise", ".")
    assert ran.out == BAD + MINOR
    assert "bad.c: lost.h not found" in ran.err
    assert "no compile database" in ran.err


def test_what_the_run_comes_to_is_said_on_stderr_and_in_files(cli: Cli, files: Path) -> None:
    (files / "bad.c").write_text('#include "lost.h"\nint BUG;\n')
    ran = cli("bad.c", "--report", "text=out.txt")
    assert ran.out.startswith("warning[TEST101] bad-word: ")
    assert "lost.h" not in ran.out.replace('#include "lost.h"', "") and "1 finding (" not in ran.out
    assert "1 finding (1 warning) in 1 of 1 file.\n" in ran.err
    assert "whole program in sight" in ran.err
    assert "note: 1 header not found (lost.h)" in ran.err
    written = (files / "out.txt").read_text()
    assert written.startswith(ran.out)
    assert "lost.h not found" in written and "1 finding (1 warning) in 1 of 1 file.\n" in written


def test_quiet_means_findings_only(cli: Cli, files: Path) -> None:
    (files / "bad.c").write_text('#include "lost.h"\nint BUG;\n')
    ran = cli("-q", "--format", "concise", "bad.c")
    assert (ran.out, ran.err) == (BAD, "")


def test_strict_means_that_all_was_read(cli: Cli, files: Path) -> None:
    assert cli("--strict", "good.c").status == 0
    (files / "good.c").write_text('#include "lost.h"\n')
    assert cli("good.c").status == 0
    assert cli("--strict", "good.c").status == 2


def test_a_unit_that_the_parser_dies_of(cli: Cli, files: Path) -> None:
    (files / "good.c").write_text("CRASH")
    ran = cli("--format", "concise", "-q", ".")
    assert (ran.status, ran.out) == (2, BAD + MINOR)
    assert "error: good.c: the parser died" in ran.err


def test_suppressed_findings_are_shown_on_demand(cli: Cli, files: Path) -> None:
    (files / "bad.c").write_text("\nint BUG; // lwslint: ignore[bad-word] known\n")
    assert (cli("--format=concise", "bad.c").out, cli("bad.c").status) == ("", 0)
    assert "known" in cli("--format=concise", "--show-suppressed", "bad.c").out


def test_an_empty_file(cli: Cli, files: Path) -> None:
    (files / "empty.c").touch()
    assert cli("empty.c").status == 0


def test_a_file_that_is_not_utf8(cli: Cli, files: Path) -> None:
    (files / "latin.c").write_bytes(b"/* caf\xe9 */ int BUG;\n")
    ran = cli("--format", "concise", "latin.c")
    assert (ran.status, ran.out.split(" ")[0]) == (1, "latin.c:1:1:")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["missing.c"], "missing.c: no such file"),
        (["chekc", "good.c"], "did you mean check?"),
        (["docter"], "did you mean doctor?"),
        (["empty"], "empty: no C file there"),
        (["x.c"], "x.c: no C file there"),
        ([], "no PATH given"),
        (["check"], "no PATH given"),
        (["-p", "empty", "good.c"], "no compile_commands.json there"),
        (["-p", "broken", "good.c"], "broken/compile_commands.json: not a good compile database"),
        (["good.c", "--select", "TEST109"], "did you mean TEST"),
        (["good.c", "--ignore", "bad-wrod"], "did you mean bad-word"),
        (["good.c", "--lws-version", "banana"], "banana"),
        (["good.c", "-std=c++17"], "-std=c++17"),
        (["good.c", "--formt", "text"], "--format"),
        (["good.c", "--format", "txet"], "txet"),
        (["good.c", "-j", "0"], "-j"),
        (["good.c", "--fail-on", "never"], "--fail-on"),
        (["good.c", "--report", "sarif"], "FORMAT=FILE"),
        (["good.c", "--report", "sarfi=x"], "FORMAT=FILE"),
        (["good.c", "-o", "no/such/folder.txt"], "there is no folder no/such"),
        (["good.c", "-o", "empty"], "empty: not a regular file"),
        (["good.c", "-o", ""], "-o: names no file"),
        (["good.c", "--report", "json=-"], "--report json=-: give a file"),
        (["-strange.c"], "No such option '-s'; see lwslint check --help"),
        (["good.c", ""], "'': no such file or folder"),
        (["good.c", "-o", "link"], "link: a symbolic link"),
        (["good.c", "-o", "x", "--report", "json=x"], "two reports"),
        (["good.c", "--stdin-filename", "x.c"], "--stdin-filename"),
        (["good.c", "--", "bad.c"], "--extra-arg"),
        (["good.c", "--", "-DX", "bad.c"], "--extra-arg"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(
    cli: Cli, files: Path, words: list[str], message: str
) -> None:
    (files / "empty").mkdir()
    (files / "x.c").mkdir()
    (files / "broken").mkdir()
    (files / "broken/compile_commands.json").write_text("[{")
    (files / "link").symlink_to("/dev/null")
    ran = cli(*words)
    assert (ran.status, ran.out) == (2, "")
    assert one_line(ran.err)
    assert message in ran.err


def test_no_path_means_the_compile_database(cli: Cli, files: Path, requests: list[ReadRequest]) -> None:
    entry = {"directory": str(files), "file": "bad.c", "command": "cc -DX -c bad.c"}
    (files / "build").mkdir()
    (files / "build/compile_commands.json").write_text(json.dumps([entry]))
    ran = cli("-v")
    assert ran.status == 1
    assert [(Path(request.path).name, request.arguments) for request in requests] == [("bad.c", ("-DX",))]
    assert "compile database build/compile_commands.json" in ran.err
    assert cli("-p", "build", "good.c", "--format=concise").out == ""


def test_flags(cli: Cli, files: Path, requests: list[ReadRequest]) -> None:
    words = [
        "-DA=1",
        "-I",
        "inc",
        "-UB",
        "-isystem",
        "sys",
        "-std=c99",
        "--extra-arg=-DZ",
        "--extra-arg-before",
        "-DF",
    ]
    cli("good.c", *words, "--lws-version", "4.1.6")
    (request,) = requests
    assert request.arguments == (
        "-DF", "-I", f"{files}/inc", "-isystem", f"{files}/sys", "-UB", "-DA=1", "-std=c99", "-DZ",
    )  # fmt: skip
    assert request.release == "4.1.6"


@pytest.mark.parametrize("format_", ["text", "concise", "sarif", "json", "html"])
def test_every_report_states_the_release_that_is_meant(cli: Cli, files: Path, format_: str) -> None:
    ran = cli("bad.c", "--format", format_, "-v", "--lws-version", "4.1")
    assert "4.1.6" in (ran.err if format_ in ("text", "concise") else ran.out)


def test_the_form_in_which_cmake_calls_clang_tidy(cli: Cli, files: Path, requests: list[ReadRequest]) -> None:
    bad = str(files / "bad.c")
    command = ["/usr/bin/cc", "-DFOO=1", "-MD", "-MT", "x.o", "-MF", "x.o.d", "-o", "x.o", "-c", bad]
    ran = cli("--format=concise", "--extra-arg-before=--driver-mode=gcc", bad, "--", *command)
    assert (ran.status, ran.out) == (1, BAD)
    assert [request.arguments for request in requests] == [("-DFOO=1",)]


def test_standard_input(cli: Cli, files: Path, requests: list[ReadRequest]) -> None:
    cli("-", "--stdin-filename", "good.c", stdin=b"int typed; // caf\xe9\n")
    (request,) = requests
    assert (request.path, request.text) == (str(files / "good.c"), "int typed; // caf\udce9\n")


def test_one_analysis_makes_many_reports(cli: Cli, files: Path, requests: list[ReadRequest]) -> None:
    ran = cli(
        "--format",
        "concise",
        ".",
        "--report",
        "sarif=out.sarif",
        "--report",
        "json=out.json",
        "-o",
        "out.txt",
    )
    assert (ran.status, ran.out) == (1, "")
    assert "2 findings" in ran.err
    assert (files / "out.txt").read_text() == BAD + MINOR
    assert json.loads((files / "out.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((files / "out.json").read_text())["counts"]["warning"] == 1
    assert len(requests) == 3
    assert not list(files.glob(".lwslint-*"))


def test_a_report_takes_the_place_of_an_older_one(cli: Cli, files: Path) -> None:
    (files / "out.txt").write_text("old")
    cli("--format", "concise", "bad.c", "-o", "out.txt")
    assert (files / "out.txt").read_text() == BAD


def test_colour(cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    escape = re.compile("\x1b")
    assert not escape.search(cli("bad.c").out)
    assert escape.search(cli("bad.c", "--color", "always").out)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert escape.search(cli("bad.c").out)
    assert not escape.search(cli("bad.c", "--color", "never").out)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not escape.search(cli("bad.c").out)
    assert escape.search(cli("bad.c", "--color", "always").out)


def test_the_same_input_gives_the_same_bytes(cli: Cli, files: Path) -> None:
    for format_ in ("text", "concise", "sarif", "html", "json"):
        one, other = (
            re.sub(r'<code class="command">.*?</code>', "", cli("--format", format_, *paths).out)
            for paths in (("bad.c", "minor.c"), ("minor.c", "bad.c"))
        )
        assert one == other


def test_a_rule_package_that_cannot_be_imported(
    cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = registry.load().rules
    monkeypatch.setattr(
        registry, "load", lambda: registry.Registry(known, ("rules of acme: cannot be imported",))
    )
    ran = cli("--format=concise", "bad.c")
    assert (ran.status, ran.out) == (2, BAD)
    assert "error: rules of acme: cannot be imported\n" in ran.err


def test_an_unexpected_exception(cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(engine, "run", broken)
    ran = cli("good.c")
    assert ran.status == 2
    assert one_line(ran.err) and "internal error (ZeroDivisionError: a b)" in ran.err
    monkeypatch.setenv("LWSLINT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli("good.c")


def test_an_interrupt_is_quiet(cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "run", interrupted)
    ran = cli("good.c")
    assert (ran.status, ran.out, ran.err.strip()) == (130, "", "")


def test_names_cannot_write_to_the_terminal(cli: Cli, files: Path) -> None:
    (files / "\x1b[31m.c").write_text("CRASH")
    for ran in (cli("."), cli("\x1b[2Jmissing.c")):
        assert ran.status == 2
        assert "\x1b" not in ran.err + ran.out


def test_what_a_sarif_file_leaves_out_is_said(cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lwslint.report.sarif.MOST_RESULTS", 1)
    ran = cli(".", "-q", "--report", "sarif=out.sarif")
    assert ran.err == "warning: out.sarif: Only 1 of 2 results are in this file: GitHub takes no more.\n"
    assert cli("bad.c", "-q", "--report", "sarif=out.sarif").err == ""
