"""Initialisers become assignments, globals or automatic."""

from __future__ import annotations

import pytest

from lwslint import ir

from .reading import body, unit, variable

pytestmark = pytest.mark.usefixtures("each_front_end")

_S = "struct in { int a, b; }; struct s { int x; struct in n; struct in arr[2]; const char *name; };\n"


@pytest.mark.parametrize("zero", ["{0}", "{}", "{ 0, }", "{{0}}"])
def test_plain_zero_names_no_member(zero: str) -> None:
    one = "struct w { struct in n; int y; };"
    assert variable(f"{_S}{one} struct w v = {zero};", "@v") == ["@v = zero (initial)"]


def test_initialiser_that_names_every_member_has_no_zero() -> None:
    assert variable(f"{_S} struct in v = {{ 1, 2 }};", "@v") == ["@v.a = 1 (initial)", "@v.b = 2 (initial)"]
    assert variable(f"{_S} struct in v = {{ 1 }};", "@v") == ["@v = zero (initial)", "@v.a = 1 (initial)"]


def test_nested_designated_and_ranges() -> None:
    assert variable(
        f'{_S} struct s v = {{ .n.b = 1, .arr = {{ [1] = {{ .a = 2 }} }}, .name = "x" }};', "@v"
    ) == [
        "@v = zero (initial)",
        "@v.n.b = 1 (initial)",
        "@v.arr[1].a = 2 (initial)",
        "@v.name = 'x' (initial)",
    ]
    assert variable("int v[5] = { [1 ... 2] = 7, 8 };", "@v") == [
        "@v = zero (initial)",
        "@v[1] = 7 (initial)",
        "@v[2] = 7 (initial)",
        "@v[3] = 8 (initial)",
    ]
    assert variable("struct { struct { int p; } q[2]; } v = { .q[1].p = 3 };", "@v")[1:] == [
        "@v.q[1].p = 3 (initial)"
    ]


def test_braces_left_out() -> None:
    assert variable(f'{_S} struct s v = {{ 1, 2, 3, 4, 5, 6, 7, "n" }};', "@v") == [
        "@v.x = 1 (initial)",
        "@v.n.a = 2 (initial)",
        "@v.n.b = 3 (initial)",
        "@v.arr[0].a = 4 (initial)",
        "@v.arr[0].b = 5 (initial)",
        "@v.arr[1].a = 6 (initial)",
        "@v.arr[1].b = 7 (initial)",
        "@v.name = 'n' (initial)",
    ]


def test_position_goes_on_after_a_designator() -> None:
    assert variable("struct { int a, b, c; } v = { .b = 1, 2 };", "@v")[1:] == [
        "@v.b = 1 (initial)",
        "@v.c = 2 (initial)",
    ]


def test_anonymous_members_and_unions() -> None:
    text = "struct s { union { int i; char *p; }; struct { int y; }; int z; };"
    assert variable(f"{text} struct s v = {{ .p = 0, .y = 1, .z = 2 }};", "@v")[-3:] == [
        "@v.p = 0 (initial)",
        "@v.y = 1 (initial)",
        "@v.z = 2 (initial)",
    ]
    assert variable(f"{text} struct s v = {{ {{ 5 }}, {{ 6 }}, 7 }};", "@v")[-3:] == [
        "@v.i = 5 (initial)",
        "@v.y = 6 (initial)",
        "@v.z = 7 (initial)",
    ]


def test_array_of_unknown_length_and_strings() -> None:
    assert variable('char v[] = "ab";', "@v") == ["@v = 'ab' (initial)"]
    assert variable('char v[] = { "ab" };', "@v") == ["@v = 'ab' (initial)"]
    made = unit('const char *v[] = { "a", "b" };').globals[0]
    assert made.type == "const char *[2]"
    assert made.size == 16


def test_table_of_functions() -> None:
    lines = variable(
        'int g(int); struct t { const char *n; int (*f)(int); } v[] = { { "a", g }, { 0, 0 } };', "@v"
    )
    assert lines[:2] == ["@v[0].name = 'a' (initial)".replace("name", "n"), "@v[0].f = @g() (initial)"]


def test_automatic_initialisers() -> None:
    lines = body(
        f"{_S} struct s g(void);"
        "void f(struct in i) { struct s v = { .n = i }; struct s w = g(); int k = 3; }"
    )
    assert lines[1:8] == [
        "declare %v",
        "%v = zero (initial)",
        "%v.n = %i (initial)",
        "declare %w",
        "%w = call @g()()",
        "declare %k",
        "%k = 3 (initial)",
    ]


def test_storage_of_globals() -> None:
    made = unit(
        "int tent; int tent; int tent = 3; static int s; extern int e; _Thread_local int t;"
        "static const int c = 1; extern int later; int later;"
        "int f(void) { static int n = 4; extern int inner; return n + inner + e; }"
    )
    found = {each.root: each for each in made.globals}
    assert [text.value for text in (found["@tent"].storage, found["@s"].storage, found["@f.n"].storage)] == [
        "external",
        "static",
        "local",
    ]
    assert found["@tent"].defined
    assert len(found["@tent"].initialiser) == 1
    assert not found["@e"].defined
    assert not found["@inner"].defined
    assert found["@later"].defined
    assert found["@t"].thread_local
    assert found["@c"].const
    assert found["@f.n"].function == "f"
    assert isinstance(found["@f.n"].initialiser[0].value, ir.Const)


def test_compound_literal_of_file_scope_is_static() -> None:
    made = unit("struct s { int a, b; }; struct s *v = &(struct s){ .b = 2 };")
    literal = next(each for each in made.globals if each.root != "@v")
    assert literal.storage is ir.Storage.STATIC
    assert literal.initialiser[-1].value == ir.Const(2)
    assert variable("struct s { int a, b; }; struct s *v = &(struct s){ .b = 2 };", "@v") == [
        f"@v = &{literal.root} (initial)"
    ]


def test_big_table_of_numbers_is_unknown() -> None:
    numbers = ",".join("1" for _ in range(20000))
    assert variable(f"unsigned char v[] = {{ {numbers} }};", "@v") == ["@v = ? (initial)"]


def test_records_that_matter() -> None:
    made = unit(
        "struct a { int x; }; struct b { struct a in; union { int u; long w; }; };"
        "struct c *f(struct b *b) { return 0; }"
    )
    records = {record.name: record for record in made.records}
    assert [(each.name, each.offset) for each in records["struct b"].members] == [
        ("in", 0),
        ("u", 8),
        ("w", 8),
    ]
    assert records["struct b"].size == 16
    assert "struct c" not in records
