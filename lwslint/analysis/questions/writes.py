"""Calls of `lws_write()`: what is sent, from which memory, and what becomes of the result."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.program import Function, Site
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.mends import signed_result, way_out
from lwslint.analysis.questions.wording import as_written
from lwslint.analysis.roles import reason_parameter
from lwslint.analysis.values import Member, Origin, Skip, Source
from lwslint.lws.knowledge import Writing
from lwslint.lws.release import Release
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

_MEANT = {"!=": ("<", ">"), "==": (">=", "<=")}
"""What is meant by an operator with the result on the left, and on the right."""
_WRITES = frozenset({"lws_write", "libwebsocket_write"})
_RAW = "LWS_WRITE_RAW"
_FLAGS_OF = frozenset({"lws_write_ws_flags"})
_GROWN = Release(2, 3, 0)
_FIRST_HTTP2 = Release(2, 4, 0)


class Headroom(NamedTuple):
    """The memory that a write starts from: `bytes` before it belong to nobody else."""

    origin: Origin
    bytes: int
    before: str
    """The member that stands before it and would be overwritten; empty if the memory begins there."""


class Result(enum.Enum):
    """What becomes of the result of a write."""

    IGNORED = "ignored"
    OVERWRITTEN = "overwritten"
    EQUALS = "equals"
    USED = "used"


class Write:
    """One call of `lws_write()`."""

    def __init__(self, program: Explored, site: Site, call: ir.Call) -> None:
        self._program = program
        self.site = site
        self.call = call

    @property
    def place(self) -> Place:
        """The call."""
        return self._program.site_place(self.site)

    @property
    def function(self) -> str:
        """The function that it stands in."""
        return self.site.function.name

    @property
    def callee(self) -> str:
        """The name of the function called."""
        return self._program.callee_name(self.site)

    @property
    def buffer(self) -> str:
        """What is written from, as the program writes it."""
        argument = self.call.arguments[1]
        return f'"{argument.text[:16]}"' if isinstance(argument, ir.Text) else as_written(argument)

    def kinds(self) -> frozenset[Writing] | None:
        """What it may send; None where that cannot be told."""
        found = set()
        for origin in self._origins():
            kind = self._kind(origin)
            if kind is None:
                return None
            found.add(kind)
        return frozenset(found)

    @property
    def raw(self) -> bool:
        """Whether it may go out over a raw connection, before which the library puts nothing.

        Older programs call what they write there LWS_WRITE_HTTP, which has the same value.
        """
        if any(origin.key == _RAW for origin in self._origins()):
            return True
        names = self._program.reason_sets.names(self.site)
        only_raw = bool(names) and all(name.startswith("RAW_") for name in names)
        return only_raw and Writing.HTTP in (self.kinds() or ())

    def _origins(self) -> Sequence[Origin]:
        return self._program.values.of(self.site, self.call.arguments[3])

    def _kind(self, origin: Origin) -> Writing | None:
        if origin.source is Source.NUMBER:
            return self._program.knowledge.writing(origin.number, self._program.target)
        site = origin.way[-1] if origin.way else None
        if site is not None and self._program.callee_name(site) in _FLAGS_OF:
            return Writing.WS
        return None

    def headroom(self) -> Headroom | None:
        """Where it starts with too few bytes before it; None if there may be enough."""
        found = [
            (origin, self._before(origin))
            for origin in self._program.values.of(self.site, self.call.arguments[1])
        ]
        short = [room for _, room in found if room is not None and room.bytes < self.needed]
        enough = [origin for origin, room in found if room is None or room.bytes >= self.needed]
        shared = any(room.origin.assumed for room in short)
        for room in short:
            rivals = enough if shared else [one for one in enough if _same_memory(one, room.origin)]
            if not any(one.source is not Source.NUMBER for one in rivals):
                return room
        return None

    @property
    def needed(self) -> int:
        """How many bytes the library may write before the start: LWS_PRE on a 64-bit machine (facts 8)."""
        return 14 if self._program.target < _GROWN else 16

    @property
    def over_http2(self) -> bool:
        """Whether the library of the target release may send HTTP over HTTP/2."""
        return self._program.target >= _FIRST_HTTP2

    def _before(self, origin: Origin) -> Headroom | None:
        """How many bytes before an address nobody else uses; None if that cannot be told."""
        room, through_member = 0, False
        for step in reversed(origin.steps):
            if isinstance(step, Skip):
                if step.bytes is None:
                    return None
                if through_member and step.bytes:
                    return Headroom(origin, room, "what stands before it")
                room += step.bytes
            else:
                through_member = True
                padding, used = self._padding(step)
                room += padding
                if used:
                    return Headroom(origin, room, used)
        if origin.memory or self._is_received(origin, through_member):
            return Headroom(origin, room, "")
        return None

    def _is_received(self, origin: Origin, through_member: bool) -> bool:
        """Whether it is what the library hands to a callback: what was received, or the user's own struct."""
        if origin.source is not Source.PARAMETER:
            return False
        callback = self._program.owner(origin.key)
        if callback is None or callback not in self._program.roles.callbacks:
            return False
        if "RECEIVE_CLIENT_HTTP_READ" in self._program.reason_sets.names(self.site) and self._reads_body():
            return False
        received = reason_parameter(callback) + 2
        return origin.number == received or (through_member and origin.number == received - 1)

    def _reads_body(self) -> bool:
        """Whether what is received of an HTTP body lies in a buffer that the program gave for it."""
        sites = self._program.linked.sites()
        return not self._program.whole or any(
            self._program.callee_name(site) == "lws_http_client_read" for site in sites
        )

    def _padding(self, member: Member) -> tuple[int, str]:
        """The bytes right before a member that no member in use takes; the member that ends them."""
        record = self._program.linked.records.get(member.record)
        if record is None:
            return 0, "what stands before it"
        offset = next((item.offset for item in record.members if item.name == member.name), 0)
        if record.union:
            return 0, ""
        start = offset
        for item in sorted(record.members, key=lambda item: item.offset, reverse=True):
            if item.offset >= offset or item.offset >= start:
                continue
            if self._program.names_member(member.record, item.name):
                end = item.offset + self._program.linked.size_of(item.type)
                return max(offset - max(end, item.offset), 0), item.name
            start = item.offset
        return offset - start if start else offset, ""

    def memory(self, room: Headroom) -> str:
        """The memory that it starts from, in a few words."""
        origin = room.origin
        members = [step.name for step in origin.steps if isinstance(step, Member)]
        if members:
            return f"the member `{members[-1]}`"
        if origin.source is Source.LITERAL:
            return "a string literal"
        if origin.source is Source.BLOCK and origin.site is not None:
            return f"what `{self._program.callee_name(origin.site)}()` gave"
        if origin.source is Source.PARAMETER:
            return "what was received"
        return f"`{self._program.linked.variables[origin.key].name}`"

    def steps(self, origin: Origin) -> tuple[Step, ...]:
        """The way of the memory into the call."""
        found = []
        for site in origin.way:
            statement = site.statement
            text = "it comes from here"
            if isinstance(statement, ir.Call) and origin.site is not None and site.key == origin.site.key:
                text = f"`{self._program.callee_name(site)}()` gives the memory"
            elif isinstance(statement, ir.Call) and statement.result is None:
                text = f"calls `{self._program.callee_name(site)}()` with it"
            found.append(Step(self._program.site_place(site), text, StepKind.FILL, site.function.name))
        last = f"`{self.callee}()` writes its header before it"
        return (*found, Step(self.place, last, StepKind.USE, self.function))

    # The result

    def result(self) -> tuple[Result, Place]:
        """What becomes of the result, and where."""
        if self.call.void_cast:
            return Result.USED, self.place
        if self.call.result is None:
            return Result.IGNORED, self.place
        uses = list(_uses(self._program, self.site, self.call.result))
        if not uses:
            return Result.OVERWRITTEN, self.place
        for function, _, value, span in uses:
            if self._compares_length(function, value, self.call.result):
                return Result.EQUALS, self._program.linked.place(function.unit, span)
        return Result.USED, self.place

    def failure(self) -> str:
        """The statement by which the function around it tells that it failed; empty where it cannot."""
        function = self.site.function
        if function in self._program.roles.callbacks:
            return "return -1;"
        out = way_out(function)
        return out if spelling.bare(function.ir.result) == "int" else ""

    def comparison(self) -> tuple[str, str] | None:
        """The operator by which the result is compared with the length, and what it should be.

        None where there are several, or where one side is unsigned, as then -1 would be the most of all.
        """
        if self.call.result is None or not signed_result(self._program.linked, self.site):
            return None
        found = {
            (part.operator, part.left == ir.Load(self.call.result), self._is_signed(function, other))
            for function, _, value, _ in _uses(self._program, self.site, self.call.result)
            for part in walk.parts(value)
            if isinstance(part, ir.Binary) and part.operator in _MEANT
            for other in (part.right if part.left == ir.Load(self.call.result) else part.left,)
        }
        if len(found) != 1:
            return None
        operator, on_the_left, signed = found.pop()
        return (operator, _MEANT[operator][not on_the_left]) if signed else None

    def _is_signed(self, function: Function, value: ir.Value) -> bool:
        if isinstance(value, ir.Load):
            return spelling.bare(self._program.linked.type_of(function, value.location)) in ("int", "long")
        return isinstance(value, ir.Const) and not value.name

    def _compares_length(self, function: Function, value: ir.Value, result: ir.Location) -> bool:
        for part in walk.parts(value):
            if isinstance(part, ir.Binary) and part.operator in ("==", "!="):
                sides = (part.left, part.right)
                for one, other in (sides, sides[::-1]):
                    if isinstance(one, ir.Load) and _same(one.location, result):
                        return self._is_length(function, other)
        return False

    def _is_length(self, function: Function, value: ir.Value) -> bool:
        length = self.call.arguments[2]
        if value == length:
            return not (isinstance(value, ir.Const) and value.value <= 0)
        return isinstance(value, ir.Load) and isinstance(length, ir.Load) and self._is_copy(value, length)

    def _is_copy(self, value: ir.Load, length: ir.Load) -> bool:
        """Whether two variables were given the same value: `n = m`, or the same call of `strlen()` twice."""
        measured = []
        for block in self.site.function.ir.blocks:
            for statement in block.statements:
                if isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Load):
                    ends = {statement.target, statement.value.location}
                    if ends == {value.location, length.location}:
                        return True
                elif (
                    isinstance(statement, ir.Call)
                    and statement.callee == ir.FunctionRef("strlen")
                    and statement.result in (value.location, length.location)
                ):
                    measured.append(statement.arguments)
        return len(measured) == 2 and measured[0] == measured[1]


def _same(one: ir.Location, other: ir.Location) -> bool:
    return (one.root, one.path) == (other.root, other.path)


def _same_memory(one: Origin, other: Origin) -> bool:
    """Whether two origins lie in the same variable or block, or one of them may lie anywhere."""
    return one.source is Source.UNKNOWN or (one.source, one.key, one.site) == (
        other.source,
        other.key,
        other.site,
    )


def _uses(
    program: Explored, site: Site, result: ir.Location
) -> Iterator[tuple[Function, int, ir.Value, ir.Span]]:
    """Each statement that may read the result of a call, with the value that does."""
    function = site.function
    if result.root.startswith("@") or any(isinstance(step, ir.Deref) for step in result.path):
        yield function, site.block, ir.Unknown(), site.statement.span
        return
    blocks, flow = function.ir.blocks, program.index.flow(function)
    pending: list[tuple[int, int]] = [(site.block, site.index + 1)]
    seen: set[int] = set()
    while pending:
        number, start = pending.pop()
        block = blocks[number]
        killed = False
        for statement in block.statements[start:]:
            for value in walk.values(statement):
                if _mentions(value, result):
                    yield function, number, value, statement.span
            target = walk.target(statement)
            if target is not None and target == result:
                killed = True
                break
        if killed:
            continue
        span = getattr(block.terminator, "span", None) or site.statement.span
        for value in walk.values(block.terminator):
            if _mentions(value, result):
                yield function, number, value, span
        for successor in flow.successors[number]:
            if successor not in seen:
                seen.add(successor)
                pending.append((successor, 0))


def _mentions(value: ir.Value, location: ir.Location) -> bool:
    return any(named.root == location.root for named in walk.named(value))


def writes(program: Explored) -> tuple[Write, ...]:
    """Every call of `lws_write()`, in source order."""
    found = [
        Write(program, site, site.statement)
        for site in program.linked.sites()
        if isinstance(site.statement, ir.Call)
        and program.callee_name(site) in _WRITES
        and len(site.statement.arguments) >= 4
        and program.linked.callee(site.function.unit, program.callee_name(site)) is None
    ]
    return tuple(sorted(found, key=lambda write: write.place))
