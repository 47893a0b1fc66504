"""What is known of each name of the library: the records behind `Knowledge`."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Protocol, TypeVar

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
    """An end of a connection: who gets a callback reason, or whose TLS a member is about."""

    CLIENT = "client"
    SERVER = "server"
    BOTH = "both"


class Kind(enum.StrEnum):
    """What a connection speaks."""

    WS = "ws"
    HTTP = "http"
    RAW = "raw"
    MQTT = "mqtt"


class UserData(enum.StrEnum):
    """What the argument `user` of a callback is."""

    SESSION = "session"  # the data of the connection: userdata, or per_session_data_size bytes
    MAYBE = "maybe"  # that, or NULL: it need not be there yet, or any more
    NULL = "null"  # always NULL
    OTHER = "other"  # something else: an SSL_CTX, a certificate, a text


class Writing(enum.StrEnum):
    """What a value of `enum lws_write_protocol` has lws_write() send."""

    WS = "ws"  # a websocket message: what is before the buffer is overwritten
    CONTROL = "control"  # a ping, a pong or a close
    HTTP = "http"  # what is said in HTTP, and raw data: LWS_WRITE_RAW is LWS_WRITE_HTTP
    DATAGRAM = "datagram"
    FLAG = "flag"  # or-ed to one of the others


class Lifetime(enum.StrEnum):
    """What the library does with a member it is given."""

    KEPT = "kept"  # the pointer is stored: what it points at must outlive the context or connection
    COPIED = "copied"  # what it points at is copied during the call
    CONSUMED = "consumed"  # what it points at is used during the call and never again
    VALUE = "value"  # a number, or a pointer that the library never stores or follows
    OWNED = "owned"  # the library frees it


class Dated(msgspec.Struct, frozen=True, omit_defaults=True):
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


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


_S = TypeVar("_S", bound=_Spanned)


def holding(facts: Iterable[_S], release: Release) -> _S | None:
    """The last of `facts` that holds for `release`."""
    return next((fact for fact in reversed(tuple(facts)) if has((fact.span,), release)), None)


class Note(msgspec.Struct, frozen=True, array_like=True):
    """A sentence (without capital and full stop), the releases it holds for, and where that is written.

    `source` is a list of TAG:PATH:LINE in the library's repository.
    """

    text: str
    span: Span
    source: str = ""


class DatedValue(msgspec.Struct, frozen=True, array_like=True):
    """A number and the releases it holds for."""

    value: int
    span: Span


class DatedText(msgspec.Struct, frozen=True, array_like=True):
    """A declaration (a type, a prototype) and the releases it holds for."""

    text: str
    span: Span


class DatedSide(msgspec.Struct, frozen=True, array_like=True):
    """A side and the releases it holds for."""

    side: Side
    span: Span
    source: str = ""


class DatedUserData(msgspec.Struct, frozen=True, array_like=True):
    """What `user` is, and the releases it holds for."""

    user: UserData
    span: Span
    source: str = ""


class Retention(msgspec.Struct, frozen=True, array_like=True):
    """A lifetime and the releases it holds for.

    `inside` is the lifetime of what the thing pointed at points at in its turn (the strings in a list).
    """

    lifetime: Lifetime
    span: Span
    inside: Lifetime = Lifetime.VALUE
    source: str = ""


class Constant(Dated, frozen=True, omit_defaults=True):
    """A name for a number, which may differ by release."""

    values: tuple[DatedValue, ...] = ()

    @property
    def value(self) -> int:
        """Its value in the newest release that has it."""
        return self.values[-1].value

    def value_at(self, release: Release) -> int | None:
        """Its value in `release`; None where it does not exist."""
        found = holding(self.values, release)
        return None if found is None else found.value


class ConstantInfo(Constant, frozen=True, omit_defaults=True):
    """A flag of `options` or `ssl_connection`, or another number that the library names.

    `implies` are the flags of its family that it contains; `writing` is said of those for lws_write().
    A constant that is no plain number has no `values`.
    """

    implies: tuple[str, ...] = ()
    writing: Writing | None = None


class Reason(Constant, frozen=True, omit_defaults=True):
    """A callback reason.

    `by_destroy` marks what destroying a context or vhost delivers: such a reason is no news to a program
    that is just destroying. `closes` marks those after which the connection is gone. `kind` is that of the
    connections that it speaks of; None: any, or no connection at all.
    """

    meaning: Meaning = Meaning.OTHER
    by_destroy: bool = False
    closes: bool = False
    kind: Kind | None = None
    sides: tuple[DatedSide, ...] = ()
    users: tuple[DatedUserData, ...] = ()

    def side_at(self, release: Release) -> Side:
        """Who gets it in `release`."""
        found = holding(self.sides, release)
        return Side.BOTH if found is None else found.side

    def user_at(self, release: Release) -> UserData:
        """What `user` is in `release`."""
        found = holding(self.users, release)
        return UserData.SESSION if found is None else found.user


def text_at(texts: tuple[DatedText, ...], release: Release) -> str:
    """The declaration that holds for `release`, or else the newest; empty if there is none."""
    found = holding(texts, release)
    return found.text if found is not None else texts[-1].text if texts else ""


class FieldInfo(Dated, frozen=True, omit_defaults=True):
    """A member of a struct of the library.

    `zeros` say what the library does where the member stays 0; `vhost_only` are the releases in which
    nothing but the making of a vhost reads it; `tls` whose TLS is asked for by a value that is not 0.
    """

    types: tuple[DatedText, ...] = ()
    retentions: tuple[Retention, ...] = ()
    zeros: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    vhost_only: tuple[Note, ...] = ()
    tls: tuple[DatedSide, ...] = ()

    @property
    def type(self) -> str:
        """Its type in the newest release that has it."""
        return self.types[-1].text if self.types else ""

    def type_at(self, release: Release) -> str:
        """Its type in `release`."""
        return text_at(self.types, release)

    def lifetime(self, release: Release) -> Lifetime:
        """What `release` does with it."""
        found = holding(self.retentions, release)
        return Lifetime.VALUE if found is None else found.lifetime

    def inside(self, release: Release) -> Lifetime:
        """What `release` does with that which the thing pointed at points at in its turn."""
        found = holding(self.retentions, release)
        return Lifetime.VALUE if found is None else found.inside

    def zero_at(self, release: Release) -> str:
        """What `release` does where it stays 0; empty if nothing special is known."""
        found = holding(self.zeros, release)
        return "" if found is None else found.text


class FunctionInfo(Dated, frozen=True, omit_defaults=True):
    """A public function, or a macro that is called like one."""


class Successor(msgspec.Struct, frozen=True):
    """What to use instead of a name that is gone or deprecated: a name, or `struct.member`."""

    name: str
    source: str = ""


class Absence(msgspec.Struct, frozen=True):
    """A name that a release lacks: it came later, or (`gone`) had been there before."""

    name: str
    gone: bool
    first: Release
    last: Release
    successor: str = ""


class Need(msgspec.Struct, frozen=True):
    """A member of the connect info that must not be NULL, for connections of some kinds.

    `otherwise` ends the sentence that "with it NULL, ..." begins. `tls` limits it to connections with TLS.
    """

    member: str
    kinds: tuple[Kind, ...]
    otherwise: str
    span: Span
    tls: bool = False
    source: str = ""


class Internal(msgspec.Struct, frozen=True):
    """A function that is not for programs; `instead` is what they do, empty if there is nothing to say."""

    name: str
    instead: str
    span: Span
    source: str = ""


class Method(msgspec.Struct, frozen=True):
    """A value of the connect info's `method` that is no HTTP method, and what it makes of the connection."""

    method: str
    kind: Kind
    span: Span
    source: str = ""


class Rest(msgspec.Struct, frozen=True):
    """What is known beside the names themselves: what replaces them, which are not for programs, and rules.

    `formers` are names that only the replacements speak of, and the releases that had them.
    """

    successors: dict[str, Successor]
    formers: dict[str, tuple[Span, ...]]
    internals: list[Internal]
    threads: list[Note]
    needs: list[Need]
    methods: list[Method]
