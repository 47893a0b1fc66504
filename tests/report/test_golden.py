"""Every output of three small programs, as files that a reviewer reads when they change.

`python -m pytest tests/report/test_golden.py --update-golden` writes them anew.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

import msgspec
import pytest

from lwslint.model.outcome import Outcome
from lwslint.report import FORMATS, ReportOptions, render
from tests.run import check

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("golden")
PROGRAMS = {
    "clean": "fixtures/LWS900/good_line.c",
    "mended": "fixtures/LWS102/bad_automatic.c",
    "stale": "fixtures/demo",
}
SUFFIXES = {
    "text": "txt",
    "concise": "concise.txt",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "markdown": "md",
}


@functools.cache
def outcome(program: str) -> Outcome:
    """What a run says, with the rules that found something alone: pages of all rules would fill the files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        found = check(Path(PROGRAMS[program]), release="4.1.6")
    speaking = {one.rule for one in found.findings} | {one.finding.rule for one in found.suppressed}
    rules = [msgspec.structs.replace(one, doc=one.summary) for one in found.rules if one.code in speaking]
    return msgspec.structs.replace(found, rules=tuple(rules), version="0.0", root=str(ROOT))


def drawn(program: str, format_: str) -> str:
    """A report; of HTML, which is long for its style and script, the body without them."""
    text = render(format_, outcome(program), ReportOptions(show_suppressed=True, summary=True))
    if format_ == "html":
        text = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", text, flags=re.DOTALL)
        text = re.sub(r"sha256-[\w+/=]+", "sha256-", text)
    return text


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("format_", FORMATS)
def test_output_is_what_it_was(request: pytest.FixtureRequest, program: str, format_: str) -> None:
    file = GOLDEN / f"{program}.{SUFFIXES.get(format_, format_)}"
    text = drawn(program, format_)
    if request.config.getoption("--update-golden"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "read the change, then run again with --update-golden"


def test_there_is_no_golden_file_without_a_test() -> None:
    names = {f"{program}.{SUFFIXES.get(name, name)}" for program in PROGRAMS for name in FORMATS}
    assert {path.name for path in GOLDEN.iterdir()} == names


def test_golden_machine_formats_are_good_json() -> None:
    for path in GOLDEN.iterdir():
        if path.suffix in (".json", ".sarif"):
            json.loads(path.read_text(encoding="utf-8"))
