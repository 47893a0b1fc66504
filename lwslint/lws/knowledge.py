"""The library as data: what a name means, in which release, and what calling it does."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from lwslint.lws.additions import NOTHING_ADDED, Additions
from lwslint.lws.effects import Effects
from lwslint.lws.facts import (
    Absence,
    ConstantInfo,
    Dated,
    DatedText,
    FieldInfo,
    FunctionInfo,
    Internal,
    Kind,
    Lifetime,
    Meaning,
    Need,
    Note,
    Reason,
    Rest,
    Side,
    Successor,
    UserData,
    Writing,
    holding,
    text_at,
)
from lwslint.lws.release import Release, Span, has, position, releases

__all__ = [
    "Absence",
    "Additions",
    "ConstantInfo",
    "FieldInfo",
    "FunctionInfo",
    "Internal",
    "Kind",
    "Knowledge",
    "Lifetime",
    "Meaning",
    "Need",
    "Note",
    "Reason",
    "Release",
    "Side",
    "Successor",
    "UserData",
    "Writing",
]

INFO = "lws_context_creation_info"
CONNECT = "lws_client_connect_info"
_FLAGS = ("LWS_SERVER_OPTION_", "LCCSCF_")
_GLOBAL_INIT = "LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT"
_EXPLICIT_VHOSTS = "LWS_SERVER_OPTION_EXPLICIT_VHOSTS"

_DATA = Path(__file__).parent / "data"
_T = TypeVar("_T")


class EffectsTable(msgspec.Struct):
    """`effects.json`: distinct effects, and by name which of them hold."""

    effects: list[Effects]
    names: dict[str, list[int]]


def _part(name: str, kind: type[_T]) -> _T:
    data = (_DATA / f"{name}.json").read_bytes()
    return msgspec.json.decode(data, type=kind)


class Knowledge:
    """All that is known; each part is read when it is first asked for.

    Questions about a release newer than all known are answered for the newest known. What is not known is
    answered by None, or by the answer that accuses nobody.
    """

    def __init__(self, additions: Additions = NOTHING_ADDED) -> None:
        self._additions = additions

    @classmethod
    def load(cls, additions: Additions = NOTHING_ADDED) -> Knowledge:
        """The knowledge that comes with lwslint, and what a project adds; the same object every time."""
        return _loaded(additions)

    def effects(self, name: str, release: Release | None = None) -> Effects | None:
        """What the function `name` does in `release` (None: the newest); None if nothing is known.

        Functions of the library that have no entry only read; `is_library` tells them from strangers.
        """
        entries = self.every_effect(name)
        if release is not None:
            entries = tuple(effects for effects in entries if _covers(effects, release))
        return entries[-1] if entries else None

    def is_library(self, name: str) -> bool:
        """Whether any release has a public function of this name (`libwebsocket_*` included)."""
        return name in self._functions

    def function(self, name: str) -> FunctionInfo | None:
        """What is known of a public function of the library."""
        return self._functions.get(name)

    def prototype(self, function: str, release: Release) -> str:
        """How `release` declares a public function, else how the newest does; empty for a stranger."""
        return text_at(self._prototypes.get(function, ()), release)

    def reason(self, name: str) -> Reason | None:
        """The callback reason `name` (`LWS_CALLBACK_CLOSED`)."""
        return self._reasons.get(name)

    def reason_by_value(self, value: int, release: Release) -> Reason | None:
        """The callback reason that `release` numbers `value`."""
        return next((r for r in self._reasons.values() if r.value_at(release) == value), None)

    def reasons(self) -> tuple[Reason, ...]:
        """All callback reasons of all releases, in the order of the library's enumeration."""
        return tuple(self._reasons.values())

    def field(self, struct: str, name: str) -> FieldInfo | None:
        """The member `name` of `struct` (`lws_context_creation_info`, without the word struct)."""
        return self._structs.get(struct, {}).get(name)

    def fields(self, struct: str) -> tuple[FieldInfo, ...]:
        """The members of `struct` in any release; empty for a struct that is not tracked."""
        return tuple(self._structs.get(struct, {}).values())

    def option(self, name: str) -> ConstantInfo | None:
        """The flag `name` (`LWS_SERVER_OPTION_*`, `LCCSCF_*`)."""
        return self._constants.get(name) if name.startswith(_FLAGS) else None

    def constant(self, name: str) -> ConstantInfo | None:
        """The flag or other named number `name` (`CONTEXT_PORT_NO_LISTEN`, `LWS_WRITE_TEXT`)."""
        return self._constants.get(name)

    # Members

    def lifetime(self, struct: str, name: str, release: Release) -> Lifetime | None:
        """What `release` does with a member that it is given; None if it has no such member."""
        field = self._field_at(struct, name, release)
        return None if field is None else field.lifetime(release)

    def inner_lifetime(self, struct: str, name: str, release: Release) -> Lifetime | None:
        """What `release` does with what a member's target points at in its turn (the strings in a list).

        None if it has no such member.
        """
        field = self._field_at(struct, name, release)
        return None if field is None else field.inside(release)

    def zero_meaning(self, struct: str, name: str, release: Release) -> str:
        """What `release` does where a member stays 0; empty if nothing special is known."""
        field = self._field_at(struct, name, release)
        return "" if field is None else field.zero_at(release)

    def ignored_by_context(self, name: str, release: Release, *, pprotocols: bool = False) -> bool:
        """Whether `release` ignores this member of the creation info under EXPLICIT_VHOSTS.

        `pprotocols` says that the info has them: since 4.4.0 a default vhost is made of such an info all the
        same, and then nothing is ignored.
        """
        field = self._field_at(INFO, name, release)
        if field is None or (pprotocols and not self.ignored_by_context("pprotocols", release)):
            return False
        return holding(field.vhost_only, release) is not None

    def asks_for_tls(self, struct: str, name: str, release: Release) -> Side | None:
        """On which side a value of this member that is not 0 asks for TLS; None if it does not.

        Of `ssl_connection` only some bits do: see `connects_with_tls`.
        """
        field = self._field_at(struct, name, release)
        found = None if field is None else holding(field.tls, release)
        return None if found is None else found.side

    def connects_with_tls(self, ssl_connection: int, release: Release) -> bool:
        """Whether a connect with this value of `ssl_connection` asks for TLS.

        Since 3.0.0 only LCCSCF_USE_SSL does (`v3.0.0:lib/roles/http/client/client-handshake.c:980`), before
        that any value but 0 (`v2.4.2:lib/client/client.c:267`).
        """
        use = self._constants["LCCSCF_USE_SSL"].value
        return bool(ssl_connection & use) if release >= Release(3, 0, 0) else ssl_connection != 0

    # Options

    def implies_global_init(self, options: int, release: Release) -> bool:
        """Whether a context with these `options` sets up the TLS library; before 2.0.0 each one does."""
        bit = self._constants[_GLOBAL_INIT].value_at(release)
        return bit is None or options & bit == bit

    def has_explicit_vhosts(self, options: int, release: Release) -> bool:
        """Whether these `options` leave the making of vhosts to the program."""
        bit = self._constants[_EXPLICIT_VHOSTS].value_at(release)
        return bit is not None and options & bit == bit

    # Names that come and go

    def since(self, name: str) -> Release | None:
        """The first release with a function, type, enumerator, macro or `struct.member`; None if unknown."""
        spans = self._names.get(name)
        return releases()[spans[0].first] if spans else None

    def dated(self, name: str) -> Dated | None:
        """When releases had a function, type, enumerator, macro or `struct.member`; None if unknown."""
        spans = self._names.get(name) or self._certain.get(name)
        return Dated(name, spans) if spans else None

    def absence(self, name: str, release: Release) -> Absence | None:
        """How `release` lacks `name` (a function, reason, flag, or `struct.member`); None if it has it.

        None, too, for what no release has, and for names that only some builds of the library have.
        """
        spans = self._certain.get(name)
        if not spans or has(spans, release):
            return None
        successor = self._rest.successors.get(name)
        return Absence(
            name=name,
            gone=spans[0].last < position(release),
            first=releases()[spans[0].first],
            last=releases()[spans[-1].last],
            successor=successor.name if successor else "",
        )

    def successor(self, name: str) -> Successor | None:
        """What to use instead of a name that is gone or deprecated."""
        return self._rest.successors.get(name)

    def internal(self, function: str, release: Release) -> Internal | None:
        """A function of the library that is not for programs; None if it is, or is not the library's."""
        return holding((one for one in self._rest.internals if one.name == function), release)

    # Threads

    def may_be_called_off_thread(self, function: str, release: Release) -> bool:
        """Whether `release` lets a thread that does not run the service loop call this function.

        Pure helpers and logging may be called, and so may all that is not the library's.
        """
        if not self.is_library(function):
            return True
        effects = self.effects(function, release)
        return effects is not None and (effects.thread_safe or effects.pure)

    def thread_rule(self, release: Release) -> Note | None:
        """What `release` says of calls from other threads."""
        return holding(self._rest.threads, release)

    # Callback reasons

    def reason_side(self, name: str, release: Release) -> Side | None:
        """Who gets a callback reason in `release`; None if it has no such reason."""
        reason = self._reasons.get(name)
        return reason.side_at(release) if reason is not None and reason.at(release) else None

    def reason_user(self, name: str, release: Release) -> UserData | None:
        """What `user` is under a callback reason in `release`; None if it has no such reason."""
        reason = self._reasons.get(name)
        return reason.user_at(release) if reason is not None and reason.at(release) else None

    def closing_reasons(self, kind: Kind, side: Side, release: Release) -> tuple[Reason, ...]:
        """The reasons that end connections of a kind on a side (`BOTH`: on any) in `release`."""
        return tuple(
            reason
            for reason in self._reasons.values()
            if reason.closes
            and reason.at(release)
            and reason.kind in (None, kind)
            and (side is Side.BOTH or reason.side_at(release) in (side, Side.BOTH))
        )

    def delivered_by(self, reason: str, release: Release | None = None) -> tuple[str, ...]:
        """The functions that may call back under a reason before they return, in `release` or in any."""
        asked = ((name, self.every_effect(name)) for name in self._effects.names)
        if release is not None:
            asked = ((name, tuple(filter(None, [self.effects(name, release)]))) for name, _ in asked)
        return tuple(name for name, known in asked if any(reason in one.reasons for one in known))

    # Connecting and writing

    def connection_kind(self, method: str | None, release: Release) -> Kind:
        """What a connect with this `method` makes; None, a NULL, is a websocket."""
        if method is None:
            return Kind.WS
        special = holding((one for one in self._rest.methods if one.method == method), release)
        return Kind.HTTP if special is None else special.kind

    def needed_to_connect(self, kind: Kind, release: Release, *, tls: bool = False) -> tuple[Need, ...]:
        """The members of the connect info that must not be NULL, each once."""
        needs = {
            need.member: need
            for need in self._rest.needs
            if kind in need.kinds and has((need.span,), release) and (tls or not need.tls)
        }
        return tuple(needs.values())

    def writing(self, protocol: int, release: Release) -> Writing | None:
        """What lws_write() sends for this value of its last argument; None if `release` has no such value."""
        named = [one for one in self._constants.values() if one.writing is not None and one.at(release)]
        for one in named:
            if one.writing is Writing.FLAG:
                protocol &= ~one.value
        return next((one.writing for one in named if one.value_at(release) == protocol), None)

    # Releases

    def every_effect(self, name: str) -> tuple[Effects, ...]:
        """What the function `name` does in any release; of several for one release the last holds."""
        if (added := self._added.get(name)) is not None:
            return (added,)
        table = self._effects
        return tuple(table.effects[index] for index in table.names.get(name, ()))

    def names(self) -> tuple[str, ...]:
        """Every name that something is known of: those of the library's headers, and functions of others.

        Members are `struct.member`.
        """
        members = (f"{struct}.{field.name}" for struct in self._structs for field in self.fields(struct))
        known = (self._names, self._functions, self._reasons, self._constants, self._effects.names)
        return tuple(sorted({*members, *self._certain, *(name for part in known for name in part)}))

    def structs(self) -> tuple[str, ...]:
        """The structs whose members are tracked."""
        return tuple(self._structs)

    def spans(self, name: str) -> tuple[Span, ...] | None:
        """The releases that have a public name; None if none has."""
        return self._names.get(name)

    def newest(self) -> Release:
        """The newest release that lwslint knows."""
        return releases()[-1]

    def releases(self) -> tuple[Release, ...]:
        """All releases that lwslint knows, oldest first."""
        return releases()

    def lowest_with(self, names: Iterable[str]) -> Release | None:
        """The lowest release that has all of `names`; None if none has.

        Names are those of functions, types, enumerators, macros and members (`struct.member`). What no
        release has is somebody else's, and does not count.
        """
        found = self._releases_with(names)
        return releases()[min(found)] if found else None

    def newest_with(self, names: Iterable[str]) -> Release | None:
        """The newest release that has all of `names`, by the same rules as `lowest_with`."""
        found = self._releases_with(names)
        return releases()[max(found)] if found else None

    def _field_at(self, struct: str, name: str, release: Release) -> FieldInfo | None:
        field = self.field(struct, name)
        return field if field is not None and field.at(release) else None

    def _releases_with(self, names: Iterable[str]) -> set[int]:
        found = set(range(len(releases())))
        for spans in filter(None, map(self._names.get, names)):
            found &= {at for span in spans for at in range(span.first, span.last + 1)}
        return found

    @functools.cached_property
    def _effects(self) -> EffectsTable:
        return _part("effects", EffectsTable)

    @functools.cached_property
    def _added(self) -> dict[str, Effects]:
        return self._additions.effects()

    @functools.cached_property
    def _functions(self) -> dict[str, FunctionInfo]:
        return {function.name: function for function in _part("functions", list[FunctionInfo])}

    @functools.cached_property
    def _prototypes(self) -> dict[str, tuple[DatedText, ...]]:
        return _part("prototypes", dict[str, tuple[DatedText, ...]])

    @functools.cached_property
    def _reasons(self) -> dict[str, Reason]:
        reasons = {reason.name: reason for reason in _part("reasons", list[Reason])}
        for name in self._additions.loss_reasons:
            reasons[name] = msgspec.structs.replace(reasons[name], meaning=Meaning.LOSS)
        return reasons

    @functools.cached_property
    def _structs(self) -> dict[str, dict[str, FieldInfo]]:
        structs = _part("structs", dict[str, list[FieldInfo]])
        return {name: {field.name: field for field in fields} for name, fields in structs.items()}

    @functools.cached_property
    def _constants(self) -> dict[str, ConstantInfo]:
        return {constant.name: constant for constant in _part("constants", list[ConstantInfo])}

    @functools.cached_property
    def _rest(self) -> Rest:
        return _part("rest", Rest)

    @functools.cached_property
    def _certain(self) -> dict[str, tuple[Span, ...]]:
        """The releases of names that do not depend on how the library is built."""
        dated = (*self._functions.values(), *self._reasons.values(), *self._constants.values())
        members = {f"{struct}.{m.name}": m.spans for struct in self._structs for m in self.fields(struct)}
        return {one.name: one.spans for one in dated} | members | dict(self._rest.formers)

    @functools.cached_property
    def _names(self) -> dict[str, tuple[Span, ...]]:
        return _part("names", dict[str, tuple[Span, ...]])


@functools.cache
def _loaded(additions: Additions) -> Knowledge:
    return Knowledge(additions)


def _covers(effects: Effects, release: Release) -> bool:
    at = position(release)
    first = position(Release.parse(effects.first)) if effects.first else 0
    last = position(Release.parse(effects.last)) if effects.last else len(releases())
    return first <= at <= last
