"""Compiles the table of members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lwslint.lws.build_inputs import History, Named, refuse_strangers, span
from lwslint.lws.facts import DatedSide, FieldInfo, Lifetime, Note, Retention, Side
from lwslint.lws.release import Span

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


def structs(history: History, table: dict[str, Any]) -> dict[str, list[FieldInfo]]:
    """The members of the tracked structs, with what the table says of them.

    Raises:
        ValueError: the table speaks of a member that no release has, or says what cannot be said.
    """
    said: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for entry in table["member"]:
        strange = entry.keys() - _SAYABLE
        if strange:
            raise ValueError(f"{entry['struct']}: an entry cannot say {', '.join(sorted(strange))}")
        refuse_strangers([entry["names"]], history.structs[entry["struct"]])
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
        yield from ((one[key], span(history, one), one["source"]) for one in said if key in one)

    return FieldInfo(
        name=name,
        spans=entry.spans,
        types=entry.types,
        retentions=tuple(
            Retention(
                Lifetime(one["lifetime"]),
                span(history, one),
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
