"""What every test may use: an environment free of personal settings, a clean checkout, fresh environments."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]

NOT_TRACKED = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "build", "dist")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-readme", action="store_true", help="rewrite the terminal output shown in README.md"
    )
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the reports in tests/report/golden"
    )


@pytest.fixture(autouse=True, scope="session")
def impersonal_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that a person, a terminal or a git hook has set changes what is tested."""
    personal = ("GIT_", "LWSLINT_", "PRE_COMMIT", "SKIP")
    terminal = ("CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(personal) or name in terminal:
                patch.delenv(name)
        patch.setenv("LWSLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "test")
            patch.setenv(f"GIT_{role}_EMAIL", "test@localhost")
        yield


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree as a clean checkout has it."""
    copy = tmp_path_factory.mktemp("checkout") / "lwslint"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_TRACKED))
    return copy


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Builds a `wheel` or an `sdist` of the project in a folder, with hatchling, and says where it is."""

    def build_target(project: Path, target: str) -> Path:
        out = tmp_path_factory.mktemp(target)
        command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)]
        subprocess.run(command, cwd=project, check=True, capture_output=True)
        (built,) = out.iterdir()
        return built

    return build_target


@pytest.fixture(scope="session")
def wheel(checkout: Path, build: Callable[[Path, str], Path]) -> Path:
    """The wheel of lwslint."""
    return build(checkout, "wheel")


class Environment(NamedTuple):
    """A virtual environment of its own; what lwslint needs it borrows from the one under test."""

    path: Path

    def install(self, *arguments: str | Path) -> None:
        """Runs `pip install` for this environment, without an index."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.executable("python")), "install"]
        # Among what is borrowed may be a lwslint, which must not count as installed.
        options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--force-reinstall"]
        subprocess.run([*pip, *options, *arguments], check=True, capture_output=True, text=True)

    def uninstall(self, package: str) -> None:
        """Runs `pip uninstall` for this environment."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.executable("python")), "uninstall"]
        subprocess.run([*pip, "--quiet", "--yes", package], check=True, capture_output=True, text=True)

    def run(self, program: str, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Runs a program of this environment, which may end in any status."""
        command = [str(self.executable(program)), *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)

    def executable(self, name: str) -> Path:
        """Where a program of this environment is."""
        return self.path / ("Scripts" if os.name == "nt" else "bin") / name


def _borrowed() -> list[Path]:
    """The folders with what lwslint needs."""
    return [Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]


@pytest.fixture(scope="session")
def whole_environment(new_environment: Callable[[], Environment]) -> Environment:
    """An `Environment` that borrows nothing: its packages, libclang too, are in it as if installed."""
    environment = new_environment()
    (packages,) = environment.path.rglob("site-packages")
    (packages / "borrowed.pth").unlink()
    for folder in _borrowed():
        for entry in folder.iterdir():
            own = packages / entry.name
            if entry.name == "__pycache__" or "lwslint" in entry.name or own.exists():
                continue
            if "clang" not in entry.name:
                own.symlink_to(entry)
            elif entry.is_dir():
                shutil.copytree(entry, own)
    return environment


@pytest.fixture(scope="session")
def new_environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Environment]:
    """Makes an `Environment` with nothing installed."""

    def create() -> Environment:
        path = tmp_path_factory.mktemp("environment")
        venv.create(path, with_pip=False)
        (packages,) = path.rglob("site-packages")
        (packages / "borrowed.pth").write_text("\n".join(map(str, _borrowed())), encoding="utf-8")
        return Environment(path)

    return create
