"""Types by their canonical spelling: what the analysis asks of them."""

from __future__ import annotations

import functools

CREATION_INFO = "struct lws_context_creation_info"
CONNECT_INFO = "struct lws_client_connect_info"
CONTEXTS = frozenset({"struct lws_context", "struct libwebsocket_context"})
PROTOCOLS = frozenset({"struct lws_protocols", "struct libwebsocket_protocols"})
REASONS = frozenset({"enum lws_callback_reasons", "enum libwebsocket_callback_reasons"})


@functools.cache
def bare(spelling: str) -> str:
    """The type without its qualifiers: `const struct x` is `struct x`, `char *const` is `char *`."""
    text = spelling
    changed = True
    while changed:
        changed = False
        for word in ("const ", "volatile ", "_Atomic ", "restrict "):
            if text.startswith(word) and not text.endswith("*"):
                text, changed = text[len(word) :], True
        for word in ("const", "volatile", "restrict", "__restrict"):
            if text.endswith("*" + word):
                text, changed = text[: -len(word)], True
    return text.strip()


@functools.cache
def pointee(spelling: str) -> str:
    """What a pointer of this type points at, without qualifiers; empty for any other type."""
    text = bare(spelling)
    return bare(text[:-1].strip()) if text.endswith("*") else ""


@functools.cache
def points_at_const(spelling: str) -> bool:
    """Whether the pointer promises not to write to what it points at."""
    text = bare(spelling)
    return text.endswith("*") and bare(text[:-1].strip()) != text[:-1].strip()


@functools.cache
def element(spelling: str) -> str:
    """The type of the elements of an array; empty for any other type."""
    text = bare(spelling)
    open_, close = text.find("["), text.find("]")
    if not text.endswith("]") or open_ < 0 or "(" in text:
        return ""
    return bare((text[:open_] + text[close + 1 :]).strip())


@functools.cache
def innermost(spelling: str) -> str:
    """The bare type of what an array, also one of arrays, is made of; of any other type itself."""
    while inner := element(spelling):
        spelling = inner
    return bare(spelling)


@functools.cache
def is_function_pointer(spelling: str) -> bool:
    """Whether it is a pointer to a function."""
    return "(*)" in spelling or "(*const)" in spelling


@functools.cache
def is_record(spelling: str) -> bool:
    """Whether it is a struct or union."""
    return bare(spelling).startswith(("struct ", "union ")) and not spelling.rstrip().endswith(
        ("*", "]", ")")
    )
