"""The rule registry: rules found through the entry-point group `lwslint.rules`.

An entry point names a package; each `Rule` class that is written in one of its modules is a rule, and
`<module>.md` beside it is its page. The built-in rules come through the same door as anyone's.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, overload

import msgspec

from lwslint import rule_packages
from lwslint.errors import LwslintError, nearest
from lwslint.model.outcome import RuleInfo
from lwslint.rule_packages import RulePackage

if TYPE_CHECKING:
    from lwslint.api import Rule


class RegisteredRule(msgspec.Struct, frozen=True):
    """A rule, and what reports need to know of it."""

    rule: type[Rule]
    info: RuleInfo


class Registry(msgspec.Struct, frozen=True):
    """All rules by code, and one line for each module that could not be imported."""

    rules: tuple[RegisteredRule, ...]
    failures: tuple[str, ...] = ()

    def find(self, word: str) -> RegisteredRule:
        """The rule with this code or name.

        Raises:
            LwslintError: there is none; names the nearest.
        """
        found = [registered for registered in self.rules if word.lower() in _names(registered.info)]
        return found[0] if found else _unknown(word, self.rules)

    def select(self, wanted: Sequence[str] = (), unwanted: Sequence[str] = ()) -> tuple[RegisteredRule, ...]:
        """The rules that `wanted` means (all if it is empty), without those that `unwanted` means.

        A word is a code, the beginning of codes (`LWS1`) or a name.

        Raises:
            LwslintError: a word means no rule; names the nearest.
        """
        kept = set().union(*map(self._meant, wanted)) if wanted else {known.info.code for known in self.rules}
        kept.difference_update(*map(self._meant, unwanted))
        return tuple(registered for registered in self.rules if registered.info.code in kept)

    def _meant(self, word: str) -> set[str]:
        """The codes that a word means."""
        codes = {
            known.info.code
            for known in self.rules
            if known.info.code.lower().startswith(word.lower()) or word.lower() == known.info.name
        }
        return codes or {_unknown(word, self.rules).info.code}


class Selection(Sequence[RegisteredRule]):
    """The rules that a run asks, imported when one is first looked at.

    `wanted` and `unwanted` are as in `Registry.select`, whose errors looking may raise.
    """

    def __init__(self, wanted: Sequence[str] = (), unwanted: Sequence[str] = ()) -> None:
        self._words = (tuple(wanted), tuple(unwanted))

    @classmethod
    def of(cls, rules: Iterable[RegisteredRule]) -> Selection:
        """A selection of these rules, from wherever they are."""
        made = cls()
        made.registry = Registry(tuple(rules))
        made.identity = repr([(one.info.code, one.rule.__module__) for one in made.registry.rules]).encode()
        return made

    def __len__(self) -> int:
        return len(self._rules)

    @overload
    def __getitem__(self, index: int) -> RegisteredRule: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[RegisteredRule, ...]: ...

    def __getitem__(self, index: int | slice) -> RegisteredRule | tuple[RegisteredRule, ...]:
        return self._rules[index]

    @cached_property
    def registry(self) -> Registry:
        """All rules that there are to select from."""
        return load()

    @cached_property
    def identity(self) -> bytes:
        """What tells these rules from any others, as far as that can be told without importing them."""
        return repr((self._words, rule_packages.identity())).encode()

    @cached_property
    def _rules(self) -> tuple[RegisteredRule, ...]:
        return self.registry.select(*self._words)

    def without_pages(self) -> Selection:
        """These rules as workers want them: they do not read the pages."""
        return Selection.of(
            RegisteredRule(one.rule, msgspec.structs.replace(one.info, doc="")) for one in self
        )


def _names(info: RuleInfo) -> tuple[str, str]:
    return (info.code.lower(), info.name)


def _unknown(word: str, rules: Iterable[RegisteredRule]) -> RegisteredRule:
    known = {name: name for registered in rules for name in (registered.info.code, registered.info.name)}
    near = nearest(word, known) or nearest(word.upper(), known)
    hint = f"did you mean {near}?" if near else "see lwslint rules"
    raise LwslintError(f"no rule is called {word!r}; {hint}")


def load(packages: Iterable[RulePackage] | None = None) -> Registry:
    """Finds all rules that are installed (those of `packages`, if given).

    Raises:
        LwslintError: two rules have one code or name.
    """
    found: dict[type[Rule], RegisteredRule] = {}
    failures: list[str] = []
    for package in sorted(rule_packages.installed() if packages is None else packages):
        for module in _modules(package.module, package.distribution, failures):
            for rule in _rules_in(module):
                found.setdefault(rule, RegisteredRule(rule, _info(rule, module, package.distribution)))
    rules = sorted(found.values(), key=lambda registered: registered.info.code)
    _check_distinct(rules)
    return Registry(tuple(rules), tuple(failures))


def _modules(name: str, distribution: str, failures: list[str]) -> Iterator[ModuleType]:
    """A package of rules and its modules, as far as they can be imported."""
    package = _imported(name, distribution, failures)
    if package is None:
        return
    yield package
    for entry in pkgutil.iter_modules(getattr(package, "__path__", ())):
        if module := _imported(f"{package.__name__}.{entry.name}", distribution, failures):
            yield module


def _imported(name: str, distribution: str, failures: list[str]) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        failures.append(f"rules of {distribution}: {name} cannot be imported ({reason})")
        return None


def _rules_in(module: ModuleType) -> Iterator[type[Rule]]:
    from lwslint.api import Rule  # with all that the rules need

    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__:
            yield value


def _info(rule: type[Rule], module: ModuleType, distribution: str) -> RuleInfo:
    return RuleInfo(
        code=rule.code,
        name=rule.name,
        summary=rule.summary,
        level=rule.level,
        precision=rule.precision,
        doc=_page(module),
        cwe=tuple(rule.cwe),
        tags=tuple(rule.tags),
        security_severity=rule.security_severity,
        distribution=distribution,
    )


def _page(module: ModuleType) -> str:
    """The Markdown page beside a module; empty if there is none."""
    package, _, name = module.__name__.rpartition(".")
    try:
        return (pkgutil.get_data(package or name, f"{name}.md") or b"").decode("utf-8")
    except OSError:
        return ""


def _check_distinct(rules: Sequence[RegisteredRule]) -> None:
    seen: dict[str, RegisteredRule] = {}
    for registered in rules:
        for name in _names(registered.info):
            if other := seen.get(name):
                raise LwslintError(
                    f"{other.info.distribution} and {registered.info.distribution} both have a rule"
                    f" {registered.info.code} {registered.info.name}; uninstall one of them"
                )
            seen[name] = registered
