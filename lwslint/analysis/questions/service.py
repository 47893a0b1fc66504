"""Loops around `lws_service()`, and what else they do each time it returns."""

from __future__ import annotations

from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import bounds, walk
from lwslint.analysis.clusters import effects_of
from lwslint.analysis.flow import Flow
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.values import Source
from lwslint.lws.effects import Role

_SERVICE = frozenset({"lws_service", "lws_service_tsi", "libwebsocket_service"})
_WAKES = frozenset({"lws_cancel_service", "lws_cancel_service_pt", "libwebsocket_cancel_service"})
_SPEAKS = frozenset(
    {"printf", "fprintf", "vprintf", "vfprintf", "puts", "putchar", "fputs", "fflush", "perror", "syslog"}
)
"""Output alone: that it comes late is no harm."""
_COMPUTES = frozenset(
    {
        *("memset", "memcpy", "memmove", "memcmp", "memchr", "bzero", "bcopy", "explicit_bzero", "strlen"),
        *("strnlen", "strcmp", "strncmp", "strcasecmp", "strncasecmp", "strcpy", "strncpy", "stpcpy"),
        *("strcat", "strncat", "strlcpy", "strlcat", "strchr", "strrchr", "strstr", "strcasestr", "strspn"),
        *("strcspn", "strpbrk", "strtok", "strtok_r", "strsep", "strdup", "strndup", "sprintf", "snprintf"),
        *("vsprintf", "vsnprintf", "asprintf", "vasprintf", "sscanf", "atoi", "atol", "atoll", "atof"),
        *("strtol", "strtoll", "strtoul", "strtoull", "strtod", "abs", "labs", "isalpha", "isdigit"),
        *("isalnum", "isspace", "isxdigit", "isupper", "islower", "toupper", "tolower", "malloc", "calloc"),
        *("realloc", "free", "g_malloc", "g_malloc0", "g_free", "g_strdup", "htons", "htonl", "ntohs"),
        "ntohl",
    }
)
"""Work on memory alone: it belongs to what is done with the result, and that is a call of its own."""
_SLEEPS = frozenset(
    {"sleep", "usleep", "nanosleep", "clock_nanosleep", "thrd_sleep", "g_usleep", "vTaskDelay", "Sleep"}
)
_HARMLESS = _SPEAKS | _COMPUTES | _SLEEPS | {"strerror", "__errno_location"}


class TimedService(NamedTuple):
    """A call of `lws_service()` with a timeout in ms; `work` is what the loop around it does as well."""

    site: Site
    timeout: int
    work: Site

    @property
    def callee(self) -> str:
        """The function that is called besides."""
        call = self.work.statement
        assert isinstance(call, ir.Call)
        return call.callee.name if isinstance(call.callee, ir.FunctionRef) else ""


def timed_services(program: Explored) -> tuple[TimedService, ...]:
    """Calls with a constant timeout above 0, in a loop with other work to do that nothing wakes."""
    calls = [
        site
        for site in program.linked.sites()
        if isinstance(site.statement, ir.Call)
        and program.callee_name(site) in _SERVICE
        and len(site.statement.arguments) > 1
        and not program.index.callees.get(site.key)
    ]
    if not calls or _is_woken(program):
        return ()
    found = []
    for site in calls:
        timeout = _timeout(program, site)
        work = _work(program, site, 0) if timeout else None
        if timeout and work is not None:
            found.append(TimedService(site, timeout, work))
    return tuple(sorted(found, key=lambda one: program.site_place(one.site)))


def _timeout(program: Explored, site: Site) -> int:
    """The smallest timeout that a call may have, in milliseconds; 0 where it is none or not known."""
    assert isinstance(site.statement, ir.Call)
    origins = program.values.of(site, site.statement.arguments[1])
    if any(origin.source is not Source.NUMBER or origin.number <= 0 for origin in origins):
        return 0
    return min(origin.number for origin in origins)


def _is_woken(program: Explored) -> bool:
    """Whether the program ends the wait by itself, or has an event library wait in its place.

    It does so by `lws_cancel_service()`, or by a timer of the library that is set again whenever it runs.
    """
    for site in program.linked.sites():
        name = program.callee_name(site)
        if name in _WAKES:
            return True
        if name and _schedules_itself(program, site):
            return True
        for value in walk.values(site.statement):
            for part in walk.parts(value):
                if isinstance(part, ir.Const) and _is_event_library(part.name):
                    return True
    return False


def _is_event_library(name: str) -> bool:
    return name.startswith("LWS_SERVER_OPTION_") and name.endswith(
        ("LIBUV", "LIBEV", "LIBEVENT", "GLIB", "SDEVENT", "ULOOP")
    )


def _schedules_itself(program: Explored, site: Site) -> bool:
    call = site.statement
    assert isinstance(call, ir.Call)
    effects = effects_of(program.linked, site.function, call, program.oracle)
    if effects is None:
        return False
    handed = [
        target
        for deferral in effects.defers
        if deferral.role in (Role.SUL, Role.TIMER) and deferral.function < len(call.arguments)
        for target in program.linked.targets(site.function.unit, call.arguments[deferral.function])
    ]
    return site.function in handed


def _work(program: Explored, site: Site, depth: int) -> Site | None:
    """Another call in the loop around a statement, or around the calls of its function."""
    flow = program.index.flow(site.function)
    loops = flow.loops_around(site.block)
    if loops:
        same_turn = sorted(_same_turn(flow, loops[-1], site.block))
        for other in program.linked.calls(site.function, same_turn):
            if other.key != site.key and (_is_work(program, other, 0) or _retries(program, other, loops[-1])):
                return other
        return None
    if depth >= bounds.CALL_DEPTH:
        return None
    for caller in program.index.callers.get(site.function.index, ()):
        found = _work(program, caller, depth + 1)
        if found is not None:
            return found
    return None


def _same_turn(flow: Flow, loop: frozenset[int], block: int) -> frozenset[int]:
    """The blocks of a loop that one turn of it may go through together with `block`."""
    entries = {
        inside for outside in flow.reachable - loop for inside in flow.successors[outside] if inside in loop
    }
    forward = {
        number: [after for after in flow.successors[number] if after in loop and after not in entries]
        for number in loop
    }
    backward: dict[int, list[int]] = {number: [] for number in loop}
    for number in sorted(loop):
        for after in forward[number]:
            backward[after].append(number)
    return frozenset({block, *_reached(block, forward), *_reached(block, backward)})


def _reached(start: int, edges: dict[int, list[int]]) -> set[int]:
    seen: set[int] = set()
    pending = [start]
    while pending:
        for number in edges[pending.pop()]:
            if number not in seen:
                seen.add(number)
                pending.append(number)
    return seen


def _retries(program: Explored, site: Site, loop: frozenset[int]) -> bool:
    """Whether a call makes a connection, and the loop goes on where that fails: then the next try is late."""
    call = site.statement
    assert isinstance(call, ir.Call)
    if call.result is None or not _connects(program, site, 0):
        return False
    flow = program.index.flow(site.function)
    tested = [
        number
        for number in sorted(loop)
        if isinstance(branch := site.function.ir.blocks[number].terminator, ir.Branch)
        and any(
            isinstance(part, ir.Load) and part.location == call.result
            for part in walk.parts(branch.condition)
        )
    ]
    return bool(tested) and not any(number in flow.exits(loop) for number in tested)


def _connects(program: Explored, site: Site, depth: int) -> bool:
    callees = program.index.callees.get(site.key, ())
    if callees:
        return depth < bounds.CALL_DEPTH and any(
            _connects(program, call, depth + 1)
            for one in callees
            for call in program.linked.calls(one, range(len(one.ir.blocks)))
        )
    effects = program.known_at_target(program.callee_name(site))
    return effects is not None and effects.connects


def _is_work(program: Explored, site: Site, depth: int) -> bool:
    """Whether a call does something that is late if it has to wait: more than speak, sleep or read a flag."""
    callees = program.index.callees.get(site.key, ())
    if callees:
        return depth < bounds.CALL_DEPTH and any(_does_work(program, one, depth + 1) for one in callees)
    name = program.callee_name(site)
    if not name or name in _HARMLESS or program.knowledge.is_library(name):
        return False
    effects = program.oracle(name)
    return not name.startswith(("lws", "_lws", "libwebsocket")) and not (
        effects is not None and effects.noreturn
    )


def _does_work(program: Explored, function: Function, depth: int) -> bool:
    calls = list(program.linked.calls(function, range(len(function.ir.blocks))))
    if any(program.callee_name(site) in _SERVICE for site in calls):
        return False
    if any(_is_work(program, site, depth) for site in calls):
        return True
    return any(
        target is not None
        and (target.root.startswith("@") or any(isinstance(s, ir.Deref) for s in target.path))
        for block in function.ir.blocks
        for target in map(walk.target, block.statements)
    )
