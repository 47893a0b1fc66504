"""Where a node stands."""

from __future__ import annotations

import msgspec


class Span(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """A stretch of text; `file` is an index into `Unit.files`.

    Lines and columns count from 1, columns are bytes, the end is exclusive. For text that came out
    of a macro this is the use of the macro (the outermost expansion), the line a person sees;
    `body` is then the place in the macro's definition where the text is spelled, if it has one.
    """

    file: int
    line: int
    column: int
    end_line: int
    end_column: int
    body: Span | None = None
