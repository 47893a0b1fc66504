"""Texts of files, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from lwslint import texts
from lwslint.errors import LwslintError
from lwslint.texts import Texts


def test_a_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.c"
    path.write_bytes(b"int a;\n")
    read = Texts()
    assert read.read(str(path), 100) == b"int a;\n"
    path.write_bytes(b"int b;\n")
    assert read.read(str(path), 100) == b"int a;\n"
    assert Texts().read(str(path), 100) == b"int b;\n"


def test_what_is_cut_or_long_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.c"
    path.write_bytes(b"int abc;\n")
    read = Texts()
    assert read.read(str(path), 4, cut=True) == b"int "
    assert read.read(str(path), 100) == b"int abc;\n"
    assert read.read(str(path), 4, cut=True) == b"int "
    with pytest.raises(LwslintError, match="larger than"):
        read.read(str(path), 4)
    monkeypatch.setattr(texts, "LONGEST", 4)
    path.write_bytes(b"int xyz;\n")
    assert Texts().read(str(path), 100) == b"int xyz;\n"


def test_there_is_room_for_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MAX_BYTES", 10)
    for name in ("a.c", "b.c"):
        (tmp_path / name).write_bytes(b"int a;\n")
    read = Texts()
    assert [read.read(str(tmp_path / name), 100) for name in ("a.c", "b.c")] == [b"int a;\n"] * 2
    for name in ("a.c", "b.c"):
        (tmp_path / name).write_bytes(b"int b;\n")
    assert [read.read(str(tmp_path / name), 100) for name in ("a.c", "b.c")] == [b"int a;\n", b"int b;\n"]


def test_what_cannot_be_read_raises_each_time(tmp_path: Path) -> None:
    read = Texts()
    with pytest.raises(OSError):
        read.read(str(tmp_path / "none.c"), 100)
    (tmp_path / "none.c").write_bytes(b"")
    assert read.read(str(tmp_path / "none.c"), 100) == b""
