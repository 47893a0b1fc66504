"""The list of differences that are left on programs that are not in this repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import judges
import pytest

MOST = 0
"""How many differences there may be. May shrink, never grow."""

_SIDES = ("clang-model", "pycparser-model")
_LISTED = judges.Listed("4.3.10", _SIDES, "raw/netcat/main.c", "function main", "a quirk")
_OTHER = judges.Listed("4.3.10", _SIDES, "raw/netcat/main.c", "LWS103:12", "a quirk")


def _compared(*whats: str) -> judges.Compared:
    path = "/checkout/minimal-examples/raw/netcat/main.c"
    differences = [judges.Difference(path, what, (f"! main.c: {what}",)) for what in whats]
    return judges.Compared({}, differences, ["(gap)"], [path], (0.0, 0.0))


def test_the_list_shrinks_and_has_reasons() -> None:
    listed = judges.listed()
    assert len(listed) <= MOST
    assert all(one.reason.strip() and set(one.sides) <= judges.SIDES.keys() for one in listed)
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize(
    ("found", "known", "expected"),
    [
        ([], [], {}),
        (["function main"], [], {"unlisted differences": 1}),
        (["function main"], [_LISTED], {"listed differences": 1}),
        (["function f"], [_LISTED], {"unlisted differences": 1, "listed and no longer different": 1}),
        (
            ["function main"],
            [_LISTED, _OTHER],
            {"listed differences": 1, "listed and no longer different": 1},
        ),
    ],
)
def test_what_is_listed_is_said_and_no_failure(
    found: list[str], known: list[judges.Listed], expected: dict[str, int]
) -> None:
    lines, counts = judges.verdict(_compared(*found), "4.3.10", _SIDES, known)
    assert {name: count for name, count in counts.items() if name != "differing programs"} == expected
    assert all(any(what in line for line in lines) for what in found)


def test_an_entry_is_of_its_release_sides_and_file_alone() -> None:
    found = _compared("function main")
    for release, sides, path in (
        ("5.0.0", _SIDES, _LISTED.path),
        ("4.3.10", ("clang", "clang-model"), _LISTED.path),
        ("4.3.10", _SIDES, "cat/main.c"),
    ):
        known = [judges.Listed("4.3.10", _SIDES, path, "function main", "a quirk")]
        _, counts = judges.verdict(found, release, sides, known)
        assert counts == Counter({"unlisted differences": 1, "differing programs": 1})
    _, counts = judges.verdict(_compared(), "4.3.10", _SIDES, [_OTHER], asked=False)
    assert not counts


def test_a_program_that_never_ends_fails(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    program = judges.Program(tmp_path, "endless")
    found = judges.judged(program, _SIDES, 0, units=True, ask=False)
    assert "processor time" in found.failure
    assert judges.verdict(found, "", _SIDES, [])[1] == Counter({"failed programs": 1})


@pytest.mark.parametrize("checkout", os.environ.get("LWSLINT_EXAMPLES", "").split(os.pathsep))
def test_the_librarys_examples_differ_as_listed(checkout: str) -> None:
    """`LWSLINT_EXAMPLES` names checkouts of libwebsockets by their releases: 4.3.10=DIR:5.0.0=DIR."""
    release, _, folder = checkout.partition("=")
    if not folder:
        pytest.skip("no checkout of libwebsockets is at hand: LWSLINT_EXAMPLES is not set")
    sources = sorted(map(str, Path(folder).glob("minimal-examples*")))
    assert sources
    command = [sys.executable, judges.__file__, *sources, "--split", "--lws-version", release]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
