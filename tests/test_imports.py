"""The walls between the layers stand, and they hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def check_contracts(tree: Path) -> subprocess.CompletedProcess[str]:
    """Runs `lint-imports` on the packages of a tree, whatever is installed."""
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tree), str(tree / "rules")])}
    command = [sys.executable, "-P", "-c", script, "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def test_the_contracts_are_kept() -> None:
    checked = check_contracts(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("lwslint/ir/__init__.py", "import lwslint.analysis", "The way of the data"),
        ("lwslint/model/__init__.py", "import lwslint.errors", "The way of the data"),
        ("lwslint/analysis/__init__.py", "from lwslint import engine", "The way of the data"),
        ("lwslint/frontend/__init__.py", "import lwslint.analysis", "The front end ends at the IR"),
        ("lwslint/report/__init__.py", "import lwslint.ir", "Reports draw the outcome"),
        ("lwslint/analysis/__init__.py", "import clang.cindex", "C parsers stay in the front end"),
        ("rules/lwslint_rules/__init__.py", "import pycparser", "C parsers stay in the front end"),
        ("rules/lwslint_rules/__init__.py", "import lwslint.analysis", "Rules see the API alone"),
        ("lwslint/cli/__init__.py", "import lwslint_rules", "Built-in rules come through the entry point"),
    ],
)
def test_a_forbidden_import_is_found(
    checkout: Path, tmp_path: Path, module: str, statement: str, contract: str
) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(checkout, tree)
    target = tree / module
    target.write_text(f"{target.read_text(encoding='utf-8')}\n{statement}\n", encoding="utf-8")
    checked = check_contracts(tree)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert f"{contract} BROKEN" in checked.stdout
