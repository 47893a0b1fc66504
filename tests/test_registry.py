"""Rules found through entry points, good packages and broken ones."""

from __future__ import annotations

import importlib.metadata
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lwslint import registry, rule_packages
from lwslint.cache import code
from lwslint.errors import LwslintError
from lwslint.rule_packages import RulePackage

RULE = '''
from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule


class {class_name}(Rule):
    """A rule."""

    code = "{code}"
    name = "{name}"
    summary = "something is wrong"
    level = Level.WARNING
    precision = Precision.HIGH

    def check(self, program: Program) -> Iterator[Finding]:
        yield from ()
'''

Install = Callable[[str, str, dict[str, str]], None]


def rule(code: str, name: str) -> str:
    return RULE.format(class_name="".join(map(str.title, name.split("-"))), code=code, name=name)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution with one package of rules: distribution, package, files by name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    packages: list[str] = []

    def install(distribution: str, package: str, files: dict[str, str]) -> None:
        packages.append(package)
        (tmp_path / package).mkdir()
        for name, text in {"__init__.py": "", **files}.items():
            (tmp_path / package / name).write_text(text)
        info = tmp_path / f"{distribution}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[{rule_packages.GROUP}]\n{distribution} = {package}\n")

    yield install
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]


def points(folder: Path) -> list[RulePackage]:
    """The packages in a folder, which is first on the path."""
    assert sys.path[0] == str(folder)
    return [one for one in rule_packages.installed() if one.module != "lwslint_rules"]


def codes(found: registry.Registry) -> list[str]:
    return [registered.info.code for registered in found.rules]


def test_rules_of_all_packages_are_found_by_code(tmp_path: Path, install: Install) -> None:
    install("acme", "acme_rules", {"b.py": rule("ACME002", "b-rule"), "a.py": rule("ACME001", "a-rule")})
    install("other", "other_rules", {"c.py": rule("AAA001", "c-rule")})
    found = registry.load(points(tmp_path))
    assert codes(found) == ["AAA001", "ACME001", "ACME002"]
    assert [registered.info.distribution for registered in found.rules] == ["other", "acme", "acme"]
    assert found.failures == ()


def test_a_rule_comes_with_its_page(tmp_path: Path, install: Install) -> None:
    install("acme", "acme_pages", {"a.py": rule("ACME001", "a-rule"), "a.md": "# a-rule (ACME001)\n"})
    (registered,) = registry.load(points(tmp_path)).rules
    assert registered.info.doc == "# a-rule (ACME001)\n"
    assert registered.info.summary == "something is wrong"


def test_a_rule_without_a_page_is_a_rule(tmp_path: Path, install: Install) -> None:
    install("acme", "acme_no_page", {"a.py": rule("ACME001", "a-rule")})
    (registered,) = registry.load(points(tmp_path)).rules
    assert registered.info.doc == ""


def test_a_rule_that_is_imported_elsewhere_counts_once(tmp_path: Path, install: Install) -> None:
    again = "from acme_twice.a import ARule\n"
    install("acme", "acme_twice", {"a.py": rule("ACME001", "a-rule"), "b.py": again})
    assert codes(registry.load(points(tmp_path))) == ["ACME001"]


@pytest.mark.parametrize("second", [rule("ACME001", "other-name"), rule("ACME009", "a-rule")])
def test_two_rules_of_one_code_or_name_are_an_error(tmp_path: Path, install: Install, second: str) -> None:
    install("acme", "acme_first", {"a.py": rule("ACME001", "a-rule")})
    install("other", "acme_second", {"b.py": second})
    with pytest.raises(LwslintError, match="acme and other"):
        registry.load(points(tmp_path))


@pytest.mark.parametrize(
    "text", ["raise ValueError('no\\nway')", "import no_such_module", "def broken(:", "raise SystemExit(3)"]
)
def test_a_module_that_fails_costs_itself_only(tmp_path: Path, install: Install, text: str) -> None:
    install("acme", "acme_broken", {"a.py": text, "b.py": rule("ACME002", "b-rule")})
    found = registry.load(points(tmp_path))
    assert codes(found) == ["ACME002"]
    (failure,) = found.failures
    assert failure.startswith("rules of acme: acme_broken.a cannot be imported (")
    assert "\n" not in failure


def test_a_package_that_is_not_there_costs_itself_only(tmp_path: Path, install: Install) -> None:
    install("acme", "acme_there", {"a.py": rule("ACME001", "a-rule")})
    missing = RulePackage("gone", "acme_gone")
    found = registry.load([missing, *points(tmp_path)])
    assert codes(found) == ["ACME001"]
    assert "acme_gone cannot be imported" in found.failures[0]


def test_what_is_installed_is_told_apart_without_importing_it(tmp_path: Path, install: Install) -> None:
    before = rule_packages.identity()
    assert "lwslint_rules" in before
    install("acme", "acme_told", {"a.py": rule("ACME001", "a-rule")})
    installed = rule_packages.identity()
    assert rule_packages.identity() == installed != before
    (tmp_path / "acme_told" / "a.py").write_text(rule("ACME001", "another-rule"))
    code.cache_clear()  # one process sees one state of them
    assert rule_packages.identity() != installed
    assert "acme_told" not in sys.modules


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("[lwslint.rules]\na = acme_a\n", ["acme_a"]),
        ("[other]\nx = y:z\n\n[lwslint.rules]\na=acme_a.b [extra]\nb = acme_b\n", ["acme_a.b", "acme_b"]),
        ("# [lwslint.rules]\n[other]\na = acme_a\n", []),
        ("[lwslint.rules]\n# a = acme_a\n\n[other]\nb = acme_b\n", []),
        ("[lwslint.rules]\na = ../up\n\xe4 = \xe4\n", []),
    ],
)
def test_entry_points_are_read_as_the_specification_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, packages: list[str]
) -> None:
    (tmp_path / "acme-1.dist-info").mkdir()
    (tmp_path / "acme-1.dist-info" / "entry_points.txt").write_text(text, "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "none.zip")])
    assert rule_packages.installed() == [RulePackage("acme", name) for name in packages]


def test_of_two_distributions_with_one_name_the_first_on_the_path_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name in (("a", "Acme_Rules"), ("b", "acme-rules")):
        (tmp_path / place / "acme_rules-1.dist-info").mkdir(parents=True)
        information = tmp_path / place / "acme_rules-1.dist-info"
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\n")
        (information / "entry_points.txt").write_text(f"[lwslint.rules]\nacme = acme_{place}\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "a"), str(tmp_path / "b")])
    assert rule_packages.installed() == [RulePackage("Acme_Rules", "acme_a")]


def test_an_archive_on_the_path_may_hold_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "acme.whl", "w") as archive:
        archive.writestr("acme-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
        archive.writestr("acme-1.dist-info/entry_points.txt", "[lwslint.rules]\nacme = acme_zipped\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "acme.whl")])
    assert rule_packages.installed() == [RulePackage("acme", "acme_zipped")]


def test_importlib_finds_the_same_here() -> None:
    found = importlib.metadata.entry_points(group=rule_packages.GROUP)
    assert rule_packages.installed() == sorted((one.dist.name, one.module) for one in found if one.dist)


@pytest.fixture
def known(tmp_path: Path, install: Install) -> registry.Registry:
    files = {
        "a.py": rule("ACME101", "first-rule"),
        "b.py": rule("ACME102", "second-rule"),
        "c.py": rule("ACME201", "third-rule"),
    }
    install("acme", "acme_known", files)
    return registry.load(points(tmp_path))


@pytest.mark.parametrize(
    ("wanted", "unwanted", "selected"),
    [
        ([], [], ["ACME101", "ACME102", "ACME201"]),
        (["ACME1"], [], ["ACME101", "ACME102"]),
        (["acme201", "first-rule"], [], ["ACME101", "ACME201"]),
        ([], ["second-rule"], ["ACME101", "ACME201"]),
        (["ACME"], ["ACME1"], ["ACME201"]),
    ],
)
def test_rules_are_selected_by_code_prefix_and_name(
    known: registry.Registry, wanted: list[str], unwanted: list[str], selected: list[str]
) -> None:
    assert [registered.info.code for registered in known.select(wanted, unwanted)] == selected


@pytest.mark.parametrize(
    ("word", "near"),
    [("ACME103", "ACME10"), ("frist-rule", "first-rule"), ("acme301", "ACME"), ("zzz", "lwslint rules")],
)
def test_an_unknown_rule_is_an_error_with_a_hint(known: registry.Registry, word: str, near: str) -> None:
    for ask in (lambda: known.select([word]), lambda: known.select([], [word]), lambda: known.find(word)):
        with pytest.raises(LwslintError, match=near):
            ask()


def test_a_rule_is_found_by_code_or_name(known: registry.Registry) -> None:
    assert known.find("acme102") is known.find("second-rule")
    with pytest.raises(LwslintError):
        known.find("ACME1")
