"""The library as data: what a name means, in which release, and what calling it does."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from importlib import resources
from typing import TypeVar

import msgspec

from lwslint.lws.effects import Effects
from lwslint.lws.facts import FieldInfo, FunctionInfo, Lifetime, Meaning, OptionInfo, Reason, Side
from lwslint.lws.release import Release, Span, position, releases

__all__ = [
    "FieldInfo",
    "FunctionInfo",
    "Knowledge",
    "Lifetime",
    "Meaning",
    "OptionInfo",
    "Reason",
    "Release",
    "Side",
]

_T = TypeVar("_T")


class EffectsTable(msgspec.Struct):
    """`effects.json`: distinct effects, and by name which of them hold."""

    effects: list[Effects]
    names: dict[str, list[int]]


def _part(name: str, kind: type[_T]) -> _T:
    data = resources.files(__package__).joinpath(f"data/{name}.json").read_bytes()
    return msgspec.json.decode(data, type=kind)


class Knowledge:
    """All that is known; each part is read when it is first asked for."""

    @classmethod
    @functools.cache
    def load(cls) -> Knowledge:
        """The knowledge that comes with lwslint; the same object every time."""
        return cls()

    def effects(self, name: str, release: Release | None = None) -> Effects | None:
        """What the function `name` does in `release` (None: the newest); None if nothing is known.

        Functions of the library that have no entry only read; `is_library` tells them from strangers.
        """
        table = self._effects
        entries = [table.effects[index] for index in table.names.get(name, ())]
        if release is not None:
            entries = [effects for effects in entries if _covers(effects, release)]
        return entries[-1] if entries else None

    def is_library(self, name: str) -> bool:
        """Whether any release has a public function of this name (`libwebsocket_*` included)."""
        return name in self._functions

    def function(self, name: str) -> FunctionInfo | None:
        """What is known of a public function of the library."""
        return self._functions.get(name)

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

    def option(self, name: str) -> OptionInfo | None:
        """The flag `name` (`LWS_SERVER_OPTION_*`, `LCCSCF_*`)."""
        return self._options.get(name)

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

    def _releases_with(self, names: Iterable[str]) -> set[int]:
        found = set(range(len(releases())))
        for spans in filter(None, map(self._names.get, names)):
            found &= {at for span in spans for at in range(span.first, span.last + 1)}
        return found

    @functools.cached_property
    def _effects(self) -> EffectsTable:
        return _part("effects", EffectsTable)

    @functools.cached_property
    def _functions(self) -> dict[str, FunctionInfo]:
        return {function.name: function for function in _part("functions", list[FunctionInfo])}

    @functools.cached_property
    def _reasons(self) -> dict[str, Reason]:
        return {reason.name: reason for reason in _part("reasons", list[Reason])}

    @functools.cached_property
    def _structs(self) -> dict[str, dict[str, FieldInfo]]:
        structs = _part("structs", dict[str, list[FieldInfo]])
        return {name: {field.name: field for field in fields} for name, fields in structs.items()}

    @functools.cached_property
    def _options(self) -> dict[str, OptionInfo]:
        return {option.name: option for option in _part("options", list[OptionInfo])}

    @functools.cached_property
    def _names(self) -> dict[str, tuple[Span, ...]]:
        return _part("names", dict[str, tuple[Span, ...]])


def _covers(effects: Effects, release: Release) -> bool:
    at = position(release)
    first = position(Release.parse(effects.first)) if effects.first else 0
    last = position(Release.parse(effects.last)) if effects.last else len(releases())
    return first <= at <= last
