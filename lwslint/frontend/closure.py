"""Which files and functions of a program can contribute to a finding.

The closure starts from what names the library. It takes in whoever uses that (callers of a function that
names the library, users of such a macro, type or variable), the functions with bodies that these call,
and whoever names a variable that any of them names, with their callers: a flag's setter and getter
belong, whatever file they are in. Files act on each other through names with external linkage, and
through memory that a function hands out; so a user of a function that may hand out a pointer belongs
if it names a member that the closure names. What macros hide counts as named; a file that pastes names
together belongs, one whose braces do not match does if it has any name in it by which the closure may be
reached, and so does each file that names the library or includes its header.

Nothing is lost by leaving the rest out: no call leads there from the closure, nothing there writes what
the closure reads, and nothing there runs code of the closure that names the library.

Most files of a large tree are never outlined: the closure grows from the files that have the library's name
in them, and takes in another one only when a word of it, be it in a comment, is a name by which the closure
may be reached from there, or reach there. The words of all files are looked at once for each time that it
grows, `MAX_ROUNDS` times at most; then the rest is outlined at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property
from typing import NamedTuple

from lwslint.frontend.lexing import mentions_library, spliced, uses_library
from lwslint.frontend.outline import KEYWORDS, Definition, Kind, Outline, every_word, outline

MAX_ROUNDS = 6

_STANDARD = ("ctype.h", "math.h", "signal.h", "stdio.h", "stdlib.h", "string.h", "time.h")
_LIBRARY = re.compile(rb"(?:lws|LWS|LCCSCF_|libwebsocket|LIBWEBSOCKET)")
_HEADERS = -1
_OUTWARD = (Kind.FUNCTION, Kind.VARIABLE)


class Closure(NamedTuple):
    """The files that can contribute, and for each of them the functions that cannot, by name."""

    files: frozenset[str]
    skipped: Mapping[str, frozenset[str]]


def relevant(sources: Mapping[str, bytes], headers: Iterable[bytes] = ()) -> frozenset[str]:
    """Which of `sources` (name to text) can contribute; `headers` are the texts that any of them includes."""
    return closure(sources, headers).files


def closure(
    sources: Mapping[str, bytes],
    headers: Iterable[bytes] = (),
    begin: Callable[[Sequence[str]], None] = lambda names: None,
) -> Closure:
    """The closure over `sources` (name to text) and the texts that any of them includes.

    `begin` is told, long before the rest is worked out, the names of sources that belong for certain.
    """
    names, texts = list(sources), list(map(spliced, sources.values()))
    mentioning = [number for number, text in enumerate(texts) if mentions_library(text)]
    if not mentioning:
        kept = list(headers)
        if not any(map(mentions_library, kept)):
            return Closure(frozenset(), {})
        headers = kept
    naming = {number for number in mentioning if uses_library(texts[number])}
    begin([names[number] for number in sorted(naming)])
    search = _grown(_joined(map(outline, headers)), texts, mentioning, naming)
    kept_files = search.files | naming
    return Closure(
        frozenset(names[number] for number in kept_files),
        {names[number]: search.unneeded(number) for number in kept_files},
    )


def _grown(headers: Outline, texts: Sequence[bytes], mentioning: Iterable[int], naming: Set[int]) -> _Search:
    """The search over the files that may belong, from those that mention the library, or paste names.

    In `texts`, continued lines are joined; the files `naming` do not mention it in comments alone.
    """
    begins = {*mentioning, *(number for number, text in enumerate(texts) if b"##" in text)}
    outlines = {_HEADERS: headers, **{number: outline(texts[number]) for number in sorted(begins)}}
    far = {number: text for number, text in enumerate(texts) if number not in begins}
    asked: set[bytes] = set()
    rounds = 0
    while True:
        search = _Search(outlines, naming)
        search.run()
        if not far:
            return search
        wanted = search.ways() - asked
        asked |= wanted
        near = _with_words(far, wanted) if rounds < MAX_ROUNDS else list(far)
        if not near:
            return search
        outlines.update((number, outline(far.pop(number))) for number in near)
        rounds += 1


def _with_words(texts: Mapping[int, bytes], wanted: Set[bytes]) -> list[int]:
    """The texts that have one of these words."""
    if not wanted:
        return []
    return [number for number, text in texts.items() if not wanted.isdisjoint(every_word(text))]


def _joined(outlines: Iterable[Outline]) -> Outline:
    """The headers of all units as one: what one of them declares may be declared anywhere."""
    definitions: dict[Definition, None] = {}
    declared: set[bytes] = set()
    pasting: set[bytes] = set()
    for each in outlines:
        definitions.update(dict.fromkeys(each.definitions))
        declared |= each.declared
        pasting |= each.pasting
    return Outline(tuple(definitions), frozenset(declared), frozenset(pasting), False)


class _Search:
    """The definitions of all files as a graph, and the walk over it, in time linear in the size of both.

    Names of file scope are kept apart from those that all files share; those of headers are shared.
    """

    def __init__(self, outlines: Mapping[int, Outline], naming: Set[int]) -> None:
        self._nodes = [(file, each) for file, known in outlines.items() for each in known.definitions]
        self._visible = {file: known.declared for file, known in outlines.items()}
        self._anywhere = outlines[_HEADERS].declared
        self._shared: dict[bytes, list[int]] = defaultdict(list)
        self._own: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        for node, (file, each) in enumerate(self._nodes):
            for name in each.names:
                (self._own[file, name] if _is_own(file, each) else self._shared[name]).append(node)
        self._users: dict[bytes, list[int]] = defaultdict(list)
        self._own_users: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        for node, (file, each) in enumerate(self._nodes):
            for name in each.uses:
                if name in self._shared:
                    self._users[name].append(node)
                if (file, name) in self._own:
                    self._own_users[file, name].append(node)
        self._opaque = self._opaque_files(outlines)
        self._hides_library = not self._opaque.isdisjoint(naming)
        self._needed: set[int] = set()
        self._upward: set[int] = set()
        self._pending: list[tuple[int, bool]] = []
        self._taken: set[tuple[bytes, bool]] = set()
        self._told: set[tuple[bytes, Kind]] = set()
        self._handed: set[bytes] = set()
        self._members: set[bytes] = set()
        self._waiting: dict[bytes, list[int]] = defaultdict(list)
        self.found = False

    def ways(self) -> set[bytes]:
        """The names by which a file that was not outlined may reach what is needed, or be reached."""
        if not self.found:
            return set()
        found = set(self._pasting)
        for node in self._upward:
            file, each = self._nodes[node]
            if not _is_own(file, each):
                found |= each.names
        anywhere = self._anywhere.union(*self._visible.values())
        down: set[bytes] = set()
        for node in self._needed:
            file, each = self._nodes[node]
            if each.kind in (Kind.TYPE, Kind.DECLARATION):
                continue
            down |= each.calls
            if file in self._opaque:
                down |= each.uses
            elif file == _HEADERS:
                down |= each.uses & anywhere
            else:
                down |= each.uses & self._visible[file]
                down |= each.uses & self._anywhere
            if each.hands_out and not _is_own(file, each):
                found |= each.names
        found |= down - _of_the_language()
        return {name for name in found - KEYWORDS - {b"main"} if not _LIBRARY.match(name)}

    def _opaque_files(self, outlines: Mapping[int, Outline]) -> set[int]:
        """The files of which nobody can tell which names they use."""
        pasting = self._pasting = {name for known in outlines.values() for name in known.pasting}
        pending = list(pasting)
        while pending:  # a macro that uses one that pastes does it too
            for node in self._users.get(pending.pop(), ()):
                _, each = self._nodes[node]
                if each.kind is Kind.MACRO and not each.names <= pasting:
                    pending += each.names
                    pasting |= each.names
        users = {
            file for file, each in self._nodes if each.kind in _OUTWARD and not pasting.isdisjoint(each.uses)
        }
        return (users | {file for file, known in outlines.items() if known.opaque}) - {_HEADERS}

    @property
    def files(self) -> set[int]:
        """The files in which anything is needed, or may be."""
        hidden = self._opaque if self.found else set()
        return hidden | ({self._nodes[node][0] for node in self._needed} - {_HEADERS})

    def run(self) -> None:
        """Mark what is needed."""
        seeds = [node for node, (_, each) in enumerate(self._nodes) if _names_library(each)]
        self.found = bool(seeds) or self._hides_library
        if not self.found:
            return
        hidden = [node for node, (file, _) in enumerate(self._nodes) if file in self._opaque]
        self._pending = [(node, True) for node in (*seeds, *hidden)]
        while self._pending:
            node, upward = self._pending.pop()
            if upward and node not in self._upward:
                self._upward.add(node)
                self._pending += [(user, True) for user in self._news(node)]
            if node not in self._needed:
                self._needed.add(node)
                self._need(node)

    def _news(self, node: int) -> Iterator[int]:
        """The users of a definition that were not yet told of one of its name and kind."""
        file, each = self._nodes[node]
        for name in each.names:
            if _is_own(file, each):
                yield from self._users_of(node, name)
            elif (name, each.kind) not in self._told:
                self._told.add((name, each.kind))
                yield from self._users_of(node, name)

    def _users_of(self, node: int, name: bytes) -> Iterator[int]:
        """The definitions in which `name` may mean this one, and that act by it."""
        file, each = self._nodes[node]
        own = _is_own(file, each)
        for user in self._own_users.get((file, name), ()) if own else self._users.get(name, ()):
            passive = self._nodes[user][1].kind in (Kind.TYPE, Kind.DECLARATION)
            if user == node or (passive and each.kind not in (Kind.TYPE, Kind.MACRO)):
                continue
            if own or self._sees(user, name, each.kind):
                yield user

    def _sees(self, user: int, name: bytes, kind: Kind) -> bool:
        """Whether `name` in a definition may mean what all files share: it is declared there, or called."""
        file, each = self._nodes[user]
        if kind in (Kind.TYPE, Kind.MACRO) or each.kind is Kind.MACRO or file == _HEADERS:
            return True
        if name in self._visible[file] or name in self._anywhere:
            return True
        return kind is not Kind.VARIABLE and name in each.calls

    def _need(self, node: int) -> None:
        """Take in what a needed definition uses, and who shares memory with it."""
        file, each = self._nodes[node]
        if each.kind in (Kind.TYPE, Kind.DECLARATION):
            return
        for name in each.uses:
            self._take(self._own.get((file, name), ()))
            self._take_shared(node, name)
        if each.kind is Kind.VARIABLE:
            self._pending.append((node, True))
        elif each.kind is Kind.FUNCTION:
            self._share_memory(node, each)

    def _take(self, definers: Iterable[int]) -> None:
        self._pending += [(definer, self._nodes[definer][1].kind is Kind.VARIABLE) for definer in definers]

    def _take_shared(self, node: int, name: bytes) -> None:
        """Take in what all files share under a name, once for variables, once for all else."""
        for variables in (False, True):
            if (name, variables) in self._taken or name not in self._shared:
                continue
            wanted = [
                definer
                for definer in self._shared[name]
                if (self._nodes[definer][1].kind is Kind.VARIABLE) is variables
            ]
            kinds = {self._nodes[definer][1].kind for definer in wanted}
            if all(self._sees(node, name, kind) for kind in kinds):
                self._taken.add((name, variables))
                self._take(wanted)
            else:
                self._take(one for one in wanted if self._sees(node, name, self._nodes[one][1].kind))

    def _share_memory(self, node: int, each: Definition) -> None:
        """Functions that are handed memory are needed as soon as they share a member with the closure."""
        for member in each.members - self._members:
            self._members.add(member)
            self._pending += [(waiting, True) for waiting in self._waiting.pop(member, ())]
        names = each.names - self._handed
        if not each.hands_out or not names:
            return
        if not _is_own(self._nodes[node][0], each):
            self._handed |= names
        for user in {user for name in names for user in self._users_of(node, name)}:
            members = self._nodes[user][1].members
            if not members.isdisjoint(self._members):
                self._pending.append((user, True))
                continue
            for member in members:
                self._waiting[member].append(user)

    def unneeded(self, file: int) -> frozenset[str]:
        """The functions of a file and of headers that are not needed in it."""
        if file in self._opaque:
            return frozenset()
        needed: set[bytes] = {b"main"}
        others: set[bytes] = set()
        for node in self._functions[file] + self._functions[_HEADERS]:
            (needed if node in self._needed else others).update(self._nodes[node][1].names)
        return frozenset(name.decode() for name in others - needed)

    @cached_property
    def _functions(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for node, (file, each) in enumerate(self._nodes):
            if each.kind is Kind.FUNCTION:
                found[file].append(node)
        return found


def _is_own(file: int, each: Definition) -> bool:
    """Whether the definition is known in its own file alone; files that others include count as headers."""
    return file != _HEADERS and (each.static or each.kind in (Kind.TYPE, Kind.MACRO))


@cache
def _of_the_language() -> frozenset[bytes]:
    """The functions of C's own library, whose names no program may give to its own (C17 7.1.3)."""
    from lwslint.lws.headers import libc_header

    return frozenset().union(*(outline(libc_header(name).encode()).declared for name in _STANDARD))


def _names_library(each: Definition) -> bool:
    return any(map(_LIBRARY.match, each.names | each.uses))
