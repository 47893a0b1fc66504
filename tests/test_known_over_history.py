"""A real history with real findings: what a change adds is reported, and nothing gets lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from lwslint import baseline, engine, revision
from lwslint.model.outcome import Outcome, Silencer
from lwslint.sources import plan

from .expectations import FIXTURES
from .run import settings


def git(folder: Path, *words: str) -> None:
    """Runs git in the repository of the test."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The demo, committed; it has three findings."""
    for file in (FIXTURES / "demo").glob("*.[ch]"):
        shutil.copy(file, tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def change(project: Path) -> None:
    """Moves lines, renames two files and puts one new mistake in."""
    git(project, "mv", "net.c", "link.c")
    git(project, "mv", "feed.h", "stream.h")
    for file in project.glob("*.c"):
        text = file.read_text().replace('"feed.h"', '"stream.h"')
        file.write_text(f"/* Part of the feed. */\n\n{text}")
    main = project / "main.c"
    text = main.read_text()
    main.write_text(
        text.replace("\treturn net_run(", "\tlws_write(NULL, NULL, 0, LWS_WRITE_TEXT);\n\treturn net_run(")
    )
    assert main.read_text().count("lws_write") == 1


def run(project: Path) -> Outcome:
    return engine.run(plan(["."], cwd=project), settings())


def rules(outcome: Outcome) -> list[str]:
    return sorted(finding.rule for finding in outcome.findings)


def test_only_what_is_new(project: Path) -> None:
    before = run(project)
    known = baseline.of(before)
    assert rules(before) == ["LWS101", "LWS103", "LWS104"]
    change(project)
    after = run(project)
    new = sorted(set(rules(after)) - set(rules(before)))
    assert new and len(after.findings) == len(before.findings) + len(new)
    left = baseline.apply(after, known, "known", Silencer.BASELINE)
    assert (rules(left), left.gone) == (new, ())
    earlier = engine.run(revision.plan_of(plan(["."], cwd=project), "HEAD"), settings())
    assert rules(earlier) == rules(before) and earlier.complete == before.complete
    assert rules(baseline.apply(after, baseline.of(earlier), "known", Silencer.REVISION)) == new


def test_a_file_that_goes_to_another_folder(project: Path) -> None:
    before = run(project)
    (project / "net").mkdir()
    git(project, "mv", "net.c", "net/net.c")
    moved = project / "net" / "net.c"
    moved.write_text(moved.read_text().replace('"feed.h"', '"../feed.h"'))
    earlier = engine.run(revision.plan_of(plan(["."], cwd=project), "HEAD"), settings())
    assert rules(earlier) == rules(before)
    for known in (before, earlier):
        left = baseline.apply(run(project), baseline.of(known), "known", Silencer.REVISION)
        assert (rules(left), left.gone) == ([], ())


def test_what_is_mended_is_gone(project: Path) -> None:
    known = baseline.of(run(project))
    net = project / "net.c"
    text = net.read_text()
    call = "\t\tcontext = lws_create_context(info);"
    assert call in text
    net.write_text(text.replace(call, "\t\tcontext = NULL;"))
    left = baseline.apply(run(project), known, "known", Silencer.BASELINE)
    assert [one.path for one in left.gone if one.rule in ("LWS103", "LWS104")] == ["net.c", "net.c"]


def test_a_function_that_was_in_a_file_of_its_own(project: Path) -> None:
    """The revision had a file that is no more: it is read as it was."""
    before = rules(run(project))
    text = (project / "settings.c").read_text()
    git(project, "rm", "-q", "settings.c")
    body = text[text.index("\n\n") :] if not text.startswith("#include") else text
    (project / "main.c").write_text((project / "main.c").read_text() + body)
    earlier = engine.run(revision.plan_of(plan(["."], cwd=project), "HEAD"), settings())
    assert rules(earlier) == before
