"""Rounds of mending in memory, and what is written: on real files, analysed in this process."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lwslint import engine, fixing
from lwslint.errors import LwslintError
from lwslint.fixing import Fixed
from lwslint.model.outcome import Outcome
from lwslint.sources import Plan, Stdin, plan

from .run import settings

HEAD = """\
#include <libwebsockets.h>
static const struct lws_protocols protocols[] = {
	{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
"""
TAIL = """\
	if (!context)
		return 1;
	while (lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
"""
BAD = f"""\
{HEAD}int main(void)
{{
	struct lws_context_creation_info info;
	struct lws_context *context;

	info.port = 7681;
	info.protocols = protocols;
	context = lws_create_context(&info);
{TAIL}"""
GOOD = BAD.replace("info info;", "info info = {0};")
UNCHECKED = GOOD.replace("\tif (!context)\n\t\treturn 1;\n", "")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def analyse(planned: Plan) -> Outcome:
    return engine.run(planned, settings())


def fix(*words: str, unsafe: bool = False, stdin: Stdin | None = None) -> Fixed:
    return fixing.fix(plan(words, cwd=Path.cwd(), stdin=stdin), analyse, unsafe=unsafe)


def fixed(path: Path, data: bytes, *words: str) -> bytes:
    """What is in a file with these bytes once it has been mended."""
    path.write_bytes(data)
    fixing.write(fix(*(words or (str(path),))))
    return path.read_bytes()


def test_safe_mends_are_made_and_the_rest_only_if_asked_for(folder: Path) -> None:
    (folder / "a.c").write_text(BAD.replace("\tif (!context)\n\t\treturn 1;\n", ""))
    safe, all_of_it = fix("a.c"), fix("a.c", unsafe=True)
    assert (safe.mended, [one.rule for one in safe.after.findings]) == (1, ["LWS301"])
    assert safe.files[0].new == UNCHECKED.encode()
    assert (all_of_it.mended, all_of_it.after.findings) == (2, ())
    assert b"\tif (!context)\n\t\treturn 1;\n" in all_of_it.files[0].new
    assert (folder / "a.c").read_text() == BAD.replace("\tif (!context)\n\t\treturn 1;\n", "")
    fixing.write(all_of_it)
    assert (folder / "a.c").read_bytes() == all_of_it.files[0].new
    assert fix("a.c", unsafe=True).files == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: b"/* caf\xe9 \xff\xfe */\n" + text,
        lambda text: text.replace(b"\tstruct", b"\t/* \xe9\xff */struct"),
        lambda text: text.replace(b"\tstruct", "\t/* größer 木 */\tstruct".encode()),
        lambda text: text.removesuffix(b"\n"),
        lambda text: text.replace(b"#include", b"\xef\xbb\xbf#include", 1).replace(b"\n", b"\r\n"),
    ],
)
def test_every_byte_that_is_no_edit_stays(folder: Path, change: object) -> None:
    assert callable(change)
    assert fixed(folder / "a.c", change(BAD.encode())) == change(GOOD.encode())


def test_mode_bits_stay(folder: Path) -> None:
    path = folder / "a.c"
    path.write_text(BAD)
    path.chmod(0o754)
    fixing.write(fix("a.c"))
    assert path.read_text() == GOOD
    assert stat.S_IMODE(path.stat().st_mode) == 0o754
    assert [one.name for one in folder.iterdir()] == ["a.c"]


def test_a_file_in_the_middle_of_a_header_is_mended_in_rounds(folder: Path) -> None:
    """A header is read with its mended text in the next round, though it has not been written."""
    (folder / "start.h").write_text(
        "static struct lws_context *start(void)\n{\n\tstruct lws_context_creation_info info;\n\n"
        "\tinfo.port = 7681;\n\tinfo.protocols = protocols;\n\treturn lws_create_context(&info);\n}\n"
    )
    main = "int main(void)\n{\n\tstruct lws_context *context = start();\n\n"
    (folder / "a.c").write_text(f'{HEAD}#include "start.h"\n{main}{TAIL}')
    alone = fix("a.c")
    assert (alone.mended, alone.files) == (0, ())
    assert alone.refused == ("start.h: not mended, it is not among the PATHs",)
    both = fix(".")
    assert (both.mended, [file.name for file in both.files]) == (1, ["start.h"])
    assert both.after.findings == ()


def test_a_read_only_file_is_named_and_nothing_is_changed(folder: Path) -> None:
    (folder / "a.c").write_text(BAD)
    (folder / "b.c").write_text(BAD)
    (folder / "b.c").chmod(0o444)
    done = fix(".")
    with pytest.raises(LwslintError, match=r"^b\.c: cannot be mended \(it is read-only\)"):
        fixing.write(done)
    assert (folder / "a.c").read_text() == BAD


def test_a_file_that_has_changed_meanwhile_is_left_alone(folder: Path) -> None:
    (folder / "a.c").write_text(BAD)
    done = fix("a.c")
    (folder / "a.c").write_text(BAD + "/* more */\n")
    with pytest.raises(LwslintError, match=r"^a\.c: has changed while it was checked"):
        fixing.write(done)
    assert (folder / "a.c").read_text() == BAD + "/* more */\n"


def test_a_link_inside_the_project_stays_a_link(folder: Path) -> None:
    (folder / "real.c").write_text(BAD)
    (folder / "link.c").symlink_to("real.c")
    done = fix("link.c")
    fixing.write(done)
    assert (folder / "link.c").is_symlink()
    assert (folder / "real.c").read_text() == GOOD


def test_a_link_out_of_the_project_is_not_followed(folder: Path) -> None:
    project = folder / "project"
    project.mkdir()
    (folder / "outside.c").write_text(BAD)
    (project / "link.c").symlink_to("../outside.c")
    os.chdir(project)
    for words in (["link.c"], ["."]):
        done = fix(*words)
        assert (done.mended, done.files) == (0, ())
        assert len(done.refused) == 1 and "link.c: not mended" in done.refused[0]


def test_standard_input_is_mended_and_no_file(folder: Path) -> None:
    (folder / "net.c").write_text("int on_disk;\n")
    done = fix("-", stdin=Stdin(BAD, "net.c"))
    assert [(file.name, file.new) for file in done.files] == [("net.c", GOOD.encode())]
    assert (folder / "net.c").read_text() == "int on_disk;\n"


def test_the_same_input_gives_the_same_bytes(folder: Path) -> None:
    for name in ("b.c", "a.c", "c.c"):
        (folder / name).write_text(BAD)
    diffs = {fixing.diff(fix(".")), fixing.diff(fix("c.c", "b.c", "a.c")), fixing.diff(fix("."))}
    assert len(diffs) == 1
    assert [line for line in diffs.pop().splitlines() if line.startswith(b"---")] == [
        b"--- a/a.c",
        b"--- a/b.c",
        b"--- a/c.c",
    ]


def test_a_mend_that_does_not_cure_is_made_once(folder: Path) -> None:
    """The analysis of the test never sees what was mended."""
    (folder / "a.c").write_text(BAD)
    planned = plan(["a.c"], cwd=folder)
    outcome = analyse(planned)
    asked = []

    def deaf(planned: Plan) -> Outcome:
        asked.append(planned)
        texts = {name: planned.overlay.get(folder / name, BAD.encode()).decode() for name in outcome.sources}
        return Outcome(**{**{f: getattr(outcome, f) for f in outcome.__struct_fields__}, "sources": texts})

    done = fixing.fix(planned, deaf)
    assert (done.mended, len(asked)) == (1, 2)


def test_a_mend_that_breaks_the_file_changes_nothing(folder: Path) -> None:
    (folder / "a.c").write_text(BAD)

    def breaks(planned: Plan) -> Outcome:
        texts = {path: data.replace(b"= {0}", b"= {0") for path, data in planned.overlay.items()}
        return analyse(Plan(planned.cwd, planned.units, named=planned.named, overlay=texts))

    with pytest.raises(LwslintError, match=r"^a\.c:\d+: a mend would break it; no file was changed"):
        fixing.fix(plan(["a.c"], cwd=folder), breaks)
