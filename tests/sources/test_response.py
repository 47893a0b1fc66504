"""Response files."""

from __future__ import annotations

from pathlib import Path

from lwslint.sources import response
from lwslint.sources.response import expand


def test_a_response_file_of_the_project_stands_for_its_words(tmp_path: Path) -> None:
    (tmp_path / "flags.rsp").write_text("-DA '-DB=x y'\n-I\tinc")
    assert expand(["-g", "@flags.rsp", "-c"], tmp_path, tmp_path) == [
        "-g",
        "-DA",
        "-DB=x y",
        "-I",
        "inc",
        "-c",
    ]


def test_nothing_is_read_outside_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret").write_text("-DSECRET")
    (project / "link").symlink_to(tmp_path / "secret")
    for word in ("@../secret", f"@{tmp_path}/secret", "@link", "@", "@missing", "@."):
        assert expand([word, "-DX"], project, project) == [word, "-DX"]  # which `clean` drops


def test_a_circle_ends(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("-DX @a")
    assert set(expand(["@a"], tmp_path, tmp_path)) == {"-DX", "@a"}


def test_growth_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("@b " * 1000)
    (tmp_path / "b").write_text("-DX " * 1000)
    assert len(expand(["@a"], tmp_path, tmp_path)) == response.MAXIMUM_WORDS


def test_unclosed_quotes_give_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("-DX 'oops")
    assert expand(["@a"], tmp_path, tmp_path) == ["@a"]
