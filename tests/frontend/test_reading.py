"""Reading units: headers, notes, workers, hostile input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lwslint import ir
from lwslint.errors import LwslintError
from lwslint.frontend import ReadRequest, libclang_version, read, read_one, uses_library
from lwslint.frontend.clang import flags
from lwslint.frontend.pool import WorkerPool
from lwslint.frontend.serving import WorkerError
from lwslint.ir.dump import dump

from . import reading as front_end
from .reading import unit

_CLIENT = """
#include <libwebsockets.h>
#include <string.h>
static struct lws_context_creation_info info;
int main(void)
{
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    return lws_create_context(&info) == NULL;
}
"""


def _notes(made: ir.Unit, kind: ir.NoteKind) -> list[str]:
    return [note.text for note in made.notes if note.kind is kind]


def _request(path: str, text: str | None = None, *arguments: str) -> ReadRequest:
    return ReadRequest(path, str(Path.cwd()), arguments, text)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without any C headers."""
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    yield


def test_version_names_the_library() -> None:
    version, path = libclang_version()
    assert version[:1].isdigit()
    assert Path(path).is_file()


def test_an_empty_file_is_a_unit() -> None:
    assert unit("").functions == ()


def test_a_missing_file_and_a_folder_fail_in_one_line(tmp_path: Path) -> None:
    for path in (tmp_path / "none.c", tmp_path):
        with pytest.raises(LwslintError) as error:
            read_one(_request(str(path)))
        assert "\n" not in str(error.value)
        assert str(path) in str(error.value)


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    file = tmp_path / "latin.c"
    file.write_bytes(b'/* \xe9 */ const char *s = "\xe9"; int f(void) { return 1; }')
    made = read_one(_request(str(file)))
    assert [each.name for each in made.functions] == ["f"]
    assert ir.decode(ir.encode(made)) == made


def test_an_unclosed_brace_is_noted_and_the_rest_is_there() -> None:
    made = unit("int f(void) { return 1; }\nint g(int a) { if (a) { return 2; \nint h;")
    assert "f" in [each.name for each in made.functions]
    assert any("expected '}'" in text for text in _notes(made, ir.NoteKind.BROKEN))


def test_too_many_dimensions_pointer_levels_or_operators_are_refused_at_once() -> None:
    start = time.monotonic()
    for text in (
        "int a" + "[1]" * 50_000 + ";",
        "int " + "* const " * 50_000 + "p;",
        "int a = " + "!" * 50_000 + "1;",
        "int a = " + "- ~\n" * 25_000 + "1;",
    ):
        with pytest.raises(LwslintError, match="in a row"):
            unit(text)
    assert unit("/" + "*" * 5000 + "/ int f(void) { return 1; } /" + "*" * 5000 + "/").functions
    assert unit("/*" + "-" * 5000 + "*/ int f(void) { return 1; } //" + "!" * 5000).functions
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "text",
    [
        "int a[] = { [1000000000] = 1 };",
        "int a[] = { 1, [ 0x7fffffffUL ] = 1 };",
        "int a[] = { [0 ... 99999999] = 1 };",
        "struct { int a[1]; } s = { .a[99999999] = 1 };",
    ],
)
def test_an_initialiser_of_a_far_element_is_refused(text: str) -> None:
    with pytest.raises(LwslintError, match="beyond"):
        unit(text)


@pytest.mark.parametrize(
    "text",
    [
        "char a[1000000000] = { 1 };",
        "int a[] = { [65535] = 1 };",
        'const char *json = "{ [1000000000] }"; /* { [1000000000] = 1 } */',
        "int a[9999999]; int f(void) { { return a[9999998]; } }",
    ],
)
def test_what_only_looks_like_a_far_element_is_not(text: str) -> None:
    assert unit(text).files


def test_a_worker_that_asks_for_too_much_memory_fails_alone() -> None:
    with WorkerPool(1, 60) as workers:
        with pytest.raises((MemoryError, WorkerError)):
            workers.submit(bytearray, 5 << 30).result()
        assert workers.submit(len, b"abc").result() == 3


def test_a_file_full_of_functions_is_bounded_and_says_so() -> None:
    one = "int g%d(int a, char *p) { while (a--) { if (p[a] == 1) a++; else a += 2; } return a; }\n"
    text = "".join(one % number for number in range(20_000))
    made = unit(text + "int lws_last(void) { return lws_service(0, 0); }\n")
    assert made.functions[0].name == "g0"
    assert made.functions[-1].name == "lws_last"
    assert any("too large" in note for note in _notes(made, ir.NoteKind.BROKEN))


def test_deep_nesting_ends_in_a_note() -> None:
    deep = "(" * 10_000 + "1" + ")" * 10_000
    made = unit(f"int f(void) {{ return {deep}; }} int g(void) {{ return 2; }}")
    assert _notes(made, ir.NoteKind.BROKEN)


def test_long_chains_of_operators() -> None:
    chain = " + ".join("a" for _ in range(3000))
    made = unit(f"int f(int a) {{ return {chain}; }}")
    assert ir.decode(ir.encode(made)) == made


def test_a_big_generated_file_takes_seconds() -> None:
    rows = ",\n".join("0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0" for _ in range(100_000))
    start = time.monotonic()
    made = unit(f"static const unsigned char data[] = {{\n{rows}\n}};\nint f(void) {{ return data[0]; }}")
    assert [each.name for each in made.functions] == ["f"]
    assert time.monotonic() - start < 60


def test_missing_header_is_noted_with_its_place() -> None:
    made = unit('#include "nowhere_config.h"\nint f(void) { return 1; }')
    note = next(note for note in made.notes if note.kind is ir.NoteKind.MISSING_HEADER)
    assert note.text == "nowhere_config.h"
    assert note.span is not None
    assert note.span.line == 1
    assert made.functions


def test_headers_and_included_sources_of_the_program_are_lowered(tmp_path: Path) -> None:
    (tmp_path / "part.h").write_text("static inline int part(void) { return 1; }\nextern int shared;\n")
    (tmp_path / "body.c").write_text("int shared;\nint body(void) { return part(); }\n")
    (tmp_path / "main.c").write_text(
        '#include "part.h"\n#include "body.c"\n#include <string.h>\nint main(void) { return 0; }\n'
    )
    made = read_one(_request(str(tmp_path / "main.c")))
    assert [Path(file).name for file in made.files] == ["main.c", "part.h", "body.c"]
    assert [(each.name, each.span.file) for each in made.functions] == [("part", 1), ("body", 2), ("main", 0)]
    assert "memset" not in [prototype.name for prototype in made.prototypes]


def test_a_folder_given_with_isystem_is_not_the_programs(tmp_path: Path) -> None:
    (tmp_path / "sys").mkdir()
    (tmp_path / "sys/other.h").write_text("static inline int other(void) { return 1; }\n")
    made = unit("#include <other.h>\nint f(void) { return other(); }", "-isystem", str(tmp_path / "sys"))
    assert [each.name for each in made.functions] == ["f"]


def test_the_library_on_a_machine_without_headers(bare: None) -> None:
    made = unit(_CLIENT)
    assert made.model
    assert made.release
    calls = [
        each for block in made.functions[0].blocks for each in block.statements if isinstance(each, ir.Call)
    ]
    assert [each.callee for each in calls] == [ir.FunctionRef("memset"), ir.FunctionRef("lws_create_context")]
    assert not _notes(made, ir.NoteKind.BROKEN)
    assert not _notes(made, ir.NoteKind.UNREACHED)


def test_quoted_include_of_the_library(bare: None) -> None:
    made = unit(_CLIENT.replace("<libwebsockets.h>", '"libwebsockets.h"'))
    assert made.model
    assert not _notes(made, ir.NoteKind.MISSING_HEADER)


def test_an_explicit_release_chooses_the_model(bare: None) -> None:
    assert unit(_CLIENT, release="3.2.0").release == "3.2.0"


def _fake_library(folder: Path) -> str:
    """Headers of an old release that lack what newer programs use."""
    (folder / "libwebsockets.h").write_text(
        '#include "lws_config.h"\n#define NULL ((void *)0)\nstruct lws_context;\n'
        "struct lws_context_creation_info { int port; };\n#define CONTEXT_PORT_NO_LISTEN -1\n"
        "struct lws_context *lws_create_context(struct lws_context_creation_info *);\n"
    )
    (folder / "lws_config.h").write_text('#define LWS_LIBRARY_VERSION "2.0.3"\n')
    return str(folder)


def test_release_of_found_headers(bare: None, tmp_path: Path) -> None:
    made = unit(_CLIENT, "-isystem", _fake_library(tmp_path))
    assert made.release == "2.0.3"
    assert not made.model


def test_found_headers_that_lack_names_give_way_to_a_model(bare: None, tmp_path: Path) -> None:
    newer = _CLIENT.replace("memset", "info.pcontext = NULL; memset")
    made = unit(newer, "-I", _fake_library(tmp_path))
    assert made.model
    assert _notes(made, ir.NoteKind.MODEL_HEADERS) == [f"libwebsockets {made.release}"]


def test_an_explicit_release_keeps_the_found_headers(bare: None, tmp_path: Path) -> None:
    made = unit(_CLIENT, "-I", _fake_library(tmp_path), release="2.0")
    assert not made.model


def test_what_an_explicit_release_lacks_is_told_and_read_all_the_same(bare: None, tmp_path: Path) -> None:
    newer = _CLIENT.replace("memset", "info.pcontext = NULL; memset")
    made = unit(newer, "-I", _fake_library(tmp_path), release="2.0")
    assert made.release == "2.0.3"
    assert [lack.name for lack in made.lacks] == ["lws_context_creation_info.pcontext"]
    assert ir.Field("pcontext") in [
        step
        for block in made.functions[0].blocks
        for each in block.statements
        if isinstance(each, ir.Assign)
        for step in each.target.path
    ]
    assert not _notes(made, ir.NoteKind.BROKEN)


def test_a_statement_with_an_unknown_name_is_read() -> None:
    made = unit(
        "struct s { int a, b; } s;\nvoid f(int *p)\n{\n    s.a = 1 | OUR_FLAG;\n    s.b |= 2;\n"
        "    if (p == NULL)\n        s.b = OUR_OTHER;\n}\n"
    )
    fields = [
        [step.name for step in each.target.path if isinstance(step, ir.Field)]
        for block in made.functions[0].blocks
        for each in block.statements
        if isinstance(each, ir.Assign)
    ]
    assert fields == [["a"], ["b"], ["b"]]
    assert _notes(made, ir.NoteKind.BROKEN) == ["f(): use of undeclared identifier 'OUR_FLAG' (and 2 more)"]


def _lines(made: ir.Unit) -> list[str]:
    return [line.strip() for line in dump(made).splitlines()]


@pytest.mark.usefixtures("each_front_end")
def test_types_that_nothing_declares_are_int() -> None:
    """A struct with such a member has a layout, and what is declared with one of them is declared."""
    made = front_end.unit(
        "struct s { handle_t *h; gint n; struct later l; int x; };\nint use(int);\n"
        "int f(gint a) { handle_t *one = make(a); const gint two = 1; struct later three; struct s s;\n"
        " s.x = use(sizeof(s) + two * a); return one ? (gint)two : OUR_FLAG; }\n"
    )
    (record,) = (each for each in made.records if each.name == "struct s")
    assert record.size == 24
    assert [(each.name, each.offset) for each in record.members] == [("h", 0), ("n", 8), ("l", 12), ("x", 16)]
    (function,) = made.functions
    names = [(each.name, each.type) for each in (*function.parameters, *function.variables)]
    assert names[:4] == [("a", "int"), ("one", "int *"), ("two", "int"), ("three", "struct later")]
    assert "%s.x = call @use()((sizeof(s: struct s = 24) + (%two * %a)))" in _lines(made)
    assert any(text.startswith("f(): unknown type name") for text in _notes(made, ir.NoteKind.BROKEN))


@pytest.mark.usefixtures("each_front_end")
def test_a_product_with_an_unknown_name_declares_nothing() -> None:
    made = front_end.unit("int use(int);\nint f(int a) { use(RATE * a); return a + (RATE) - 1; }\n")
    assert "call @use()((@RATE * %a))" in _lines(made)
    assert "return ((%a + @RATE) - 1)" in _lines(made)


@pytest.mark.usefixtures("each_front_end")
def test_a_member_that_an_unknown_name_hides_says_the_release(bare: None) -> None:
    """libclang says nothing of the members that an initialiser names while a value in it is unknown."""
    made = front_end.unit(
        "#include <libwebsockets.h>\n"
        "static const lws_display_t display = { .bl_index = OUR_PIN + OUR_BASE, .w = 128 };\n"
        "const lws_display_t *f(void) { return &display; }\n"
    )
    assert made.release == "4.3.10"
    (display,) = (each for each in made.globals if each.name == "display")
    assert ir.Field("w") in [step for each in display.initialiser for step in each.target.path]


@pytest.mark.usefixtures("each_front_end")
def test_each_unknown_name_of_a_statement_is_told() -> None:
    made = front_end.unit(
        "int g(int);\nint f(int a)\n{\n    int b = X1 + X2;\n    a = g(X3) | X4 | X5;\n    if (X6 & X7)\n"
        "        a = X8 ? X9 : Y1;\n    return a + b + Y2 + Y3;\n}\n"
    )
    assert _notes(made, ir.NoteKind.BROKEN) == ["f(): use of undeclared identifier 'X1' (and 11 more)"]


@pytest.mark.usefixtures("each_front_end")
def test_each_name_that_a_release_lacks_in_one_initialiser_is_told(bare: None) -> None:
    made = front_end.unit(
        "#include <libwebsockets.h>\nstatic const int ms[] = { 1, 2 };\n"
        "static const lws_retry_bo_t retry = { .retry_ms_table = ms,"
        " .retry_ms_table_count = LWS_ARRAY_SIZE(ms), .conceal_count = LWS_RETRY_CONCEAL_ALWAYS };\n"
        "const void *f(void) { return &retry; }\n",
        release="2.4",
    )
    names = [lack.name for lack in made.lacks]
    assert names == ["lws_retry_bo_t", "LWS_ARRAY_SIZE", "LWS_RETRY_CONCEAL_ALWAYS"]


@pytest.mark.usefixtures("each_front_end")
def test_an_initialiser_that_cannot_be_read_is_one_of_unknown_value() -> None:
    made = front_end.unit(
        "struct s { int a, b; };\nstatic int one = OURS(int, 1);\nstatic struct s two = OURS(struct s);\n"
        "static struct s three[] = { OURS(int), { 1, 2 } };\n"
        "int f(void) { static int four = OURS(int); struct s five = { .a = OURS(struct s) }, six;\n"
        " six.a = one + four; return five.a + six.a + two.a + three[1].b; }\n"
    )
    lines = _lines(made)
    for root in ("@one", "@two", "@three", "@f.four", "%five"):
        assert f"{root} = ? (initial)" in lines
    assert not any(line.startswith("%six = ") for line in lines)


@pytest.mark.usefixtures("each_front_end")
def test_an_initialiser_that_goes_on_behind_its_end_is_one_of_unknown_value() -> None:
    made = front_end.unit(
        'struct s { int a, b; };\nstatic char *one = "name/"VERSION" ("SYSTEM")";\nstatic int two = 2 OURS;\n'
        "int f(void) { struct s three = { 0 } OURS; static int four = 4 OURS; int five = 5;\n"
        " return one[0] + two + three.a + four + five; }\n"
    )
    lines = _lines(made)
    for root in ("@one", "@two", "%three", "@f.four"):
        assert f"{root} = ? (initial)" in lines
    assert "%five = 5 (initial)" in lines


@pytest.mark.usefixtures("each_front_end")
def test_a_variable_of_a_struct_that_nothing_defines_is_there_with_what_uses_it() -> None:
    made = front_end.unit(
        "typedef struct hidden hidden_t; int use(void *);\n"
        "int f(void) { hidden_t mine; mine.one = 1; mine.two = 2; return use(&mine); }\n"
    )
    assert [one.name for one in made.records] == ["struct hidden"]
    assert any("call @use()(&%mine)" in line for line in _lines(made))


@pytest.mark.usefixtures("each_front_end")
def test_a_struct_that_is_declared_again_is_not_used(bare: None) -> None:
    made = front_end.unit(
        "#include <libwebsockets.h>\nstruct lws_protocol_vhost_options;\nstruct own { int a; };\n"
        "struct own;\n"
    )
    assert [one.name for one in made.records] == ["struct own"]


@pytest.mark.usefixtures("each_front_end")
def test_a_table_of_a_struct_that_nothing_defines_has_its_address() -> None:
    made = front_end.unit(
        "int use(void *);\nstatic const struct hidden table = { .one = use, .two = use, .three = 0 };\n"
        "static void *user[] = { 0, (void *)&table };\nint f(void) { return use(user); }\n"
    )
    assert "@user[1] = &@table (initial)" in _lines(made)
    assert "@table = ? (initial)" in _lines(made)


@pytest.mark.usefixtures("each_front_end")
def test_functions_that_a_compiler_knows_have_their_types_without_a_header() -> None:
    made = front_end.unit(
        "int f(char *s) { memcpy(s, s, 2); strcat(s, strdup(s)); free(s); bzero(s, ours(s));"
        " return __builtin_popcountl(strlen(s)); }\n"
    )
    types = {one.name: (one.result, one.parameters) for one in made.prototypes}
    assert types["memcpy"] == ("void *", ("void *", "const void *", "unsigned long"))
    assert types["strcat"] == ("char *", ("char *", "const char *"))
    assert types["strdup"][0] == "char *"
    assert (types["free"][0], types["bzero"][0]) == ("void", "void")
    assert types["strlen"] == ("unsigned long", ("const char *",))
    assert types["popcountl"] == ("int", ("unsigned long",))
    assert types["ours"] == ("int", ())


@pytest.mark.usefixtures("each_front_end")
def test_an_unknown_name_in_a_global_list_costs_that_name() -> None:
    made = front_end.unit(
        "struct s { const char *n; int x; };\nstruct s one = { .n = OUR_NAME, .x = 2 };\n"
        "struct s two[] = { { OUR_OTHER }, { 0, 3 } };\nint f(void) { return one.x + two[1].x; }\n"
    )
    lines = _lines(made)
    for line in ("@one.n = @OUR_NAME (initial)", "@one.x = 2 (initial)", "@two[1].x = 3 (initial)"):
        assert line in lines
    assert {each.name: each.size for each in made.globals if each.defined} == {"one": 16, "two": 32}


@pytest.mark.usefixtures("each_front_end")
def test_a_list_with_an_item_of_no_meaning_says_nothing_of_the_others() -> None:
    """Nobody knows for how many members or elements it stands; what else is initialised is."""
    made = front_end.unit(
        "typedef struct { const char *n; int (*f)(void); } t;\n"
        "struct o { struct { const t *u; int z; }; t *v; };\n"
        "int X; int g(void);\nconst t one[] = { X(), { 0, g } };\nconst t two[] = { { X(), g }, { 0 } };\n"
        "t three[2] = { { .f = X() }, { 0, g } };\n"
        "int f(void) { struct o a = { .u = one, .z = 3, .v = three }, b = { .v = X() };"
        " return sizeof(two) + a.z + b.z; }\n"
    )
    types = {each.name: (each.type, each.const, each.size) for each in made.globals}
    assert types["one"] == types["two"] == ("struct t[]", True, 0)
    lines = _lines(made)
    for line in (
        "@one = ? (initial)",
        "@two[0] = ? (initial)",
        "@three[0].f = ? (initial)",
        "@three[1].f = @g() (initial)",
        "%a.u = &@one[0] (initial)",
        "%a.z = 3 (initial)",
        "%b.v = ? (initial)",
    ):
        assert line in lines


@pytest.mark.usefixtures("each_front_end")
def test_a_struct_that_is_defined_again_is_the_first(bare: None) -> None:
    made = front_end.unit(
        "#include <sys/time.h>\nstruct timeval { char tv_sec; };\nstruct s { int a; };\n"
        "struct s { int b, c; };\n"
        "int f(struct timeval *t) { struct s { char x; } s; s.x = sizeof(s); return s.x + sizeof(*t); }\n"
        "int g(struct s *s) { return s->a + sizeof(*s); }\n"
    )
    sizes = {each.name: each.size for each in made.records}
    assert sizes["struct timeval"] == 16
    assert not any("@" in name for name in sizes)
    assert "return (%s[*].a + sizeof(*s: struct s = 4))" in _lines(made)
    assert _notes(made, ir.NoteKind.BROKEN) == ["redefinition of 'timeval'", "redefinition of 's'"]


@pytest.mark.usefixtures("each_front_end")
def test_an_array_without_a_length_has_that_of_an_earlier_declaration() -> None:
    made = front_end.unit(
        "extern int a[4]; int a[] = { 1 }; extern int b[3]; extern int b[];\n"
        "int f(void) { extern int b[]; int a[] = { 1, 2 }; return sizeof(b) / sizeof(a) + a[0]; }\n"
        "int g(void) { return sizeof(a); }\n"
    )
    assert {each.name: each.size for each in made.globals} == {"a": 16, "b": 12}
    lines = _lines(made)
    assert "return sizeof(a: int[4] = 16)" in lines
    assert "var %a: int[2]" in lines


@pytest.mark.usefixtures("each_front_end")
def test_the_size_of_a_struct_that_a_release_lacks(bare: None) -> None:
    """It lacks the struct, by whichever name the program measures it."""
    made = front_end.unit(
        "#include <libwebsockets.h>\n"
        "int f(lws_smtp_email_t *m) { return sizeof(*m) + sizeof(struct lws_smtp_email) + (&m[1] != m); }\n",
        release="4.3.10",
    )
    assert [(lack.name, lack.span.line) for lack in made.lacks] == [("lws_smtp_email", 2)] * 3


@pytest.mark.parametrize("name", ["struct later", "later_t"])
@pytest.mark.usefixtures("each_front_end")
def test_the_size_of_what_nothing_defines(name: str) -> None:
    """It is told, and the rest of what uses such a struct is read, with one member in it."""
    made = front_end.unit(
        "typedef struct later later_t; void *memset(void *, int, unsigned long);\n"
        f"void f({name} *p) {{ memset(p, 0, sizeof({name})); }}\n"
    )
    (record,) = made.records
    assert (record.name, record.size) == ("struct later", 4)
    (text,) = _notes(made, ir.NoteKind.BROKEN)
    assert text.startswith("f(): invalid application of 'sizeof' to an incomplete type")


@pytest.mark.usefixtures("each_front_end")
def test_what_an_expression_of_no_meaning_calls_is_called() -> None:
    made = front_end.unit(
        "int g(void); int h(void);\nint f(int n) { n.x = g(); n->x = 1; if (h()->x) n = 1; return n; }\n"
    )
    calls = [line for line in _lines(made) if "call @" in line]
    assert [line.partition("call ")[2] for line in calls] == ["@g()()", "@h()()"]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("g()->x", "member reference type 'int' is not a pointer"),
        ("n.x", "member reference base type 'int' is not a structure or union"),
        ("p.x", "member reference type 'struct s *' is a pointer"),
        ("s->x", "member reference type 'struct s' is not a pointer"),
        ("a->x", "member reference base type 'char *' is not a structure or union"),
        ("n[n]", "subscripted value is not an array, pointer, or vector"),
        ("*n", "indirection requires pointer operand ('int' invalid)"),
        ("n(1)", "called object type 'int' is not a function"),
    ],
)
@pytest.mark.usefixtures("each_front_end")
def test_what_an_expression_cannot_be_is_told(expression: str, told: str) -> None:
    made = front_end.unit(
        f"struct s {{ int x; }}; int f(int n, struct s *p, struct s s, char **a) {{ return {expression}; }}\n"
    )
    (text,) = _notes(made, ir.NoteKind.BROKEN)
    assert text.startswith(f"f(): {told}")


@pytest.mark.usefixtures("each_front_end")
def test_a_header_with_nothing_but_macros_is_no_file_of_the_unit(tmp_path: Path) -> None:
    for name, text in (("a.h", "#define A 1\n"), ("b.h", "int b;\n"), ("c.h", "enum { C };\n")):
        (tmp_path / name).write_text(text)
    text = '#include "a.h"\n#include "b.h"\n#include "c.h"\nint f(void) { return A + b + C; }\n'
    made = front_end.unit(text, path=str(tmp_path / "unit.c"))
    assert [Path(file).name for file in made.files] == ["unit.c", "b.h", "c.h"]


@pytest.mark.usefixtures("each_front_end")
def test_a_struct_that_comes_later_is_that_one() -> None:
    made = front_end.unit(
        "struct s { struct t t; } ; struct t { int x; };\nint f(struct t *p) { return p->x; }\n"
    )
    assert "return %p[*].x" in _lines(made)


@pytest.mark.usefixtures("each_front_end")
def test_a_member_that_nothing_declares_is_not_its_struct() -> None:
    made = front_end.unit(
        "struct s { int a; } s;\nint use(int);\nvoid f(int *l) { s.none = 1; use(l->data); s.a = s.none; }\n"
    )
    lines = _lines(made)
    assert "call @use()(?)" in lines
    assert "@s.a = ?" in lines
    assert "@s = 1" not in lines


@pytest.mark.usefixtures("each_front_end")
def test_a_loop_that_a_macro_nobody_declared_opens_is_a_block() -> None:
    made = front_end.unit(
        "int use(int);\nvoid f(int *list, int at) { each_of(list, at) { use(at); } use(2); }\n"
    )
    lines = _lines(made)
    wanted = ["call @each_of()(%list, %at)", "call @use()(%at)", "call @use()(2)"]
    assert [line for line in lines if line.startswith("call")] == wanted


def test_a_name_that_is_declared_later_as_something_else_costs_nothing_more() -> None:
    text = "int f(void) { return later[0]; }\nchar later[4];\nint g(void) { return later[1]; }\n"
    made = unit(text)
    assert [function.name for function in made.functions] == ["f", "g"]
    assert [each.type for each in made.globals] == ["char[4]"]


def test_library_names_behind_an_if_are_named() -> None:
    made = unit(
        "void lws_one(void); void lws_two(void);\n#if 0\nvoid g(void) { lws_one(); /* lws_no */ }\n#endif\n"
        'void f(void) { lws_two(); }\n#define MORE lws_three()\nconst char *s = "lws_four";\n'
    )
    found = [
        (note.text, note.span.line if note.span else 0)
        for note in made.notes
        if note.kind is ir.NoteKind.UNREACHED
    ]
    assert found == [("lws_one", 3)]


def test_statements_that_the_parser_dropped_are_named() -> None:
    made = unit(
        "int f(int a) {\n  switch (a) {\n  case LWS_CALLBACK_UNHEARD_OF:\n    break;\n  }\n  return 0;\n}\n"
    )
    assert "LWS_CALLBACK_UNHEARD_OF" in _notes(made, ir.NoteKind.UNREACHED)


def test_names_that_tell_nothing_are_no_news() -> None:
    made = unit(
        "#include <libwebsockets.h>\n#if 0\nvoid g(char *p) { lws_strncpy(p, p, 1); lws_context_destroy(0);"
        " }\nvoid h(void) { lws_context_destroy(0); }\n#endif\nint f(void) { return 1; }\n"
    )
    assert _notes(made, ir.NoteKind.UNREACHED) == ["lws_context_destroy"]


def test_errors_of_one_function_are_one_note() -> None:
    made = unit("int f(void) { return a + b; }\nint g(void) { return c; }\n")
    assert _notes(made, ir.NoteKind.BROKEN) == [
        "f(): use of undeclared identifier 'a' (and 1 more)",
        "g(): use of undeclared identifier 'c'",
    ]


def test_what_follows_from_a_missing_header_is_not_told_again_at_file_scope() -> None:
    made = unit('#include "none.h"\nnone_t one;\nnone_t two;\nint f(void) { return one; }\n')
    assert _notes(made, ir.NoteKind.MISSING_HEADER) == ["none.h"]
    assert all(text.startswith("f(): ") for text in _notes(made, ir.NoteKind.BROKEN))


def test_errors_in_functions_that_are_left_out_do_not_count() -> None:
    request = _request("unit.c", "int f(void) { return a; }\nint g(void) { return 1; }\n")
    made = read_one(request, None, frozenset({"f"}))
    assert [each.name for each in made.functions] == ["g"]
    assert not made.notes


@pytest.mark.parametrize("name", ["<libwebsockets/lws-foo.h>", '"../inc/libwebsockets/lws-foo.h"'])
def test_parts_of_the_librarys_header_lead_to_the_model(bare: None, name: str) -> None:
    made = unit(f"#include {name}\nint f(void) {{ return lws_service(NULL, 0); }}\n")
    assert made.model
    assert not made.notes


def test_headers_of_a_cross_root_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usr/include").mkdir(parents=True)
    _fake_library(tmp_path / "usr/include")
    made = unit(_CLIENT.replace("#include <string.h>\n", ""), f"--sysroot={tmp_path}")
    assert made.release == "2.0.3"
    assert not made.model


def test_the_package_is_cheap_to_import() -> None:
    code = (
        "import sys, lwslint.frontend; print(sorted(set(sys.modules) & {'msgspec', 'ctypes', 'subprocess'}))"
    )
    result = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "argument",
    [
        "-fplugin=/x.so",
        "-fpass-plugin=/x.so",
        "@args",
        "-include-pch",
        "-ivfsoverlay",
        "-fmodules-cache-path=/x",
        "-load",
    ],
)
def test_flags_that_load_or_write_never_pass(argument: str) -> None:
    assert argument not in flags.clean([argument, "x"])[0]


def test_flags_that_take_a_value_take_it_along() -> None:
    passed, unknown = flags.clean(
        [
            "-o",
            "-I/evil",
            "-MF",
            "-DX",
            "-Xclang",
            "-load",
            "-Iinc",
            "-D",
            "A=1",
            "-O2",
            "-Wall",
            "-std=gnu2y",
            "--weird",
        ]
    )
    assert passed == ["-Iinc", "-D", "A=1", "-std=gnu2x"]
    assert unknown == ["--weird"]


def test_flags_of_cross_builds_pass() -> None:
    cross = ["--sysroot=/r", "-isysroot", "/r", "--target=aarch64-linux-gnu", "-ffreestanding", "-undef"]
    assert flags.clean([*cross, "-trigraphs"]) == ([*cross, "-trigraphs"], [])
    assert flags.clean(["--target", "arm-linux-gnueabihf"])[0] == ["--target=arm-linux-gnueabihf"]


def test_unknown_flag_is_noted_not_fatal() -> None:
    made = unit("int f(void) { return 1; }", "--no-such-flag")
    assert _notes(made, ir.NoteKind.UNKNOWN_FLAG) == ["--no-such-flag"]
    assert made.functions


def test_uses_library_looks_at_code_alone() -> None:
    assert uses_library(b"int x = lws_service(c, 0);")
    assert uses_library(b"#include <libwebsockets.h>\n")
    assert not uses_library(b'// lws_service\n/* lws */ const char *s = "lws_service"; int flaws;')


def test_precompiled_headers_change_nothing(bare: None, tmp_path: Path) -> None:
    requests = []
    for number in range(4):
        file = tmp_path / f"unit{number}.c"
        file.write_text(
            _CLIENT + f"int extra{number}(void) {{ return sizeof(struct lws_context_creation_info); }}\n"
        )
        requests.append(_request(str(file)))
    with_ = [reading.unit for reading in read(requests, 1)]
    without = [reading.unit for reading in read(requests, 1, precompile=False)]
    assert with_ == without
    assert all(each is not None and each.functions for each in with_)


def test_readings_come_in_order_and_failures_stay_alone(tmp_path: Path) -> None:
    requests = [
        _request("one.c", "int one;"),
        _request(str(tmp_path / "none.c")),
        _request("two.c", "int two(void) { return 2; }"),
    ]
    readings = list(read(requests, 2))
    assert [reading.request for reading in readings] == requests
    assert readings[0].unit is not None
    assert readings[1].unit is None
    assert "none.c" in readings[1].failure
    assert readings[2].unit is not None


def test_nothing_to_read() -> None:
    assert list(read([], 2)) == []


def test_a_worker_that_dies_costs_its_call_alone() -> None:
    with WorkerPool(1, 30) as pool:
        first = pool.submit(os.getpid)
        dying = pool.submit(os._exit, 3)
        killed = pool.submit(signal.raise_signal, signal.SIGKILL)
        after = pool.submit(os.getpid)
        with pytest.raises(WorkerError, match="exit status 3"):
            dying.result()
        with pytest.raises(WorkerError, match="signal 9"):
            killed.result()
        assert first.result() != after.result() != os.getpid()


def test_a_pool_begins_no_more_workers_than_it_may_by_then() -> None:
    with WorkerPool(4, 30) as pool:
        pool.jobs = 1
        assert len({each.result() for each in [pool.submit(os.getpid) for _ in range(4)]}) == 1


def test_a_worker_that_hangs_is_ended() -> None:
    with WorkerPool(1, 1) as pool:
        hanging = pool.submit(time.sleep, 60)
        after = pool.submit(abs, -1)
        with pytest.raises(WorkerError, match=r"longer than 1 s"):
            hanging.result()
        assert after.result() == 1


def test_a_worker_that_raises_lives_on() -> None:
    with WorkerPool(1, 30) as pool:
        assert isinstance(pool.submit(int, "x").exception(), ValueError)
        assert pool.submit(abs, -2).result() == 2


def test_the_worker_does_not_import_from_the_code_under_analysis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit(9)\n")
    (tmp_path / "x.c").write_text("int x;\n")
    monkeypatch.chdir(tmp_path)
    (reading,) = read([_request("x.c")], 1)
    assert reading.unit is not None
    assert reading.unit.files == ("x.c",)


def test_texts_that_stand_for_headers_on_disk(tmp_path: Path) -> None:
    """By whatever path the header is included, and whether units start from a precompiled header or not."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.h").write_text("static int on_disk(void) { return 0; }\n")
    (tmp_path / "link").symlink_to("lib")
    overlay = ((str(tmp_path / "lib" / "a.h"), "static int in_memory(void) { return 0; }\n"),)
    requests = []
    for name, included in (("one.c", '"lib/a.h"'), ("two.c", '"lib/../link/a.h"')):
        (tmp_path / name).write_text(f"#include <libwebsockets.h>\n#include {included}\nint x;\n")
        requests.append(ReadRequest(str(tmp_path / name), str(tmp_path), (), overlay=overlay))
    for reading in read(requests, 1):
        assert reading.unit is not None
        assert [function.name for function in reading.unit.functions] == ["in_memory"]


def test_a_release_that_is_asked_for_is_not_read_with_headers_of_another(tmp_path: Path) -> None:
    (tmp_path / "libwebsockets.h").write_text('#define LWS_LIBRARY_VERSION "4.1.6"\nstruct lws;\n')
    text = "#include <libwebsockets.h>\n#ifdef LWS_PROTOCOL_LIST_TERM\nint newer;\n#endif\n"
    found = ("-I", str(tmp_path))
    assert unit(text, *found, release="4.3").release == "4.3.10"
    assert "newer" in [item.name for item in unit(text, *found, release="4.3").globals]
    for release in ("4.1.6", "4.1", ""):
        same = unit(text, *found, release=release)
        assert (same.release, same.model, same.globals) == ("4.1.6", False, ())
