"""Fields of creation info that do not go together, or that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.domain import Pointer
from lwslint.analysis.flow import successors
from lwslint.analysis.program import Site
from lwslint.analysis.questions.creations import Create, Leftover, Occasion, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.settings import Setting, options, settings
from lwslint.model.place import Place

_NO_PORTS = (-1, -2)


def ignored(program: Explored, occasion: Occasion) -> tuple[Setting, ...]:
    """The settings that the context ignores because of EXPLICIT_VHOSTS, in source order.

    Nothing where the flag is not the program's own, or where a vhost is made from the same object.
    """
    bits = options(program, occasion)
    if bits is None or not program.knowledge.has_explicit_vhosts(bits, program.target):
        return ()
    filled = settings(program, occasion)
    flags = [setting for setting in filled if setting.field == "options"]
    if any(_operator(setting) == "&=" for setting in flags) or not all(
        program.knowledge.has_explicit_vhosts(_bits(setting), program.target)
        for setting in flags
        if _operator(setting) == "="
    ):
        return ()
    if any(other.cell == occasion.cell for vhost in creates(program, "vhost") for other in vhost.occasions):
        return ()
    pprotocols = any(setting.field == "pprotocols" and setting.sets for setting in filled)
    return tuple(
        setting
        for setting in filled
        if setting.sets
        and program.knowledge.ignored_by_context(setting.field, program.target, pprotocols=pprotocols)
        and not (setting.field == "port" and setting.known and set(setting.numbers) <= {*_NO_PORTS, 0})
    )


def _bits(setting: Setting) -> int:
    bits = -1
    for number in setting.numbers:
        bits &= number
    return bits


def _operator(setting: Setting) -> str:
    statement = setting.site.statement
    return statement.operator if isinstance(statement, ir.Assign) else ""


def together(program: Explored, one: Site, other: Site) -> bool:
    """Whether one of two statements never runs without the other, in the same function."""
    if one.function is not other.function:
        return False
    return one.block == other.block or _always(program, one, other) or _always(program, other, one)


def _always(program: Explored, first: Site, then: Site) -> bool:
    """Whether every way from (or to) one statement goes through the other."""
    blocks = first.function.ir.blocks
    if not _reaches(blocks, 0, then.block, first.block):
        return _reaches(blocks, first.block, then.block, -1)
    ends = [n for n, block in enumerate(blocks) if isinstance(block.terminator, ir.Return)]
    return not any(_reaches(blocks, first.block, end, then.block) for end in ends)


def _reaches(blocks: tuple[ir.Block, ...], start: int, end: int, without: int) -> bool:
    """Whether a way leads from one block to another and past a third."""
    seen: set[int] = set()
    pending = [start] if start != without else []
    while pending:
        current = pending.pop()
        if current == end:
            return True
        if current not in seen:
            seen.add(current)
            pending.extend(n for n in successors(blocks[current].terminator) if n != without)
    return False


def handles(program: Explored, reasons: Iterable[str]) -> bool:
    """Whether the program names one of these callback reasons."""
    return not set(reasons).isdisjoint(program.roles.names())


_OWNED_ONCE = ("external_baggage_free_on_destroy", "pcontext")


def shared(program: Explored, occasion: Occasion) -> tuple[str, ...]:
    """The fields whose value belongs to another context that is alive when a create reads them."""
    state = occasion.state
    found = {name for kind, name, _ in occasion.leftovers() if kind is Leftover.SHARED}
    for field in occasion.fields():
        for kept in state.kept:
            if kept.field == field.name and field.name in _OWNED_ONCE and state.live.get(kept.context):
                same = any(isinstance(v, Pointer) and v.cell == kept.cell for v in field.fact.values)
                if same and "*" not in kept.cell.path:
                    found.add(field.name)
    return tuple(sorted(found))


_MOUNT = "struct lws_http_mount"


def interpreted_mounts(program: Explored) -> Iterator[tuple[Create, Create]]:
    """Creates (of contexts or vhosts) with mounts that an earlier create has rewritten `interpret` of.

    Up to 3.1 the library puts numbers where the strings were (`v3.0.0:lib/core/context.c:738`).
    """
    first: dict[str, Create] = {}
    for create in sorted(
        (*creates(program, "context"), *creates(program, "vhost")), key=lambda create: create.place
    ):
        mounts = {
            key
            for occasion in create.occasions
            if occasion.certain and not occasion.guessed
            for setting in settings(program, occasion)
            if setting.field == "mounts"
            for key in setting.objects
        }
        for key in sorted(mounts):
            if _member_sites(program, key, _MOUNT, "interpret"):
                earlier = first.setdefault(key, create)
                again = any(create.site.key in o.state.created for o in create.occasions if o.certain)
                if earlier is not create or again:
                    yield create, earlier


_POLICY = "struct lws_retry_bo"


def policies(program: Explored) -> Iterator[tuple[Setting, Place, str, int, int]]:
    """Retry policies that reach a create or a connect: who hands it over, the place of `hangup`, its object.

    The last two are `secs_since_valid_ping` and `secs_since_valid_hangup`.
    """
    seen: set[str] = set()
    for kind in ("context", "vhost", "connection"):
        for create in creates(program, kind):
            for occasion in create.occasions:
                for setting in settings(program, occasion):
                    if setting.field == "retry_and_idle_policy" and len(setting.objects) == 1:
                        key = setting.objects[0]
                        found = None if key in seen else _policy(program, key)
                        seen.add(key)
                        if found is not None:
                            yield (setting, *found)


def _policy(program: Explored, key: str) -> tuple[Place, str, int, int] | None:
    ping = _member_sites(program, key, _POLICY, "secs_since_valid_ping")
    hangup = _member_sites(program, key, _POLICY, "secs_since_valid_hangup")
    variable = program.linked.variables.get(key)
    if variable is None or len(ping) != 1 or len(hangup) > 1 or not variable.defined:
        return None
    (pinged, ping_place), (hung, place) = ping[0], (hangup or [(0, ping[0][1])])[0]
    if pinged is None or hung is None:
        return None
    return place if hangup else ping_place, variable.name, pinged, hung


def _member_sites(program: Explored, key: str, record: str, member: str) -> list[tuple[int | None, Place]]:
    """What initialiser and assignments put into a member of one object, where it is not zero."""
    found: list[tuple[int | None, Place]] = []
    variable = program.linked.variables.get(key)
    if variable is None:
        return found
    for assign in variable.initialiser:
        if assign.target.path[-1:] == (ir.Field(member),):
            place = program.linked.place(variable.unit, assign.span)
            found.append((assign.value.value if isinstance(assign.value, ir.Const) else None, place))
    for site in program.index.writers.get(("f", record, member), ()):
        statement = site.statement
        target = walk.target(statement)
        if target is not None and program.linked.resolve(site.function, target.root) == key:
            values = program.possible.written(site)
            number = next(iter(values)) if len(values) == 1 else None
            found.append((number if isinstance(number, int) else None, program.site_place(site)))
    return [one for one in found if one[0] != 0]


_NARROW = frozenset({"int", "unsigned int"})
_WIDTH = 32


def narrowed(program: Explored, setting: Setting) -> str:
    """The 32-bit variable that `options` come from and that cannot hold a flag put into it; empty if none."""
    statement = setting.site.statement
    if not isinstance(statement, ir.Assign):
        return ""
    for location in walk.loads(statement.value):
        key = program.linked.resolve(setting.site.function, location.root)
        variable = program.linked.variables.get(key)
        if variable is not None and not location.path and spelling.bare(variable.type) in _NARROW:
            for site in program.index.writers.get(("v", key), ()):
                if any(
                    isinstance(part, ir.Const) and part.value >> _WIDTH > 0
                    for value in walk.values(site.statement)
                    for part in walk.parts(value)
                ):
                    return variable.name
    return ""
