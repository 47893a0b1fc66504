"""What to do with text that pycparser does not understand: guess types, leave statements out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lwslint.frontend.pure.tokens import CHARACTER, IDENTIFIER, NUMBER, STRING, Token

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


def strangers(tokens: Sequence[Token], is_known: Callable[[str], bool]) -> frozenset[str]:
    """Names that nobody declared and that stand where only a type can."""
    found: set[str] = set()
    declared: set[str] = set()
    for at, token in enumerate(tokens):
        if token.kind == IDENTIFIER and token.text not in declared and _is_declared(tokens, at):
            declared.add(token.text)
        if token.kind != IDENTIFIER or token.text in found or token.text in _KEYWORDS:
            continue
        if _is_type(tokens, at) and not is_known(token.text):
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


def _is_type(tokens: Sequence[Token], at: int) -> bool:
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


def without_statement(tokens: Sequence[Token], body: int, at: int) -> list[Token] | None:
    """A function's tokens without the statement around token `at`; None where that is not inside its body."""
    if body < 0 or not body < at < len(tokens) - 1:
        return None
    start = at
    depth = 0
    while start > body + 1:
        text = tokens[start - 1].text
        if text in (")", "]"):
            depth += 1
        elif text in ("(", "["):
            depth = max(depth - 1, 0)
        elif text in ("{", "}") or (text == ";" and not depth):
            break
        start -= 1
    end = at
    depth = 0
    while end < len(tokens) - 1:
        text = tokens[end].text
        if text in ("(", "[", "{"):
            depth += 1
        elif text in (")", "]", "}"):
            if text == "}" and depth <= 0:
                break
            depth -= 1
            if text == "}" and depth <= 0:
                end += 1
                break
        elif text == ";" and depth <= 0:
            end += 1
            break
        end += 1
    if end <= start:
        return None
    last = tokens[end - 1]
    semicolon = Token("p", ";", last.file, last.start, last.end)
    shorter = [*tokens[:start], semicolon, *tokens[end:]]
    return shorter if len(shorter) < len(tokens) else None
