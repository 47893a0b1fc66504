"""Prints declarations afresh from clang's JSON dump of a syntax tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Node = dict[str, Any]
_POINTER = re.compile(r"\((\*+|\^)((?:const|volatile|restrict)?)(?=[)\[])")
_ATTRIBUTE = re.compile(r"\s*__attribute__\(\(.*?\)\)")
_BOOL = re.compile(r"\bbool\b")
_TAGGED = re.compile(r"^(?:struct|union|enum) (?:\w+|\([^)]*\))")
_UNNAMED = re.compile(r"(?:struct|union|enum) \((?:unnamed|anonymous)")


class Printer:
    """Prints each declaration once, as pairs of the name that it introduces and its text.

    Forward declarations are left out; nested named types come before their parent.
    """

    def __init__(self) -> None:
        self.unnamed: Node | None = None
        self.named = False

    def declarations(self, nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
        """The declarations at `nodes`, in their order."""
        for node in nodes:
            if node.get("isImplicit"):
                continue
            if self.unnamed is not None and not self._owns_unnamed(node):
                yield from self._nameless()
            yield from self._declaration(node)
        yield from self._nameless()

    def _owns_unnamed(self, node: Node) -> bool:
        owned = _owned(node) if node["kind"] == "TypedefDecl" else None
        return owned is not None and self.unnamed is not None and owned.get("id") == self.unnamed["id"]

    def _nameless(self) -> Iterator[tuple[str, str]]:
        if self.unnamed is not None and self.unnamed["kind"] == "EnumDecl" and not self.named:
            yield "", f"enum {_enumerators(self.unnamed)};"
        self.unnamed = None

    def _declaration(self, node: Node) -> Iterator[tuple[str, str]]:
        kind, name = node["kind"], node.get("name", "")
        if kind == "RecordDecl":
            yield from self._record(node, name)
        elif kind == "EnumDecl":
            yield from self._enum(node, name)
        elif kind == "TypedefDecl":
            yield name, f"typedef {self._declarator(node, name)};"
        elif kind == "FunctionDecl":
            yield name, self._function(node, name)
        elif kind == "VarDecl":
            yield name, f"extern {_declarator(node['type']['qualType'], name)};"

    def _record(self, node: Node, name: str) -> Iterator[tuple[str, str]]:
        tag = node["tagUsed"]
        if not node.get("completeDefinition"):
            return
        yield from self._hoisted(node)
        if name:
            yield f"{tag} {name}", f"{tag} {name} {self._body(node)};"
        else:
            self.unnamed, self.named = node, False

    def _hoisted(self, node: Node) -> Iterator[tuple[str, str]]:
        for inner in node.get("inner", ()):
            if inner["kind"] in ("RecordDecl", "EnumDecl") and inner.get("name"):
                yield from self._declaration(inner)
            elif inner["kind"] == "RecordDecl":
                yield from self._hoisted(inner)

    def _body(self, node: Node, depth: int = 1) -> str:
        lines = []
        unnamed: Node | None = None
        tabs = "\t" * depth
        for inner in node.get("inner", ()):
            if inner["kind"] in ("RecordDecl", "EnumDecl") and not inner.get("name"):
                unnamed = inner
            elif inner["kind"] == "FieldDecl" and not inner.get("isInvalid"):
                lines.append(f"{tabs}{self._member(inner, unnamed, depth)};\n")
        return "{\n" + "".join(lines) + tabs[1:] + "}"

    def _member(self, node: Node, unnamed: Node | None, depth: int) -> str:
        name = node.get("name", "")
        if node.get("isBitfield"):
            name = f"{name} : {_constant(node)}" if name else f": {_constant(node)}"
        quoted = node["type"]["qualType"]
        if unnamed is not None and _UNNAMED.match(quoted):
            rest = quoted[quoted.index(")") + 1 :]
            if unnamed["kind"] == "EnumDecl":
                return f"enum {_enumerators(unnamed)} {_declarator('@' + rest, name).replace('@', '', 1)}"
            body = self._body(unnamed, depth + 1)
            return f"{unnamed['tagUsed']} {body}{_declarator('@' + rest, name).replace('@', '', 1)}"
        return _declarator(quoted, name)

    def _enum(self, node: Node, name: str) -> Iterator[tuple[str, str]]:
        if name or not node.get("inner"):
            if node.get("inner"):
                yield f"enum {name}", f"enum {name} {_enumerators(node)};"
            return
        self.unnamed, self.named = node, False

    def _declarator(self, node: Node, name: str) -> str:
        if not self._owns_unnamed(node) or self.unnamed is None or self.named:
            return _declarator(node["type"]["qualType"], name)
        body, self.named = self.unnamed, True
        rest = _TAGGED.sub("", node["type"]["qualType"]).strip()
        text = _enumerators(body) if body["kind"] == "EnumDecl" else self._body(body)
        tag = body.get("tagUsed", "enum")
        return f"{tag} {text} {_declarator('@' + rest, name).replace('@', '', 1).strip()}"

    def _function(self, node: Node, name: str) -> str:
        quoted = _plain(node["type"]["qualType"])
        at = _last_group(quoted)
        result, parameters = quoted[:at].rstrip(), quoted[at:]
        if parameters == "()":
            parameters = "(void)"
        gap = "" if result.endswith("*") else " "
        return f"{result}{gap}{name}{parameters};"


def _plain(quoted: str) -> str:
    return _BOOL.sub("_Bool", _ATTRIBUTE.sub("", quoted).replace("struct __va_list_tag *", "va_list"))


def _owned(node: Node) -> Node | None:
    for inner in node.get("inner", ()):
        if "ownedTagDecl" in inner:
            found: Node = inner["ownedTagDecl"]
            return found
        deeper = _owned(inner)
        if deeper:
            return deeper
    return None


def _constant(node: Node) -> str:
    for inner in node.get("inner", ()):
        if "value" in inner:
            return str(inner["value"])
        deeper = _constant(inner)
        if deeper:
            return deeper
    return ""


def _enumerators(node: Node) -> str:
    lines = []
    following = 0
    for inner in node["inner"]:
        if inner["kind"] == "EnumConstantDecl":
            stated = _constant(inner)
            value = int(stated) if stated else following
            following = value + 1
            lines.append(f"\t{inner['name']} = {value},\n")
    return "{\n" + "".join(lines) + "}"


def _last_group(quoted: str) -> int:
    depth = 0
    for at in range(len(quoted) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(quoted[at], 0)
        if depth == 0:
            return at
    return len(quoted)


def _declarator(quoted: str, name: str) -> str:
    """`name` put where C wants it in a type that clang has printed."""
    quoted = _plain(quoted)
    pointer = _POINTER.search(quoted)
    if pointer and _depth(quoted[: pointer.start()]) == 0:
        gap = " " if pointer[2] else ""
        return f"{quoted[: pointer.end()]}{gap}{name}{quoted[pointer.end() :]}"
    bracket = quoted.find("[")
    if bracket >= 0 and _depth(quoted[:bracket]) == 0:
        return f"{quoted[:bracket].rstrip()} {name}{quoted[bracket:]}"
    if quoted.endswith(")") and "(" in quoted:
        at = _last_group(quoted)
        return f"{quoted[:at].rstrip()} {name}{quoted[at:]}"
    gap = "" if quoted.endswith("*") or not name else " "
    return f"{quoted}{gap}{name}"


def _depth(text: str) -> int:
    return text.count("(") - text.count(")")
