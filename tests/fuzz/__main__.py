"""A campaign: many inputs, by worker processes that may die or hang; see README.md beside it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.fuzz.targets import TARGETS, Target

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 20.0
"""Of processor time; an input that takes longer is a hang."""

MOST_SECONDS: Final = 60.0
"""Of processor time, as a busy machine's wall tells nothing; a worker that takes longer is ended."""

MEMORY: Final = 1 << 20
"""KiB; an input that takes more is a failure."""

SHARES: Final = {"sources": 40, "configuration": 20, "database": 20, "baseline": 12, "cache": 8}
"""How many of a hundred inputs each target gets."""

TWICE: Final = 25
"""Of so many inputs, one goes to a second process, which must tell the same."""

INPUTS_PER_WORKER: Final = 3000
WORN: Final = 400 << 10
"""KiB that a worker may keep between two inputs; then a new one goes on, so that peaks are inputs' own."""

SAY_EVERY: Final = 5000
"""Inputs after which the table so far is printed."""

Work = tuple[str, int, str]
"""A target, the number of an input, and the digest that is expected of it, if it is known."""


@dataclass
class Tally:
    """What became of the inputs of one target."""

    inputs: int = 0
    crashes: int = 0
    hangs: int = 0
    others: int = 0
    peak: int = 0
    slowest: tuple[float, int] = (0.0, 0)
    seconds: float = 0.0

    def row(self, name: str) -> str:
        """A row of the table."""
        slowest, number = self.slowest
        return (
            f"| {name} | {self.inputs} | {self.crashes} | {self.hangs} | {self.others} |"
            f" {self.peak >> 10} | {slowest:.1f} (number {number}) | {self.seconds:.0f} |"
        )


class Worker:
    """One child process, and what it is at."""

    def __init__(self, seed: int, hash_seed: int) -> None:
        paths = [str(ROOT), str(ROOT / "rules"), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": os.pathsep.join(paths)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker", str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        self.work: Work | None = None
        self.since = 0.0
        self.done = 0

    def begin(self, work: Work) -> None:
        """Hands it an input."""
        assert self.process.stdin is not None
        self.work, self.since = work, _processor_seconds(self.process.pid)
        self.process.stdin.write(f"{work[0]} {work[1]}\n")
        self.process.stdin.flush()

    def seconds(self) -> float:
        """Processor time that it has taken for its input so far."""
        return _processor_seconds(self.process.pid) - self.since

    def stop(self) -> None:
        """Ends it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _processor_seconds(pid: int) -> float:
    """What a process has taken; where that is not told, the wall's time does."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Campaign:
    """The inputs of a run, its workers, and what became of both."""

    seed: int
    save: Path | None
    tallies: dict[str, Tally] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    again: deque[tuple[Worker, Work]] = field(default_factory=deque)
    _makers: dict[str, Target] = field(default_factory=dict)

    def run(self, work: Iterator[Work], jobs: int) -> None:
        """Deals the inputs to so many workers until none is left."""
        selector = selectors.DefaultSelector()
        for number in range(jobs):
            self._start(selector, number, work)
        while selector.get_map():
            for key, _ in selector.select(1.0):
                self._answered(selector, key.data, work)
            for worker in [key.data for key in selector.get_map().values()]:
                if worker.work and worker.seconds() > MOST_SECONDS:
                    worker.process.kill()
                    self._failed(worker.work, "hang", f"ended after {MOST_SECONDS:g} s of processor time")
                    worker.work = None

    def _start(self, selector: selectors.BaseSelector, hash_seed: int, work: Iterator[Work]) -> None:
        worker = Worker(self.seed, hash_seed)
        selector.register(worker.process.stdout, selectors.EVENT_READ, worker)  # type: ignore[arg-type]
        self._deal(selector, worker, work)

    def _deal(self, selector: selectors.BaseSelector, worker: Worker, work: Iterator[Work]) -> None:
        """The next input: one that another worker has had, or a new one."""
        for at, (had, one) in enumerate(self.again):
            if had is not worker:
                del self.again[at]
                worker.begin(one)
                return
        if (new := next(work, None)) is not None:
            worker.begin(new)
            return
        selector.unregister(worker.process.stdout)  # type: ignore[arg-type]
        worker.stop()

    def _answered(self, selector: selectors.BaseSelector, worker: Worker, work: Iterator[Work]) -> None:
        line = worker.process.stdout.readline()  # type: ignore[union-attr]
        answer = json.loads(line) if line else None
        if answer is not None:
            self._take(worker, answer)
        elif worker.work is not None:
            self._failed(worker.work, "died", f"exit status {worker.process.wait()}")
        if answer is None or worker.done >= INPUTS_PER_WORKER or answer["memory"] > WORN:
            selector.unregister(worker.process.stdout)  # type: ignore[arg-type]
            worker.stop()
            self._start(selector, Random(worker.process.pid).randrange(1 << 32), work)
        else:
            self._deal(selector, worker, work)

    def _take(self, worker: Worker, answer: dict[str, Any]) -> None:
        assert worker.work is not None
        (name, number, expected), worker.work = worker.work, None
        worker.done += 1
        if expected:
            if answer["digest"] != expected:
                self._failed((name, number, ""), "process", "another process tells something else")
            return
        tally = self._tally(name)
        tally.inputs += 1
        if sum(one.inputs for one in self.tallies.values()) % SAY_EVERY == 0:
            print("\n".join(table(self)), flush=True)
        tally.seconds += answer["seconds"]
        tally.peak = max(tally.peak, answer["peak"])
        tally.slowest = max(tally.slowest, (answer["seconds"], number))
        for kind, detail in answer["failures"]:
            self._failed((name, number, ""), kind, detail)
        if answer["seconds"] > SECONDS:
            self._failed((name, number, ""), "hang", f"{answer['seconds']:.0f} s of processor time")
        if answer["peak"] > MEMORY:
            self._failed((name, number, ""), "memory", f"{answer['peak'] >> 10} MiB")
        if number % TWICE == 0 and answer["digest"]:
            self.again.append((worker, (name, number, answer["digest"])))

    def _tally(self, name: str) -> Tally:
        return self.tallies.setdefault(name, Tally())

    def _failed(self, work: Work, kind: str, detail: str) -> None:
        """Counts a failure, says it, and saves its input."""
        name, number, _ = work
        tally = self._tally(name)
        tally.crashes += kind in ("crash", "raised", "died")
        tally.hangs += kind == "hang"
        tally.others += kind not in ("crash", "raised", "died", "hang")
        if kind in ("died", "hang"):
            tally.inputs += kind == "died" or detail.startswith("ended")
        self.kinds[kind] += 1
        print(f"{name}:{self.seed}:{number} {kind}: {detail.strip()[-700:]}", flush=True)
        if self.save is not None:
            folder = self.save / f"{name}-{self.seed}-{number}"
            if name not in self._makers:
                self._makers[name] = TARGETS[name](_made(self.save / ".scratch" / name))
            for path, data in self._makers[name].make(self.seed, number).items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
            (folder / f"FAILURE-{kind}.txt").write_text(detail, "utf-8", "backslashreplace")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def planned(first: int, count: int, targets: Sequence[str]) -> Iterator[Work]:
    """The inputs of a campaign, of all targets in turn by their shares."""
    chosen = [name for name in targets for _ in range(SHARES[name])]
    Random(0).shuffle(chosen)
    for number in range(first, first + count):
        yield chosen[number % len(chosen)], number, ""


def table(campaign: Campaign) -> Iterator[str]:
    """What became of the inputs, as Markdown."""
    yield "| target | inputs | crashes | hangs | other failures | peak MiB | slowest, s | processor s |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in sorted(campaign.tallies):
        yield campaign.tallies[name].row(name)
    total = sum(tally.inputs for tally in campaign.tallies.values())
    yield ""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(campaign.kinds.items())) or "none"
    yield f"{total} inputs of seed {campaign.seed}; failures: {kinds}."


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--targets", default=",".join(SHARES), help="by comma")
    parser.add_argument("--save", type=Path, metavar="DIR", help="keep inputs that fail here")
    chosen = parser.parse_args()
    campaign = Campaign(chosen.seed, chosen.save)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it wants the table, too
    with contextlib.suppress(KeyboardInterrupt):
        campaign.run(planned(chosen.first, chosen.inputs, chosen.targets.split(",")), chosen.jobs)
    print("\n".join(table(campaign)))
    return int(bool(campaign.kinds))


if __name__ == "__main__":
    sys.exit(main())
