"""Tables of protocols: where they end, and what of them was never set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.clusters import effects_of
from lwslint.analysis.library import callee_name
from lwslint.analysis.program import Function, Site, Variable
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.mends import Allocated, Declared
from lwslint.analysis.values import Member, Origin, Skip, Source
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place

_TABLES = ("protocols", "pprotocols")
_READ = ("name", "callback", "per_session_data_size", "rx_buffer_size", "tx_packet_size")
"""The members that the library reads itself (facts 4: `id` and `user` are the program's own)."""


class Table(NamedTuple):
    """An array of protocols (or of pointers to them) that is handed to the library by `member`."""

    origin: Origin
    member: str
    type: str
    length: int
    handed: tuple[Site, ...]

    @property
    def of_pointers(self) -> bool:
        """Whether it is a list of pointers, which NULL ends."""
        return self.member == "pprotocols"


class Unset(NamedTuple):
    """An entry of a table with members that nothing sets."""

    entry: int
    members: tuple[str, ...]


class Tables:
    """The tables of one program, and what its statements put into them."""

    def __init__(self, program: Explored) -> None:
        self._program = program
        self.tables = tuple(self._find())
        self._stores = list(self._find_stores()) if self.tables else []

    # Tables

    def _find(self) -> Iterator[Table]:
        found: dict[tuple[object, ...], Table] = {}
        for origin, member, sites in self._handed():
            if origin.source not in (Source.VARIABLE, Source.BLOCK) or any(
                isinstance(step, Member) for step in origin.steps
            ):
                continue
            key = (origin.source, origin.key, origin.site, member)
            type_, length = self._extent(origin)
            known = found.get(key)
            if length:
                found[key] = (
                    Table(origin, member, type_, length, sites)
                    if known is None
                    else known._replace(handed=(*known.handed, *sites))
                )
        yield from found.values()

    def _handed(self) -> Iterator[tuple[Origin, str, tuple[Site, ...]]]:
        """Everything that is assigned to `protocols` or `pprotocols` of a creation info."""
        program = self._program
        for site in program.linked.sites():
            target = walk.target(site.statement)
            if target is not None and (member := self._table_member(site, target)):
                for origin in program.values.stored(site):
                    yield origin, member, (site,)
        for number, unit in program.linked.units.items():
            for item in unit.globals:
                for assign in item.initialiser:
                    found = program.linked.classify_global(number, assign.target)
                    if found[0] == "f" and found[1] == spelling.CREATION_INFO and found[2] in _TABLES:
                        yield program.values.initial(number, assign.value), found[2], ()

    def _table_member(self, site: Site, target: ir.Location) -> str:
        found = self._program.linked.classify(site.function, target.root, target.path)
        return (
            found[2] if found[0] == "f" and found[1] == spelling.CREATION_INFO and found[2] in _TABLES else ""
        )

    def _extent(self, origin: Origin) -> tuple[str, int]:
        """The type of the entries, and how many there are; 0 where that is not known."""
        if origin.source is Source.VARIABLE:
            type_ = self._program.linked.variables[origin.key].type
            element = spelling.element(type_) or type_
            size = self._program.linked.size_of(element)
            return element, self._program.linked.size_of(type_) // size if size else 0
        assert origin.site is not None and isinstance(origin.site.statement, ir.Call)
        for type_ in sorted(spelling.PROTOCOLS):
            size = self._program.linked.size_of(type_)
            if size:
                return type_, (self._block_bytes(origin.site) or 0) // size
        return "", 0

    def _block_bytes(self, site: Site) -> int | None:
        """How many bytes an allocation asks for; None where that is not constant."""
        call = site.statement
        assert isinstance(call, ir.Call)
        total = 1
        for argument in call.arguments:
            numbers = {o.number for o in self._program.values.of(site, argument) if o.source is Source.NUMBER}
            others = [o for o in self._program.values.of(site, argument) if o.source is not Source.NUMBER]
            if others or len(numbers) != 1:
                return None
            total *= numbers.pop()
        return total if call.arguments else None

    # What is put into them

    def _find_stores(self) -> Iterator[tuple[Site, Origin]]:
        """Each statement that may write into a table, with the memory that it writes."""
        program = self._program
        for site in program.linked.sites():
            statement = site.statement
            target = walk.target(statement)
            if target is not None and self._is_part(site.function, target):
                for origin in program.values.object_at(site, target):
                    yield site, origin
            if isinstance(statement, ir.Call):
                for position, argument in enumerate(statement.arguments):
                    if self._may_write(site, statement, position, argument):
                        for origin in program.values.of(site, argument):
                            yield site, origin

    def _is_part(self, function: Function, target: ir.Location) -> bool:
        found = self._program.linked.classify(function, target.root, target.path)
        type_ = spelling.bare(self._program.linked.type_of(function, target))
        whole = spelling.element(type_) or type_
        return (
            (found[0] == "f" and found[1] in spelling.PROTOCOLS)
            or whole in spelling.PROTOCOLS
            or spelling.pointee(whole) in spelling.PROTOCOLS
        )

    def _may_write(self, site: Site, call: ir.Call, position: int, argument: ir.Value) -> bool:
        """Whether a call out of sight may write through an argument that points at protocols."""
        program = self._program
        if program.index.callees.get(site.key):
            return False
        pointed = spelling.pointee(program.linked.value_type(site.function, argument))
        type_ = spelling.element(pointed) or pointed
        if type_ not in spelling.PROTOCOLS and spelling.pointee(type_) not in spelling.PROTOCOLS:
            return False
        effects = effects_of(program.linked, site.function, call, program.oracle)
        if effects is None:
            return True
        writes = {*effects.writes, effects.zeroes, *(effects.copies or ())[:1]}
        return position in writes

    def _entries(self, table: Table, store: Site, origin: Origin) -> tuple[range, str] | None:
        """The entries that a store may reach, and the member (empty: all); None if it is elsewhere."""
        if origin.source is Source.UNKNOWN or origin.source is Source.PARAMETER:
            return range(table.length), ""
        if (origin.source, origin.key, origin.site) != (
            table.origin.source,
            table.origin.key,
            table.origin.site,
        ):
            return None
        size = self._program.linked.size_of(table.type)
        at: int | None = 0
        member = ""
        for step in origin.steps:
            if isinstance(step, Skip):
                at = None if at is None or step.bytes is None else at + step.bytes
            else:
                member = step.name
        if at is None or not size:
            return range(table.length), member
        first = at // size
        return range(first, table.length if self._goes_on(store) else first + 1), member

    def _goes_on(self, store: Site) -> bool:
        """Whether a store may reach the entries after the first one as well."""
        target = walk.target(store.statement)
        if isinstance(store.statement, ir.Call) and not self._program.index.callees.get(store.key):
            return True
        return target is not None and bool(
            spelling.element(self._program.linked.type_of(store.function, target))
        )

    # Answers

    def unterminated(self, table: Table) -> bool:
        """Whether every entry inside the bounds is set, and none may end the table."""
        first = self._first(table)
        if first is None or first >= table.length:
            return False
        ends = {entry: self._zeroed(table) for entry in range(first, table.length)}
        member = "" if table.of_pointers else "callback"
        for entry, name, value in self._initial(table):
            if entry in ends and name in ("", member):
                ends[entry] = _is_null(value)
        constant = table.origin.source is Source.VARIABLE and self._variable(table).const
        for store, origin in () if constant else self._stores:
            reach = self._entries(table, store, origin)
            if reach is None or self._is_initial(table, store):
                continue
            ending = self._may_end(table, store, reach[1])
            for entry in reach[0]:
                if ending and entry in ends:
                    return False
                if ending is False and ends.get(entry, False) is None:
                    ends[entry] = False
        return all(end is False for end in ends.values())

    def _zeroed(self, table: Table) -> bool | None:
        """Whether entries end the table unless they are set; None where they are garbage until then."""
        return None if self._is_garbage(table) else True

    def _first(self, table: Table) -> int | None:
        size, at = self._program.linked.size_of(table.type), 0
        for step in table.origin.steps:
            if not isinstance(step, Skip) or step.bytes is None or not size:
                return None
            at += step.bytes
        return at // size if size and at >= 0 else None

    def _initial(self, table: Table) -> Iterator[tuple[int, str, ir.Value]]:
        """What the initialiser of a table says: entry, member, value."""
        if table.origin.source is not Source.VARIABLE:
            return
        variable = self._variable(table)
        for assign in variable.initialiser:
            yield from _parts(assign, table.length)
        if variable.owner is not None:
            for block in self._program.linked.functions[variable.owner].ir.blocks:
                for statement in block.statements:
                    if self._initialises(variable, statement):
                        assert isinstance(statement, ir.Assign)
                        yield from _parts(statement, table.length)

    @staticmethod
    def _initialises(variable: Variable, statement: ir.Statement) -> bool:
        return (
            isinstance(statement, ir.Assign)
            and statement.initial
            and f"{statement.target.root}!{variable.owner}" == variable.key
        )

    def _is_initial(self, table: Table, store: Site) -> bool:
        return table.origin.source is Source.VARIABLE and self._initialises(
            self._variable(table), store.statement
        )

    def _may_end(self, table: Table, store: Site, member: str) -> bool | None:
        """Whether a store may end the table; None if it has nothing to do with that."""
        statement = store.statement
        if not isinstance(statement, ir.Assign):
            return True
        if table.of_pointers or member == "callback":
            found = self._program.values.of(store, statement.value)
            return not all(o.memory or o.source is Source.CODE for o in found)
        return True if not member else None

    def unset(self, table: Table) -> Unset | None:
        """The first entry of an automatic table or a heap block with members that nothing ever sets."""
        if table.of_pointers or not self._is_garbage(table):
            return None
        names = self._members(table)
        missing = {entry: dict.fromkeys(names) for entry in range(table.length)}
        ended: set[int] = set()
        for store, origin in self._stores:
            reach = self._entries(table, store, origin)
            if reach is None:
                continue
            entries, member = reach
            for entry in entries:
                for name in (member,) if member else names:
                    missing.get(entry, {}).pop(name, None)
                if member == "callback" and self._ends_entry(store, entry):
                    ended.add(entry)
        for entry, left in missing.items():
            if entry in ended:
                return None
            if left:
                return Unset(entry, tuple(left))
        return None

    def _ends_entry(self, store: Site, entry: int) -> bool:
        """Whether a store makes an entry the last one: it may be any but the first, unless it surely is."""
        if not isinstance(store.statement, ir.Assign):
            return False
        origins = self._program.values.of(store, store.statement.value)
        null = [origin.source is Source.NUMBER and not origin.number for origin in origins]
        return all(null) or (entry > 0 and (any(null) or Source.UNKNOWN in [o.source for o in origins]))

    def _members(self, table: Table) -> tuple[str, ...]:
        record = self._program.linked.records.get(table.type)
        known = {item.name for item in record.members} if record is not None else set()
        return tuple(name for name in _READ if name in known)

    def _is_garbage(self, table: Table) -> bool:
        """Whether nobody zeroes it when it comes into being."""
        if table.origin.source is Source.BLOCK:
            site = table.origin.site
            assert site is not None and isinstance(site.statement, ir.Call)
            effects = effects_of(self._program.linked, site.function, site.statement, self._program.oracle)
            return effects is not None and effects.allocates and not effects.zeroed
        return not self._variable(table).static

    def _variable(self, table: Table) -> Variable:
        return self._program.linked.variables[table.origin.key]

    # What there is to say of them

    def name(self, table: Table) -> str:
        """The table as a person would call it."""
        if table.origin.source is Source.VARIABLE:
            return self._variable(table).name
        return table.member

    def place(self, table: Table) -> Place:
        """The declaration, or the allocation."""
        if table.origin.site is not None:
            return self._program.site_place(table.origin.site)
        variable = self._variable(table)
        return self._program.linked.place(variable.unit, variable.span)

    def origin(self, table: Table) -> Declared | Allocated | None:
        """The declaration of an automatic table, or the allocation of one in a block."""
        site = table.origin.site
        if table.origin.source is Source.VARIABLE:
            variable = self._variable(table)
            return Declared(self.place(table), variable.name) if variable.size else None
        if site is None or not isinstance(site.statement, ir.Call) or not site.statement.spans:
            return None
        first = self._program.linked.place(site.function.unit, site.statement.spans[0])
        return Allocated(self.place(table), callee_name(site.statement), first)

    def end(self, table: Table) -> str:
        """The entry that ends a table, with a value for each member that the target release has."""
        record = self._program.linked.records.get(table.type)
        if table.of_pointers or record is None:
            return "NULL"
        values = ("NULL" if "*" in member.type else "0" for member in record.members)
        return f"{{ {', '.join(values)} }}"

    def steps(self, table: Table) -> tuple[Step, ...]:
        """Where it is handed to the library."""
        return tuple(
            Step(
                self._program.site_place(site),
                f"`{table.member}` of the creation info points at it",
                StepKind.FILL,
                site.function.name,
            )
            for site in table.handed[:4]
        )


def _parts(assign: ir.Assign, length: int) -> Iterator[tuple[int, str, ir.Value]]:
    """An assignment to a whole table, an entry or a member of one as single entries and members."""
    path = assign.target.path
    if not path:
        yield from ((entry, "", assign.value) for entry in range(length))
    elif isinstance(path[0], ir.Index) and path[0].at is not None:
        step = path[1] if len(path) > 1 else None
        yield path[0].at, step.name if isinstance(step, ir.Field) else "", assign.value


def _is_null(value: ir.Value) -> bool:
    """Whether a value ends a table, or may."""
    return not isinstance(value, ir.FunctionRef | ir.Address | ir.Text)
