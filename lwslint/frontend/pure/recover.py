"""What to do with text that pycparser does not understand: guess types, leave statements out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lwslint.frontend.pure.tokens import CHARACTER, IDENTIFIER, NUMBER, PUNCTUATOR, STRING, Token

UNREAD = "__lwslint_unread"
"""The name that stands where an initialiser stood that could not be read."""

MIN_TABLE = 1_000
"""Tables of numbers with fewer tokens than this are read like any other initialiser."""

_KEYWORDS = frozenset(
    [
        "auto",
        "break",
        "case",
        "char",
        "const",
        "continue",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extern",
        "float",
        "for",
        "goto",
        "if",
        "inline",
        "int",
        "long",
        "register",
        "restrict",
        "return",
        "short",
        "signed",
        "sizeof",
        "static",
        "struct",
        "switch",
        "typedef",
        "union",
        "unsigned",
        "void",
        "volatile",
        "while",
        "_Alignas",
        "_Alignof",
        "_Atomic",
        "_Bool",
        "_Complex",
        "_Generic",
        "_Imaginary",
        "_Noreturn",
        "_Static_assert",
        "_Thread_local",
        "__thread",
        "__attribute__",
        "__extension__",
        "__inline",
        "__inline__",
        "__restrict",
        "__restrict__",
        "__typeof__",
        "typeof",
        "asm",
        "__asm__",
        "__const",
        "__volatile__",
        "__signed__",
        "__int128",
        "__builtin_va_list",
        "__label__",
        "__builtin_va_arg",
    ]
)
_TYPES = frozenset(
    (
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
        "const",
        "size_t",
    )
)
_STATEMENTS = frozenset(
    ("return", "else", "case", "goto", "sizeof", "do", "typedef", "extern", "static", "inline")
)
_BEFORE = frozenset(";{}(,)") | {
    "const",
    "static",
    "volatile",
    "register",
    "extern",
    "inline",
    "struct",
    "typedef",
}
_BEHIND = frozenset("=;,)[:(")


def strangers(tokens: Sequence[Token], body: int, is_known: Callable[[str], bool]) -> frozenset[str]:
    """Names that nobody declared and that stand where only a type can; `body` is as in `Chunk`."""
    found: set[str] = set()
    declared: set[str] = set()
    for at, token in enumerate(tokens):
        if token.kind == IDENTIFIER and token.text not in declared and _is_declared(tokens, at):
            declared.add(token.text)
        if token.kind != IDENTIFIER or token.text in found or token.text in _KEYWORDS:
            continue
        if _is_type(tokens, at, inside=0 <= body < at) and not is_known(token.text):
            found.add(token.text)
    return frozenset(found - declared)


def _is_declared(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name stands where a declaration has its name: behind a type and its asterisks."""
    if at + 1 < len(tokens) and tokens[at + 1].text not in _BEHIND:
        return False
    before = at - 1
    while before >= 0 and tokens[before].text in ("*", "const", "volatile", "restrict"):
        before -= 1
    if before < 0 or tokens[before].kind != IDENTIFIER or tokens[before].text in _STATEMENTS:
        return False
    if before == at - 1 or tokens[before].text in _TYPES:
        return True
    return before > 0 and (tokens[before - 1].text in ("struct", "union", "enum") or not before)


def _is_type(tokens: Sequence[Token], at: int, *, inside: bool) -> bool:
    """Whether only a type can stand at a token; `inside` a body brackets hold arguments, no parameters."""
    before = tokens[at - 1].text if at else ";"
    if before not in _BEFORE or before in ("struct", "union", "enum"):
        return False
    end = at + 1
    while end < len(tokens) and tokens[end].text in ("*", "const", "volatile", "restrict"):
        end += 1
    if end >= len(tokens):
        return False
    following = tokens[end]
    if following.kind == IDENTIFIER and following.text not in _KEYWORDS:
        behind = tokens[end + 1].text if end + 1 < len(tokens) else ""
        if inside and before in ("(", ",") and (at < 2 or tokens[at - 2].text != "for"):
            return False
        return behind in _BEHIND and (end == at + 1 or behind != "(" or before in ";{}")
    if before == "(" and following.text == ")":
        after = tokens[end + 1] if end + 1 < len(tokens) else None
        operand = after is not None and (
            after.kind in (IDENTIFIER, NUMBER, STRING) or after.text in ("(", "&")
        )
        return end > at + 1 or (operand and at > 1 and tokens[at - 2].text in ("=", "return", ",", "("))
    return end > at + 1 and following.text in (",", ")") and before in ("(", ",")


def number_table(tokens: Sequence[Token]) -> tuple[list[Token], int] | None:
    """Of a long array of plain numbers, the declaration without them and how many there are.

    What is in such a table matters to nobody; parsing it would take longer than all the rest.
    """
    if len(tokens) < MIN_TABLE:
        return None
    at = next((number for number, token in enumerate(tokens) if token.text in ("=", "{", "(")), -1)
    if at < 0 or tokens[at].text != "=" or tokens[at + 1].text != "{" or tokens[-2].text != "}":
        return None
    count = 0
    for token in tokens[at + 2 : -2]:
        if token.kind in (NUMBER, CHARACTER):
            count += 1
        elif token.text not in (",", "-", "+"):
            return None
    return [*tokens[:at], tokens[-1]], count


def with_semicolon(tokens: Sequence[Token], body: int, at: int) -> list[Token] | None:
    """A function's tokens with a semicolon before the block at token `at` that what looks like a call has.

    Most likely a macro that nobody declared opens a loop there; None where it is something else.
    """
    if body < 0 or not body < at < len(tokens) - 1 or tokens[at].text != "{" or tokens[at - 1].text != ")":
        return None
    opening = brackets(tokens)[at - 1]
    before = tokens[opening - 1]
    if before.kind != IDENTIFIER or before.text in _KEYWORDS:
        return None
    place = tokens[at - 1]
    return [*tokens[:at], Token(PUNCTUATOR, ";", place.file, place.start, place.end), *tokens[at:]]


def without_initialiser(tokens: Sequence[Token], body: int, at: int) -> list[Token] | None:
    """Tokens with `UNREAD` for the initialiser around token `at`; None where that is in none.

    What is declared is known then, and that it has an initialiser.
    """
    match = brackets(tokens)
    start = _statement(tokens, match, body, at) if body >= 0 else 0
    if (
        start + 1 >= len(tokens)
        or tokens[start].kind != IDENTIFIER
        or tokens[start].text in ("return", "goto", "case", "else")
    ):
        return None
    if body >= 0 and tokens[start + 1].kind != IDENTIFIER and tokens[start + 1].text != "*":
        return None
    equals = -1
    here = start
    while here < at and match.get(here, here) < at:
        if tokens[here].text in ("=", ","):
            equals = here if tokens[here].text == "=" else -1
        here = max(match.get(here, here), here) + 1
    if equals < 0 or tokens[equals + 1].text == UNREAD:
        return None
    end = equals + 1
    while end < len(tokens) - 1 and tokens[end].text not in (",", ";"):
        end = max(match.get(end, end), end) + 1
    if end < at:
        return None
    first = tokens[equals]
    return [
        *tokens[: equals + 1],
        Token(IDENTIFIER, UNREAD, first.file, first.start, first.end),
        *tokens[end:],
    ]


def without_statement(tokens: Sequence[Token], body: int, at: int) -> list[Token] | None:
    """A function's tokens without the statement around token `at`; None where that is not inside its body."""
    if body < 0 or not body < at < len(tokens) - 1:
        return None
    match = brackets(tokens)
    start = end = _statement(tokens, match, body, at)
    while end < len(tokens) - 1 and tokens[end].text != "}":
        text = tokens[end].text
        block = text == "{" and not _is_list(tokens, end)
        end = max(match.get(end, end), end) + 1
        if (text == ";" or block) and end > at:
            break
    if end <= start:
        return None
    last = tokens[end - 1]
    semicolon = Token("p", ";", last.file, last.start, last.end)
    shorter = [*tokens[:start], semicolon, *tokens[end:]]
    return shorter if len(shorter) < len(tokens) else None


def _statement(tokens: Sequence[Token], match: dict[int, int], body: int, at: int) -> int:
    """Where the statement starts that token `at` is in."""
    start = at
    while start > body + 1:
        text = tokens[start - 1].text
        partner = match.get(start - 1, start - 1)
        if text in (")", "]") or (text == "}" and _is_list(tokens, partner)):
            start = partner
        elif text == ";" or (text in ("{", "}") and not _is_list(tokens, start - 1)):
            break
        else:
            start -= 1
    return start


def _is_list(tokens: Sequence[Token], brace: int) -> bool:
    """Whether a brace opens an initialiser, and no block."""
    if tokens[brace].text != "{":
        return False
    before = tokens[brace - 1].text if brace else ""
    if before == "{":
        return _is_list(tokens, brace - 1)
    return before in ("=", ",", "(", "]")


def brackets(tokens: Sequence[Token]) -> dict[int, int]:
    """For each bracket the number of its partner."""
    match: dict[int, int] = {}
    open_: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind != PUNCTUATOR:
            continue
        if token.text in "([{":
            open_.append(at)
        elif token.text in ")]}" and open_:
            start = open_.pop()
            match[start], match[at] = at, start
    for start in open_:
        match[start] = len(tokens) - 1
    return match
