"""Functions as control-flow graphs."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from lwslint.ir.expr import Location, Value
from lwslint.ir.span import Span


class Variable(msgspec.Struct, frozen=True, array_like=True):
    """A parameter or an automatic variable. `size` in bytes, 0 where it is not known."""

    root: str
    name: str
    type: str
    size: int
    span: Span


class Declare(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="d"):
    """An automatic variable comes into being, its bytes garbage (an initialiser follows as `Assign`)."""

    root: str
    span: Span


class Assign(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="a"):
    """`target = value`. For `|=` and its like the value already holds the operation and `operator` says "|=".

    An initialiser of a struct or array is an assignment of `Zero` to the whole (unless it names
    every member), then one assignment for each member that it names. A copy of a struct is an
    assignment of a `Load` of the whole. `initial` is set for initialisers.
    """

    target: Location
    value: Value
    span: Span
    operator: str = "="
    initial: bool = False


class Call(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="c"):
    """A call. `callee` is a `FunctionRef`, or the value of a function pointer.

    The result goes to `result`, if anybody looks at it; `void_cast` says that it was cast to void.
    `spans` has the place of each argument. Builtins have the name of the function that they stand
    for (`memset` for `__builtin___memset_chk`, with its three arguments).
    """

    callee: Value
    arguments: tuple[Value, ...]
    span: Span
    result: Location | None = None
    void_cast: bool = False
    spans: tuple[Span, ...] = ()


class EndScope(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="e"):
    """The variables of a block of C go out of scope."""

    roots: tuple[str, ...]
    span: Span


Statement: TypeAlias = Declare | Assign | Call | EndScope


class Jump(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="j"):
    """Go on at block `target`. `span` is set for `goto`, `break` and `continue`."""

    target: int
    span: Span | None = None


class Branch(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="b"):
    """Go to `then` if `condition` is not zero, else to `other`. Loops on constants stay branches."""

    condition: Value
    then: int
    other: int
    span: Span


class Case(msgspec.Struct, frozen=True, array_like=True):
    """One `case` label, or a GNU range of them; `name` as in `Const`."""

    low: int
    high: int
    target: int
    name: str
    span: Span


class Switch(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="s"):
    """A switch; `default` is where no case matches."""

    value: Value
    cases: tuple[Case, ...]
    default: int
    span: Span


class Return(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="r"):
    """Leave the function. `span` is the statement, or the closing brace."""

    value: Value | None
    span: Span


class Unreachable(msgspec.Struct, frozen=True, array_like=True, tag_field="node", tag="x"):
    """The call before it does not return."""


Terminator: TypeAlias = Jump | Branch | Switch | Return | Unreachable


class Block(msgspec.Struct, frozen=True, array_like=True):
    """A basic block. Blocks are named by their index in `Function.blocks`; 0 is the entry."""

    statements: tuple[Statement, ...]
    terminator: Terminator


class Function(msgspec.Struct, frozen=True, array_like=True):
    """A function with a body. `span` is its name in the definition, `end` its closing brace."""

    name: str
    static: bool
    result: str
    parameters: tuple[Variable, ...]
    variables: tuple[Variable, ...]
    blocks: tuple[Block, ...]
    span: Span
    end: Span
    variadic: bool = False
