"""Reports: an outcome drawn for people and for machines, one file a format."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType

from lwslint.errors import LwslintError
from lwslint.model.outcome import Outcome
from lwslint.report.options import ReportOptions

__all__ = ["FORMATS", "ReportOptions", "render"]

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "text": "lwslint.report.text",
        "concise": "lwslint.report.concise",
        "sarif": "lwslint.report.sarif",
        "html": "lwslint.report.html",
        "json": "lwslint.report.json",
        "github": "lwslint.report.github",
        "gitlab": "lwslint.report.gitlab",
        "markdown": "lwslint.report.markdown",
    }
)
"""Each format's name and the module whose `render(outcome, options)` draws it; imported when asked for."""


def render(name: str, outcome: Outcome, options: ReportOptions) -> str:
    """Draw an outcome in the format `name`; the same outcome gives the same text.

    Raises:
        LwslintError: there is no such format.
    """
    if name not in FORMATS:
        import difflib

        near = difflib.get_close_matches(name, FORMATS, n=1)
        hint = f"did you mean {near[0]}?" if near else "known are " + ", ".join(FORMATS)
        raise LwslintError(f"no report format is called {name!r}; {hint}")
    drawn: str = importlib.import_module(FORMATS[name]).render(outcome, options)
    return drawn
