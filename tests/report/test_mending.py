from __future__ import annotations

from lwslint.model.finding import Edit, Mend
from lwslint.model.place import Place
from lwslint.report.mending import Hunk, hunks
from lwslint.report.sources import Sources

SOURCES = Sources({"a.c": "one\ntwo é\nthree\nfour"})


def mend(*edits: tuple[tuple[int, int, int, int], str]) -> Mend:
    return Mend("do it", tuple(Edit(Place("a.c", *place), text) for place, text in edits))


def test_an_inserted_line_leaves_the_old_one_out() -> None:
    assert hunks(mend(((2, 1, 2, 1), "zero\n")), SOURCES) == [Hunk("a.c", 2, (), ("zero",))]


def test_edits_on_one_line_make_one_hunk_and_columns_are_bytes() -> None:
    found = hunks(mend(((2, 7, 2, 7), "!"), ((2, 1, 2, 4), "2")), SOURCES)
    assert found == [Hunk("a.c", 2, ("two é",), ("2 é!",))]


def test_edits_on_lines_apart_make_hunks_apart() -> None:
    found = hunks(mend(((4, 1, 4, 5), "4"), ((1, 1, 1, 4), "1")), SOURCES)
    assert found == [Hunk("a.c", 1, ("one",), ("1",)), Hunk("a.c", 4, ("four",), ("4",))]


def test_an_edit_over_lines() -> None:
    assert hunks(mend(((1, 2, 3, 3), "-")), SOURCES) == [
        Hunk("a.c", 1, ("one", "two é", "three"), ("o-ree",))
    ]


def test_edits_that_overlap_or_lie_outside_are_not_shown() -> None:
    assert hunks(mend(((1, 1, 1, 3), "a"), ((1, 2, 1, 4), "b")), SOURCES) == []
    assert hunks(mend(((9, 1, 9, 1), "a")), SOURCES) == []
    assert hunks(mend(((0, 1, 0, 1), "a")), SOURCES) == []
    assert hunks(mend(((2, 5, 2, 1), "a")), SOURCES) == []
