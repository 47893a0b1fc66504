"""The packages of rules that are installed: found through the entry-point group `lwslint.rules`.

Folders on the path are read as `importlib.metadata` would; to import that takes longer than looking up the
outcome of an earlier run does. It is asked about archives.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lwslint import bounded
from lwslint.cache import code
from lwslint.errors import LwslintError

GROUP = "lwslint.rules"
"""The group of entry points that packages of rules stand in."""

_METADATA = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}
_LONGEST = 1 << 20
_SECTION = re.compile(
    rb"^\s*\[\s*" + re.escape(GROUP.encode()) + rb"\s*\](.*?)(?=^\s*\[|\Z)", re.MULTILINE | re.DOTALL
)
_VALUE = re.compile(rb"^[^=#;\n]+=[ \t]*([A-Za-z_][\w.]*)", re.MULTILINE)
_NAME = re.compile(rb"^Name:[ \t]*(\S+)", re.MULTILINE)


class RulePackage(NamedTuple):
    """A package of rules, and the distribution that it came with."""

    distribution: str
    module: str


def installed() -> list[RulePackage]:
    """The packages of all distributions on the path, sorted; of two with one name, the first counts."""
    found: dict[str, list[RulePackage]] = {}
    for place in dict.fromkeys(sys.path):
        for distribution, modules in _in_archive(place) if os.path.isfile(place) else _in_folder(place):  # noqa: PTH113
            key = re.sub(r"[-_.]+", "-", distribution).lower()
            found.setdefault(key, [RulePackage(distribution, module) for module in modules])
    return sorted(one for packages in found.values() for one in packages)


def identity() -> str:
    """What tells the rules that are installed from any others, found out without importing them."""
    return repr([(one, _stamp(one.module)) for one in installed()])


def _in_folder(place: str) -> Iterator[tuple[str, list[str]]]:
    """The distributions in a folder of the path that have rules, and their packages.

    See the Python Packaging Authority's specifications of entry points and of installed projects.
    """
    try:
        names = sorted(os.listdir(place or "."))  # noqa: PTH208
    except OSError:
        return
    for name in names:
        stem, kind = os.path.splitext(name)  # noqa: PTH122
        if kind not in _METADATA:
            continue
        folder = os.path.join(place, name)  # noqa: PTH118
        modules = [
            value.decode()
            for section in _SECTION.findall(_text(folder, "entry_points.txt"))
            for value in _VALUE.findall(section)
        ]
        if modules:
            told = _NAME.search(_text(folder, _METADATA[kind]))
            yield told[1].decode("utf-8", "replace") if told else stem.partition("-")[0], modules


def _text(folder: str, name: str) -> bytes:
    try:
        return bounded.read(os.path.join(folder, name), _LONGEST)  # noqa: PTH118
    except (OSError, LwslintError):
        return b""


def _in_archive(place: str) -> Iterator[tuple[str, list[str]]]:
    from importlib.metadata import distributions

    for one in distributions(path=[place]):
        if modules := [point.module for point in one.entry_points.select(group=GROUP)]:
            yield one.name, modules


def _stamp(package: str) -> bytes:
    """The files of a package as they are now."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return b""
    places = [] if spec is None else spec.submodule_search_locations or [spec.origin or ""]
    return b"".join(code(Path(place)) for place in places)
