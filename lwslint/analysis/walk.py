"""What a value or a statement mentions."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint import ir


def parts(value: ir.Value) -> Iterator[ir.Value]:
    """The value and everything in it, outermost first."""
    yield value
    if isinstance(value, ir.Unary):
        yield from parts(value.operand)
    elif isinstance(value, ir.Binary):
        yield from parts(value.left)
        yield from parts(value.right)
    elif isinstance(value, ir.Container):
        yield from parts(value.pointer)


def loads(value: ir.Value) -> Iterator[ir.Location]:
    """The locations that a value reads."""
    for part in parts(value):
        if isinstance(part, ir.Load):
            yield part.location


def named(value: ir.Value) -> Iterator[ir.Location]:
    """The locations that a value reads or takes the address of."""
    for part in parts(value):
        if isinstance(part, ir.Load | ir.Address):
            yield part.location


def functions(value: ir.Value) -> Iterator[str]:
    """The functions that a value names."""
    for part in parts(value):
        if isinstance(part, ir.FunctionRef):
            yield part.name


def values(statement: ir.Statement | ir.Terminator) -> tuple[ir.Value, ...]:
    """The values that a statement or terminator computes."""
    if isinstance(statement, ir.Assign):
        return (statement.value,)
    if isinstance(statement, ir.Call):
        return (statement.callee, *statement.arguments)
    if isinstance(statement, ir.Branch):
        return (statement.condition,)
    if isinstance(statement, ir.Switch):
        return (statement.value,)
    if isinstance(statement, ir.Return) and statement.value is not None:
        return (statement.value,)
    return ()


def target(statement: ir.Statement) -> ir.Location | None:
    """The location that a statement writes itself."""
    if isinstance(statement, ir.Assign):
        return statement.target
    if isinstance(statement, ir.Call):
        return statement.result
    return None


def strip_deref(location: ir.Location) -> Iterator[tuple[str, tuple[ir.Step, ...]]]:
    """The pointers that are followed on the way to a location, as root and path."""
    for index, step in enumerate(location.path):
        if isinstance(step, ir.Deref):
            yield location.root, location.path[:index]
