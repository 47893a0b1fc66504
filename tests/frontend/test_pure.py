"""The pycparser front end beside the fixtures: what pycparser refuses, what is torn, no libclang."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lwslint import ir
from lwslint.frontend import Reading, ReadRequest, read
from lwslint.frontend.clang.reader import read_one as read_clang
from lwslint.frontend.pure.reader import read_one
from lwslint.ir.dump import dump

ROOT = Path(__file__).resolve().parents[2]


def _request(text: str, *arguments: str) -> ReadRequest:
    return ReadRequest("unit.c", str(Path.cwd()), arguments, text)


def _functions(text: str, *arguments: str) -> list[str]:
    return [function.name for function in read_one(_request(text, *arguments)).functions]


_NESTED = "struct s0 { int x; };" + "".join(
    f"struct s{number + 1} {{ struct s{number} a, b, c, d, e, f, g, h; }};" for number in range(9)
)
_PACKED = """
#define TWO 2
#define PACKED(n) _Pragma("pack(push, TWO)") struct n { char a; int b; }; _Pragma("pack(pop)")
PACKED(a)
#pragma pack(push, outer, 4)
struct b { char a; double b; int c:3; int d:31; char e; int :0; char f; };
#pragma pack(push, inner, 1)
struct c { char a; double b; int c:3; int d:31; char e; int :0; char f __attribute__((aligned(8))); };
#pragma pack(pop, outer)
struct d { char a; double b; };
#pragma pack(3)
struct e { char a; int b; };
#pragma pack(TWO)
struct f { char a; int b; struct { char k; int l; } m[3]; } __attribute__((aligned(8)));
struct g { char a; double b;
#pragma pack()
    char c; double d; };
#pragma pack(pop, 1)
struct h { char a; int b; };
struct i { struct a a; struct b b; struct c c; struct d d; struct e e; struct f f; struct g g; struct h h; };
int f(struct i *i) { return sizeof(*i); }
"""
_GNU = [
    "int f(int a) { return ({ int b = a; b + 1; }); }",
    "int f(int a) { __typeof__(a) b = a; typeof(int *) c = &b; return *c; }",
    "int f(int a) { return a ?: 3; }",
    "int f(int a) { switch (a) { case 1 ... 5: return 1; case 7: case 8: a++; default: break; } return 0; }",
    "int t[] = { [0 ... 3] = 7, [6] = 1 }; unsigned long f(void) { return sizeof(t); }",
    'int f(int a) { asm volatile("nop" : "=r"(a) : : "memory"); return a; }',
    "__attribute__((noreturn)) void die(void); int f(int a) { if (a) die(); return 1; }",
    "struct __attribute__((packed)) s { char a; int b; } x; unsigned long f(void) { return sizeof(x); }",
    "struct s { char a; int b; } __attribute__((packed, aligned(2))) x; int f(void) { return sizeof(x); }",
    "static __inline__ int g(int a) { return a; } int f(int a) { return __extension__ g(a); }",
    "int f(int n, ...) { __builtin_va_list l; __builtin_va_start(l, n);"
    " int k = __builtin_va_arg(l, int); __builtin_va_end(l); return k; }",
    "int f(int a) { void *p = &&out; goto *p; out: return a; }",
    "int f(int a) { return _Generic(a, int: 1, default: 2); }",
    "int f(p, q) int p; char *q; { return p + *q; }",
    "struct s { int a; struct { int b; union { int c; char d; }; }; }; int f(struct s *s) { return s->c; }",
    "_Thread_local int t; static __thread int u; int f(void) { return t + u; }",
    "int f(int a) { __label__ x; if (a) goto x; a = 2; x: return a; }",
    "int f(int a) { return __builtin_expect(!!a, 1) ? __builtin_offsetof(struct { int x, y; }, y) : 0; }",
    "int f(void) { int a[3] = { 1 }, *p = a, (*q)(void) = f; return p[1] + q(); }",
    "typedef struct { int x; } point; int f(point *p) { point q = *p; return ((point *)p)->x + q.x; }",
    "int f(int a) { do { if (a--) continue; break; } while (a > 3); for (;;) { if (a) break; } return a; }",
    "enum e { A, B = 4, C } x; int f(enum e v) { return v == C ? A : x; }",
    "_Atomic int n; int f(void) { n = 2; return n; }",
    r"""int f(int a) { return a == '\"' || a == '"' || a == '\\' || a == '\'' || a == '\x41'; }""",
    "#define SAY(x, ...) g(__LINE__, x, ##__VA_ARGS__)\nint g(int, int, ...);\n"
    "int f(int a) {\n SAY(a,\n  __LINE__,\n  SAY(a)\n );\n return __LINE__;\n}",
    "#define WRAP(x) TWICE(x)\n#define TWICE(x) g(__LINE__) + x\nint g(int);\n"
    "int f(int a) {\n return WRAP(\n  TWICE(g(__LINE__\n  ))\n );\n}",
    "char *f(const char *a, char *b, void *v, int c) { const char *r = c ? b : a; r = c ? a : b;"
    ' r = c ? v : a; return g((c ? b : a)[1], *(c ? a : b), __builtin_nanf("")) ? c ? 0 : b : v; }',
    "struct s { char *n; int (*f)(void); int x; }; extern char *e; int f(void);"
    " struct s a[] = { { 0, f, 1 }, 0, { f }, 2, { 0, f, 3 }, 0, f, { 4 } };",
    "int f(int n) { char a[n + 1], b[sizeof(a)][4]; int c[n][n]; return a[0] + b[0][1] + c[1][2]; }",
    "struct later; typedef struct later later; struct later { int x; }; int f(later *p) { return p->x; }",
    "typedef void (*handler)(int); typedef handler getter(int, const char *[3]);"
    " void f(const unsigned char k[32], unsigned char o[32], const char *const n[4], const int m[2][3],"
    " handler const h[2], const handler (*hh)[2], char *v[2][3], int l, const int q[l], int w[l][l],"
    " getter g, const volatile long r[restrict 3], int (*pa[4])[3], handler (*fa[4])[3])"
    " { static const int t[] = { 1 }; const int *p = t; n++; h++; w++; v++; p = *m; g(*t, 0); k++, o++; }",
    "const void *const (*a)[3]; int *const c[3]; int *const (*d)(int); int *const e(int);"
    " int f(void) { return a != 0 + (e == *d) + *c[1]; }",
    "#pragma pack(push, 1)\nstruct s { char a; int b; double c; };\n#pragma pack(pop)\n"
    "struct t { char a; struct s s; double c; }; int f(struct t *p) { return p->s.b + sizeof(*p); }",
    _PACKED,
    "typedef struct { int a; } a, *b, c[2]; struct n { int d; } n1, *n2; struct { int e; } u1, *u2;"
    " int f(b x, a *y) { n2 = &n1; return x->a + y->a + sizeof(c) + u1.e + u2->e; }",
    "void f(void) { __sync_synchronize(); }",
]
_USED = [
    "#define CLEAR(t) t.a = 0\nstruct { int a; } s; void f(void) {\n CLEAR(s);\n}",
    "#define ONE 1\n#define SET(t) if (t.a) { \\\n t.b = ONE; \\\n t.a = t.b; g(t.a); }\n"
    "int g(int); struct { int a, b; } s; void f(void) {\n SET(\n  s);\n}",
    "#define GIVE(a, b) a = b\n#define ONE 1\n"
    "void f(int x, int y) { GIVE(x, y); GIVE(x,\n ONE); GIVE(x, y + ONE); }",
    "#define EACH(it, first) { int *it = &(first); while (*(it))\n#define END(it) it = 0; }\n"
    "void f(int x) {\n EACH(\n  p, x) { x = 1; }\n END(p)\n}",
]
"""What stands in a macro's body, or in its arguments, or begins in one of them and ends in the body."""


@pytest.mark.parametrize("text", _GNU)
def test_what_pycparser_refuses_is_read_as_clang_reads_it(text: str) -> None:
    mine, theirs = read_one(_request(text)), read_clang(_request(text))
    assert dump(mine).splitlines() == dump(theirs).splitlines()
    assert not mine.notes


@pytest.mark.parametrize("text", _USED)
def test_what_a_macro_gives_stands_where_libclang_has_it(text: str) -> None:
    mine, theirs = read_one(_request(text)), read_clang(_request(text))
    assert mine.functions == theirs.functions


def test_a_part_of_the_library_beside_the_program_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    part = tmp_path / "include" / "libwebsockets" / "lws-ours.h"
    part.parent.mkdir(parents=True)
    part.write_text("int lws_ours(int);\n")
    path = tmp_path / "app" / "main.c"
    path.parent.mkdir()
    path.write_text(
        '#include <libwebsockets.h>\n#include "../include/libwebsockets/lws-ours.h"\n'
        '#include "../include/libwebsockets/lws-write.h"\nint f(void) { return lws_ours(LWS_WRITE_TEXT); }\n'
    )
    request = ReadRequest(str(path), str(path.parent), ())
    assert dump(read_one(request)) == dump(read_clang(request))


def test_flags_pack_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    text = (
        "struct s { char a; double b; };\n#pragma pack(8)\nstruct t { char a; double b; };\n#pragma pack()\n"
        "struct u { char a; int b; };"
        " int f(struct s *s, struct t *t, struct u *u) { return s->a + t->a + u->a; }"
    )
    for flag in ("-fpack-struct", "-fpack-struct=2"):
        assert dump(read_one(_request(text, flag))) == dump(read_clang(_request(text, flag)))


@pytest.mark.parametrize("header", ["", "#include <libwebsockets.h>\n"])
def test_how_records_are_packed_is_a_units_own(header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headers are gone through once for all units that come to them in the same state."""
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    packed, plain = (
        read_one(
            _request(f"{pragma}{header}struct s {{ char a; int b; }}; int f(struct s *s) {{ return s->b; }}")
        )
        for pragma in ("#pragma pack(1)\n", "")
    )
    sizes = [next(one.size for one in made.records if one.name == "struct s") for made in (packed, plain)]
    assert sizes == [5, 8]


@pytest.mark.parametrize(
    "text",
    [
        "#include <libwebsockets.h>\nsqlite3 *db; int f(lws_upng_t *u) { return lws_upng_get_width(u); }",
        "#include <pthread.h>\npthread_mutex_t m; int f(void) { return pthread_mutex_lock(&m); }",
    ],
)
def test_types_of_headers(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    mine, theirs = read_one(_request(text)), read_clang(_request(text))
    assert dump(mine).splitlines() == dump(theirs).splitlines()
    assert not mine.notes


def test_one_statement_that_cannot_be_read_costs_that_statement() -> None:
    text = (
        "int g(int); int f(int a) {\n g(1);\n a = = 3 $ ;\n g(2);\n return a;\n}\nint h(void) { return 1; }\n"
    )
    made = read_one(_request(text))
    assert [function.name for function in made.functions] == ["f", "h"]
    calls = [
        one for block in made.functions[0].blocks for one in block.statements if isinstance(one, ir.Call)
    ]
    assert len(calls) == 2
    (note,) = [note for note in made.notes if note.kind is ir.NoteKind.BROKEN]
    assert note.text.startswith("f(): expected other text")
    assert note.span is not None
    assert note.span.line == 3


def test_one_function_that_cannot_be_read_costs_that_function() -> None:
    text = "int f(int a) { @@ } }\nint g(void) { return 1; }\nint = ;\nint h(void) { return g(); }\n"
    made = read_one(_request(text))
    assert {"g", "h"} <= {function.name for function in made.functions}
    assert any(note.kind is ir.NoteKind.BROKEN for note in made.notes)


def test_unknown_types_are_guessed_and_said() -> None:
    text = (
        '#include "gui.h"\nint use(void *);\n'
        "int f(GtkWidget *window, gpointer data) { GtkWidget *button = new(window);"
        " return use((gpointer)button) + use(data); }\n"
    )
    made = read_one(_request(text))
    assert [function.name for function in made.functions] == ["f"]
    kinds = {note.kind for note in made.notes}
    assert kinds == {ir.NoteKind.MISSING_HEADER, ir.NoteKind.BROKEN}


def test_a_product_is_no_declaration() -> None:
    text = "int g(int, int); int f(int a, int b) { a * b; return g(a * b, (a) * b) + (b * a, 1); }"
    assert dump(read_one(_request(text))) == dump(read_clang(_request(text)))


def test_a_table_of_numbers_is_not_read_through() -> None:
    numbers = ",".join(["0x1f"] * 300_000)
    start = time.monotonic()
    made = read_one(
        _request(f"static const unsigned char blob[] = {{ {numbers} }};\nint f(void) {{ return blob[3]; }}")
    )
    assert time.monotonic() - start < 30
    (table,) = [one for one in made.globals if one.name == "blob"]
    assert table.size == 300_000
    assert isinstance(table.initialiser[0].value, ir.Unknown)


@pytest.mark.parametrize(
    "text",
    [
        "int f(int a) { return " + "(" * 30_000 + "a" + ")" * 30_000 + "; }",
        "int f(int a) { " + "{" * 20_000 + "}" * 20_000 + " }",
        "int f(int a) { return " + "!" * 20_000 + "a; }",
        "int f(int a) { return a" + " + a" * 20_000 + "; }",
        "int f(int a) { switch (a) {" + "".join(f"case {n}: a++; " for n in range(5_000)) + "} return a; }",
        "struct s { " * 2_000 + "int x;" + "};" * 2_000 + "int f(void) { return 1; }",
        "int f(void) { return 1; }" + "}" * 50_000,
        "int f(void) { return 1; }" + "(" * 50_000,
        "int f(" + "int (*" * 3_000 + "x" + ")(void)" * 3_000 + ") { return 1; }",
        "int f(int a) { " + "({ a; }); " * 30_000 + " return a; }",
        _NESTED + "struct s9 x[] = { 1, 2 }; int f(void) { return 1; }",
        "int f(int a) { " + "({" * 400 + "a;" + "});" * 400 + " return a; }",
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_bombs_end(text: str) -> None:
    """In a worker, as any unit is read; none of these kills it."""
    start = time.monotonic()
    (reading,) = read([ReadRequest("unit.c", str(Path.cwd()), (), text, frontend="pycparser")], 1)
    assert time.monotonic() - start < 100
    assert reading.unit is not None or reading.failure
    assert "died" not in reading.failure


@pytest.mark.parametrize(
    "text",
    [
        "int",
        "int f(",
        "struct",
        "enum {",
        "typedef",
        "int f(void) {",
        "int x = {",
        "= = =",
        "{}",
        ";",
        "}",
        "(",
        "case 1:",
        "int f(void) { case",
        "int f(void) { if",
        "int a[",
        "_Generic(",
        "({",
        "typeof(",
        "goto *;",
        "x ? : ",
        "[[",
        "asm(",
        "int f(void) { return sizeof; }",
        "int f(void) { struct s { int a }; }",
        "__builtin_va_arg(",
        "int f(int, int a[*]) {}",
        "void f(void) { ({ }); ({ ; }); }",
        "int x[-1]; int y[1 / 0]; enum { A = 1 / 0 };",
        "struct s { struct s t; } x;",
        "int f(void) { int a[] = { [1 ... ] = 2 }; }",
        "typedef int t; t t; t f(void) { return t; }",
        "\udcff",
    ],
)
def test_torn_text_is_no_error_of_ours(text: str) -> None:
    read_one(ReadRequest("unit.c", str(Path.cwd()), (), text))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "latin-1"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = '/* \u4e2d\u6587 */\n#include <string.h>\nint f(char *a) { return strcmp(a, "\u4e2d\u6587"); }\r\n'
    file = tmp_path / "unit.c"
    file.write_bytes(text.encode(encoding, "replace"))
    request = ReadRequest(str(file), str(tmp_path), ())
    assert dump(read_one(request)) == dump(read_clang(request))


@pytest.mark.parametrize(
    "flags", [["-m32"], ["--target=arm-none-eabi"], ["-std=c99"], ["-ffreestanding"], ["-mlongcalls"]]
)
def test_flags_of_other_targets(flags: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    text = (
        "#include <libwebsockets.h>\n#include <string.h>\nint f(struct lws_context_creation_info *i) {"
        " long a[2]; double d; struct { char c; double d; long l; void *p; } s;"
        " memset(i, 0, sizeof(*i)); return sizeof(a) + sizeof(s) + sizeof(d); }\n"
    )
    assert dump(read_one(_request(text, *flags))) == dump(read_clang(_request(text, *flags)))


def test_auto_is_pycparser_without_libclang(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LWSLINT_LIBCLANG", str(tmp_path / "none.so"))
    text = "int f(void) { return 1; }"
    readings: dict[str, Reading] = {}
    for frontend in ("auto", "clang", "pycparser"):
        (readings[frontend],) = read([ReadRequest("u.c", str(tmp_path), (), text, frontend=frontend)], 1)
    assert readings["clang"].unit is None
    assert "libclang" in readings["clang"].failure
    auto, pure = readings["auto"].unit, readings["pycparser"].unit
    assert auto is not None
    assert pure is not None
    assert auto.functions == pure.functions
    assert [note.kind for note in auto.notes] == [ir.NoteKind.FRONT_END]
    assert "none.so" in auto.notes[0].text
    assert not pure.notes


def test_functions_that_are_not_needed_are_left_out() -> None:
    text = "int f(void) { return 1; }\nint g(void) { return f(); }\n"
    made = read_one(_request(text), frozenset({"f"}))
    assert [function.name for function in made.functions] == ["g"]
    assert [prototype.name for prototype in made.prototypes] == ["f"]


def test_switches_with_one_case_and_no_braces_nest_in_time() -> None:
    text = "int f(int a) { " + "switch (a) case 1: " * 200 + "return 1; return 0; }"
    start = time.monotonic()
    assert _functions(text) == ["f"]
    assert time.monotonic() - start < 30


def test_a_unit_means_the_same_after_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Headers are gone through once for all units, but what stands for undeclared names is a unit's own."""
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    first = "int f(void) { return level; }"
    second = "int g(int r) { switch (r) { case LWS_CALLBACK_RECEIVE: return other; } return level; }"
    read_one(_request(first))
    made = dump(read_one(_request(second)))
    assert "global @other: int" in made
    assert "global @level: int" in made
    client = (
        "#include <libwebsockets.h>\nstruct lws_context_creation_info i; int f(void) { return i.port; }\n"
    )
    assert dump(read_one(_request(client))) == dump(read_one(_request(client)))
    assert "record struct lws_context_creation_info" in dump(read_one(_request(client)))


@pytest.mark.parametrize("front_end", [read_one, read_clang])
def test_a_file_whose_name_is_no_text(front_end: Callable[[ReadRequest], ir.Unit], tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\xff.c")
    path.write_text("static struct { int port; } all[2];\nint f(void) { return all[1].port + si\0zeof; }\n")
    unit = front_end(ReadRequest(str(path), str(tmp_path), ()))
    assert unit.notes
    assert ir.decode(ir.encode(unit)) == unit


@pytest.mark.parametrize("front_end", [read_one, read_clang])
def test_a_missing_header_whose_name_is_no_text(front_end: Callable[[ReadRequest], ir.Unit]) -> None:
    unit = front_end(_request("#include <lib\udcff.h>\nint f(void) { return 1; }\n"))
    assert [note.text for note in unit.notes] in (["lib\ufffd.h"], ["lib<FF>.h"])
    assert ir.decode(ir.encode(unit)) == unit


def test_the_recursion_limit_is_put_back() -> None:
    before = sys.getrecursionlimit()
    _functions("int f(void) { return 1; }")
    assert sys.getrecursionlimit() == before


def test_the_whole_tool_without_libclang(tmp_path: Path) -> None:
    """A Python of which every package but libclang is lwslint's finds in the demo what is to be found."""
    packages = tmp_path / "packages"
    packages.mkdir()
    for folder in sys.path:
        if Path(folder).name == "site-packages":
            for entry in Path(folder).iterdir():
                if "clang" not in entry.name and not (packages / entry.name).exists():
                    (packages / entry.name).symlink_to(entry)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "LWSLINT_LIBCLANG"},
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "rules", packages))),
        "LWSLINT_NO_SYSTEM_HEADERS": "1",
    }
    python = getattr(sys, "_base_executable", sys.executable)
    found = [python, "-c", "import importlib.util; print(importlib.util.find_spec('clang') is None)"]
    if (
        "True"
        not in subprocess.run(found, env=environment, capture_output=True, text=True, check=False).stdout
    ):
        pytest.skip("this Python has libclang among its own packages")
    command = [python, "-m", "lwslint", "check", "--no-cache", "-j1", "--format", "concise", "fixtures/demo"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "3 files read by pycparser (libclang not found" in done.stderr
    assert "LWS103" in done.stdout
