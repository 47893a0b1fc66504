"""How long lwslint takes, as ratios to the compiler's own syntax check; see README.md beside it."""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FILES = (HERE / "files-80.txt").read_text("utf-8").split()
LARGE_TREE, USERS = 10_000, 20


class Took(NamedTuple):
    """Seconds on the wall and of the processor (children and theirs), and the peak memory in KiB."""

    wall: float
    cpu: float
    memory: int


class Case(NamedTuple):
    """A case of the table: what is run, to what it is compared, and the ratios that are aimed at."""

    name: str
    over: str
    goal: float
    fair: float


CASES = (
    Case("cold, no cache, -j1", "clang", 0.25, 0.5),
    Case("cold, no cache, -j2", "clang", 0.15, 0.3),
    Case("nothing changed", "clang", 0.02, 0.05),
    Case("one file of the 80 changed", "clang", 0.04, 0.08),
    Case("one file alone, prefix cached", "clang, one file", 1.2, 2),
    Case("10,000 files, 20 with the library", "grep -rlE lws_", 2, 5),
)


def peers(rules: Path | None) -> dict[str, list[list[str]]]:
    """The commands of other analyzers; `{}` in a word is each file in turn, a command without it gets all.

    `rules` is a folder with what experts wrote for libwebsockets: `cppcheck-lws.cfg`, `semgrep.yml` and
    `*.cocci`; without it the analyzers run as they come, and those that have nothing of their own do not.
    """
    found = {
        "clang --analyze": [["clang-19", "--analyze", "-w", "-Xclang", "-analyzer-output=text", "{}"]],
        "gcc -fanalyzer": [["gcc", "-fanalyzer", "-w", "-c", "-o", os.devnull, "{}"]],
        "clang-tidy, analyzer checks": [
            ["clang-tidy-19", "--quiet", "--checks=-*,clang-analyzer-*", "{}", "--", "-w"]
        ],
        "cppcheck": [["cppcheck", "--quiet", "-I/usr/include", "{}"]],
    }
    if rules is not None:
        found["cppcheck"][0][1:1] = [f"--library={rules / 'cppcheck-lws.cfg'}"]
        found["semgrep"] = [["semgrep", f"--config={rules / 'semgrep.yml'}", "--metrics=off", "--quiet"]]
        scripts = [str(path) for path in sorted(rules.glob("*.cocci"))]
        found["coccinelle"] = [["spatch", "--very-quiet", "--sp-file", path, "{}"] for path in scripts]
    return {
        name: commands for name, commands in found.items() if all(shutil.which(one[0]) for one in commands)
    }


class Bench:
    """The trees, the commands, and what they took."""

    def __init__(self, sources: Path, scratch: Path, compiler: str) -> None:
        self.tree = scratch / "tree"
        for name in FILES:
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(sources, self.tree, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
        by_size = sorted(FILES, key=lambda name: (self.tree / name).stat().st_size)
        self.changed = by_size[len(by_size) // 2]
        self.large = scratch / "large"
        self.report = scratch / "report.sarif"
        self.compiler = compiler
        self.took: dict[str, list[Took]] = defaultdict(list)
        self.environment = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        } | {
            "LWSLINT_CACHE_DIR": str(scratch / "cache"),
            "PYTHONPYCACHEPREFIX": str(scratch / "bytecode"),  # an installed tool has its bytecode
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "rules")]),
        }
        self._number = 0

    def lwslint(self, name: str, *words: str, folder: Path | None = None) -> None:
        command = [
            sys.executable,
            "-m",
            "lwslint",
            "check",
            "-q",
            "--format",
            "sarif",
            "-o",
            str(self.report),
        ]
        self._timed(name, [[*command, *words]], folder or self.tree)

    def compile(self, name: str, files: Sequence[str]) -> None:
        command = [self.compiler, "-fsyntax-only", "-w"]
        self._timed(name, [[*command, file] for file in files], self.tree)

    def peer(self, name: str, commands: Sequence[Sequence[str]]) -> None:
        """Times another analyzer, one process a file unless it takes them all."""
        whole = [[*words, *FILES] for words in commands if "{}" not in words]
        single = [
            [file if word == "{}" else word for word in words]
            for file in FILES
            for words in commands
            if "{}" in words
        ]
        self._timed(name, [*whole, *single], self.tree)

    def memory(self, file: str) -> tuple[int, int]:
        """KiB that clang takes at most for a file, and that lwslint's processes do."""
        tool = [sys.executable, "-m", "lwslint", "check", "-q", "--no-cache", "-j1", "-o", os.devnull, file]
        return self._peak([self.compiler, "-fsyntax-only", "-w", file]), self._peak(tool)

    def _peak(self, command: Sequence[str]) -> int:
        """The peak of a process and of those that it has waited for, the largest one."""
        process = subprocess.Popen(
            command, cwd=self.tree, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        return usage.ru_maxrss

    def grep(self) -> None:
        self._timed("grep -rlE lws_", [["grep", "-rlE", "lws_", str(self.large)]], self.tree)

    def change(self) -> None:
        """Change one file: a comment at its end, another one each time."""
        self._number += 1
        with (self.tree / self.changed).open("a") as file:
            file.write(f"/* {self._number} */\n")

    def _timed(self, name: str, commands: Sequence[Sequence[str]], folder: Path) -> None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        for command in commands:
            done = subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, check=False)
            if command[0] == sys.executable and done.returncode not in (0, 1):
                raise SystemExit(f"{' '.join(command[:4])}: {done.stderr.decode()[-500:]}")
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.took[name].append(Took(wall, cpu, after.ru_maxrss))

    def round(self) -> None:
        """Each case once."""
        self.compile("clang", FILES)
        self.lwslint("cold, no cache, -j1", "--no-cache", "-j1", *FILES)
        self.lwslint("cold, no cache, -j2", "--no-cache", "-j2", *FILES)
        self.change()
        self.lwslint("one file of the 80 changed", *FILES)
        self.lwslint("nothing changed", *FILES)
        self.change()
        self.compile("clang, one file", [self.changed])
        self.lwslint("one file alone, prefix cached", self.changed)
        self.grep()
        self.lwslint("10,000 files, 20 with the library", "--no-cache", ".", folder=self.large)

    def warm(self) -> None:
        """Runs whose times do not count: bytecode, disk cache, and lwslint's cache."""
        self.lwslint("", *FILES)
        self.lwslint("", self.changed)
        self.took.clear()


def write_large_tree(folder: Path) -> None:
    """Ten thousand files of C, of which twenty use the library: ten programs of two files each."""
    body = "\n".join(
        f"static int step_{number}(int value)\n{{\n    for (int i = 0; i < value; i++)\n"
        f'        if (i % {number + 2} == 0)\n            value -= i; /* step "{number}" */\n'
        "    return value;\n}\n"
        for number in range(10)
    )
    for number in range(LARGE_TREE - USERS):
        path = folder / f"part{number % 100:02}" / f"file{number}.c"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"#include <stdio.h>\n\n{body}\nint run_{number}(int to)\n{{\n    return step_3(to);\n}}\n"
        )
    for number in range(USERS // 2):
        own = folder / f"client{number}"
        own.mkdir(exist_ok=True)
        (own / "loop.c").write_text(
            "#include <libwebsockets.h>\n"
            f"int serve_{number}(struct lws_context *context)\n{{\n    return lws_service(context, 0);\n}}\n"
        )
        (own / "main.c").write_text(
            "#include <libwebsockets.h>\n#include <string.h>\n"
            f"int serve_{number}(struct lws_context *context);\n"
            "int main(void)\n{\n    struct lws_context_creation_info info;\n"
            "    struct lws_context *context;\n"
            "    memset(&info, 0, sizeof info);\n    context = lws_create_context(&info);\n"
            f"    if (!context)\n        return 1;\n    while (serve_{number}(context) >= 0)\n        ;\n"
            "    lws_context_destroy(context);\n    return 0;\n}\n"
        )


def median(took: Sequence[Took], of: Callable[[Took], float]) -> float:
    return statistics.median(map(of, took))


def table(bench: Bench, others: Collection[str]) -> Iterator[str]:
    """The cases as Markdown, and what `others`, the names of other analyzers, took."""
    yield "| case | seconds | compared to | seconds | ratio | of processor time | goal | fair |"
    yield "|---|---|---|---|---|---|---|---|"
    for case in CASES:
        own, other = bench.took[case.name], bench.took[case.over]
        ratios = [a.wall / b.wall for a, b in zip(own, other, strict=True)]
        cpu = [a.cpu / b.cpu for a, b in zip(own, other, strict=True)]
        yield (
            f"| {case.name} | {median(own, lambda one: one.wall):.2f} | {case.over} |"
            f" {median(other, lambda one: one.wall):.2f} | {statistics.median(ratios):.3f} |"
            f" {statistics.median(cpu):.3f} | {case.goal} | {case.fair} |"
        )
    for name, took in bench.took.items():
        if name in others:
            cold = bench.took[CASES[0].name]
            yield (
                f"| {CASES[0].name} | {median(cold, lambda one: one.wall):.2f} | {name} |"
                f" {median(took, lambda one: one.wall):.2f} |"
                f" {median(cold, lambda one: one.wall) / median(took, lambda one: one.wall):.3f} |"
                f" {median(cold, lambda one: one.cpu) / median(took, lambda one: one.cpu):.3f} | 1 | |"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help="a checkout of libwebsockets v4.1.6")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--peers",
        type=Path,
        nargs="?",
        const=Path(),
        metavar="RULES",
        help="also other analyzers, as far as installed, with the rules for libwebsockets in this folder",
    )
    options = parser.parse_args()
    if missing := [name for name in FILES if not (options.sources / name).is_file()]:
        parser.error(f"{options.sources} lacks {missing[0]}: is it libwebsockets v4.1.6?")
    rules = None if options.peers in (None, Path()) else options.peers.resolve()
    others = {} if options.peers is None else peers(rules)
    compiler = next((name for name in ("clang-19", "clang") if shutil.which(name)), None)
    if compiler is None:
        parser.error("clang is not installed")
    with tempfile.TemporaryDirectory(prefix="lwslint-speed-") as scratch:
        bench = Bench(options.sources, Path(scratch), compiler)
        write_large_tree(bench.large)
        bench.warm()
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
            bench.round()
            for name, commands in others.items():
                bench.peer(name, commands)
        print("\n".join(table(bench, others)))
        for file in (bench.changed, max(FILES, key=lambda name: (bench.tree / name).stat().st_size)):
            clang, own = bench.memory(file)
            ratio = f"lwslint {own >> 10} MiB, clang {clang >> 10} MiB: {own / clang:.2f}"
            print(f"\nPeak memory for {file}: {ratio}")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
