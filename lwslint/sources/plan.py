"""The plan of a run: which translation units are read, with which flags, and what is reported."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from lwslint.errors import LwslintError
from lwslint.model.outcome import Gap, GapKind
from lwslint.sources import database
from lwslint.sources.flags import clean
from lwslint.sources.includes import Includes
from lwslint.sources.paths import STDIN, Asked, ask, is_file, plain, project_of, real, shown
from lwslint.sources.response import expand
from lwslint.texts import Texts

_SHOWN = 20
_NO_WAY_IN = "cannot be read; see its permissions"


class SourceUnit(msgspec.Struct, frozen=True):
    """One translation unit to be read.

    `path` and `directory` are absolute; `arguments` are cleaned. `text` stands for the file's content
    where that is not on disk. A unit that is not `asked` for is context: read, but not reported.
    """

    path: str
    directory: Path
    arguments: tuple[str, ...]
    text: str | None = None
    asked: bool = True

    @property
    def resolved(self) -> Path:
        """Where the file is, links resolved."""
        return Path(self.path).resolve()


class Scope(msgspec.Struct, frozen=True):
    """The files that findings are reported in, links resolved; if there are none, all are."""

    files: frozenset[Path] = frozenset()
    folders: tuple[Path, ...] = ()

    def holds(self, path: Path) -> bool:
        """Whether a finding in the file at `path` (absolute) is reported."""
        if not self.files and not self.folders:
            return True
        path = path.resolve()
        return path in self.files or any(path.is_relative_to(folder) for folder in self.folders)


class Plan(msgspec.Struct, frozen=True):
    """What a run reads and reports. `remarks` say, for `-v`, what was decided.

    `named` are the files and folders that PATHs name, the project's folder if there are none: what may be
    changed. `overlay` has texts that stand for those of files on disk, by absolute path, links resolved;
    `texts` are those on disk.
    """

    cwd: Path
    units: tuple[SourceUnit, ...]
    scope: Scope = Scope()
    gaps: tuple[Gap, ...] = ()
    remarks: tuple[str, ...] = ()
    named: Scope = Scope()
    overlay: Mapping[Path, bytes] = msgspec.field(default_factory=dict)
    texts: Texts = msgspec.field(default_factory=Texts)


class Flags(msgspec.Struct, frozen=True):
    """Flags from the command line: `before` and `after` those that a unit has anyway.

    `compiler` is what stands after `--`: a compile command, with or without the compiler in front. It
    takes the place of a compile database.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    compiler: tuple[str, ...] | None = None


class Stdin(msgspec.Struct, frozen=True):
    """The unit that comes through standard input: its text, and the file that it stands for."""

    text: str
    name: str = "stdin.c"


def plan(
    paths: Sequence[str],
    *,
    cwd: Path,
    build_dir: str | None = None,
    flags: Flags | None = None,
    stdin: Stdin | None = None,
    program: Sequence[str] = (),
) -> Plan:
    """Plans a run over `paths`, else over `program`, else over all units of the compile database.

    `stdin` is what the PATH `-` stands for. `program` are files and folders that, where they are not asked
    for, are read as context.

    Raises:
        LwslintError: a PATH does not exist, nothing is there to read, or the compile database is broken.
    """
    paths, program = (paths, program) if paths else (program, ())
    asked = ask([path for path in paths if path != STDIN], cwd)
    files: dict[str, str | None] = dict.fromkeys(asked.files)
    if stdin:
        files[str(plain(cwd / stdin.name))] = stdin.text
    if paths and not files and not asked.headers:
        raise _nothing_to_read(paths, asked)
    planner = _Planner(cwd, build_dir, flags or Flags(), files, ask(program, cwd).files)
    units, gaps = (planner.asked_units() + planner.context(), []) if paths else planner.whole_database()
    if not units and not gaps:
        raise _nothing_to_read(paths, asked)
    skipped = [Gap(shown(path, cwd), GapKind.SKIPPED, "not C, left out") for path in asked.skipped]
    units.sort(key=lambda unit: (unit.path, unit.arguments))
    unreadable = [Gap(shown(path, cwd), GapKind.UNREADABLE, _NO_WAY_IN) for path in asked.unreadable]
    odd = [Gap(shown(path, cwd), GapKind.SKIPPED, "no regular file, left out") for path in asked.odd]
    gaps += [*skipped, *unreadable, *odd, *planner.refused]
    scope = planner.scope(asked)
    named = planner.named(asked) if paths else Scope(folders=(project_of(cwd).resolve(),))
    remarks = tuple(planner.remarks)
    return Plan(cwd, tuple(units), scope, tuple(gaps), remarks, named, texts=planner.texts)


def _nothing_to_read(paths: Sequence[str], asked: Asked) -> LwslintError:
    if asked.headers:
        what = "headers are read with the C files that include them; name those, or the build folder with -p"
    elif asked.unreadable:
        what = _NO_WAY_IN
    elif asked.skipped:
        what = "not C; lwslint reads .c files"
    else:
        what = "no C file there; name .c files, or a folder that holds some"
    return LwslintError(f"{', '.join(paths)}: {what}")


def _refused(path: str, word: str) -> Gap:
    """What is said of a flag that would have loaded or run something."""
    shortened = f"{word[:80]}..." if len(word) > 80 else word
    if word.startswith("@"):
        return Gap(path, GapKind.SKIPPED, f"{shortened} left out: no response file inside the project")
    return Gap(path, GapKind.SKIPPED, f"{shortened} refused: no flag makes lwslint load or run anything")


def _some(words: Sequence[str]) -> str:
    return ", ".join([*words[:_SHOWN], *(["..."] if len(words) > _SHOWN else [])])


class _Planner(msgspec.Struct, dict=True):
    """What is known while planning; `files` are those asked for, with the text of one that is not on disk."""

    cwd: Path
    build_dir: str | None
    flags: Flags
    files: dict[str, str | None]
    program: tuple[str, ...] = ()
    remarks: list[str] = msgspec.field(default_factory=list)
    refused: list[Gap] = msgspec.field(default_factory=list)
    texts: Texts = msgspec.field(default_factory=Texts)
    _includes: dict[Path, Includes] = msgspec.field(default_factory=dict)
    _projects: dict[str, Path] = msgspec.field(default_factory=dict)

    def asked_units(self) -> list[SourceUnit]:
        """The units of the files that were asked for."""
        return [unit for path, text in self.files.items() for unit in self._units_of(path, text)]

    def whole_database(self) -> tuple[list[SourceUnit], list[Gap]]:
        """All units of the compile database, and gaps for those whose file is not there."""
        if self._database is None:
            raise LwslintError(
                f"no PATH given, and no {database.NAME} in sight; name files, or its folder with -p"
            )
        if not self._database.commands:
            raise LwslintError(f"{self._database.path}: names no C file; name files to check")
        units, gaps = [], []
        for command in self._database.commands:
            if is_file(command.path):
                units.append(self._from_database(command, str(plain(command.path))))
            else:
                text = f"no such file, though {database.NAME} names it; build first, or name files"
                gaps.append(Gap(shown(command.path, self.cwd), GapKind.UNREADABLE, text))
        return units, gaps

    def context(self) -> list[SourceUnit]:
        """The rest of the program, as far as it is told and its files are there."""
        if not self._commands and not self.program:
            return []
        asked = {Path(path).resolve() for path in self.files}
        units = [
            self._from_database(command, str(plain(command.path)), asked=False)
            for path, commands in self._commands.items()
            if path not in asked and is_file(path)
            for command in commands
        ]
        asked |= self._commands.keys()
        others = [path for path in self.program if Path(path).resolve() not in asked]
        return units + [msgspec.structs.replace(self._guessed(path, None), asked=False) for path in others]

    def named(self, asked: Asked) -> Scope:
        """What the PATHs name."""
        given = [path for path, text in self.files.items() if text is not None]
        files = frozenset(Path(path).resolve() for path in (*given, *asked.alone, *map(str, asked.headers)))
        return Scope(files, tuple(folder.resolve() for folder in asked.folders))

    def scope(self, asked: Asked) -> Scope:
        """What is reported: all that was read, unless there is context."""
        return self.named(asked) if self._database is not None or self.program else Scope()

    def _units_of(self, path: str, text: str | None) -> Iterator[SourceUnit]:
        """One unit for each set of flags that a file has in the compile database, and at least one."""
        if commands := self._commands.get(Path(path).resolve()) if self._commands else None:
            for command in commands:
                yield self._from_database(command, path, text)
        elif self.flags.compiler is not None:
            yield SourceUnit(path, self.cwd, (*self._before, *self._compiler_arguments, *self._after), text)
        else:
            yield self._guessed(path, text)

    def _from_database(
        self, command: database.Command, path: str, text: str | None = None, *, asked: bool = True
    ) -> SourceUnit:
        arguments = (*self._before, *command.arguments, *self._after)
        return SourceUnit(path, command.directory, arguments, text, asked)

    def _guessed(self, path: str, text: str | None) -> SourceUnit:
        """A unit whose include folders are guessed."""
        given = (*self._before, *self._after)
        project = self._project(path)
        includes = self._includes.get(project)
        if includes is None:
            includes = self._includes[project] = Includes(project, self.texts)
        folders = includes.folders(path, text.encode("utf-8", "surrogateescape") if text else None, given)
        if folders:
            names = ", ".join(shown(folder, self.cwd) for folder in folders)
            self.remarks.append(f"{shown(path, self.cwd)}: include folders guessed: {names}")
        guessed = (word for folder in folders for word in includes.flags(folder))
        return SourceUnit(path, self.cwd, (*given, *guessed), text)

    def _project(self, path: str) -> Path:
        """The folder that headers of a file are looked for in."""
        name = path.rpartition(os.sep)[0]
        if name not in self._projects:
            folder = Path(path).parent
            project = project_of(folder)
            alone = project == folder and folder.is_relative_to(self.cwd)
            self._projects[name] = self.cwd if alone else project
        return self._projects[name]

    @functools.cached_property
    def _database(self) -> database.Database | None:
        if self.flags.compiler is not None:
            return None
        named = database.named(self.cwd / self.build_dir) if self.build_dir else None
        path = named or database.nearest(self.cwd)
        if path is None:
            self.remarks.append("no compile database, include folders are guessed")
            return None
        found = database.load(path, project_of(self.cwd))
        name = shown(path, self.cwd)
        self.remarks.append(f"compile database {name}, {len(found.commands)} C units")
        if found.dropped:
            self.remarks.append(
                f"{name}: left out what does not change what a file means: {_some(found.dropped)}"
            )
        self.refused += [_refused(name, word) for word in found.refused]
        some = f"read with {database.MAXIMUM_FLAGS} of its sets of flags, {name} has more"
        self.refused += [Gap(shown(file, self.cwd), GapKind.BOUND, some) for file in found.cut]
        return found

    @functools.cached_property
    def _commands(self) -> dict[Path, list[database.Command]]:
        """The commands of the compile database by file, links resolved."""
        commands: dict[Path, list[database.Command]] = {}
        for command in self._database.commands if self._database else ():
            commands.setdefault(real(command.path), []).append(command)
        return commands

    @functools.cached_property
    def _before(self) -> tuple[str, ...]:
        return self._cleaned(self.flags.before)

    @functools.cached_property
    def _after(self) -> tuple[str, ...]:
        return self._cleaned(self.flags.after)

    @functools.cached_property
    def _compiler_arguments(self) -> tuple[str, ...]:
        """The flags after `--`.

        Raises:
            LwslintError: a file stands there that was not asked for, as when a hook appends file names.
        """
        words = list(self.flags.compiler or ())
        if words and not words[0].startswith("-") and not words[0].endswith(".c"):
            words = words[1:]  # the compiler
        words = expand(words, self.cwd, project_of(self.cwd))
        for source in clean(words, self.cwd).sources:
            if source.endswith(".c") and str(plain(self.cwd / source)) not in self.files:
                what = "only a compile command may follow --; put files before it, flags in --extra-arg"
                raise LwslintError(f"{source}: {what}")
        return self._cleaned(words)

    def _cleaned(self, words: Sequence[str]) -> tuple[str, ...]:
        cleaned = clean(words, self.cwd)
        self.remarks.extend(f"{word} does not change what a file means, left out" for word in cleaned.dropped)
        self.refused += [_refused("", word) for word in cleaned.refused]
        return cleaned.arguments
