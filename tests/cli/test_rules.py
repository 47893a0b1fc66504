"""`lwslint rules` and `lwslint rule`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def test_rules_are_listed_in_a_table(cli: Cli) -> None:
    ran = cli("rules")
    assert ran.status == 0
    header, first, second = ran.out.splitlines()
    assert header.split() == ["CODE", "NAME", "LEVEL", "PRECISION", "SUMMARY"]
    assert first == "TEST101  bad-word    warning  high       a line says BUG"
    assert second.startswith("TEST201  minor-word  note     high")


def test_rules_are_listed_as_json(cli: Cli) -> None:
    listed = json.loads(cli("rules", "--format", "json").out)
    assert [(rule["code"], rule["name"], rule["level"]) for rule in listed] == [
        ("TEST101", "bad-word", "warning"),
        ("TEST201", "minor-word", "note"),
    ]


@pytest.mark.parametrize("word", ["TEST101", "test101", "bad-word"])
def test_a_rule_is_explained(cli: Cli, word: str) -> None:
    ran = cli("rule", word)
    assert (ran.status, ran.out) == (0, "# bad-word (TEST101)\n")


def test_on_a_terminal_the_page_is_drawn(cli: Cli) -> None:
    drawn = cli("rule", "bad-word", "--color", "always").out
    assert "bad-word (TEST101)" in drawn
    assert "\x1b[" in drawn and "# bad-word" not in drawn


def test_an_unknown_rule(cli: Cli) -> None:
    ran = cli("rule", "bad-wrod")
    assert (ran.status, ran.out) == (2, "")
    assert "did you mean bad-word?" in ran.err
