"""What is known of each name of the library: the records behind `Knowledge`."""

from __future__ import annotations

import enum

import msgspec

from lwslint.lws.release import Release, Span, has, releases


class Meaning(enum.StrEnum):
    """What a callback reason tells a program that wants to stay connected."""

    LOSS = "loss"  # the connection is gone, or could not be had
    SUCCESS = "success"  # established, received, completed
    WRITEABLE = "writeable"  # now a write is allowed
    LIFECYCLE = "lifecycle"  # something of the library's own is set up or torn down
    OTHER = "other"


class Side(enum.StrEnum):
    """Who gets a callback reason."""

    CLIENT = "client"
    SERVER = "server"
    BOTH = "both"


class Lifetime(enum.StrEnum):
    """What the library does with a member it is given."""

    KEPT = "kept"  # the pointer is stored: what it points at must outlive the context or connection
    COPIED = "copied"  # what it points at is copied during the call
    CONSUMED = "consumed"  # what it points at is used during the call and never again
    VALUE = "value"  # a number, or a pointer that the library never follows
    OWNED = "owned"  # the library frees it


class Dated(msgspec.Struct, frozen=True):
    """Something that some releases have and others do not; `spans` are those that do."""

    name: str
    spans: tuple[Span, ...]

    @property
    def first(self) -> Release | None:
        """The first release that has it; None if it was there from the beginning of the record."""
        return releases()[self.spans[0].first] if self.spans and self.spans[0].first else None

    @property
    def last(self) -> Release | None:
        """The last release that had it; None if the newest still has it."""
        known = releases()
        return None if not self.spans or self.spans[-1].last == len(known) - 1 else known[self.spans[-1].last]

    def at(self, release: Release) -> bool:
        """Whether `release` has it."""
        return has(self.spans, release)


class DatedValue(msgspec.Struct, frozen=True, array_like=True):
    """A number and the releases it holds for."""

    value: int
    span: Span


class Constant(Dated, frozen=True):
    """A name for a number, which may differ by release."""

    values: tuple[DatedValue, ...] = ()

    @property
    def value(self) -> int:
        """Its value in the newest release that has it."""
        return self.values[-1].value

    def value_at(self, release: Release) -> int | None:
        """Its value in `release`; None where it does not exist."""
        return next((v.value for v in self.values if has((v.span,), release)), None)


class Reason(Constant, frozen=True):
    """A callback reason.

    `by_destroy` marks what destroying a context or vhost delivers: such a reason is no news to a program
    that is just destroying. `both_until` is the last release in which the other side got it, too.
    """

    meaning: Meaning = Meaning.OTHER
    side: Side = Side.BOTH
    by_destroy: bool = False
    both_until: Release | None = None

    def side_at(self, release: Release) -> Side:
        """Who gets it in `release`."""
        return Side.BOTH if self.both_until is not None and release <= self.both_until else self.side


class Retention(msgspec.Struct, frozen=True, array_like=True):
    """A lifetime and the releases it holds for."""

    lifetime: Lifetime
    span: Span


class DatedText(msgspec.Struct, frozen=True, array_like=True):
    """A declaration (a type, a prototype) and the releases it holds for."""

    text: str
    span: Span


def _text_at(texts: tuple[DatedText, ...], release: Release) -> str:
    return next((text.text for text in texts if has((text.span,), release)), texts[-1].text if texts else "")


class FieldInfo(Dated, frozen=True):
    """A member of a struct of the library.

    `types` by release; `zero_means` says what the library does where the member stays 0.
    """

    types: tuple[DatedText, ...] = ()
    zero_means: str = ""
    retentions: tuple[Retention, ...] = ()
    source: str = ""

    @property
    def type(self) -> str:
        """Its type in the newest release that has it."""
        return self.types[-1].text if self.types else ""

    def type_at(self, release: Release) -> str:
        """Its type in `release`."""
        return _text_at(self.types, release)

    def lifetime(self, release: Release) -> Lifetime:
        """What `release` does with it."""
        return next((r.lifetime for r in self.retentions if has((r.span,), release)), Lifetime.VALUE)


class FunctionInfo(Dated, frozen=True):
    """A public function. `successor` is what to call where it is gone (a name, or a hint)."""

    prototypes: tuple[DatedText, ...] = ()
    successor: str = ""

    def prototype(self, release: Release) -> str:
        """How `release` declares it; empty where that is not known."""
        return _text_at(self.prototypes, release)


class OptionInfo(Constant, frozen=True):
    """A flag of `options` or `ssl_connection`; `implies` are the flags that it contains."""

    implies: tuple[str, ...] = ()
