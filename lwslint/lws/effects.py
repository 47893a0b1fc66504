"""What a function whose body is out of sight does: the vocabulary of `data/effects.toml`.

Arguments are counted from 0. A function of libwebsockets that is not listed only reads.
"""

from __future__ import annotations

import enum

import msgspec


class Role(enum.StrEnum):
    """In which way a function that was handed over is called."""

    NOW = "now"  # before the call returns (qsort, lws_start_foreach)
    SUL = "sul"  # once, later, by the service loop
    TIMER = "timer"  # any number of times, later, by an event loop
    THREAD = "thread"  # in a thread of its own
    SIGNAL = "signal"  # between any two statements, any number of times
    EXIT = "exit"  # when the process ends
    CALLBACK = "callback"  # as a protocol callback, with a reason
    UNKNOWN = "unknown"  # perhaps, at any time, any number of times


class Deferral(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The function that is handed over: in which argument, or in which member of what an argument points at.

    `data` is the argument that the function later gets as its parameter `parameter`; `reason` the argument
    with the reason that a protocol callback is called for. `delay` is the argument that says how much later,
    in units of which `per_second` make a second; with `soon` it is called at once. Else nobody knows.
    """

    function: int
    role: Role
    member: str = ""
    data: int | None = None
    parameter: int = 0
    reason: int | None = None
    delay: int | None = None
    per_second: int = 1
    soon: bool = False


class Failure(enum.StrEnum):
    """How a function says that it failed."""

    NULL = "null"
    NEGATIVE = "negative"
    NONZERO = "nonzero"


class Effects(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one function does. What is not said, it does not do.

    * `creates` / `connects`: makes a "context" or "vhost" / a connection from what argument `info` points at.
    * `destroys`: the context or vhost in that argument. `frees`: the heap block in it.
    * `zeroes`: clears what the argument points at: as many bytes as argument `size` says (the whole
      object without `size`), if argument `fill` is 0 (or there is none). `sets`: then sets these fields.
    * `copies`: from argument [1] to argument [0], as many bytes as `size` says.
    * `writes`: writes unknown values through these arguments; with `fields`, to these members alone.
    * `allocates`: returns a new heap block; `zeroed` says that it is cleared.
    * `reallocates`: that argument's block moves to the result.
    * `runs_loop`: runs the event loop before it returns.
    * `reasons`: delivers these callback reasons before it returns.
    * `yields`: blocks, so that other threads may run. `joins`: waits for a thread to end.
    * `raises`: has what was handed over in that role run later: sends a signal, starts a timer.
    * `defers`: calls functions that it is handed. `cancels`: argument whose scheduled work is taken back.
    * `noreturn`: does not return. `fails`: how it tells failure.
    * `loss`: its failure means that a connection is lost or cannot be had.
    * `needs`: arguments that must not be NULL. `uses`: arguments that are a live context, vhost or wsi.
    * `returns`: "argument:N" (that argument), "context-of:N" (the context of a wsi or vhost in it),
      "vhost-of:N" (the vhost of a wsi in it), "user-of:N" (the `user` of the context in it),
      "wsi" (a new connection).
    * `pure`: neither touches the loop nor the context: harmless in any thread.
    * `reads`: only tells what a context, vhost or connection holds.
    * `thread_safe`: may be called off the loop's thread; with `poll_loop` only if that is the library's own
      loop, and not one of an event library.
    * `locks` / `unlocks`: the mutex in that argument.
    * `note`: what a reader should know beside that. `source`: what says so.
    """

    creates: str = ""
    info: int | None = None
    connects: bool = False
    destroys: int | None = None
    frees: int | None = None
    zeroes: int | None = None
    size: int | None = None
    fill: int | None = None
    sets: dict[str, str] = {}
    copies: tuple[int, int] | None = None
    writes: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()
    allocates: bool = False
    zeroed: bool = False
    reallocates: int | None = None
    runs_loop: bool = False
    reasons: tuple[str, ...] = ()
    yields: bool = False
    joins: bool = False
    raises: Role | None = None
    defers: tuple[Deferral, ...] = ()
    cancels: int | None = None
    noreturn: bool = False
    fails: Failure | None = None
    loss: bool = False
    needs: tuple[int, ...] = ()
    uses: tuple[int, ...] = ()
    returns: str = ""
    pure: bool = False
    reads: bool = False
    thread_safe: bool = False
    poll_loop: bool = False
    locks: int | None = None
    unlocks: int | None = None
    first: str = ""
    last: str = ""
    note: str = ""
    source: str = ""
