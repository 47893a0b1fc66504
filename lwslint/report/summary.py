"""What a run comes to, in sentences that every report for people shares."""

from __future__ import annotations

from collections import Counter

from lwslint.model.outcome import Gap, Outcome, Silencer
from lwslint.report.escape import visible

_SILENCED = {
    Silencer.COMMENT: "{} suppressed.",
    Silencer.CONFIGURATION: "{} ignored by path.",
    Silencer.BASELINE: "{} in the baseline.",
    Silencer.REVISION: "{} not new.",
}
_MOST_GONE = 5


def sentences(outcome: Outcome) -> list[str]:
    """All of it, one line each: the verdict, what was read, and whether silence means clean."""
    lines = [" ".join([verdict(outcome), *silenced(outcome)]), visible("; ".join(coverage(outcome))) + "."]
    if outcome.gone:
        lines.append(gone(outcome))
    return lines if outcome.complete else [*lines, completeness(outcome)]


def verdict(outcome: Outcome) -> str:
    """The first sentence: how many findings of which level, in how many files."""
    files = count(outcome.files, "file")
    if outcome.findings:
        levels = Counter(finding.level for finding in outcome.findings)
        worst_first = sorted(levels, key=lambda level: level.rank, reverse=True)
        parts = ", ".join(count(levels[level], level.value) for level in worst_first)
        places = len({finding.place.path for finding in outcome.findings})
        where = f"in {places} of {files}" if places <= outcome.files else f"in {count(places, 'file')}"
        return f"{count(len(outcome.findings), 'finding')} ({parts}) {where}."
    if not outcome.complete:
        return f"No findings in {files}, but not all of it was in sight."
    return f"No findings in {files}."


def silenced(outcome: Outcome) -> list[str]:
    """Sentences on the findings that are not reported, by what silenced them."""
    found = Counter(one.by for one in outcome.suppressed)
    return [words.format(found[by]) for by, words in _SILENCED.items() if found[by]]


def gone(outcome: Outcome) -> str:
    """A sentence on the findings of the baseline that are no more; the first are named."""
    named = [f"{one.rule} in {one.function or one.path}" for one in outcome.gone[:_MOST_GONE]]
    more = [f"{len(outcome.gone) - _MOST_GONE} more"] if len(outcome.gone) > _MOST_GONE else []
    listed = visible(", ".join([*named, *more]))
    are = "is" if len(outcome.gone) == 1 else "are"
    return f"{count(len(outcome.gone), 'finding')} of the baseline {are} gone ({listed}); write it anew."


def coverage(outcome: Outcome) -> list[str]:
    """Short statements on what was read: files, units with library calls, programs, sight, release."""
    known = [f"libwebsockets {outcome.release}"] if outcome.release else []
    unknown = ["release of libwebsockets unknown"] if outcome.library_units and not known else []
    aside = [f"{outcome.irrelevant} left out, which nothing can depend on"] if outcome.irrelevant else []
    return [
        f"{outcome.units} of {count(outcome.files, 'file')} read",
        *aside,
        f"{count(outcome.library_units, 'unit')} with library calls",
        count(outcome.programs, "program"),
        "whole program in sight" if outcome.whole_program else "whole program not in sight",
        *(known or unknown),
    ]


def completeness(outcome: Outcome) -> str:
    """One sentence: whether silence means clean."""
    missing = sum(gap.kind.incomplete for gap in outcome.gaps)
    if missing:
        return f"Reading was incomplete in {count(missing, 'point')}: no finding there does not mean clean."
    return "Everything was read."


def statistics(outcome: Outcome) -> list[str]:
    """How often each rule was broken, the most frequent first, one line each."""
    found = Counter(finding.rule for finding in outcome.findings)
    names = {rule.code: rule.name for rule in outcome.rules}
    wide = len(str(max(found.values(), default=0)))
    rows = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [f"{number:>{wide}}  {code} {names.get(code, '')}".rstrip() for code, number in rows]


def gaps_first(outcome: Outcome) -> list[Gap]:
    """Gaps, those first that matter most."""
    return sorted(outcome.gaps, key=lambda gap: (not gap.kind.fatal, not gap.kind.incomplete, gap))


def count(number: int, word: str) -> str:
    """A number with its word: `1 file`, `2 files`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
