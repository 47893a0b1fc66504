"""Values, cells and states of the analysis as short text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lwslint.analysis.domain import (
    ANY_OTHER,
    Base,
    Callable_,
    Cell,
    Context,
    Fact,
    Mark,
    Marked,
    NoContext,
    Pointer,
    Range,
    Sort,
    State,
    String,
    Value,
)
from lwslint.dump.inside import Inside


def cell(inside: Inside, found: Cell) -> str:
    """A cell as a person would write it: `info.port`, `main:context`, `slots[*].info`."""
    variable = inside.linked.variables.get(found.object)
    name = variable.name if variable else found.object
    if variable is not None and variable.owner is not None:
        name = f"{inside.linked.functions[variable.owner].name}:{name or variable.key.partition('!')[0]}"
    return name + "".join(
        f".{step}" if isinstance(step, str) and step != "*" else f"[{step}]" for step in found.path
    )


def marked(inside: Inside, found: Marked) -> str:
    """A value, and under which kind of callback it was written."""
    mark = f" (by {found.mark.name.lower()})" if found.mark is not Mark.NONE else ""
    return value(inside, found.value) + mark


def value(inside: Inside, found: Value) -> str:
    """A value."""
    match found:
        case Sort():
            return found.value
        case Range(low, high):
            return f"{'' if low is None else low}..{'' if high is None else high}"
        case Pointer(target):
            return f"&{cell(inside, target)}"
        case Callable_(index):
            return f"{inside.linked.functions[index].name}()"
        case String(text):
            return ascii(text)
        case Context():
            return context(inside, found)
        case NoContext(site):
            return f"NULL of the create {create(inside, site)}"
    return "another number" if found == ANY_OTHER else str(found)


def context(inside: Inside, found: Context) -> str:
    """A context by the create that made it."""
    return f"{'older ' if found.age else ''}context {create(inside, found.site)}"


def create(inside: Inside, key: tuple[int, int, int]) -> str:
    """A create by its place; a stranger's for contexts of an unknown history."""
    if key[0] < 0:
        return "out of sight"
    return f"at {inside.site(inside.linked.site(inside.linked.functions[key[0]], key[1], key[2]))}"


def state(inside: Inside, found: State) -> Iterator[str]:
    """What a state knows, a line for each kind of knowledge; sets are sorted."""
    yield from _objects(inside, found)
    yield from _contexts(inside, found)
    yield from _running(inside, found)
    if not found.exact:
        yield "inexact"


def _objects(inside: Inside, found: State) -> Iterator[str]:
    yield from _line("memory", (f"{cell(inside, c)} = {marked(inside, v)}" for c, v in found.memory.items()))
    # A whole object of which nothing is known is as good as none.
    bases = ((c, base) for c, base in found.base.items() if c.path or base is not Base.UNKNOWN)
    yield from _line("base", (f"{cell(inside, c)} {base.value}" for c, base in bases))
    facts: dict[str, list[str]] = {}
    for (of, field), fact in found.facts.items():
        facts.setdefault(cell(inside, of), []).append(field + _fact(inside, fact))
    for name, fields in sorted(facts.items()):
        yield from _line(f"fields of {name}", fields)


def _contexts(inside: Inside, found: State) -> Iterator[str]:
    lives = ((context(inside, c), "live" if alive else "destroyed") for c, alive in found.live.items())
    yield from _line("contexts", (f"{name} {life}" for name, life in lives))
    yield from _line("created", (create(inside, key) for key in found.created))
    yield from _line("served", (cell(inside, c) for c in found.served))
    yield from _line("tried", (cell(inside, c) for c in found.tried))


def _running(inside: Inside, found: State) -> Iterator[str]:
    functions = inside.linked.functions
    yield from _line("armed", (f"{functions[one.function].name}() as {one.role}" for one in found.armed))
    yield from _line("threads", (f"{functions[thread].name}()" for thread in found.running))
    if found.thread is not None:
        yield f"in thread: {functions[found.thread].name}()"
    if found.decision is not None:
        decision = found.decision
        where = f"{functions[decision.function].name}() to block {decision.target}"
        yield f"decision: {decision.mark.name.lower()}, in {where}"
    if found.mode is not Mark.NONE:
        yield f"mode: {found.mode.name.lower()}"


def _fact(inside: Inside, fact: Fact) -> str:
    words = [word for word, holds in (("stale", fact.stale), ("grown", fact.grown)) if holds]
    for word, sites in (("before", fact.before), ("since", fact.since)):
        if sites:
            words.append(f"{word} {' '.join(map(inside.line, sites))}")
    return f" ({', '.join(words)})" if words else ""


def _line(kind: str, items: Iterable[str]) -> Iterator[str]:
    found = sorted(items)
    if found:
        yield f"{kind}: {', '.join(found)}"
