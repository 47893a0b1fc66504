"""Baselines and `--diff-base`: what is new is reported, what is known is not, and nothing gets lost."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def git(folder: Path, *words: str) -> None:
    """Runs git in a repository of the test."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)


@pytest.fixture
def repository(files: Path) -> Path:
    """The files, committed."""
    git(files, "init", "-q", "-b", "main")
    git(files, "add", ".")
    git(files, "commit", "-q", "-m", "first")
    return files


def lines(cli: Cli, *words: str) -> list[str]:
    """Where the findings are that are reported."""
    ran = cli("--format", "concise", *words)
    assert ran.status in (0, 1), ran.err
    return [line.split(": ")[0] for line in ran.out.splitlines()]


def test_what_is_in_the_baseline_is_not_reported(cli: Cli, files: Path) -> None:
    ran = cli("--format", "concise", ".", "--write-baseline", "known.json")
    assert (ran.status, ran.out) == (0, "")
    assert "known.json: 2 findings written" in ran.err
    ran = cli("--format", "concise", ".", "--baseline", "known.json")
    assert (ran.status, ran.out) == (0, "")
    assert "2 in the baseline." in ran.err
    assert "in the baseline" in cli("--format=concise", ".", "--baseline=known.json", "--show-suppressed").out


def test_a_baseline_survives_edits_around_what_it_knows(cli: Cli, files: Path) -> None:
    cli(".", "--write-baseline", "known.json")
    (files / "bad.c").write_text("/* new */\nint y;\nint x;\n\n  int  BUG; // said\nint z;\n")
    assert lines(cli, ".", "--baseline", "known.json") == []


def test_one_more_of_the_same_is_new(cli: Cli, files: Path) -> None:
    cli(".", "--write-baseline", "known.json")
    (files / "bad.c").write_text("int BUG;\nint x;\nint BUG;\n")
    assert len(lines(cli, ".", "--baseline", "known.json")) == 1
    (files / "copy.c").write_text("int BUG;\n")
    assert len(lines(cli, ".", "--baseline", "known.json")) == 2


def test_a_renamed_file_keeps_what_is_known_of_it(cli: Cli, files: Path) -> None:
    cli(".", "--write-baseline", "known.json")
    (files / "bad.c").rename(files / "other.c")
    assert lines(cli, ".", "--baseline", "known.json") == []


def test_what_has_gone_is_told(cli: Cli, files: Path) -> None:
    cli(".", "--write-baseline", "known.json")
    (files / "bad.c").write_text("int x;\n")
    err = cli(".", "--baseline", "known.json").err
    assert "1 finding of the baseline is gone (TEST101 in bad.c); write it anew." in err
    assert "gone" not in cli("minor.c", "--baseline", "known.json").err
    assert "gone" not in cli(".", "--baseline", "known.json", "--ignore", "TEST101").err
    (files / "bad.c").write_text('#include "lost.h"\n')
    assert "gone" not in cli(".", "--baseline", "known.json").err


def test_a_baseline_with_a_name_that_no_file_can_have(cli: Cli, files: Path) -> None:
    ran = cli(".", "--baseline", "x" * 300)
    assert ran.status == 2 and "no baseline (File name too long)" in ran.err
    ran = cli(".", "--write-baseline", "x" * 300)
    assert ran.status == 2 and "internal error" not in ran.err


def test_a_baseline_keeps_what_it_knows_of_files_that_are_not_looked_at(cli: Cli, files: Path) -> None:
    cli(".", "--write-baseline", "known.json")
    cli("bad.c", "--write-baseline", "known.json")
    assert lines(cli, ".", "--baseline", "known.json") == []
    (files / "bad.c").write_text("int x;\n")
    cli("bad.c", "--write-baseline", "known.json")
    assert [one["path"] for one in json.loads((files / "known.json").read_text())["findings"]] == ["minor.c"]


def test_the_same_findings_give_the_same_baseline(cli: Cli, files: Path) -> None:
    cli(".", "--write-baseline", "one.json")
    cli("minor.c", "bad.c", "good.c", "--write-baseline", "two.json")
    assert (files / "one.json").read_bytes() == (files / "two.json").read_bytes()


def test_no_baseline_is_written_of_what_could_not_be_checked(cli: Cli, files: Path) -> None:
    (files / "good.c").write_text("CRASH")
    ran = cli(".", "--write-baseline", "known.json")
    assert ran.status == 2 and "no baseline was written" in ran.err
    assert not (files / "known.json").exists()


@pytest.mark.parametrize(
    "text", ["", "[", "{}", "[" * 100_000, '{"version": 2, "whole_program": true, "findings": []}', "\udc80"]
)
def test_a_damaged_baseline_is_refused(cli: Cli, files: Path, text: str) -> None:
    (files / "known.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    ran = cli(".", "--baseline", "known.json")
    assert ran.status == 2 and ran.err.startswith("lwslint: error: known.json: ") and ran.err.count("\n") == 1
    assert cli(".", "--baseline", "missing.json").status == 2


def test_only_what_a_change_adds(cli: Cli, repository: Path) -> None:
    assert lines(cli, ".", "--diff-base", "HEAD") == []
    (repository / "good.c").write_text("int BUG;\n")
    (repository / "new.c").write_text("int BUG;\n")
    (repository / "bad.c").write_text("int y;\nint x;\nint BUG;\n")
    assert lines(cli, ".", "--diff-base", "HEAD") == ["good.c:1:1", "new.c:1:1"]
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "second")
    assert lines(cli, ".", "--diff-base", "HEAD~1") == ["good.c:1:1", "new.c:1:1"]
    assert lines(cli, ".", "--diff-base", "HEAD") == []
    assert "2 not new." in cli("bad.c", "minor.c", "--diff-base", "HEAD").err


def test_a_file_that_git_renamed_brings_nothing_new(cli: Cli, repository: Path) -> None:
    git(repository, "mv", "bad.c", "moved.c")
    assert lines(cli, ".", "--diff-base", "HEAD") == []
    (repository / "moved.c").write_text("int x;\nint BUG;\nint BUG;\n")
    assert len(lines(cli, ".", "--diff-base", "HEAD")) == 1


def test_a_comment_that_is_taken_away_brings_a_finding_back(cli: Cli, repository: Path) -> None:
    (repository / "bad.c").write_text("int BUG; // lwslint: ignore[bad-word] known\n")
    git(repository, "commit", "-q", "-a", "-m", "known")
    (repository / "bad.c").write_text("int BUG;\n")
    assert lines(cli, ".", "--diff-base", "HEAD") == ["bad.c:1:1"]


def test_what_the_other_side_mended_is_not_new_here(cli: Cli, repository: Path) -> None:
    git(repository, "branch", "work")
    (repository / "bad.c").write_text("int x;\n")
    git(repository, "commit", "-q", "-a", "-m", "mended")
    git(repository, "checkout", "-q", "work")
    assert lines(cli, ".", "--diff-base", "main") == []


def test_a_baseline_over_two_commits_of_a_history(cli: Cli, repository: Path) -> None:
    cli(".", "--write-baseline", "known.json")
    git(repository, "mv", "minor.c", "lesser.c")
    (repository / "bad.c").write_text("int a;\nint x;\nint BUG;\nlong BUG;\n")
    git(repository, "commit", "-q", "-a", "-m", "second")
    assert lines(cli, ".", "--baseline", "known.json") == ["bad.c:4:1"]


@pytest.mark.parametrize("revision", ["nowhere", "-x", "HEAD:bad.c", ""])
def test_no_such_revision(cli: Cli, repository: Path, revision: str) -> None:
    ran = cli(".", f"--diff-base={revision}")
    assert ran.status == 2 and "--diff-base" in ran.err and ran.err.count("\n") == 1
    assert revision in ran.err


def test_no_repository(cli: Cli, files: Path) -> None:
    assert "no git repository" in cli(".", "--diff-base", "HEAD").err


def test_nothing_that_a_repository_has_for_git_to_run_is_run(cli: Cli, repository: Path) -> None:
    """Filters and drivers of its attributes, monitors, hooks, and what fetches objects that are missing."""
    proof = repository / "ran"
    script = repository / "script"
    script.write_text(f"#!/bin/sh\necho ran >> '{proof}'\ncat\n")
    script.chmod(0o755)
    hook = repository / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(script.read_bytes())
    hook.chmod(0o755)
    (repository / ".gitattributes").write_text("*.c filter=x diff=x\n")
    settings = {
        "filter.x.clean": script,
        "filter.x.smudge": script,
        "filter.x.process": script,
        "filter.x.required": "true",
        "diff.x.textconv": script,
        "diff.x.command": script,
        "diff.external": script,
        "core.fsmonitor": script,
        "core.sshCommand": script,
        "core.pager": script,
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{script}",
        "protocol.allow": "always",
    }
    (repository / "good.c").write_text("int BUG;\n")
    for name, value in settings.items():
        git(repository, "config", name, str(value))
    proof.unlink(missing_ok=True)
    assert lines(cli, ".", "--diff-base", "HEAD") == ["good.c:1:1"]
    assert cli(".", "--format", "html", "--exit-zero").status == 0
    (repository / "minor.c").touch()  # of which git's index knows another time
    for blob in (repository / ".git" / "objects").glob("??/*"):
        blob.unlink()
    assert cli(".", "--diff-base", "HEAD").status == 2
    assert not proof.exists()


def test_a_filter_that_git_cannot_be_told_of_is_refused(cli: Cli, repository: Path) -> None:
    with (repository / ".git" / "config").open("a") as config:
        config.write('[filter "a=b"]\n    clean = touch ran\n')
    (repository / ".gitattributes").write_text("*.c filter=a=b\n")
    (repository / "good.c").write_text("int BUG;\n")
    ran = cli(".", "--diff-base", "HEAD")
    assert ran.status == 2 and "filter" in ran.err
    assert not (repository / "ran").exists()


def test_a_hostile_baseline_knows_nothing_and_does_no_harm(cli: Cli, files: Path) -> None:
    entry = {"rule": "TEST101", "function": "", "message": "\x1b[31m", "key": "0"}
    paths = [
        "a\0b",
        "../" * 50 + "etc/passwd",
        "/dev/zero",
        "",
        "x" * 10_000,
        "\ud800".encode("utf-8", "replace").decode(),
    ]
    known = {"version": 1, "whole_program": False, "findings": [{"path": path, **entry} for path in paths]}
    (files / "known.json").write_text(json.dumps(known))
    ran = cli("--format", "concise", ".", "--baseline", "known.json")
    assert ran.status == 1 and len(ran.out.splitlines()) == 2
    assert "\x1b" not in ran.err and "\0" not in ran.err


def test_sarif_says_what_is_new(cli: Cli, repository: Path) -> None:
    def states(*words: str) -> list[str | None]:
        (run,) = json.loads(cli(".", "--format", "sarif", *words).out)["runs"]
        return [result.get("baselineState") for result in run["results"]]

    assert set(states()) == {None}
    cli(".", "--write-baseline", "known.json")
    (repository / "good.c").write_text("int BUG;\n")
    for known in (("--baseline", "known.json"), ("--diff-base", "HEAD")):
        assert states(*known) == ["new"]
        assert states(*known, "--show-suppressed") == ["new", "unchanged", "unchanged"]


def test_the_html_report_tells_where_it_comes_from(cli: Cli, repository: Path) -> None:
    commit = subprocess.run(
        ["git", "-C", str(repository), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout[:12]
    text = cli(".", "--report", "html=<x>.html").out and (repository / "<x>.html").read_text()
    assert "lwslint check . --report &#39;html=&lt;x&gt;.html&#39;" in text
    assert f"commit <code>{commit}</code>" in text
    assert re.search(r"<span>libclang \d", text)
    (repository / "bad.c").write_text("int BUG;\n\n")
    assert f"<code>{commit} with changes</code>" in cli(".", "--format", "html").out
