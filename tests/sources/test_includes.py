"""Include folders that are guessed from the headers of a project."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lwslint.sources import includes
from lwslint.sources.includes import Includes
from lwslint.texts import Texts

Tree = Callable[[dict[str, str]], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files, given by path and text, below a fresh folder."""

    def write(texts: dict[str, str]) -> Path:
        for name, text in texts.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def guessed(project: Path, unit: str, *arguments: str) -> list[str]:
    folders = Includes(project, Texts()).folders(str(project / unit), None, arguments)
    return [str(folder.relative_to(project)) for folder in folders]


def test_an_include_that_no_file_can_be_called(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text(f'#include "{"x" * 290}.h"\n#include <{"y" * 290}.h>\n')
    assert Includes(tmp_path, Texts()).folders(str(tmp_path / "a.c"), None, ()) == []


def test_the_folder_of_an_included_header_is_found(tree: Tree) -> None:
    project = tree(
        {"src/a.c": '#include "api.h"\n # include <net/proto.h>\n', "inc/api.h": "", "lib/net/proto.h": ""}
    )
    assert guessed(project, "src/a.c") == ["inc", "lib"]


def test_headers_are_looked_through_in_turn(tree: Tree) -> None:
    project = tree({"a.c": "#include <b.h>", "x/b.h": "#include <c.h>", "y/c.h": "#include <b.h>"})
    assert guessed(project, "a.c") == ["x", "y"]


def test_what_is_found_without_help_needs_no_folder(tree: Tree) -> None:
    project = tree(
        {"src/a.c": '#include "b.h"\n#include <c.h>\n', "src/b.h": "", "inc/c.h": "", "other/b.h": ""}
    )
    assert guessed(project, "src/a.c", "-I", str(project / "inc")) == []


def test_the_nearest_of_several_is_taken(tree: Tree) -> None:
    project = tree({"app/src/a.c": "#include <config.h>", "app/inc/config.h": "", "other/config.h": ""})
    assert guessed(project, "app/src/a.c") == ["app/inc"]


@pytest.mark.parametrize("name", ["stdio.h", "sys/socket.h", "pthread.h"])
def test_stand_ins_for_standard_headers_are_not_taken(tree: Tree, name: str) -> None:
    project = tree({"a.c": f"#include <{name}>", f"win32/{name}": ""})
    assert guessed(project, "a.c") == []


def test_a_folder_with_stand_ins_cannot_hide_the_true_headers(tree: Tree) -> None:
    project = tree({"win32/unistd.h": "", "win32/port.h": "", "inc/api.h": ""})
    includes_of = Includes(project, Texts())
    assert includes_of.flags(project / "win32") == ("-idirafter", str(project / "win32"))
    assert includes_of.flags(project / "inc") == ("-I", str(project / "inc"))


def test_the_nearest_folder_comes_first(tree: Tree) -> None:
    project = tree({"z/a.c": "#include <b.h>\n#include <c.h>\n", "a/b.h": "", "z/inc/c.h": ""})
    assert guessed(project, "z/a.c") == ["z/inc", "a"]


def test_the_library_counts_only_where_it_was_configured(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(includes, "_of_the_system", lambda name: False)
    project = tree({"a.c": "#include <libwebsockets.h>", "lws/include/libwebsockets.h": ""})
    assert guessed(project, "a.c") == []
    tree({"lws/include/lws_config.h": ""})
    assert guessed(project, "a.c") == ["lws/include"]


@pytest.mark.parametrize("name", ["../up.h", "/etc/passwd", "", "a\0b.h", "x" * 400])
def test_odd_names_are_let_alone(tree: Tree, name: str) -> None:
    assert guessed(tree({"a.c": f"#include <{name}>\n", "up.h": ""}), "a.c") == []


def test_hidden_folders_are_not_looked_into(tree: Tree) -> None:
    assert guessed(tree({"a.c": "#include <b.h>", ".old/b.h": ""}), "a.c") == []


def test_the_walk_is_bounded(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(includes, "MAXIMUM_FOLDERS", 2)
    project = tree({"a.c": "#include <b.h>\n#include <c.h>\n", "d1/b.h": "", "d2/c.h": ""})
    assert guessed(project, "a.c") == ["d1"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tree: Tree) -> None:
    project = tree({"a.c": "#include <pipe.h>\n#include <b.h>\n", "x/b.h": ""})
    os.mkfifo(project / "x" / "pipe.h")
    assert guessed(project, "a.c") == ["x"]
