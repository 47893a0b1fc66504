"""How paths are shown."""

from __future__ import annotations

from pathlib import Path

from lwslint.sources import project_of, shown


def test_below_the_working_directory_paths_are_relative(tmp_path: Path) -> None:
    assert shown(tmp_path / "a/b.c", tmp_path) == "a/b.c"
    assert shown("a/./x/../b.c", tmp_path) == "a/b.c"


def test_elsewhere_they_are_absolute(tmp_path: Path) -> None:
    assert shown("../other/b.c", tmp_path / "here") == f"{tmp_path}/other/b.c"


def test_two_dots_after_a_link_keep_their_meaning(tmp_path: Path) -> None:
    (tmp_path / "far/away").mkdir(parents=True)
    (tmp_path / "far/b.c").touch()
    (tmp_path / "b.c").touch()
    (tmp_path / "link").symlink_to(tmp_path / "far/away")
    assert (tmp_path / shown("link/../b.c", tmp_path)).samefile(tmp_path / "far/b.c")


def test_the_project_is_the_git_repository(tmp_path: Path) -> None:
    (tmp_path / "sub/sub").mkdir(parents=True)
    (tmp_path / ".git").write_text("gitdir: elsewhere")  # as in a linked work tree
    assert project_of(tmp_path / "sub/sub") == tmp_path
