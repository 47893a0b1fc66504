"""What is built is whole, and runs anywhere: wheel, sdist, editable install."""

from __future__ import annotations

import json
import re
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from lwslint import __version__

if TYPE_CHECKING:
    from tests.conftest import Environment

pytestmark = pytest.mark.xdist_group("environments")

PACKAGES = ("lwslint", "rules/lwslint_rules")


def files_of_packages(checkout: Path) -> set[str]:
    """Names, as a wheel has them, of everything that belongs into one."""
    folders = [checkout / package for package in PACKAGES]
    return {
        path.relative_to(folder.parent).as_posix()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def installed(wheel: Path, new_environment: Callable[[], Environment]) -> Environment:
    environment = new_environment()
    environment.install(wheel)
    return environment


def test_the_wheel_holds_both_packages_whole_and_nothing_else(checkout: Path, wheel: Path) -> None:
    names = contents(wheel).keys()
    metadata = f"lwslint-{__version__}.dist-info/"
    assert {name for name in names if not name.startswith(metadata)} == files_of_packages(checkout)
    assert {"lwslint/py.typed", "lwslint_rules/py.typed", f"{metadata}licenses/LICENSE"} <= names


def test_the_builtin_rules_use_the_door_of_third_parties(wheel: Path) -> None:
    entry_points = contents(wheel)[f"lwslint-{__version__}.dist-info/entry_points.txt"].decode()
    assert "[lwslint.rules]\nbuiltin = lwslint_rules\n" in entry_points
    assert "[console_scripts]\nlwslint = lwslint.process:program\n" in entry_points


def test_the_sdist_builds_the_same_wheel_and_carries_the_tests(
    wheel: Path, checkout: Path, build: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    with tarfile.open(build(checkout, "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    for carried in ("CHANGELOG.md", "README.md", "fixtures/demo", "tests/test_packaging.py"):
        assert (unpacked / carried).exists(), carried
    assert contents(build(unpacked, "wheel")) == contents(wheel)


def test_the_wheel_runs_away_from_the_checkout(
    installed: Environment, checkout: Path, tmp_path: Path
) -> None:
    version = installed.run("lwslint", "--version", cwd=tmp_path)
    assert version.returncode == 0, version.stderr
    assert __version__ in version.stdout

    bad = installed.run("lwslint", "check", "--format", "concise", checkout / "fixtures/demo", cwd=tmp_path)
    assert bad.returncode == 1, bad.stderr
    for code in ("LWS101", "LWS103", "LWS104"):
        assert code in bad.stdout

    good = installed.run(
        "lwslint", "check", "--format", "concise", checkout / "fixtures/demo_fixed", cwd=tmp_path
    )
    assert (good.returncode, good.stdout) == (0, ""), good.stderr


def test_the_wheel_runs_in_the_checkout_too(installed: Environment, checkout: Path) -> None:
    shadowed = installed.run("python", "-m", "lwslint", "rules", cwd=checkout)
    assert shadowed.returncode == 0, shadowed.stderr
    assert "LWS103" in shadowed.stdout


def test_the_wheel_runs_without_libclang(
    whole_environment: Environment, wheel: Path, checkout: Path, tmp_path: Path
) -> None:
    """The findings of the demo are those that libclang gave, columns too, and what reads is told once."""
    whole_environment.install(wheel)
    assert wheel.name.endswith("-py3-none-any.whl")
    demo = str(checkout / "fixtures/demo")

    def run(*words: str) -> tuple[int, str, str]:
        done = whole_environment.run("lwslint", *words, cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    def check(*words: str) -> tuple[int, list[object], str]:
        status, out, said = run("check", "--no-cache", "--format", "json", *words, demo)
        return status, json.loads(out)["findings"] if out else [], said

    status, findings, said = check()
    assert (status, len(findings)) == (1, 3), said
    assert "pycparser" not in said
    assert "libclang" in run("--version")[1]

    whole_environment.uninstall("libclang")
    assert whole_environment.run("python", "-c", "import clang", cwd=tmp_path).returncode == 1

    status, without, said = check()
    assert (status, without) == (1, findings), said
    assert said.count("pycparser") == 1
    assert "3 files read by pycparser (libclang not found" in said

    status, without, said = check("--frontend", "clang")
    assert (status, without) == (2, [])
    assert said.startswith("lwslint: error: --frontend clang: libclang not found")
    assert said.count("\n") == 1

    status, out, _ = run("doctor")
    assert status == 1
    assert re.search(r"^ill +libclang +libclang not found.*\n +cure: pip install", out, re.MULTILINE)
    assert re.search(r"^ok +front end +C is read by pycparser \d", out, re.MULTILINE)

    status, out, _ = run("--version")
    assert (status, out.count("\n")) == (0, 1)
    assert "pycparser" in out


def test_rules_carry_their_pages(installed: Environment, checkout: Path, tmp_path: Path) -> None:
    page = installed.run("lwslint", "rule", "LWS103", cwd=tmp_path)
    assert page.returncode == 0, page.stderr
    assert page.stdout == (checkout / "rules/lwslint_rules/lws103_stale_creation_info.md").read_text(
        encoding="utf-8"
    )


def test_an_editable_install_is_the_checkout_itself(
    checkout: Path, new_environment: Callable[[], Environment]
) -> None:
    environment = new_environment()
    environment.install("--editable", checkout)
    where = environment.run(
        "python",
        "-c",
        "import lwslint, lwslint_rules; print(lwslint.__file__, lwslint_rules.__file__)",
        cwd=Path("/"),
    )
    assert where.stdout.split() == [str(checkout / package / "__init__.py") for package in PACKAGES], (
        where.stderr
    )


def test_every_python_that_is_promised_is_tested(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    workflow = yaml.safe_load((checkout / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == promised
    assert project["requires-python"] == f">={promised[0]}"
