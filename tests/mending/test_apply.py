"""Which mends are made together, and what becomes of the texts."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from lwslint.mending import apply, unified
from lwslint.model.finding import Edit, Mend, Spot
from lwslint.model.place import Place

TEXT = b"one two\nthree\n"


def mend(*edits: tuple[int, int, int, int, str], path: str = "a.c") -> Mend:
    return Mend("do it", tuple(Edit(Place(path, *place), text) for *place, text in edits))


def test_mends_that_are_apart_are_all_made() -> None:
    one, two = mend((2, 1, 2, 6, "drei")), mend((1, 1, 1, 4, "eins"), (1, 8, 1, 8, " zwei"))
    done = apply([one, two], {"a.c": TEXT})
    assert (done.texts, done.made, done.left) == ({"a.c": b"eins two zwei\ndrei\n"}, (one, two), 0)


@pytest.mark.parametrize(
    "other",
    [
        mend((1, 2, 1, 6, "x")),
        mend((1, 1, 1, 4, "x")),  # the same stretch, another text
        mend((1, 4, 1, 4, "x")),  # touches
        mend((2, 1, 2, 2, "x"), (1, 1, 1, 1, "y")),  # whole or not at all
    ],
)
def test_of_mends_that_touch_the_first_is_made(other: Mend) -> None:
    first = mend((1, 1, 1, 4, "eins"))
    done = apply([first, other], {"a.c": TEXT})
    assert (done.texts, done.made, done.left) == ({"a.c": b"eins two\nthree\n"}, (first,), 1)


def test_a_mend_that_two_findings_share_is_made_once() -> None:
    done = apply([mend((1, 4, 1, 4, "!")), mend((1, 4, 1, 4, "!"))], {"a.c": TEXT})
    assert (done.texts, len(done.made), done.left) == ({"a.c": b"one! two\nthree\n"}, 2, 0)


@pytest.mark.parametrize(
    "misfit",
    [
        mend((9, 1, 9, 1, "x")),
        mend((1, 9, 1, 9, "x")),
        mend((1, 1, 1, 1, "x"), path="b.c"),
        mend(),
        mend((1, 1, 1, 5, "x"), (1, 3, 1, 8, "y")),
        Mend("do it", (Edit(Place("a.c", 1, 1, 1, 1), "x", Spot.BEFORE),)),  # not resolved
    ],
)
def test_mends_that_do_not_fit_are_left(misfit: Mend) -> None:
    assert apply([misfit], {"a.c": TEXT}) == ({}, (), 1)


def test_the_order_of_edits_in_a_mend_does_not_matter() -> None:
    edits = [(1, column, 1, column, str(column)) for column in range(1, 8)]
    texts = set()
    for seed in range(5):
        random.Random(seed).shuffle(edits)
        texts.add(apply([mend(*edits)], {"a.c": TEXT}).texts["a.c"])
    assert texts == {b"1o2n3e4 5t6w7o\nthree\n"}


def test_columns_are_bytes_and_carriage_returns_stay() -> None:
    text = "é\tü x\r\ny\r\n".encode() + b"\xff z"
    done = apply([mend((1, 7, 1, 8, "w"), (3, 3, 3, 4, "v"))], {"a.c": text})
    assert done.texts["a.c"] == "é\tü w\r\ny\r\n".encode() + b"\xff v"


def test_a_diff_that_git_takes(tmp_path: Path) -> None:
    old, new = b"a\r\nb\n\xff\nlast", b"a\r\nB\n\xff\nlast\nmore"
    (tmp_path / "sub").mkdir()
    file = tmp_path / "sub" / "x.c"
    file.write_bytes(old)
    diff = unified("sub/x.c", old, new)
    assert diff.startswith(b"--- a/sub/x.c\n+++ b/sub/x.c\n@@ -1,4 +1,5 @@\n a\r\n-b\n+B\n \xff\n")
    assert diff.count(b"\\ No newline at end of file\n") == 2
    subprocess.run(["git", "apply", "-"], input=diff, cwd=tmp_path, check=True)
    assert file.read_bytes() == new
    assert unified("x.c", old, old) == b""


def test_a_file_name_cannot_forge_lines_of_a_diff() -> None:
    assert unified('x\n+evil".c', b"a\n", b"b\n").startswith(b'--- "a/x\\012+evil\\042.c"\n+++ "b/x')
