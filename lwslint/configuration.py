"""The configuration of a project: `lwslint.toml`, `.lwslint.toml`, or `[tool.lwslint]` in `pyproject.toml`.

The nearest one counts, from the working directory up to the top of the git repository. Paths in it are
relative to the folder that it is in. What the command line says goes before it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from lwslint import bounded
from lwslint.errors import LwslintError, nearest
from lwslint.lws.additions import Additions, Allocator, Zeroing
from lwslint.lws.knowledge import Knowledge
from lwslint.model.finding import Finding, Level
from lwslint.model.outcome import Outcome, RuleInfo, Silencer, Suppressed
from lwslint.registry import Selection
from lwslint.sources import project_of, shown
from lwslint.sources.paths import is_file

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAMES = ("lwslint.toml", ".lwslint.toml", "pyproject.toml")
MAXIMUM_BYTES = 1 << 20
MOST_WILDCARDS = 4
"""In one pattern: matching takes time that grows with their number as exponent."""

_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$(.*)`)?", re.DOTALL)
_AT = re.compile(r" - (?:at|in) `(?:key in )?\$\.?(.*)`$", re.DOTALL)
_ENUM = re.compile(r"Invalid enum value '(.*?)'", re.DOTALL)
_NAME = r"^[A-Za-z_]\w*$"

_Rules = Annotated[tuple[str, ...], Meta(description="Codes, beginnings of codes (LWS1) or names of rules.")]
_Function = Annotated[str, Meta(pattern=_NAME)]


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What a project sets; every key may be left out."""

    sources: Annotated[
        tuple[str, ...],
        Meta(
            description="The files and folders of the program: checked without a PATH, else read as context."
        ),
    ] = ()
    build_dir: Annotated[str, Meta(description="Folder that holds compile_commands.json.")] = ""
    extra_args: Annotated[tuple[str, ...], Meta(description="Compiler flags after all others.")] = ()
    lws_version: Annotated[str, Meta(description="Release of libwebsockets to hold the code against.")] = ""
    select: Annotated[_Rules, Meta(description="Only these rules.")] = ()
    ignore: Annotated[_Rules, Meta(description="Not these rules.")] = ()
    levels: Annotated[dict[str, Level], Meta(description="Other levels than a rule's own.")] = {}
    per_path_ignores: Annotated[
        dict[str, _Rules],
        Meta(description="Rules that are not reported in files that a pattern (as in .gitignore) matches."),
    ] = {}
    fail_on: Annotated[Level, Meta(description="Least level for exit status 1.")] = Level.WARNING
    strict: Annotated[
        bool, Meta(description="Exit status 2 if anything could not be read; suppressions need a reason.")
    ] = False
    baseline: Annotated[str, Meta(description="File of findings that are known and not reported.")] = ""
    allocators: Annotated[
        tuple[_Function | Allocator, ...], Meta(description="Functions that return a new heap block.")
    ] = ()
    deallocators: Annotated[
        tuple[_Function, ...], Meta(description="Functions that free the heap block in their first argument.")
    ] = ()
    zeroing_functions: Annotated[
        tuple[_Function | Zeroing, ...],
        Meta(description="Functions that clear what an argument points at, the first if not told otherwise."),
    ] = ()
    event_loops: Annotated[
        tuple[_Function, ...], Meta(description="Functions that run the event loop before they return.")
    ] = ()
    loss_reasons: Annotated[
        tuple[str, ...],
        Meta(description="Further callback reasons that mean here that the connection is gone."),
    ] = ()

    def additions(self) -> Additions:
        """What it says of the project's functions and callback reasons.

        Raises:
            LwslintError: a callback reason is unknown; names the nearest.
        """
        return Additions(
            tuple(Allocator(one) if isinstance(one, str) else one for one in self.allocators),
            self.deallocators,
            tuple(Zeroing(one) if isinstance(one, str) else one for one in self.zeroing_functions),
            self.event_loops,
            tuple(map(_reason, self.loss_reasons)),
        )


class Found(msgspec.Struct, frozen=True):
    """A configuration, the file that it was read from (None if there is none), and the folder it is about."""

    values: Configuration
    file: Path | None
    folder: Path

    def path(self, written: str) -> str:
        """A path of the configuration, absolute.

        Raises:
            LwslintError: no file can be called that.
        """
        if "\0" in written:
            raise LwslintError(f"{written[:80]!r}: no such file or folder")
        return str(self.folder / written)

    def sources(self) -> list[str]:
        """The files and folders of the program, absolute.

        Raises:
            LwslintError: one is outside of the project; whoever writes a configuration has no say over that.
                Or no file can be called that.
        """
        found = [self.path(written) for written in self.values.sources]
        project = project_of(self.folder).resolve()
        for written, path in zip(self.values.sources, found, strict=True):
            if not Path(os.path.realpath(path)).is_relative_to(project):
                what = "outside of the project; name it on the command line"
                raise LwslintError(f"sources: {written[:80]} is {what}")
        return found


def find(cwd: Path) -> Found:
    """The nearest configuration, or an empty one.

    Raises:
        LwslintError: it cannot be read, or says what it may not; names the file and the key.
    """
    top = project_of(cwd)
    for folder in (cwd, *cwd.parents):
        for name in NAMES:
            file = folder / name
            if is_file(file) and (values := _section(file, cwd)) is not None:
                return Found(_converted(values, shown(file, cwd)), file, folder)
        if folder == top:
            break
    return Found(Configuration(), None, cwd)


def load(file: Path, cwd: Path) -> Found:
    """The configuration in this file.

    Raises:
        LwslintError: it cannot be read, or says what it may not; names the file and the key.
    """
    values = _section(file, cwd, wanted=True)
    assert values is not None
    return Found(_converted(values, shown(file, cwd)), file, file.parent)


def _section(file: Path, cwd: Path, *, wanted: bool = False) -> dict[str, Any] | None:
    """The part of a file that is about lwslint; None of a `pyproject.toml` that has none, unless `wanted`."""
    name = shown(file, cwd)
    try:
        data = bounded.read(file, MAXIMUM_BYTES, name=name)
    except OSError as error:
        raise LwslintError(f"{name}: cannot be read ({error.strerror})") from error
    except LwslintError as error:
        raise LwslintError(f"{error}; that is no configuration") from None
    in_tool = file.name == "pyproject.toml"
    if in_tool and not wanted and b"lwslint" not in data:
        return None
    import tomllib  # most runs find no configuration

    try:
        values = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LwslintError(f"{name}: not good TOML ({_one_line(error)})") from error
    if not in_tool:
        return values
    tool = values.get("tool", {})
    section = tool.get("lwslint") if isinstance(tool, dict) else None
    if section is None and wanted:
        raise LwslintError(f"{name}: has no [tool.lwslint]")
    if section is not None and not isinstance(section, dict):
        raise LwslintError(f"{name}: tool.lwslint is no table")
    return section


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _converted(values: dict[str, Any], name: str) -> Configuration:
    try:
        return msgspec.convert(values, Configuration)
    except msgspec.ValidationError as error:
        raise LwslintError(f"{name}: {_explained(str(error))}") from error


def _explained(text: str) -> str:
    """What is wrong with a configuration, in a person's words."""
    if unknown := _UNKNOWN.fullmatch(text[:10_000]):
        key, at = unknown[1][:80], (unknown[2] or "").strip(".")
        kind: type[msgspec.Struct] = Configuration
        if at:
            kind = Allocator if at.startswith("allocators") else Zeroing
        keys = [field.encode_name for field in msgspec.structs.fields(kind)]
        near = nearest(key, keys, cutoff=0.5)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(keys)}"
        return f"unknown key {key}{f' in {at}' if at else ''}; {hint}"
    if wrong := _ENUM.match(text):
        at = _AT.search(text)
        values = ", ".join(level.value for level in Level)
        place = f"{at[1].partition('[')[0]}: " if at else ""
        return f"{place}{wrong[1][:80]} is no level; there are {values}"
    found = _AT.search(text)
    where = f"{found[1]}: " if found and found[1] else ""
    return where + _AT.sub("", text)


def _reason(written: str) -> str:
    name = written if written.startswith("LWS_CALLBACK_") else f"LWS_CALLBACK_{written}"
    knowledge = Knowledge.load()
    if knowledge.reason(name) is None:
        near = nearest(name, (one.name for one in knowledge.reasons()))
        hint = f"; did you mean {near}?" if near else ""
        raise LwslintError(f"loss-reasons: {written[:80]} is no callback reason of libwebsockets{hint}")
    return name


class Policy:
    """What a configuration makes of findings: their levels, and those that it silences by path."""

    def __init__(self, found: Found, rules: Selection, cwd: Path) -> None:
        """`rules` are imported only if the configuration names any.

        Raises:
            LwslintError: it names a rule that there is not.
        """
        self._folder = found.folder
        self._cwd = cwd
        self._levels = {
            registered.info.code: level
            for word, level in found.values.levels.items()
            for registered in rules.registry.select([word])
        }
        self._ignores = [
            (pattern, _spec(pattern), {one.info.code for one in rules.registry.select(words)})
            for pattern, words in found.values.per_path_ignores.items()
            if words
        ]

    def apply(self, outcome: Outcome) -> Outcome:
        """The outcome under this configuration."""
        if not self._levels and not self._ignores:
            return outcome
        kept: list[Finding] = []
        silenced: list[Suppressed] = []
        for finding in map(self._leveled, outcome.findings):
            pattern = self._pattern(finding)
            if pattern is None:
                kept.append(finding)
            else:
                reason = f"per-path-ignores of {pattern}"
                silenced.append(Suppressed(finding, reason, Silencer.CONFIGURATION))
        return msgspec.structs.replace(
            outcome,
            findings=tuple(kept),
            suppressed=(*outcome.suppressed, *silenced),
            rules=tuple(map(self._rule, outcome.rules)),
        )

    def _leveled(self, finding: Finding) -> Finding:
        level = self._levels.get(finding.rule)
        return finding if level is None else msgspec.structs.replace(finding, level=level)

    def _rule(self, rule: RuleInfo) -> RuleInfo:
        level = self._levels.get(rule.code)
        return rule if level is None else msgspec.structs.replace(rule, level=level)

    def _pattern(self, finding: Finding) -> str | None:
        """The pattern by which a finding is not reported; None if there is none."""
        concerned = [one for one in self._ignores if finding.rule in one[2]]
        path = shown(self._cwd / finding.place.path, self._folder) if concerned else ""
        return next((pattern for pattern, spec, _ in concerned if spec.match_file(path)), None)


def _spec(pattern: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # most runs want none

    if len(re.findall(r"\*+", pattern)) > MOST_WILDCARDS:
        what = f"has more than {MOST_WILDCARDS} wildcards; write several patterns"
        raise LwslintError(f"per-path-ignores: {pattern[:80]!r} {what}")
    try:
        return GitIgnoreSpec.from_lines([pattern])
    except ValueError as error:
        raise LwslintError(
            f"per-path-ignores: {pattern[:80]!r} is no pattern ({_one_line(error)})"
        ) from error


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a `lwslint.toml`, for editors."""
    import inspect

    (made,), parts = msgspec.json.schema_components([Configuration], ref_template="#/$defs/{name}")
    root = parts.pop("Configuration")
    assert made
    for part in (root, *parts.values()):  # msgspec before 0.23 leaves docstrings indented
        if "description" in part:
            part["description"] = inspect.cleandoc(part["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://raw.githubusercontent.com/lwslint/lwslint/main/lwslint/configuration.schema.json",
        **root,
        "title": "Configuration of lwslint",
        "$defs": parts,
    }


def as_toml(values: Configuration) -> Iterable[str]:
    """A configuration line by line, every key with its value."""
    plain: dict[str, Any] = msgspec.to_builtins(values)
    for key, value in plain.items():
        if not isinstance(value, dict):
            yield f"{key} = {_toml(value)}"
    for key, value in plain.items():
        if isinstance(value, dict):
            yield ""
            yield f"[{key}]"
            yield from (f"{_quoted(inner)} = {_toml(one)}" for inner, one in value.items())


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{key} = {_toml(one)}" for key, one in value.items() if one is not None)
        return f"{{ {pairs} }}"
    return str(value)


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2))
