"""The IR by itself: written by hand, without any parser."""

from __future__ import annotations

import msgspec
import pytest

from lwslint import ir
from lwslint.ir.dump import dump

_HERE = ir.Span(0, 1, 1, 1, 5)
_INFO = ir.Location("%info", (), "struct lws_context_creation_info")


def _field(name: str, type_: str) -> ir.Location:
    return ir.Location("%info", (ir.Field(name),), type_)


def _unit() -> ir.Unit:
    statements: tuple[ir.Statement, ...] = (
        ir.Declare("%info", _HERE),
        ir.Assign(_INFO, ir.Zero(), _HERE, initial=True),
        ir.Assign(_field("port", "int"), ir.Const(-1, "CONTEXT_PORT_NO_LISTEN"), _HERE),
        ir.Assign(
            _field("options", "unsigned long"),
            ir.Binary("|", ir.Load(_field("options", "unsigned long")), ir.Const(1)),
            _HERE,
            "|=",
        ),
        ir.Assign(_field("iface", "const char *"), ir.Text("lo"), _HERE),
        ir.Assign(
            _field("user", "void *"),
            ir.Container(ir.Load(ir.Location("%p", (), "void *")), "struct s", "m"),
            _HERE,
        ),
        ir.Assign(
            ir.Location("@a", (ir.Index(2), ir.Index(None)), "int"),
            ir.Unary("~", ir.SizeOf(8, "struct s *", "p")),
            _HERE,
        ),
        ir.Assign(ir.Location("%p", (ir.Deref(0), ir.Deref(3), ir.Deref(None)), "char"), ir.Unknown(), _HERE),
        ir.Call(
            ir.FunctionRef("lws_create_context"),
            (ir.Address(_INFO),),
            _HERE,
            ir.Location("%0", (), "struct lws_context *"),
            False,
            (_HERE,),
        ),
        ir.Call(ir.Load(ir.Location("%fp", (), "int (*)(void)")), (), _HERE, None, True),
        ir.EndScope(("%info",), ir.Span(0, 2, 1, 2, 2, _HERE)),
    )
    blocks = (
        ir.Block(statements, ir.Branch(ir.Load(ir.Location("%0", (), "struct lws_context *")), 1, 2, _HERE)),
        ir.Block((), ir.Switch(ir.Const(1), (ir.Case(1, 2, 3, "A", _HERE),), 2, _HERE)),
        ir.Block((), ir.Return(ir.Const(0), _HERE)),
        ir.Block((), ir.Jump(4, _HERE)),
        ir.Block((), ir.Unreachable()),
    )
    function = ir.Function(
        "f", True, "int", (ir.Variable("%p", "p", "void *", 8, _HERE),), (), blocks, _HERE, _HERE, True
    )
    table = ir.Global("@a", "a", "int[4][4]", 64, ir.Storage.STATIC, _HERE, const=True)
    return ir.Unit(
        files=("a.c", "a.h"),
        functions=(function,),
        globals=(table,),
        records=(ir.Record("struct s", 8, (ir.Member("m", "int", 4),)),),
        prototypes=(ir.Prototype("exit", "void", ("int",), noreturn=True),),
        notes=(ir.Note(ir.NoteKind.BROKEN, "expected '}'", _HERE),),
        release="4.1.6",
    )


def test_a_unit_comes_back_equal() -> None:
    assert ir.decode(ir.encode(_unit())) == _unit()
    assert ir.encode(ir.decode(ir.encode(_unit()))) == ir.encode(_unit())


def test_torn_bytes_are_told() -> None:
    data = ir.encode(_unit())
    for torn in (data[:-3], b"", b"\xc1"):
        with pytest.raises(msgspec.DecodeError):
            ir.decode(torn)


def test_dump_shows_every_kind_of_statement() -> None:
    assert dump(_unit()).splitlines() == [
        "unit a.c libwebsockets 4.1.6",
        "file a.h",
        "note broken: expected '}' @1:1",
        "record struct s size 8",
        "  4: m: int",
        "prototype exit(int): void noreturn",
        "global @a: int[4][4] (static const, 64 bytes)",
        "static function f(%p: void *, ...): int",
        "  block 0",
        "    declare %info",
        "    %info = zero (initial)",
        "    %info.port = -1:CONTEXT_PORT_NO_LISTEN",
        "    %info.options |= (%info.options | 1)",
        "    %info.iface = 'lo'",
        "    %info.user = container(%p, struct s, m)",
        "    @a[2][?] = ~sizeof(p: struct s * = 8)",
        "    %p[*][*+3][*?] = ?",
        "    %0 = call @lws_create_context()(&%info)",
        "    (void) call %fp()",
        "    end %info",
        "    branch %0 ? 1 : 2",
        "  block 1",
        "    switch 1 [1...2 A: 3, default: 2]",
        "  block 2",
        "    return 0",
        "  block 3",
        "    jump 4 @1:1",
        "  block 4",
        "    unreachable",
    ]


def test_names_of_files_may_be_any_bytes() -> None:
    """A unit as it was is a unit as it comes back, names that are no UTF-8 among its files."""
    files = ("a.c", "\udcff\udc80.h", "中\udce4.h", "ff.h")
    unit = msgspec.structs.replace(_unit(), files=files)
    assert ir.decode(ir.encode(unit)) == unit
