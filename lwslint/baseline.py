"""Baselines: the findings that a project knows of and does not want to hear about again.

A finding is known by its rule, its function and the tokens that it marks, counted in each file: so edits
elsewhere move nothing, and a file that got another name keeps what it had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from lwslint import atomic, bounded
from lwslint.errors import LwslintError
from lwslint.model.outcome import Gone, Outcome, Silencer, Suppressed
from lwslint.report.escape import visible
from lwslint.report.fingerprint import stems
from lwslint.report.sources import Paths, Sources

VERSION = 1
MAXIMUM_BYTES = 64 << 20


class Entry(msgspec.Struct, frozen=True, order=True):
    """A known finding: its file from the root of the project, what it is, and its key without ordinal."""

    path: str
    rule: str
    function: str
    message: str
    key: str


class Baseline(msgspec.Struct, frozen=True):
    """Known findings, equal ones as often as there are; `whole_program` says what was in sight then."""

    version: int
    whole_program: bool
    findings: tuple[Entry, ...]


def of(outcome: Outcome) -> Baseline:
    """The baseline that knows all findings of an outcome."""
    return Baseline(VERSION, outcome.whole_program, tuple(sorted(_entries(outcome))))


def _entries(outcome: Outcome) -> list[Entry]:
    """An entry for each finding, in their order."""
    paths = Paths(outcome.root, outcome.cwd)
    keys = stems(outcome.findings, Sources(outcome.sources))
    return [
        Entry(
            visible(paths.from_root(one.place.path)),
            one.rule,
            visible(one.function),
            visible(one.message),
            key,
        )
        for one, key in zip(outcome.findings, keys, strict=True)
    ]


def load(path: Path, name: str) -> Baseline:
    """Reads a baseline; `name` is what messages call it.

    Raises:
        LwslintError: there is none, or it is damaged.
    """
    try:
        data = bounded.read(path, MAXIMUM_BYTES, name=name)
    except OSError as error:
        raise LwslintError(f"{name}: no baseline ({error.strerror}); --write-baseline makes one") from error
    except LwslintError as error:
        raise LwslintError(f"{error}; that is no baseline") from None
    try:
        found = msgspec.json.decode(data, type=Baseline)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        text = " ".join(str(error).split())[:200]
        raise LwslintError(f"{name}: not a baseline ({text}); --write-baseline makes one") from error
    if found.version != VERSION:
        raise LwslintError(f"{name}: a baseline of another version of lwslint; write it anew")
    return found


def write(path: Path, name: str, outcome: Outcome) -> Baseline:
    """Writes a baseline that knows all findings of an outcome, one line each; gives it.

    What an older baseline at `path` knows of files that were not looked at is kept.

    Raises:
        LwslintError: the outcome is no base for one, or the file cannot be written.
    """
    if any(gap.kind.fatal for gap in outcome.gaps):
        raise LwslintError(f"{name}: no baseline was written, for not all could be checked")
    made = of(outcome)
    if _exists(path):
        old = load(path, name)
        looked_at = _Looked(outcome)
        kept = [entry for entry in old.findings if not looked_at(entry)]
        whole = made.whole_program and (old.whole_program or not kept)
        made = Baseline(VERSION, whole, tuple(sorted([*made.findings, *kept])))
    lines = ",\n".join(f"  {msgspec.json.encode(entry).decode()}" for entry in made.findings)
    body = f"[\n{lines}\n]" if lines else "[]"
    sight = str(made.whole_program).lower()
    text = f'{{"version": {VERSION}, "whole_program": {sight}, "findings": {body}}}\n'
    try:
        atomic.replace(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise LwslintError(f"{name}: cannot be written ({error.strerror})") from error
    return made


def apply(outcome: Outcome, known: Baseline, reason: str, by: Silencer) -> Outcome:
    """The outcome without the findings that a baseline knows, and with what has gone of it.

    An entry knows one finding: of its file, else, if its file had it no more, of another file.
    """
    looked_at = _Looked(outcome)
    matched, left = _match(outcome, known, looked_at)
    kept = [one for at, one in enumerate(outcome.findings) if at not in matched]
    silenced = [Suppressed(one, reason, by) for at, one in enumerate(outcome.findings) if at in matched]
    return msgspec.structs.replace(
        outcome,
        findings=tuple(kept),
        suppressed=(*outcome.suppressed, *silenced),
        gone=tuple(sorted(_gone(left, outcome, known, looked_at))),
        compared=True,
    )


def _match(outcome: Outcome, known: Baseline, looked_at: _Looked) -> tuple[set[int], list[Entry]]:
    """The findings that are known, by number, and the entries that know none."""
    unused: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in known.findings:
        unused[entry.path, entry.key].append(entry)
    matched: set[int] = set()
    strangers: list[tuple[int, str]] = []
    for at, one in enumerate(_entries(outcome)):
        if same := unused[one.path, one.key]:
            same.pop()
            matched.add(at)
        else:
            strangers.append((at, one.key))
    left: list[Entry] = []
    movable: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in (entry for entries in unused.values() for entry in entries):
        (movable[entry.key] if looked_at(entry) else left).append(entry)
    for at, key in strangers:
        if movable[key]:
            movable[key].pop()
            matched.add(at)
    return matched, [*left, *(entry for entries in movable.values() for entry in entries)]


def _gone(left: Iterable[Entry], outcome: Outcome, known: Baseline, looked_at: _Looked) -> Iterator[Gone]:
    """The entries that would know something, if it was still there."""
    if known.whole_program and not outcome.whole_program:
        return
    rules = {rule.code for rule in outcome.rules}
    unsure = {looked_at.shown(gap.path) for gap in outcome.gaps if gap.kind.incomplete}
    for entry in left:
        if entry.rule in rules and entry.path not in unsure and looked_at(entry):
            yield Gone(entry.path, entry.rule, entry.function, entry.message)


class _Looked:
    """Tells whether the file of an entry was checked in this run, or is no more."""

    def __init__(self, outcome: Outcome) -> None:
        self._paths = Paths(outcome.root, outcome.cwd)
        self._root = Path(outcome.root)
        self._read = set(map(self.shown, outcome.read))
        self._there: dict[str, bool] = {}

    def shown(self, path: str) -> str:
        """The `Entry.path` of a file."""
        return visible(self._paths.from_root(path))

    def __call__(self, entry: Entry) -> bool:
        if entry.path in self._read:
            return True
        if entry.path not in self._there:
            self._there[entry.path] = _exists(self._root / entry.path)
        return not self._there[entry.path]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
