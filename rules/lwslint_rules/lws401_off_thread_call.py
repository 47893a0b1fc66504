"""LWS401: the library is called beside the thread that runs its loop."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, OffThreadCall, Precision, Program, Rule

_HELP = (
    "hand the work to the loop: put it in a queue under a mutex, call `lws_cancel_service()`, "
    "and do it in the callback on {reason}"
)


class OffThreadCalled(Rule):
    """The library takes no locks: only the thread of its service loop may call it."""

    code = "LWS401"
    name = "off-thread-call"
    summary = "A function of the library is called in one thread while another runs the service loop."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (362,)
    tags = ("threads",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every call that only the loop's thread may make, and another one makes."""
        reason = (
            "LWS_CALLBACK_EVENT_WAIT_CANCELLED"
            if program.has_name("LWS_CALLBACK_EVENT_WAIT_CANCELLED")
            else "a WRITEABLE reason"
        )
        for call in program.off_thread_calls():
            yield self.finding(
                call.place,
                f"`{call.callee}()` runs in the thread of `{call.runner}()` while `{call.server}()` runs the "
                f"service loop in {'another' if call.started else 'its own thread'}: {_harm(call)}",
                help=_HELP.format(reason=reason),
                steps=call.steps,
                function=call.function,
            )


def _harm(call: OffThreadCall) -> str:
    if call.callee.endswith("callback_on_writable"):
        return "neither from 4.3 on nor with an event library is that allowed"
    if call.destroys:
        return "the loop goes on in memory that is freed"
    if call.writes:
        return "both threads write to the connection at the same time"
    return "both threads change what the library keeps without a lock"
