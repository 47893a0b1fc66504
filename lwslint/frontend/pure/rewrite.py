"""One declaration as text that pycparser reads: what it would refuse is put in words that it takes.

The text has one token a line, so that the line of a node says its first token. Statement expressions,
`typeof`, `_Generic` and `va_arg` are *pieces*: they are parsed apart and stand in the text as a call of
`__lwslint_piece` with the number of their first token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from pycparser import CParser, c_ast
from pycparser.c_parser import ParseError

from lwslint.frontend.pure.layers import ATTRIBUTES, skipped
from lwslint.frontend.pure.recover import brackets
from lwslint.frontend.pure.tokens import CHARACTER, IDENTIFIER, NUMBER, OTHER, PUNCTUATOR, STRING, Token

PIECE = "__lwslint_piece"
TYPEOF = "__lwslint_typeof_"
SAME = "__lwslint_same"
RANGE = "__lwslint_range"
LABEL = "__lwslint_label_value"
JUMP = "__lwslint_goto"

MAX_TOKENS = 400_000
"""Declarations with more tokens than this are left out."""

MAX_PIECES = 2_000
"""Declarations with more pieces than this are left out."""

BUILTIN_TYPES = frozenset(
    ("__builtin_va_list", "_Float16", "_Float32", "_Float64", "_Float128", "__float128", "_Float32x",
     "_Float64x", "__auto_type", "__bf16")
)  # fmt: skip
_SPELLED = {
    "__inline__": "inline",
    "__inline": "inline",
    "__const": "const",
    "__const__": "const",
    "__volatile": "volatile",
    "__volatile__": "volatile",
    "__restrict": "restrict",
    "__restrict__": "restrict",
    "__signed": "signed",
    "__signed__": "signed",
    "__thread": "_Thread_local",
    "__extension__": "",
    "__alignof__": "sizeof",
    "__alignof": "sizeof",
    "_Alignof": "sizeof",
    "alignof": "sizeof",
    "__builtin_offsetof": "offsetof",
    "__int128_t": "__int128",
    "__uint128_t": "unsigned __int128",
    "__complex__": "_Complex",
    "constexpr": "const",
    "__builtin_types_compatible_p": "",
}
_TYPEOFS = ("typeof", "__typeof__", "__typeof", "typeof_unqual")
_INTEGER = re.compile(r"(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:[uU]?(?:ll|LL|[lL])?|(?:ll|LL|[lL])[uU]?)\Z")
_OPERAND_BEFORE = frozenset(")]")
_NORETURN = frozenset({"noreturn", "__noreturn__", "_Noreturn"})


class LostError(Exception):
    """A declaration that cannot be read: why, and the number of the token at which that was seen."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Source(msgspec.Struct):
    """The tokens of one declaration, which bracket belongs to which, and its trees."""

    tokens: Sequence[Token]
    match: dict[int, int] = msgspec.field(default_factory=dict)
    pieces: dict[int, Piece] = msgspec.field(default_factory=dict)
    trees: list[Any] = msgspec.field(default_factory=list)
    noreturn: bool = False


class Piece(msgspec.Struct):
    """What was parsed apart: `kind` is "statement", "typeof", "generic" or "va_arg"."""

    kind: str
    parts: list[Any]


Parsed = dict[tuple[frozenset[str], tuple[str, ...]], Source]
"""Declarations by the names in them that are types, and their text."""


def parsed(tokens: Sequence[Token], is_type: Callable[[str], bool], before: Parsed | None = None) -> Source:
    """The trees of one declaration; `is_type` says whether a name is one of a type at file scope.

    `before` holds what was parsed already: a unit that is read again has mostly the same declarations.

    Raises:
        LostError: pycparser does not understand it.
    """
    if len(tokens) > MAX_TOKENS:
        raise LostError("too large", 0)
    names = {token.text for token in tokens if token.kind == IDENTIFIER}
    types = {name for name in names if is_type(name)} | (names & BUILTIN_TYPES)
    key = frozenset(types), tuple(token.text for token in tokens)
    if before is not None and key in before:
        return msgspec.structs.replace(before[key], tokens=tokens)
    source = Source(tokens, brackets(tokens))
    writer = _Writer(source, types)
    writer.write()
    source.trees = writer.parse("", 0, len(tokens), "")
    if before is not None:
        before[key] = source
    return source


class _Writer:
    def __init__(self, source: Source, types: set[str]) -> None:
        self.source = source
        self.tokens = source.tokens
        self.match = source.match
        self.types = types
        self.out: list[str] = []
        self.pieces: list[tuple[int, str]] = []

    def write(self) -> None:
        """The text of each token."""
        tokens = self.tokens
        self.out = [_plain(token) for token in tokens]
        at = 0
        brackets: list[int] = []
        labels: list[int] = []  # `case` without its colon
        while at < len(tokens):
            token = tokens[at]
            text = token.text
            step = at + 1
            if token.kind == PUNCTUATOR:
                self._punctuator(at, text, brackets, labels)
                if text == "[" and self._is_attribute(at):
                    step = self.match[at] + 1
                    self._attribute(at, step)
            elif token.kind == IDENTIFIER:
                if text in ATTRIBUTES:
                    step = skipped(tokens, at)
                    self._attribute(at, step)
                elif text == "case":
                    labels.append(at)
                elif text == "_Noreturn":
                    self.source.noreturn = True
                else:
                    step = self._word(at, text)
            at = step
        if len(self.pieces) > MAX_PIECES:
            raise LostError("too many statement expressions", self.pieces[MAX_PIECES][0])
        for start, kind in sorted(self.pieces, reverse=True):
            self._piece(start, kind)

    def _blank(self, first: int, last: int) -> None:
        self.out[first:last] = [""] * (last - first)

    def _attribute(self, first: int, last: int) -> None:
        """Leave attributes out; one that matters is kept in mind."""
        if any(self.tokens[one].text in _NORETURN for one in range(first, last)):
            self.source.noreturn = True
        self._blank(first, last)

    def _is_attribute(self, at: int) -> bool:
        """Whether `[[...]]` starts here."""
        inner = at + 1
        closed = self.match.get(at, -1)
        return (
            inner < len(self.tokens)
            and self.tokens[inner].text == "["
            and self.match.get(inner, -2) == closed - 1
            and (not at or self.tokens[at - 1].text not in _OPERAND_BEFORE)
        )

    def _punctuator(self, at: int, text: str, brackets: list[int], labels: list[int]) -> None:
        tokens = self.tokens
        if text in "([{":
            brackets.append(at)
            if text == "(" and at + 1 < len(tokens) and tokens[at + 1].text == "{":
                self.pieces.append((at, "statement"))
        elif text in ")]}" and brackets:
            brackets.pop()
        elif text == "?" and at + 1 < len(tokens) and tokens[at + 1].text == ":":
            self.out[at + 1] = f"{SAME} :"
        elif text == "..." and brackets and tokens[brackets[-1]].text == "[":
            opening = brackets[-1]
            self.out[opening], self.out[at] = f"[{RANGE}(", ","
            self.out[self.match[opening]] = ")]"
        elif text == "..." and labels:
            colon = next((one for one in range(at, min(at + 60, len(tokens))) if tokens[one].text == ":"), -1)
            if colon > 0:
                self.out[labels.pop()] = f"case {RANGE}("
                self.out[at], self.out[colon] = ",", ") :"
        elif text == ":" and labels:
            labels.pop()
        elif text == "&&" and self._is_label(at):
            self.out[at], self.out[at + 1] = LABEL, ""

    def _is_label(self, at: int) -> bool:
        """Whether `&&` takes the address of a label: nothing stands before it that it could join."""
        before = self.tokens[at - 1] if at else None
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if after is None or after.kind != IDENTIFIER or before is None:
            return False
        return (before.kind == PUNCTUATOR and before.text in "(,={[;?:") or before.text == "return"

    def _word(self, at: int, text: str) -> int:
        tokens = self.tokens
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if text in _TYPEOFS and following == "(":
            self.pieces.append((at, "typeof"))
        elif text == "_Generic" and following == "(":
            self.pieces.append((at, "generic"))
        elif text in ("__builtin_va_arg", "va_arg") and following == "(":
            self.pieces.append((at, "va_arg"))
        elif text == "__builtin_types_compatible_p" and following == "(":
            end = self.match[at + 1]
            self._blank(at, end + 1)
            self.out[at] = "0"
            return end + 1
        elif text == "__label__":
            end = next((one for one in range(at, len(tokens)) if tokens[one].text == ";"), len(tokens) - 1)
            self._blank(at, end)
            return end
        elif text == "goto" and following == "*":
            end = next((one for one in range(at, len(tokens)) if tokens[one].text == ";"), len(tokens) - 1)
            self.out[at], self.out[at + 1], self.out[end] = f"{JUMP}(", "", ");"
        elif text in ("_Static_assert", "static_assert") and following == "(":
            end = self.match[at + 1]
            self._blank(at, end + 1)
            return end + 1
        return at + 1

    def _piece(self, at: int, kind: str) -> None:
        """Parse a piece and put its name into the text."""
        if kind == "statement":
            opening = at
            close = self.match[at]
            trees = self.parse("void __lwslint(void)", at + 1, close, "")
            parts = [tree.body for tree in trees if isinstance(tree, c_ast.FuncDef)][:1]
        else:
            opening = at + 1
            close = self.match[opening]
            if kind == "typeof":
                parts = [self._value(opening + 1, close, "sizeof")]
            elif kind == "va_arg":
                first, second = self._split(opening, close, 2)
                parts = [self._value(*first, ""), self._value(*second, "sizeof")]
            else:
                parts = self._associations(opening, close)
        self.source.pieces[at] = Piece(kind, parts)
        self._blank(at, close + 1)
        self.out[at] = f"{TYPEOF}{at}" if kind == "typeof" else f"{PIECE}({at})"
        if kind == "typeof":
            self.types.add(f"{TYPEOF}{at}")

    def _associations(self, opening: int, close: int) -> list[Any]:
        control, *others = self._split(opening, close, 0)
        parts: list[Any] = [(None, self._value(*control, ""))]
        for first, last in others:
            colon = next((one for one in range(first, last) if self.tokens[one].text == ":"), first)
            named = None
            if self.tokens[first].text != "default":
                named = self._value(first, colon, "sizeof")
            parts.append((named, self._value(colon + 1, last, "")))
        return parts

    def _split(self, opening: int, close: int, count: int) -> list[tuple[int, int]]:
        """The stretches between commas inside brackets."""
        found: list[tuple[int, int]] = []
        start = at = opening + 1
        while at < close:
            if self.tokens[at].text == "," and self.tokens[at].kind == PUNCTUATOR:
                found.append((start, at))
                start = at + 1
            elif self.match.get(at, -1) > at:
                at = self.match[at]
            at += 1
        found.append((start, close))
        while len(found) < count:
            found.append((close, close))
        return found

    def _value(self, first: int, last: int, operator: str) -> Any:
        """An expression; with `sizeof` before it, an expression or the name of a type."""
        trees = self.parse(f"int __lwslint = {operator}(", first, last, ");")
        return trees[-1].init

    def parse(self, before: str, first: int, last: int, behind: str) -> list[Any]:
        """The trees of a stretch of tokens, with text before and behind it.

        Raises:
            LostError: pycparser does not understand it.
        """
        prelude = "".join(f"typedef int {name};" for name in sorted(self.types))
        text = f"{prelude}{chr(10) * first}{before}\n" + "\n".join(self.out[first:last]) + f"\n{behind}\n"
        parser = CParser()
        try:
            tree = parser.parse(text, "")
        except RecursionError:
            raise LostError("nested too deeply", first) from None
        except (
            ParseError,
            AssertionError,
            AttributeError,
            TypeError,
            ValueError,
            IndexError,
            KeyError,
        ) as error:
            # Some errors have no place: then it is where the lexer stands.
            line = getattr(parser.clex, "lineno", None) or getattr(parser.clex, "_lineno", None)
            raise self._lost(str(error), line - 2 if isinstance(line, int) else first) from None
        return [
            one
            for one in tree.ext or ()
            if not (isinstance(one, c_ast.Typedef) and one.coord.line <= first + 1)
        ]

    def _lost(self, message: str, otherwise: int) -> LostError:
        match = re.search(r":?(\d+)(?::\d+)?: (.*)", message, re.DOTALL)
        at = int(match[1]) - 2 if match else otherwise
        at = min(max(at, 0), len(self.tokens) - 1)
        reason = " ".join((match[2] if match else message.lstrip(": ") or "not understood").split())
        return LostError(f"expected other text ({reason})", at)


def _plain(token: Token) -> str:
    """A token as pycparser takes it; literals are told from the tokens."""
    kind, text = token.kind, token.text
    if kind == IDENTIFIER:
        return _SPELLED.get(text) if text in _SPELLED else _ascii(text)  # type: ignore[return-value]
    if kind == STRING:
        return 'L"s"' if text[:1] in "LuU" and not text.startswith("u8") else '"s"'
    if kind == CHARACTER:
        return "'c'"
    if kind == NUMBER:
        return text if _INTEGER.match(text) else "1"
    return "" if kind == OTHER else text


def _ascii(name: str) -> str:
    return (
        name
        if name.isascii() and "$" not in name
        else "".join(one if one.isascii() and one != "$" else f"_u{ord(one):x}_" for one in name)
    )
