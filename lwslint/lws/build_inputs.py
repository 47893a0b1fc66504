"""The inputs of the run-time files: the history of the headers, and the tables kept by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from lwslint.lws.facts import DatedText, DatedValue
from lwslint.lws.release import Span


class Named(msgspec.Struct, frozen=True):
    """A name in the history; of its texts and values each with the releases that it held for."""

    spans: tuple[Span, ...]
    prototypes: tuple[DatedText, ...] = ()
    values: tuple[tuple[int | str, Span], ...] = ()
    types: tuple[DatedText, ...] = ()


class History(msgspec.Struct, frozen=True):
    """`history.json`: which releases declare which name, and how."""

    tags: list[str]
    releases: list[str]
    functions: dict[str, Named]
    structs: dict[str, dict[str, Named]]
    constants: dict[str, Named]
    reasons: dict[str, Named]

    def span(self, first: str, last: str) -> Span:
        """The span from release `first` to release `last`; an empty text is the end of the record.

        Raises:
            ValueError: there is no such release.
        """
        for text in filter(None, (first, last)):
            if text not in self.releases:
                raise ValueError(f"the headers of {text} were not read: the checkout needs all release tags")
        return Span(
            self.releases.index(first) if first else 0,
            self.releases.index(last) if last else len(self.releases) - 1,
        )


def table(data: Path, name: str) -> dict[str, Any]:
    """A table kept by hand."""
    return tomllib.loads((data / f"{name}.toml").read_text("utf-8"))


def span(history: History, entry: dict[str, Any]) -> Span:
    """The releases from `first` to `last` that an entry of a table speaks of."""
    return history.span(entry.get("first", ""), entry.get("last", ""))


def numbers(entry: Named) -> tuple[DatedValue, ...]:
    """The values of a constant that are numbers."""
    return tuple(DatedValue(value, span) for value, span in entry.values if isinstance(value, int))


def refuse_strangers(lists: Iterable[Iterable[str]], known: Iterable[str]) -> None:
    """Makes sure that all names are known.

    Raises:
        ValueError: some are not.
    """
    strangers = sorted({name for names in lists for name in names} - set(known))
    if strangers:
        raise ValueError(f"no release has {', '.join(strangers)}")
