"""What is left out, kept from earlier runs, or done by other processes changes no byte of a report."""

from __future__ import annotations

import json
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
from lwslint.model.outcome import Outcome

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
