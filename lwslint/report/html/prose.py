"""Text for HTML: messages with code in backticks, and rule pages in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from lwslint.report.escape import visible

if TYPE_CHECKING:
    from markdown_it.token import Token

_CARD_LEVEL = 2  # a page's title is the card's own, so its sections begin at <h3>


def code_spans(text: str) -> Markup:
    """Escaped text in which what stands between backticks is code."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its twin is just a character
        parts[-2:] = ["`".join(parts[-2:])]
    pieces = (f"<code>{escape(part)}</code>" if odd % 2 else escape(part) for odd, part in enumerate(parts))
    return Markup("").join(Markup(piece) for piece in pieces)


def rule_page(doc: str) -> Markup:
    """A rule's Markdown page without its title, as HTML; markup in it is escaped, nothing is loaded."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = _without_title(markdown.parse(visible(doc, keep="\n\t")))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + _CARD_LEVEL - 1, 6)}"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "noreferrer noopener")
    # What markdown-it renders with `html` off is escaped already.
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))


def _without_title(tokens: list[Token]) -> list[Token]:
    titled = bool(tokens) and tokens[0].type == "heading_open" and tokens[0].tag == "h1"
    return tokens[3:] if titled else tokens
