"""Releases of libwebsockets: ordered, as a person writes them."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import msgspec

from lwslint.errors import LwslintError

_TEXT = re.compile(r"v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?(?:-.{0,200})?", re.ASCII | re.DOTALL)


class Release(msgspec.Struct, frozen=True, order=True, array_like=True):
    """One release. The early `1.21` to `1.23`, which came before 1.3, are 1.2.1 to 1.2.3."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Release:
        """The release that `text` names: `4.1.6`, `v4.1.6`, `4.1.6-2` or, for its newest patch, `4.1`.

        Raises:
            LwslintError: `text` names no release.
        """
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise LwslintError(f"{text[:40]!r} is no release of libwebsockets: write it like 4.1.6 or 4.1")
        major, minor, patch = (None if part is None else int(part) for part in match.groups())
        assert major is not None
        if major == 1 and minor is not None and 21 <= minor <= 23 and patch is None:
            return cls(1, 2, minor - 20)
        if minor is not None and patch is not None:
            return cls(major, minor, patch)
        family = [r for r in releases() if r.major == major and minor in (None, r.minor)]
        if family:
            return family[-1]
        beyond = cls(major, minor or 0, 0)
        if beyond > releases()[-1]:
            return beyond
        raise LwslintError(
            f"there is no release {text[:40]!r} of libwebsockets: the newest is {releases()[-1]}"
        )

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Span(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of releases, both ends in it, as positions in `releases()`."""

    first: int
    last: int


def has(spans: tuple[Span, ...], release: Release) -> bool:
    """Whether `release` lies in one of the spans; one that came after the newest known counts as that one."""
    at = position(release)
    return any(span.first <= at <= span.last for span in spans)


@functools.cache
def releases() -> tuple[Release, ...]:
    """All releases that lwslint knows, oldest first."""
    data = (Path(__file__).parent / "data/releases.json").read_bytes()
    return tuple(Release.parse(text) for text in msgspec.json.decode(data, type=list[str]))


@functools.cache
def position(release: Release) -> int:
    """The position in `releases()` of the newest release that is not after `release`; -1 if there is none."""
    return sum(known <= release for known in releases()) - 1
