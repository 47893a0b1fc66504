"""The cache keeps what it is given, believes nothing that is torn, and never stands in the way."""

from __future__ import annotations

import os
import stat
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from lwslint import atomic, cache
from lwslint.cache import Cache, default_folder, digest
from lwslint.errors import LwslintError

KEY = digest(b"key")


def entry(folder: Path) -> Path:
    """The file of the only entry."""
    (path,) = (found for found in (folder / "unit").rglob("*") if found.is_file())
    return path


def test_what_is_put_is_got_and_nothing_else(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "c")
    assert kept.get("unit", KEY) is None
    kept.put("unit", KEY, b"data")
    assert Cache(tmp_path / "c").get("unit", KEY) == b"data"
    assert kept.get("run", KEY) is None
    assert kept.get("unit", digest(b"other")) is None


def test_parts_are_kept_apart() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc") != digest(b"abc")


def test_the_folder_is_private_and_marked(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    Cache(folder).put("unit", KEY, b"data")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (folder / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data[:-1] + b"?",
        lambda data: data.replace(b"cache 1", b"cache 0"),
        lambda data: os.urandom(200),
    ],
)
def test_a_damaged_entry_is_none(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    kept = Cache(tmp_path / "c")
    kept.put("unit", KEY, b"some data")
    path = entry(tmp_path / "c")
    path.write_bytes(damage(path.read_bytes()))
    assert kept.get("unit", KEY) is None
    kept.put("unit", KEY, b"some data")
    assert kept.get("unit", KEY) == b"some data"


def test_an_entry_under_another_name_is_none(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "c")
    kept.put("unit", KEY, b"data")
    other = digest(b"other")
    path = tmp_path / "c" / "unit" / other[:2] / other[2:]
    path.parent.mkdir(exist_ok=True)
    entry(tmp_path / "c").rename(path)
    assert kept.get("unit", other) is None


def test_an_entry_that_is_too_big_is_neither_written_nor_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Cache(tmp_path / "c")
    kept.put("unit", KEY, b"x" * 5000)
    monkeypatch.setattr(cache, "MAX_ENTRY", 4000)
    assert kept.get("unit", KEY) is None
    kept.put("run", KEY, b"x" * 5000)
    monkeypatch.undo()
    assert kept.get("run", KEY) is None


def test_a_folder_where_others_may_write_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    folder.chmod(0o777)
    Cache(folder).put("unit", KEY, b"data")
    assert not list(folder.iterdir())
    (tmp_path / "file").touch()
    Cache(tmp_path / "file").put("unit", KEY, b"data")
    assert Cache(tmp_path / "file").get("unit", KEY) is None


def test_a_full_disk_costs_the_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    kept = Cache(tmp_path / "c")
    kept.put("unit", KEY, b"old")
    monkeypatch.setattr(atomic, "replace", full)
    kept.put("unit", digest(b"other"), b"data")
    monkeypatch.undo()
    assert Cache(tmp_path / "c").get("unit", KEY) == b"old"


def test_the_oldest_go_when_there_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 10_000)
    monkeypatch.setattr(cache, "LOOK_BYTES", 20_000)
    kept = Cache(tmp_path / "c")
    keys = [digest(b"%d" % number) for number in range(20)]
    for age, key in enumerate(reversed(keys)):
        kept.put("unit", key, b"x" * 1000)
        os.utime(tmp_path / "c" / "unit" / key[:2] / key[2:], (age, age))
    kept.get("unit", keys[-1])  # the oldest, used now
    kept.trim()
    assert kept.info().size <= 10_000
    left = [number for number, key in enumerate(keys) if kept.get("unit", key)]
    assert left == [*range(len(left) - 1), 19]


def test_runs_that_add_little_look_once_an_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 1000)
    for number in range(3):
        kept = Cache(tmp_path / "c")
        kept.put("unit", digest(b"%d" % number), b"x" * 1000)
        kept.trim()
    assert kept.info().entries == 3
    os.utime(tmp_path / "c" / "CACHEDIR.TAG", (time.time() - 3700,) * 2)
    kept = Cache(tmp_path / "c")
    kept.get("unit", digest(b"0"))
    kept.trim()
    assert kept.info().entries == 3  # nothing was added
    kept.put("unit", KEY, b"x" * 500)
    kept.trim()
    assert kept.info().entries < 3
    assert time.time() - (tmp_path / "c" / "CACHEDIR.TAG").stat().st_mtime < 60


def test_what_a_killed_run_left_half_written_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LOOK_BYTES", 1)
    kept = Cache(tmp_path / "c")
    kept.put("unit", KEY, b"data")
    old, new = (entry(tmp_path / "c").with_name(f"{atomic.PREFIX}{name}") for name in ("old", "new"))
    old.touch()
    new.touch()
    os.utime(old, (1, 1))
    kept.trim()
    assert new.exists() and not old.exists()


def _write(folder: Path) -> None:
    kept = Cache(folder)
    for number in range(200):
        kept.put("unit", KEY, b"%d" % (number % 7) * 100_000)


def test_two_runs_may_write_at_once(tmp_path: Path) -> None:
    workers = [get_context("spawn").Process(target=_write, args=(tmp_path / "c",)) for _ in range(2)]
    for worker in workers:
        worker.start()
    seen = set()
    while any(worker.is_alive() for worker in workers):
        data = Cache(tmp_path / "c").get("unit", KEY)
        if data is not None:
            seen.add((len(data), len(set(data))))
    assert all(worker.exitcode == 0 for worker in workers)
    assert seen <= {(100_000, 1)}
    assert Cache(tmp_path / "c").get("unit", KEY)


def test_clear_empties_it_and_leaves_other_folders_alone(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "c")
    kept.put("unit", KEY, b"data")
    kept.put("run", KEY, b"data")
    assert kept.clear().entries == 2
    assert kept.info() == (0, 0)
    (tmp_path / "mine" / "unit").mkdir(parents=True)
    with pytest.raises(LwslintError, match=r"no CACHEDIR\.TAG"):
        Cache(tmp_path / "mine").clear()
    assert (tmp_path / "mine" / "unit").is_dir()


def test_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LWSLINT_CACHE_DIR", "/some/where")
    assert default_folder() == Path("/some/where")
    monkeypatch.setenv("LWSLINT_CACHE_DIR", "where")
    with pytest.raises(LwslintError, match="absolute"):
        default_folder()
    monkeypatch.delenv("LWSLINT_CACHE_DIR")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert default_folder() == Path("/xdg/lwslint")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/me")
    assert default_folder() == Path("/home/me/.cache/lwslint")
