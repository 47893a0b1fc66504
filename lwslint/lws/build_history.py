"""Reduces an API history to facts: release tags become positions, prose and file positions go."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from lwslint.errors import LwslintError

_TAG = re.compile(r"v(\d+)\.(\d+)(?:\.(\d+))?(?:-.*)?")


def release_text(tag: str) -> str:
    """The release of a tag: `v4.0.08` is `4.0.8`, `v1.23-chrome32-firefox24` is `1.2.3`."""
    match = _TAG.fullmatch(tag)
    if match is None:
        raise LwslintError(f"{tag!r} is no release tag")
    major, minor, patch = (int(part) if part else 0 for part in match.groups())
    if major == 1 and minor > 20:
        minor, patch = 2, minor - 20
    return f"{major}.{minor}.{patch}"


def reduced(history: bytes) -> bytes:
    """The reduced form of `history`, as JSON; its layout is what `build_knowledge` reads.

    Raises:
        LwslintError: it is no API history.
    """
    try:
        full = msgspec.json.decode(history)
        return _Reduction(full).render()
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise LwslintError(f"this is no API history: {error!r}") from error


class _Reduction:
    def __init__(self, full: dict[str, Any]) -> None:
        self.full = full
        self.tags = {release["tag"]: at for at, release in enumerate(full["releases"])}

    def render(self) -> bytes:
        full = self.full
        functions = {
            name: self.dated(entry, "prototypes")
            for name, entry in {**full["all_public_functions"], **full["functions"]}.items()
            if entry
        }
        structs = {
            name: {field: self.member(entry) for field, entry in struct["fields"].items()}
            for name, struct in full["structs"].items()
        }
        constants = {
            name: self.dated(entry, "values")
            for group in (full["macros_and_options"], *full["enums"].values())
            for name, entry in group.items()
            if entry
        }
        reasons = {name: self.dated(entry, "values") for name, entry in full["callback_reasons"].items()}
        content = {
            "tags": list(self.tags),
            "releases": [release_text(tag) for tag in self.tags],
            "functions": dict(sorted(functions.items())),
            "structs": structs,
            "constants": constants,
            "reasons": reasons,
        }
        return msgspec.json.encode(content) + b"\n"

    def span(self, first: str, last: str) -> list[int]:
        return [self.tags[first], self.tags[last]]

    def spans(self, entry: dict[str, Any]) -> list[list[int]]:
        return [self.span(first, last) for first, last in entry["ranges"]]

    def dated(self, entry: dict[str, Any], texts: str) -> dict[str, Any]:
        values = entry.get(texts)
        if values is None and "value" in entry:
            values = [
                {"value": entry["value"], "first": first, "last": last} for first, last in entry["ranges"]
            ]
        found = [[item["value"], self.span(item["first"], item["last"])] for item in values or ()]
        return {"spans": self.spans(entry)} | ({texts: found} if found else {})

    def member(self, entry: dict[str, Any]) -> dict[str, Any]:
        history = entry.get("type_history") or [
            {"value": entry["type"], "first": first, "last": last} for first, last in entry["ranges"]
        ]
        types = [[item["value"], self.span(item["first"], item["last"])] for item in history]
        return {"spans": self.spans(entry), "types": types}
