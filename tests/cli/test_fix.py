"""`lwslint check` with --fix, --unsafe-fixes and --diff, from the command line to the file."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from lwslint.cli import main

GOOD = """\
#include <string.h>
#include <libwebsockets.h>

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *context;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	while (lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
"""
WRONG_SIZE = GOOD.replace("sizeof(info)", "sizeof(&info)")
UNCHECKED = GOOD.replace("\tif (!context)\n\t\treturn 1;\n", "")
BOTH = UNCHECKED.replace("sizeof(info)", "sizeof(&info)")
DIFF = """\
--- a/a.c
+++ b/a.c
@@ -6,7 +6,7 @@
 \tstruct lws_context_creation_info info;
 \tstruct lws_context *context;
\x20
-\tmemset(&info, 0, sizeof(&info));
+\tmemset(&info, 0, sizeof(info));
 \tinfo.port = CONTEXT_PORT_NO_LISTEN;
 \tcontext = lws_create_context(&info);
 \tif (!context)
"""


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> Ran:
        status = main(["check", "-j1", "--format", "concise", *words])
        return Ran(status, *capfd.readouterr())

    return run


def test_fix_writes_and_the_status_is_that_of_what_is_left(folder: Path, run: Run) -> None:
    file = folder / "a.c"
    file.write_text(BOTH)
    ran = run("--fix", "a.c")
    assert file.read_text() == UNCHECKED
    assert ran.status == 1
    assert ran.out.startswith("a.c:11:12: warning: ") and ran.out.count("\n") == 1
    assert "Mended 1 finding in 1 file.\n" in ran.err
    assert "1 can be mended by --fix --unsafe-fixes.\n" in ran.err
    ran = run("--fix", "--unsafe-fixes", "a.c")
    assert file.read_text() == GOOD
    assert (ran.status, ran.out) == (0, "")
    assert "by --fix" not in ran.err
    assert run("--fix", "a.c") == Ran(0, "", ran.err.replace("Mended 1 finding in 1 file.\n", ""))


def test_without_fix_nothing_is_written_and_it_is_said_what_could_be(folder: Path, run: Run) -> None:
    (folder / "a.c").write_text(BOTH)
    ran = run("--unsafe-fixes", "a.c")
    assert (folder / "a.c").read_text() == BOTH
    assert "1 can be mended by --fix, 1 more by --fix --unsafe-fixes.\n" in ran.err


def test_diff_shows_and_writes_nothing(folder: Path, run: Run) -> None:
    (folder / "a.c").write_text(WRONG_SIZE)
    ran = run("--diff", "a.c")
    assert (ran.status, ran.out) == (1, DIFF)
    assert "Would mend 1 finding in 1 file.\n" in ran.err
    assert run("--diff", "--fix", "a.c") == ran
    assert run("--diff", "--exit-zero", "a.c").status == 0
    assert (folder / "a.c").read_text() == WRONG_SIZE


def test_diff_of_what_has_no_safe_mend_is_empty(folder: Path, run: Run) -> None:
    (folder / "a.c").write_text(UNCHECKED)
    ran = run("--diff", "a.c")
    assert (ran.status, ran.out) == (0, "")
    ran = run("--diff", "--unsafe-fixes", "a.c")
    assert ran.status == 1 and "+\tif (!context)\n+\t\treturn 1;\n" in ran.out


def test_reports_in_files_come_with_a_diff(folder: Path, run: Run) -> None:
    (folder / "a.c").write_text(WRONG_SIZE)
    ran = run("--diff", "--report", "sarif=out.sarif", "a.c")
    assert ran.out == DIFF
    (result,) = json.loads((folder / "out.sarif").read_text())["runs"][0]["results"]
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement["insertedContent"]["text"] == "sizeof(info)"
    assert replacement["deletedRegion"] == {"startLine": 9, "startColumn": 19, "endLine": 9, "endColumn": 32}


@pytest.mark.parametrize(
    ("words", "out"), [(["--fix"], GOOD), (["--diff"], DIFF)], ids=["the mended text", "a diff"]
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, run: Run, words: list[str], out: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG_SIZE.encode())))
    ran = run(*words, "-", "--stdin-filename", "a.c")
    assert ran.out == out


def test_standard_input_goes_through_byte_for_byte(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = b"/* caf\xe9 */\r\n" + UNCHECKED.encode().replace(b"\n", b"\r\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["--fix", "-j1", "--format", "concise", "-"]) == 1
    out, err = capfdbinary.readouterr()
    assert out == data
    assert b"stdin.c:12:12: warning: " in err


def test_only_files_that_paths_name_are_changed(folder: Path, run: Run) -> None:
    (folder / "lib").mkdir()
    (folder / "lib" / "a.c").write_text(WRONG_SIZE)
    (folder / "b.c").write_text(WRONG_SIZE)
    assert run("--fix", "lib").status == 0
    assert (folder / "lib" / "a.c").read_text() == GOOD
    assert (folder / "b.c").read_text() == WRONG_SIZE


def test_a_read_only_file_is_one_line_and_status_2(folder: Path, run: Run) -> None:
    (folder / "a.c").write_text(WRONG_SIZE)
    (folder / "a.c").chmod(0o444)
    ran = run("-q", "--fix", "a.c")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "lwslint: error: a.c: cannot be mended (it is read-only); no file was changed\n"


def test_suppressed_findings_are_not_mended(folder: Path, run: Run) -> None:
    text = WRONG_SIZE.replace("sizeof(&info));", "sizeof(&info)); // lwslint: ignore[LWS105] why")
    (folder / "a.c").write_text(text)
    run("--fix", "a.c")
    assert (folder / "a.c").read_text() == text


def test_reports_count_columns_right_behind_bytes_that_are_no_text(folder: Path, run: Run) -> None:
    line = b"\t/* \xe9\xff */ memset(&info, 0, sizeof(&info));"
    (folder / "a.c").write_bytes(WRONG_SIZE.encode().replace(b"\tmemset(&info, 0, sizeof(&info));", line))
    assert run("--report", "json=out.json", "a.c").status == 1
    (edit,) = json.loads((folder / "out.json").read_text())["findings"][0]["mend"]["edits"]
    assert (edit["place"]["line"], edit["place"]["column"]) == (9, line.index(b"sizeof") + 1)
