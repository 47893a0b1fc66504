"""What is fuzzed: how inputs are made by number, and what each must keep to."""

from __future__ import annotations

import contextlib
import hashlib
import io
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import msgspec
import pytest

from lwslint import baseline, engine, fixing
from lwslint.cache import _MAGIC, _sum
from lwslint.cli import main
from lwslint.configuration import Configuration
from lwslint.errors import LwslintError
from lwslint.frontend.pool import WorkerPool
from lwslint.model.outcome import Outcome
from lwslint.registry import Selection
from lwslint.report import render
from lwslint.sources import plan
from tests.fuzz import documents, invariants, mutations
from tests.fuzz.inline import InlinePool, inline
from tests.fuzz.invariants import ALL, Failure
from tests.run import rules

FIXTURES: Final = Path(__file__).parents[2] / "fixtures"
FRONT_ENDS: Final = (("clang", False), ("pycparser", False), ("clang", True))
"""Front ends, and whether headers of this machine are to be found."""

Input = Mapping[str, bytes]
"""The files of an input by name; names are relative and may be hostile."""


class Result(NamedTuple):
    """What became of an input: what does not hold, and a digest of all that was told."""

    failures: tuple[Failure, ...]
    digest: str


class Target(ABC):
    """One kind of input. A target owns a scratch folder for as long as it lives."""

    name: str

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch

    def make(self, seed: int, number: int) -> Input:
        """The input of this number."""
        return self.made(Random(f"{self.name} {seed} {number}"))

    @abstractmethod
    def made(self, rng: Random) -> Input:
        """An input, as chance has it."""

    @abstractmethod
    def check(self, given: Input, rng: Random, thorough: bool = False) -> Result:
        """Puts an input to the test; what costs much is done where chance says so, or if `thorough`."""


def digest(scratch: Path, *texts: str) -> str:
    """A name for what was told, wherever that was; Markdown escapes what is in the name of the folder."""
    said = "\0".join(texts).replace("\\", "").replace(str(scratch), "SCRATCH")
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def write(folder: Path, given: Input) -> None:
    """A folder with these files and no others; it stays the one that it was, for whoever works in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()
    for name, data in given.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


# Sources


class SourcesTarget(Target):
    """Fixtures, mutated, through a front end, the analysis, all rules and all reports."""

    name = "sources"

    @cached_property
    def _single(self) -> list[str]:
        return [_text(path) for path in sorted(FIXTURES.glob("LWS*/*.c"))]

    @cached_property
    def _folders(self) -> list[dict[str, str]]:
        return [
            {str(path.relative_to(folder)): _text(path) for path in sorted(folder.rglob("*.[ch]"))}
            for folder in sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())
        ]

    @cached_property
    def _pch(self) -> str:
        folder = self.scratch / "pch"
        folder.mkdir(exist_ok=True)
        return str(folder)

    @cached_property
    def _pools(self) -> dict[bool, WorkerPool]:
        """Workers keep the environment and the folder that they start with."""
        return {headers: WorkerPool(2, 120) for headers in (False, True)}

    def made(self, rng: Random) -> Input:
        """A file, mutated; sometimes a folder of which some files are, or two programs side by side."""
        way = rng.random()
        if way < 0.1:
            texts = dict(rng.choice(self._folders))
            chosen = rng.sample(sorted(texts), rng.randint(1, len(texts)))
        elif way < 0.2:
            texts = {f"program{at}/main.c": rng.choice(self._single) for at in range(rng.choice((2, 2, 3)))}
            chosen = list(texts)
        else:
            name = "input"
            if rng.random() < 0.03:
                name = rng.choice(mutations.MARKERS).replace("/", "\\")
            chosen = [f"{name}.c"]
            texts = {chosen[0]: rng.choice(self._single)}
        for one in chosen:
            texts[one] = mutations.mutated(rng, texts[one], rng.sample(self._single, 3))
        return {name: _data(text) for name, text in texts.items()}

    def check(self, given: Input, rng: Random, thorough: bool = False) -> Result:
        """Reads and checks the input by one front end; `thorough` by all of them, each twice."""
        write(self.scratch / "input", given)
        ways = FRONT_ENDS if thorough else rng.choices(FRONT_ENDS, (45, 45, 10))
        failures: list[Failure] = []
        digests = []
        for front_end, headers in ways:
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(self.scratch / "input")
                patch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "" if headers else "1")
                found, said = self._checked(front_end, headers, rng, thorough)
            label = f"{front_end}{'' if headers or front_end == 'pycparser' else ', no headers'}"
            failures += [Failure(one.invariant, f"{label}: {one.detail}") for one in found]
            digests.append(said)
        return Result(tuple(failures), digest(self.scratch, *digests))

    def _checked(
        self, front_end: str, headers: bool, rng: Random, thorough: bool
    ) -> tuple[list[Failure], str]:
        def often(share: float) -> bool:
            return rng.random() < share or thorough

        # Those of lwslint's own are read sooner than they are precompiled for one unit.
        pool = InlinePool(folder=self._pch if headers else "")
        settings = engine.Settings(Selection.of(rules()), executor=pool, frontend=front_end)
        try:
            planned = plan(["."], cwd=Path.cwd())
            outcome = engine.run(planned, settings)
        except LwslintError as error:
            return [], str(error)
        drawn = invariants.reports(outcome)
        said = invariants.told(outcome)
        failures = [*invariants.crashes(outcome), *invariants.readable(drawn)]
        if outcome.findings and often(0.1):
            failures += invariants.valid_sarif(render("sarif", outcome, ALL))
        if outcome.findings and often(0.04):
            failures += invariants.escaped(render("html", outcome, ALL))
        if often(0.1) and (again := invariants.told(engine.run(planned, settings))) != said:
            failures.append(Failure("again", _difference(said, again)))
        if often(0.1 if len(planned.units) > 1 else 0.003):
            failures += self._two_jobs(outcome, settings, self._pools[headers])
        if any(one.mend for one in outcome.findings) and often(0.1):
            failures += _mended(outcome, settings)
        return failures, said

    def _two_jobs(self, outcome: Outcome, settings: engine.Settings, pool: WorkerPool) -> Iterator[Failure]:
        """The same input by two worker processes, which also analyse however small programs are."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engine, "WORTH_WORKERS", 0)
            pool.seconds = 120
            other = engine.run(plan(["."], cwd=Path.cwd()), msgspec.structs.replace(settings, executor=pool))
        said, again = invariants.told(outcome), invariants.told(other)
        if said != again:
            yield Failure("jobs", _difference(said, again))


def _mended(outcome: Outcome, settings: engine.Settings) -> Iterator[Failure]:
    """Mending in memory, which must come to an end and write nothing."""
    before = _listing(Path.cwd())
    try:
        fixing.fix(plan(["."], cwd=Path.cwd()), lambda planned: engine.run(planned, settings), unsafe=True)
    except LwslintError as error:
        yield Failure("mend", str(error))
    if _listing(Path.cwd()) != before:
        yield Failure("written", "by a mend that is only planned")


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _data(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _difference(one: str, other: str) -> str:
    """The first lines that differ."""
    for left, right in zip([*one.splitlines(), ""], [*other.splitlines(), ""], strict=False):
        if left != right:
            return f"{left[:300]!r} or {right[:300]!r}"
    return "one is longer"


# The command line


PROGRAM: Final = {
    "main.c": b"""\
#include <libwebsockets.h>
#include <string.h>
#include "lost.h"
static struct lws_context_creation_info info;
static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    if (reason == LWS_CALLBACK_CLIENT_CLOSED)
        set_lost(1);
    return 0;
}
static const struct lws_protocols protocols[] = { { "p", callback, 0, 0 }, { NULL, NULL, 0, 0 } };
int main(void)
{
    struct lws_context *context;
    for (;;) {
        char path[16];
        info.port = CONTEXT_PORT_NO_LISTEN;
        info.protocols = protocols;
        info.iface = path;
        context = lws_create_context(&info);
        while (!lost())
            lws_service(context, 0);
        lws_context_destroy(context);
    }
    return 0;
}
""",
    "lost.c": b"""\
#include "lost.h"
static int is_lost;
int lost(void)
{
    return is_lost;
}
void set_lost(int to)
{
    is_lost = to;
}
""",
    "lost.h": b"int lost(void);\nvoid set_lost(int to);\n",
    "flags.rsp": b"-DRSP=1 -I. @loop.rsp 'quoted -o x' -fplugin=./evil.so",
    "loop.rsp": b"@loop.rsp @flags.rsp @loop.rsp",
    "evil.so": b"\x7fELF no code",
    "folder.c/inner.c": b"int inner;\n",
    ".git/HEAD": b"ref: refs/heads/main\n",
}
"""A small program with something to find in it, and what flags may lead to."""

_KINDS = ("concise", "json", "sarif", "text", "github", "gitlab", "markdown")


class Ran(NamedTuple):
    """What a run of the command line came to."""

    status: int
    out: str
    err: str


def run(words: Sequence[str]) -> Ran:
    """The command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True) for _ in "oe")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), inline():
        status = main(words)
    texts = (stream.buffer.getvalue().decode("utf-8", "surrogateescape") for stream in (out, err))
    return Ran(status, *texts)


class CommandTarget(Target):
    """A small program, and one mutated file beside it that changes how it is checked."""

    files: Sequence[str]
    words: Sequence[str] = ()

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        self.project = scratch / "one" / "two" / "project"
        write(self.project, PROGRAM)
        (self.project / "loop.c").symlink_to("loop.c")
        self.cache = scratch / "cache"

    def check(self, given: Input, rng: Random, thorough: bool = False) -> Result:
        """Runs the command line with the input in place."""
        for name, data in given.items():
            (self.project / name).write_bytes(data)
        before = _listing(self.project)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.project)
            patch.setenv("LWSLINT_CACHE_DIR", str(self.cache))
            patch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
            failures, said = self._ran(rng, thorough)
        if (after := _listing(self.project)) != before:
            failures.append(Failure("written", f"{sorted(set(after.items()) ^ set(before.items()))[:4]}"))
            write(self.project, PROGRAM)
            (self.project / "loop.c").symlink_to("loop.c")
        for name in given:
            (self.project / name).unlink(missing_ok=True)
        return Result(tuple(failures), digest(self.scratch, said))

    def _ran(self, rng: Random, thorough: bool) -> tuple[list[Failure], str]:
        kind = rng.choice(_KINDS)
        words = ["check", "-j1", "--no-progress", "--format", kind, *self.words_of(rng)]
        if any(word.startswith("--show") for word in words):
            kind = "text"
        ran = run(words)
        failures = list(self.sound(ran, kind))
        if rng.random() < 0.3 or thorough:
            other = run([*words, "--no-cache"] if rng.random() < 0.3 else words)
            if other != ran:
                failures.append(
                    Failure("again", _difference("\n".join(map(str, ran)), "\n".join(map(str, other))))
                )
        return failures, "\n".join(map(str, ran))

    def words_of(self, rng: Random) -> Sequence[str]:
        """The words of the command line."""
        return self.words

    def sound(self, ran: Ran, kind: str) -> Iterator[Failure]:
        """What of a run is not as it must be."""
        if ran.status not in (0, 1, 2):
            yield Failure("status", str(ran.status))
        for word in ("internal error", "Traceback", *invariants._FAILED, "DangerousFlag", " failed ("):
            if word in ran.err:
                yield Failure("crash", ran.err[:600])
        if ran.status == 2 and not any(word in ran.err for word in ("error:", "incomplete")):
            yield Failure("silent", f"exit status 2, and stderr: {ran.err[:300]!r}")
        if ran.out and ran.status != 2:
            yield from invariants.readable({kind: ran.out})
            if kind == "sarif":
                yield from invariants.valid_sarif(ran.out)
        if shown := invariants._hidden(ran.err):
            yield Failure("hidden", f"stderr: {shown}")


def _listing(folder: Path) -> dict[str, str]:
    """The files of a folder, and what is in them."""
    return {
        str(path.relative_to(folder)): hashlib.md5(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


class ConfigurationTarget(CommandTarget):
    """`lwslint.toml` and its two other names."""

    name = "configuration"
    document: Final[dict[str, Any]] = {
        "sources": ["main.c", "."],
        "build-dir": "build",
        "extra-args": ["-DX=1", "-I", "."],
        "lws-version": "4.3",
        "select": ["LWS1", "stale-creation-info"],
        "ignore": ["LWS110"],
        "levels": {"LWS101": "error", "global-creation-info": "note"},
        "per-path-ignores": {"main.c": ["LWS104"], "sub/**/x?.[ch]": ["LWS1"]},
        "fail-on": "error",
        "strict": False,
        "baseline": "known.json",
        "allocators": ["acme_new", {"function": "acme_new0", "zeroed": True}],
        "deallocators": ["acme_free"],
        "zeroing-functions": ["acme_zero", {"function": "acme_zero2", "argument": 2}],
        "event-loops": ["acme_run"],
        "loss-reasons": ["LWS_CALLBACK_CLIENT_CLOSED", "WSI_DESTROY"],
    }
    keys: Final = [field.encode_name for field in msgspec.structs.fields(Configuration)]

    def made(self, rng: Random) -> Input:
        """Some of the keys, mutated; of those that make a run slow or end it, few."""
        some = {key: self.document[key] for key in rng.sample(sorted(self.document), rng.randint(1, 6))}
        for key in ("build-dir", "baseline"):
            if rng.random() < 0.8:
                some.pop(key, None)
        data = documents.mutated(rng, some, documents.as_toml, self.keys, flags=True)
        data = data.replace(b'"/"', b'"./"')  # nobody wants to wait for all files of a machine
        way = rng.random()
        if way < 0.2:
            return {"pyproject.toml": b"[tool.lwslint]\n" + data}
        if way < 0.3:
            data = documents.mutated(rng, {"tool": {"lwslint": some}}, documents.as_toml, self.keys)
            return {"pyproject.toml": data.replace(b'"/"', b'"./"')}
        return {".lwslint.toml" if way < 0.4 else "lwslint.toml": data}

    def words_of(self, rng: Random) -> Sequence[str]:
        """With PATHs or without, a run or its settings."""
        return rng.choice((["main.c", "lost.c"], ["."], [], ["--show-settings", "."], ["--show-files"]))


class DatabaseTarget(CommandTarget):
    """`compile_commands.json`."""

    name = "database"
    document: Final = [
        {
            "directory": ".",
            "file": "main.c",
            "arguments": ["cc", "-I.", "-DX", "-c", "main.c", "-o", "main.o"],
        },
        {"directory": ".", "file": "lost.c", "command": "cc -DY='a b' @flags.rsp -c lost.c -MF \"x y\""},
        {
            "directory": "folder.c",
            "file": "inner.c",
            "command": "cc -std=c11 -c inner.c",
            "output": "inner.o",
        },
    ]

    def made(self, rng: Random) -> Input:
        """The database, mutated, with many flags that mean harm."""
        keys = ("directory", "file", "command", "arguments", "output")
        return {
            "compile_commands.json": documents.mutated(
                rng, self.document, documents.as_json, keys, flags=True
            )
        }

    def words_of(self, rng: Random) -> Sequence[str]:
        """By PATHs, or all of it."""
        return rng.choice(([], ["-p", "."], ["main.c"], ["--show-files"], ["--strict"]))


class BaselineTarget(CommandTarget):
    """A baseline, read, and written over."""

    name = "baseline"

    @cached_property
    def document(self) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.project)
            patch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
            run(["check", "-j1", "-q", "--no-cache", "--write-baseline", "known.json", "main.c", "lost.c"])
            known: Any = msgspec.json.decode(Path("known.json").read_bytes())
            Path("known.json").unlink()
        assert known["findings"]
        return known

    def made(self, rng: Random) -> Input:
        """The baseline, mutated."""
        keys = ("version", "whole_program", "findings", *baseline.Entry.__struct_fields__)
        return {"known.json": documents.mutated(rng, self.document, documents.as_json, keys)}

    def words_of(self, rng: Random) -> Sequence[str]:
        """What is known and is not reported."""
        return ["--baseline", "known.json", "main.c", "lost.c"]

    def check(self, given: Input, rng: Random, thorough: bool = False) -> Result:
        """Reads it; now and then, writes over it: then it knows all, or is left as it was."""
        result = super().check(given, rng, thorough)
        if rng.random() >= 0.1 and not thorough:
            return result
        path = self.project / "known.json"
        path.write_bytes(given["known.json"])
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.project)
            patch.setenv("LWSLINT_CACHE_DIR", str(self.cache))
            patch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
            words = ["check", "-j1", "--no-progress", "--format", "concise"]
            written = run([*words, "--write-baseline", "known.json", "main.c", "lost.c"])
            failures = [*result.failures, *self.sound(written, "concise")]
            if written.status == 2 and path.read_bytes() != given["known.json"]:
                failures.append(Failure("written", "over a baseline that could not be read"))
            if written.status == 0 and (again := run([*words, *self.words_of(rng)])).status:
                failures.append(Failure("baseline", f"does not know what it was made of: {again.err[:300]}"))
        path.unlink()
        return Result(tuple(failures), result.digest)


class CacheTarget(CommandTarget):
    """Entries of the cache: torn ones count for nothing, odd ones in whole form end no run in a crash."""

    name = "cache"

    @cached_property
    def _pristine(self) -> tuple[Ran, dict[Path, bytes]]:
        ran = run(self._words)
        files = {path: path.read_bytes() for path in sorted(self.cache.rglob("*")) if path.is_file()}
        entries = {path: data for path, data in files.items() if data.startswith(_MAGIC)}
        return ran, dict(sorted(entries.items(), key=self._order))

    _words: Final = ("check", "-j1", "--no-progress", "--format", "json", "main.c", "lost.c")

    def _order(self, entry: tuple[Path, bytes]) -> tuple[str, bytes]:
        """By kind and what it says: its name hangs on the scratch folder, which no two processes share."""
        path, data = entry
        body = data[len(_MAGIC) + 32 :].replace(bytes(self.scratch), b"")
        return path.relative_to(self.cache).parts[0], body

    @contextlib.contextmanager
    def _there(self) -> Iterator[tuple[Ran, dict[Path, bytes]]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.project)
            patch.setenv("LWSLINT_CACHE_DIR", str(self.cache))
            patch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
            yield self._pristine

    def made(self, rng: Random) -> Input:
        """One entry, mutated, by its place in the cache; an empty one is a folder in its place."""
        with self._there() as (_, entries):
            path, data = rng.choice(list(entries.items()))
            way = rng.random()
            if way < 0.4:
                made = documents.odd_bytes(rng, data)
            elif way < 0.5:
                made = rng.choice(list(entries.values()))
            elif way < 0.52:
                made = b""
            elif way < 0.6:
                made = _whole(path, documents.odd_bytes(rng, data[len(_MAGIC) + 32 :]))
            else:
                made = _resummed(path, documents.restructured(rng, _body(data)))
        return {str(path.relative_to(self.cache)): made}

    def check(self, given: Input, rng: Random, thorough: bool = False) -> Result:
        """Puts the entry in its place, and runs: what a torn one comes to is what none comes to."""
        failures: list[Failure] = []
        with self._there() as (expected, entries):
            for name, data in given.items():
                path = self.cache / name
                if not name.startswith("run/"):
                    for run_entry in (self.cache / "run").rglob("*"):
                        if run_entry.is_file():
                            run_entry.unlink()
                if data or not path.exists():
                    path.write_bytes(data)
                else:
                    path.unlink()
                    path.mkdir()
                ran = run(self._words)
                failures += self.sound(ran, "json")
                if ran.status == 2:
                    failures.append(Failure("cache", f"an entry ends the job: {ran.err[:600]}"))
                whole = data[: len(_MAGIC)] == _MAGIC and data[len(_MAGIC) :][:32] == _sum(
                    "".join(path.parts[-2:]), data[len(_MAGIC) + 32 :]
                )
                if ran != expected and not (whole and data != entries[path]):
                    failures.append(
                        Failure("cache", _difference("\n".join(map(str, expected)), "\n".join(map(str, ran))))
                    )
                if path.is_dir():
                    path.rmdir()
            for path, data in entries.items():
                path.write_bytes(data)
        return Result(tuple(failures), digest(self.scratch, "\n".join(map(str, ran))))


def _body(data: bytes) -> Any:
    return msgspec.msgpack.decode(data[len(_MAGIC) + 32 :])


def _resummed(path: Path, body: Any) -> bytes:
    """A body in the form of an entry that is whole."""
    try:
        data = msgspec.msgpack.encode(body)
    except (OverflowError, UnicodeEncodeError):
        data = b"\xc0"
    return _whole(path, data)


def _whole(path: Path, data: bytes) -> bytes:
    return _MAGIC + _sum("".join(path.parts[-2:]), data) + data


TARGETS: Final[Mapping[str, type[Target]]] = {
    one.name: one for one in (SourcesTarget, ConfigurationTarget, DatabaseTarget, BaselineTarget, CacheTarget)
}
