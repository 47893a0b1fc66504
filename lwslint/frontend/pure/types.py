"""Types of C, in the terms that the lowering asks in (`lwslint.frontend.clang.types`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import cast

from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.library import Cursor as ClangCursor
from lwslint.frontend.clang.types import FieldInfo, TypeInfo, Types, spelled
from lwslint.frontend.pure.cursor import Cursor
from lwslint.frontend.pure.target import Target

BOOL, CHAR, SIGNED_CHAR, UNSIGNED_CHAR = "_Bool", "char", "signed char", "unsigned char"
_INTEGERS = (
    "_Bool", "char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int",
    "long", "unsigned long", "long long", "unsigned long long", "__int128", "unsigned __int128",
)  # fmt: skip
_FLOATS = ("float", "double", "long double")
_KIND_BOOL, _KIND_INTEGER, _KIND_ATOMIC = 3, 17, 177
_RANKS = {
    "long": 3,
    "unsigned long": 3,
    "long long": 4,
    "unsigned long long": 4,
    "__int128": 5,
    "unsigned __int128": 5,
}


class CType(TypeInfo):
    """One type, made by a `Maker`. `quals` are its own qualifiers in clang's order."""

    def __init__(self, kind: int, size: int, align: int, quals: str = "") -> None:
        self.kind = kind
        self.quals = quals
        self.align_known = align
        self.size_known = size

    @cached_property
    def name(self) -> str:
        """The spelling without qualifiers at the top; `struct` also before a name that a typedef gives."""
        name = spelled(self.spell(""))
        base: CType = self
        while isinstance(base, Pointer | Array):
            base = base.target if isinstance(base, Pointer) else base.of
        if isinstance(base, Record) and base.layout.by_typedef:
            at = name.index(base.layout.name)
            name = f"{name[:at]}{base.layout.tag} {name[at:]}"
        return name

    def spell(self, inner: str) -> str:
        """The type around a declarator."""
        raise NotImplementedError

    def plain(self) -> CType:
        """The type without qualifiers of its own."""
        return self

    def qualified(self, quals: Iterable[str]) -> CType:
        """The type with qualifiers."""
        return self

    @property
    def align(self) -> int:
        """In bytes."""
        return self.align_known

    @cached_property
    def size(self) -> int:
        """In bytes."""
        return self.size_known

    @cached_property
    def length(self) -> int:
        """Number of elements of an array, -1 where it is not known."""
        return -1

    @cached_property
    def const(self) -> bool:
        """Whether the type itself (an array's elements) is const."""
        return "const" in self.quals

    @cached_property
    def pointee(self) -> TypeInfo:
        """What a pointer points at; an invalid type for others."""
        return INVALID

    @cached_property
    def element(self) -> TypeInfo:
        """The type of an array's elements; an invalid type for others."""
        return INVALID

    @cached_property
    def fields(self) -> tuple[FieldInfo, ...]:
        """The members of a record, anonymous members among them as one each."""
        return ()

    @property
    def is_too_large(self) -> bool:
        """Never: nothing here goes through members of members."""
        return False

    @cached_property
    def declaration(self) -> Cursor:
        """The cursor of a record's declaration."""
        return Cursor(0)

    def signature(self) -> tuple[TypeInfo, tuple[TypeInfo, ...], bool]:
        """Result, parameters and whether there may be more, of a function type."""
        return INVALID, (), False

    @property
    def is_integer(self) -> bool:
        """An integer or an enumeration."""
        return False

    @property
    def is_unsigned(self) -> bool:
        """An integer without a sign."""
        return False


def _ordered(quals: Iterable[str]) -> str:
    wanted = set(quals)
    return " ".join(one for one in ("const", "volatile", "restrict") if one in wanted)


class Basic(CType):
    """A type with a name: arithmetic types, `void`, `va_list`, enumerations."""

    def __init__(self, word: str, kind: int, size: int, align: int, quals: str = "") -> None:
        super().__init__(kind, size, align, quals)
        self.word = word

    def spell(self, inner: str) -> str:
        """The type around a declarator."""
        head = f"{self.quals} {self.word}" if self.quals else self.word
        return head + inner if not inner or inner[0] == "[" else f"{head} {inner}"

    def plain(self) -> CType:
        """The type without qualifiers of its own."""
        return Basic(self.word, self.kind, self.size, self.align) if self.quals else self

    def qualified(self, quals: Iterable[str]) -> CType:
        """The type with qualifiers."""
        merged = _ordered([*self.quals.split(), *quals])
        return self if merged == self.quals else Basic(self.word, self.kind, self.size, self.align, merged)

    @property
    def is_integer(self) -> bool:
        """An integer or an enumeration."""
        return self.word in _INTEGERS or self.kind == kinds.TYPE_ENUM

    @property
    def is_unsigned(self) -> bool:
        """An integer without a sign."""
        return self.word.startswith("unsigned") or self.word == BOOL or self.kind == kinds.TYPE_ENUM


class Atomic(Basic):
    """An atomic object of another type."""

    def __init__(self, of: CType, quals: str = "") -> None:
        super().__init__(f"_Atomic({of.spell('')})", _KIND_ATOMIC, of.size, of.align, quals)
        self.of = of

    def plain(self) -> CType:
        """The type without qualifiers of its own."""
        return self

    def qualified(self, quals: Iterable[str]) -> CType:
        """The type with qualifiers."""
        return Atomic(self.of, _ordered([*self.quals.split(), *quals]))


class Pointer(CType):
    """A pointer."""

    def __init__(self, target: CType, size: int, quals: str = "") -> None:
        super().__init__(kinds.TYPE_POINTER, size, size, quals)
        self.target = target

    def spell(self, inner: str) -> str:
        """The type around a declarator."""
        own = f"*{self.quals}"
        if self.quals and inner and inner[0] not in "[)":
            own += " "
        inner = own + inner
        return self.target.spell(f"({inner})" if self.target.is_array or self.target.is_function else inner)

    def plain(self) -> CType:
        """The type without qualifiers of its own."""
        return Pointer(self.target, self.size) if self.quals else self

    def qualified(self, quals: Iterable[str]) -> CType:
        """The type with qualifiers."""
        return Pointer(self.target, self.size, _ordered([*self.quals.split(), *quals]))

    @cached_property
    def pointee(self) -> TypeInfo:
        """What it points at."""
        return self.target


class Array(CType):
    """An array; `count` is -1 where it is not known, -2 where it is not constant."""

    def __init__(self, of: CType, count: int) -> None:
        kind = {-1: 114, -2: kinds.TYPE_VARIABLE_ARRAY}.get(count, 112)
        super().__init__(kind, 0, 1)
        self.of = of
        self.count = count

    @property
    def align(self) -> int:
        """In bytes."""
        return self.of.align

    @cached_property
    def size(self) -> int:
        """In bytes."""
        return max(self.count, 0) * self.of.size

    def spell(self, inner: str) -> str:
        """The type around a declarator."""
        return self.of.spell(f"{inner}[{self.count if self.count >= 0 else '' if self.count == -1 else '*'}]")

    def qualified(self, quals: Iterable[str]) -> CType:
        """The type with qualifiers."""
        return Array(self.of.qualified(quals), self.count)

    @cached_property
    def length(self) -> int:
        """Number of elements, -1 where it is not known."""
        return max(self.count, -1)

    @cached_property
    def const(self) -> bool:
        """Whether the elements are const."""
        return self.of.const

    @cached_property
    def element(self) -> TypeInfo:
        """The type of its elements."""
        return self.of.plain()


class Function(CType):
    """A function; `parameters` is None without a prototype."""

    def __init__(self, result: CType, parameters: Sequence[CType] | None, *, variadic: bool = False) -> None:
        super().__init__(111 if parameters is None else 110, 1, 1)
        self.result = result
        self.parameters = parameters
        self.variadic = variadic

    def spell(self, inner: str) -> str:
        """The type around a declarator."""
        if self.parameters is None:
            listed = ""
        else:
            words = [one.spell("") for one in self.parameters] + (["..."] if self.variadic else [])
            listed = ", ".join(words) or "void"
        return self.result.spell(f"{inner}({listed})")

    def signature(self) -> tuple[TypeInfo, tuple[TypeInfo, ...], bool]:
        """Result, parameters and whether there may be more."""
        return self.result, tuple(self.parameters or ()), self.variadic or self.parameters is None


class Layout:
    """The members of a record once they are known; `complete` is called when they are asked for before."""

    __slots__ = (
        "align",
        "anonymous",
        "by_typedef",
        "complete",
        "cursor",
        "fields",
        "leaves",
        "members",
        "name",
        "size",
        "tag",
        "union",
    )

    def __init__(self, name: str, *, union: bool) -> None:
        self.name = name
        self.union = union
        self.anonymous = False
        self.by_typedef = False
        self.tag = "union" if union else "struct"
        self.fields: tuple[FieldInfo, ...] | None = None
        self.members: dict[str, tuple[Cursor, CType]] = {}
        self.leaves = -1
        self.size = 0
        self.align = 1
        self.complete: Callable[[], None] | None = None
        self.cursor = Cursor(kinds.UNION_DECL if union else kinds.STRUCT_DECL)

    def known(self) -> Layout:
        """The layout, after an attempt to learn it."""
        if self.fields is None and self.complete is not None:
            complete, self.complete = self.complete, None
            complete()
        return self


class Record(CType):
    """A struct or union; its layout may become known later."""

    def __init__(self, layout: Layout, quals: str = "") -> None:
        super().__init__(kinds.TYPE_RECORD, 0, 1, quals)
        self.layout = layout
        if layout.cursor.type is None:
            layout.cursor.type = self

    def spell(self, inner: str) -> str:
        """The type around a declarator."""
        layout = self.layout
        word = layout.name if layout.by_typedef else f"{layout.tag} {layout.name}"
        head = f"{self.quals} {word}" if self.quals else word
        return head + inner if not inner or inner[0] == "[" else f"{head} {inner}"

    def plain(self) -> CType:
        """The type without qualifiers of its own."""
        return Record(self.layout) if self.quals else self

    def qualified(self, quals: Iterable[str]) -> CType:
        """The type with qualifiers."""
        merged = _ordered([*self.quals.split(), *quals])
        return self if merged == self.quals else Record(self.layout, merged)

    @property
    def align(self) -> int:
        """In bytes."""
        return self.layout.known().align

    @property
    def size(self) -> int:
        """In bytes."""
        return self.layout.known().size

    @property
    def fields(self) -> tuple[FieldInfo, ...]:
        """The members, anonymous ones among them as one each."""
        return self.layout.known().fields or ()

    @property
    def declaration(self) -> Cursor:
        """The cursor of the declaration."""
        return self.layout.cursor


INVALID = Basic("", 0, 0, 1)


class Member:
    """A member while a record is laid out; `width` of a bit-field in bits, `align` if it asks for one."""

    __slots__ = ("align", "at", "name", "type", "width")

    def __init__(self, name: str, type_: CType, width: int | None, at: int, align: int = 0) -> None:
        self.name = name
        self.type = type_
        self.width = width
        self.at = at
        self.align = align


def lay_out(layout: Layout, members: Sequence[Member], *, packed: bool, align: int, most: int = 0) -> None:
    """Give members their offsets (System V ABI) and the record its size.

    `align` is what the record asks for, `most` what `#pragma pack` leaves its members: bytes, or 0.
    """
    fields: list[FieldInfo] = []
    bits = 0
    size = 0
    strictest = 1
    for member in members:
        own = max(1 if packed else max(member.type.align, 1), member.align)
        own = min(own, most or own)
        if layout.union:
            bits = 0
        if member.width is not None:
            unit = max(member.type.size, 1) * 8
            if member.width == 0:
                bits = _rounded(bits, unit)
                continue
            if not packed and not most and bits // unit != (bits + member.width - 1) // unit:
                bits = _rounded(bits, unit)
            offset = bits // 8
            bits += member.width
            if member.name:
                strictest = max(strictest, own)
        else:
            offset = _rounded(_rounded(bits, 8) // 8, own)
            bits = (offset + member.type.size) * 8
            strictest = max(strictest, own)
        size = max(size, _rounded(bits, 8) // 8)
        if not member.name and isinstance(member.type, Record):
            for name, (cursor, type_) in member.type.layout.known().members.items():
                layout.members.setdefault(name, (cursor, type_))
        fields.append(FieldInfo(member.name, member.type, offset))
    layout.align = max(strictest, align)
    layout.size = _rounded(size, layout.align)
    layout.fields = tuple(fields)


def _rounded(value: int, unit: int) -> int:
    """The least multiple of a unit that is no less."""
    return (value + unit - 1) // unit * unit


class Maker:
    """Makes the types of a target."""

    def __init__(self, target: Target) -> None:
        self.target = target
        long, pointer = target.long, target.pointer
        sizes = {
            "_Bool": 1, "char": 1, "signed char": 1, "unsigned char": 1, "short": 2, "unsigned short": 2,
            "int": 4, "unsigned int": 4, "long": long, "unsigned long": long, "long long": 8,
            "unsigned long long": 8, "__int128": 16, "unsigned __int128": 16, "float": 4, "double": 8,
            "long double": target.long_double,
        }  # fmt: skip
        self.basic: dict[str, Basic] = {}
        for word, size in sizes.items():
            kind = kinds.TYPE_FIRST_FLOAT + _FLOATS.index(word) if word in _FLOATS else _KIND_INTEGER
            align = min(size, target.wide) if size <= 8 else min(size, 16) if target.wide == 8 else 4
            self.basic[word] = Basic(word, _KIND_BOOL if word == BOOL else kind, size, align)
        self.basic["void"] = Basic("void", kinds.TYPE_VOID, 0, 1)
        self.int = self.basic["int"]
        self.void = self.basic["void"]
        self.char = self.basic["char"]
        self.size_type = self.basic["unsigned long" if pointer == 8 else "unsigned int"]
        self.difference = self.basic["long" if pointer == 8 else "int"]
        self.va_list = self._va_list()

    def _va_list(self) -> CType:
        """`__builtin_va_list`: on x86-64 an array of one record."""
        if self.target.machine != "x86_64" or self.target.pointer != 8:
            return self.pointer(self.char if self.target.machine == "i386" else self.void)
        layout = Layout("__va_list_tag", union=False)
        record = Record(layout)
        parts = [("gp_offset", self.basic["unsigned int"]), ("fp_offset", self.basic["unsigned int"])]
        areas = [("overflow_arg_area", self.pointer(self.void)), ("reg_save_area", self.pointer(self.void))]
        lay_out(layout, [Member(name, of, None, 0) for name, of in [*parts, *areas]], packed=False, align=0)
        return Array(record, 1)

    def pointer(self, to: CType) -> CType:
        """A pointer to a type."""
        return Pointer(to, self.target.pointer)

    def named(self, words: Sequence[str]) -> CType | None:
        """An arithmetic type by its words in any order; None for words that are none."""
        count = {word: words.count(word) for word in words}
        signed = "signed" in count
        unsigned = "unsigned" in count
        rest = set(count) - {"signed", "unsigned", "int", "_Complex", "__extension__"}
        prefix = "unsigned " if unsigned else ""
        if rest == {"char"}:
            return self.basic["unsigned char" if unsigned else "signed char" if signed else "char"]
        if rest == {"short"}:
            return self.basic[f"{prefix}short"]
        if rest == {"long"}:
            return self.basic[prefix + ("long long" if count["long"] > 1 else "long")]
        if rest == {"long", "double"}:
            return self.basic["long double"]
        if rest in ({"float"}, {"double"}, {"void"}, {"_Bool"}):
            return self.basic[rest.pop()]
        if rest == {"bool"}:
            return self.basic["_Bool"]
        if rest == {"__int128"}:
            return self.basic[f"{prefix}__int128"]
        return self.basic[f"{prefix}int"] if not rest and count else None

    def arithmetic(self, left: CType, right: CType) -> CType:
        """The type that two operands are brought to (C17 6.3.1.8)."""
        for word in reversed(_FLOATS):
            if word in (left.name, right.name):
                return self.basic[word]
        first, second = self.promoted(left), self.promoted(right)
        if not (first.is_integer and second.is_integer):
            return first
        ranks = _RANKS.get(first.name, 2), _RANKS.get(second.name, 2)
        if ranks[0] == ranks[1]:
            return first if first.is_unsigned else second
        higher, lower = (first, second) if ranks[0] > ranks[1] else (second, first)
        if lower.is_unsigned and not higher.is_unsigned and lower.size == higher.size:
            return self.basic.get(f"unsigned {higher.name}", higher)
        return higher

    def promoted(self, type_: CType) -> CType:
        """The type after the integer promotions."""
        if isinstance(type_, Atomic):
            type_ = type_.of
        if type_.kind == kinds.TYPE_ENUM:
            return self.basic["unsigned int"]
        if type_.is_integer and (type_.size < 4 or type_.name == BOOL):
            return self.int
        return type_.plain()

    def decayed(self, type_: CType) -> CType:
        """The type of a value: arrays and functions are pointers."""
        if isinstance(type_, Array):
            return self.pointer(type_.of)
        return self.pointer(type_) if type_.is_function else type_


class PureTypes(Types):
    """The types of one translation unit."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self._named: dict[str, TypeInfo] = {}
        self._deep: set[str] = set()

    @cached_property
    def pointer_size(self) -> int:
        """Of the target, in bytes."""
        return self.maker.target.pointer

    def of(self, cursor: ClangCursor) -> TypeInfo:
        """The type of what a cursor declares, refers to or computes."""
        info = cast("Cursor", cursor).type
        if info is None:
            return INVALID
        self.meet(info)
        return info

    def value_of(self, cursor: ClangCursor) -> TypeInfo:
        """The type of an expression's value, or of a parameter: arrays and functions are pointers."""
        info = cast("Cursor", cursor).type
        if info is None:
            return INVALID
        self.meet(info)
        decayed = self.maker.decayed(info)
        self.meet(decayed)
        return decayed

    def meet(self, info: TypeInfo) -> None:
        """Remember a type by its spelling, and what it is made of."""
        while info.name not in self._deep:
            self._deep.add(info.name)
            self._named.setdefault(info.name, info)
            for field in info.fields:
                self._named.setdefault(field.type.name, field.type)
                if field.type.is_array or field.type.is_record:
                    self.meet(field.type)
            info = info.element if info.is_array else info.pointee if info.is_pointer else info
