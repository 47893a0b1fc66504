"""The tool of a SARIF run: lwslint as driver with its rules, rule packages of others as extensions."""

from __future__ import annotations

import re
from typing import Any

from lwslint.model.finding import Level
from lwslint.model.outcome import Outcome, RuleInfo
from lwslint.report.escape import visible
from lwslint.report.site import HOME, rule_url

Object = dict[str, Any]

_OWN = "lwslint"
_MOST_TAGS = 10
_MOST_NAME = 255
_MOST_SENTENCE = 1024
_MOST_EXTENSIONS = 100


class Components:
    """The driver and the extensions of a run, and how a result refers to a rule in them."""

    def __init__(self, outcome: Outcome) -> None:
        """All enabled rules are listed, whether they found something or not."""
        self._version = outcome.version
        names = sorted({rule.distribution for rule in outcome.rules} - {_OWN})[:_MOST_EXTENSIONS]
        self._rules = {name: [r for r in outcome.rules if r.distribution == name] for name in [_OWN, *names]}

    def tool(self) -> Object:
        """The SARIF object `tool`."""
        driver: Object = {
            "name": "lwslint",
            "semanticVersion": self._version,
            "version": self._version,
            "informationUri": HOME,
            "rules": [_rule(rule) for rule in self._rules[_OWN]],
        }
        others = [(name, rules) for name, rules in self._rules.items() if name != _OWN]
        extensions = [
            {"name": visible(name), "rules": [_rule(rule) for rule in rules]} for name, rules in others
        ]
        return {"driver": driver, "extensions": extensions} if extensions else {"driver": driver}

    def reference(self, code: str) -> Object:
        """The properties of a result that name its rule."""
        for component, rules in enumerate(self._rules.values(), -1):
            for index, rule in enumerate(rules):
                if rule.code != code:
                    continue
                if component < 0:
                    return {"ruleId": code, "ruleIndex": index}
                return {
                    "ruleId": code,
                    "rule": {"id": code, "index": index, "toolComponent": {"index": component}},
                }
        return {"ruleId": code}


def _rule(rule: RuleInfo) -> Object:
    summary = _clipped(visible(rule.summary) or rule.code, _MOST_SENTENCE)
    page = visible(rule.doc, keep="\n\t") or summary
    written: Object = {
        "id": rule.code,
        "name": _clipped(_camel(rule.name), _MOST_NAME),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": _clipped(_first_paragraph(page) or summary, _MOST_SENTENCE)},
        "help": {"text": _without_markup(page), "markdown": page},
        "defaultConfiguration": {"level": rule.level.value},
        "properties": _properties(rule),
    }
    url = rule_url(rule)
    return {**written, "helpUri": url} if url else written


def _properties(rule: RuleInfo) -> Object:
    cwe = [f"external/cwe/cwe-{number:03}" for number in rule.cwe]
    security = ["security"] if rule.security_severity else []
    tags = list(dict.fromkeys([*security, *rule.tags, *cwe]))[:_MOST_TAGS]
    written: Object = {"tags": tags, "precision": rule.precision.value}
    severity = "recommendation" if rule.level is Level.NOTE else rule.level.value
    written["problem.severity"] = severity
    return {**written, "security-severity": rule.security_severity} if rule.security_severity else written


def _camel(name: str) -> str:
    """`stale-creation-info` as `StaleCreationInfo`, the form that SARIF asks of names (SARIF2012)."""
    return "".join(part.capitalize() for part in re.split(r"\W+", name))


def _first_paragraph(page: str) -> str:
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", page))
    plain = (part for part in paragraphs if part and not part.startswith(("#", "|", "`", "<", "-", "*", ">")))
    return " ".join(_without_markup(next(plain, "")).split())


def _without_markup(page: str) -> str:
    """A rule's page as plain text: headings, links, emphasis and code marks taken off."""
    text = re.sub(r"^#+ *|^```\w*\n?", "", page, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]\n]*)\]\([^)\n]*\)", r"\1", text)
    return re.sub(r"[*`]", "", text).strip()


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
