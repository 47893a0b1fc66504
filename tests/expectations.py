"""Fixtures, and what their comments say is to be found in them.

A finding is expected at the end of the line that it speaks of, several apart by semicolons:

    context = lws_create_context(&info); // expect: error LWS103 "client_ssl_cert_filepath"; LWS104

Level and part of the message may be left out. `// missing: LWS103 why` is a finding that ought to be
there and is not yet, `// spurious: LWS103 why` one that ought not to be there and still is.

Where such comments would be in a reader's way, a folder has them in `expected.txt`, one a line:

    net.c:66 error LWS103 "client_ssl_cert_filepath"

On a line of its own, `// lws-version: 2.4` sets the target release, `// gcc: -Wno-...` are flags for
the compiler that judges the fixture, and `// needs: ...` says why the installed headers cannot compile it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"

_COMMENT = re.compile(r"// (expect|missing|spurious): (.*?)(?= // (?:expect|missing|spurious): |$)")
_EXPECTED = re.compile(r'(?:(note|warning|error) )?([A-Z]+[0-9]{3,4})(?: "([^"]+)")?')
_LISTED = re.compile(r"([^:]+):([0-9]+) (.+)")
_ACCEPTED = re.compile(r"([A-Z]+[0-9]{3,4}) (\S.*)")
_DIRECTIVE = re.compile(r"^// (lws-version|gcc|needs): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Expectation:
    """A finding that a line speaks of; `kind` is expect, missing or spurious. Some have no level or part."""

    kind: str
    path: str
    line: int
    code: str
    level: str = ""
    part: str = ""


@dataclass(frozen=True)
class Fixture:
    """A file, or a folder whose C files are one run."""

    path: Path

    @property
    def name(self) -> str:
        """The rule's code and the aspect: `LWS103/bad_pcontext`."""
        return self.path.relative_to(FIXTURES).with_suffix("").as_posix()

    @property
    def bad(self) -> bool:
        """Whether the rule that it belongs to must find fault with it."""
        return self.path.name.startswith("bad_")

    @property
    def files(self) -> tuple[Path, ...]:
        """Its C files and headers."""
        if self.path.is_file():
            return (self.path,)
        return tuple(sorted(path for path in self.path.iterdir() if path.suffix in (".c", ".h")))

    def expectations(self) -> list[Expectation]:
        """What its comments say, in source order, and its `expected.txt`.

        Raises:
            ValueError: a comment or line is malformed; says where.
        """
        stated = [expectation for path in self.files for expectation in expectations(_text(path), str(path))]
        apart = self.path / "expected.txt"
        return stated + (listed(_text(apart), self.path) if apart.is_file() else [])

    def directive(self, word: str) -> str:
        """The value of a directive, joined over its files; empty if it is not there."""
        found = (pair for path in self.files for pair in _DIRECTIVE.findall(_text(path)))
        return " ".join(value for name, value in found if name == word)


def fixtures() -> list[Fixture]:
    """All fixtures: `demo`, `demo_fixed`, and those of each rule."""
    rules = (entry for folder in FIXTURES.glob("LWS*") for entry in folder.iterdir())
    return [Fixture(path) for path in sorted((*FIXTURES.glob("demo*"), *rules))]


def expectations(text: str, path: str) -> list[Expectation]:
    """What the comments in a text say.

    Raises:
        ValueError: a comment is malformed; says where.
    """
    return [
        _parsed(kind, statement.strip(), path, number)
        for number, line in enumerate(text.splitlines(), 1)
        for kind, statements in _COMMENT.findall(line)
        for statement in (statements.split(";") if kind == "expect" else [statements])
    ]


def listed(text: str, folder: Path) -> list[Expectation]:
    """What the lines of an `expected.txt` say of the files in its folder.

    Raises:
        ValueError: a line is malformed; says which.
    """
    found = [(line, _LISTED.fullmatch(line)) for line in text.splitlines()]
    if wrong := [line for line, match in found if not match]:
        raise ValueError(f"{folder / 'expected.txt'}: {wrong[0]!r} is not FILE:LINE and a finding")
    return [_parsed("expect", match[3], str(folder / match[1]), int(match[2])) for _, match in found if match]


def _parsed(kind: str, statement: str, path: str, line: int) -> Expectation:
    match = (_EXPECTED if kind == "expect" else _ACCEPTED).fullmatch(statement)
    if not match:
        raise ValueError(f"{path}:{line}: {kind}: {statement!r} is neither a finding nor a reason")
    if kind == "expect":
        return Expectation(kind, path, line, match[2], match[1] or "", match[3] or "")
    return Expectation(kind, path, line, match[1])


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
