"""Library names in the text of a unit that the syntax tree never reached.

Only names count that could change what is found: callback reasons, options, members of the structs that are
followed, functions that do something, and what looks like the library's but is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lwslint import ir
from lwslint.frontend import lexing
from lwslint.frontend.clang.places import File
from lwslint.frontend.clang.unit import Lowering
from lwslint.lws.knowledge import Knowledge

MAX_NAMES = 50
"""No more names than this are named for one unit."""

_CALLED = re.compile(rb"\s*\(")


def notes(lowering: Lowering, has_errors: bool) -> list[ir.Note]:
    """A note for each telling name of the library in lines of the unit's own file that hold no cursor.

    Only conditional text can be left out, and with errors any text.
    """
    file = lowering.places.main()
    if file is None:
        return []
    candidates = {
        offset: name for offset, name in _candidates(file, has_errors) if _tells(name, offset, file)
    }
    if not candidates:
        return []
    reached = lowering.reached(file, sorted(candidates))
    first: dict[str, ir.Note] = {}
    for offset, name in candidates.items():
        line, column = file.place(offset)
        if line not in reached:
            span = ir.Span(0, line, column, line, column + len(name))
            first.setdefault(name, ir.Note(ir.NoteKind.UNREACHED, name, span))
    return list(first.values())[:MAX_NAMES]


def _candidates(file: File, has_errors: bool) -> Iterator[tuple[int, str]]:
    stretches = None if has_errors else lexing.conditionals(file.data)
    if stretches is not None and not stretches:
        return
    for offset, name in lexing.library_names(file.data):
        if stretches is None or any(first <= offset < last for first, last in stretches):
            yield offset, name


def _tells(name: str, offset: int, file: File) -> bool:
    """Whether a name could change what is found."""
    known = Knowledge.load()
    if name.startswith("LWS_CALLBACK_") or known.option(name) or known.fields(name):
        return True
    effects = known.effects(name)
    if effects is not None:
        return not effects.pure
    stranger = name.islower() and not known.is_library(name)
    return stranger and _CALLED.match(file.data, offset + len(name)) is not None
