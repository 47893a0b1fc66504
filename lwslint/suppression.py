"""Suppression comments: `// lwslint: ignore[LWS103] reason`, on the line of a finding or alone above it.

Only comments count, so C is lexed here as far as it takes to tell comments from strings: lines that end
in a backslash are joined first (translation phase 2), then literals and comments are cut out (phase 3).
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lwslint.model.finding import Finding
from lwslint.model.outcome import RuleInfo, Suppressed

_TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?(?:\*/|\Z) )
  | "(?:\\.|[^"\\\n])*"
  | '(?:\\.|[^'\\\n])*'
  | \.?[0-9](?:'?[\w.])*  # a number: the ' between its digits (C23) opens no literal
  | [^\W\d]\w*
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE = re.compile(r"(?<![\w-])lwslint:\s*ignore\[([^\]\n]+)\]([^\n]*)")
_SPLICE = re.compile(r"\\[ \t]*\r?\n")


@dataclass(frozen=True)
class Directive:
    """A suppression comment: the codes or names of rules it silences on lines `first` to `last`, and why."""

    rules: frozenset[str]
    reason: str
    first: int
    last: int

    def silences(self, line: int, names: Iterable[str]) -> bool:
        """Whether it speaks of this line, and of a rule that goes by one of these names."""
        return self.first <= line <= self.last and not self.rules.isdisjoint(names)


def separate(
    findings: Iterable[Finding], rules: Iterable[RuleInfo], text_of: Callable[[str], str]
) -> tuple[list[Finding], list[Suppressed]]:
    """Tells findings that stand from those that a comment silences.

    `text_of` gives the text of the file at a `Place.path`.
    """
    names = {rule.code: (rule.code.lower(), rule.name.lower()) for rule in rules}
    by_file: dict[str, tuple[Directive, ...]] = {}
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []
    for finding in findings:
        place = finding.place
        if place.path not in by_file:
            by_file[place.path] = directives(text_of(place.path))
        own = names.get(finding.rule, (finding.rule.lower(),))
        match = next((found for found in by_file[place.path] if found.silences(place.line, own)), None)
        if match:
            suppressed.append(Suppressed(finding, match.reason))
        else:
            kept.append(finding)
    return kept, suppressed


def directives(text: str) -> tuple[Directive, ...]:
    """The suppression comments of a C file, in its order."""
    if "lwslint:" not in text:
        return ()
    lines = _Lines(text)
    return tuple(
        Directive(frozenset(_words(match[1])), _reason(match[2]), *lines.silenced_by(comment))
        for comment in lines.comments
        for match in _DIRECTIVE.finditer(comment[0])
        if any(_words(match[1]))
    )


class _Lines:
    """The lines of a C file, and which of them hold code."""

    def __init__(self, text: str) -> None:
        self._text, self._starts = _join_lines(text)
        tokens = _TOKEN.finditer(self._text)
        self.comments = [token for token in tokens if token["comment"]]
        self._code = [bool(line.strip()) for line in self._cut(_blanked(self._text, self.comments))]
        self._below = self._next_lines()

    def silenced_by(self, comment: re.Match[str]) -> tuple[int, int]:
        """First and last line that a comment speaks of: its own if code stands there, else the next."""
        first = bisect_right(self._starts, comment.start())
        last = bisect_right(self._starts, comment.end() - 1)
        if self._code[first - 1] or self._code[last - 1]:
            return first, last
        return self._below[last], self._below[last]

    def _next_lines(self) -> list[int]:
        """For each line, the number of the next one that holds not just comments."""
        below = [len(self._code) + 1]
        for number, line in zip(range(len(self._code), 0, -1), reversed(self._cut(self._text)), strict=True):
            only_comments = line.strip() and not self._code[number - 1]
            below.append(below[-1] if only_comments else number)
        return below[::-1]

    def _cut(self, text: str) -> list[str]:
        return [text[start:end] for start, end in itertools.pairwise([*self._starts, len(text)])]


def _blanked(text: str, comments: Iterable[re.Match[str]]) -> str:
    """The text with blanks in place of comments."""
    pieces: list[str] = []
    end = 0
    for comment in comments:
        pieces += [text[end : comment.start()], " " * len(comment[0])]
        end = comment.end()
    return "".join([*pieces, text[end:]])


def _join_lines(text: str) -> tuple[str, list[int]]:
    """The text without line splices, and where in it each line of the file starts."""
    pieces = [_SPLICE.sub("", line) for line in re.split(r"(?<=\n)", text)]
    return "".join(pieces), list(itertools.accumulate(map(len, pieces[:-1]), initial=0))


def _words(listed: str) -> Iterator[str]:
    return (word.strip().lower() for word in listed.split(",") if word.strip())


def _reason(rest: str) -> str:
    return rest.removesuffix("*/").strip()
