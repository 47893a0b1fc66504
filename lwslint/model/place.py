"""Places in source files."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A stretch of text in a source file, as a person sees it (macro uses, not macro bodies).

    Lines and columns count from 1, columns are bytes, the end is exclusive. `path` is as the user
    would type it: relative to the working directory where the file is below it, else absolute.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
