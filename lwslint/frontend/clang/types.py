"""Types of a unit: canonical spellings, sizes, members, each asked from libclang once."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from lwslint import ir
from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.library import CONTINUE, Cursor, FieldVisitor, Type, load, text
from lwslint.frontend.lexing import printable

MAX_MEMBERS = 100_000
"""Members of members of a record, all counted: with more, it has none. The library's largest has some 200."""

_UNNAMED = re.compile(r"(?:\w+::)*\((?:unnamed|anonymous)(?: \w+)? at (.*?):(\d+):(\d+)\)")
_WORD = re.compile(r"(?:(?:const|volatile|restrict|_Atomic) )*(\w+)")
_TAGS = ("struct", "union", "enum")
_BASIC = (
    "void",
    "char",
    "short",
    "int",
    "long",
    "signed",
    "unsigned",
    "float",
    "double",
    "_Bool",
    "__int128",
)
_WORDS = frozenset((*_TAGS, *_BASIC, "bool", "_Complex"))
_VARIABLE = re.compile(r"\[(?!\d*\]|\*\])(?:[^\[\]]|\[[^\[\]]*\])*\]")
_DECLARATOR = re.compile(r"\[[^\[\]]*\]|(?=\((?!\*))")
"""The outermost bounds of an array, or the place before a function's parameters: a name would stand there."""
_ELEMENT = re.compile(r"(\(\*[^()]*(?=\))|(?=\[)|\Z)")
"""The place in an element's type where the bounds of an array of such elements stand."""
_DEPTH = 16
_QUALIFIER = re.compile(r"(?:const|volatile|restrict|_Atomic) ")


def _unnamed(match: re.Match[str]) -> str:
    name = re.split(r"[/\\]", match[1])[-1]
    return f"@{name}:{match[2]}:{match[3]}"


def _normalised(spelling: str) -> str:
    """A canonical spelling with unnamed records by place and lengths worked out at run time as `*`."""
    return _VARIABLE.sub("[*]", _UNNAMED.sub(_unnamed, printable(spelling)))


@lru_cache(maxsize=8192)
def spelled(spelling: str) -> str:
    """A canonical spelling as the IR has it: normalised, without top-level qualifiers."""
    name = _normalised(spelling)
    if name.endswith(("const", "volatile", "restrict")) and "*" in name:
        head, _, qualifiers = name.rpartition("*")
        if not qualifiers.replace("const", "").replace("volatile", "").replace("restrict", "").strip():
            name = f"{head}*"
    if "*" not in name:
        while match := _QUALIFIER.match(name):
            name = name[match.end() :]
    return name


class TypeInfo:
    """One type. `kind` is the canonical type's; `size` 0 where it is not known."""

    def __init__(self, types: Types, canonical: Type) -> None:
        self._types = types
        self._type = canonical
        self.kind: int = canonical.kind
        if self.kind == kinds.TYPE_DEPENDENT_ARRAY:
            self.kind = kinds.TYPE_INCOMPLETE_ARRAY

    @cached_property
    def name(self) -> str:
        """The spelling that the IR has."""
        dependent = self.kind == kinds.TYPE_DEPENDENT  # on an error
        return "" if dependent else spelled(self._types.spelling(self._type))

    @cached_property
    def size(self) -> int:
        """In bytes."""
        return max(0, int(self._types.library.clang_Type_getSizeOf(self._type)))

    @cached_property
    def length(self) -> int:
        """Number of elements of an array, -1 where it is not known."""
        return int(self._types.library.clang_getArraySize(self._type))

    @cached_property
    def const(self) -> bool:
        """Whether the type itself (an array's elements) is const."""
        of = self._types.library.clang_isConstQualifiedType
        if of(self._type):  # an array's qualifiers stand at the array in its canonical type
            return True
        return self.is_array and bool(of(self._types.library.clang_getArrayElementType(self._type)))

    @cached_property
    def pointee(self) -> TypeInfo:
        """What a pointer points at."""
        return self._types.info(self._types.library.clang_getPointeeType(self._type))

    @cached_property
    def element(self) -> TypeInfo:
        """The type of an array's elements."""
        return self._types.info(self._types.library.clang_getArrayElementType(self._type))

    @cached_property
    def decayed(self) -> TypeInfo:
        """Of an array or a function, the pointer that its value is."""
        pointer = Decayed(self._types, self)
        self._types.meet(pointer)
        return pointer

    @cached_property
    def fields(self) -> tuple[FieldInfo, ...]:
        """The members of a record, anonymous ones among them as one each; none if it is too large."""
        return self._types.fields(self._type) if self.is_record and not self.is_too_large else ()

    @property
    def is_too_large(self) -> bool:
        """Whether so many members are inside of members that libclang would not come to an end with them."""
        return self.weight > MAX_MEMBERS

    @cached_property
    def weight(self) -> int:
        """How many members there are in all: libclang goes through them for each offset."""
        return 1 + sum(info.weight for info in self._types.members(self._type)) if self.is_record else 1

    @cached_property
    def declaration(self) -> Cursor:
        """The cursor of a record's declaration."""
        cursor: Cursor = self._types.library.clang_getTypeDeclaration(self._type)
        return cursor

    @property
    def is_array(self) -> bool:
        """Of any kind of length."""
        return self.kind in kinds.TYPE_ARRAYS

    @property
    def is_pointer(self) -> bool:
        """To an object or a function."""
        return self.kind == kinds.TYPE_POINTER

    @property
    def is_record(self) -> bool:
        """A struct or union."""
        return self.kind == kinds.TYPE_RECORD

    @property
    def is_function(self) -> bool:
        """With or without a prototype."""
        return self.kind in kinds.TYPE_FUNCTIONS

    @property
    def is_floating(self) -> bool:
        """Binary floating point."""
        return kinds.TYPE_FIRST_FLOAT <= self.kind <= kinds.TYPE_LAST_FLOAT

    def signature(self) -> tuple[TypeInfo, tuple[TypeInfo, ...], bool]:
        """Result, parameters and whether there may be more, of a function type."""
        library, types = self._types.library, self._types
        count = max(0, library.clang_getNumArgTypes(self._type))
        parameters = tuple(types.info(library.clang_getArgType(self._type, at)) for at in range(count))
        variadic = bool(library.clang_isFunctionTypeVariadic(self._type))
        return types.info(library.clang_getResultType(self._type)), parameters, variadic


class Decayed(TypeInfo):
    """The pointer that a parameter of array or function type, or an array's value, really is."""

    def __init__(self, types: Types, original: TypeInfo) -> None:
        self._types = types
        self._type = original._type
        self._original = original
        self.kind = kinds.TYPE_POINTER

    @cached_property
    def name(self) -> str:
        """The spelling that the IR has."""
        return _pointer_to(self._original, self._types)

    @cached_property
    def size(self) -> int:
        """In bytes."""
        return self._types.pointer_size

    @cached_property
    def const(self) -> bool:
        """The pointer itself is not."""
        return False

    @cached_property
    def pointee(self) -> TypeInfo:
        """The array's element, or the function."""
        return self._original.element if self._original.is_array else self._original


def _pointer_to(original: TypeInfo, types: Types) -> str:
    """The spelling of a pointer to an array's elements, or to a function; the star is where a name was."""
    spelling = _normalised(types.spelling(original._type))
    declarator = _DECLARATOR.search(spelling)
    if declarator is None:
        return f"{spelling} *"
    head, rest = spelling[: declarator.start()], spelling[declarator.end() :]
    head += "" if head.endswith(("*", "(", " ")) else " "
    return f"{head}(*){rest}" if rest.startswith(("[", "(")) else f"{head}*{rest}"


class FieldInfo:
    """A member: `name` is empty for an anonymous one; `offset` in bytes from its own record."""

    __slots__ = ("name", "offset", "type")

    def __init__(self, name: str, type_: TypeInfo, offset: int) -> None:
        self.name = name
        self.type = type_
        self.offset = offset


class Types:
    """The types of one translation unit."""

    def __init__(self, unit: int) -> None:
        self.library = load()
        self._unit = unit
        self._infos: dict[int, TypeInfo] = {}
        self._canonical: dict[int, TypeInfo] = {}
        self._named: dict[str, TypeInfo] = {}

    @cached_property
    def pointer_size(self) -> int:
        """Of the target, in bytes."""
        target = self.library.clang_getTranslationUnitTargetInfo(self._unit)
        bits = int(self.library.clang_TargetInfo_getPointerWidth(target))
        self.library.clang_TargetInfo_dispose(target)
        return bits // 8

    def value_of(self, cursor: Cursor) -> TypeInfo:
        """The type of an expression's value, or of a parameter: arrays and functions are pointers.

        libclang gives them the type that was declared.
        """
        info = self.of(cursor)
        return info.decayed if info.is_array or info.is_function else info

    def meet(self, info: TypeInfo) -> None:
        """Remember a type by its spelling, which may be that of several."""
        self._named.setdefault(info.name, info)

    def named(self, name: str) -> TypeInfo | None:
        """A type met before, by its spelling."""
        return self._named.get(name)

    def of(self, cursor: Cursor) -> TypeInfo:
        """The type of what a cursor declares, refers to or computes."""
        return self.info(self.library.clang_getCursorType(cursor))

    def info(self, type_: Type) -> TypeInfo:
        """The type, asked once."""
        found = self._infos.get(type_.d0)
        if found is None:
            canonical = self.library.clang_getCanonicalType(type_)
            found = self._canonical.get(canonical.d0)
            if found is None:
                found = self._canonical[canonical.d0] = TypeInfo(self, canonical)
                self.meet(found)
            self._infos[type_.d0] = found
        return found

    def spelling(self, type_: Type) -> str:
        """How clang spells a type; `struct` or `union` also before a name that is a typedef's alone."""
        if type_.kind == kinds.TYPE_DEPENDENT_ARRAY:  # the one kind of type that has no canonical spelling
            element = self.library.clang_getCanonicalType(self.library.clang_getArrayElementType(type_))
            return _ELEMENT.sub(r"\1[]", self.spelling(element), count=1)
        spelling = text(self.library.clang_getTypeSpelling(type_))
        first = _WORD.match(spelling)
        if first is None or first[1] in _WORDS:
            return spelling
        base = self._base(type_)
        if self.library.clang_getCanonicalType(base).kind != kinds.TYPE_RECORD:
            return spelling
        union = self.library.clang_getTypeDeclaration(base).kind == kinds.UNION_DECL
        return f"{spelling[: first.start(1)]}{'union' if union else 'struct'} {spelling[first.start(1) :]}"

    def _base(self, type_: Type) -> Type:
        """What is left of a type without pointers and arrays."""
        for _ in range(_DEPTH):
            if type_.kind == kinds.TYPE_POINTER:
                type_ = self.library.clang_getPointeeType(type_)
            elif type_.kind in kinds.TYPE_ARRAYS:
                type_ = self.library.clang_getArrayElementType(type_)
            else:
                break
        return type_

    def members(self, record: Type) -> list[TypeInfo]:
        """The types of a record's members."""
        found: list[TypeInfo] = []

        def visit(cursor: Cursor, _: None) -> int:
            found.append(self.of(cursor))
            return CONTINUE

        self.library.clang_Type_visitFields(record, FieldVisitor(visit), None)
        return found

    def fields(self, record: Type) -> tuple[FieldInfo, ...]:
        """The members of a record type."""
        found: list[FieldInfo] = []

        def visit(cursor: Cursor, _: None) -> int:
            name = text(self.library.clang_getCursorSpelling(cursor))
            info = self.of(cursor)
            offset = max(0, self.library.clang_Cursor_getOffsetOfField(cursor)) // 8
            found.append(FieldInfo("" if "(" in name else name, info, offset))
            return CONTINUE

        self.library.clang_Type_visitFields(record, FieldVisitor(visit), None)
        return tuple(found)


def record(info: TypeInfo) -> ir.Record:
    """The layout of a record type."""
    union = info.declaration.kind == kinds.UNION_DECL
    return ir.Record(info.name, info.size, tuple(_members(info, 0)), union)


def _members(info: TypeInfo, base: int) -> list[ir.Member]:
    members: list[ir.Member] = []
    for field in info.fields:
        if field.name:
            members.append(ir.Member(field.name, field.type.name, base + field.offset))
        elif field.type.is_record:
            members += _members(field.type, base + field.offset)
    return members
