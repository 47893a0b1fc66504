"""Effects of functions in words. Arguments are counted from 1, as people do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lwslint.lws.effects import Deferral, Effects, Failure, Role

_ROLES = {
    Role.NOW: "before it returns",
    Role.SUL: "once, later, from the service loop",
    Role.TIMER: "later, any number of times, from the event loop",
    Role.THREAD: "in a thread of its own",
    Role.SIGNAL: "when the signal comes, between any two statements",
    Role.EXIT: "when the process ends",
    Role.CALLBACK: "as a protocol callback",
    Role.UNKNOWN: "perhaps, at any time",
}
_FAILURES = {
    Failure.NULL: "NULL means failure",
    Failure.NEGATIVE: "a negative result means failure",
    Failure.NONZERO: "a result other than 0 means failure",
}
_RESULTS = {
    "argument": "the result is argument {}",
    "context-of": "the result is the context of argument {}",
    "vhost-of": "the result is the vhost of argument {}",
    "user-of": "the result is the `user` of argument {}",
    "wsi": "the result is the connection",
}


def reasons(effects: Effects) -> Iterator[str]:
    """The callback reasons that a function may deliver before it returns, without their prefix."""
    yield from (name.removeprefix("LWS_CALLBACK_") for name in effects.reasons)


def words(effects: Effects) -> Iterator[str]:
    """What a function does but for `reasons`, one phrase for each thing."""
    yield from _objects(effects)
    yield from _memory(effects)
    yield from _control(effects)
    if effects.needs:
        yield f"{_arguments(effects.needs)} must not be NULL"
    if effects.returns:
        kind, _, at = effects.returns.partition(":")
        yield _RESULTS[kind].format(int(at or 0) + 1)
    if effects.fails is not None:
        yield _FAILURES[effects.fails] + (": there is no connection then" if effects.loss else "")
    if effects.note:
        yield effects.note


def _arguments(numbers: Iterable[int]) -> str:
    shown = [str(number + 1) for number in numbers]
    return f"argument {shown[0]}" if len(shown) == 1 else f"arguments {' and '.join(shown)}"


def _objects(effects: Effects) -> Iterator[str]:
    """What becomes of contexts, vhosts and connections."""
    source = "" if effects.info is None else f" from what argument {effects.info + 1} points at"
    if effects.creates:
        yield f"creates a {effects.creates}{source}"
    if effects.connects:
        yield f"makes a connection{source}"
    if effects.destroys is not None:
        yield f"destroys what argument {effects.destroys + 1} is"


def _memory(effects: Effects) -> Iterator[str]:
    """What becomes of memory."""
    if effects.frees is not None:
        yield f"frees what argument {effects.frees + 1} points at"
    if effects.zeroes is not None:
        then = (
            ", then sets " + ", ".join(f"{k} = {v}" for k, v in effects.sets.items()) if effects.sets else ""
        )
        yield f"clears what argument {effects.zeroes + 1} points at{then}"
    if effects.copies is not None:
        yield f"copies from argument {effects.copies[1] + 1} to argument {effects.copies[0] + 1}"
    if effects.writes:
        fields = f" ({', '.join(effects.fields)})" if effects.fields else ""
        yield f"writes to what {_arguments(effects.writes)} points at{fields}"
    if effects.allocates:
        yield "gives new memory from the heap" + (", cleared" if effects.zeroed else "")
    if effects.reallocates is not None:
        yield f"moves what argument {effects.reallocates + 1} points at to the result"


def _control(effects: Effects) -> Iterator[str]:
    """What it calls, and when it comes back."""
    if effects.runs_loop:
        yield "runs the event loop before it returns"
    yield from map(_deferral, effects.defers)
    if effects.cancels is not None:
        yield f"takes back what is scheduled in argument {effects.cancels + 1}"
    if effects.joins:
        yield "waits for a thread to end"
    elif effects.yields:
        yield "may block, and let other threads run"
    if effects.raises:
        yield "has a signal sent later"
    if effects.noreturn:
        yield "does not return"
    if effects.locks is not None:
        yield f"locks argument {effects.locks + 1}"
    if effects.unlocks is not None:
        yield f"unlocks argument {effects.unlocks + 1}"


def _deferral(deferral: Deferral) -> str:
    where = f"argument {deferral.function + 1}"
    what = f"`{deferral.member}` of what {where} points at" if deferral.member else where
    return f"calls {what} {_ROLES[deferral.role]}"
