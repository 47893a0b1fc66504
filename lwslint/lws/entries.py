"""What is known of a name, for people: an entry for each thing of that name, in short lines."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.lws.effect_words import reasons, words
from lwslint.lws.effects import Effects
from lwslint.lws.facts import (
    ConstantInfo,
    Dated,
    FieldInfo,
    Kind,
    Lifetime,
    Meaning,
    Reason,
    Side,
    UserData,
    Writing,
)
from lwslint.lws.knowledge import CONNECT, INFO, Knowledge
from lwslint.lws.release import Release, has
from lwslint.lws.telling import ALL, Entry, Telling, release_range

_REASON = "LWS_CALLBACK_"
_LIFETIMES = {
    Lifetime.KEPT: "kept: the library stores the pointer, so what it points at must live as long as the {}",
    Lifetime.COPIED: "copied: what it points at may go when the call returns",
    Lifetime.CONSUMED: "used up by the call: what it points at may go when the call returns",
    Lifetime.VALUE: "a value: the library looks at nothing behind it",
    Lifetime.OWNED: "given away: the library frees it",
}
_INSIDE = "; what that points at in its turn is kept"
_LIVES = {INFO: "context", CONNECT: "connection", "lws_protocols": "context"}
_SIDES = {
    Side.CLIENT: "clients get it",
    Side.SERVER: "servers get it",
    Side.BOTH: "clients and servers get it",
}
_TLS = {
    Side.CLIENT: "asks for TLS, as a client",
    Side.SERVER: "asks for TLS, as a server",
    Side.BOTH: "asks for TLS",
}
_MEANINGS = {
    Meaning.LOSS: "the connection is gone, or could not be had",
    Meaning.SUCCESS: "established, received or completed",
    Meaning.WRITEABLE: "now a write is allowed",
    Meaning.LIFECYCLE: "something of the library's own is set up or torn down",
    Meaning.OTHER: "",
}
_USERS = {
    UserData.SESSION: "the connection's data",
    UserData.MAYBE: "the connection's data, or NULL",
    UserData.NULL: "NULL",
    UserData.OTHER: "not the connection's data, but something else",
}
_KINDS = {Kind.WS: "websocket", Kind.HTTP: "HTTP", Kind.RAW: "raw", Kind.MQTT: "MQTT"}
_WRITINGS = {
    Writing.WS: "lws_write() sends a websocket message",
    Writing.CONTROL: "lws_write() sends a ping, a pong or a close",
    Writing.HTTP: "lws_write() sends HTTP, or raw data",
    Writing.DATAGRAM: "lws_write() sends a datagram",
    Writing.FLAG: "may be or-ed to what lws_write() is told to send",
}


def entries(knowledge: Knowledge, word: str, release: Release | None = None) -> list[Entry]:
    """What is known of `word`: of all releases, or of one. Nothing, if it is unknown.

    A word is a name, a `struct.member`, a member alone, or a callback reason without its prefix.
    """
    telling = Telling(knowledge, release)
    struct, _, member = word.rpartition(".")
    found = [
        _field(telling, one, field)
        for one in knowledge.structs()
        if struct in ("", one)
        for field in knowledge.fields(one)
        if field.name == member
    ]
    reason = knowledge.reason(word) or knowledge.reason(_REASON + word)
    if reason:
        found.append(_reason(telling, reason))
    if word in knowledge.structs():
        found.append(_struct(telling, word))
    constant = knowledge.constant(word)
    if constant:
        found.append(_constant(telling, constant))
    if knowledge.is_library(word) or knowledge.every_effect(word):
        found.append(_function(telling, word))
    return found or _other(telling, word)


def _field(telling: Telling, struct: str, field: FieldInfo) -> Entry:
    full = f"{struct}.{field.name}"

    def lifetime(at: Release) -> str:
        kind = field.lifetime(at)
        inside = kind is not Lifetime.KEPT and field.inside(at) is Lifetime.KEPT
        return _LIFETIMES[kind].format(_LIVES.get(struct, "whole that it is part of")) + _INSIDE * inside

    def tls(at: Release) -> str:
        side = telling.knowledge.asks_for_tls(struct, field.name, at)
        return "" if side is None else _TLS[side]

    def scope(at: Release) -> str:
        ignored = struct == INFO and telling.knowledge.ignored_by_context(field.name, at)
        return "a context made with EXPLICIT_VHOSTS ignores it" if ignored else ""

    facts = [
        *telling.when(full, field),
        *telling.told("type", field, field.type_at),
        *telling.told("lifetime", field, lifetime),
        *telling.told("0 means", field, field.zero_at),
        *telling.told("TLS", field, tls),
        *telling.told("vhosts", field, scope),
        *(_needed(telling, field) if struct == CONNECT else ()),
        *telling.listed("note", field, lambda at: [n.text for n in field.notes if has((n.span,), at)]),
    ]
    said = (*field.retentions, *field.zeros, *field.notes, *field.vhost_only, *field.tls)
    return telling.entry(full, f"member of struct {struct}", facts, said)


def _needed(telling: Telling, field: FieldInfo) -> Iterator[tuple[str, str]]:
    """Connections of which kind need the member, and what happens to them where it is NULL."""

    def by_kind(at: Release, tls: bool) -> list[str]:
        said: dict[str, list[str]] = {}
        for kind in Kind:
            for need in telling.knowledge.needed_to_connect(kind, at, tls=tls):
                if need.member == field.name and need.tls is tls:
                    said.setdefault(need.otherwise, []).append(_KINDS[kind])
        with_tls = " with TLS" if tls else ""
        return [f"by {' and '.join(kinds)}{with_tls}: with NULL, {text}" for text, kinds in said.items()]

    return telling.listed("needed", field, lambda at: [*by_kind(at, False), *by_kind(at, True)])


def _reason(telling: Telling, reason: Reason) -> Entry:
    callers = sorted(telling.knowledge.delivered_by(reason.name, telling.release))
    facts = [
        *telling.when(reason.name, reason),
        *telling.told("number", reason, lambda at: str(reason.value_at(at))),
        *_some("means", _MEANINGS[reason.meaning]),
        *telling.told("who", reason, lambda at: _SIDES[reason.side_at(at)]),
        *telling.told("user", reason, lambda at: _USERS[reason.user_at(at)]),
        *_some("after it", "the connection is gone" if reason.closes else ""),
        *_some("during", ", ".join(callers)),
    ]
    kind = f"callback reason of {_KINDS[reason.kind]} connections" if reason.kind else "callback reason"
    return telling.entry(reason.name, kind, facts, (*reason.sides, *reason.users))


def _struct(telling: Telling, name: str) -> Entry:
    """A struct, a line for each member."""
    release = telling.release
    members = [one for one in telling.knowledge.fields(name) if release is None or one.at(release)]
    facts = []
    for field in members:
        at = release or field.last or telling.knowledge.newest()
        when = "" if release else release_range(field.spans[0].first, field.spans[-1].last, ALL)
        facts.append((field.name, ", ".join(filter(None, (field.type_at(at), field.lifetime(at), when)))))
    return Entry(name, f"struct with {len(members)} members", tuple(facts))


def _constant(telling: Telling, constant: ConstantInfo) -> Entry:
    name = constant.name

    def value(at: Release) -> str:
        number = constant.value_at(at)
        return "" if number is None else f"{number}" if number < 10 else f"{number} ({number:#x})"

    def tls(at: Release) -> str:
        number = constant.value_at(at)
        if number is None or not name.startswith("LWS_SERVER_OPTION_") or at < Release(2, 0, 0):
            return ""
        sets_up = telling.knowledge.implies_global_init(number, at)
        return "has the context set up the TLS library" if sets_up else ""

    facts = [
        *telling.when(name, constant),
        *telling.told("value", constant, value),
        *_some("contains", ", ".join(constant.implies)),
        *telling.told("TLS", constant, tls),
        *_some("writing", _WRITINGS[constant.writing] if constant.writing else ""),
    ]
    return telling.entry(name, _kind(name), facts, ())


def _kind(name: str) -> str:
    """What a constant is."""
    if name.startswith("LWS_SERVER_OPTION_"):
        return "flag of `options`"
    return "flag of `ssl_connection`" if name.startswith("LCCSCF_") else "constant"


def _function(telling: Telling, name: str) -> Entry:
    """A function of the library, or one of another library whose effects are known."""
    knowledge = telling.knowledge
    ours = knowledge.function(name)
    dated = ours or Dated(name, ALL)

    def effects(at: Release) -> Iterator[Effects]:
        yield from filter(None, [knowledge.effects(name, at)])

    def does(at: Release) -> list[str]:
        known = [phrase for one in effects(at) for phrase in words(one)]
        return known or (["only looks at what it is given, as far as is known"] if ours else [])

    def internal(at: Release) -> str:
        found = knowledge.internal(name, at)
        return "" if found is None else ": ".join(filter(None, ("not for programs", found.instead)))

    def threads(at: Release) -> str:
        may = knowledge.may_be_called_off_thread(name, at)
        return "any thread may call it" if may else "only the service loop's thread may call it"

    facts = [
        *(telling.when(name, dated) if ours else ()),
        *(telling.told("declared", dated, lambda at: knowledge.prototype(name, at)) if ours else ()),
        *telling.told("internal", dated, internal),
        *telling.listed("does", dated, does),
        *telling.joined("calls back", dated, lambda at: [r for one in effects(at) for r in reasons(one)]),
        *(telling.told("threads", dated, threads) if ours else ()),
    ]
    said: list[object] = []
    for at in telling.times(dated):
        said += [*effects(at), knowledge.internal(name, at)]
    said += [knowledge.thread_rule(at) for at in telling.times(dated) if ours]
    return telling.entry(name, "function" if ours else "function of another library", facts, said)


def _other(telling: Telling, word: str) -> list[Entry]:
    """A type, an enumerator or a macro, of which nothing but its releases is known."""
    dated = telling.knowledge.dated(word)
    return [] if dated is None else [telling.entry(word, "name", telling.when(word, dated), ())]


def _some(label: str, text: str) -> list[tuple[str, str]]:
    return [(label, text)] if text else []
