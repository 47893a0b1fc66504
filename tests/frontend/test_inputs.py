"""Whatever changes what a unit means changes its key, and nothing else does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lwslint.cache import Cache
from lwslint.frontend import ReadRequest, inputs
from lwslint.frontend.inputs import Inputs
from lwslint.frontend.limits import contents

UNIT = """\
#include "own.h"
#include <deep/er.h>
#if 0
#include <late.h>
#endif
int x;
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A unit, a header beside it, one in each of two include folders."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "src/unit.c": UNIT,
        "src/own.h": "#include <stdint.h>\n",
        "one/.keep": "",
        "two/deep/er.h": '#include "est.h"\n',
        "two/deep/est.h": "/* #include what is there */\n",
        "two/loose.h": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def request(tree: Path, *arguments: str, text: str | None = None) -> ReadRequest:
    return ReadRequest("src/unit.c", str(tree), ("-Ione", "-Itwo", *arguments), text)


def key(tree: Path, *arguments: str, text: str | None = None) -> str:
    return Inputs().key(request(tree, *arguments, text=text))


Change = Callable[[Path], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "src/unit.c").write_text(UNIT + "int y;\n"),
        lambda tree: (tree / "src/own.h").write_text(""),
        lambda tree: (tree / "two/deep/est.h").write_text("int z;"),
        lambda tree: (tree / "two/deep/est.h").unlink(),
        lambda tree: (tree / "one/own.h").write_text(""),
        lambda tree: (tree / "one/stdint.h").write_text(""),
        lambda tree: (tree / "one/late.h").write_text(""),
        lambda tree: ((tree / "one/deep").mkdir(), (tree / "one/deep/er.h").write_text("")),
    ],
)
def test_what_counts(tree: Path, change: Change) -> None:
    before = key(tree)
    assert before and before == key(tree)
    change(tree)
    after = key(tree)
    assert after and after != before


@pytest.mark.parametrize("flags", [("-DX",), ("-Isrc",), ("-std=c99",), ("-include", "loose.h"), ("-O2",)])
def test_flags_count(tree: Path, flags: tuple[str, ...]) -> None:
    assert key(tree) != key(tree, *flags) != ""


def test_what_does_not_count(tree: Path) -> None:
    before = key(tree)
    (tree / "two/loose.h").write_text("int y;")
    (tree / "src/unit.c").touch()
    assert key(tree) == before
    assert key(tree, text=UNIT) == before


def test_a_file_that_flags_include_counts(tree: Path) -> None:
    before = key(tree, "-include", "two/loose.h")
    (tree / "two/loose.h").write_text("int y;")
    assert key(tree, "-include", "two/loose.h") != before


def test_texts_in_place_of_files_count(tree: Path) -> None:
    overlaid = ReadRequest(
        "src/unit.c", str(tree), ("-Ione", "-Itwo"), None, "", ((str(tree / "src/own.h"), "int z;"),)
    )
    assert Inputs().key(overlaid) not in ("", key(tree))


@pytest.mark.parametrize(
    "text",
    [
        "#define H <a.h>\n#include H\n",
        "#include/**/H\n",
        "#\\\ninclude H\n",
        "/* a */ #include H\n",
        "%: include H\n",
        "#if __has_include(H)\n#endif\n",
    ],
)
def test_no_key_where_a_macro_names_the_file(tree: Path, text: str) -> None:
    assert key(tree, text=text) == ""


def test_a_file_that_cannot_be_read_has_no_key(tree: Path) -> None:
    (tree / "src/unit.c").unlink()
    assert key(tree) == ""


def test_a_change_meanwhile_is_noticed(tree: Path) -> None:
    inputs = Inputs()
    inputs.key(request(tree))
    assert inputs.unchanged()
    (tree / "two/deep/est.h").write_text("int changed;")
    assert not inputs.unchanged()


def test_all_that_a_compiler_reads_is_in_reach(tmp_path: Path) -> None:
    unit = tmp_path / "unit.c"
    names = ("libwebsockets.h", "string.h", "stdio.h", "signal.h", "pthread.h", "sys/socket.h", "netdb.h")
    unit.write_text("".join(f"#include <{name}>\n" for name in names))
    try:
        made = subprocess.run(["cc", "-M", str(unit)], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no compiler, or no headers of the library")
    inputs = Inputs()
    reached = inputs.closure([ReadRequest(str(unit), str(tmp_path), ())])
    assert reached is not None
    read = {Path(word).resolve() for word in made.replace("\\\n", " ").split()[1:]}
    assert {path for path in read if "/lib/gcc" not in str(path)} <= {
        Path(path).resolve() for path in reached
    }


def remembering(tree: Path) -> str:
    """The key of the unit by what earlier calls have remembered of its headers."""
    inputs = Inputs(Cache(tree / "cache"))
    found = inputs.key(request(tree))
    inputs.remember()
    return found


def settle(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files of the tree have not been changed for long."""
    monkeypatch.setattr("lwslint.frontend.inputs._is_settled", lambda stamp: True)


def test_headers_are_remembered(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(tree, monkeypatch)
    first = remembering(tree)
    assert first == key(tree)
    read: list[str] = []

    def noted(path: str) -> bytes:
        read.append(Path(path).name)
        return contents(path)

    monkeypatch.setattr(inputs, "contents", noted)
    assert remembering(tree) == first
    assert read == ["unit.c"]


@pytest.mark.parametrize("text", ["int z;", "/* #include what is here */\n"], ids=["shorter", "as long"])
def test_a_remembered_header_that_has_changed_is_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    settle(tree, monkeypatch)
    header = tree / "two/deep/est.h"
    before = remembering(tree)
    times = header.stat()
    header.write_text(text)
    os.utime(header, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert remembering(tree) == key(tree) != before


def test_a_header_that_has_just_been_written_is_not_remembered(tree: Path) -> None:
    (tree / "two/deep/est.h").write_text("int z;")
    remembering(tree)
    kept = [path.read_bytes() for path in (tree / "cache/text").rglob("*") if path.is_file()]
    assert not any(b"est.h" in data for data in kept)


def test_a_torn_entry_of_headers_is_not_believed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(tree, monkeypatch)
    first = remembering(tree)
    for path in (tree / "cache/text").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-3])
    assert remembering(tree) == first
