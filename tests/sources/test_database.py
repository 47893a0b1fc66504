"""Reading compile databases, good and hostile ones."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lwslint.errors import LwslintError
from lwslint.sources import database, plan


def written(folder: Path, entries: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / database.NAME
    path.write_text(json.dumps(entries))
    return path


def commands(folder: Path, *entries: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    path = written(folder, entries)
    return [(command.path.name, command.arguments) for command in database.load(path, folder).commands]


def test_command_and_arguments_mean_the_same(tmp_path: Path) -> None:
    read = commands(
        tmp_path,
        {
            "directory": str(tmp_path),
            "file": "a.c",
            "command": r"""cc -DS=\"x\ y\" '-DT=a b' -I"in c" -c a.c -o a.o""",
        },
        {
            "directory": str(tmp_path),
            "file": "b.c",
            "arguments": ["cc", '-DS="x y"', "-DT=a b", "-Iin c", "-c", "b.c"],
        },
    )
    flags = ('-DS="x y"', "-DT=a b", "-I", f"{tmp_path}/in c")
    assert read == [("a.c", flags), ("b.c", flags)]


def test_paths_are_relative_to_the_directory_of_the_entry(tmp_path: Path) -> None:
    path = written(
        tmp_path / "build", [{"directory": "sub", "file": "../../a.c", "command": "cc -I../inc -c ../../a.c"}]
    )
    (command,) = database.load(path, tmp_path).commands
    assert command.directory == tmp_path / "build/sub"
    assert command.path == tmp_path / "build/sub/../../a.c"
    assert command.arguments == ("-I", str(tmp_path / "build/sub/../inc"))


def test_a_file_stands_once_for_each_set_of_flags_that_matter(tmp_path: Path) -> None:
    base = {"directory": str(tmp_path), "file": "a.c"}
    read = commands(
        tmp_path,
        base | {"command": "cc -DX -O2 -c a.c -o 1.o"},
        base | {"command": "gcc -DX -Wall -c a.c -o 2.o"},
        base | {"command": "cc -DY -c a.c"},
    )
    assert read == [("a.c", ("-DX",)), ("a.c", ("-DY",))]


def test_other_languages_are_left_out(tmp_path: Path) -> None:
    assert commands(tmp_path, {"directory": "/", "file": "/x.cpp", "command": "c++ -c x.cpp"}) == []


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / database.NAME
    path.write_bytes(b"\xef\xbb\xbf[]")
    assert database.load(path, tmp_path).commands == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[{]",
        b"{}",
        b"null",
        b"[1]",
        b"[" * 100_000,
        b"\xff\xfe[\0]\0",
        b'[{"file": "a.c", "command": "cc"}]',
        b'[{"directory": "/", "command": "cc"}]',
        b'[{"directory": "/", "file": "a.c"}]',
        b'[{"directory": "/", "file": 1, "command": "cc"}]',
        b'[{"directory": "/", "file": "a.c", "arguments": "cc -c"}]',
        b'[{"directory": "/", "file": "a.c", "arguments": ["cc", 1]}]',
        b'[{"directory": "/", "file": "a.c", "command": "cc \'"}]',
        b'[{"directory": "/", "file": "a\\u0000.c", "command": "cc"}]',
        b'[{"directory": "/", "file": "\\ud800.c", "command": "cc"}]',
    ],
)
def test_a_broken_database_is_one_clear_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / database.NAME
    path.write_bytes(data)
    with pytest.raises(LwslintError, match=database.NAME) as caught:
        database.load(path, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_build_folder_with_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(LwslintError, match=f"no {database.NAME} there"):
        database.named(tmp_path / ("x" * 300))


def test_an_entry_with_no_words_has_no_flags(tmp_path: Path) -> None:
    assert commands(tmp_path, {"directory": "/", "file": "a.c", "arguments": []}) == [("a.c", ())]


def test_a_database_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / database.NAME
    with path.open("wb") as stream:
        stream.truncate(database.MAXIMUM_BYTES + 1)
    with pytest.raises(LwslintError, match="larger than"):
        database.load(path, tmp_path)


def test_the_newest_in_the_usual_places_is_nearest(tmp_path: Path) -> None:
    assert database.nearest(tmp_path) is None
    for age, place in enumerate(["build-debug", "cmake-build-release", "builddir", "out", "."]):
        path = written(tmp_path / place, [])
        os.utime(path, (1000 - age, 1000 - age))
    written(tmp_path / "elsewhere", [])
    assert database.nearest(tmp_path) == tmp_path / "build-debug" / database.NAME
    os.utime(tmp_path / "out" / database.NAME, (2000, 2000))
    assert database.nearest(tmp_path) == tmp_path / "out" / database.NAME


def test_a_named_build_folder_without_one_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LwslintError, match="-p"):
        database.named(tmp_path)
    path = written(tmp_path, [])
    assert database.named(tmp_path) == database.named(path) == path


def test_response_files_may_lie_beside_the_database(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    path = written(
        tmp_path / "build", [{"directory": ".", "file": "a.c", "arguments": ["cc", "@flags", "@../secret"]}]
    )
    (tmp_path / "build/flags").write_text("-DX")
    (tmp_path / "secret").write_text("-DSECRET")
    (command,) = database.load(path, tmp_path / "project").commands
    assert command.arguments == ("-DX",)


def test_names_that_no_file_can_have_and_links_in_a_circle_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "loop.c").symlink_to("loop.c")
    (tmp_path / "a.c").write_text("int a;\n")
    names = ("a.c", "x" * 300 + ".c", "x/" * 3000 + "a.c", "loop.c")
    path = written(tmp_path, [{"directory": str(tmp_path), "file": name, "command": "cc"} for name in names])
    assert len(database.load(path, tmp_path).commands) == 4
    whole = plan([], cwd=tmp_path)
    assert [Path(unit.path).name for unit in whole.units] == ["a.c"]
    assert len(whole.gaps) == 3
    assert [Path(unit.path).name for unit in plan(["a.c"], cwd=tmp_path).units] == ["a.c"]


def test_a_file_to_include_whose_name_is_too_long_is_kept_as_it_is(tmp_path: Path) -> None:
    name = "x" * 5000
    (command,) = commands(
        tmp_path, {"directory": str(tmp_path), "file": "a.c", "command": f"cc -include {name}"}
    )
    assert command == ("a.c", ("-include", name))


def test_names_that_are_no_utf8_are_those_of_files(tmp_path: Path) -> None:
    path = tmp_path / database.NAME
    path.write_bytes(b'[{"directory": "/\xff", "file": "\xfe.c", "command": "cc -I\xfd"}]')
    (command,) = database.load(path, tmp_path).commands
    assert os.fsencode(command.path) == b"/\xff/\xfe.c"
    assert os.fsencode(command.arguments[1]) == b"/\xff/\xfd"
    path.write_bytes(b'[{"directory": "/\xff", "file": "\\ud800.c", "command": "cc"}]')
    with pytest.raises(LwslintError, match="no file can have"):
        database.load(path, tmp_path)


def test_a_command_for_windows_keeps_its_backslashes(tmp_path: Path) -> None:
    command = r'"C:\VC tools\cl.exe" /nologo /DA=\"x\" "/Iinc dir" /std:c11 /Foa.obj /c a.c'
    assert commands(tmp_path, {"directory": "/p", "file": "a.c", "command": command}) == [
        ("a.c", ('-DA="x"', "-I", "/p/inc dir", "-std=c11"))
    ]
