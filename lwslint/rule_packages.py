"""What tells the rules that are installed from any others, found out without importing them.

This reads what `importlib.metadata` would, of which the import alone takes longer than looking up the outcome
of an earlier run does. The rules themselves are found by it (`lwslint.registry.load`).
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from lwslint import bounded
from lwslint.cache import code
from lwslint.errors import LwslintError

GROUP = "lwslint.rules"
"""The group of entry points that packages of rules stand in."""

_METADATA = (".dist-info", ".egg-info")
_LONGEST = 1 << 20
_PACKAGE = re.compile(rb"^[^=#;\n]+=[ \t]*([A-Za-z_][\w.]*)", re.MULTILINE)
_SECTION = re.compile(
    rb"^\s*\[\s*" + re.escape(GROUP.encode()) + rb"\s*\](.*?)(?=^\s*\[|\Z)", re.MULTILINE | re.DOTALL
)


def identity() -> str:
    """The distributions with rules, what they say of them, and the files of their packages as they are."""
    found = list(sections())
    return repr((found, [(name, _stamp(name)) for _, section in found for name in packages(section)]))


def sections() -> Iterator[tuple[str, bytes]]:
    """The entry points of the group, for each distribution that has some, and the file that has them.

    See the entry points specification of the Python Packaging Authority.
    """
    for place in dict.fromkeys(sys.path):
        try:
            names = sorted(name for name in os.listdir(place or ".") if name.endswith(_METADATA))  # noqa: PTH208
        except OSError:  # an archive, or nothing
            continue
        for name in names:
            file = os.path.join(place, name, "entry_points.txt")  # noqa: PTH118
            try:
                text = bounded.read(file, _LONGEST)
            except (OSError, LwslintError):
                continue
            for section in _SECTION.findall(text):
                yield file, section


def packages(section: bytes) -> list[str]:
    """The packages that the entry points of a section name."""
    return [name.decode() for name in _PACKAGE.findall(section)]


def _stamp(package: str) -> bytes:
    """The files of a package as they are now."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return b""
    places = [] if spec is None else spec.submodule_search_locations or [spec.origin or ""]
    return b"".join(code(Path(place)) for place in places)
