"""What two front ends, or one with two sets of headers, say differently of programs; see README.md."""

from __future__ import annotations

import argparse
import difflib
import multiprocessing
import os
import resource
import signal
import sys
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "rules")]

from lwslint import engine, ir, registry  # noqa: E402
from lwslint.errors import LwslintError  # noqa: E402
from lwslint.frontend.clang.notes import MAX_NOTES  # noqa: E402
from lwslint.model.finding import Finding  # noqa: E402
from lwslint.registry import Selection  # noqa: E402
from lwslint.sources import plan  # noqa: E402
from tests.expectations import fixtures  # noqa: E402

SIDES = {
    "clang": ("clang", True),
    "clang-model": ("clang", False),
    "pycparser": ("pycparser", True),
    "pycparser-model": ("pycparser", False),
}
"""Front end, and whether the headers of this machine may be used."""

_SHOWN = 12  # lines of one finding, and gaps of one side

_Facts = tuple[Any, ...]


class Program(NamedTuple):
    """What is run at once: a folder or file, its name in the output, the release that it is for."""

    path: Path
    name: str
    release: str = ""


class Side(NamedTuple):
    """What one side makes of a program: findings, units, gaps, and seconds of processor time for reading."""

    findings: list[Finding]
    units: dict[str, ir.Unit]
    gaps: list[str]
    reading: float


class Difference(NamedTuple):
    """One thing that the sides say differently.

    `path` is absolute, `what` names a part of that unit ("function main", "record struct s", "unit"), or a
    finding by rule and line ("LWS103:12"); `lines` is what is printed.
    """

    path: str
    what: str
    lines: tuple[str, ...]


class Compared(NamedTuple):
    """Two sides of a program: how much is equal, the differences, and why there is nothing to compare."""

    counts: dict[str, int]
    differences: list[Difference]
    gaps: list[str]
    units: list[str]
    seconds: tuple[float, float]
    failure: str = ""


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A difference that cannot be mended, as `judges.toml` has it: `path` is the end of the file's path."""

    release: str
    sides: tuple[str, str]
    path: str
    what: str
    reason: str

    def is_of(self, release: str, sides: Sequence[str], path: str) -> bool:
        """Whether it speaks of such a run, and of that file."""
        return (self.release, self.sides) == (release, tuple(sides)) and f"/{path}".endswith(f"/{self.path}")


LIST = Path(__file__).with_name("judges.toml")


def listed() -> list[Listed]:
    """The differences that are known to be left."""
    return msgspec.convert(tomllib.loads(LIST.read_text("utf-8")).get("difference", []), list[Listed])


class _Keeping(ThreadPoolExecutor):
    """Reads in this process, and keeps what was read."""

    def __init__(self) -> None:
        super().__init__(1)
        self.read: dict[str, bytes] = {}
        self.seconds = 0.0

    def submit(self, call: Callable[..., Any], /, *words: Any, **more: Any) -> Future[Any]:
        return super().submit(self._kept, call, *words, **more)

    def _kept(self, call: Callable[..., bytes], request: Any, *words: Any, **more: Any) -> bytes:
        start = time.thread_time()
        data = call(request, *words, **more)
        self.seconds += time.thread_time() - start
        name = os.path.relpath(request.path)
        self.read[name if name not in self.read else f"{name} ({len(self.read)})"] = data
        return data


def programs(paths: Sequence[Path], *, split: bool) -> Iterator[Program]:
    """Each path, or each folder below it that holds C files."""
    for path in paths:
        if not split:
            yield Program(path.resolve(), path.name)
            continue
        for folder in sorted({file.parent for file in path.rglob("*.c")}):
            yield Program(folder.resolve(), folder.relative_to(path.parent).as_posix())


def all_fixtures() -> Iterator[Program]:
    """Those of this repository."""
    for one in fixtures():
        yield Program(one.path, one.name, one.directive("lws-version"))


def run(program: Program, side: str, *, ask: bool) -> Side:
    """Reads a program and, if wanted, asks all rules, as `lwslint check .` in its folder does."""
    frontend, headers = SIDES[side]
    os.environ["LWSLINT_NO_SYSTEM_HEADERS"] = "" if headers else "1"
    rules = tuple(rule for rule in registry.load().rules if ask and rule.info.distribution == "lwslint")
    folder = program.path if program.path.is_dir() else program.path.parent
    os.chdir(folder)
    with _Keeping() as executor:
        settings = engine.Settings(
            Selection.of(rules), release=program.release, executor=executor, frontend=frontend
        )
        outcome = engine.run(plan([str(program.path)], cwd=folder), settings)
    gaps = [f"{gap.path}:{gap.line}: {gap.kind.value}: {gap.text}" for gap in outcome.gaps]
    units = {name: ir.decode(data) for name, data in sorted(executor.read.items())}
    return Side(list(outcome.findings), units, gaps, executor.seconds)


def compared(program: Program, sides: Sequence[str], *, units: bool, ask: bool) -> Compared:
    """Both sides of a program."""
    one, other = (run(program, side, ask=ask) for side in sides)
    counts: Counter[str] = Counter(units=len(one.units), findings=len(one.findings))
    differences = list(_findings(one.findings, other.findings, counts))
    if units:
        differences += _units(one.units, other.units, counts)
    gaps = _gaps(one.gaps, other.gaps)
    names = sorted(map(_absolute, one.units.keys() | other.units.keys()))
    return Compared(dict(counts), differences, gaps, names, (one.reading, other.reading))


def _findings(one: Sequence[Finding], other: Sequence[Finding], counts: Counter[str]) -> Iterator[Difference]:
    """The findings that only one side has, each with what the other has nearest to it."""
    mine, theirs = Counter(map(_facts, one)), Counter(map(_facts, other))
    left, right = list((mine - theirs).elements()), list((theirs - mine).elements())
    counts["differing findings"] += len(left)
    for facts in left:
        near = next((each for each in right if each[0] == facts[0] and each[3:5] == facts[3:5]), None)
        if near is None:
            yield _of_finding(facts, f"- {_finding(facts)}")
            continue
        right.remove(near)
        lines = difflib.unified_diff(_told(facts), _told(near), lineterm="", n=0)
        shown = [f"    {line}" for line in lines if not line.startswith(("---", "+++", "@@"))][:_SHOWN]
        yield _of_finding(facts, f"~ {_finding(facts)}", *shown)
    counts["differing findings"] += len(right)
    for facts in right:
        yield _of_finding(facts, f"+ {_finding(facts)}")


def _absolute(path: str) -> str:
    return str(Path(path).resolve())


def _of_finding(facts: _Facts, *lines: str) -> Difference:
    rule, _, _, path, line, *_ = facts
    return Difference(_absolute(path), f"{rule}:{line}", lines)


def _facts(finding: Finding) -> _Facts:
    """A finding without its columns."""
    steps = tuple((step.place.path, step.place.line, step.text) for step in finding.steps)
    place = finding.place
    return finding.rule, finding.object, finding.level.value, place.path, place.line, finding.message, steps


def _finding(facts: _Facts) -> str:
    rule, _, level, path, line, message, _ = facts
    return f"{path}:{line}: {level} {rule} {message}"


def _told(facts: _Facts) -> list[str]:
    _, object_, level, _, _, message, steps = facts
    return [f"{level}, of {object_}", message, *(f"{path}:{line}: {text}" for path, line, text in steps)]


def _units(one: dict[str, ir.Unit], other: dict[str, ir.Unit], counts: Counter[str]) -> Iterator[Difference]:
    """Where units differ, in what both sides read whole."""
    for name in sorted(one.keys() ^ other.keys()):
        counts["differing units"] += 1
        yield Difference(_absolute(name), "unit", (f"! {name}: read by one side only",))
    for name in sorted(one.keys() & other.keys()):
        found = list(_unit(one[name], other[name], counts))
        counts["differing units"] += bool(found)
        for what, line in found:
            yield Difference(_absolute(name), what, (f"! {name}: {line}",))


def _unit(one: ir.Unit, other: ir.Unit, counts: Counter[str]) -> Iterator[tuple[str, str]]:
    """The differences of the functions that both read whole, and of what these name, each with its name."""
    broken = _broken(one) | _broken(other)
    mine, theirs = _parts(one), _parts(other)
    whole = [name for name in mine if name.startswith("function ") and name.split()[1] not in broken]
    named = "\n".join(repr(parts[name]) for parts in (mine, theirs) for name in whole if name in parts)
    for name in sorted(mine.keys() | theirs.keys()):
        kind, word = name.split(" ", 1)
        if kind == "function" and word in broken:
            counts["functions not read whole"] += 1
            continue
        if kind != "function" and broken and word not in named:
            continue
        counts[f"{kind}s"] += 1
        if name not in mine or name not in theirs:
            counts[f"differing {kind}s"] += 1
            yield name, f"{name}: {'first' if name in mine else 'second'} side only"
        elif (what := _first(mine[name], theirs[name], name)) is not None:
            counts[f"differing {kind}s"] += 1
            yield name, what


def _broken(unit: ir.Unit) -> set[str]:
    """The functions that were not read whole, as notes begin with their names; all, where notes were cut."""
    told = [note.text for note in unit.notes if note.kind is ir.NoteKind.BROKEN]
    if len(told) >= MAX_NOTES:
        return {function.name for function in unit.functions}
    return {text.partition("(): ")[0] for text in told if "(): " in text}


def _parts(unit: ir.Unit) -> dict[str, Any]:
    """The parts of a unit by name, files by theirs, without columns."""
    parts: dict[str, msgspec.Struct] = {
        **{f"function {one.name}": one for one in unit.functions},
        **{f"global {one.root}": one for one in unit.globals},
        **{f"record {one.name}": one for one in unit.records},
        **{f"prototype {one.name}": one for one in unit.prototypes},
    }
    return {name: _plain(part, unit.files) for name, part in parts.items()}


def _plain(value: Any, files: Sequence[str]) -> Any:
    """A part of the IR as dictionaries and lists; of a span only file and line."""
    if isinstance(value, ir.Span):
        body = f" (body {_plain(value.body, files)})" if value.body else ""
        return f"{Path(files[value.file]).name}:{value.line}{body}"
    if isinstance(value, msgspec.Struct):
        fields = {field: _plain(getattr(value, field), files) for field in value.__struct_fields__}
        return {"": type(value).__name__, **fields}
    if isinstance(value, tuple):
        return [_plain(one, files) for one in value]
    return value


def _first(one: Any, other: Any, trail: str) -> str | None:
    """Where two parts first differ, and what stands there."""
    if one == other:
        return None
    if isinstance(one, dict) and isinstance(other, dict) and one[""] == other[""]:
        pairs = [(f"{trail}.{field}", one[field], other[field]) for field in one]
    elif isinstance(one, list) and isinstance(other, list) and one and other:
        pairs = [(f"{trail}[{at}]", *both) for at, both in enumerate(zip(one, other, strict=False))]
    else:
        return f"{trail}: {_short(one)} / {_short(other)}"
    found = (_first(mine, theirs, where) for where, mine, theirs in pairs)
    return next((what for what in found if what), f"{trail}: {len(one)} / {len(other)} of them")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 300 else f"{text[:300]}..."


def _gaps(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """What one side says that it did not see."""
    left = [f"(gap, first side: {gap})" for gap in one if gap not in other]
    right = [f"(gap, second side: {gap})" for gap in other if gap not in one]
    return [*left[:_SHOWN], *right[:_SHOWN]]


def judged(program: Program, sides: Sequence[str], limit: int, *, units: bool, ask: bool) -> Compared:
    """Both sides of a program, in a process of its own that ends after some seconds of processor time."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, program, sides, limit, units, ask))
    process.start()
    sender.close()
    found: Compared | str
    try:
        found = receiver.recv()
    except EOFError:
        found = ""
    process.join()
    if not found:
        late = process.exitcode == -signal.SIGXCPU
        found = f"no end in {limit} s of processor time" if late else f"died: {process.exitcode}"
    return Compared({}, [], [], [], (0, 0), found) if isinstance(found, str) else found


def _child(
    sender: Connection, program: Program, sides: Sequence[str], limit: int, units: bool, ask: bool
) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    try:
        found: Compared | str = compared(program, sides, units=units, ask=ask)
    except LwslintError as error:
        found = str(error)
    except Exception:
        found = traceback.format_exc()
    sender.send(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path, nargs="*", help="folders, each a program; else the fixtures")
    parser.add_argument("--split", action="store_true", help="each folder below SOURCES with C is a program")
    parser.add_argument("--sides", nargs=2, choices=SIDES, default=["clang-model", "pycparser-model"])
    parser.add_argument(
        "--lws-version", default="", metavar="X.Y.Z", help="the release, in place of what is found"
    )
    parser.add_argument("--only", default="", help="programs with this in their name")
    parser.add_argument("--no-rules", action="store_true", help="compare what was read, and no findings")
    parser.add_argument("--limit", type=int, default=300, help="seconds of processor time for a program")
    options = parser.parse_args()
    units = len({SIDES[side][1] for side in options.sides}) == 1
    total: Counter[str] = Counter()
    seconds = [0.0, 0.0]
    known = listed()
    for program in programs(options.sources, split=options.split) if options.sources else all_fixtures():
        if options.only not in program.name:
            continue
        program = program._replace(release=options.lws_version or program.release)
        found = judged(program, options.sides, options.limit, units=units, ask=not options.no_rules)
        total += Counter({"programs": 1}) + Counter(found.counts)
        seconds = [mine + more for mine, more in zip(seconds, found.seconds, strict=True)]
        lines, failures = verdict(found, program.release, options.sides, known, asked=not options.no_rules)
        total += failures
        if lines:
            print("\n  ".join([program.name, *lines]), flush=True)
    print("; ".join(f"{name} {count}" for name, count in sorted(total.items())))
    print(
        "; ".join(f"{side} read in {took:.1f} s" for side, took in zip(options.sides, seconds, strict=True))
    )
    return int(any(total[name] for name in FAILURES))


FAILURES = ("failed programs", "unlisted differences", "listed and no longer different")


def verdict(
    found: Compared, release: str, sides: Sequence[str], known: Sequence[Listed], *, asked: bool = True
) -> tuple[list[str], Counter[str]]:
    """What there is to say of a program, and counts; findings that are listed only where `asked`."""
    if found.failure:
        return [found.failure], Counter({"failed programs": 1})
    lines: list[str] = []
    counts: Counter[str] = Counter()
    met: set[Listed] = set()
    for difference in found.differences:
        fits = [
            one for one in known if one.is_of(release, sides, difference.path) and one.what == difference.what
        ]
        met.update(fits)
        counts["listed differences" if fits else "unlisted differences"] += 1
        lines += [f"(listed: {fits[0].reason}) {difference.lines[0]}"] if fits else difference.lines
    for one in known:
        judged_here = any(one.is_of(release, sides, path) for path in found.units)
        is_finding = ":" in one.what
        if judged_here and one not in met and (asked or not is_finding):
            counts["listed and no longer different"] += 1
            lines.append(f"listed and no longer different: {one.path}: {one.what}")
    if counts["unlisted differences"]:
        counts["differing programs"] += 1
        lines += found.gaps
    return lines, counts


if __name__ == "__main__":
    sys.exit(main())
