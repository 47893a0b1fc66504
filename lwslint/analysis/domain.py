"""The abstract domain: values, what is known of each field, and the state at a point.

A state is *property state* (which objects are zeroed or garbage, which contexts live) together with
small exact knowledge of the scalars that branches test. States are kept apart as long as they
differ in these, and merged otherwise, as in ESP (Das, Lerner, Seigle: "ESP: Path-Sensitive Program
Verification in Polynomial Time", PLDI 2002). Facts about fields are no part of a state's identity:
they are joined when states meet.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable
from typing import NamedTuple, TypeAlias

from lwslint import ir
from lwslint.analysis import bounds
from lwslint.analysis.program import LocationClass, Site


class Base(enum.Enum):
    """What the bytes of an object hold that nothing else is known of."""

    ZERO = "zero"
    GARBAGE = "garbage"
    UNKNOWN = "unknown"
    HISTORY = "history"  # whatever an earlier call of somebody out of sight has left

    __hash__ = object.__hash__


class Mark(enum.IntEnum):
    """Under which kind of callback something was written or decided."""

    NONE = 0
    SUCCESS = 1
    LOSS = 2


class Sort(enum.Enum):
    """Values of which only this much is known."""

    UNKNOWN = "unknown"
    NONZERO = "nonzero"
    GARBAGE = "garbage"
    DEAD = "dead"  # a pointer to memory that is gone
    HISTORY = "history"  # what an earlier call of somebody out of sight has left, or made from that
    WIDENED = "widened"  # one of several values that were not kept apart any more, or made from that

    __hash__ = object.__hash__


ANY_OTHER = -(2**40)
"""Stands for every number but 0 that a program does not tell apart from others in some cell."""


class Range(NamedTuple):
    """An integer between two bounds, None where there is none."""

    low: int | None
    high: int | None


NONNEGATIVE = Range(0, None)
NEGATIVE = Range(None, -1)


class Cell(NamedTuple):
    """A memory cell: an object and the path of members and indexes in it (`*` for an unknown index)."""

    object: str
    path: tuple[str | int, ...] = ()


STAND_IN = "type:"
"""What the name of an object begins with that stands for all objects of a type."""


class Pointer(NamedTuple):
    """The address of a cell."""

    cell: Cell


class Callable_(NamedTuple):
    """The address of a function of the program."""

    function: int


class String(NamedTuple):
    """A string literal."""

    text: str


class Context(NamedTuple):
    """A context: the create that made it; age 0 is the latest made there, 1 stands for all before."""

    site: tuple[int, int, int]
    age: int


class NoContext(NamedTuple):
    """The NULL that a create returned when it failed; `checked` is the function that has found that out."""

    site: tuple[int, int, int]
    checked: int = -1


Value: TypeAlias = int | Sort | Range | Pointer | Callable_ | String | Context | NoContext


class Marked(NamedTuple):
    """A value in memory, with the mark of what wrote it."""

    value: Value
    mark: Mark = Mark.NONE


class Fact(NamedTuple):
    """What is known of one field of one object since its last reset.

    `before` wrote it up to the last create that read the object, `since` after it; `stale` says that
    on some path it keeps the value from before. `grown`: by `|=` since the last create.
    """

    before: tuple[Site, ...] = ()
    since: tuple[Site, ...] = ()
    stale: bool = False
    grown: bool = False
    values: tuple[Value, ...] = ()


class Kept(NamedTuple):
    """A pointer that the library keeps for a context: what `site` put into a field is the address of a cell.

    `death` is the function and the place at which that object was gone, if it is.
    """

    context: Context
    field: str
    cell: Cell
    site: Site
    death: tuple[int, ir.Span] | None = None


_LEFT = {Base.GARBAGE: Sort.GARBAGE, Base.UNKNOWN: Sort.UNKNOWN, Base.HISTORY: Sort.HISTORY}


def join_sites(one: tuple[Site, ...], other: tuple[Site, ...]) -> tuple[Site, ...]:
    """Both, in order, at most `bounds.WRITERS_PER_FIELD`."""
    if one == other or not other:
        return one
    known = {site.key: site for site in (*one, *other)}
    return tuple(known[key] for key in sorted(known)[: bounds.WRITERS_PER_FIELD])


def join_facts(one: Fact, other: Fact) -> Fact:
    """What is known where two paths meet."""
    if one == other:
        return one
    values = tuple(dict.fromkeys((*one.values, *other.values)))
    return Fact(
        join_sites(one.before, other.before),
        join_sites(one.since, other.since),
        one.stale or other.stale,
        one.grown or other.grown,
        values[: bounds.WRITERS_PER_FIELD],
    )


class Decision(NamedTuple):
    """A branch on a marked value: what marked it, where it leads, and the block at which it ends to matter.

    `until` is None for a branch that leaves a loop: that the loop ended at all was its doing.
    """

    mark: Mark
    function: int
    target: int
    until: int | None


class Armed(NamedTuple):
    """Work that waits to be run: a function, in which way, the mark of what armed it, its argument."""

    function: int
    role: str
    mark: Mark
    parameter: int
    data: Value


class Ending(enum.Enum):
    """How far a destroy of a context has come."""

    AT_ONCE = "freed by the destroy itself"
    PUT_OFF = "destroyed by what its own service loop runs, which has not returned yet"
    FINISHED = "destroyed while its service loop ran, which has returned since: it may be freed"

    __hash__ = object.__hash__


ALWAYS = -2
"""No block: until the function returns."""


class Doubt(NamedTuple):
    """A branch was taken that may not be possible here, up to the block `until` of a function.

    `open` for one on what a call out of sight, a handler or a callback has said: it is possible, but maybe
    not together with another. `until` is `ALWAYS` for a call by a table of which the index is not known.
    """

    function: int
    until: int
    open: bool


class Ended(NamedTuple):
    """A context that was destroyed: how, by which statement and thread, and what there was to doubt."""

    ending: Ending
    site: Site
    doubts: frozenset[Doubt]
    thread: int | None


class Loop(enum.Enum):
    """What has the code run that runs now."""

    SERVICE = "lws_service() or a variant of it"
    FOREIGN = "the loop of an event library"
    SIGNAL = "a signal that came while the loop of the library ran"
    OTHER = "something of which it cannot be told what a destroy means in it"

    __hash__ = object.__hash__


class Within(NamedTuple):
    """The loop that is on the stack, and the context that it serves, if that is known."""

    loop: Loop
    context: Context | None = None


class State:
    """What is known at a point.

    `memory` holds scalars and pointers, `base` what the rest of an object's bytes hold (by the longest
    prefix of a cell), `served` the objects that a context was made from since their last reset, `tried`
    those that a create failed with, `live` the contexts by liveness, `held` those that variables of
    callers hold, `kept` the pointers that the library keeps.
    `made` says whether a create has succeeded since the frame around was laid aside,
    `created` are the creates that have run, `decision` the branch that decided the way
    since the last, `mode` the kind of callback that is running, `thread` the entry of the thread that
    is running, `running` the threads that have been started, `serving` those that are in the event loop.
    `ended` are the contexts that were destroyed for certain, `scattered` those that stand in an unknown
    element of an array, `cleared` the variable that the library sets to NULL once a context is freed
    (`info.pcontext`; None if it is not known which), `within` the loop that is on the stack, `doubts` the
    branches since the last create that the way here may not be able to take. `told` says of locations in
    objects that are not told apart, by class, whether a context was put there last, or NULL. `exact` is
    False once something depended on what differs among states that were merged, `guessed` True once a
    branch was taken on an unknown history.
    """

    __slots__ = (
        "armed", "base", "cleared", "created", "decision", "doubts", "ended", "exact", "facts", "guessed",
        "held", "kept", "live", "made", "memory", "mode", "running", "scattered", "served",
        "serving", "thread", "told", "tried", "within",
    )  # fmt: skip

    def __init__(self) -> None:
        self.memory: dict[Cell, Marked] = {}
        self.base: dict[Cell, Base] = {}
        self.served: frozenset[Cell] = frozenset()
        self.tried: frozenset[Cell] = frozenset()
        self.live: dict[Context, bool] = {}
        self.ended: dict[Context, Ended] = {}
        self.scattered: frozenset[Context] = frozenset()
        self.cleared: dict[Context, Cell | None] = {}
        self.within: Within | None = None
        self.doubts: frozenset[Doubt] = frozenset()
        self.told: frozenset[tuple[LocationClass, bool]] = frozenset()
        self.held: frozenset[Context] = frozenset()
        self.armed: frozenset[Armed] = frozenset()
        self.made = False
        self.created: frozenset[tuple[int, int, int]] = frozenset()
        self.decision: Decision | None = None
        self.mode: Mark = Mark.NONE
        self.thread: int | None = None
        self.running: frozenset[int] = frozenset()
        self.serving: frozenset[int] = frozenset()
        self.exact = True
        self.guessed = False
        self.facts: dict[tuple[Cell, str], Fact] = {}
        self.kept: frozenset[Kept] = frozenset()

    def copy(self) -> State:
        """A state that can be changed without changing this one."""
        new = State.__new__(State)
        new.memory = self.memory.copy()
        new.base = self.base.copy()
        new.served = self.served
        new.tried = self.tried
        new.live = self.live.copy()
        new.ended = self.ended.copy()
        new.scattered = self.scattered
        new.cleared = self.cleared.copy()
        new.within = self.within
        new.doubts = self.doubts
        new.told = self.told
        new.held = self.held
        new.armed = self.armed
        new.made = self.made
        new.created = self.created
        new.decision = self.decision
        new.mode = self.mode
        new.thread = self.thread
        new.running = self.running
        new.serving = self.serving
        new.exact = self.exact
        new.guessed = self.guessed
        new.facts = self.facts.copy()
        new.kept = self.kept
        return new

    def key(self) -> Hashable:
        """Its identity: everything but `facts` and `kept`, and which statement ended a context."""
        return (frozenset(self.memory.items()), *self.property_key())

    def property_key(self) -> tuple[Hashable, ...]:
        """Its identity without the scalars: what states are merged by when there are too many."""
        return (
            frozenset(self.base.items()),
            self.served,
            self.tried,
            frozenset(self.live.items()),
            frozenset(
                (context, ended.ending, ended.doubts, ended.thread) for context, ended in self.ended.items()
            ),
            self.scattered,
            frozenset(self.cleared.items()),
            self.within,
            self.doubts,
            self.told,
            self.held,
            self.armed,
            self.made,
            self.created,
            self.decision,
            self.mode,
            self.thread,
            self.running,
            self.serving,
            self.guessed,
        )

    # Memory

    def base_of(self, cell: Cell) -> Base:
        """What the bytes of a cell hold where `memory` says nothing."""
        path = cell.path
        while True:
            found = self.base.get(Cell(cell.object, path))
            if found is not None:
                return found
            if not path:
                return Base.UNKNOWN
            path = path[:-1]

    def read(self, cell: Cell) -> Marked:
        """The value in a cell; of an unknown element the value that all have, if they do."""
        found = self.memory.get(cell)
        if "*" in cell.path:
            return self._read_any(cell, found)
        if found is not None:
            return found
        base = self.base_of(cell)
        if base is Base.ZERO:
            return Marked(0)
        return Marked(_LEFT[base])

    def _read_any(self, cell: Cell, own: Marked | None) -> Marked:
        star, size = cell.path.index("*"), len(cell.path)
        values = {
            marked
            for other, marked in self.memory.items()
            if other.object == cell.object
            and len(other.path) == size
            and other.path[:star] == cell.path[:star]
            and all(mine in ("*", theirs) for mine, theirs in zip(cell.path, other.path, strict=True))
        }
        if own is not None and len(values) <= 1:
            return own
        found = Sort.WIDENED if any(marked.value is Sort.WIDENED for marked in values) else Sort.UNKNOWN
        return Marked(found, max((marked.mark for marked in values), default=Mark.NONE))

    def write(self, cell: Cell, value: Value, mark: Mark) -> None:
        """Put a value into a cell.

        An unknown element of an array may be any, and a stand-in is many objects: what is written to
        these adds to what may be there, and the mark stays.
        """
        if "*" in cell.path:
            star = cell.path.index("*")
            prefix = cell.path[:star]
            for other in [c for c in self.memory if c.object == cell.object and c.path[:star] == prefix]:
                if other != cell:
                    self.memory[other] = Marked(Sort.UNKNOWN, mark)
        elif cell.object.startswith(STAND_IN):
            known = self.read(cell)
            if known.value != value:
                widened = Sort.WIDENED in (known.value, value)
                value, mark = Sort.WIDENED if widened else Sort.UNKNOWN, max(mark, known.mark)
        if value is Sort.UNKNOWN and mark is Mark.NONE and self.base_of(cell) is Base.UNKNOWN:
            self.memory.pop(cell, None)
        else:
            self.memory[cell] = Marked(value, mark)

    def clear(self, cell: Cell, base: Base) -> None:
        """All bytes of an object (or a part of it) hold `base` from here on."""
        depth = len(cell.path)
        for other in [c for c in self.memory if c.object == cell.object and c.path[:depth] == cell.path]:
            del self.memory[other]
        for other in [c for c in self.base if c.object == cell.object and c.path[:depth] == cell.path]:
            del self.base[other]
        self.base[cell] = base
        self.facts = {
            key: fact
            for key, fact in self.facts.items()
            if not (key[0].object == cell.object and key[0].path[:depth] == cell.path)
        }
        if self.served or self.tried:
            self.served, self.tried = (
                frozenset(c for c in cells if not (c.object == cell.object and c.path[:depth] == cell.path))
                for cells in (self.served, self.tried)
            )
        if "*" in cell.path:
            whole = Cell(cell.object, cell.path[: cell.path.index("*")])
            if self.base_of(whole) is not base:
                self.base[whole] = Base.UNKNOWN

    def forget(self, objects: set[str]) -> None:
        """The objects go out of scope."""
        self.memory = {cell: value for cell, value in self.memory.items() if cell.object not in objects}
        self.base = {cell: value for cell, value in self.base.items() if cell.object not in objects}
        self.facts = {key: fact for key, fact in self.facts.items() if key[0].object not in objects}
        if self.served or self.tried:
            self.served, self.tried = (
                frozenset(cell for cell in cells if cell.object not in objects)
                for cells in (self.served, self.tried)
            )
        self.bury(objects)

    def take_out(self, objects: frozenset[str]) -> State:
        """Take these objects out, into a state of their own."""
        taken = State()
        for cell in [cell for cell in self.memory if cell.object in objects]:
            taken.memory[cell] = self.memory.pop(cell)
        for cell in [cell for cell in self.base if cell.object in objects]:
            taken.base[cell] = self.base.pop(cell)
        for key in [key for key in self.facts if key[0].object in objects]:
            taken.facts[key] = self.facts.pop(key)
        if self.served or self.tried:
            taken.served = frozenset(cell for cell in self.served if cell.object in objects)
            taken.tried = frozenset(cell for cell in self.tried if cell.object in objects)
            self.served -= taken.served
            self.tried -= taken.tried
        return taken

    def bury(self, objects: set[str]) -> None:
        """Fields that point at one of these objects point at dead memory from here on."""
        for key, fact in self.facts.items():
            if any(isinstance(value, Pointer) and value.cell.object in objects for value in fact.values):
                values = (
                    Sort.DEAD if isinstance(value, Pointer) and value.cell.object in objects else value
                    for value in fact.values
                )
                self.facts[key] = fact._replace(values=tuple(dict.fromkeys(values)))

    def absorb(self, other: State) -> bool:
        """Join the facts of a state with the same identity into this one; says whether any is new."""
        changed = False
        for key, fact in other.facts.items():
            known = self.facts.get(key)
            if known is fact:
                continue
            joined = fact if known is None else join_facts(known, fact)
            if joined != known:
                if not changed:
                    self.facts = self.facts.copy()
                self.facts[key] = joined
                changed = True
        if not other.kept <= self.kept and len(self.kept) < bounds.KEPT_PER_STATE:
            self.kept |= other.kept
            changed = True
        return changed


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where that is not known."""
    if isinstance(value, bool | int):
        return bool(value)
    if isinstance(value, Sort):
        return True if value is Sort.NONZERO else None
    if isinstance(value, Range):
        above = value.low is not None and value.low > 0
        return True if above or (value.high is not None and value.high < 0) else None
    return not isinstance(value, NoContext)
