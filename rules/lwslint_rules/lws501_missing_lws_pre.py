"""LWS501: a write from memory with no room before it for the library's header."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Headroom, Level, Precision, Program, Rule, Write, Writing


class MissingLwsPre(Rule):
    """The library puts the header of a frame right before what it is told to send."""

    code = "LWS501"
    name = "missing-lws-pre"
    summary = "`lws_write()` gets memory that has no `LWS_PRE` bytes before it, where the library writes."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (124, 787)
    tags = ("output", "memory")

    def check(self, program: Program) -> Iterator[Finding]:
        """Every write that starts too near to the beginning of its memory."""
        for write in program.writes():
            kinds = write.kinds()
            if not kinds or write.raw or (Writing.HTTP in kinds and not write.over_http2):
                continue
            room = write.headroom()
            if room is not None:
                yield self._judge(write, room, http=Writing.HTTP in kinds)

    def _judge(self, write: Write, room: Headroom, *, http: bool) -> Finding:
        when = "on HTTP/2 the library" if http else "the library"
        return self.finding(
            write.place,
            f"`{write.callee}()` starts {self._where(write, room)}: {when} puts its header into the "
            f"{write.needed} bytes before, {self._harm(room)}",
            help="send from `&buffer[LWS_PRE]` of a buffer that is `LWS_PRE` bytes longer",
            steps=write.steps(room.origin),
            level=Level.NOTE if http else None,
            function=write.function,
            object=write.buffer,
        )

    @staticmethod
    def _where(write: Write, room: Headroom) -> str:
        memory = write.memory(room)
        if room.bytes > 0:
            return f"{room.bytes} bytes into {memory}"
        return f"at {memory}" if "literal" in memory else f"at the beginning of {memory}"

    @staticmethod
    def _harm(room: Headroom) -> str:
        if room.before.startswith("what"):
            return f"over {room.before}"
        if room.before:
            return f"over the member `{room.before}`"
        return "which belong to something else"
