"""How far the numbers of a program are told apart."""

from __future__ import annotations

import pytest

from lwslint.analysis import bounds
from lwslint.analysis.domain import NEGATIVE, Mark, Marked, Range, Sort, Value
from lwslint.analysis.evaluate import combine


@pytest.mark.parametrize(
    ("operator", "left", "right", "result"),
    [
        ("+", 2, 1, 3),
        ("+", bounds.COUNTER, 1, Range(bounds.COUNTER + 1, None)),
        ("+", Range(bounds.COUNTER + 1, None), 1, Range(bounds.COUNTER + 1, None)),
        ("-", 1, 1, 0),
        ("-", 0, 1, -1),
        ("-", -1, 1, NEGATIVE),
        ("-", NEGATIVE, 1, NEGATIVE),
        ("-", NEGATIVE, -1, Sort.UNKNOWN),
        ("+", NEGATIVE, 1, Sort.UNKNOWN),
        ("-", 11, 1, Sort.UNKNOWN),
        ("<", NEGATIVE, 0, 1),
        ("==", NEGATIVE, 0, 0),
        ("==", NEGATIVE, -7, Sort.UNKNOWN),
    ],
)
def test_counters_are_exact_while_they_are_small(
    operator: str, left: Value, right: Value, result: Value
) -> None:
    assert combine(operator, Marked(left), Marked(right)) == Marked(result, Mark.NONE)
