"""What the README shows is what happens."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lwslint.registry import RegisteredRule

from .run import rules

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")

TEXT = README.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of the README in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.DOTALL | re.MULTILINE)


def lwslint(arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs lwslint as from the command line."""
    command = [sys.executable, "-m", "lwslint", *arguments]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "rules")))}
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def shown(command: str) -> str:
    """What a console block has below its command: findings; the summary of the run is on stderr."""
    program, *arguments = shlex.split(command)
    assert program == "lwslint"
    ran = lwslint(arguments, ROOT)
    assert ran.returncode in (0, 1), ran.stderr
    return f"{ran.stdout.rstrip()}\n"


COLUMNS = ("code", "name", "level", "precision", "mend", "proved", "releases", "summary")


def table_of_rules() -> str:
    """The built-in rules, each with its page."""
    head = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"
    return "\n".join((head, *(f"|{''.join(f' {cell} |' for cell in row(rule))}" for rule in rules())))


def row(registered: RegisteredRule) -> tuple[str, ...]:
    """What the table says of a rule, by column."""
    info = registered.info
    page = f"rules/lwslint_rules/{info.code.lower()}_{info.name.replace('-', '_')}.md"
    return (
        f"[{info.code}]({page})",
        f"`{info.name}`",
        info.level.value,
        info.precision.value,
        mend(info.doc),
        proved(info.doc),
        releases(registered.rule.first, registered.rule.last),
        info.summary,
    )


def mend(page: str) -> str:
    """The surest kind of mend that the table of a rule's page speaks of; empty if it is by hand."""
    _, _, facts = [line for line in page.splitlines() if line.startswith("|")][:3]
    cell = facts.strip("| ").rpartition("|")[2]
    if "`--fix`" in cell:
        return "safe"
    return "unsafe" if "`--unsafe-fixes`" in cell else ""


def proved(page: str) -> str:
    """How a rule's page says that the harm was shown; empty if it was not."""
    said = re.search(r"^Proved by (run|build)n?ing against ", page, re.MULTILINE)
    return said[1] if said else ""


def releases(first: str, last: str) -> str:
    """The releases that a rule speaks of; an empty bound is none."""
    if first and last:
        return f"{first} to {last}"
    if first:
        return f"{first} and later"
    return f"{last} and earlier" if last else "all"


def current() -> str:
    """The README with everything in it that lwslint says itself as it says it now."""
    text = TEXT
    for block in blocks("console"):
        prompt, _, _ = block.partition("\n")
        text = text.replace(block, f"{prompt}\n{shown(prompt.removeprefix('$ '))}")
    before, opening, rest = text.partition("<!-- rules -->\n")
    _, closing, after = rest.partition("<!-- /rules -->\n")
    return f"{before}{opening}{table_of_rules()}\n{closing}{after}"


def test_it_shows_what_lwslint_says(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("update_readme"):
        README.write_text(current(), encoding="utf-8")
    else:
        assert current() == TEXT, "python -m pytest tests/test_readme.py --update-readme brings it up to date"


def test_a_page_tells_mend_and_proof() -> None:
    page = "| level | mend |\n|---|---|\n| error | {} |\n\n{} against 4.1.6, `test_lws103_x`: so it is.\n"
    assert [mend(page.format(cell, "")) for cell in ("by hand", "`--fix`", "`--unsafe-fixes`")] == [
        "",
        "safe",
        "unsafe",
    ]
    assert [proved(page.format("", said)) for said in ("Proved by running", "Proved by building", "")] == [
        "run",
        "build",
        "",
    ]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "", "all"),
        ("3.2", "", "3.2 and later"),
        ("", "2.3", "2.3 and earlier"),
        ("2.0", "2.4", "2.0 to 2.4"),
    ],
)
def test_releases_are_a_range(first: str, last: str, said: str) -> None:
    assert releases(first, last) == said


def test_it_opens_with_a_finding_and_its_path() -> None:
    opening = blocks("console")[0]
    assert "error[LWS103]" in opening
    assert "lws_create_context" in opening
    assert "client_ssl_cert_filepath" in opening


def test_the_two_commands_are_there_for_ci_to_run() -> None:
    runner = (ROOT / ".ci/run").read_text(encoding="utf-8")
    patterns = re.findall(r"readme_command '(.*?)'", runner)
    lines = [[line for line in TEXT.splitlines() if re.search(pattern, line)] for pattern in patterns]
    assert lines == [[block.strip()] for block in blocks("sh")[:2]]
    assert all(command.startswith("python3 -m venv .venv && ") for (command,) in lines)


@pytest.fixture
def workflow() -> dict[str, Any]:
    (text,) = (block for block in blocks("yaml") if "jobs:" in block)
    parsed = yaml.safe_load(text)
    assert isinstance(parsed, dict)
    return parsed


def test_the_workflow_runs_as_written(workflow: dict[str, Any], tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "fixtures/demo", project)
    (job,) = workflow["jobs"].values()
    (line,) = (step["run"] for step in job["steps"] if step.get("run", "").startswith("lwslint "))
    (upload,) = (step for step in job["steps"] if "/upload-sarif@" in step.get("uses", ""))

    ran = lwslint(shlex.split(line)[1:], project)

    assert ran.returncode == 0, ran.stderr
    sarif = json.loads((project / upload["with"]["sarif_file"]).read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} == {"LWS101", "LWS103", "LWS104"}


def test_the_workflow_may_upload_and_nothing_else(workflow: dict[str, Any]) -> None:
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "security-events": "write", "actions": "read"}
    (upload,) = (step for step in job["steps"] if "/upload-sarif@" in step.get("uses", ""))
    assert upload["with"]["category"] == "lwslint"


def test_the_hooks_are_those_of_the_manifest() -> None:
    (text,) = (block for block in blocks("yaml") if "repos:" in block)
    (repository,) = yaml.safe_load(text)["repos"]
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in manifest]


def test_options_exist() -> None:
    known = set(re.findall(r"--[a-z][a-z-]*", lwslint(["check", "--help"], ROOT).stdout))
    table = re.findall(r"^\| (.*?) \| ", TEXT, flags=re.MULTILINE)
    commands = [line for block in blocks("sh")[2:] for line in block.splitlines()]
    mentioned = set(re.findall(r"(?<!\w)--[a-z][a-z-]*", " ".join([*table, *commands]))) - {"--help"}
    assert mentioned
    assert mentioned <= known


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https://)([^)#]+)\)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_project_has_one_address(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert set(re.findall(r"https://github\.com/[\w.-]+/[\w.-]*lwslint[\w.-]*", text)) <= {
        "https://github.com/lwslint/lwslint"
    }
