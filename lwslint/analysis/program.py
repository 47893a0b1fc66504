"""One linked program: its functions, variables and types, names resolved across units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.link import Group, Linker
from lwslint.model.place import Place

LocationClass: TypeAlias = tuple[str, ...]
"""What a location may share memory with: ("v", variable), ("f", record, member) or ("d", type pointed at)."""

_SIZES = {
    **dict.fromkeys(("char", "signed char", "unsigned char", "_Bool"), 1),
    **dict.fromkeys(("short", "unsigned short"), 2),
    **dict.fromkeys(("int", "unsigned int", "float"), 4),
    **dict.fromkeys(("long", "unsigned long", "long long", "unsigned long long", "double"), 8),
}
"""Sizes in bytes of the arithmetic types of a 64-bit machine."""


class Variable:
    """A variable of the program under a name that is unique in it."""

    __slots__ = (
        "const",
        "defined",
        "initialiser",
        "key",
        "name",
        "owner",
        "size",
        "span",
        "storage",
        "type",
        "unit",
    )

    def __init__(self, key: str, unit: int, item: ir.Variable | ir.Global, owner: int | None) -> None:
        self.key = key
        self.unit = unit
        self.name = item.name
        self.type = item.type
        self.size = item.size
        self.span = item.span
        self.owner = owner
        self.storage = item.storage if isinstance(item, ir.Global) else None
        self.defined = item.defined if isinstance(item, ir.Global) else True
        self.const = item.const if isinstance(item, ir.Global) else False
        self.initialiser = item.initialiser if isinstance(item, ir.Global) else ()

    @property
    def static(self) -> bool:
        """Whether it has static or thread storage duration."""
        return self.storage is not None


class Function:
    """A function of the program. `index` is its number in `Program.functions`."""

    __slots__ = ("index", "ir", "key", "keys", "parameters", "unit")

    def __init__(self, index: int, unit: int, function: ir.Function) -> None:
        self.index = index
        self.unit = unit
        self.ir = function
        self.keys: dict[str, str] = {}
        self.parameters = [f"{parameter.root}!{index}" for parameter in function.parameters]

    @property
    def name(self) -> str:
        """Its name in the source."""
        return self.ir.name


class Site:
    """A statement of a function: where something is written, called or branched upon."""

    __slots__ = ("block", "function", "index", "statement")

    def __init__(self, function: Function, block: int, index: int, statement: ir.Statement) -> None:
        self.function = function
        self.block = block
        self.index = index
        self.statement = statement

    @property
    def key(self) -> tuple[int, int, int]:
        """Function, block and statement by number."""
        return (self.function.index, self.block, self.index)


class Program:
    """A group of units linked together.

    `resolve` gives the key of a variable for a root in a function, `callee` the function for a name;
    `classify` says what a location may share memory with, by its declared types.
    """

    def __init__(self, units: Sequence[ir.Unit], group: Group, linker: Linker) -> None:
        self.units = {index: units[index] for index in group.units}
        self.entry = group.entry
        self.variables: dict[str, Variable] = {}
        self.functions: list[Function] = []
        self.records: dict[str, ir.Record] = {}
        self._linker = linker
        self._prototypes = {
            (index, item.name): item for index, unit in self.units.items() for item in unit.prototypes
        }
        self._by_name: dict[tuple[int, str], Function] = {}
        self._classes: dict[tuple[int, str, tuple[ir.Step, ...]], LocationClass] = {}
        self._members: dict[tuple[str, str], str] = {}
        self._global_keys: dict[tuple[int, str], str] = {}
        self._definers = self._find_definers()
        for index, unit in self.units.items():
            self._add_unit(index, unit)
        for index, unit in self.units.items():
            for item in unit.globals:
                self._global_keys[index, item.root] = self._global_key(index, item)
        self._sites = {
            (function.index, number, index): Site(function, number, index, statement)
            for function in self.functions
            for number, block in enumerate(function.ir.blocks)
            for index, statement in enumerate(block.statements)
        }

    def _add_unit(self, index: int, unit: ir.Unit) -> None:
        for record in unit.records:
            self.records.setdefault(record.name, record)
        for item in unit.globals:
            key = self._global_key(index, item)
            known = self.variables.get(key)
            if known is None or (
                item.defined and (not known.defined or (item.initialiser and not known.initialiser))
            ):
                self.variables[key] = Variable(key, index, item, None)
        for body in unit.functions:
            function = Function(len(self.functions), index, body)
            self.functions.append(function)
            self._by_name.setdefault((index, body.name), function)
            for variable in (*body.parameters, *body.variables):
                key = f"{variable.root}!{function.index}"
                self.variables[key] = Variable(key, index, variable, function.index)
            for temporary in _temporaries(body):
                key = f"{temporary.root}!{function.index}"
                self.variables[key] = Variable(key, index, temporary, function.index)

    def _global_key(self, unit: int, item: ir.Global) -> str:
        if item.storage is not ir.Storage.EXTERNAL:
            return f"{item.root}!u{unit}"
        definer = self._definers.get(item.name)
        return item.root if definer is None else f"{item.root}!x{definer}"

    def _find_definers(self) -> dict[str, int]:
        """The unit that defines each external variable; tentative definitions in several are one object."""
        found: dict[str, tuple[bool, int]] = {}
        for index, unit in self.units.items():
            for item in unit.globals:
                if item.defined and item.storage is ir.Storage.EXTERNAL:
                    candidate = (not item.initialiser, index)
                    found[item.name] = min(found.get(item.name, candidate), candidate)
        return {name: index for name, (_, index) in found.items()}

    # Names

    def resolve(self, function: Function, root: str) -> str:
        """The key of the variable that `root` names in `function`."""
        key = function.keys.get(root)
        if key is None:
            if root.startswith("%"):
                key = f"{root}!{function.index}"
            else:
                key = self._global_keys.get((function.unit, root), root)
            function.keys[root] = key
        return key

    def resolve_global(self, unit: int, root: str) -> str:
        """The key of the global that `root` names in a unit."""
        return self._global_keys.get((unit, root), root)

    def callee(self, unit: int, name: str) -> Function | None:
        """The function with a body that `name` means in a unit."""
        found = self._by_name.get((unit, name))
        if found is None:
            definer = self._linker.resolve(name, unit)
            found = self._by_name.get((definer, name)) if definer is not None else None
            if found is not None and found.ir.static:
                return None
        return found

    def prototype(self, unit: int, name: str) -> ir.Prototype | None:
        """How a unit declares a function that has no body in it."""
        return self._prototypes.get((unit, name))

    # Types

    def member_type(self, record: str, member: str) -> str:
        """The type of a member; empty if the record is not known."""
        known = self._members.get((record, member))
        if known is None:
            layout = self.records.get(record)
            if layout is not None:
                for item in layout.members:
                    self._members.setdefault((record, item.name), item.type)
            known = self._members.setdefault((record, member), "")
        return known

    def step_type(self, type_: str, step: ir.Step) -> str:
        """The type after one step of a path."""
        if isinstance(step, ir.Field):
            return self.member_type(spelling.bare(type_), step.name)
        if isinstance(step, ir.Index):
            return spelling.element(type_) or type_
        return spelling.pointee(type_)

    def path_type(self, type_: str, path: Sequence[ir.Step]) -> str:
        """The type at the end of a path that starts at something of `type_`; empty where it is not known."""
        for step in path:
            type_ = self.step_type(type_, step)
        return type_

    def type_of(self, function: Function, location: ir.Location) -> str:
        """The type of what stands at a location."""
        if location.type:
            return location.type
        variable = self.variables.get(self.resolve(function, location.root))
        return self.path_type(variable.type, location.path) if variable else ""

    def value_type(self, function: Function, value: ir.Value) -> str:
        """The type of a value that is a load or an address; empty for others."""
        if isinstance(value, ir.Load):
            return self.type_of(function, value.location)
        if isinstance(value, ir.Address):
            return self.type_of(function, value.location) + " *"
        if isinstance(value, ir.Container):
            return value.type + " *"
        return ""

    def size_of(self, type_: str) -> int:
        """The size of a type in bytes, 0 where it is not known."""
        type_ = spelling.bare(type_)
        if spelling.element(type_):
            count = type_[type_.index("[") + 1 : type_.index("]")]
            return int(count) * self.size_of(spelling.element(type_)) if count.isdigit() else 0
        if type_.endswith("*"):
            return 8
        record = self.records.get(type_)
        return record.size if record else _SIZES.get(type_, 0)

    def contains(self, type_: str, wanted: str, depth: int = 0) -> bool:
        """Whether an object of `type_` is or holds an object of the record `wanted`."""
        type_ = spelling.innermost(type_)
        if type_ == wanted:
            return True
        record = self.records.get(type_)
        return (
            record is not None
            and depth < 6
            and not type_.startswith("struct lws_")
            and any(
                self.contains(member.type, wanted, depth + 1)
                for member in record.members
                if not member.type.endswith("*")
            )
        )

    def classify(self, function: Function, root: str, path: tuple[ir.Step, ...]) -> LocationClass:
        """What the location may share memory with, by its declared types (field-based)."""
        key = (function.index, root, path)
        known = self._classes.get(key)
        if known is None:
            variable = self.resolve(function, root)
            known = self._classes[key] = self._classify(variable, path)
        return known

    def classify_global(self, unit: int, location: ir.Location) -> LocationClass:
        """The class of a location in an initialiser at file scope."""
        return self._classify(self.resolve_global(unit, location.root), location.path)

    def _classify(self, variable: str, path: tuple[ir.Step, ...]) -> LocationClass:
        found: LocationClass = ("v", variable)
        known = self.variables.get(variable)
        type_ = known.type if known else ""
        for step in path:
            if isinstance(step, ir.Field):
                found = ("f", spelling.bare(type_), step.name)
            type_ = self.step_type(type_, step)
            if isinstance(step, ir.Deref):
                found = ("d", type_)
        return found

    # Sites

    def sites(self) -> Collection[Site]:
        """Every statement, in order; always the same objects."""
        return self._sites.values()

    def site(self, function: Function, block: int, index: int) -> Site:
        """One statement."""
        return self._sites[function.index, block, index]

    def calls(self, function: Function, blocks: Iterable[int]) -> Iterator[Site]:
        """The calls in some blocks of a function, by block as these are given."""
        for number in blocks:
            for index, statement in enumerate(function.ir.blocks[number].statements):
                if isinstance(statement, ir.Call):
                    yield self.site(function, number, index)

    def place(self, unit: int, span: ir.Span) -> Place:
        """Where a span of a unit stands."""
        path = self.units[unit].files[span.file]
        return Place(path, span.line, span.column, span.end_line, span.end_column)

    def targets(self, unit: int, value: ir.Value) -> Iterator[Function]:
        """The functions with a body that a value names."""
        for name in walk.functions(value):
            found = self.callee(unit, name)
            if found is not None:
                yield found


def _temporaries(function: ir.Function) -> Iterator[ir.Variable]:
    """The temporaries of a function whose type says more than that they hold a number."""
    for block in function.blocks:
        for statement in block.statements:
            target = walk.target(statement)
            if target is not None and target.root[1:].isdigit() and not target.path and "*" in target.type:
                yield ir.Variable(target.root, "", target.type, 8, statement.span)
