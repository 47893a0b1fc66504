"""Which thread runs a call of the library, and whether the service loop runs in another one then."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis.link import ENTRY_POINTS
from lwslint.analysis.program import Function, LocationClass, Site
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.threads import Key, Threads
from lwslint.analysis.timeline import Start, Timeline, Visit
from lwslint.analysis.witness import shortened
from lwslint.lws.effects import Role
from lwslint.model.finding import Step, StepKind
from lwslint.model.outcome import Gap, GapKind
from lwslint.model.place import Place

_IN_THE_LOOP = (Role.SUL, Role.TIMER, Role.CALLBACK)


class OffThreadCall(NamedTuple):
    """A call of the library in one thread while another runs the service loop.

    `runner` is the function that the calling thread runs, `server` the one that the loop's thread runs;
    `started` says that the caller is a thread of its own, and not the one that started the loop's.
    """

    place: Place
    function: str
    callee: str
    destroys: bool
    writes: bool
    runner: str
    server: str
    started: bool
    steps: tuple[Step, ...]


class SharedInfo(NamedTuple):
    """Info with static storage that one thread writes while another one may read or write it.

    `writer` is the function that the writing thread runs, `other` that of the other; `reads` says that the
    other one hands it to the library.
    """

    place: Place
    function: str
    name: str
    writer: str
    other: str
    reads: bool
    steps: tuple[Step, ...]


class _Overlap(NamedTuple):
    """Why a thread runs while a loop does: the call that starts the one that starts last, and the loop."""

    start: Site
    loop: Site
    server: Function


class _Threads:
    """The walks through all threads of a program, and who runs at the same time as whom."""

    def __init__(self, program: Explored) -> None:
        self.program = program
        self.known: Threads = program.threads
        self.linked = program.linked
        self.mains: list[Timeline] = []
        self.threads: dict[int, Timeline] = {}
        self.handlers: list[Timeline] = []
        self._walk()
        self.servers = {
            line.entry.index: line
            for line in (*self.mains, *self.threads.values())
            if any(self._loop_visits(line))
        }
        self.overlaps: dict[int, _Overlap] = {}
        self._find_overlaps()

    def _walk(self) -> None:
        for function in self.linked.functions:
            if function.index in self.known.starts:
                self.threads[function.index] = Timeline(self.known, function, from_the_start=False)
            roles = [role for _, role in self.known.deferred.get(function.index, ())]
            if function in self.program.roles.callbacks or any(role in _IN_THE_LOOP for role in roles):
                self.handlers.append(Timeline(self.known, function, from_the_start=False))
            elif not (self.program.index.callers.get(function.index) or function.index in self.known.apart):
                main = function.name in ENTRY_POINTS and function.unit == self.linked.entry
                self.mains.append(Timeline(self.known, function, from_the_start=main))

    def _loop_visits(self, line: Timeline) -> Iterator[tuple[Site, list[Visit]]]:
        for key in sorted(self.known.loops & line.visits.keys()):
            site = self.site(key)
            if self.known.serves(site):
                yield site, line.visits[key]

    def site(self, key: Key) -> Site:
        """The statement with that key."""
        return self.linked.site(self.linked.functions[key[0]], key[1], key[2])

    def serves(self, line: Timeline) -> bool:
        """Whether a thread runs a service loop, or may: it makes a context of its own, or hands one out."""
        return line.entry.index in self.servers or line.creates or line.hands_out or line.bounded

    # Who runs while whom

    def _find_overlaps(self) -> None:
        """For each thread that does not serve, a loop in another one that runs while it does."""
        for line in (*self.mains, *self.threads.values()):
            if not line.bounded:
                self._beside_loop(line)
                self._beside_each_other(line)
        for line in self.handlers:
            if not line.bounded:
                self._left_running(line)
        pending = [line for line in self.threads.values() if line.entry.index in self.overlaps]
        while pending:
            pending += self._inherit(pending.pop())

    def _note(self, start: Start, loop: Site | None, server: Function | None) -> bool:
        thread = self.threads.get(start.entry)
        if loop is None or server is None or thread is None or self.serves(thread):
            return False
        if start.entry in self.overlaps or start.entry == server.index:
            return False
        self.overlaps[start.entry] = _Overlap(self.site(start.site), loop, server)
        return True

    def _beside_loop(self, line: Timeline) -> None:
        for site, visits in self._loop_visits(line):
            for start in sorted(_running(visits)):
                self._note(start, site, line.entry)

    def _beside_each_other(self, line: Timeline) -> None:
        for key in sorted(line.visits):
            for function in self.known.entries_at(self.site(key)):
                for start in sorted(_running(line.visits[key])):
                    began = Start(key, function.index)
                    self._note(start, *self._loop_of(began.entry))
                    self._note(began, *self._loop_of(start.entry))

    def _loop_of(self, entry: int) -> tuple[Site | None, Function | None]:
        line = self.servers.get(entry)
        if line is None:
            return None, None
        return next(self._loop_visits(line))[0], line.entry

    def _left_running(self, line: Timeline) -> None:
        """What a handler starts and leaves running runs beside the loop that called the handler."""
        for start in sorted(self._left(line)):
            for server in sorted(self.servers):
                if server != start.entry:
                    self._note(start, *self._loop_of(server))
                    break

    @staticmethod
    def _left(line: Timeline) -> set[Start]:
        running = {start for state in line.exits for start in state.running}
        return running - {start for state in line.exits for start in state.ended}

    def _inherit(self, line: Timeline) -> list[Timeline]:
        """What a thread beside the loop starts runs beside the loop as well: the threads that are new so."""
        overlap = self.overlaps[line.entry.index]
        left = sorted(self._left(line)) if not line.bounded else []
        return [
            self.threads[start.entry] for start in left if self._note(start, overlap.loop, overlap.server)
        ]

    # Calls

    def calls(self) -> Iterator[OffThreadCall]:
        """Every call of the library beside the loop, once."""
        told: set[Key] = set()
        for line in (*self.threads.values(), *self.mains):
            if line.bounded or line.entry.index in self.servers or line.hands_out:
                continue
            for key in sorted(self.known.calls & line.visits.keys()):
                if key not in told:
                    found = self._judge(line, self.site(key), line.visits[key])
                    if found is not None:
                        told.add(key)
                        yield found

    def _judge(self, line: Timeline, site: Site, visits: list[Visit]) -> OffThreadCall | None:
        overlap = self.overlaps.get(line.entry.index)
        if overlap is not None:
            held = self._held_at_loop(overlap)
            visit = next((v for v in visits if not v.state.guarded and not (v.state.held & held)), None)
            return self._found(line, site, visit, overlap, started=True) if visit is not None else None
        for visit in visits:
            if visit.state.guarded or visit.state.fresh:
                continue
            for start in sorted(visit.state.running & _running(visits)):
                loop, server = self._loop_of(start.entry)
                if loop is not None and server is not None and server != line.entry:
                    found = _Overlap(self.site(start.site), loop, server)
                    if not visit.state.held & self._held_at_loop(found):
                        return self._found(line, site, visit, found, started=False)
        return None

    def _held_at_loop(self, overlap: _Overlap) -> frozenset[LocationClass]:
        """The mutexes that the loop's thread holds whenever it serves."""
        visits = [v for _, found in self._loop_visits(self.servers[overlap.server.index]) for v in found]
        return frozenset.intersection(*(visit.state.held for visit in visits))

    def _found(
        self, line: Timeline, site: Site, visit: Visit, overlap: _Overlap, *, started: bool
    ) -> OffThreadCall:
        effects = self.known.effects(site)
        assert effects is not None
        callee = self.program.callee_name(site)
        thread = line.entry if started else overlap.server
        steps = [
            self._step(overlap.start, f"the thread of `{thread.name}()` starts here", StepKind.CALL),
            self._step(overlap.loop, f"`{overlap.server.name}()` runs the service loop", StepKind.USE),
            *(
                self._step(call, f"calls `{_callee(self.program, call)}()`", StepKind.CALL)
                for call in visit.chain
            ),
            self._step(site, f"`{callee}()` runs in {'that' if started else 'another'} thread", StepKind.USE),
        ]
        return OffThreadCall(
            self.program.site_place(site),
            site.function.name,
            callee,
            effects.destroys is not None,
            callee.endswith("_write"),
            line.entry.name,
            overlap.server.name,
            started,
            shortened(steps),
        )

    # Info that threads share

    def shared(self) -> Iterator[SharedInfo]:
        """Each object that two threads use at the same time, one of them to write, with no common mutex."""
        told: set[str] = set()
        for line in (*self.mains, *self.threads.values()):
            if line.bounded:
                continue
            for key in sorted(self.known.accesses.keys() & line.visits.keys()):
                name, writes = self.known.accesses[key]
                ways = line.visits[key]
                for start in sorted(_running(ways)):
                    if name not in told and (found := self._clash(line, key, start, writes)) is not None:
                        told.add(name)
                        yield found
            for found in self._between(line):
                if found.name not in told:
                    told.add(found.name)
                    yield found

    def _between(self, line: Timeline) -> Iterator[SharedInfo]:
        """What two threads share that one thread starts, the second while the first one runs."""
        for key in sorted(line.visits):
            for function in self.known.entries_at(self.site(key)):
                later = self.threads[function.index]
                for start in sorted(_running(line.visits[key])):
                    for access in sorted(self.known.accesses.keys() & later.visits.keys()):
                        writes = self.known.accesses[access][1]
                        found = self._clash(later, access, start, writes) if not later.bounded else None
                        if found is not None:
                            yield found

    def _clash(self, line: Timeline, key: Key, start: Start, writes: bool) -> SharedInfo | None:
        thread = self.threads.get(start.entry)
        if thread is None or thread is line or thread.bounded:
            return None
        name = self.known.accesses[key][0]
        visit = next((v for v in line.visits[key] if not v.state.guarded), None)
        if visit is None:
            return None
        found = self.known.accesses.keys() & thread.visits.keys()
        for other in sorted(found, key=lambda one: (self.known.accesses[one][1], one)):
            there, also = self.known.accesses[other]
            if there != name or not (writes or also):
                continue
            free = [v for v in thread.visits[other] if not v.state.held & visit.state.held]
            if free:
                ours, theirs = (line, key, visit), (thread, other, free[0])
                return self._shared(name, start, *((ours, theirs) if writes else (theirs, ours)))
        return None

    def _shared(
        self,
        name: str,
        start: Start,
        writing: tuple[Timeline, Key, Visit],
        using: tuple[Timeline, Key, Visit],
    ) -> SharedInfo:
        write, use = self.site(writing[1]), self.site(using[1])
        reads = not self.known.accesses[using[1]][1]
        spelled = self.linked.variables[name].name
        calls = [
            self._step(call, f"calls `{_callee(self.program, call)}()`", StepKind.CALL)
            for call in (*using[2].chain,)
        ]
        thread = self.threads[start.entry].entry.name
        steps = [
            self._step(self.site(start.site), f"the thread of `{thread}()` starts here", StepKind.CALL),
            *calls,
            self._step(
                use,
                f"`{using[0].entry.name}()` {'reads' if reads else 'writes'} `{spelled}` in its thread",
                StepKind.USE if reads else StepKind.FILL,
            ),
            *(
                self._step(call, f"calls `{_callee(self.program, call)}()`", StepKind.CALL)
                for call in writing[2].chain
            ),
            self._step(write, f"`{writing[0].entry.name}()` writes `{spelled}` in another", StepKind.FILL),
        ]
        return SharedInfo(
            self.program.site_place(write),
            write.function.name,
            spelled,
            writing[0].entry.name,
            using[0].entry.name,
            reads,
            shortened(steps),
        )

    def _step(self, site: Site, text: str, kind: StepKind) -> Step:
        return Step(self.program.site_place(site), text, kind, site.function.name)


def off_thread_calls(program: Explored) -> tuple[OffThreadCall, ...]:
    """Every call of the library that runs while the service loop runs in another thread, in source order."""
    if not program.threads.starts:
        return ()
    return tuple(sorted(_walked(program).calls(), key=lambda call: call.place))


def shared_infos(program: Explored) -> tuple[SharedInfo, ...]:
    """Info with static storage that two threads use at the same time, one of them to write."""
    if not program.threads.starts:
        return ()
    return tuple(sorted(_walked(program).shared(), key=lambda info: info.place))


def cut(program: Explored) -> tuple[Gap, ...]:
    """The threads whose walk a bound cut: nothing is said of them."""
    if not program.threads.starts:
        return ()
    walked = _walked(program)
    lines = (*walked.mains, *walked.threads.values(), *walked.handlers)
    return tuple(_gap(program, line.entry) for line in lines if line.bounded)


def _gap(program: Explored, function: Function) -> Gap:
    place = program.linked.place(function.unit, function.ir.span)
    text = f"the ways through the thread of {function.name}() were not all followed (analysis bound)"
    return Gap(place.path, GapKind.BOUND, text, place.line)


@functools.lru_cache(maxsize=1)
def _walked(program: Explored) -> _Threads:
    return _Threads(program)


def _running(visits: Iterable[Visit]) -> set[Start]:
    """The threads that run at a statement on some way to it, and that have been joined on none."""
    visits = list(visits)
    running = {start for visit in visits for start in visit.state.running if not visit.state.guarded}
    return running - {start for visit in visits for start in visit.state.ended}


def _callee(program: Explored, site: Site) -> str:
    """The function that a call enters, as far as that is told."""
    call = site.statement
    assert isinstance(call, ir.Call)
    if isinstance(call.callee, ir.FunctionRef):
        return call.callee.name
    callees = program.index.callees.get(site.key, ())
    return callees[0].name if callees else "?"
