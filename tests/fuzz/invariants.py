"""What must hold for any input: no exception, valid reports, one of three exit statuses."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, NamedTuple

import jsonschema

from lwslint import engine
from lwslint.model.finding import Level
from lwslint.model.outcome import GapKind, Outcome
from lwslint.report import FORMATS, ReportOptions, render
from tests.fuzz.mutations import MARKERS

ALL: Final = ReportOptions(show_suppressed=True, summary=True)
MACHINES: Final = ("sarif", "json", "gitlab")
QUICK: Final = tuple(name for name in FORMATS if name not in ("html", "sarif"))
_SCHEMA = Path(__file__).parents[1] / "report" / "sarif-schema-2.1.0.json"
_FAILED = ("the front end failed: ", "the analysis failed ", "torn answer: ")
_HARMLESS = frozenset({"\n", "\t"})
_FOREIGN = frozenset({"img", "iframe", "object", "embed", "base", "video", "audio", "link"})
_LOADING = frozenset({"src", "srcset", "action", "background"})


class Failure(NamedTuple):
    """An invariant that does not hold: its name, and what was seen."""

    invariant: str
    detail: str


def crashes(outcome: Outcome) -> Iterator[Failure]:
    """What raised, where that was caught and told as a gap."""
    for gap in outcome.gaps:
        if gap.kind is GapKind.RULE_FAILED or (
            gap.kind is GapKind.CRASHED and any(word in gap.text for word in _FAILED)
        ):
            yield Failure("crash", gap.text)
    if engine.exit_status(outcome, Level.WARNING) not in (0, 1, 2):
        yield Failure("status", str(engine.exit_status(outcome, Level.WARNING)))


def reports(outcome: Outcome) -> dict[str, str]:
    """The reports that are cheap to draw, by format."""
    return {name: render(name, outcome, ALL) for name in QUICK}


def told(outcome: Outcome) -> str:
    """All that a run tells, to be compared with another run's."""
    return "\n".join([*reports(outcome).values(), *map(repr, outcome.gaps)])


def readable(drawn: dict[str, str]) -> Iterator[Failure]:
    """Reports that no reader gets: no text, no JSON, no command, or something hidden in it."""
    for name, text in drawn.items():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            yield Failure("encoding", f"{name}: {error}")
        if name in MACHINES:
            try:
                json.loads(text)
            except ValueError as error:
                yield Failure("json", f"{name}: {error}")
        elif shown := _hidden(text):
            yield Failure("hidden", f"{name}: {shown}")
    for line in drawn.get("github", "").splitlines():
        if not line.startswith(("::error ", "::warning ", "::notice ", "::error::")):
            yield Failure("command", line[:200])


def _hidden(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return ""
    found = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    return repr(sorted(found - _HARMLESS)) if found - _HARMLESS else ""


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(_SCHEMA.read_text("utf-8")))


def valid_sarif(text: str) -> Iterator[Failure]:
    """Where a SARIF log is not as the schema of OASIS says, and what of it is out of order."""
    if not text.isascii():
        yield Failure("sarif", "not ASCII")
    log = json.loads(text)
    for error in list(_validator().iter_errors(log))[:3]:
        yield Failure("sarif", f"{error.json_path}: {error.message[:200]}")
    for result in log["runs"][0]["results"]:
        for location in (result["locations"][0], *result.get("relatedLocations", ())):
            region = location["physicalLocation"].get("region", {})
            first = region.get("startLine", 1), region.get("startColumn", 1)
            last = region.get("endLine", first[0]), region.get("endColumn", first[1])
            if first > last:
                yield Failure("sarif", f"a region ends before it begins: {region}")


class _Page(HTMLParser):
    """What a browser would take from a page that it must not hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.scripts = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag in _FOREIGN:
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            link = (value or "").strip().lower()
            if name.startswith("on") or name in _LOADING:
                self.bad.append(f"<{tag} {name}>")
            elif name == "href" and link.startswith(("javascript:", "data:", "vbscript:")):
                self.bad.append(f"<{tag} href={link[:40]!r}>")


def escaped(page: str) -> Iterator[Failure]:
    """What of a program's own text stands in a page of HTML as it was written."""
    try:
        page.encode("utf-8")
    except UnicodeEncodeError as error:
        yield Failure("encoding", f"html: {error}")
    if shown := _hidden(page):
        yield Failure("hidden", f"html: {shown}")
    for marker in MARKERS:
        if "<" in marker and marker in page:
            yield Failure("html", f"{marker!r} stands in it")
    parsed = _Page(page)
    if parsed.scripts != 2:
        yield Failure("html", f"{parsed.scripts} scripts")
    for bad in parsed.bad[:3]:
        yield Failure("html", bad)
