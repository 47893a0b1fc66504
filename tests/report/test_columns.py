from __future__ import annotations

import pytest

from lwslint.model.place import Place
from lwslint.report.columns import before, cells, characters, first_line_end, shown, split_lines, utf16


def test_lines_end_as_a_compiler_sees_them() -> None:
    assert split_lines("a\r\nb\rc\nd\x0be\u2028f") == ["a", "b", "c", "d\x0be\u2028f"]
    assert split_lines("") == [""]


@pytest.mark.parametrize(
    ("line", "column", "character", "unit"),
    [
        ("int x;", 5, 5, 5),
        ("/*é*/ f();", 8, 7, 7),
        ("/*世界*/ f();", 12, 8, 8),
        ("/*😀*/ f();", 10, 7, 8),
        ("/*\udcff*/ f();", 7, 7, 7),
        ("x", 99, 2, 2),
        ("x", 0, 1, 1),
    ],
)
def test_byte_columns_become_characters_and_utf16_units(
    line: str, column: int, character: int, unit: int
) -> None:
    assert characters(line, column) == character
    assert utf16(line, column) == unit


def test_a_column_within_a_character_means_its_start() -> None:
    assert before("a世b", 3) == "a"


def test_cells_of_wide_and_combining_characters() -> None:
    assert cells("世界") == 4
    assert cells("e\u0301") == 1


def test_what_is_shown_of_a_beginning_begins_what_is_shown_of_the_line() -> None:
    line = "\ta\t世\x1b\u202eb\udcff"
    for end in range(len(line) + 1):
        assert shown(line).startswith(shown(line[:end]))
    assert shown(line) == "    a   世\\x1b\\u202eb\\xff"


def test_a_place_over_lines_is_clipped_to_its_first() -> None:
    assert first_line_end(Place("a.c", 1, 3, 2, 1), "f(é,") == 6
    assert first_line_end(Place("a.c", 1, 3, 1, 4), "f(é,") == 4
