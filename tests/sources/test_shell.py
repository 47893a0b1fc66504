"""Shell words, against the standard library."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from lwslint.sources.shell import split


def words(splitter: object, command: str) -> list[str] | None:
    try:
        return splitter(command)  # type: ignore[operator, no-any-return]
    except ValueError:
        return None


@given(st.text(alphabet="ab=/ \t\n\\\"'$#é", max_size=24))
def test_commands_are_split_as_shlex_does(command: str) -> None:
    assert words(split, command) == words(shlex.split, command)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)))
def test_what_was_quoted_comes_back(given_words: list[str]) -> None:
    assert split(shlex.join(given_words)) == given_words
