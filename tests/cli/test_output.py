"""Reports are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lwslint.cli import output
from lwslint.cli.output import Report, check_writable, write
from lwslint.errors import LwslintError


def test_a_file_is_replaced_not_written_into(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    (tmp_path / "other name").hardlink_to(path)
    write("new", path)
    assert path.read_text() == "new"
    assert (tmp_path / "other name").read_text() == "old"


def test_a_link_that_came_up_meanwhile_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("keep")
    path = tmp_path / "out"
    path.symlink_to(tmp_path / "precious")
    write("new", path)
    assert (tmp_path / "precious").read_text() == "keep"


def test_a_new_file_has_the_usual_rights(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write("x", tmp_path / "out")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o640


def test_what_was_there_stays_if_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "out"
    path.write_text("old")
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(LwslintError, match=r"out: cannot be written \(No space left on device\)"):
        write("new", path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
    assert path.read_text() == "old"


def test_a_device_is_written_to() -> None:
    null = Path("/dev/null")
    check_writable([Report("text", null), Report("json")])
    write("x", null)
    assert null.is_char_device()


def test_a_folder_without_permission_is_said_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(LwslintError, match=r"out: cannot be written \(no permission\)"):
        check_writable([Report("text", tmp_path / "out")])


def test_text_that_is_no_unicode_is_written_all_the_same(tmp_path: Path) -> None:
    write("a\udcff", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"a\\udcff"


def test_reports_are_formats_and_files() -> None:
    assert output.parse_report("json=a=b.json", ["json"]) == Report("json", Path("a=b.json"))
