"""Statements with the releases that they hold for, in words: the parts that entries are made of."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator

import msgspec

from lwslint.lws.facts import Dated
from lwslint.lws.knowledge import Knowledge
from lwslint.lws.release import Release, Span, has, position, releases

ALL = (Span(0, len(releases()) - 1),)
"""All releases."""


class Entry(msgspec.Struct, frozen=True):
    """One thing: its name in full, what kind of thing it is, what is known, and where that is said.

    `facts` are pairs of a label and a text, `sources` places (TAG:PATH:LINE) in the library's repository.
    """

    name: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    sources: tuple[str, ...] = ()


class Telling:
    """Tells what is known, of one release or (None) of all."""

    def __init__(self, knowledge: Knowledge, release: Release | None) -> None:
        self.knowledge = knowledge
        self.release = release

    def entry(self, name: str, kind: str, facts: Iterable[tuple[str, str]], said: Iterable[object]) -> Entry:
        """An entry; its sources are those of the statements `said` that are about the release."""
        successor = self.knowledge.successor(name)
        sources = [source for one in said if self._counts(one) for source in _sources(one)]
        if successor is not None:
            sources += successor.source.split(", ")
        return Entry(name, kind, tuple(facts), tuple(dict.fromkeys(sources)))

    def _counts(self, said: object) -> bool:
        """Whether a statement is about the release that is asked about."""
        span = getattr(said, "span", None)
        return self.release is None or span is None or has((span,), self.release)

    def when(self, name: str, dated: Dated) -> list[tuple[str, str]]:
        """The releases that have it, and what to use where it is gone."""
        spans = dated.spans
        text = ", ".join(
            release_range(span.first, span.last, ALL) or "all that lwslint knows" for span in spans
        )
        successor = self.knowledge.successor(name)
        instead = f"; use {successor.name}" if successor is not None else ""
        if self.release is None or has(spans, self.release):
            return [("releases", text + instead)]
        return [("releases", f"not in {self.release}: {text}{instead}")]

    def times(self, dated: Dated) -> list[Release]:
        """The releases to tell of."""
        if self.release is not None:
            return [self.release] if dated.at(self.release) else []
        return [releases()[at] for span in dated.spans for at in range(span.first, span.last + 1)]

    def told(self, label: str, dated: Dated, ask: Callable[[Release], str]) -> Iterator[tuple[str, str]]:
        """A label and what `ask` says, once, with the releases that it says it of."""
        yield from self.listed(label, dated, lambda at: list(filter(None, [ask(at)])))

    def listed(
        self, label: str, dated: Dated, ask: Callable[[Release], Iterable[str]]
    ) -> Iterator[tuple[str, str]]:
        """The same for each of several things that `ask` says of a release."""
        for when, texts in self._stretches(dated, ask).items():
            yield from ((label, f"{when}: {text}" if when else text) for text in texts)

    def joined(
        self, label: str, dated: Dated, ask: Callable[[Release], Iterable[str]]
    ) -> Iterator[tuple[str, str]]:
        """The same with all things of the same releases in one text."""
        for when, texts in self._stretches(dated, ask).items():
            yield label, f"{when}: {', '.join(texts)}" if when else ", ".join(texts)

    def _stretches(self, dated: Dated, ask: Callable[[Release], Iterable[str]]) -> dict[str, list[str]]:
        """What is said, by the releases that it is said of in words; empty words are all that there are."""
        positions: dict[str, list[int]] = {}
        for release in self.times(dated):
            for text in ask(release):
                positions.setdefault(text, []).append(position(release))
        said: dict[str, list[str]] = {}
        for text, held in positions.items():
            ranges = () if self.release is not None else stretches(held, dated.spans)
            when = ", ".join(release_range(first, last, dated.spans) for first, last in ranges)
            said.setdefault(when, []).append(text)
        return said


def _sources(said: object) -> list[str]:
    return [source for source in getattr(said, "source", "").split(", ") if source]


def stretches(positions: Iterable[int], spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """First and last of the stretches that ascending positions make, where `spans` have nothing between.

    >>> list(stretches([1, 2, 5, 6, 9], [Span(0, 2), Span(5, 9)]))
    [(1, 6), (9, 9)]
    """
    known = [at for span in spans for at in range(span.first, span.last + 1)]
    follows = dict(itertools.pairwise(known))
    first = last = -1
    for at in positions:
        if last >= 0 and follows.get(last) != at:
            yield first, last
            first = at
        first = at if last < 0 else first
        last = at
    if last >= 0:
        yield first, last


def release_range(first: int, last: int, whole: tuple[Span, ...]) -> str:
    """The releases from `first` to `last` in words; empty if they are all of `whole`."""
    names = [str(release) for release in releases()]
    opens, closes = first <= whole[0].first, last >= whole[-1].last
    if opens and closes:
        return ""
    if closes:
        return f"since {names[first]}"
    if opens:
        return f"up to {names[last]}"
    return f"{names[first]} alone" if first == last else f"{names[first]} to {names[last]}"
