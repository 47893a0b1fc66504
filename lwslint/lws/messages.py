"""Lines that libwebsockets logs, and what they tell of a program."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from importlib import resources

import msgspec

MOST_TEXT = 4_000
"""Characters of a log line that are looked at."""

_LEAST_WORDS = 2
_NEAR = 0.75


class LogMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message: parts of it, with % for anything, what it means, and which rules and names are about it."""

    text: tuple[str, ...]
    means: str
    rules: tuple[str, ...]
    names: tuple[str, ...]
    source: str


@functools.cache
def messages() -> tuple[LogMessage, ...]:
    """All messages that are known."""
    data = resources.files(__package__).joinpath("data/messages.toml").read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(data)["message"], list[LogMessage]))


def matching(line: str) -> list[LogMessage]:
    """The messages that a line of a log is, those with the longest text in common first.

    Where none fits exactly, those whose words are nearly all in the line, or the line's in theirs.
    """
    line = line[:MOST_TEXT]
    found = [(size, one) for one in messages() if (size := max(_common(text, line) for text in one.text))]
    if not found:
        found = [(size, one) for one in messages() if (size := max(_near(text, line) for text in one.text))]
    return [one for _, one in sorted(found, key=lambda item: -item[0])]


def _common(text: str, line: str) -> int:
    """How many characters of a message are in a line; 0 if it is not that message."""
    position = 0
    parts = [part for part in text.lower().split("%") if part.strip()]
    lowered = line.lower()
    for part in parts:
        at = lowered.find(part.strip(), position)
        if at < 0:
            return 0
        position = at + len(part.strip())
    return sum(map(len, parts))


def _near(text: str, line: str) -> int:
    """How many words of a message are in a line, if those are most of them; else 0."""
    own, asked = _words(text), _words(line)
    shared = [word for word in own if difflib.get_close_matches(word, asked, n=1, cutoff=0.85)]
    fewer = min(len(own), len(asked))
    return len(shared) if len(shared) >= max(_LEAST_WORDS, _NEAR * fewer) else 0


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"[a-z_']{3,}", text.lower())))[:100]
