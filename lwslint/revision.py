"""The program as a git revision had it: the plan of a run with other texts, so that nothing is checked out.

Files that are not under git, such as headers that a build makes, are those of now; a file that has been
renamed in its folder is read under its new name, so that its flags hold.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from lwslint.errors import LwslintError
from lwslint.report.escape import visible
from lwslint.sources import Plan, Scope, SourceUnit, project_of

MOST_FILES = 20_000
"""More changed C files than these are no change any more."""

_SECONDS = 120
# What a repository has for git to run does not run: monitors, hooks, and whatever fetches what is missing.
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "diff.autoRefreshIndex=false",
)
_QUIET = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_SUFFIXES = (".c", ".h", ".inc", ".def", ".hpp", ".hh", ".hxx")


def plan_of(plan: Plan, revision: str) -> Plan:
    """The plan, for the program as it was where HEAD and `revision` parted.

    Raises:
        LwslintError: this is no git repository, it has no such revision, or git fails; says what it says.
    """
    repository = _Repository(project_of(plan.cwd), revision)
    texts, gone = repository.texts()
    new = repository.new_files()
    units = [unit for unit in plan.units if unit.resolved not in new and unit.resolved not in gone]
    known = {unit.resolved for unit in units}
    was_there = [path for path in sorted(gone) if path.suffix == ".c" and path not in known]
    whole = plan.scope != Scope()  # then the rest of the program is context
    units += [_unit(path, texts, plan) for path in was_there if whole or plan.named.holds(path)]
    units.sort(key=lambda unit: (unit.path, unit.arguments))
    return msgspec.structs.replace(plan, units=tuple(units), gaps=(), overlay={**plan.overlay, **texts})


def _unit(path: Path, texts: Mapping[Path, bytes], plan: Plan) -> SourceUnit:
    """A unit for a file that is no more, with the flags of its nearest neighbour."""
    folders = set(path.parents)
    near = max(plan.units, key=lambda unit: len(folders.intersection(unit.resolved.parents)), default=None)
    text = texts[path].decode("utf-8", "surrogateescape")
    asked = plan.named.holds(path)
    if near is None:
        return SourceUnit(str(path), plan.cwd, (), text, asked)
    return SourceUnit(str(path), near.directory, near.arguments, text, asked)


def head(cwd: Path) -> str:
    """The commit that is checked out, and whether tracked files differ from it; empty if git tells none."""
    try:
        repository = _Repository(project_of(cwd), "HEAD")
        return repository.commit[:12] + (" with changes" if repository.is_changed() else "")
    except LwslintError:
        return ""


class _Repository:
    """What git says of a repository, seen from a revision."""

    def __init__(self, top: Path, revision: str) -> None:
        self._top = top
        if not os.path.lexists(top / ".git"):
            raise LwslintError("--diff-base: this is no git repository")
        if revision.startswith("-"):
            raise LwslintError(f"--diff-base: {revision[:80]} is no revision")
        self._settings = (*_SETTINGS, *self._no_filters())
        try:
            said = self._git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
        except LwslintError as error:
            # git says "Needed a single revision", which helps nobody
            name = visible(revision[:80])
            raise LwslintError(
                f"--diff-base: {name!r} is no commit here; in a shallow clone, fetch it first"
            ) from error
        commit = said.strip().decode()
        with contextlib.suppress(LwslintError):  # a shallow clone need not have it
            commit = self._git("merge-base", commit, "HEAD").strip().decode() or commit
        self.commit = commit

    def is_changed(self) -> bool:
        """Whether any file that git tracks is not as the commit has it."""
        words = ("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules")
        return bool(self._git(*words, self.commit, "--"))

    def texts(self) -> tuple[dict[Path, bytes], set[Path]]:
        """The texts of all C files that have changed, by the path that they have now; which are no more."""
        words = iter(
            self._git(
                "diff", "--name-status", "-z", "-M", "--no-ext-diff", "--no-textconv", self.commit, "--"
            ).split(b"\0")
        )
        texts: dict[Path, bytes] = {}
        gone: set[Path] = set()
        self._added: set[Path] = set()
        for kind, old, new in _changes(words):
            was, path = self._path(old), self._path(new)
            if not path.name.endswith(_SUFFIXES):
                continue
            if kind == b"A" or (kind == b"R" and was.parent != path.parent):
                self._added.add(path)
            if kind == b"A":
                continue
            if len(texts) >= MOST_FILES:
                raise LwslintError(f"--diff-base: more than {MOST_FILES} C files have changed")
            text = self._git("cat-file", "blob", f"{self.commit}:{os.fsdecode(old)}")
            if kind == b"D" or path in self._added:  # in another folder its includes would mean other files
                gone.add(was)
                texts[was] = text
                continue
            texts[path] = text
            if was.suffix != ".c":
                texts[was] = text  # by which name the others include it
        return texts, gone

    def new_files(self) -> set[Path]:
        """Files that the revision did not have, whether git knows them now or not (ignored ones aside)."""
        others = self._git("ls-files", "-z", "--others", "--exclude-standard").split(b"\0")
        return self._added | {self._path(name) for name in others if name}

    def _path(self, name: bytes) -> Path:
        return (self._top / os.fsdecode(name)).resolve()

    def _no_filters(self) -> Iterator[str]:
        """Settings that keep git from running the filters that the repository's attributes name."""
        names = self._run(_SETTINGS, "config", "--list", "--name-only", "-z")
        for key in sorted({name.rpartition(b".")[0] for name in names.split(b"\0")}):
            if key.lower().startswith(b"filter."):
                if b"=" in key:  # then git cannot be told of it
                    raise LwslintError(
                        "--diff-base: git has a filter with = in its name; take it out of its settings"
                    )
                yield from (f"{os.fsdecode(key)}.{one}=" for one in ("clean", "smudge", "process"))
                yield f"{os.fsdecode(key)}.required=false"

    def _git(self, *words: str) -> bytes:
        return self._run(self._settings, *words)

    def _run(self, settings: Iterable[str], *words: str) -> bytes:
        options = [word for setting in settings for word in ("-c", setting)]
        command = ["git", *options, "-C", str(self._top), *words]
        try:
            ran = subprocess.run(
                command, env={**os.environ, **_QUIET}, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise LwslintError(f"--diff-base: git cannot be run ({error})") from error
        if ran.returncode:
            said = " ".join(ran.stderr.decode("utf-8", "replace").split())[:200]
            raise LwslintError(f"--diff-base: git fails ({said})")
        return ran.stdout


def _changes(words: Iterator[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, old and new name of each change that `git diff --name-status -z` tells."""
    for word in words:
        kind = word[:1]
        if kind in (b"R", b"C"):
            old, new = next(words, b""), next(words, b"")
            yield (b"A" if kind == b"C" else kind), old, new
        elif kind:
            name = next(words, b"")
            yield kind, name, name
