"""What lwslint raises when it cannot do the job: each message is one line, ready for a person."""

from __future__ import annotations

from collections.abc import Iterable


class LwslintError(Exception):
    """The job cannot be done: says which file or option, and what to do. Ends in exit status 2."""


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that may have been meant; empty where none is as like as `cutoff` (0 to 1) asks."""
    import difflib  # only who mistypes waits for it

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)), "")
