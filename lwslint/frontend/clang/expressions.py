"""Expressions: values, locations, conditions, effects."""

from __future__ import annotations

import re
from collections.abc import Callable as Function

from lwslint import ir
from lwslint.frontend.clang import builtins, constants, kinds
from lwslint.frontend.clang.blocks import Graph
from lwslint.frontend.clang.library import text
from lwslint.frontend.clang.symbols import Callable, Member, Symbols, Variable
from lwslint.frontend.clang.tree import Node
from lwslint.frontend.clang.types import TypeInfo

MAX_DEPTH = 200
"""Expressions nested deeper than this are unknown values."""

_WRAPPERS = frozenset({kinds.PAREN, kinds.CAST, kinds.UNEXPOSED_EXPR})
_ASSIGNMENTS = frozenset({"=", "*=", "/=", "%=", "+=", "-=", "<<=", ">>=", "&=", "^=", "|="})
_STEPS = {"p++": "+", "p--": "-", "++": "+", "--": "-"}
_OPERAND = re.compile(rb"(?:sizeof|_Alignof|alignof|__alignof__|__alignof)\s*(.*)\Z", re.DOTALL)
# Of two sizes, these give a count or a truth; nobody asks them any more what was measured.
_MEASURES = frozenset({"/", "%", "==", "!=", "<", "<=", ">", ">="})
_UNKNOWN = ir.Unknown()


class Expressions:
    """Lowers the expressions of one function (or one initialiser) into its graph."""

    def __init__(self, symbols: Symbols, graph: Graph, name: str, here: ir.Span) -> None:
        """`name` is the function's; `here` stands in for spans that the parser does not know."""
        self.symbols = symbols
        self.types = symbols.types
        self.places = symbols.places
        self.graph = graph
        self.name = name
        self.here = here
        self.variables: list[ir.Variable] = []
        self._names: dict[str, int] = {}
        self._temporaries = 0
        self._depth = 0
        self._values: dict[int, Function[[Node], ir.Value]] = {
            kinds.DECL_REF: self._name,
            kinds.MEMBER: self._loaded,
            kinds.SUBSCRIPT: self._loaded,
            kinds.COMPOUND_LITERAL: self._loaded,
            kinds.UNEXPOSED_EXPR: self._unexposed,
            kinds.PAREN: self._inner,
            kinds.CAST: self._inner,
            kinds.CALL: self._call_value,
            kinds.INTEGER: self._literal,
            kinds.CHARACTER: self._literal,
            kinds.BOOL_LITERAL: self._literal,
            kinds.NULLPTR: self._null,
            kinds.STRING: self._string,
            kinds.UNARY: self._unary,
            kinds.BINARY: self._binary,
            kinds.COMPOUND_ASSIGN: self._assignment,
            kinds.CONDITIONAL: self._conditional,
            kinds.STATEMENT_EXPR: self._statement_expression,
            kinds.GENERIC: self._generic,
            kinds.SIZEOF: self._sizeof,
            kinds.INIT_LIST: self._scalar_list,
        }

    # What statements supply.

    def compound_value(self, node: Node) -> ir.Value:
        """The value of the compound statement of a statement expression."""
        raise NotImplementedError

    def initialise(self, target: ir.Location, info: TypeInfo, node: Node, span: ir.Span) -> None:
        """Assign an initialiser to what was just declared."""
        raise NotImplementedError

    def new_literal(self, info: TypeInfo, span: ir.Span) -> Variable:
        """A variable for a compound literal."""
        raise NotImplementedError

    # Names and places.

    def span(self, node: Node, needle: str = "") -> ir.Span:
        """Where a node stands."""
        return self.places.span(node.cursor, needle.encode()) or self.here

    def root(self, name: str) -> str:
        """A root for a new variable of that name."""
        count = self._names[name] = self._names.get(name, 0) + 1
        return f"%{name}" if count == 1 else f"%{name}.{count}"

    def temporary(self, type_name: str) -> ir.Location:
        """A new temporary."""
        self._temporaries += 1
        return ir.Location(f"%{self._temporaries - 1}", (), type_name)

    def assign(self, target: ir.Location, value: ir.Value, span: ir.Span, operator: str = "=") -> None:
        """Emit an assignment."""
        self.graph.emit(ir.Assign(target, value, span, operator))

    # Values.

    def value(self, node: Node) -> ir.Value:
        """The value of an expression; its effects are emitted."""
        lower = self._values.get(node.kind)
        if lower is None:
            return self._other(node)
        if self._depth >= MAX_DEPTH:
            self.symbols.broken("expression nested too deeply", self.span(node))
            return _UNKNOWN
        self._depth += 1
        try:
            return lower(node)
        finally:
            self._depth -= 1

    def _other(self, node: Node) -> ir.Value:
        for child in node.children:
            if child.kind < kinds.FIRST_STATEMENT:
                self.effect(child)
        return _UNKNOWN

    def _name(self, node: Node) -> ir.Value:
        symbol = self.symbols.referenced(node.cursor)
        if isinstance(symbol, ir.Const):
            return symbol
        if isinstance(symbol, Callable):
            return ir.FunctionRef(symbol.name)
        if isinstance(symbol, Variable):
            return self._load(ir.Location(symbol.root, (), symbol.type.name), symbol.type)
        return _UNKNOWN

    def _load(self, location: ir.Location, info: TypeInfo | None = None) -> ir.Value:
        info = info or self.types.named(location.type)
        if info is not None and info.is_array:
            return ir.Address(ir.Location(location.root, (*location.path, ir.Index(0)), info.element.name))
        return ir.Load(location)

    def _loaded(self, node: Node) -> ir.Value:
        return self._load(self.location(node))

    def _inner(self, node: Node) -> ir.Value:
        return self.value(node.children[-1]) if node.children else _UNKNOWN

    def _unexposed(self, node: Node) -> ir.Value:
        operands = node.children
        if len(operands) == 1 and operands[0].kind != kinds.MEMBER_REF:
            value = self.value(operands[0])
            return _UNKNOWN if self._is_variadic_argument(node, value) else value
        if any(child.kind == kinds.MEMBER_REF for child in operands):
            offset = self.symbols.evaluate(node.cursor)
            return _UNKNOWN if offset is None else ir.Const(offset)
        if len(operands) == 4:
            return self._elvis(node)
        if not operands:
            constant = self.symbols.evaluate(node.cursor)
            return _UNKNOWN if constant is None else ir.Const(constant)
        return self._other(node)

    def _is_variadic_argument(self, node: Node, value: ir.Value) -> bool:
        """`va_arg(list, type)`: an unnamed node over the list that has another type than the list."""
        if not isinstance(value, ir.Load | ir.Address) or "va_list" not in value.location.type:
            return False
        return "va_list" not in self.types.of(node.cursor).name

    def _literal(self, node: Node) -> ir.Value:
        written = self.places.text(node.cursor)
        value = constants.integer(written) if written is not None else None
        if value is not None:
            return ir.Const(constants.bounded(value))
        macro = self.places.macro_name(node.cursor, token=True)
        value = self.symbols.macro_literal(macro, node)
        return _UNKNOWN if value is None else ir.Const(value, macro)

    def _null(self, node: Node) -> ir.Value:
        return ir.Const(0, "nullptr")

    def _string(self, node: Node) -> ir.Value:
        spelling = text(self.symbols.library.clang_getCursorSpelling(node.cursor))
        return ir.Text(constants.string(spelling.encode("utf-8", "surrogateescape")))

    def _scalar_list(self, node: Node) -> ir.Value:
        return self.value(node.children[0]) if node.children else ir.Const(0)

    def _statement_expression(self, node: Node) -> ir.Value:
        return self.compound_value(node.children[0]) if node.children else _UNKNOWN

    def _generic(self, node: Node) -> ir.Value:
        wanted = self.types.of(node.cursor).name
        picked = [child for child in node.children[1:] if self.types.of(child.cursor).name == wanted]
        if len(picked) != 1:
            value = self.symbols.evaluate(node.cursor)
            return _UNKNOWN if value is None else ir.Const(value)
        return self.value(picked[0])

    def _sizeof(self, node: Node) -> ir.Value:
        written = self.places.text(node.cursor)
        match = _OPERAND.match(written) if written is not None else None
        operand = match[1].strip() if match else b""
        while operand.startswith(b"(") and operand.endswith(b")"):
            operand = operand[1:-1].strip()
        value = self.symbols.evaluate(node.cursor)
        if value is None:
            return _UNKNOWN
        if written is not None and not written.startswith(b"sizeof"):
            return ir.Const(value)
        if written is None and node.children:
            operand = self.places.text(_unwrapped(node.children[0]).cursor) or b""
        name = " ".join(operand.decode("utf-8", "replace").split())
        return ir.SizeOf(value, self._measured(node, value, name), name)

    def _measured(self, node: Node, value: int, operand: str) -> str:
        """The type that a `sizeof` measures."""
        if node.children:
            return self.types.of(node.children[0].cursor).name
        if not node.types:
            return operand
        info = self.types.of(node.types[0])
        stars = operand.count("*")
        if stars or info.size != value:
            return f"{info.name} {'*' * stars}" if stars else ""
        return info.name

    # Locations.

    def location(self, node: Node) -> ir.Location:
        """The memory that an expression names; of another value, a temporary that holds it."""
        kind = node.kind
        if kind == kinds.DECL_REF:
            symbol = self.symbols.referenced(node.cursor)
            if isinstance(symbol, Variable):
                return ir.Location(symbol.root, (), symbol.type.name)
        elif kind == kinds.MEMBER and node.children:
            return self._member(node)
        elif kind == kinds.SUBSCRIPT and len(node.children) == 2:
            return self._subscript(node)
        elif kind in (kinds.PAREN, kinds.UNEXPOSED_EXPR) and len(node.children) == 1:
            return self.location(node.children[0])
        elif kind == kinds.COMPOUND_LITERAL and node.children:
            return self._compound_literal(node)
        elif kind == kinds.UNARY and node.children:
            operator = self._operator(node)
            if operator == "*":
                return self._element(self.value(node.children[0]), 0, self.types.of(node.cursor).name)
            if operator == "":
                return self.location(node.children[0])
        return self._held(self.value(node), self.types.value_of(node.cursor).name, node)

    def _held(self, value: ir.Value, type_name: str, node: Node) -> ir.Location:
        """A location that holds the value."""
        if isinstance(value, ir.Load):
            return value.location
        held = self.temporary(type_name)
        self.assign(held, value, self.span(node))
        return held

    def _member(self, node: Node) -> ir.Location:
        base = node.children[0]
        member = self.symbols.referenced(node.cursor)
        info = self.types.of(base.cursor)
        if info.is_pointer or info.is_array:
            pointee = info.pointee if info.is_pointer else info.element
            parent = self._element(self.value(base), 0, pointee.name)
        else:
            parent = self.location(base)
        if not isinstance(member, Member):
            return self._held(_UNKNOWN, "", node)
        if not member.name:
            return ir.Location(parent.root, parent.path, member.type.name)
        return ir.Location(parent.root, (*parent.path, ir.Field(member.name)), member.type.name)

    def _subscript(self, node: Node) -> ir.Location:
        base, index = node.children
        info = self.types.of(base.cursor)
        if not info.is_pointer and not info.is_array:
            base, index = index, base
        pointer = self.value(base)
        at = self.value(index)
        return self._element(
            pointer, at.value if isinstance(at, ir.Const) else None, self.types.of(node.cursor).name
        )

    def _element(self, pointer: ir.Value, at: int | None, type_name: str) -> ir.Location:
        """What stands `at` elements behind what a pointer points at."""
        if isinstance(pointer, ir.Load):
            base = pointer.location
            return ir.Location(base.root, (*base.path, ir.Deref(at)), type_name)
        if isinstance(pointer, ir.Address):
            base = pointer.location
            moved = _moved(base.path, at)
            if moved is not None:
                return ir.Location(base.root, moved, type_name)
        held = self.temporary(f"{type_name} *")
        self.assign(held, pointer, self.here)
        return ir.Location(held.root, (ir.Deref(at),), type_name)

    def _compound_literal(self, node: Node) -> ir.Location:
        info = self.types.of(node.cursor)
        span = self.span(node)
        variable = self.new_literal(info, span)
        target = ir.Location(variable.root, (), info.name)
        self.initialise(target, info, node.children[-1], span)
        return target

    # Operators.

    def _operator(self, node: Node) -> str:
        """The operator of a unary or binary node; empty where nobody can tell."""
        unary = node.kind == kinds.UNARY
        name = "clang_getCursorUnaryOperatorKind" if unary else "clang_getCursorBinaryOperatorKind"
        ask = getattr(self.symbols.library, name, None)
        if ask is None:
            return self._written_operator(node)
        return (kinds.UNARY_OPERATORS if unary else kinds.BINARY_OPERATORS).get(ask(node.cursor), "")

    def _written_operator(self, node: Node) -> str:
        """The operator by its text, for a libclang that cannot say."""
        outer = self.places.stretch(node.cursor)
        inner = [self.places.stretch(child.cursor) for child in node.children]
        if outer is None or any(part is None or part[3] for part in (outer, *inner)):
            return ""
        file, first, last, _ = outer
        edges = [part for part in inner if part is not None]
        if len(edges) == 2:
            return (
                file.data[edges[0][2] : edges[1][1]].strip().decode("ascii", "replace").split("/*")[0].strip()
            )
        before = file.data[first : edges[0][1]].strip().decode("ascii", "replace")
        after = file.data[edges[0][2] : last].strip().decode("ascii", "replace")
        return f"p{after}" if after in ("++", "--") else before

    def _unary(self, node: Node) -> ir.Value:
        if not node.children:
            return _UNKNOWN
        operator = self._operator(node)
        operand = node.children[0]
        if operator in _STEPS:
            return self._step(node, operator, wanted=True)
        if operator == "&":
            return self._address(operand)
        if operator == "*":
            return self._dereferenced(node, operand)
        value = self.value(operand)
        if operator in ("", "+"):
            return value
        if isinstance(value, ir.Const):
            folded = constants.bounded(constants.unary(operator, value.value))
            return ir.Const(folded, self.places.macro_name(node.cursor))
        return ir.Unary(operator, value)

    def _dereferenced(self, node: Node, operand: Node) -> ir.Value:
        info = self.types.of(node.cursor)
        value = self.value(operand)
        if info.is_function:
            return value
        return self._load(self._element(value, 0, info.name), info)

    def _address(self, operand: Node) -> ir.Value:
        inner = operand
        while inner.kind == kinds.PAREN and inner.children:
            inner = inner.children[0]
        if inner.kind == kinds.DECL_REF:
            symbol = self.symbols.referenced(inner.cursor)
            if isinstance(symbol, Callable):
                return ir.FunctionRef(symbol.name)
        if inner.kind == kinds.STRING:
            return self._string(inner)
        location = self.location(inner)
        if location.path == (ir.Deref(0),):
            return ir.Load(ir.Location(location.root, (), f"{location.type} *"))
        if location.path and location.path[-1] == ir.Deref(0):
            return ir.Load(ir.Location(location.root, location.path[:-1], f"{location.type} *"))
        return ir.Address(location)

    def _step(self, node: Node, operator: str, *, wanted: bool) -> ir.Value:
        target = self.location(node.children[0])
        before: ir.Value = ir.Load(target)
        span = self.span(node)
        if wanted and operator.startswith("p"):
            held = self.temporary(target.type)
            self.assign(held, before, span)
            before = ir.Load(held)
        after = self._arithmetic(_STEPS[operator], ir.Load(target), ir.Const(1), scaled=True)
        self.assign(target, after, span, operator.removeprefix("p"))
        return before if operator.startswith("p") else ir.Load(target)

    def _binary(self, node: Node) -> ir.Value:
        if len(node.children) != 2:
            return self._other(node)
        left, right = node.children
        operator = self._operator(node)
        if operator in _ASSIGNMENTS:
            return self._assignment(node)
        if operator == ",":
            self.effect(left)
            return self.value(right)
        if operator in ("&&", "||"):
            return self._logical(node)
        if operator == "-" and (container := self._container(left, right)) is not None:
            return container
        first, second = self.value(left), self.value(right)
        if isinstance(first, ir.Const) and isinstance(second, ir.Const):
            return self._folded(node, operator, first, second)
        if isinstance(first, ir.SizeOf) and isinstance(second, ir.SizeOf) and operator in _MEASURES:
            folded = constants.binary(operator, first.value, second.value)
            return _UNKNOWN if folded is None else ir.Const(folded)
        first, second = self._unnamed(node, first), self._unnamed(node, second)
        return self._arithmetic(operator, first, second, scaled=self._is_scaled(left))

    def _is_scaled(self, node: Node) -> bool:
        """Whether a pointer counts in the elements that it was declared with: no cast to others."""
        while node.kind == kinds.PAREN and node.children:
            node = node.children[0]
        if node.kind != kinds.CAST or not node.children:
            return True
        cast, inner = self.types.value_of(node.cursor), self.types.value_of(node.children[-1].cursor)
        return not (cast.is_pointer and inner.is_pointer) or cast.pointee.size == inner.pointee.size

    def _folded(self, node: Node, operator: str, left: ir.Const, right: ir.Const) -> ir.Value:
        value = constants.binary(operator, left.value, right.value)
        if value is None:
            return _UNKNOWN
        return ir.Const(constants.bounded(value), self.places.macro_name(node.cursor))

    def _unnamed(self, node: Node, value: ir.Value) -> ir.Value:
        """A constant that is only part of what a macro gives does not bear the macro's name."""
        if isinstance(value, ir.Const) and value.name and value.name == self.places.macro_name(node.cursor):
            return ir.Const(value.value)
        return value

    def _arithmetic(self, operator: str, left: ir.Value, right: ir.Value, *, scaled: bool) -> ir.Value:
        """`left operator right`; a pointer plus an integer is the address of an element."""
        if operator == "+" and self._is_pointer(right) and not self._is_pointer(left):
            left, right = right, left
        if operator in ("+", "-") and self._is_pointer(left) and not self._is_pointer(right):
            distance = right.value if isinstance(right, ir.Const) else None
            if distance is not None and operator == "-":
                distance = -distance
            if not scaled and distance != 0:
                distance = None
            if isinstance(left, ir.Load):
                base = left.location
                return ir.Address(
                    ir.Location(base.root, (*base.path, ir.Deref(distance)), _pointee(base.type))
                )
            if isinstance(left, ir.Address) and (moved := _moved(left.location.path, distance)) is not None:
                return ir.Address(ir.Location(left.location.root, moved, left.location.type))
        return ir.Binary(operator, left, right)

    def _is_pointer(self, value: ir.Value) -> bool:
        return isinstance(value, ir.Address) or (
            isinstance(value, ir.Load) and value.location.type.endswith("*")
        )

    def _container(self, left: Node, right: Node) -> ir.Value | None:
        """`(char *)pointer - offsetof(type, member)`, the heart of every container_of."""
        member = _unwrapped(right)
        names = self._offset_of(member) or self._null_member(member)
        if names is None:
            return None
        type_name, path = names
        return ir.Container(self.value(left), type_name, path)

    def _offset_of(self, node: Node) -> tuple[str, str] | None:
        references = [child for child in node.children if child.kind == kinds.MEMBER_REF]
        if node.kind != kinds.UNEXPOSED_EXPR or not references:
            return None
        library = self.symbols.library
        field = library.clang_getCursorReferenced(references[0].cursor)
        owner = self.types.of(library.clang_getCursorSemanticParent(field))
        self.symbols.use_type(owner)
        names = [self.symbols.name(reference.cursor) for reference in references]
        return owner.name, ".".join(name for name in names if name and "(" not in name)

    def _null_member(self, node: Node) -> tuple[str, str] | None:
        """`&((type *)0)->member`, the offsetof of old."""
        if node.kind != kinds.UNARY or not node.children or self._operator(node) != "&":
            return None
        names: list[str] = []
        at = node.children[0]
        while at.kind in (kinds.MEMBER, kinds.PAREN) and at.children:
            if at.kind == kinds.MEMBER and (name := self.symbols.name(at.cursor)) and "(" not in name:
                names.insert(0, name)
            at = at.children[0]
        if not names or at.kind not in _WRAPPERS:
            return None
        info = self.types.of(at.cursor)
        if not info.is_pointer or not isinstance(self.value(at), ir.Const):
            return None
        self.symbols.use_type(info)
        return info.pointee.name, ".".join(names)

    def _assignment(self, node: Node) -> ir.Value:
        if len(node.children) != 2:
            return self._other(node)
        left, right = node.children
        operator = self._operator(node)
        if operator == "=":
            return ir.Load(self._plain_assignment(node, left, right))
        target = self.location(left)
        if operator not in _ASSIGNMENTS:
            self.effect(right)
            self.assign(target, _UNKNOWN, self.span(node))
            return ir.Load(target)
        value = self._arithmetic(operator[:-1], ir.Load(target), self.value(right), scaled=True)
        self.assign(target, value, self.span(node, _last_name(target)), operator)
        return ir.Load(target)

    def _plain_assignment(self, node: Node, left: Node, right: Node) -> ir.Location:
        call = _unwrapped(right)
        if call.kind == kinds.CALL:
            target = self.location(left)
            value = self._call(call, target)
            if value is not None:
                self.assign(target, value, self.span(node, _last_name(target)))
            return target
        value = self.value(right)
        target = self.location(left)
        self.assign(target, value, self.span(node, _last_name(target)))
        return target

    # Control flow in expressions.

    def condition(self, node: Node, then: int, other: int) -> None:
        """Branch on an expression and end the current block."""
        inner = node
        while inner.kind in (kinds.PAREN, kinds.UNEXPOSED_EXPR) and len(inner.children) == 1:
            if inner.children[0].kind == kinds.MEMBER_REF:
                break
            inner = inner.children[0]
        operator = self._operator(inner) if inner.kind in (kinds.BINARY, kinds.UNARY) else ""
        if operator == "!" and inner.children:
            self.condition(inner.children[0], other, then)
        elif operator in ("&&", "||") and len(inner.children) == 2:
            middle = self.graph.block()
            first = (middle, other) if operator == "&&" else (then, middle)
            self.condition(inner.children[0], *first)
            self.graph.go(middle)
            self.condition(inner.children[1], then, other)
        elif operator == "," and len(inner.children) == 2:
            self.effect(inner.children[0])
            self.condition(inner.children[1], then, other)
        elif (expected := self._expected(inner)) is not None:
            self.condition(expected, then, other)
        else:
            self.graph.end(ir.Branch(self.value(node), then, other, self.span(node)))

    def _expected(self, node: Node) -> Node | None:
        """The first argument of `__builtin_expect`."""
        if node.kind != kinds.CALL or len(node.children) != 3:
            return None
        callee = self._callee(node.children[0])
        return node.children[1] if callee is not None and callee.name == "__builtin_expect" else None

    def _logical(self, node: Node) -> ir.Value:
        result = self.temporary("int")
        then, other, after = (self.graph.block() for _ in range(3))
        span = self.span(node)
        self.condition(node, then, other)
        self.graph.go(then)
        self.assign(result, ir.Const(1), span)
        self.graph.end(ir.Jump(after))
        self.graph.go(other)
        self.assign(result, ir.Const(0), span)
        self.graph.start(after)
        return ir.Load(result)

    def _conditional(self, node: Node) -> ir.Value:
        if len(node.children) != 3:
            return self._other(node)
        info = self.types.value_of(node.cursor)
        if info.kind == kinds.TYPE_VOID:
            self._conditional_effect(node)
            return _UNKNOWN
        result = self.temporary(info.name)
        then, other, after = (self.graph.block() for _ in range(3))
        self.condition(node.children[0], then, other)
        for block, branch in ((then, node.children[1]), (other, node.children[2])):
            self.graph.go(block)
            self._store(result, branch)
            self.graph.end(ir.Jump(after))
        self.graph.go(after)
        return ir.Load(result)

    def _conditional_effect(self, node: Node) -> None:
        then, other, after = (self.graph.block() for _ in range(3))
        self.condition(node.children[0], then, other)
        for block, branch in ((then, node.children[1]), (other, node.children[2])):
            self.graph.go(block)
            self.effect(branch)
            self.graph.end(ir.Jump(after))
        self.graph.go(after)

    def _elvis(self, node: Node) -> ir.Value:
        """`a ?: b`: clang repeats `a` as condition and as result; only the first and the last count."""
        result = self.temporary(self.types.value_of(node.cursor).name)
        first, last = node.children[0], node.children[-1]
        other, after = self.graph.block(), self.graph.block()
        self._store(result, first)
        self.graph.end(ir.Branch(ir.Load(result), after, other, self.span(first)))
        self.graph.go(other)
        self._store(result, last)
        self.graph.start(after)
        return ir.Load(result)

    def _store(self, target: ir.Location, node: Node) -> None:
        """Assign the value of a node; the result of a call goes there directly."""
        call = _unwrapped(node)
        if call.kind == kinds.CALL:
            value = self._call(call, target)
            if value is not None:
                self.assign(target, value, self.span(node))
            return
        self.assign(target, self.value(node), self.span(node))

    # Effects and calls.

    def effect(self, node: Node) -> None:
        """Emit what an expression does; nobody looks at its value."""
        kind = node.kind
        if kind == kinds.CALL:
            self._call(node, None, wanted=False)
        elif kind in (kinds.PAREN, kinds.UNEXPOSED_EXPR) and len(node.children) == 1:
            self.effect(node.children[0])
        elif kind == kinds.CAST and node.children:
            self._cast_effect(node)
        elif kind == kinds.CONDITIONAL and len(node.children) == 3:
            self._conditional_effect(node)
        elif kind == kinds.UNARY and node.children and (operator := self._operator(node)) in _STEPS:
            self._step(node, operator, wanted=False)
        elif kind == kinds.BINARY and len(node.children) == 2:
            self._binary_effect(node)
        else:
            self.value(node)

    def _cast_effect(self, node: Node) -> None:
        inner = node.children[-1]
        call = _unwrapped(inner)
        void = call.kind == kinds.CALL and self.types.of(node.cursor).kind == kinds.TYPE_VOID
        if void:
            self._call(call, None, wanted=False, void_cast=True)
        else:
            self.effect(inner)

    def _binary_effect(self, node: Node) -> None:
        left, right = node.children
        operator = self._operator(node)
        if operator == ",":
            self.effect(left)
            self.effect(right)
        elif operator in ("&&", "||"):
            second, after = self.graph.block(), self.graph.block()
            self.condition(left, *((second, after) if operator == "&&" else (after, second)))
            self.graph.go(second)
            self.effect(right)
            self.graph.start(after)
        else:
            self.value(node)

    def _call_value(self, node: Node) -> ir.Value:
        value = self._call(node, None)
        return _UNKNOWN if value is None else value

    def _callee(self, node: Node) -> Callable | None:
        inner = _unwrapped(node)
        if inner.kind != kinds.DECL_REF:
            return None
        symbol = self.symbols.referenced(inner.cursor)
        return symbol if isinstance(symbol, Callable) else None

    def _call(
        self, node: Node, target: ir.Location | None, *, wanted: bool = True, void_cast: bool = False
    ) -> ir.Value | None:
        """Emit a call into `target` or a temporary; the value that the caller has still to use, if any."""
        if not node.children:
            return _UNKNOWN
        callee = self._callee(node.children[0])
        operands = node.children[1:]
        name, kept = (
            builtins.normalised(callee.name, len(operands)) if callee else ("", list(range(len(operands))))
        )
        if name == "__builtin_expect" and operands:
            return self.value(operands[0])
        if name == "__builtin_constant_p":
            return ir.Const(0)
        function = ir.FunctionRef(name) if callee else self.value(node.children[0])
        arguments = tuple(self.value(operands[at]) for at in kept)
        spans = tuple(self.span(operands[at]) for at in kept)
        result, value_left = self._result(node, callee, target, wanted)
        span = self.span(node, callee.name if callee else "")
        self.graph.emit(ir.Call(function, arguments, span, result, void_cast, spans))
        if callee and not callee.returns:
            self.graph.end(ir.Unreachable())
        return value_left

    def _result(
        self, node: Node, callee: Callable | None, target: ir.Location | None, wanted: bool
    ) -> tuple[ir.Location | None, ir.Value | None]:
        if target is not None:
            return target, None
        if not wanted:
            return None, None
        info = self.types.of(node.cursor)
        if info.kind == kinds.TYPE_VOID:
            return None, None
        result = self.temporary(info.name)
        return result, ir.Load(result)


def _unwrapped(node: Node) -> Node:
    """The expression without parentheses and casts."""
    while node.kind in _WRAPPERS and len(node.children) == 1 and node.children[0].kind != kinds.MEMBER_REF:
        node = node.children[0]
    return node


def _moved(path: tuple[ir.Step, ...], at: int | None) -> tuple[ir.Step, ...] | None:
    """The path `at` elements further on; None where the path does not end in an element."""
    if at == 0:
        return path
    if not path:
        return None
    last = path[-1]
    match last:
        case ir.Index(start):
            return (*path[:-1], ir.Index(None if start is None or at is None else start + at))
        case ir.Deref(start):
            return (*path[:-1], ir.Deref(None if start is None or at is None else start + at))
    return None


def _pointee(type_name: str) -> str:
    return type_name.removesuffix("*").rstrip()


def _last_name(location: ir.Location) -> str:
    """The name that an assignment to the location is known by."""
    for step in reversed(location.path):
        if isinstance(step, ir.Field):
            return step.name
    return location.root.lstrip("%@").split(".")[0]
