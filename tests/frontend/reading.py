"""What the front end's tests share: C in, dumped IR out."""

from __future__ import annotations

from pathlib import Path

from lwslint import ir
from lwslint.frontend import ReadRequest, read_one
from lwslint.ir.dump import dump


def unit(text: str, *arguments: str, path: str = "unit.c", release: str = "") -> ir.Unit:
    """The unit of a snippet."""
    return read_one(ReadRequest(path, str(Path.cwd()), arguments, text, release))


def function(text: str, name: str = "f", *arguments: str) -> ir.Function:
    """One function of a snippet."""
    return next(each for each in unit(text, *arguments).functions if each.name == name)


def body(text: str, *arguments: str, name: str = "f") -> list[str]:
    """The dumped lines of a function's blocks."""
    lines = dump(unit(text, *arguments)).splitlines()
    start = next(at for at, line in enumerate(lines) if f"function {name}(" in line)
    rest = lines[start + 1 :]
    end = next((at for at, line in enumerate(rest) if not line.startswith(" ")), len(rest))
    return [line.strip() for line in rest[:end] if not line.startswith("  var ")]


def variable(text: str, root: str, *arguments: str) -> list[str]:
    """The dumped lines of a global's initialiser."""
    lines = dump(unit(text, *arguments)).splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"global {root}:"))
    rest = lines[start + 1 :]
    end = next((at for at, line in enumerate(rest) if not line.startswith(" ")), len(rest))
    return [line.strip() for line in rest[:end]]
