"""What is left out, kept from earlier runs, or done by other processes changes no byte of a report."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import pytest

from lwslint import engine
from lwslint.cache import Cache, default_folder
from lwslint.cli import main
from lwslint.frontend import ReadRequest, reading
from lwslint.ir import Jump, Note, NoteKind, Span, Unit, decode, encode
from lwslint.model.outcome import Gap, GapKind, Outcome
from lwslint.registry import Selection
from lwslint.sources import plan

FILES = {
    "state.h": "int is_down(void);\nvoid set_down(int to);\nextern int down;\n",
    "flag.c": '#include "state.h"\nint down = 1;\n',
    "setter.c": '#include "state.h"\nvoid set_down(int to)\n{\n    down = to;\n}\n',
    "getter.c": '#include "state.h"\nint is_down(void)\n{\n    return down;\n}\n',
    "noise.c": '#include <stdio.h>\nvoid noise(int many)\n{\n    while (many--)\n        puts("!");\n}\n',
    "main.c": """\
#include <libwebsockets.h>
#include <string.h>
#include "state.h"

static struct lws_context_creation_info info;

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    if (reason == LWS_CALLBACK_CLIENT_CLOSED)
        set_down(1);
    return 0;
}

static const struct lws_protocols protocols[] = { { "p", callback, 0, 0 }, { NULL, NULL, 0, 0 } };

int main(void)
{
    struct lws_context *context = NULL;

    for (;;) {
        if (is_down()) {
            if (context)
                lws_context_destroy(context);
            info.port = CONTEXT_PORT_NO_LISTEN;
            info.protocols = protocols;
            context = lws_create_context(&info);
            if (!context)
                return 1;
            set_down(0);
        }
        if (lws_service(context, 0) < 0)
            break;
    }
    lws_context_destroy(context);
    return 0;
}
""",
}


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program: a flag, its setter and its getter in files without any name of the library, and noise."""
    (tmp_path / "p").mkdir()
    for name, text in FILES.items():
        (tmp_path / "p" / name).write_text(text)
    monkeypatch.chdir(tmp_path / "p")
    monkeypatch.setenv("LWSLINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "p"


Checked = Callable[..., tuple[bytes, str]]


@pytest.fixture
def check(tree: Path, capfd: pytest.CaptureFixture[str]) -> Checked:
    """Runs lwslint over the tree: the JSON report, and what is said on stderr."""

    def check(*options: str, paths: tuple[str, ...] = (".",)) -> tuple[bytes, str]:
        report = tree.parent / "report.json"
        status = main([*paths, "--report", f"json={report}", "-j1", *options])
        said = capfd.readouterr().err
        assert status in (0, 1), said
        return report.read_bytes(), said

    return check


CREATED_AGAIN = ("LWS104", 26)


def rules(report: bytes) -> list[tuple[str, int]]:
    return [(one["rule"], one["place"]["line"]) for one in json.loads(report)["findings"]]


def counted(report: bytes) -> int:
    units: int = json.loads(report)["counts"]["units"]
    return units


def told(report: bytes) -> list[object]:
    return [json.loads(report)[key] for key in ("findings", "suppressed", "gaps", "release")]


def test_no_finding_depends_on_a_file_that_is_left_out(
    check: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, said = check("--no-cache")
    assert counted(report) == 4
    assert "4 of 5 files read; 1 left out, which nothing can depend on" in said
    settings = partial(engine.Settings, everything=True)
    monkeypatch.setattr(engine, "Settings", settings)
    everything, said = check("--no-cache")
    assert counted(everything) == 5 and "left out" not in said
    assert told(report) == told(everything)
    assert CREATED_AGAIN in rules(report)


@pytest.mark.parametrize("name", ["flag.c", "setter.c", "getter.c"])
def test_the_finding_needs_the_files_that_do_not_name_the_library(
    tree: Path, check: Checked, name: str
) -> None:
    """A flag that is set once and for all, or a getter that says so: the create does not run again."""
    text = (
        FILES[name].replace("down = to", "down = 0").replace("return down", "return 0").replace("= 1", "= 0")
    )
    (tree / name).write_text(text)
    report, _ = check("--no-cache")
    assert CREATED_AGAIN not in rules(report)


def test_every_way_gives_the_same_bytes(tree: Path, check: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, _ = check("--no-cache", "--no-pch")
    assert CREATED_AGAIN in rules(plain)
    monkeypatch.setattr(engine, "WORTH_WORKERS", 0)
    (tree / "second.c").write_text(FILES["main.c"])
    two, _ = check("--no-cache")
    assert check("--no-cache", "-j2")[0] == two  # programs by workers
    (tree / "second.c").unlink()
    assert check("--no-cache")[0] == plain
    assert check()[0] == plain  # filled
    assert check()[0] == plain  # the run known
    assert check("-j2")[0] == plain
    (tree / "noise.c").write_text("")
    (tree / "noise.c").write_text(FILES["noise.c"])
    for kind in ("run", "unit", "program", "pch"):
        for entry in (tree.parent / "cache" / kind).rglob("*"):
            if entry.is_file():
                entry.write_bytes(entry.read_bytes()[:-3])
        assert check()[0] == plain


def test_nothing_is_read_again_that_did_not_change(
    tree: Path, check: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    size = reading._size

    def noted(request: ReadRequest) -> int:
        asked.append(Path(request.path).name)
        return size(request)

    monkeypatch.setattr(reading, "_size", noted)
    first, _ = check()
    assert sorted(asked) == ["flag.c", "getter.c", "main.c", "setter.c"]
    asked.clear()
    assert check()[0] == first and not asked
    (tree / "setter.c").write_text(FILES["setter.c"].replace("down = to", "down = 0"))
    changed, _ = check()
    assert asked == ["setter.c"]
    assert CREATED_AGAIN not in rules(changed)
    asked.clear()
    (tree / "setter.c").write_text(FILES["setter.c"])
    assert check()[0] == first and not asked
    (tree / "state.h").write_text(FILES["state.h"] + "\n")
    assert check()[0] == first
    assert sorted(asked) == ["flag.c", "getter.c", "main.c", "setter.c"]


def test_a_file_that_changes_after_planning_is_kept_as_it_is_by_then(tree: Path) -> None:
    (tree / "setter.c").write_text("int something_else;\n")
    planned = plan(["."], cwd=tree)
    (tree / "setter.c").write_text(FILES["setter.c"])
    settings = engine.Settings(Selection(), cache=Cache(tree.parent / "kept"))
    first = engine.run(planned, settings)
    again = engine.run(plan(["."], cwd=tree), settings)
    assert CREATED_AGAIN in {(finding.rule, finding.place.line) for finding in first.findings}
    assert again == first


def test_a_damaged_precompiled_header_is_made_anew(tree: Path, check: Checked) -> None:
    plain, _ = check()
    (kept,) = (tree.parent / "cache" / "pch").rglob("*.pch")
    good = kept.read_bytes()
    for damaged in (good[:-3], good[:1000], b"", good[:5000] + b"x" * 5000 + good[10_000:]):
        kept.write_bytes(damaged)
        for kind in ("run", "unit", "program"):
            shutil.rmtree(tree.parent / "cache" / kind)
        assert check()[0] == plain
        assert kept.stat().st_size > 100_000


def test_a_precompiled_header_of_changed_headers_is_not_used(tree: Path, check: Checked) -> None:
    (tree / "first").mkdir()
    own = tree / "first" / "string.h"
    own.write_text("void *memset(void *, int, unsigned long);\n")
    (tree / "main.c").write_text(
        FILES["main.c"].replace("#include <lib", "#include <string.h>\n#include <lib")
    )
    check("-I", "first")
    own.write_text("#define is_down() 0\n")
    report, _ = check("-I", "first")
    assert report == check("-I", "first", "--no-pch", "--no-cache")[0]
    assert ("LWS104", 27) not in rules(report)


def test_an_entry_that_is_whole_and_names_what_no_file_can_be_called(tree: Path, check: Checked) -> None:
    check()
    (entry,) = (path for path in (tree.parent / "cache" / "run").rglob("*") if path.is_file())
    key = entry.parent.name + entry.name
    cache = Cache(tree.parent / "cache")
    known = msgspec.msgpack.decode(cache.get("run", key) or b"", type=Outcome)
    odd = msgspec.structs.replace(known, sources={**known.sources, "a\0b.c": ""})
    cache.put("run", key, msgspec.msgpack.encode(odd))
    assert "internal error" not in check()[1]


def entries(tree: Path, kind: str) -> dict[str, Path]:
    """The entries of a kind in the cache, by their keys."""
    files = sorted(path for path in (tree.parent / "cache" / kind).rglob("*") if path.is_file())
    return {path.parent.name + path.name: path for path in files}


def _nowhere(unit: Unit) -> Unit:
    """Blocks that lead to none."""
    return msgspec.structs.replace(
        unit,
        functions=tuple(
            msgspec.structs.replace(
                one,
                blocks=tuple(msgspec.structs.replace(block, terminator=Jump(99)) for block in one.blocks),
            )
            for one in unit.functions
        ),
    )


def _of_no_file(unit: Unit) -> Unit:
    return msgspec.structs.replace(unit, files=())


def _of_another_file(unit: Unit) -> Unit:
    return msgspec.structs.replace(unit, files=("other.c", *unit.files[1:]))


def _placed_nowhere(unit: Unit) -> Unit:
    return msgspec.structs.replace(unit, notes=(Note(NoteKind.BROKEN, "x", Span(99, 1, 1, 1, 1)),))


@pytest.mark.parametrize("mutated", [_nowhere, _of_no_file, _of_another_file, _placed_nowhere])
def test_a_unit_that_is_whole_and_makes_no_sense_is_read_anew(
    tree: Path, check: Checked, mutated: Callable[[Unit], Unit]
) -> None:
    plain, _ = check()
    cache = Cache(tree.parent / "cache")
    for kind in ("run", "program"):
        shutil.rmtree(tree.parent / "cache" / kind)
    good = {key: path.read_bytes() for key, path in entries(tree, "unit").items()}
    for key in good:
        unit = decode(cache.get("unit", key) or b"")
        cache.put("unit", key, encode(mutated(unit)))
    assert check()[0] == plain
    assert {key: path.read_bytes() for key, path in entries(tree, "unit").items()} == good


@pytest.mark.parametrize(
    "body", [b"\xc1", b"\x91\xa2\xff\xff", b"\x91" * 100_000, b"{", b"[" * 100_000, b'{"a": 1}']
)
@pytest.mark.parametrize("kind", ["run", "program", "unit", "text"])
def test_an_entry_that_is_whole_and_no_entry_counts_for_nothing(
    tree: Path, check: Checked, kind: str, body: bytes
) -> None:
    plain, _ = check()
    cache = Cache(tree.parent / "cache")
    for other in {"run", "program"} - {kind} if kind != "run" else ():
        shutil.rmtree(tree.parent / "cache" / other)
    for key in entries(tree, kind):
        cache.put(kind, key, body)
    assert check()[0] == plain


def test_an_entry_that_says_that_the_job_failed_counts_for_nothing(tree: Path, check: Checked) -> None:
    plain, _ = check()
    cache = Cache(tree.parent / "cache")
    gap = Gap("main.c", GapKind.CRASHED, "made up")
    for kind, form in (("run", Outcome), ("program", engine.CheckedProgram)):
        for key in entries(tree, kind):
            known = msgspec.msgpack.decode(cache.get(kind, key) or b"", type=form)
            cache.put(kind, key, msgspec.msgpack.encode(msgspec.structs.replace(known, gaps=(gap,))))
    assert check()[0] == plain


def test_files_whose_names_are_no_utf_8_are_known_again(
    tree: Path, check: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        (tree / "main.c").rename(os.fsdecode(bytes(tree) + b"/m\xe4in.c"))
    except OSError:
        pytest.skip("names of files are UTF-8 here")
    plain, _ = check("--no-cache")
    assert CREATED_AGAIN in rules(plain)
    assert check()[0] == plain
    assert len(entries(tree, "run")) == len(entries(tree, "program")) == 1
    monkeypatch.setattr(engine, "_run", None)
    assert check()[0] == plain
    shutil.rmtree(tree.parent / "cache" / "run")
    monkeypatch.undo()
    monkeypatch.chdir(tree)
    monkeypatch.setenv("LWSLINT_CACHE_DIR", str(tree.parent / "cache"))
    monkeypatch.setattr(engine, "_check", None)
    assert check()[0] == plain


def test_other_rules_and_releases_are_other_runs(check: Checked) -> None:
    assert rules(check()[0])
    assert not rules(check("--ignore", "LWS")[0])
    assert json.loads(check("--lws-version", "4.3")[0])["release"].startswith("4.3")
    assert rules(check()[0])


def test_a_header_that_appears_in_a_folder_before_counts(tree: Path, check: Checked) -> None:
    (tree / "first").mkdir()
    before = check("-I", "first")[0]
    (tree / "first" / "string.h").write_text("#error no\n")
    after, said = check("-I", "first")
    assert after != before and "no" in said


def test_no_cache_leaves_none(tree: Path, check: Checked) -> None:
    check("--no-cache")
    assert not (tree.parent / "cache").exists()
    check()
    assert Cache(default_folder()).info().entries


def test_the_commands(tree: Path, check: Checked, capfd: pytest.CaptureFixture[str]) -> None:
    check()
    assert main(["cache", "info"]) == 0
    said = capfd.readouterr().out
    assert said.startswith(f"{tree.parent / 'cache'}: ") and " entries, " in said
    assert main(["cache", "clear"]) == 0
    assert capfd.readouterr().out.endswith(" removed\n")
    assert Cache(default_folder()).info() == (0, 0)


def test_a_folder_that_cannot_be_written_is_no_error(
    tree: Path, check: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, _ = check("--no-cache")
    monkeypatch.setenv("LWSLINT_CACHE_DIR", "/dev/null/cache")
    assert check()[0] == plain
