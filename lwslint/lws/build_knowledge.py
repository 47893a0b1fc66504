"""Compiles the history of the headers and the tables kept by hand to the files that `Knowledge` loads."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from lwslint.errors import LwslintError
from lwslint.lws.build_inputs import History, Named, numbers, refuse_strangers, table
from lwslint.lws.build_members import structs
from lwslint.lws.build_merge import spans
from lwslint.lws.build_reasons import reasons
from lwslint.lws.build_rest import rest
from lwslint.lws.effects import Effects
from lwslint.lws.facts import ConstantInfo, FunctionInfo, Writing
from lwslint.lws.headers import Declarations
from lwslint.lws.knowledge import EffectsTable
from lwslint.lws.release import Span

_RECORD = re.compile(r"(?:struct|union) (\w+) \{")
_MEMBER = re.compile(
    r"^\t+[^\n(]*?(?:\(\*+ ?(?:const )?)?\b(\w+)(?:\[[^\]]*\])*(?: : \d+)?(?:\)[^\n]*)?;$", re.MULTILINE
)
_ENUMERATOR = re.compile(r"^\t(\w+) = -?\d+,$", re.MULTILINE)
_FUNCTION = re.compile(r"(?!typedef)[\w ]+?[ *](\w+)\([^*]")
_LAST = re.compile(r"(?:\(\*+)?\b(\w+)(?:\[\d*\])*(?:\)?\([^{}]*\))?;$")
_FAMILIES = ("LWS_SERVER_OPTION_", "LCCSCF_")


def compiled(data: Path) -> dict[str, bytes]:
    """The run-time files, by name, made of the inputs in the folder `data`.

    Raises:
        LwslintError: a hand-kept table does not fit the vocabulary or the history.
    """
    try:
        history = msgspec.json.decode((data / "history.json").read_bytes(), type=History)
        declared = msgspec.json.decode((data / "declarations.json").read_bytes(), type=Declarations)
        effects = _effects(table(data, "effects"))
        names = table(data, "names")
        return {
            "releases.json": _render(history.releases),
            "effects.json": _render(effects),
            "functions.json": _render(_functions(history)),
            "prototypes.json": _render({name: entry.prototypes for name, entry in history.functions.items()}),
            "reasons.json": _render(reasons(history, table(data, "reasons"), effects)),
            "structs.json": _render(structs(history, table(data, "members"))),
            "constants.json": _render(_constants(history, names["write"])),
            "names.json": _render(_names(history, declared)),
            "rest.json": _render(rest(history, names)),
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


def _effects(entries: dict[str, Any]) -> EffectsTable:
    effects: list[Effects] = []
    names: dict[str, list[int]] = {}
    for entry in entries["effect"]:
        effects.append(msgspec.convert({k: v for k, v in entry.items() if k != "names"}, Effects))
        for name in entry["names"]:
            names.setdefault(name, []).append(len(effects) - 1)
    return EffectsTable(effects, dict(sorted(names.items())))


def _functions(history: History) -> list[FunctionInfo]:
    return [FunctionInfo(name=name, spans=entry.spans) for name, entry in history.functions.items()]


def _constants(history: History, writes: dict[str, Any]) -> list[ConstantInfo]:
    refuse_strangers((writes[writing] for writing in Writing), history.constants)
    return [
        ConstantInfo(
            name=name,
            spans=entry.spans,
            values=numbers(entry),
            implies=_implied(name, history.constants),
            writing=next((writing for writing in Writing if name in writes[writing]), None),
        )
        for name, entry in history.constants.items()
    ]


def _implied(name: str, constants: dict[str, Named]) -> tuple[str, ...]:
    """The flags of the same family that a flag contains."""
    family = next((family for family in _FAMILIES if name.startswith(family)), None)
    values = numbers(constants[name])
    if family is None or not values:
        return ()
    bits = values[-1].value
    others = {
        other: found[-1].value
        for other, entry in constants.items()
        if other.startswith(family) and (found := numbers(entry))
    }
    return tuple(
        other for other, value in others.items() if value and value != bits and value & bits == value
    )
