"""Rules of other people's packages: built, installed beside lwslint, found through the entry point, run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Environment

pytestmark = pytest.mark.xdist_group("environments")

CONTRIBUTING = (Path(__file__).resolve().parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    """The example of a rule package that people are given."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", CONTRIBUTING, flags=re.DOTALL | re.MULTILINE)
    return str(block)


PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-lws"
version = "1.0"
dependencies = ["lwslint"]

"""

PAGE = """\
# context-created (ACME001)

A context is created. At ACME, only acme_context_new() may do that.
"""

SOURCE = """\
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


class Acme:
    """The package of a third party, which its wheel is built from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pyproject.toml", PROJECT + example("toml"))
        self.write("acme_lws/__init__.py", '"""Rules of ACME."""\n')
        self.write("acme_lws/acme001_context_created.py", example("python"))
        self.write("acme_lws/acme001_context_created.md", PAGE)

    def write(self, name: str, text: str) -> None:
        """Puts a file into the package, in place of the one that is there."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, old: str, new: str) -> None:
        """Changes the rule."""
        path = self.folder / "acme_lws/acme001_context_created.py"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def acme(tmp_path: Path) -> Acme:
    return Acme(tmp_path / "acme")


@pytest.fixture(scope="module")
def beside(wheel: Path, new_environment: Callable[[], Environment]) -> Environment:
    """An environment with lwslint, which each test installs its own build of the package into."""
    environment = new_environment()
    environment.install(wheel)
    return environment


@pytest.fixture
def install(beside: Environment, build: Callable[[Path, str], Path]) -> Callable[[Acme], Environment]:
    def install_acme(acme: Acme) -> Environment:
        beside.install(build(acme.folder, "wheel"))
        return beside

    return install_acme


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source" / "app.c"
    path.parent.mkdir()
    path.write_text(SOURCE, encoding="utf-8")
    return path


Install = Callable[[Acme], "Environment"]


def test_it_is_listed_and_explained(acme: Acme, install: Install, tmp_path: Path) -> None:
    environment = install(acme)

    listed = environment.run("lwslint", "rules", cwd=tmp_path)
    explained = environment.run("lwslint", "rule", "context-created", cwd=tmp_path)

    assert listed.returncode == 0, listed.stderr
    assert "ACME001" in listed.stdout
    assert "LWS103" in listed.stdout
    assert explained.returncode == 0, explained.stderr
    assert "only acme_context_new() may do that" in " ".join(explained.stdout.split())


def test_it_finds(acme: Acme, install: Install, source: Path) -> None:
    environment = install(acme)

    ran = environment.run("lwslint", "check", "--format", "concise", source.name, cwd=source.parent)

    assert ran.returncode == 1, ran.stderr
    (line,) = (line for line in ran.stdout.splitlines() if "ACME001" in line)
    assert line.startswith("app.c:11:")
    assert "acme_context_new()" in line


@pytest.mark.parametrize(
    ("option", "status"), [("--select=ACME", 1), ("--ignore=ACME", 0), ("--ignore=context-created", 0)]
)
def test_it_is_selected_like_any_other(
    acme: Acme, install: Install, source: Path, option: str, status: int
) -> None:
    ran = install(acme).run("lwslint", "check", option, source.name, cwd=source.parent)
    assert ran.returncode == status, ran.stderr
    assert ("ACME001" in ran.stdout) == (status == 1)


def test_a_rule_that_raises_costs_itself_and_not_the_run(acme: Acme, install: Install, source: Path) -> None:
    acme.replace("for creation in program.creations():", "for creation in [program.no_such_question()]:")
    source.write_text(SOURCE.replace("    memset(&info, 0, sizeof(info));\n", ""), encoding="utf-8")

    ran = install(acme).run("lwslint", "check", "--format", "concise", source.name, cwd=source.parent)

    assert ran.returncode == 2
    assert "LWS102" in ran.stdout
    assert "ACME001" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_package_that_cannot_be_imported_is_named(acme: Acme, install: Install, source: Path) -> None:
    acme.write("acme_lws/broken.py", "import no_such_module_of_acme\n")

    ran = install(acme).run("lwslint", "check", "--format", "concise", source.name, cwd=source.parent)

    assert ran.returncode == 2
    assert "ACME001" in ran.stdout
    assert "acme-lws" in ran.stderr
    assert "no_such_module_of_acme" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_two_rules_of_one_code_are_refused(acme: Acme, install: Install, source: Path) -> None:
    acme.replace('"ACME001"', '"LWS103"')

    ran = install(acme).run("lwslint", "check", source.name, cwd=source.parent)

    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "acme-lws" in ran.stderr
    assert "lwslint" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
