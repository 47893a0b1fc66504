"""Expressions of C become values, locations, calls."""

from __future__ import annotations

import pytest

from lwslint import ir

from .reading import body, function, unit

pytestmark = pytest.mark.usefixtures("each_front_end")

_TYPES = (
    "struct in { int a; int b; }; struct s { int port; union { int u1; char *u2; struct { int deep; }; };"
    " struct in n; struct in arr[3]; const char *name; int (*fn)(int); int *p; };"
    "int g(int); struct s mk(void); struct s *get(void);"
)


def _line(
    expression: str, parameters: str = "struct s *p, struct s v, int a, char **argv, int m[2][3], void *u"
) -> list[str]:
    return body(f"{_TYPES} void f({parameters}) {{ {expression}; }}")[1:-1]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("p->port = 1", ["%p[*].port = 1"]),
        ("(*p).port = 1", ["%p[*].port = 1"]),
        ("p[0].port = 1", ["%p[*].port = 1"]),
        ("p[3].port = 1", ["%p[*+3].port = 1"]),
        ("p[a].port = 1", ["%p[*?].port = 1"]),
        ("(p + 2)->port = 1", ["%p[*+2].port = 1"]),
        ("v.u1 = 1", ["%v.u1 = 1"]),
        ("v.deep = 1", ["%v.deep = 1"]),
        ("v.n.b = 1", ["%v.n.b = 1"]),
        ("v.arr[1].b = v.arr[a].a", ["%v.arr[1].b = %v.arr[?].a"]),
        ("argv[1][2] = 'c'", ["%argv[*+1][*+2] = 99"]),
        ("**argv = 0", ["%argv[*][*] = 0"]),
        ("m[1][2] = 5", ["%m[*+1][2] = 5"]),
        ("v.p = &p->port", ["%v.p = &%p[*].port"]),
        ("p = &v", ["%p = &%v"]),
        ("(&v)->port = 1", ["%v.port = 1"]),
        ("v = *p", ["%v = %p[*]"]),
        ("*p = v", ["%p[*] = %v"]),
        ("p = &*p", ["%p = %p"]),
        ("((struct in *)u)->a = 1", ["%0 = %u", "%0[*].a = 1"]),
        ("*(struct in *)u = v.n", ["%0 = %u", "%0[*] = %v.n"]),
        ("((struct in *)p)[1].a = 1", ["%0 = %p", "%0[*+1].a = 1"]),
        ("((struct s *)p)->port = 1", ["%p[*].port = 1"]),
        ("get()->port = 1", ["%0 = call @get()()", "%0[*].port = 1"]),
        ("v.p = &v.arr[1].a + 1", ["%v.p = (&%v.arr[1].a + 1)"]),
        ("a = p->arr[1].a", ["%a = %p[*].arr[1].a"]),
        ("a |= 4", ["%a |= (%a | 4)"]),
        ("a <<= 2", ["%a <<= (%a << 2)"]),
        ("a++", ["%a ++ (%a + 1)"]),
        ("--a", ["%a -- (%a - 1)"]),
        ("a = v.port++", ["%0 = %v.port", "%v.port ++ (%v.port + 1)", "%a = %0"]),
        ("a = ++v.port", ["%v.port ++ (%v.port + 1)", "%a = %v.port"]),
        ("a = v.port = 3", ["%v.port = 3", "%a = %v.port"]),
        ("a = (g(1), 2)", ["call @g()(1)", "%a = 2"]),
        ("a = g(1) + g(2)", ["%0 = call @g()(1)", "%1 = call @g()(2)", "%a = (%0 + %1)"]),
        ("a = g(1)", ["%a = call @g()(1)"]),
        ("g(1)", ["call @g()(1)"]),
        ("(void)g(1)", ["(void) call @g()(1)"]),
        ("(void)a", []),
        ("g(g(1))", ["%0 = call @g()(1)", "call @g()(%0)"]),
        ("v.fn = g", ["%v.fn = @g()"]),
        ("v.fn = &g", ["%v.fn = @g()"]),
        ("a = p->fn(1)", ["%a = call %p[*].fn(1)"]),
        ("a = (*v.fn)(2)", ["%a = call %v.fn(2)"]),
        ("a = (*g)(2)", ["%a = call @g()(2)"]),
        ("v = mk()", ["%v = call @mk()()"]),
        ("a = mk().port", ["%0 = call @mk()()", "%a = %0.port"]),
        ("get()->port = 1", ["%0 = call @get()()", "%0[*].port = 1"]),
        ("a = ~a + !a - -a", ["%a = ((~%a + !%a) - -%a)"]),
        ("a = 1.5 > 2", ["%a = (? > 2)"]),
        ('v.name = "a" "b\\n\\x41\\101"', ["%v.name = 'ab\\nAA'"]),
        ("a = 'x' + 0x10 + 010 + 0b11 + 5ull", ["%a = 152"]),
        ("a = -7 / 2 * 10 + -7 % 2", ["%a = -31"]),
        ("a = (char)a", ["%a = %a"]),
        ("a = sizeof v + 0", ["%a = (sizeof(v: struct s = 72) + 0)"]),
        ("a = sizeof(struct s *)", ["%a = sizeof(struct s *: struct s * = 8)"]),
        ("a = sizeof p", ["%a = sizeof(p: struct s * = 8)"]),
        ("a = sizeof(*p)", ["%a = sizeof(*p: struct s = 72)"]),
        ("a = sizeof(v.arr) / sizeof(v.arr[0])", ["%a = 3"]),
        ("a = __builtin_offsetof(struct s, n)", ["%a = 16"]),
        ("a = _Generic(a, char: 1, int: 2, default: 3)", ["%a = 2"]),
        ("a = __builtin_constant_p(a)", ["%a = 0"]),
    ],
)
def test_expression(expression: str, expected: list[str]) -> None:
    assert _line(expression) == expected


@pytest.mark.parametrize(
    "expression",
    ["a = a ? g(1) : g(2)", "a = a ?: g(2)", "a = a && g(1)", "a = a || g(1)", "a ? g(1) : g(2)"],
)
def test_value_that_branches_goes_through_blocks(expression: str) -> None:
    lines = body(f"int g(int); void f(int a) {{ {expression}; }}")
    assert any(line.startswith("branch %") for line in lines)
    assert any("call @g()" in line for line in lines)


def test_gnu_elvis_evaluates_its_first_operand_once() -> None:
    lines = body("int g(int); void f(int a) { a = g(1) ?: g(2); }")
    assert lines[1:3] == ["%0 = call @g()(1)", "branch %0 ? 2 : 1"]
    assert "%0 = call @g()(2)" in lines


def test_conditional_of_void_has_no_temporary() -> None:
    assert not any("%0" in line for line in body("void g(int); void f(int a) { a ? g(1) : g(2); }"))


def test_statement_expression() -> None:
    lines = body("int g(int); void f(int a) { a = ({ int z = g(9); z + 1; }); }")
    assert lines[1:6] == ["declare %z", "%z = call @g()(9)", "%0 = (%z + 1)", "end %z", "%a = %0"]


def test_compound_literal_is_a_variable() -> None:
    lines = body("struct s { int a, b; }; void g(struct s *); void f(void) { g(&(struct s){ .b = 2 }); }")
    assert lines[1:5] == [
        "declare %.literal",
        "%.literal = zero (initial)",
        "%.literal.b = 2 (initial)",
        "call @g()(&%.literal)",
    ]


@pytest.mark.parametrize(
    "container",
    [
        "#define CO(P,T,M) ((T *)((char *)(P) - __builtin_offsetof(T, M)))",
        "#define CO(P,T,M) ((T *)((char *)(P) - (unsigned long)&((T *)0)->M))",
        "#define CO(P,T,M) ({ const __typeof__(((T *)0)->M) *__p = (P);"
        " (T *)((char *)__p - __builtin_offsetof(T, M)); })",
    ],
)
def test_container_of(container: str) -> None:
    lines = body(
        f"{container}\nstruct in {{ int x; }}; struct s {{ int a; struct in n; }};\n"
        "void f(struct in *p) { struct s *q = CO(p, struct s, n); q->a = 1; }"
    )
    assert any(
        ("container(" in line and line.split("container(")[1].endswith("struct s, n)"))
        or "container(%p, struct s, n)" in line
        or "container(%__p, struct s, n)" in line
        for line in lines
    )
    assert "%q[*].a = 1" in lines


def test_size_behind_a_member_is_no_container() -> None:
    lines = body(
        "struct s { int a; char text[8]; }; void g(unsigned long);\n"
        "void f(void) { g(sizeof(struct s) - __builtin_offsetof(struct s, text)); }"
    )
    assert not any("container(" in line for line in lines)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("__builtin_memset(p, 0, 4)", "call @memset()(%p, 0, 4)"),
        ("__builtin___memset_chk(p, 0, 4, __builtin_object_size(p, 0))", "call @memset()(%p, 0, 4)"),
        ("__builtin_bzero(p, 4)", "call @bzero()(%p, 4)"),
        ("__builtin_memcpy(p, p, 4)", "call @memcpy()(%p, %p, 4)"),
        ('__builtin___snprintf_chk(p, 4, 0, 9, "%d", 1)', "call @snprintf()(%p, 4, '%d', 1)"),
    ],
)
def test_builtins_have_the_name_of_what_they_stand_for(call: str, expected: str) -> None:
    lines = body(f"void f(char *p) {{ {call}; }}")
    assert [line for line in lines if "call" in line][-1] == expected


def test_builtin_expect_is_its_argument() -> None:
    assert body("void f(int a) { if (__builtin_expect(!!(a), 0)) a = 1; }")[1] == "branch %a ? 2 : 1"


def test_variadic_argument_is_unknown() -> None:
    lines = body(
        "void f(int n, ...) { __builtin_va_list ap;"
        " __builtin_va_start(ap, n); n = __builtin_va_arg(ap, int); }"
    )
    assert "%n = ?" in lines


def test_nullptr_bool_typeof() -> None:
    lines = body("void f(void *p) { p = nullptr; bool b = true; typeof(b) c = b; }", "-std=c2x")
    assert "%p = 0:nullptr" in lines
    assert "%c = %b (initial)" in lines


def test_constants_bear_the_name_that_was_written() -> None:
    lines = body(
        "#define PORT 7681\n#define NONE (-1)\n#define NULL ((void*)0)\n#define BITS (1 << 3)\n"
        "#define SET(v) a = v\n"
        "#define MORE (a + 1)\nenum { E = 4 };\n"
        "void f(int a, void *p) { a = PORT; a = NONE; p = NULL; a = BITS; a = E;"
        " SET(PORT); a = MORE; a = E | 1; }"
    )
    assert lines[1:-1] == [
        "%a = 7681:PORT",
        "%a = -1:NONE",
        "%p = 0:NULL",
        "%a = 8:BITS",
        "%a = 4:E",
        "%a = 7681:PORT",
        "%a = (%a + 1)",
        "%a = 5",
    ]


def test_macro_with_two_meanings() -> None:
    lines = body("#define P 1\nvoid f(int a) { a = P;\n#undef P\n#define P 2\na = P; }")
    assert lines[1:-1] == ["%a = 1:P", "%a = 2:P"]


def test_span_of_a_macro_is_its_use_and_body_its_definition() -> None:
    made = function(
        "void *memset(void *, int, unsigned long);\n"
        "#define WIPE(x) do { \\\n    memset(&(x), 0, sizeof(x)); \\\n  } while (0)\n"
        "void f(int v)\n{\n  WIPE(v);\n}\n"
    )
    call = next(each for block in made.blocks for each in block.statements if isinstance(each, ir.Call))
    assert (call.span.line, call.span.column, call.span.end_line) == (7, 3, 7)
    assert call.span.body is not None
    assert call.span.body.line == 3


def test_span_of_what_begins_in_an_argument_and_ends_in_the_body_is_the_whole_use() -> None:
    made = function("#define CLEAR(t) t.a = 0\nvoid f(struct { int a; } s)\n{\n  CLEAR(s);\n}\n")
    (cleared,) = (each for block in made.blocks for each in block.statements if isinstance(each, ir.Assign))
    assert (cleared.span.line, cleared.span.column, cleared.span.end_column) == (4, 3, 11)
    assert cleared.span.body is not None
    assert cleared.span.body.line == 1


def test_arrays_that_are_parameters_keep_the_const_of_their_elements() -> None:
    made = function(
        "void f(const unsigned char key[32], unsigned char out[32], const char *const names[]) {}"
    )
    assert [each.type for each in made.parameters] == [
        "const unsigned char *",
        "unsigned char *",
        "const char *const *",
    ]


def test_span_of_a_macro_argument_is_where_it_is_written() -> None:
    made = function(
        "#define TWICE(x) ((x) + (x))\nint g(int);\nint f(int a)\n{\n  return TWICE(\n    g(a));\n}\n"
    )
    call = next(each for block in made.blocks for each in block.statements if isinstance(each, ir.Call))
    assert (call.span.line, call.span.column, call.span.end_column) == (6, 5, 9)


def test_column_counts_bytes() -> None:
    made = function('void g(const char *, int);\nvoid f(int a) { g("ä", a); }')
    call = made.blocks[0].statements[0]
    assert isinstance(call, ir.Call)
    assert [(span.column, span.end_column) for span in call.spans] == [(19, 23), (25, 26)]


def test_types_are_canonical_and_unqualified() -> None:
    made = function(
        "typedef struct { int x; } named; typedef const char *str; struct t { struct { int y; } in; };\n"
        "void f(named n, str s, const int c, char *const k, int (*fp)(int), struct t *t) { t->in.y = 1; }"
    )
    assert [each.type for each in made.parameters] == [
        "struct named",
        "const char *",
        "int",
        "char *",
        "int (*)(int)",
        "struct t *",
    ]
    target = made.blocks[0].statements[0]
    assert isinstance(target, ir.Assign)
    assert target.target.type == "int"


def test_parameters_of_array_and_function_type_are_pointers() -> None:
    made = function(
        "struct s { int x; }; int g(struct s v[], int n);\n"
        "void f(struct s v[], char *argv[], int m[2][3], int cb(int))"
        "{ v->x = 1; v[1].x = 2; argv[1][0] = m[1][2]; cb(1); }"
    )
    assert [each.type for each in made.parameters] == ["struct s *", "char **", "int (*)[3]", "int (*)(int)"]


def test_array_that_decays_in_a_conditional() -> None:
    lines = body('void f(int a, const char *p) { char buf[4]; p = a ? buf : "x"; p = (a ? buf : buf) + 1; }')
    assert "%0 = &%buf[0]" in lines
    assert "%p = &%1[*+1]" in lines


def test_unnamed_record_is_named_by_its_place() -> None:
    made = unit("static struct { int x; } v;\nint f(void) { return v.x; }", path="dir/unit.c")
    assert made.globals[0].type == "struct @unit.c:1:8"


def test_text_that_is_no_utf8() -> None:
    assert "%p = '\\ufffd'" in body('void f(const char *p) { p = "\\xff"; }')


@pytest.mark.parametrize(
    ("element", "a", "b", "callee"),
    [
        ("const fn", "on_a", "on_b", "table[r]"),
        ("const fn", "on_a", "on_b", "(*table[r])"),
        ("const struct { int n; fn f; }", "{ 1, on_a }", "{ .f = on_b }", "table[r].f"),
    ],
)
def test_calls_through_a_table_are_a_switch_over_the_index(element: str, a: str, b: str, callee: str) -> None:
    lines = body(
        "enum r { A = 1, B = 3 }; typedef int (*fn)(int); int on_a(int); int on_b(int);"
        f"static {element} table[8] = {{ [A] = {a}, [B] = {b} }};"
        f"int f(enum r r) {{ return {callee}(5); }}"
    )
    assert any(line.startswith("switch %r [1 A: ") and "3 B: " in line for line in lines), lines
    assert "%0 = call @on_a()(5)" in lines
    assert "%0 = call @on_b()(5)" in lines
    assert "unreachable" in lines


def test_a_table_that_others_may_write_keeps_the_call_through_the_pointer() -> None:
    lines = body(
        "enum r { A }; typedef int (*fn)(int); int on_a(int); static fn table[4] = { [A] = on_a };"
        "int f(int n) { return table[n](5); }"
    )
    assert "%0 = call @on_a()(5)" in lines
    assert "%0 = call @table[?](5)" in lines


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("__atomic_store_n(&n, 1, 5)", ["%n = 1"]),
        ("a = __atomic_load_n(&n, 5)", ["%a = %n"]),
        ("a = __atomic_exchange_n(&n, 1, 5)", ["%0 = %n", "%n = 1", "%a = %0"]),
        ("a = __sync_lock_test_and_set(&n, 1)", ["%0 = %n", "%n = 1", "%a = %0"]),
        ("g_atomic_int_set(&n, 1)", ["%n = 1"]),
        ("a = g_atomic_int_get(&n)", ["%a = %n"]),
        ("if (g_atomic_int_get(&n)) a = 1", ["branch %n ? 2 : 1"]),
    ],
)
def test_atomic_accesses_are_accesses(expression: str, expected: list[str]) -> None:
    declared = "void g_atomic_int_set(volatile int *, int); int g_atomic_int_get(const volatile int *);"
    lines = body(f"{declared} void f(int n, int a) {{ {expression}; }}")
    assert lines[1 : 1 + len(expected)] == expected


def test_what_a_macro_chooses_from_constants_is_one_constant() -> None:
    text = """
        #define PAD(n) (((n) % 16) ? ((n) + (16 - ((n) % 16))) : (n))
        #define ROOM PAD(4 + 10)
        void f(char *p, char *b) { p = b + ROOM; }
    """
    assert body(text)[1] == "%p = &%b[*+16]"


def test_the_library_s_other_name_for_an_enumerator_is_kept() -> None:
    text = """
        enum writes { LWS_WRITE_HTTP = 3 };
        #define LWS_WRITE_RAW LWS_WRITE_HTTP
        #define OWN_NAME LWS_WRITE_HTTP
        void f(int a) { a = LWS_WRITE_RAW; a = LWS_WRITE_HTTP; a = OWN_NAME; }
    """
    assert body(text)[1:4] == ["%a = 3:LWS_WRITE_RAW", "%a = 3:LWS_WRITE_HTTP", "%a = 3:LWS_WRITE_HTTP"]
