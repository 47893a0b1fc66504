"""Compiles the reduced history and the hand-kept tables to the files that `Knowledge` loads."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from lwslint.errors import LwslintError
from lwslint.lws.build_merge import spans
from lwslint.lws.effects import Effects
from lwslint.lws.facts import (
    ConstantInfo,
    DatedSide,
    DatedText,
    DatedUserData,
    DatedValue,
    FieldInfo,
    FunctionInfo,
    Internal,
    Kind,
    Lifetime,
    Meaning,
    Method,
    Need,
    Note,
    Reason,
    Rest,
    Retention,
    Side,
    Successor,
    UserData,
    Writing,
)
from lwslint.lws.headers import Declarations
from lwslint.lws.knowledge import EffectsTable
from lwslint.lws.release import Span

_PREFIX = "LWS_CALLBACK_"
_RECORD = re.compile(r"(?:struct|union) (\w+) \{")
_MEMBER = re.compile(
    r"^\t+[^\n(]*?(?:\(\*+ ?(?:const )?)?\b(\w+)(?:\[[^\]]*\])*(?: : \d+)?(?:\)[^\n]*)?;$", re.MULTILINE
)
_ENUMERATOR = re.compile(r"^\t(\w+) = -?\d+,$", re.MULTILINE)
_FUNCTION = re.compile(r"(?!typedef)[\w ]+?[ *](\w+)\([^*]")
_LAST = re.compile(r"(?:\(\*+)?\b(\w+)(?:\[\d*\])*(?:\)?\([^{}]*\))?;$")
_OLD_PREFIX = re.compile(r"^libwebsockets?_")
_RENAMED = "v1.6.0-chrome48-firefox42:changelog"
_FAMILIES = ("LWS_SERVER_OPTION_", "LCCSCF_")
_SAYABLE = {
    "struct",
    "names",
    "first",
    "last",
    "source",
    "lifetime",
    "inside",
    "zero",
    "scope",
    "tls",
    "note",
}
_DESTROYERS = ("lws_context_destroy", "lws_context_destroy2", "lws_vhost_destroy")


class Named(msgspec.Struct, frozen=True):
    """A name in the reduced history."""

    spans: tuple[Span, ...]
    prototypes: tuple[DatedText, ...] = ()
    values: tuple[tuple[int | str, Span], ...] = ()
    types: tuple[DatedText, ...] = ()


class History(msgspec.Struct, frozen=True):
    """The reduced history."""

    tags: list[str]
    releases: list[str]
    functions: dict[str, Named]
    structs: dict[str, dict[str, Named]]
    constants: dict[str, Named]
    reasons: dict[str, Named]

    def span(self, first: str, last: str) -> Span:
        """The span from release `first` to release `last`; an empty text is the end of the record."""
        return Span(
            self.releases.index(first) if first else 0,
            self.releases.index(last) if last else len(self.releases) - 1,
        )


def compiled(data: Path) -> dict[str, bytes]:
    """The run-time files, by name, made of the inputs in the folder `data`.

    Raises:
        LwslintError: a hand-kept table does not fit the vocabulary or the history.
    """
    try:
        history = msgspec.json.decode((data / "history.json").read_bytes(), type=History)
        declared = msgspec.json.decode((data / "declarations.json").read_bytes(), type=Declarations)
        effects = _effects(_table(data, "effects"))
        names = _table(data, "names")
        return {
            "releases.json": _render(history.releases),
            "effects.json": _render(effects),
            "functions.json": _render(_functions(history)),
            "reasons.json": _render(_reasons(history, _table(data, "reasons"), effects)),
            "structs.json": _render(_structs(history, _table(data, "members"))),
            "constants.json": _render(_constants(history, names["write"])),
            "names.json": _render(_names(history, declared)),
            "rest.json": _render(_rest(history, names)),
        }
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, ValueError, KeyError) as error:
        raise LwslintError(f"the tables of {data} do not fit: {error}") from error


def _table(data: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((data / f"{name}.toml").read_text("utf-8"))


def _render(content: object) -> bytes:
    return msgspec.json.encode(content) + b"\n"


def _names(history: History, declared: Declarations) -> dict[str, tuple[Span, ...]]:
    found: dict[str, set[int]] = {}
    members = {
        f"{struct}.{name}": entry
        for struct, fields in history.structs.items()
        for name, entry in fields.items()
    }
    for name, entry in (history.functions | history.constants | history.reasons | members).items():
        _note(found, name, entry.spans)
    for name, values in declared.macros.items():
        if not re.search(r"_H_*$|^LWS_(HAVE|HAS|LIBRARY_VERSION)", name):
            _note(found, name, [value.span for value in values])
    for forms in declared.declarations:
        for form in forms:
            for name in _introduced(form.text):
                _note(found, name, [form.span])
    return {name: spans(positions) for name, positions in sorted(found.items())}


def _note(found: dict[str, set[int]], name: str, holds: Iterable[Span]) -> None:
    found.setdefault(name, set()).update(at for span in holds for at in range(span.first, span.last + 1))


def _introduced(text: str) -> Iterator[str]:
    """The names that a declaration in the form of `build_syntax` introduces; members as `struct.member`."""
    head = _RECORD.match(text)
    if head is not None:
        yield head[1]
        yield from (f"{head[1]}.{match[1]}" for match in _MEMBER.finditer(text))
    yield from _ENUMERATOR.findall(text)
    tail = _FUNCTION.match(text) or _LAST.search(text)
    if head is None and tail is not None:
        yield tail[1]


def _effects(table: dict[str, Any]) -> EffectsTable:
    effects: list[Effects] = []
    names: dict[str, list[int]] = {}
    for entry in table["effect"]:
        effects.append(msgspec.convert({k: v for k, v in entry.items() if k != "names"}, Effects))
        for name in entry["names"]:
            names.setdefault(name, []).append(len(effects) - 1)
    return EffectsTable(effects, dict(sorted(names.items())))


def _functions(history: History) -> list[FunctionInfo]:
    return [
        FunctionInfo(name=name, spans=entry.spans, prototypes=entry.prototypes)
        for name, entry in history.functions.items()
    ]


def _reasons(history: History, table: dict[str, Any], effects: EffectsTable) -> list[Reason]:
    known = {name.removeprefix(_PREFIX) for name in history.reasons}
    lists = [*table["meaning"].values(), *table["kind"].values(), table["closing"]["names"]]
    _refuse_strangers([*lists, *(entry["names"] for entry in (*table["side"], *table["user"]))], known)
    destroyed = {
        reason
        for name in _DESTROYERS
        for index in effects.names[name]
        for reason in effects.effects[index].reasons
    }
    reasons = []
    for name, entry in history.reasons.items():
        short = name.removeprefix(_PREFIX)
        reasons.append(
            Reason(
                name=name,
                spans=entry.spans,
                values=_values(entry),
                meaning=next((m for m in Meaning if short in table["meaning"].get(m, ())), Meaning.OTHER),
                by_destroy=name in destroyed,
                closes=short in table["closing"]["names"],
                kind=next((k for k in Kind if short in table["kind"].get(k, ())), None),
                sides=tuple(
                    DatedSide(Side(one["side"]), _span(history, one), one["source"])
                    for one in table["side"]
                    if short in one["names"]
                ),
                users=tuple(
                    DatedUserData(UserData(one["user"]), _span(history, one), one["source"])
                    for one in table["user"]
                    if short in one["names"]
                ),
            )
        )
    return sorted(reasons, key=lambda reason: (reason.value, reason.name))


def _refuse_strangers(lists: Iterable[Iterable[str]], known: Iterable[str]) -> None:
    strangers = sorted({name for names in lists for name in names} - set(known))
    if strangers:
        raise ValueError(f"no release has {', '.join(strangers)}")


def _values(entry: Named) -> tuple[DatedValue, ...]:
    return tuple(DatedValue(value, span) for value, span in entry.values if isinstance(value, int))


def _span(history: History, entry: dict[str, Any]) -> Span:
    return history.span(entry.get("first", ""), entry.get("last", ""))


def _structs(history: History, table: dict[str, Any]) -> dict[str, list[FieldInfo]]:
    said: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for entry in table["member"]:
        strange = entry.keys() - _SAYABLE
        if strange:
            raise ValueError(f"{entry['struct']}: an entry cannot say {', '.join(sorted(strange))}")
        _refuse_strangers([entry["names"]], history.structs[entry["struct"]])
        for name in entry["names"]:
            said.setdefault((entry["struct"], name), []).append(entry)
    return {
        struct: [
            _field(history, name, entry, said.get((struct, name), [])) for name, entry in members.items()
        ]
        for struct, members in history.structs.items()
    }


def _field(history: History, name: str, entry: Named, said: list[dict[str, Any]]) -> FieldInfo:
    """What the entries of the hand-kept table say of one member, a tuple for each thing that they can say."""

    def those(key: str) -> Iterator[tuple[Any, Span, str]]:
        yield from ((one[key], _span(history, one), one["source"]) for one in said if key in one)

    return FieldInfo(
        name=name,
        spans=entry.spans,
        types=entry.types,
        retentions=tuple(
            Retention(
                Lifetime(one["lifetime"]),
                _span(history, one),
                Lifetime(one.get("inside", Lifetime.VALUE)),
                one["source"],
            )
            for one in said
            if "lifetime" in one
        ),
        zeros=tuple(Note(*found) for found in those("zero")),
        notes=tuple(Note(*found) for found in those("note")),
        vhost_only=tuple(Note(*found) for found in those("scope")),
        tls=tuple(DatedSide(Side(side), span, source) for side, span, source in those("tls")),
    )


def _constants(history: History, writes: dict[str, Any]) -> list[ConstantInfo]:
    _refuse_strangers((writes[writing] for writing in Writing), history.constants)
    return [
        ConstantInfo(
            name=name,
            spans=entry.spans,
            values=_values(entry),
            implies=_implied(name, history.constants),
            writing=next((writing for writing in Writing if name in writes[writing]), None),
        )
        for name, entry in history.constants.items()
    ]


def _implied(name: str, constants: dict[str, Named]) -> tuple[str, ...]:
    """The flags of the same family that a flag contains."""
    family = next((family for family in _FAMILIES if name.startswith(family)), None)
    values = _values(constants[name])
    if family is None or not values:
        return ()
    bits = values[-1].value
    others = {
        other: found[-1].value
        for other, entry in constants.items()
        if other.startswith(family) and (found := _values(entry))
    }
    return tuple(
        other for other, value in others.items() if value and value != bits and value & bits == value
    )


def _rest(history: History, table: dict[str, Any]) -> Rest:
    successors, formers = _successors(history, table["successor"])
    return Rest(
        successors=successors,
        formers=formers,
        internals=[
            Internal(name, one["instead"], _span(history, one), one["source"])
            for one in table["internal"]
            for name in one["names"]
        ],
        threads=[Note(one["rule"], _span(history, one), one["source"]) for one in table["threads"]],
        needs=_needs(history, table["need"]),
        methods=[
            Method(one["method"], Kind(one["kind"]), _span(history, one), one["source"])
            for one in table["method"]
        ],
    )


def _successors(
    history: History, entries: Iterable[dict[str, Any]]
) -> tuple[dict[str, Successor], dict[str, tuple[Span, ...]]]:
    """What replaces names, and when those existed that the history has nothing of."""
    known = {
        *history.functions,
        *history.constants,
        *history.reasons,
        *(f"{struct}.{name}" for struct, members in history.structs.items() for name in members),
    }
    successors: dict[str, Successor] = {}
    for name in history.functions:
        renamed = _OLD_PREFIX.sub("lws_", name)
        if renamed != name and renamed in history.functions:
            successors[name] = Successor(renamed, _RENAMED)
    formers: dict[str, tuple[Span, ...]] = {}
    for entry in entries:
        for name in entry["names"]:
            successors[name] = Successor(entry["successor"], entry["source"])
            if name not in known:
                if "last" not in entry:
                    raise ValueError(f"{name} is no name of the history: say which release had it last")
                formers[name] = (_span(history, entry),)
    return dict(sorted(successors.items())), formers


def _needs(history: History, entries: Iterable[dict[str, Any]]) -> list[Need]:
    connect = history.structs["lws_client_connect_info"]
    needs = []
    for one in entries:
        _refuse_strangers([one["members"]], connect)
        needs += [
            Need(
                member=member,
                kinds=tuple(map(Kind, one["kinds"])),
                otherwise=one["otherwise"],
                span=_span(history, one),
                tls=one.get("tls", False),
                source=one["source"],
            )
            for member in one["members"]
        ]
    return needs
