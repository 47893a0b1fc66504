"""The page of each rule: its shape is fixed, its facts are those of the rule, and its examples hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lwslint.registry import RegisteredRule

from .run import check, rules

HEADINGS = [
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "How it is found",
    "Known limits",
    "Suppress",
    "References",
]

PROOFS = set(
    re.findall(
        r"^def (test_lws\w+)\(",
        "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("proof/test_*.py")),
        re.MULTILINE,
    )
)
"""The tests that run a bad fixture against the library, and show the harm."""

each_rule = pytest.mark.parametrize("registered", rules(), ids=lambda registered: registered.info.code)


@each_rule
def test_title_and_summary_are_those_of_the_rule(registered: RegisteredRule) -> None:
    title, _, summary, *_ = registered.info.doc.splitlines()
    assert title == f"# {registered.info.name} ({registered.info.code})"
    assert summary == registered.info.summary


@each_rule
def test_headings_are_fixed(registered: RegisteredRule) -> None:
    prose = re.sub(r"^```.*?^```$", "", registered.info.doc, flags=re.DOTALL | re.MULTILINE)
    assert re.findall(r"^##+ (.*)$", prose, re.MULTILINE) == HEADINGS


@each_rule
def test_sections_are_not_empty(registered: RegisteredRule) -> None:
    assert all(section(registered, heading) for heading in HEADINGS)


@each_rule
def test_table_says_what_the_rule_says(registered: RegisteredRule) -> None:
    head, _, row = [line for line in registered.info.doc.splitlines() if line.startswith("|")][:3]
    facts = dict(zip(_cells(head), _cells(row), strict=True))
    assert list(facts) == ["level", "precision", "releases", "CWE", "mend"]
    assert facts["level"].startswith(registered.info.level.value)
    assert facts["precision"] == registered.info.precision.value
    assert registered.rule.first in facts["releases"]
    assert registered.rule.last in facts["releases"]
    assert [int(number) for number in re.findall(r"\[CWE-(\d+)\]", facts["CWE"])] == list(registered.info.cwe)


@each_rule
def test_why_links_to_what_the_library_says(registered: RegisteredRule) -> None:
    if registered.info.code.startswith("LWS9"):
        return  # about lwslint itself
    why = section(registered, "Why is this bad?")
    assert re.search(r"https://github\.com/warmcat/libwebsockets/blob/v\d+\.\d+\.\d+/\S+#L\d+", why)


@each_rule
def test_why_says_how_it_was_proved_by_running(registered: RegisteredRule) -> None:
    """Either it names all tests in `tests/proof` that are of the rule, or it says why there is none."""
    why = section(registered, "Why is this bad?")
    (said,) = [text for text in why.split("\n\n") if text.startswith(("Proved by ", "Not proved by "))]
    own = {name for name in PROOFS if name.startswith(f"test_{registered.info.code.lower()}_")}
    assert set(re.findall(r"`(test_\w+)`", said)) == own
    if own:
        assert re.match(r"Proved by (running|building) against 4\.1\.6, ", said)
    else:
        assert re.match(r"Not proved by running: \w", said)


@each_rule
def test_suppress_shows_the_comment(registered: RegisteredRule) -> None:
    assert f"lwslint: ignore[{registered.info.code}]" in section(registered, "Suppress")


@each_rule
def test_bad_example_is_found(registered: RegisteredRule, tmp_path: Path) -> None:
    assert registered.info.code in findings(registered, "Example", tmp_path)


@each_rule
def test_good_example_is_clean(registered: RegisteredRule, tmp_path: Path) -> None:
    assert findings(registered, "Use instead", tmp_path) == []


def section(registered: RegisteredRule, heading: str) -> str:
    """The text below a heading, up to the next one."""
    _, _, rest = registered.info.doc.partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0].strip()


def findings(registered: RegisteredRule, heading: str, folder: Path) -> list[str]:
    """The codes that all rules give for the C in a section."""
    (code,) = re.findall(r"^```c\n(.*?)^```$", section(registered, heading), re.DOTALL | re.MULTILINE)
    path = folder / "example.c"
    path.write_text(code, encoding="utf-8")
    release = re.search(r"^// lws-version: (\S+)$", code, re.MULTILINE)
    outcome = check(path, release=release[1] if release else "")
    assert outcome.complete, outcome.gaps
    return [finding.rule for finding in outcome.findings]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]
