"""Compiles the table of names: successors, functions that are not for programs, threads, needs, methods."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lwslint.lws.build_inputs import History, refuse_strangers, span
from lwslint.lws.facts import Internal, Kind, Method, Need, Note, Rest, Successor
from lwslint.lws.release import Span

_OLD_PREFIX = re.compile(r"^libwebsockets?_")
_RENAMED = "v1.6.0-chrome48-firefox42:changelog"


def rest(history: History, table: dict[str, Any]) -> Rest:
    """What the table says.

    Raises:
        ValueError: it speaks of a name that no release has.
    """
    successors, formers = _successors(history, table["successor"])
    return Rest(
        successors=successors,
        formers=formers,
        internals=[
            Internal(name, one["instead"], span(history, one), one["source"])
            for one in table["internal"]
            for name in one["names"]
        ],
        threads=[Note(one["rule"], span(history, one), one["source"]) for one in table["threads"]],
        needs=_needs(history, table["need"]),
        methods=[
            Method(one["method"], Kind(one["kind"]), span(history, one), one["source"])
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
                formers[name] = (span(history, entry),)
    return dict(sorted(successors.items())), formers


def _needs(history: History, entries: Iterable[dict[str, Any]]) -> list[Need]:
    connect = history.structs["lws_client_connect_info"]
    needs = []
    for one in entries:
        refuse_strangers([one["members"]], connect)
        needs += [
            Need(
                member=member,
                kinds=tuple(map(Kind, one["kinds"])),
                otherwise=one["otherwise"],
                span=span(history, one),
                tls=one.get("tls", False),
                source=one["source"],
            )
            for member in one["members"]
        ]
    return needs
