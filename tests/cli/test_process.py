"""lwslint as a process: pipes, the module form, start-up."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

LWSLINT = [sys.executable, "-m", "lwslint"]
USE = "int main(void) { lws_service(lws_create_context(&info), 0); return 0; }\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.c"
    path.write_text("int main(void) { return 0; }\n")
    return path


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LWSLINT, *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_version_names_the_parser_and_where_it_is() -> None:
    ran = run("--version")
    assert ran.returncode == 0
    assert re.fullmatch(r"lwslint \d+\.\d+\.\d+ \(libclang \d+\.\d+\.\d+.*, /.*\)\n", ran.stdout)


def test_help_lists_the_commands() -> None:
    ran = run("--help")
    assert ran.returncode == 0
    assert all(name in ran.stdout for name in ("check", "rules", "rule"))


def test_a_reader_that_leaves_early_changes_nothing(source: Path) -> None:
    with subprocess.Popen([*LWSLINT, str(source)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 0
    assert errors.startswith(b"No findings in 1 file.\n") and b"Error" not in errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([*LWSLINT, "rules"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == "lwslint: error: stdout: cannot be written (No space left on device)\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_change_nothing(source: Path, closed: str) -> None:
    command = f"{shlex.join([*LWSLINT, '--fail-on=note', str(source)])} {closed}"
    source.write_text("#include <libwebsockets.h>\nstatic struct lws_context_creation_info info;\n" + USE)
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "LWS301" in ran.stdout or " >&-" in f" {closed}"
    assert "internal" not in ran.stderr and "Traceback" not in ran.stderr


def test_a_real_file_is_checked(source: Path) -> None:
    ran = run("a.c", "--format", "concise", cwd=source.parent)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["rules", "--help"]])
def test_little_is_imported_before_it_is_needed(words: list[str]) -> None:
    late = {"jinja2", "markdown_it", "rich", "pycparser", "asyncio", "importlib.metadata", "tomllib"}
    late |= {f"lwslint.{part}" for part in ("engine", "frontend", "analysis", "registry")}
    code = f"import sys, lwslint.cli; lwslint.cli.main({words}); print({late} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.endswith("\nset()\n")


def test_findings_in_headers_of_the_project_are_reported_there(tmp_path: Path) -> None:
    (tmp_path / "inc").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "inc/shared.h").write_text(
        "#include <libwebsockets.h>\nstatic struct lws_context_creation_info info;\n"
    )
    (tmp_path / "src/main.c").write_text(
        "#include <shared.h>\nint main(void)\n{\n    return !lws_create_context(&info);\n}\n"
    )
    ran = run(".", "--format", "concise", "--select", "LWS101", cwd=tmp_path)
    assert ran.stdout.startswith("inc/shared.h:2:")
    (tmp_path / "build").mkdir()
    command = {"directory": str(tmp_path / "build"), "file": "../src/main.c", "command": "cc -I../inc main.c"}
    (tmp_path / "build/compile_commands.json").write_text(json.dumps([command]))
    assert run("--format", "concise", "--select", "LWS101", cwd=tmp_path).stdout == ran.stdout
