"""Mending a program: analyse, mend, analyse again, until nothing is left to mend; then the files are written.

All rounds happen in memory. Files are written only when the last analysis is done, each whole or not at all.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from lwslint import atomic, mending
from lwslint.errors import LwslintError
from lwslint.model.finding import Finding, Mend
from lwslint.model.outcome import GapKind, Outcome
from lwslint.sources import Plan, project_of

ROUNDS = 8
"""A mend may make room for another one; after so many rounds what is left stays."""

Analyse = Callable[[Plan], Outcome]
_Key = tuple[str, str, str, str]


class File(msgspec.Struct, frozen=True):
    """A file that mends change: its name in reports, where it really is, its text before and after."""

    name: str
    path: Path
    old: bytes
    new: bytes


class Fixed(msgspec.Struct, frozen=True):
    """What became of a program: the outcomes before and after, changed files, how many findings were mended.

    `refused` says of each file that has a mend and may not be changed why not.
    """

    before: Outcome
    after: Outcome
    files: tuple[File, ...] = ()
    mended: int = 0
    refused: tuple[str, ...] = ()


def fix(plan: Plan, analyse: Analyse, *, unsafe: bool = False) -> Fixed:
    """Mends what is safe to mend (with `unsafe`, all that can be) in the files that the PATHs name.

    Nothing is written. A finding that a mend does not cure is not mended twice.

    Raises:
        LwslintError: a mended file cannot be parsed any more; nothing has been changed then.
    """
    return _Fixing(plan, analyse, unsafe).run()


class _Fixing:
    """The rounds of one run."""

    def __init__(self, plan: Plan, analyse: Analyse, unsafe: bool) -> None:
        self._plan = plan
        self._analyse = analyse
        self._unsafe = unsafe
        self._given = {
            unit.resolved: unit.text.encode("utf-8", "surrogateescape")
            for unit in plan.units
            if unit.text is not None
        }
        self._old: dict[Path, bytes] = {}
        self._new: dict[Path, bytes] = {}
        self._names: dict[Path, str] = {}
        self._refused: dict[str, str] = {}
        self._same: set[str] = set()
        self._tries: Counter[_Key] = Counter()
        self._seen: set[_Key] = set()

    def run(self) -> Fixed:
        before = after = self._analyse(self._plan)
        mended = 0
        for _ in range(ROUNDS):
            made = self._round(after)
            if not made:
                break
            mended += made
            after = self._analyse(_with_texts(self._plan, self._new))
            self._check(before, after)
        files = (
            File(self._names[path], path, self._old[path], new)
            for path, new in sorted(self._new.items())
            if new != self._old[path]
        )
        return Fixed(before, after, tuple(files), mended, tuple(sorted(self._refused.values())))

    def _round(self, outcome: Outcome) -> int:
        """Mends what can be mended at once; says how many findings that were."""
        self._same.clear()
        keys: dict[int, _Key] = {}
        mends: list[Mend] = []
        texts: dict[str, bytes] = {}
        found = Counter(map(_key, outcome.findings))
        self._tries.update({key: number for key, number in found.items() if key not in self._seen})
        self._seen.update(found)
        for finding in outcome.findings:
            mend = self._renamed(finding, outcome, texts)
            if mend is not None and self._tries[_key(finding)] > 0:
                keys[id(mend)] = _key(finding)
                mends.append(mend)
        mended = mending.apply(mends, texts)
        self._tries.subtract(keys[id(mend)] for mend in mended.made)
        self._new.update({Path(name): text for name, text in mended.texts.items()})
        return len(mended.made)

    def _renamed(self, finding: Finding, outcome: Outcome, texts: dict[str, bytes]) -> Mend | None:
        """The mend of a finding with each file under its one real path; None if it is not to be made."""
        mend = finding.mend
        if mend is None or not mend.edits or not (mend.safe or self._unsafe):
            return None
        edits = []
        for edit in mend.edits:
            name = edit.place.path
            path = self._file(name, outcome)
            if path is None:
                return None
            texts[str(path)] = self._new.get(path, self._old[path])
            place = msgspec.structs.replace(edit.place, path=str(path))
            edits.append(msgspec.structs.replace(edit, place=place))
        return Mend(mend.text, tuple(edits), mend.safe)

    def _file(self, name: str, outcome: Outcome) -> Path | None:
        """The real path of a file that may be changed; its text is read when it is first asked for."""
        if name in self._refused:
            return None
        path = (self._plan.cwd / name).resolve()
        if path not in self._old:
            reason = self._refusal(name, path)
            data = None if reason else self._read(path)
            if data is None:
                self._refused[name] = f"{name}: not mended, {reason or 'cannot be read'}"
                return None
            self._old[path] = data
            self._names[path] = name
        if name not in self._same:
            text = self._new.get(path, self._old[path]).decode("utf-8", "surrogateescape")
            if outcome.sources.get(name) != text:
                self._refused[name] = f"{name}: not mended, it has changed while it was checked"
                return None
            self._same.add(name)
        return path

    def _read(self, path: Path) -> bytes | None:
        try:
            return self._given[path] if path in self._given else path.read_bytes()
        except OSError:
            return None

    def _refusal(self, name: str, path: Path) -> str:
        """Why a file may not be changed; empty if it may."""
        if self._given:
            return "" if path in self._given else "it is not what standard input stands for"
        if not self._plan.named.holds(path):
            return "it is not among the PATHs"
        project = project_of(self._plan.cwd)
        written = self._plan.cwd / name
        inside = path.is_relative_to(project.resolve())
        if not inside and (written.is_symlink() or written.is_relative_to(project)):
            return "a link leads out of the project there"
        return "" if path.is_file() else "it is not a regular file"

    def _check(self, before: Outcome, after: Outcome) -> None:
        """Makes sure that what was read before is still read."""
        known = {(gap.path, gap.kind) for gap in before.gaps}
        for gap in after.gaps:
            worse = gap.kind is GapKind.BROKEN or gap.kind.fatal
            if worse and (gap.path, gap.kind) not in known:
                what = "a mend would break it; no file was changed. Please report it"
                raise LwslintError(f"{gap.path}:{gap.line}: {what} ({gap.text})")


def write(fixed: Fixed) -> None:
    """Writes the files that mends change; all are looked at before the first is written.

    Raises:
        LwslintError: a file cannot be written, or is not what was read; says which and why.
    """
    before = {file.path: _writable(file) for file in fixed.files}
    for file in fixed.files:
        try:
            atomic.replace(file.path, file.new, before[file.path])
        except OSError as error:
            raise LwslintError(f"{file.name}: cannot be mended ({error.strerror})") from error


def _writable(file: File) -> os.stat_result:
    try:
        found = file.path.stat()
        same = file.path.read_bytes() == file.old
    except OSError as error:
        raise LwslintError(f"{file.name}: cannot be mended ({error.strerror})") from error
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(file.path, os.W_OK):
        raise LwslintError(f"{file.name}: cannot be mended (it is read-only); no file was changed")
    if not os.access(file.path.parent, os.W_OK):
        raise LwslintError(f"{file.name}: cannot be mended (its folder is read-only); no file was changed")
    if not same:
        raise LwslintError(f"{file.name}: has changed while it was checked; no file was changed, run again")
    return found


def diff(fixed: Fixed) -> bytes:
    """All changes as one unified diff."""
    return b"".join(mending.unified(file.name, file.old, file.new) for file in fixed.files)


def _key(finding: Finding) -> _Key:
    """What stays of a finding when lines move."""
    return finding.rule, finding.place.path, finding.function, finding.object


def _with_texts(plan: Plan, texts: Mapping[Path, bytes]) -> Plan:
    """The plan with these texts in place of what is on disk, or came through standard input."""
    units = tuple(
        unit
        if unit.text is None or unit.resolved not in texts
        else msgspec.structs.replace(unit, text=texts[unit.resolved].decode("utf-8", "surrogateescape"))
        for unit in plan.units
    )
    return msgspec.structs.replace(plan, units=units, overlay=dict(texts))
