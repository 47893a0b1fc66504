"""IR as text, one line a statement: for people, tests and `lwslint dump --ir`."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint import ir


def dump(unit: ir.Unit) -> str:
    """The unit as readable text, the same for equal units."""
    return "\n".join(_unit(unit)) + "\n"


def _unit(unit: ir.Unit) -> Iterator[str]:
    release = f" libwebsockets {unit.release}{' (model)' if unit.model else ''}" if unit.release else ""
    yield f"unit {unit.files[0]}{release}"
    for file in unit.files[1:]:
        yield f"file {file}"
    for note in unit.notes:
        yield f"note {note.kind}: {note.text}{_at(note.span)}"
    for lack in unit.lacks:
        yield f"lacks {lack.name}{_at(lack.span)}"
    for record in unit.records:
        yield f"{'union' if record.union else 'record'} {record.name} size {record.size}"
        for member in record.members:
            yield f"  {member.offset}: {member.name}: {member.type}"
    for prototype in unit.prototypes:
        yield _prototype(prototype)
    for variable in unit.globals:
        yield from _global(variable)
    for function in unit.functions:
        yield from _function(function)


def _at(span: ir.Span | None) -> str:
    if span is None:
        return ""
    file = f"{span.file}:" if span.file else ""
    return f" @{file}{span.line}:{span.column}"


def _prototype(prototype: ir.Prototype) -> str:
    parameters = [*prototype.parameters, *(["..."] if prototype.variadic else [])]
    noreturn = " noreturn" if prototype.noreturn else ""
    return f"prototype {prototype.name}({', '.join(parameters)}): {prototype.result}{noreturn}"


def _global(variable: ir.Global) -> Iterator[str]:
    words = [
        variable.storage.value,
        *(["const"] if variable.const else []),
        *(["thread-local"] if variable.thread_local else []),
        *([] if variable.defined else ["declared"]),
    ]
    yield f"global {variable.root}: {variable.type} ({' '.join(words)}, {variable.size} bytes)"
    for assign in variable.initialiser:
        yield f"  {statement(assign)}"


def _function(function: ir.Function) -> Iterator[str]:
    parameters = [f"{parameter.root}: {parameter.type}" for parameter in function.parameters]
    if function.variadic:
        parameters.append("...")
    static = "static " if function.static else ""
    yield f"{static}function {function.name}({', '.join(parameters)}): {function.result}"
    for variable in function.variables:
        yield f"  var {variable.root}: {variable.type}"
    for number, block in enumerate(function.blocks):
        yield f"  block {number}"
        for each in block.statements:
            yield f"    {statement(each)}"
        yield f"    {terminator(block.terminator)}"


def statement(node: ir.Statement) -> str:
    """One statement."""
    match node:
        case ir.Declare(root):
            return f"declare {root}"
        case ir.Assign(target, value, _, operator, initial):
            return f"{location(target)} {operator} {text(value)}{' (initial)' if initial else ''}"
        case ir.Call(callee, arguments, _, result, void_cast):
            call = f"call {text(callee)}({', '.join(map(text, arguments))})"
            return f"{'(void) ' if void_cast else ''}{location(result) + ' = ' if result else ''}{call}"
        case ir.EndScope(roots):
            return f"end {' '.join(roots)}"


def terminator(node: ir.Terminator) -> str:
    """The end of a block."""
    match node:
        case ir.Jump(target, span):
            return f"jump {target}{_at(span)}"
        case ir.Branch(condition, then, other):
            return f"branch {text(condition)} ? {then} : {other}"
        case ir.Switch(value, cases, default):
            labels = [f"{_label(case)}: {case.target}" for case in cases]
            return f"switch {text(value)} [{', '.join([*labels, f'default: {default}'])}]"
        case ir.Return(value):
            return "return" if value is None else f"return {text(value)}"
        case ir.Unreachable():
            return "unreachable"


def _label(case: ir.Case) -> str:
    bounds = str(case.low) if case.low == case.high else f"{case.low}...{case.high}"
    return f"{bounds} {case.name}" if case.name else bounds


def location(place: ir.Location) -> str:
    """A location: `%p[*].field`, with `[*]` for what a pointer points at and `[3]` for an array's element."""
    parts = [place.root]
    for step in place.path:
        match step:
            case ir.Field(name):
                parts.append(f".{name}")
            case ir.Index(at):
                parts.append(f"[{'?' if at is None else at}]")
            case ir.Deref(at):
                parts.append("[*]" if at == 0 else f"[*{'?' if at is None else f'{at:+}'}]")
    return "".join(parts)


def text(value: ir.Value) -> str:
    """A value."""
    match value:
        case ir.Const(number, name):
            return f"{number}:{name}" if name else str(number)
        case ir.Text(string):
            return ascii(string)
        case ir.Zero():
            return "zero"
        case ir.Load(place):
            return location(place)
        case ir.Address(place):
            return f"&{location(place)}"
        case ir.FunctionRef(name):
            return f"@{name}()"
        case ir.SizeOf(number, type_, operand):
            return f"sizeof({operand}: {type_} = {number})"
        case ir.Container(pointer, type_, member):
            return f"container({text(pointer)}, {type_}, {member})"
        case ir.Unary(operator, operand):
            return f"{operator}{text(operand)}"
        case ir.Binary(operator, left, right):
            return f"({text(left)} {operator} {text(right)})"
        case ir.Unknown():
            return "?"
