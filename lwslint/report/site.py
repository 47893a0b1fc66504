"""Where lwslint and its rules can be read about."""

from __future__ import annotations

from lwslint.model.outcome import RuleInfo

HOME = "https://pypi.org/project/lwslint/"


def rule_url(rule: RuleInfo) -> str:
    """The address of a built-in rule's page; empty for rules of other packages."""
    return f"{HOME}#{rule.name}" if rule.distribution == "lwslint" else ""
