"""Protocols: the tables that contexts and vhosts are made with, and the one that a connection binds to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.clusters import effects_of
from lwslint.analysis.domain import Base, Cell, Fact, Pointer, String, Value
from lwslint.analysis.program import Function, Site, Variable
from lwslint.analysis.questions.connects import kinds, member_values
from lwslint.analysis.questions.creations import Create, Info, Occasion, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.heeding import DEFAULT_HANDLER, Heed, heed
from lwslint.analysis.questions.wording import listed
from lwslint.lws.facts import Kind
from lwslint.lws.release import Release
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

_BY_NAME = Release(3, 0, 0)
_NAMING = ("local_protocol_name", "protocol")
_OF_CLIENTS = (
    "LWS_CALLBACK_CLIENT_ESTABLISHED",
    "LWS_CALLBACK_CLIENT_RECEIVE",
    "LWS_CALLBACK_CLIENT_WRITEABLE",
)
_WITH_PLUGINS = "plugin_dirs"


class Entry(NamedTuple):
    """One protocol: its name, the callback, and the function of that name if its body is in sight."""

    name: str
    callback: str
    function: Function | None


class Binding(NamedTuple):
    """A connect, and the protocol that it binds to by name.

    `member` is the one that names it, empty where none does; `entry` None where no protocol is named so.
    `tables` are all that the context may have been made with, `sites` the statements that wrote the name.
    """

    create: Create
    occasion: Occasion
    info: Info
    kinds: tuple[Kind, ...]
    member: str
    name: str
    entry: Entry | None
    tables: tuple[Table, ...]
    sites: tuple[Site, ...]

    @property
    def bound(self) -> tuple[Entry, ...]:
        """The protocols that may get its events: those named so, else the first of each table."""
        if self.entry is None:
            return tuple(table.entries[0] for table in self.tables)
        named = (table.named(self.name) for table in self.tables)
        return tuple(dict.fromkeys(entry for entry in named if entry is not None))


class Table(NamedTuple):
    """The protocols of a context or vhost, and where they are defined."""

    entries: tuple[Entry, ...]
    place: Place

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its protocols, in order."""
        return tuple(entry.name for entry in self.entries)

    def named(self, name: str) -> Entry | None:
        """The first protocol of that name."""
        return next((entry for entry in self.entries if entry.name == name), None)


def bindings(program: Explored) -> Iterator[Binding]:
    """Each connect whose protocol and whose tables are known exactly, once for each occasion.

    Since 3.0.0 `local_protocol_name`, else `protocol`, is looked up by its exact name, and where that is not
    found (or both are NULL) the connection stays with the first protocol
    (`v3.0.0:lib/roles/http/client/client-handshake.c:883-964`,
    `v4.3.10:lib/core-net/client/connect.c:130,310`).
    """
    known = tables(program) if program.target >= _BY_NAME else ()
    if not known:
        return
    for create in creates(program, "connection"):
        for occasion in create.occasions:
            info = create.info_of(occasion)
            if info is not None and occasion.certain and not occasion.guessed and occasion.base is Base.ZERO:
                yield from _bind(program, create, occasion, info, known)


def _bind(
    program: Explored, create: Create, occasion: Occasion, info: Info, known: tuple[Table, ...]
) -> Iterator[Binding]:
    facts = occasion.facts()
    member = next((one for one in _NAMING if member_values(facts, one) != (0,)), "")
    names = constant_names(program, member_values(facts, member)) if member else ("",)
    sites = (facts[member].since or facts[member].before) if member in facts else ()
    for name in names or ():
        entry = next((found for table in known if (found := table.named(name)) is not None), None)
        yield Binding(create, occasion, info, kinds(program, facts), member, name, entry, known, sites)


def tables(program: Explored) -> tuple[Table, ...]:
    """The tables that contexts and vhosts are made with; empty unless all are known exactly."""
    found: dict[Place, Table] = {}
    for create in (*creates(program, "context"), *creates(program, "vhost")):
        if not create.occasions:
            return ()
        for occasion in create.occasions:
            facts = occasion.facts()
            if not _is_bare(occasion, facts):
                values = _protocols(facts)
                made = [_read(program, value, pointers=pointers) for value, pointers in values]
                if not made or None in made:
                    return ()
                found.update({table.place: table for table in made if table is not None})
    return tuple(found[place] for place in sorted(found))


def _is_bare(occasion: Occasion, facts: dict[str, Fact]) -> bool:
    """Whether a context is made without protocols, which its vhosts then bring."""
    return occasion.certain and not {"protocols", "pprotocols", _WITH_PLUGINS} & set(facts)


def _protocols(facts: dict[str, Fact]) -> list[tuple[Value, bool]]:
    """What `protocols`, else `pprotocols` may be; plugins may bring any protocol."""
    if _WITH_PLUGINS in facts and facts[_WITH_PLUGINS].values != (0,):
        return []
    plain = facts["protocols"].values if "protocols" in facts else (0,)
    if plain != (0,):
        return [(value, False) for value in plain]
    return [(value, True) for value in (facts["pprotocols"].values if "pprotocols" in facts else ())]


def constant_names(program: Explored, values: tuple[Value, ...]) -> tuple[str, ...] | None:
    """The strings that these values are; None where one of them is not constant."""
    found: list[str] = []
    for value in values:
        text = value.text if isinstance(value, String) else _array_text(program, value)
        if text is None:
            return None
        found.append(text)
    return tuple(dict.fromkeys(found))


def _array_text(program: Explored, value: Value) -> str | None:
    """The text of a constant array of characters."""
    if not isinstance(value, Pointer) or value.cell.path not in ((), (0,)):
        return None
    variable = program.linked.variables.get(value.cell.object)
    if variable is None or not variable.const or len(variable.initialiser) != 1:
        return None
    assigned = variable.initialiser[0].value
    return assigned.text if isinstance(assigned, ir.Text) else None


# Tables


def _read(program: Explored, value: Value, *, pointers: bool) -> Table | None:
    """The table that a value points at; None where it is not known exactly."""
    if not isinstance(value, Pointer):
        return None
    variable = program.linked.variables.get(value.cell.object)
    start = value.cell.path[0] if value.cell.path else 0
    if variable is None or not isinstance(start, int) or len(value.cell.path) > 1:
        return None
    found = _pointed_at(program, variable) if pointers else _elements(program, variable)
    if found is None:
        return None
    entries = []
    while start in found:
        entries.append(found[start])
        start += 1
    place = program.linked.place(variable.unit, variable.span)
    return Table(tuple(entries), place) if entries else None


def _pointed_at(program: Explored, variable: Variable) -> dict[int, Entry] | None:
    """The protocols that an array of pointers leads to, by index."""
    found: dict[int, Entry] = {}
    for assign in _initial(program, variable):
        step = assign.target.path[0] if len(assign.target.path) == 1 else None
        if isinstance(assign.value, ir.Zero | ir.Const):
            continue
        if not isinstance(step, ir.Index) or step.at is None or not isinstance(assign.value, ir.Address):
            return None
        location = assign.value.location
        key = program.linked.resolve_global(variable.unit, location.root)
        one = program.linked.variables.get(key)
        elements = _elements(program, one) if one is not None else None
        at = location.path[0].at if location.path and isinstance(location.path[0], ir.Index) else 0
        if elements is None or at not in elements:
            return None
        found[step.at] = elements[at]
    return found


def _elements(program: Explored, variable: Variable) -> dict[int, Entry] | None:
    """The protocols in an array of them (or in one alone), by index; None where they may change."""
    record = spelling.element(variable.type) or spelling.bare(variable.type)
    if record not in spelling.PROTOCOLS or not variable.defined or _may_change(program, variable, record):
        return None
    names: dict[int, str] = {}
    callbacks: dict[int, str] = {}
    for assign in _initial(program, variable):
        path = assign.target.path
        at = path[0].at if path and isinstance(path[0], ir.Index) else 0
        member = path[-1].name if path and isinstance(path[-1], ir.Field) else ""
        if isinstance(assign.value, ir.Zero) or (
            isinstance(assign.value, ir.Const) and assign.value.value == 0
        ):
            continue
        if at is None or not member:
            return None
        if member == "name":
            text = _initial_text(program, variable, assign.value)
            if text is None:
                return None
            names[at] = text
        elif member == "callback":
            function = next(walk.functions(assign.value), "")
            if not function:
                return None
            callbacks[at] = function
    return {
        at: Entry(names[at], callback, program.linked.callee(variable.unit, callback))
        for at, callback in callbacks.items()
        if at in names
    }


def _initial_text(program: Explored, variable: Variable, value: ir.Value) -> str | None:
    if isinstance(value, ir.Text):
        return value.text
    if isinstance(value, ir.Address):
        key = program.linked.resolve_global(variable.unit, value.location.root)
        return _array_text(program, Pointer(Cell(key)))
    return None


def _initial(program: Explored, variable: Variable) -> Iterator[ir.Assign]:
    """The assignments of an initialiser, also that of an automatic variable."""
    yield from variable.initialiser
    if variable.owner is not None:
        function = program.linked.functions[variable.owner]
        for block in function.ir.blocks:
            for statement in block.statements:
                if (
                    isinstance(statement, ir.Assign)
                    and statement.initial
                    and program.linked.resolve(function, statement.target.root) == variable.key
                ):
                    yield statement


def _may_change(program: Explored, variable: Variable, record: str) -> bool:
    """Whether anything but its initialiser may write to a table."""
    if variable.const:
        return False
    index = program.index
    written = [("v", variable.key), ("f", record, "name"), ("f", record, "callback")]
    if any(
        not (isinstance(site.statement, ir.Assign) and site.statement.initial)
        for found in written
        for site in index.writers.get(found, ())
    ):
        return True
    return any(_may_write(program, site) for site in index.addresses.get(("v", variable.key), ()))


def _may_write(program: Explored, site: Site) -> bool:
    """Whether a call out of sight may write through what it is handed."""
    call = site.statement
    if not isinstance(call, ir.Call) or program.index.callees.get(site.key):
        return False
    effects = effects_of(program.linked, site.function, call, program.oracle)
    return effects is None or bool(effects.writes or effects.copies or effects.zeroes is not None)


# Names that no protocol has


def unknown_names(program: Explored) -> Iterator[Binding]:
    """The connects that name a protocol which no context has, and those that leave it to chance.

    A table of one protocol leaves no choice, whatever is offered to the server as `protocol`. A websocket
    without any name is left to chance where the first protocol does not know a client's reasons, but
    another does.
    """
    told = set()
    for binding in bindings(program):
        place = unknown_name_place(program, binding)
        if place not in told and (_is_unknown(binding) if binding.member else _is_chance(program, binding)):
            told.add(place)
            yield binding


def unknown_name_place(program: Explored, binding: Binding) -> Place:
    """The first statement that wrote the name, else the connect."""
    places = sorted(program.site_place(site) for site in binding.sites)
    return places[0] if places else binding.create.place


def _is_unknown(binding: Binding) -> bool:
    chosen = binding.member == _NAMING[0] or all(len(table.entries) > 1 for table in binding.tables)
    return binding.entry is None and chosen


def _is_chance(program: Explored, binding: Binding) -> bool:
    return binding.kinds == (Kind.WS,) and all(_first_is_other(program, table) for table in binding.tables)


def _first_is_other(program: Explored, table: Table) -> bool:
    """Whether the first protocol passes over all that a websocket client gets, and a later one does not."""
    first, *others = table.entries
    if _heeds_client(program, first) > Heed.DEFAULT:
        return False
    return any(_heeds_client(program, other) is Heed.TOLD for other in others)


def _heeds_client(program: Explored, entry: Entry) -> Heed:
    if entry.callback == DEFAULT_HANDLER:
        return Heed.DEFAULT
    if entry.function is None:
        return Heed.UNKNOWN
    return max(heed(program, entry.function, reason) for reason in _OF_CLIENTS)


def binding_steps(program: Explored, binding: Binding) -> tuple[Step, ...]:
    """The tables, the statements that wrote the name, the connect."""
    tables = [
        Step(table.place, f"the protocols are {listed(table.names)}", StepKind.OTHER, "")
        for table in binding.tables
    ]
    last = f"`{binding.create.callee}()` reads `{binding.info.name}`"
    story = binding.occasion.story.about((binding.member,) if binding.member else ())
    return (*tables, *program.steps(story, (StepKind.FILL, StepKind.CALL), last))
