"""The pre-commit hooks, run by pre-commit from a clone of the repository, in a project of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.xdist_group("hooks")

GOOD = """\
#include <string.h>
#include <libwebsockets.h>

int main(void)
{
    struct lws_context_creation_info info;
    struct lws_context *context;

    memset(&info, 0, sizeof(info));
    info.port = CONTEXT_PORT_NO_LISTEN;
    context = lws_create_context(&info);
    if (!context)
        return 1;
    lws_context_destroy(context);
    return 0;
}
"""
BAD = GOOD.replace("    memset(&info, 0, sizeof(info));\n", "")
HEADER = "struct lws_context_creation_info *no_unit_by_itself;\n"


def git(*arguments: str, cwd: Path) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit_all(tree: Path) -> str:
    """Makes a repository of a folder, with one commit that holds everything, and says which."""
    git("init", "--quiet", cwd=tree)
    git("add", "--all", cwd=tree)
    git("commit", "--quiet", "--message", "all of it", cwd=tree)
    return git("rev-parse", "HEAD", cwd=tree)


def index_is_reachable(folder: Path) -> bool:
    """Whether pip can get packages: that is how pre-commit makes a hook's environment."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--retries", "0", "--timeout", "15"]
    probe = [*pip, "download", "--no-deps", "--dest", str(folder), "click"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def project(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scratch project with one bad and one good file, set up to use the hooks of a clone of lwslint."""
    folder = tmp_path_factory.mktemp("hooks")
    if not os.environ.get("CI") and not index_is_reachable(folder / "probe"):
        pytest.skip("pip reaches no package index, and pre-commit makes the environment of a hook with pip")
    clone, scratch = folder / "lwslint", folder / "project"
    shutil.copytree(checkout, clone)
    hooks: list[dict[str, str]] = [{"id": "lwslint"}, {"id": "lwslint-project"}]
    config = {"repos": [{"repo": str(clone), "rev": commit_all(clone), "hooks": hooks}]}
    database = [
        {"directory": str(scratch), "file": name, "arguments": ["cc", "-c", name]}
        for name in ("bad.c", "good.c")
    ]
    scratch.mkdir()
    files = {
        ".pre-commit-config.yaml": yaml.safe_dump(config),
        "bad.c": BAD,
        "compile_commands.json": json.dumps(database),
        "good.c": GOOD,
        "only.h": HEADER,
    }
    for name, text in files.items():
        (scratch / name).write_text(text, encoding="utf-8")
    commit_all(scratch)
    return scratch


def run_hook(project: Path, hook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs one hook as pre-commit does; its environment is kept beside the project."""
    environment = os.environ | {"PRE_COMMIT_HOME": str(project.parent / "pre-commit")}
    command = [sys.executable, "-m", "pre_commit", "run", hook, "--verbose", "--color=never", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def exit_code(ran: subprocess.CompletedProcess[str]) -> int:
    """The hook's own exit status: pre-commit's is 1 for any that fails."""
    found = re.search(r"^- exit code: (\d+)$", ran.stdout, flags=re.MULTILINE)
    return int(found[1]) if found else ran.returncode


def test_the_bad_file_fails(project: Path) -> None:
    ran = run_hook(project, "lwslint", "--files", "bad.c", "good.c", "only.h")
    assert exit_code(ran) == 1, ran.stdout + ran.stderr
    assert "LWS102" in ran.stdout
    assert "bad.c:10:" in ran.stdout
    assert "good.c:" not in ran.stdout


def test_the_good_file_passes(project: Path) -> None:
    ran = run_hook(project, "lwslint", "--files", "good.c")
    assert exit_code(ran) == 0, ran.stdout + ran.stderr
    assert re.search(r"^lwslint\.+Passed$", ran.stdout, flags=re.MULTILINE)


def test_a_header_alone_is_no_work(project: Path) -> None:
    ran = run_hook(project, "lwslint", "--files", "only.h")
    assert exit_code(ran) == 0, ran.stdout + ran.stderr
    assert "(no files to check)Skipped" in ran.stdout


def test_the_project_hook_reads_the_compile_database(project: Path) -> None:
    ran = run_hook(project, "lwslint-project", "--hook-stage", "pre-push", "--files", "good.c")
    assert exit_code(ran) == 1, ran.stdout + ran.stderr
    assert "bad.c:10:" in ran.stdout
    assert "good.c:" not in ran.stdout


def test_the_project_hook_waits_for_the_push(project: Path) -> None:
    ran = run_hook(project, "lwslint-project", "--files", "bad.c")
    assert ran.returncode == 1
    assert "No hook with id `lwslint-project` in stage `pre-commit`" in ran.stdout + ran.stderr
