"""One self-contained HTML file that opens from disk, loads nothing and runs nothing but its own script.

Untrusted text goes through jinja2's autoescape and nothing else; the sources travel as a JSON block in
which `<` cannot occur. The content security policy allows exactly one script, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from lwslint.model.outcome import Outcome
from lwslint.report.html.page import build
from lwslint.report.html.prose import code_spans
from lwslint.report.options import ReportOptions


def render(outcome: Outcome, options: ReportOptions) -> str:
    """The whole page."""
    script = _part("report.js")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["prose"] = code_spans
    return environment.from_string(_part("report.html.j2")).render(
        page=build(outcome, options),
        policy=_policy(script),
        # The two are ours, and escaping would break them.
        style=Markup(_part("report.css")),
        script=Markup(script),
    )


def _part(name: str) -> str:
    return files("lwslint.report.html").joinpath(name).read_text("utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    allowed = f"script-src 'sha256-{digest}'; style-src 'unsafe-inline'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
