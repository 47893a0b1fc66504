"""What a run reads, with which flags, and what it reports."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lwslint.errors import LwslintError
from lwslint.model.outcome import GapKind
from lwslint.sources import Flags, Plan, Stdin, plan


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with two C files in `src`, one more in `lib`, and files of other kinds."""
    for name in (
        "src/a.c",
        "src/b.c",
        "src/b.h",
        "src/c.cpp",
        "src/.hidden/x.c",
        "lib/d.c",
        "doc/readme.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def compile_database(project: Path, *names: str, flags: str = "-DFROM_DATABASE") -> None:
    entries = [
        {"directory": str(project), "file": name, "command": f"cc {flags} -c {name}"} for name in names
    ]
    (project / "build").mkdir(exist_ok=True)
    (project / "build/compile_commands.json").write_text(json.dumps(entries))


def planned(project: Path, *paths: str, **more: Any) -> Plan:
    return plan(paths, cwd=project, **more)


def names(made: Plan, *, asked: bool = True) -> list[str]:
    return [Path(unit.path).relative_to(made.cwd).as_posix() for unit in made.units if unit.asked is asked]


def test_a_folder_means_all_c_files_below(project: Path) -> None:
    assert names(planned(project, ".")) == ["lib/d.c", "src/a.c", "src/b.c"]
    assert names(planned(project, "src", "src/a.c", "./src/../src/a.c")) == ["src/a.c", "src/b.c"]


def test_a_folder_that_cannot_be_read_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def guarded(path: str) -> Any:
        if Path(path) == project / "lib":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    made = planned(project, ".")
    assert names(made) == ["src/a.c", "src/b.c"]
    assert [(gap.path, gap.kind) for gap in made.gaps] == [("lib", GapKind.UNREADABLE)]
    with pytest.raises(LwslintError, match="lib: cannot be read; see its permissions"):
        planned(project, "lib")


def test_links_to_folders_are_not_entered(project: Path) -> None:
    (project / "src/loop").symlink_to(project / "src")
    (project / "src/lib").symlink_to(project / "lib")
    assert names(planned(project, "src")) == ["src/a.c", "src/b.c"]


def test_a_link_that_is_named_is_followed(project: Path) -> None:
    (project / "link").symlink_to(project / "src")
    assert names(planned(project, "link")) == ["link/a.c", "link/b.c"]


def test_a_folder_may_be_called_like_a_file(project: Path) -> None:
    (project / "src/x.c").mkdir()
    (project / "src/x.c/y.c").touch()
    assert names(planned(project, "src")) == ["src/a.c", "src/b.c", "src/x.c/y.c"]
    assert names(planned(project, "src/x.c")) == ["src/x.c/y.c"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.c", "no such file"),
        ("mis\0sing.c", "no such file"),
        ("x" * 5000, "no such file"),
        ("doc", "no C file there"),
        ("src/c.cpp", "not C"),
        ("src/b.h", "headers are read with"),
        ("pipe.c", "not a regular file"),
        ("/dev/null", "not a regular file"),
    ],
)
def test_what_cannot_be_read_is_said(project: Path, path: str, message: str) -> None:
    os.mkfifo(project / "pipe.c")
    with pytest.raises(LwslintError, match=message) as caught:
        planned(project, path)
    assert path in str(caught.value)


def test_other_languages_beside_c_are_left_out(project: Path) -> None:
    made = planned(project, "src/a.c", "src/c.cpp")
    assert names(made) == ["src/a.c"]
    assert [(gap.path, gap.kind) for gap in made.gaps] == [("src/c.cpp", GapKind.SKIPPED)]


def test_no_path_means_the_whole_database(project: Path) -> None:
    compile_database(project, "src/a.c", "lib/d.c")
    made = planned(project)
    assert names(made) == ["lib/d.c", "src/a.c"]
    assert made.scope.holds(project / "anything.h")
    assert any("build/compile_commands.json" in remark for remark in made.remarks)


def test_no_path_and_no_database_is_an_error(project: Path) -> None:
    with pytest.raises(LwslintError, match="-p"):
        planned(project)


def test_no_path_and_a_database_without_c_is_an_error(project: Path) -> None:
    compile_database(project, "src/c.cpp")
    with pytest.raises(LwslintError, match="names no C file"):
        planned(project)


def test_a_file_of_the_database_that_is_not_there_is_a_gap(project: Path) -> None:
    compile_database(project, "src/a.c", "generated.c")
    made = planned(project)
    assert names(made) == ["src/a.c"]
    assert [(gap.path, gap.kind) for gap in made.gaps] == [("generated.c", GapKind.UNREADABLE)]


def test_the_database_gives_flags_and_context(project: Path) -> None:
    compile_database(project, "src/a.c", "lib/d.c", "generated.c")
    made = planned(project, "src")
    assert names(made) == ["src/a.c", "src/b.c"]
    assert names(made, asked=False) == ["lib/d.c"]
    assert {Path(unit.path).name: unit.arguments for unit in made.units} == {
        "a.c": ("-DFROM_DATABASE",),
        "b.c": (),
        "d.c": ("-DFROM_DATABASE",),
    }
    assert made.gaps == ()


def test_findings_are_reported_where_paths_say(project: Path) -> None:
    compile_database(project, "src/a.c", "lib/d.c")
    scope = planned(project, "src/a.c").scope
    assert scope.holds(project / "src/a.c")
    assert not scope.holds(project / "src/b.h")
    assert planned(project, "src").scope.holds(project / "src/b.h")
    assert planned(project, "src/b.h").scope.holds(project / "src/b.h")
    assert not planned(project, "src/b.h").scope.holds(project / "src/a.c")


def test_without_context_everything_is_reported(project: Path) -> None:
    assert planned(project, "src/a.c").scope.holds(project / "src/b.h")


def test_flags_of_the_command_line_go_around_the_others(project: Path) -> None:
    compile_database(project, "src/a.c")
    (unit,) = planned(project, "src/a.c", flags=Flags(("-DBEFORE",), ("-I", "inc", "-DAFTER"))).units
    assert unit.arguments == ("-DBEFORE", "-DFROM_DATABASE", "-I", str(project / "inc"), "-DAFTER")


def test_a_file_comes_once_for_each_set_of_flags(project: Path) -> None:
    entries = [{"directory": str(project), "file": "src/a.c", "command": f"cc -D{name}"} for name in "XYX"]
    (project / "compile_commands.json").write_text(json.dumps(entries))
    assert [unit.arguments for unit in planned(project, "src/a.c").units] == [("-DX",), ("-DY",)]


def test_the_form_in_which_cmake_calls_clang_tidy(project: Path) -> None:
    compile_database(project, "src/a.c")
    file = str(project / "src/a.c")
    words = ("/usr/bin/cc", "-DFOO=1", "-Iinc", "-MD", "-MT", "a.o", "-MF", "a.o.d", "-o", "a.o", "-c", file)
    (unit,) = planned(project, file, flags=Flags(("--driver-mode=gcc",), (), words)).units
    assert unit.arguments == ("-DFOO=1", "-I", str(project / "inc"))


def test_flags_without_a_compiler_may_follow_two_dashes(project: Path) -> None:
    (unit,) = planned(project, "src/a.c", flags=Flags(compiler=("-DX",))).units
    assert unit.arguments == ("-DX",)


@pytest.mark.parametrize("words", [("src/b.c",), ("-DX", "src/b.c"), ("cc", "-DX", "src/b.c")])
def test_files_after_two_dashes_are_refused(project: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(LwslintError, match="--extra-arg"):
        planned(project, "src/a.c", flags=Flags(compiler=words))


def test_standard_input_stands_for_a_file(project: Path) -> None:
    compile_database(project, "src/a.c", "lib/d.c")
    made = planned(project, "-", stdin=Stdin("int x;", "src/a.c"))
    (unit,) = (unit for unit in made.units if unit.asked)
    assert (unit.path, unit.text, unit.arguments) == (
        str(project / "src/a.c"),
        "int x;",
        ("-DFROM_DATABASE",),
    )
    assert names(made, asked=False) == ["lib/d.c"]


def test_standard_input_needs_no_file(project: Path) -> None:
    (unit,) = planned(project, "-", stdin=Stdin('#include "b.h"\n')).units
    assert (unit.path, unit.text) == (str(project / "stdin.c"), '#include "b.h"\n')
    assert unit.arguments == ("-I", str(project / "src"))


def test_a_broken_database_ends_the_job(project: Path) -> None:
    (project / "compile_commands.json").write_text("{")
    with pytest.raises(LwslintError, match=r"compile_commands\.json"):
        planned(project, "src/a.c")


def test_the_order_of_paths_does_not_matter(project: Path) -> None:
    assert planned(project, "src/b.c", "lib", "src/a.c").units == planned(project, "src", "lib").units
