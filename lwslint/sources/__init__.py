"""Sources: which translation units a run reads, and with which flags."""

from lwslint.sources.paths import project_of, shown
from lwslint.sources.plan import Flags, Plan, Scope, SourceUnit, Stdin, plan

__all__ = ["Flags", "Plan", "Scope", "SourceUnit", "Stdin", "plan", "project_of", "shown"]
