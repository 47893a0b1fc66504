"""Declarations of file scope as stretches of tokens, and what each declares, without parsing it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from lwslint.frontend.pure.tokens import IDENTIFIER, Token

ATTRIBUTES = frozenset({"__attribute__", "__attribute", "__declspec", "asm", "__asm__", "__asm"})
_SPECIFIERS = frozenset(
    [
        "void",
        "char",
        "short",
        "int",
        "long",
        "float",
        "double",
        "signed",
        "unsigned",
        "_Bool",
        "_Complex",
        "const",
        "volatile",
        "restrict",
        "static",
        "extern",
        "inline",
        "register",
        "auto",
        "typedef",
        "struct",
        "union",
        "enum",
        "_Noreturn",
        "_Atomic",
        "_Thread_local",
        "__thread",
        "__inline",
        "__inline__",
        "__const",
        "__volatile",
        "__volatile__",
        "__restrict",
        "__restrict__",
        "__signed",
        "__signed__",
        "__extension__",
        "__int128",
        "_Alignas",
    ]
)
_MAX_PARAMETERS = 32
_TAGS = ("struct", "union", "enum")


class Chunk:
    """One declaration or definition of file scope. `body` is where a function's brace opens, -1 for none."""

    __slots__ = ("body", "tokens", "tree")

    def __init__(self, tokens: Sequence[Token], body: int) -> None:
        self.tokens = tokens
        self.body = body
        self.tree: object = None

    @property
    def is_typedef(self) -> bool:
        """Whether it declares names of types."""
        return any(token.text == "typedef" for token in self.tokens[:3])


class Names:
    """What chunks declare: each name with the last chunk that declares it."""

    def __init__(self) -> None:
        self.tags: dict[str, Chunk] = {}
        self.typedefs: dict[str, Chunk] = {}
        self.others: dict[str, Chunk] = {}

    def add(self, chunk: Chunk) -> None:
        """Enter what a chunk declares."""
        tokens = chunk.tokens if chunk.body < 0 else chunk.tokens[: chunk.body]
        inside = -1  # the depth of an enumeration's braces
        depth = 0
        for at, token in enumerate(tokens):
            text = token.text
            if text == "{":
                depth += 1
                if at and tokens[at - 1].text == "enum":
                    inside = depth
                elif at > 1 and tokens[at - 1].kind == IDENTIFIER and tokens[at - 2].text in _TAGS:
                    self.tags[tokens[at - 1].text] = chunk
                    if tokens[at - 2].text == "enum":
                        inside = depth
                elif at and tokens[at - 1].text == ")":
                    self._attributed(tokens, at, chunk)
            elif text == "}":
                if inside == depth:
                    inside = -1
                depth -= 1
            elif inside == depth and token.kind == IDENTIFIER and tokens[at - 1].text in ("{", ","):
                self.others[text] = chunk
        names = self.typedefs if chunk.is_typedef else self.others
        for name in declared(tokens):
            names[name] = chunk

    def _attributed(self, tokens: Sequence[Token], brace: int, chunk: Chunk) -> None:
        """`struct __attribute__((packed)) name {`, or the attribute behind the name."""
        for at in range(brace - 1, max(-1, brace - 40), -1):
            if tokens[at].text in _TAGS:
                for token in tokens[at + 1 : brace]:
                    if token.kind == IDENTIFIER and token.text not in ATTRIBUTES:
                        self.tags[token.text] = chunk
                return


class Layer:
    """The declarations of headers that are not the program's own."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens

    @cached_property
    def names(self) -> Names:
        """What it declares."""
        names = Names()
        for chunk in chunks(self._tokens):
            names.add(chunk)
        self._tokens = []
        return names


def chunks(tokens: Sequence[Token]) -> list[Chunk]:
    """The declarations of file scope, one after the other; stray closers are dropped."""
    found: list[Chunk] = []
    starts: list[int] = []
    start = at = depth = 0
    body = -1
    previous = ""
    assigned = False
    count = len(tokens)
    while at < count:
        token = tokens[at]
        text = token.text
        kind = token.kind
        if kind == "p":
            if text in "([{":
                if text == "{" and not depth and start == at:
                    start = _old_style(tokens, found, starts, at)
                    body = at - start
                elif text == "{" and not depth and previous == ")" and not assigned and body < 0:
                    body = at - start
                depth += 1
            elif text in ")]}":
                if not depth:
                    start = at + 1 if start == at else start
                else:
                    depth -= 1
                if text == "}" and not depth and body >= 0:
                    found.append(Chunk(tokens[start : at + 1], body))
                    starts.append(start)
                    start, body, assigned = at + 1, -1, False
                    text = ""
            elif not depth:
                if text == ";":
                    if at > start:
                        found.append(Chunk(tokens[start : at + 1], -1))
                        starts.append(start)
                    start, body, assigned = at + 1, -1, False
                    text = ""
                elif text == "=":
                    assigned = True
        elif kind == IDENTIFIER and not depth and text in ATTRIBUTES:
            at = skipped(tokens, at)
            continue
        previous = text
        at += 1
    if start < count:
        found.append(Chunk(tokens[start:], body))
    return found


def _old_style(tokens: Sequence[Token], found: list[Chunk], starts: list[int], brace: int) -> int:
    """Where the function of old style starts whose body opens at `brace`: its parameters are chunks."""
    for back in range(1, min(len(found), _MAX_PARAMETERS) + 1):
        if found[-back].body >= 0:
            break
        chunk = found[-back].tokens
        close = next((at for at, token in enumerate(chunk) if token.text == ")"), -1)
        if (
            0 < close < len(chunk) - 1
            and chunk[close + 1].kind == IDENTIFIER
            and "=" not in {t.text for t in chunk}
        ):
            start = starts[-back]
            del found[-back:], starts[-back:]
            return start
    return brace


def skipped(tokens: Sequence[Token], at: int) -> int:
    """Where the text goes on behind an attribute that starts at `at`."""
    at += 1
    while at < len(tokens) and tokens[at].text in ("volatile", "__volatile__", "goto", "inline"):
        at += 1
    if at >= len(tokens) or tokens[at].text != "(":
        return at
    depth = 0
    while at < len(tokens):
        if tokens[at].kind == "p":
            depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        at += 1
        if not depth:
            break
    return at


def declared(tokens: Sequence[Token]) -> list[str]:
    """The names of a declaration's declarators."""
    names: list[str] = []
    part: list[Token] = []
    depth = at = 0
    ended = False
    while at < len(tokens):
        token = tokens[at]
        text = token.text
        if token.kind == IDENTIFIER and text in ATTRIBUTES:
            at = skipped(tokens, at)
            continue
        if text == "{":
            depth += 1
        elif text == "}":
            depth -= 1
            part.append(token)
        elif not depth:
            if text == "(":
                end = skipped(tokens, at - 1) if at else at + 1
                if not ended:
                    part += tokens[at:end]
                at = end
                continue
            if text in (",", ";"):
                names += _declarator(part)
                part, ended = [], False
            elif text in ("=", ":"):
                ended = True
            elif not ended:
                part.append(token)
        at += 1
    return [*names, *_declarator(part)]


def _declarator(part: Sequence[Token]) -> list[str]:
    name = ""
    for at, token in enumerate(part):
        if token.text == "(":
            inner = part[at + 1].text if at + 1 < len(part) else ""
            if name and inner not in ("*", "^"):
                return [name]
            for inside in part[at + 1 :]:
                if inside.kind == IDENTIFIER and inside.text not in _SPECIFIERS:
                    return [inside.text]
            return [name] if name else []
        if token.text == "[":
            break
        tag = at > 0 and part[at - 1].text in _TAGS
        if token.kind == IDENTIFIER and token.text not in _SPECIFIERS and not tag:
            name = token.text
    return [name] if name else []
