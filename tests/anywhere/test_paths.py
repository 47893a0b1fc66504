"""The same findings whatever a program's files and folders are called, and however they are reached."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from lwslint.cli import main

from ..expectations import FIXTURES

FRONT_ENDS = ["clang", "pycparser"]
NAMES = {
    "blanks": b"a b",
    "quotes": b"q'\"q",
    "newline": b"n\nl",
    "tab": b"t\tb",
    "percent": b"100%20%",
    "hash": b"h#h?q",
    "dash": b"-lead",
    "no utf-8": b"\xff\xfe",
    "gb18030": "中文".encode("gb18030"),
    "utf-8": "中文".encode(),
    "shell": b"$(x)`y`;[a]*@\\c:",
}
each_name = pytest.mark.parametrize("name", [pytest.param(name, id=key) for key, name in NAMES.items()])
each_front_end = pytest.mark.parametrize("frontend", FRONT_ENDS)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _program(folder: Path, name: str) -> Path:
    """The demo in a folder, its file and its header of odd names."""
    folder.mkdir()
    for path in (FIXTURES / "demo").glob("*.[ch]"):
        text = os.fsencode(path.read_text().replace('"feed.h"', f'"{name}.h"'))
        (folder / path.name.replace("net.c", f"{name}.c").replace("feed.h", f"{name}.h")).write_bytes(text)
    return folder / f"{name}.c"


@each_front_end
@each_name
def test_names_make_no_difference(name: bytes, frontend: str, capfd: pytest.CaptureFixture[str]) -> None:
    odd = os.fsdecode(name)
    program = _program(Path(f"{odd}.d"), odd if b"\n" not in name and b'"' not in name else "plain")
    renamed = program.with_name(f"{odd}.c")
    program.rename(renamed)
    reports = [f"--report={form}=out.{form}" for form in ("sarif", "html", "gitlab", "github", "text")]
    flags = ["-j1", "--no-cache", "--frontend", frontend, *reports]
    assert main([f"./{odd}.d", *flags, "--format", "json"]) == 1
    out, err = capfd.readouterr()
    assert json.loads(out)["complete"], err
    assert [one["rule"] for one in json.loads(out)["findings"]] in (
        ["LWS101", "LWS103", "LWS104"],
        ["LWS103", "LWS104", "LWS101"],
    )
    (run,) = json.loads(Path("out.sarif").read_bytes())["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    uris = [place["artifactLocation"]["uri"] for place in places]
    assert os.fsencode(renamed) in map(unquote_to_bytes, uris)
    assert all(re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri) for uri in uris)
    assert all("primaryLocationLineHash" in result["partialFingerprints"] for result in run["results"])
    text = Path("out.text").read_text()
    assert re.search(r"66 \|.*lws_create_context", text)  # the excerpt
    assert all(line.isprintable() for line in text.splitlines())
    assert len(json.loads(Path("out.gitlab").read_bytes())) == 3
    assert Path("out.github").read_text().count("::error file=") == 2


@each_front_end
def test_a_comment_in_a_file_of_an_odd_name_counts(frontend: str, capfd: pytest.CaptureFixture[str]) -> None:
    path = _program(Path("d"), "\udcff\udcfe")
    text = path.read_bytes()
    comment = rb"\1 // lwslint: ignore[LWS103, LWS104] known"
    path.write_bytes(re.sub(rb"(lws_create_context\(.*)", comment, text))
    main(["d", "-j1", "--no-cache", "--frontend", frontend, "--format", "json"])
    assert [one["rule"] for one in json.loads(capfd.readouterr().out)["findings"]] == ["LWS101"]


@each_front_end
def test_a_compile_database_with_odd_names(frontend: str, capfd: pytest.CaptureFixture[str]) -> None:
    folder = Path("\udcff d")
    program = _program(folder, "h\udcfe #")
    (folder / "inc \udce4").mkdir()
    shutil.move(folder / "h\udcfe #.h", folder / "inc \udce4")
    entry = '{"directory": ".", "file": "%s", "arguments": ["cc", "-Iinc \udce4", "-DX=\udcfd"]}'
    entries = ",".join(entry % path.name for path in (program, folder / "main.c", folder / "settings.c"))
    (folder / "compile_commands.json").write_bytes(os.fsencode(f"[{entries}]"))
    status = main(["-p", str(folder), "-j1", "--no-cache", "--frontend", frontend, "--format", "concise"])
    out, err = capfd.readouterr()
    assert status == 1
    assert "3 findings (2 errors, 1 warning) in 2 of 3 files." in out + err
    assert "not found" not in out + err
    assert "\\xff d/h\\xfe #.c:66:13: error:" in out


def test_a_tree_of_odd_entries_comes_to_an_end(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Loops, links that lead nowhere and folders called like files are passed by."""
    _program(Path("tree"), "net")
    (folder / "tree/loop").symlink_to("..")
    (folder / "tree/self.c").symlink_to("self.c")
    (folder / "tree/dangling.c").symlink_to("nowhere.c")
    (folder / "tree/folder.c").mkdir()
    (folder / "tree/pipe").symlink_to("/dev/zero")
    assert main(["tree", "-j1", "--no-cache", "--format", "concise"]) == 1
    out = "".join(capfd.readouterr())
    assert "3 findings (2 errors, 1 warning) in 2 of 3 files." in out


def test_a_file_that_two_names_lead_to_is_judged_once(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _program(Path("tree"), "net")
    (folder / "link").symlink_to("tree")
    assert main(["tree", "link/../tree", "./tree/net.c", "-j1", "--no-cache", "--format", "concise"]) == 1
    assert "3 findings (2 errors, 1 warning)" in "".join(capfd.readouterr())


@pytest.mark.parametrize("name", ["self.c", "dangling.c"])
def test_a_link_that_leads_nowhere_is_named(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / name).symlink_to("self.c" if name == "self.c" else "nowhere.c")
    assert main([name, "-j1"]) == 2
    assert f"{name}: no such file or folder" in capfd.readouterr().err
