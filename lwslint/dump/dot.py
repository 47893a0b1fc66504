"""The DOT language of Graphviz: quoting, and the few statements that the views need.

Everything from the program under analysis goes through `quoted`: in a quoted string only the quote and the
backslash mean anything (https://graphviz.org/doc/info/lang.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lwslint.report.escape import visible


def quoted(text: str) -> str:
    """One line of any text as a string of DOT."""
    return f'"{_escaped(text)}"'


def label(lines: Iterable[str]) -> str:
    r"""Lines as a label, each at the left margin (`\l`)."""
    return '"' + "".join(f"{_escaped(line)}\\l" for line in lines) + '"'


def _escaped(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')


def graph(title: str, statements: Iterable[str]) -> Iterator[str]:
    """A directed graph of boxes."""
    yield f"digraph {quoted(title)} {{"
    yield "  node [shape=box, fontname=monospace];"
    for statement in statements:
        yield f"  {statement}"
    yield "}"


def cluster(name: str, title: str, statements: Iterable[str]) -> Iterator[str]:
    """A part of a graph in a frame."""
    yield f"subgraph cluster_{name} {{"
    yield f"  label={quoted(title)};"
    for statement in statements:
        yield f"  {statement}"
    yield "}"


def node(name: str, lines: Iterable[str], style: str = "") -> str:
    """A node; `name` is made by lwslint."""
    return f"{name} [label={label(lines)}{_styled(style)}];"


def edge(source: str, target: str, text: str = "", style: str = "") -> str:
    """An edge; the names are made by lwslint."""
    attributes = ", ".join(
        part for part in (f"label={quoted(text)}" if text else "", style and f"style={style}") if part
    )
    return f"{source} -> {target}{f' [{attributes}]' if attributes else ''};"


def _styled(style: str) -> str:
    return f", style={style}" if style else ""
