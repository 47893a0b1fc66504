"""Compiles the table of callback reasons."""

from __future__ import annotations

from typing import Any

from lwslint.lws.build_inputs import History, numbers, refuse_strangers, span
from lwslint.lws.facts import DatedSide, DatedUserData, Kind, Meaning, Reason, Side, UserData
from lwslint.lws.knowledge import EffectsTable

_PREFIX = "LWS_CALLBACK_"
_DESTROYERS = ("lws_context_destroy", "lws_context_destroy2", "lws_vhost_destroy")


def reasons(history: History, table: dict[str, Any], effects: EffectsTable) -> list[Reason]:
    """All callback reasons, by their newest values.

    Raises:
        ValueError: the table speaks of a reason that no release has.
    """
    known = {name.removeprefix(_PREFIX) for name in history.reasons}
    lists = [*table["meaning"].values(), *table["kind"].values(), table["closing"]["names"]]
    refuse_strangers([*lists, *(entry["names"] for entry in (*table["side"], *table["user"]))], known)
    destroyed = {
        reason
        for name in _DESTROYERS
        for index in effects.names[name]
        for reason in effects.effects[index].reasons
    }
    found = []
    for name, entry in history.reasons.items():
        short = name.removeprefix(_PREFIX)
        found.append(
            Reason(
                name=name,
                spans=entry.spans,
                values=numbers(entry),
                meaning=next((m for m in Meaning if short in table["meaning"].get(m, ())), Meaning.OTHER),
                by_destroy=name in destroyed,
                closes=short in table["closing"]["names"],
                kind=next((k for k in Kind if short in table["kind"].get(k, ())), None),
                sides=tuple(
                    DatedSide(Side(one["side"]), span(history, one), one["source"])
                    for one in table["side"]
                    if short in one["names"]
                ),
                users=tuple(
                    DatedUserData(UserData(one["user"]), span(history, one), one["source"])
                    for one in table["user"]
                    if short in one["names"]
                ),
            )
        )
    return sorted(found, key=lambda reason: (reason.value, reason.name))
