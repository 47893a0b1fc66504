"""Mends: from the edits that rules describe to new texts of files. Texts are bytes; no file is touched.

`resolve` makes edits concrete where the text is known, `apply` chooses those that fit together and makes
them, `unified` shows what became of a file.
"""

from lwslint.mending.apply import Mended, apply
from lwslint.mending.diff import unified
from lwslint.mending.resolve import resolve
from lwslint.mending.source import MAX_BYTES, Source

__all__ = ["MAX_BYTES", "Mended", "Source", "apply", "resolve", "unified"]
