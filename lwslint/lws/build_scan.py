"""Reads the text of a header for the names that it declares, whatever the build configuration.

Both sides of every `#if` count: what matters is that some build of the library has the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from lwslint.lws.build_values import constant_text

_NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|\\\n|extern\s+"C"\s*\{', re.DOTALL)
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)]*\))?[ \t]*(.*)$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_ATTRIBUTE = re.compile(
    r"\bLWS_(?:VISIBLE|EXTERN|WARN_\w+)\b|\b(?:LWS_FORMAT|__attribute__)\s*(?:\((?:[^()]|\([^()]*\))*\))?"
)
_TAG = re.compile(r"\b(struct|union|enum)\s+(\w+)?\s*$")
_FUNCTION = re.compile(r"(?:[\w*]+[\s*]+)+(\w+)\s*\(")
_POINTER_TO_FUNCTION = re.compile(r"\(\s*\*+\s*(\w+)\s*\)")
_MEMBER = re.compile(r"\b(\w+)\s*((?:\[[^\]]*\]\s*)*(?::\s*\w+\s*)?)$")


class Scan(msgspec.Struct):
    """What a header declares: prototypes, members of structs with types, enumerators and macros with bodies.

    An enumerator's value is a number, or None where it cannot be told. `calls` are the parameters of those
    macros that have some.
    """

    functions: dict[str, str] = msgspec.field(default_factory=dict)
    structs: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    enumerators: dict[str, dict[str, int | None]] = msgspec.field(default_factory=dict)
    macros: dict[str, str] = msgspec.field(default_factory=dict)
    calls: dict[str, str] = msgspec.field(default_factory=dict)


def scan(text: str) -> Scan:
    """What the header `text` declares.

    >>> scan("struct s { int a; };").structs
    {'s': {'a': 'int'}}
    """
    found = Scan()
    text = _NOISE.sub(" ", text.replace("\r", ""))
    for name, parameters, body in _DEFINE.findall(text):
        if parameters:
            found.calls.setdefault(name, parameters)
        else:
            found.macros.setdefault(name, " ".join(body.split()))
    for declaration in _declarations(_DIRECTIVE.sub("", text)):
        _declare(found, declaration)
    return found


def _declarations(text: str) -> Iterator[str]:
    """The text up to each `;` or `}` that is in no brackets."""
    depth = start = 0
    for match in re.finditer(r"[{};]", text):
        mark = match[0]
        depth = depth + 1 if mark == "{" else max(depth - 1, 0) if mark == "}" else depth
        if mark == ";" and depth == 0:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def _declare(found: Scan, text: str) -> None:
    """Notes what one declaration introduces; nested records and enumerations count as their own."""
    head, brace, rest = text.partition("{")
    if not brace:
        _function(found, text)
        return
    body, _, after = rest.rpartition("}")
    tag = _TAG.search(_ATTRIBUTE.sub(" ", head).rstrip())
    if tag is None:
        _function(found, head)  # an inline function, with its body
        _after_body(found, rest)
    elif tag[1] == "enum":
        found.enumerators.setdefault(tag[2] or "", {}).update(_enumerators(body, found.macros))
    else:
        alias = re.search(r"(\w+)\s*$", after)
        name = tag[2] or (alias[1] if alias else "")
        found.structs.setdefault(name, {}).update(_members(found, body))


def _after_body(found: Scan, text: str) -> None:
    """What follows an inline function without a semicolon between."""
    depth = 1
    for match in re.finditer(r"[{}]", text):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            if text[match.end() :].strip():
                _declare(found, text[match.end() :])
            return


def _function(found: Scan, text: str) -> None:
    plain = " ".join(_ATTRIBUTE.sub(" ", text).split()).replace("( ", "(").removeprefix("extern ")
    match = _FUNCTION.match(plain)
    if match is None or plain.startswith(("typedef", "return", "else")) or "=" in plain[: match.end()]:
        return
    found.functions.setdefault(match[1], plain)


def _enumerators(body: str, macros: dict[str, str]) -> dict[str, int | None]:
    values: dict[str, int | None] = {}
    following: int | None = 0
    for entry in body.split(","):
        name, equals, stated = (" ".join(part.split()) for part in entry.partition("="))
        if not re.fullmatch(r"\w+", name):
            continue
        if equals:
            known = {one: str(value) for one, value in values.items() if value is not None}
            following = number(stated, macros | known)
        values.setdefault(name, following)
        following = None if following is None else following + 1
    return values


def number(body: str, macros: dict[str, str]) -> int | None:
    """The whole number that `body` comes to with these macros; None if it is none."""
    found = re.fullmatch(r"\(?(-?\d+)\)?[uUlL]*", constant_text(body, macros))
    return int(found[1]) if found else None


def _members(found: Scan, body: str) -> dict[str, str]:
    members: dict[str, str] = {}
    for text in _declarations(body):
        plain = " ".join(_ATTRIBUTE.sub(" ", text).split())
        if "{" in plain:
            _declare(found, text)
            continue
        pointer = _POINTER_TO_FUNCTION.search(plain)
        if pointer:
            members.setdefault(pointer[1], plain[: pointer.start(1)] + plain[pointer.end(1) :])
            continue
        shared = ""
        for part in plain.split(","):
            member = _MEMBER.search(part)
            if member is None:
                continue
            kind = f"{shared} {part[: member.start()].strip()}".strip()
            shared = shared or kind.rstrip("* ")
            if kind:
                members.setdefault(member[1], kind + member[2].replace(" ", ""))
    return members
