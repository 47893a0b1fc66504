"""Merges what the releases declare into one sequence, which compiles whatever release is picked out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lwslint.lws.facts import DatedText
from lwslint.lws.headers import Declarations
from lwslint.lws.release import Span

_TYPE = re.compile(r"typedef |(struct|union|enum)\b[^()]*\{")
_TAGGED = re.compile(r"\b(struct|union|enum) (\w+)( ?\*)?")
_WORD = re.compile(r"\b([A-Za-z_]\w*)( ?\*)?")
_ALIAS = re.compile(r"typedef ((?:struct|union) \w+) \w+;")
_Declared = tuple[list[tuple[str, str]], dict[str, str]]


def merged(found: Sequence[_Declared]) -> Declarations:
    """One record of the declarations and macros of all releases, oldest first."""
    order: list[str] = []
    for declared, _ in reversed(found):
        _insert(order, [key for key, _ in _keyed(declared)])
    texts: dict[str, dict[str, list[int]]] = {key: {} for key in order}
    macros: dict[str, dict[str, list[int]]] = {}
    for at, (declared, defined) in enumerate(found):
        for key, text in _keyed(declared):
            texts[key].setdefault(text, []).append(at)
        for name, value in defined.items():
            macros.setdefault(name, {}).setdefault(value, []).append(at)
    return Declarations(
        declarations=[_dated(texts[key]) for key in _sorted(order, texts)],
        macros={name: _dated(values) for name, values in sorted(macros.items())},
    )


def _keyed(declared: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Declarations by a key that is the same in all releases; the first of several of one name."""
    found: dict[str, str] = {}
    for name, text in declared:
        found.setdefault(name or text.split("=")[0].strip(), text)
    return list(found.items())


def _sorted(order: Iterable[str], texts: Mapping[str, Iterable[str]]) -> list[str]:
    """`order`, but each type after those that it needs, and functions last."""
    types = [key for key in order if any(_TYPE.match(text) for text in texts[key])]
    aliases = {key: match[1] for key in types for text in texts[key] if (match := _ALIAS.match(text))}
    needs = {key: [need for text in texts[key] for need in _needed(text, aliases)] for key in types}
    done: dict[str, None] = {}
    for key in types:
        _visit(key, needs, done, set())
    return [*done, *(key for key in order if key not in done)]


def _visit(key: str, needs: Mapping[str, Iterable[str]], done: dict[str, None], above: set[str]) -> None:
    if key in done or key in above or key not in needs:
        return
    for need in needs[key]:
        _visit(need, needs, done, above | {key})
    done[key] = None


def _needed(text: str, aliases: Mapping[str, str]) -> Iterator[str]:
    """The types that must be known before `text`: typedefs and enums, and the records that it contains."""
    if _ALIAS.match(text):
        return
    for tag, name, pointer in _TAGGED.findall(text):
        if tag == "enum" or not pointer:
            yield f"{tag} {name}"
    for name, pointer in _WORD.findall(_TAGGED.sub("", text)):
        yield name
        if not pointer and name in aliases:
            yield aliases[name]


def _insert(order: list[str], keys: Sequence[str]) -> None:
    known = set(order)
    after: str | None = None
    pending: dict[str | None, list[str]] = {}
    for key in keys:
        if key in known:
            after = key
        else:
            pending.setdefault(after, []).append(key)
    merged_order = list(pending.get(None, ()))
    for key in order:
        merged_order.append(key)
        merged_order.extend(pending.get(key, ()))
    order[:] = merged_order


def _dated(values: dict[str, list[int]]) -> tuple[DatedText, ...]:
    return tuple(DatedText(text, span) for text, positions in values.items() for span in spans(positions))


def spans(positions: Iterable[int]) -> tuple[Span, ...]:
    """The positions as stretches.

    >>> spans([1, 2, 3, 7])
    (Span(first=1, last=3), Span(first=7, last=7))
    """
    found: list[tuple[int, int]] = []
    for at in sorted(set(positions)):
        if found and found[-1][1] == at - 1:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return tuple(Span(first, last) for first, last in found)
