"""What a text of C defines at file scope, and which names each definition uses, without a parser.

Comments and strings count for nothing, text behind any `#if` counts. Braces are matched with every branch
of a conditional taken from the same depth; a text in which that does not come out even is *opaque*.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import NamedTuple

from lwslint.frontend.lexing import blanked, spliced

# The looks behind keep a long word from being tried again at each of its letters.
_WORD = re.compile(rb"(?<!\w)[A-Za-z_]\w*")
_CALLED = re.compile(rb"(?<!\w)([A-Za-z_]\w*)\s*\(")
_MEMBER = re.compile(rb"(?:->|\.)\s*([A-Za-z_]\w*)")
_DECLARED_INSIDE = re.compile(rb"\bextern\b([^;{}]*)")
_PIECE = re.compile(rb"^[ \t]*(?:#|%:)[ \t]*([a-z_]*)([^\n]*)|[{}();]", re.MULTILINE)
_MACRO = re.compile(rb"[ \t]*([A-Za-z_]\w*)(\([^)]*\))?(.*)", re.DOTALL)
_COMMA_PASTE = re.compile(rb",\s*##")  # drops a comma, makes no name
_INITIALISED = re.compile(rb"=[^=].*", re.DOTALL)
_POINTER_NAME = re.compile(rb"\(\s*(?:\w+\s+)?[*^]+\s*(?:const\s+)?([A-Za-z_]\w*)")
_LAST_WORD = re.compile(rb"(?<!\w)([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*|:\s*\d+\s*)*\Z")
_TAG = re.compile(rb"\b(?:struct|union|enum)\s+([A-Za-z_]\w*)\s*\Z")
_AGGREGATE = re.compile(rb"\b(?:struct|union|enum)\b")
_ATTRIBUTE = re.compile(
    rb"\b__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)|\[\[[^\[\]]{0,200}\]\]|\b__declspec\s*\([^()]*\)"
)
_SPACED = bytes(code if (chr(code).isalnum() and code < 128) or code == 95 else 32 for code in range(256))
KEYWORDS = frozenset(
    b"auto break case char const continue default do double else enum extern float for goto if inline int"
    b" long register restrict return short signed sizeof static struct switch typedef union unsigned void"
    b" volatile while _Bool _Static_assert __attribute__ __asm__ asm __inline __inline__ __extension__"
    b" defined typeof __typeof__ _Alignas _Alignof".split()
)
MAX_BRACES = 4
"""A function's head has no more pairs of braces in it than this (those of a type)."""

_PLAIN_RESULT = KEYWORDS - {b"struct", b"union"}


class Kind(enum.Enum):
    """What a definition defines; a prototype or a forward declaration is a mere `DECLARATION`."""

    FUNCTION = enum.auto()
    VARIABLE = enum.auto()
    TYPE = enum.auto()
    MACRO = enum.auto()
    DECLARATION = enum.auto()


class Definition(NamedTuple):
    """One definition: its names, the names that it uses, those of them that it calls, the members it names.

    `static` says that other files cannot name it; `hands_out` that its result may be, or lead to, a pointer.
    """

    kind: Kind
    names: frozenset[bytes]
    uses: frozenset[bytes]
    calls: frozenset[bytes] = frozenset()
    members: frozenset[bytes] = frozenset()
    static: bool = False
    hands_out: bool = False


class Outline(NamedTuple):
    """A text's definitions, the names it declares, the macros that paste names, and whether it is opaque."""

    definitions: tuple[Definition, ...]
    declared: frozenset[bytes]
    pasting: frozenset[bytes]
    opaque: bool


def every_word(data: bytes) -> list[bytes]:
    """All words of a text, those of comments and strings as well."""
    return data.translate(_SPACED).split()


def outline(data: bytes) -> Outline:
    """The outline of a text; takes time linear in its length."""
    text = blanked(spliced(data))
    scan = _Scan(text)
    definitions = [*scan.definitions(), *scan.macros]
    declared = {
        name
        for each in definitions
        if each.kind in (Kind.FUNCTION, Kind.VARIABLE, Kind.DECLARATION)
        for name in each.names
    }
    for match in _DECLARED_INSIDE.finditer(text):
        declared.update(_WORD.findall(match[1]))
    return Outline(tuple(definitions), frozenset(declared), frozenset(scan.pasting), scan.uneven)


class _Scan:
    """One pass over the braces, semicolons and directives of a text."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.macros: list[Definition] = []
        self.pasting: set[bytes] = set()
        self.uneven = False
        self._depth = 0
        self._parens = 0
        self._linkage = 0
        self._conditionals: list[tuple[int, int]] = []
        self._braces = 0

    def definitions(self) -> Iterator[Definition]:
        start = body = 0
        for match in _PIECE.finditer(self._text):
            piece = match[0]
            if match[1] is not None:
                self._directive(match[1], match[2])
            elif piece == b"{":
                if self._opens_linkage(start, match.start()):
                    self._linkage += 1
                    start = match.end()
                    continue
                if not self._depth:
                    body = match.start()
                self._depth += 1
            elif piece == b"}":
                if not self._depth and self._linkage:
                    self._linkage -= 1
                    start = match.end()
                    continue
                self._depth -= 1
                if self._depth < 0:
                    self.uneven, self._depth = True, 0
                if not self._depth and (found := self._function(start, body, match.end())) is not None:
                    yield found
                    start = match.end()
                    self._braces = 0
            elif self._depth:
                continue
            elif piece == b"(":
                self._parens += 1
            elif piece == b")":
                self._parens = max(0, self._parens - 1)
            elif not self._parens:
                yield from _declaration(self._text[start : match.start()])
                start = match.end()
                self._braces = 0
        self.uneven = self.uneven or bool(self._depth or self._parens)

    def _opens_linkage(self, start: int, at: int) -> bool:
        """Whether the brace is that of `extern "C" {`; asked once for each definition."""
        return not self._depth and not self._braces and self._text[start:at].split() == [b"extern"]

    def _directive(self, name: bytes, rest: bytes) -> None:
        if name in (b"if", b"ifdef", b"ifndef"):
            self._conditionals.append((self._depth, self._parens))
        elif name in (b"else", b"elif", b"elifdef", b"elifndef") and self._conditionals:
            self._depth, self._parens = self._conditionals[-1]
        elif name == b"endif" and self._conditionals:
            self._conditionals.pop()
        elif name == b"define" and (match := _MACRO.match(rest)):
            parameters = _WORD.findall(match[2] or b"")
            uses = frozenset(_WORD.findall(match[3])).difference(parameters)
            calls = frozenset(_CALLED.findall(match[3])).difference(parameters)
            self.macros.append(Definition(Kind.MACRO, frozenset({match[1]}), uses, calls))
            if b"##" in _COMMA_PASTE.sub(b"", match[3]):
                self.pasting.add(match[1])

    def _function(self, start: int, body: int, end: int) -> Definition | None:
        """The function whose body ends here; None where the braces were those of a type or an initialiser."""
        if self._braces >= MAX_BRACES:
            return None
        head = _without_directives(self._text[start:body])
        plain = _ATTRIBUTE.sub(b" ", head)
        self._braces += 1
        if _INITIALISED.search(plain):
            self._braces = MAX_BRACES
            return None
        if b"(" not in plain:
            if not _AGGREGATE.search(plain):
                self.uneven = True  # an old-style definition, or a macro for one
            return None
        called = [name for name in _CALLED.findall(plain) if name not in KEYWORDS]
        names = set(called)
        if called and plain.split(b"(")[0].split() == [called[0]]:
            names.update(_WORD.findall(plain))  # MACRO(name) { ... }
        text = self._text[body:end]
        before = plain.split(b"(")[0]
        words = [word for word in _WORD.findall(before) if word not in names]
        return Definition(
            Kind.FUNCTION,
            frozenset(names - KEYWORDS),
            frozenset(_WORD.findall(head)) | frozenset(_WORD.findall(text)),
            frozenset(_CALLED.findall(text)),
            frozenset(_MEMBER.findall(text)),
            b"static" in words,
            b"*" in before or b"**" in plain or any(word not in _PLAIN_RESULT for word in words),
        )


def _without_directives(text: bytes) -> bytes:
    if b"#" not in text and b"%:" not in text:
        return text
    return re.sub(rb"^[ \t]*(?:#|%:)[^\n]*", b"", text, flags=re.MULTILINE)


def _declaration(text: bytes) -> Iterator[Definition]:
    """What a declaration up to its semicolon defines."""
    text = _without_directives(text)
    uses = frozenset(_WORD.findall(text)) - KEYWORDS
    if not uses:
        return
    outside, tags, enumerators = _flattened(text)
    words = outside.split()
    if tags or enumerators:
        yield Definition(Kind.TYPE, frozenset({*tags, *enumerators}), uses)
    if b"typedef" in words:
        yield Definition(Kind.TYPE, frozenset(_declarators(outside)), uses)
        return
    calls = frozenset(_CALLED.findall(text))
    if b"(" in outside and not _INITIALISED.search(outside) and not _POINTER_NAME.search(outside):
        names = {name for name in _CALLED.findall(_ATTRIBUTE.sub(b" ", outside)) if name not in KEYWORDS}
        alone = outside.split(b"(")[0].split()
        if len(alone) == 1 and alone[0] in names:  # MACRO(name);
            yield Definition(Kind.VARIABLE, uses, uses, calls)
        elif names:
            yield Definition(Kind.DECLARATION, frozenset(names), uses)
        return
    names = set(_declarators(outside))
    if names and not (len(words) == 2 and words[0] in (b"struct", b"union", b"enum")):
        yield Definition(Kind.VARIABLE, frozenset(names), uses, calls, static=b"static" in words)


def _flattened(text: bytes) -> tuple[bytes, set[bytes], set[bytes]]:
    """The text outside braces, the tags of what is defined in braces, the enumerators among that."""
    parts: list[bytes] = []
    tags: set[bytes] = set()
    enumerators: set[bytes] = set()
    depth = at = opened = 0
    for match in re.finditer(rb"[{}]", text):
        if match[0] == b"{":
            head = text[at : match.start()]
            at = match.end()
            if tag := _TAG.search(_ATTRIBUTE.sub(b" ", head)):
                tags.add(tag[1])
            if not depth:
                parts.append(head)
                opened = match.end()
            depth += 1
        elif depth:
            depth -= 1
            at = match.end()
            if not depth and b"enum" in parts[-1].split():
                inside = text[opened : match.start()]
                enumerators.update(
                    _WORD.findall(b" ".join(part.split(b"=")[0] for part in inside.split(b",")))
                )
    return b" ".join([*parts, text[at:]]), tags, enumerators


def _declarators(text: bytes) -> Iterator[bytes]:
    """The names that a declaration gives, its braces left out."""
    yield from _POINTER_NAME.findall(text)
    for part in re.sub(rb"\([^()]*\)", b" ", text).split(b","):
        match = _LAST_WORD.search(_INITIALISED.sub(b"", part).strip())
        if match and match[1] not in KEYWORDS:
            yield match[1]
