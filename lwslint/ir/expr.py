"""Places and values.

A *location* names memory: a variable, then a path of fields, indexes and dereferences. The root is
`@name` for a global or a file static, `@function.name` for a static local, `%name` for a parameter
or an automatic variable (`%name.2` for the second of that name in a function), `%0`, `%1` ... for
a temporary. Members of anonymous structs and unions stand directly in their parent.

A pointer `p` is followed by `Deref`: `*p` and `p[0]` are `Deref(0)`, `p[3]` is `Deref(3)`, `p[i]`
is `Deref(None)`, `p->f` is `Deref(0), Field("f")`. An array `a` is entered by `Index`: `a[3]` is
`Index(3)`, `a[i]` is `Index(None)`; its decay to a pointer is `Address(a, Index(0))`.

Types are clang's canonical spellings ("struct lws_context *", "const char *", "int[4]"), top-level
qualifiers dropped; an unnamed record is `struct @file:line:column`, with the base name of its file.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Field(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="f"):
    """A member of a struct or union."""

    name: str


class Index(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="i"):
    """An element of an array; None where the index is not constant."""

    at: int | None


class Deref(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="d"):
    """What a pointer points at, `at` elements further on; None where that is not constant."""

    at: int | None = 0


Step: TypeAlias = Field | Index | Deref


class Location(msgspec.Struct, frozen=True, array_like=True):
    """A variable and a path from it. `type` is the type of what stands there."""

    root: str
    path: tuple[Step, ...] = ()
    type: str = ""


class Const(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="c"):
    """An integer constant (NULL is 0); `name` is the enumerator or object-like macro that was written."""

    value: int
    name: str = ""


class Text(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="s"):
    """A string literal; bytes that are no UTF-8 are U+FFFD."""

    text: str


class Zero(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="z"):
    """A whole object of zero bytes: what an initialiser leaves where it says nothing."""


class Load(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="l"):
    """What stands at a location (a scalar, or a whole struct in a copy)."""

    location: Location


class Address(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="a"):
    """The address of a location."""

    location: Location


class FunctionRef(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="fn"):
    """The address of a function."""

    name: str


class SizeOf(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="sz"):
    """`sizeof`: its value, the type measured and the operand as written ("info", "struct x")."""

    value: int
    type: str
    operand: str


class Container(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="co"):
    """The object of `type` that has, as its member `member`, what `pointer` points at (container_of)."""

    pointer: Value
    type: str
    member: str


class Unary(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="u"):
    """`!`, `-`, `~` of a value."""

    operator: str
    operand: Value


class Binary(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="b"):
    """An arithmetic, bit or comparison operator (never `&&`, `||`, `,` or an assignment)."""

    operator: str
    left: Value
    right: Value


class Unknown(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="?"):
    """Anything else: floating point, inline assembly, what could not be read."""


Value: TypeAlias = (
    Const | Text | Zero | Load | Address | FunctionRef | SizeOf | Container | Unary | Binary | Unknown
)
