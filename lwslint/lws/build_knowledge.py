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
    DatedText,
    DatedValue,
    FieldInfo,
    FunctionInfo,
    Lifetime,
    Meaning,
    OptionInfo,
    Reason,
    Retention,
    Side,
)
from lwslint.lws.headers import Declarations
from lwslint.lws.knowledge import EffectsTable
from lwslint.lws.release import Release, Span

_PREFIX = "LWS_CALLBACK_"
_RECORD = re.compile(r"(?:struct|union) (\w+) \{")
_MEMBER = re.compile(
    r"^\t+[^\n(]*?(?:\(\*+ ?(?:const )?)?\b(\w+)(?:\[[^\]]*\])*(?: : \d+)?(?:\)[^\n]*)?;$", re.MULTILINE
)
_ENUMERATOR = re.compile(r"^\t(\w+) = -?\d+,$", re.MULTILINE)
_FUNCTION = re.compile(r"(?!typedef)[\w ]+?[ *](\w+)\([^*]")
_LAST = re.compile(r"(?:\(\*+)?\b(\w+)(?:\[\d*\])*(?:\)?\([^{}]*\))?;$")
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
        effects = _effects(tomllib.loads((data / "effects.toml").read_text("utf-8")))
        library = tomllib.loads((data / "library.toml").read_text("utf-8"))
        return {
            "releases.json": _render(history.releases),
            "effects.json": _render(effects),
            "functions.json": _render(_functions(history, library)),
            "reasons.json": _render(_reasons(history, library, effects)),
            "structs.json": _render(_structs(history, library)),
            "options.json": _render(_options(history)),
            "names.json": _render(_names(history, declared)),
        }
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, ValueError, KeyError) as error:
        raise LwslintError(f"the tables of {data} do not fit: {error}") from error


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


def _functions(history: History, library: dict[str, Any]) -> list[FunctionInfo]:
    found = []
    for name, entry in history.functions.items():
        heir = library["successors"].get(name, "")
        renamed = name.replace("libwebsockets_", "lws_").replace("libwebsocket_", "lws_")
        if not heir and renamed != name and renamed in history.functions:
            heir = renamed
        found.append(FunctionInfo(name=name, spans=entry.spans, prototypes=entry.prototypes, successor=heir))
    return found


def _reasons(history: History, library: dict[str, Any], effects: EffectsTable) -> list[Reason]:
    table = library["reasons"]
    _refuse_strangers(table, {name.removeprefix(_PREFIX) for name in history.reasons})
    destroyed = {
        reason
        for name in _DESTROYERS
        for index in effects.names[name]
        for reason in effects.effects[index].reasons
    }
    reasons = []
    for name, entry in history.reasons.items():
        short = name.removeprefix(_PREFIX)
        until = table["both_until"].get(short)
        reasons.append(
            Reason(
                name=name,
                spans=entry.spans,
                values=_values(entry),
                meaning=next((m for m in Meaning if short in table.get(m, ())), Meaning.OTHER),
                side=next((s for s in Side if short in table.get(s, ())), Side.BOTH),
                by_destroy=name in destroyed,
                both_until=Release.parse(until) if until else None,
            )
        )
    return sorted(reasons, key=lambda reason: (reason.value, reason.name))


def _refuse_strangers(table: dict[str, Iterable[str]], known: set[str]) -> None:
    strangers = sorted({name for names in table.values() for name in names} - known)
    if strangers:
        raise ValueError(f"no such callback reason: {', '.join(strangers)}")


def _values(entry: Named) -> tuple[DatedValue, ...]:
    return tuple(DatedValue(value, span) for value, span in entry.values if isinstance(value, int))


def _structs(history: History, library: dict[str, Any]) -> dict[str, list[FieldInfo]]:
    notes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for note in library["member"]:
        for name in note["names"]:
            if name not in history.structs[note["struct"]]:
                raise ValueError(f"no such member: {note['struct']}.{name}")
            notes.setdefault((note["struct"], name), []).append(note)
    return {
        struct: [
            _field(history, name, entry, notes.get((struct, name), [])) for name, entry in members.items()
        ]
        for struct, members in history.structs.items()
    }


def _field(history: History, name: str, entry: Named, notes: list[dict[str, Any]]) -> FieldInfo:
    return FieldInfo(
        name=name,
        spans=entry.spans,
        types=entry.types,
        zero_means=next((note["zero"] for note in reversed(notes) if "zero" in note), ""),
        retentions=tuple(
            Retention(Lifetime(note["lifetime"]), history.span(note.get("first", ""), note.get("last", "")))
            for note in notes
        ),
        source="; ".join(dict.fromkeys(note["source"] for note in notes)),
    )


def _options(history: History) -> list[OptionInfo]:
    flags = {
        name: entry
        for name, entry in history.constants.items()
        if name.startswith(("LWS_SERVER_OPTION_", "LCCSCF_")) and _values(entry)
    }
    return [
        OptionInfo(name=name, spans=entry.spans, values=_values(entry), implies=_implied(name, flags))
        for name, entry in flags.items()
    ]


def _implied(name: str, flags: dict[str, Named]) -> tuple[str, ...]:
    family = name.split("_")[0]
    bits = _values(flags[name])[-1].value
    others = {
        other: _values(entry)[-1].value for other, entry in flags.items() if other.split("_")[0] == family
    }
    return tuple(
        other for other, value in others.items() if value and value != bits and value & bits == value
    )
