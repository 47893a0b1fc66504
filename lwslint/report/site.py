"""Where lwslint and its rules can be read about."""

from __future__ import annotations

from lwslint.model.outcome import RuleInfo

HOME = "https://github.com/lwslint/lwslint"


def rule_url(rule: RuleInfo) -> str:
    """The address of a built-in rule's page; empty for rules of other packages."""
    if rule.distribution != "lwslint":
        return ""
    module = f"{rule.code}_{rule.name}".lower().replace("-", "_")
    return f"{HOME}/blob/main/rules/lwslint_rules/{module}.md"
