"""What cannot contribute to a finding is left out, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lwslint.frontend import ReadRequest, read
from lwslint.frontend.closure import MAX_ROUNDS, closure, relevant
from lwslint.frontend.included import included
from lwslint.frontend.outline import Kind, Outline, outline
from lwslint.texts import Texts

_HEADER = b"extern int up;\nint is_up(void);\nvoid set_up(int);\nvoid shout(const char *);\n"
_PROGRAM = {
    "main.c": b'#include <libwebsockets.h>\n#include "app.h"\n'
    b"int main(void) { struct lws_context_creation_info info; on_button();"
    b" if (is_up()) lws_create_context(&info); return 0; }",
    "flag.c": b'#include "app.h"\nint up;\nint is_up(void) { return up; }\nint far(void) { return 3; }\n',
    "set.c": b'#include "app.h"\nvoid set_up(int to) { up = to; }\nvoid noise(int i) { i++; }\n',
    "button.c": b'#include "app.h"\nvoid on_button(void) { set_up(1); }\n',
    "other.c": b'#include "app.h"\nint other(int up_there) { shout("lws_x"); /* lws_y */ return 1; }\n',
}


def test_flag_setter_and_getter_belong_and_strangers_do_not() -> None:
    assert relevant(_PROGRAM, [_HEADER]) == {"main.c", "flag.c", "set.c", "button.c"}


def test_a_setter_that_nobody_in_sight_calls_belongs() -> None:
    program = {name: text for name, text in _PROGRAM.items() if name != "button.c"}
    assert "set.c" in relevant(program, [_HEADER])


def test_functions_of_a_kept_file_that_cannot_contribute_are_named() -> None:
    skipped = closure(_PROGRAM, [_HEADER]).skipped
    assert skipped["set.c"] == {"noise"}
    assert skipped["flag.c"] == {"far"}
    assert skipped["main.c"] == frozenset()


def test_without_the_library_nothing_matters() -> None:
    assert not relevant({"a.c": b"int main(void) { return g(); }", "b.c": b"int g(void) { return 1; }"})


def test_callers_and_callees() -> None:
    found = relevant(
        {
            "top.c": b"int main(void) { return middle(); }",
            "middle.c": b"int middle(void) { return low(); }",
            "low.c": b"int low(void) { fatal(); return lws_service(0, 0); }",
            "fatal.c": b"void fatal(void) { quit(); }",
            "quit.c": b"void quit(void) { exit(1); }",
            "user.c": b"void user(void) { fatal(); }",
        }
    )
    assert found == {"top.c", "middle.c", "low.c", "fatal.c", "quit.c"}


@pytest.mark.parametrize(
    ("header", "user"),
    [
        (b"#define RAISE(v) up = (v)\nextern int up;", b"void press(void) { RAISE(1); }"),
        (b"#define RAISE SET(1)\n#define SET(v) set_up(v)\n", b"void press(void) { RAISE; }"),
        (b"#define SET(what, v) set_##what(v)\n", b"void press(void) { SET(up, 1); }"),
        (
            b"typedef struct lws_context *ctx_t;\n",
            b"ctx_t the_context;\nvoid press(void) { the_context = 0; }",
        ),
        (b"struct app { struct lws *wsi; int n; };\n", b"void press(struct app *a) { a->n = 1; }"),
        (b"static inline void raise_it(void) { set_up(1); }\n", b"void press(void) { raise_it(); }"),
        (b"enum { PORT = LWS_CALLBACK_USER };\n", b"int press(void) { return PORT; }"),
    ],
    ids=["variable", "call", "pasted", "typedef", "member", "inline", "enumerator"],
)
def test_what_headers_hide_counts_as_named(header: bytes, user: bytes) -> None:
    assert "user.c" in relevant({**_PROGRAM, "user.c": user}, [_HEADER, header])


def test_memory_that_a_function_hands_out() -> None:
    found = relevant(
        {
            "main.c": b"int main(void) { if (state()->up) lws_service(0, 0); }",
            "state.c": b"struct state *state(void) { static struct state it; return &it; }",
            "writer.c": b"void writer(void) { state()->up = 1; }",
            "reader.c": b"int reader(void) { return state()->elsewhere; }",
        }
    )
    assert found == {"main.c", "state.c", "writer.c"}


def test_function_tables() -> None:
    found = relevant(
        {
            "main.c": b"extern struct ops *ops; int main(void) { ops->go(); lws_service(0, 0); }",
            "table.c": b"extern int go(void); static struct ops t = { .go = go }; struct ops *ops = &t;",
            "go.c": b"int go(void) { return 1; }",
            "no.c": b"int no(void) { return 1; }",
        }
    )
    assert found == {"main.c", "table.c", "go.c"}


def test_statics_of_one_name_are_kept_apart() -> None:
    found = relevant(
        {
            "main.c": b"static int n; static void tick(void) { n++; }\n"
            b"int main(void) { tick(); lws_service(0, n); }",
            "other.c": b"static int n; static void tick(void) { n++; } void other(void) { tick(); }",
        }
    )
    assert found == {"main.c"}


def test_text_that_cannot_be_outlined_belongs_where_it_has_a_name_of_the_closure() -> None:
    program = {
        **_PROGRAM,
        "odd.c": b"int odd(a) int a; { set_up(a); return a; }",
        "torn.c": b"int torn(void) { { set_up(1);",
        "far.c": b"int far_off(a) int a; { return a; }",
    }
    assert {"odd.c", "torn.c"} <= relevant(program, [_HEADER])
    assert "far.c" not in relevant(program, [_HEADER])


def test_what_an_opaque_file_calls_belongs() -> None:
    program = {
        "main.c": b"int main(void) { odd(1); return lws_service(0, 0); }",
        "odd.c": b"int deep(int); int odd(a) int a; { int (*go)(int) = deep; return go(a); }",
        "deep.c": b"int deep(int a) { return a; }",
    }
    assert relevant(program) == set(program)


def _chain(length: int) -> dict[str, bytes]:
    """A program of `length` files, each of which calls the next; the first one alone names the library."""
    links = {f"{at}.c": b"int f%d(int a) { return f%d(a); }" % (at, at + 1) for at in range(1, length)}
    return {
        "0.c": b"int main(void) { f1(lws_service(0, 0)); }",
        **links,
        "far.c": b"int far(int a) { return a; }",
    }


_SPLIT = [
    _PROGRAM,
    _chain(3),
    _chain(MAX_ROUNDS + 5),
    {
        "up.c": b"int main(void) { return middle(); }",
        "middle.c": b"static int n;\nint middle(void) { return low(n); }",
        "low.c": b"int low(int n) { return lws_service(0, n); }",
        "same.c": b"static int middle(void) { return 1; }\nint same(void) { return middle(); }",
    },
    {
        "main.c": b"int main(void) { if (state()->up) lws_service(0, 0); }",
        "state.c": b"struct state *state(void) { static struct state it; return &it; }",
        "again.c": b"struct state *again(void) { return state(); }",
        "writer.c": b"void writer(void) { again()->up = 1; }",
    },
]


@pytest.mark.parametrize("program", _SPLIT, ids=["flag", "chain", "long chain", "callers", "memory"])
def test_outlines_made_when_needed_lose_nothing(
    monkeypatch: pytest.MonkeyPatch, program: dict[str, bytes]
) -> None:
    found = closure(program, [_HEADER])
    monkeypatch.setattr("lwslint.frontend.closure.MAX_ROUNDS", 0)
    assert found == closure(program, [_HEADER])


def test_a_name_that_goes_on_in_the_next_line_leads_to_its_file() -> None:
    program = {**_PROGRAM, "press.c": b"void press(void) { set_\\\nup(1); }", "far.c": b"int far_off;"}
    assert "press.c" in relevant(program, [_HEADER])
    assert relevant({"main.c": b"int main(void) { return lw\\ \ns_service(0, 0); }"}) == {"main.c"}


def test_strangers_are_not_outlined(monkeypatch: pytest.MonkeyPatch) -> None:
    outlined: list[bytes] = []

    def noted(text: bytes) -> Outline:
        outlined.append(text)
        return outline(text)

    monkeypatch.setattr("lwslint.frontend.closure.outline", noted)
    far = b"int far_off(int a) { printf(); exit(main_loop(a)); }"
    near = b"int near(int up_there) { return is_up(); }"
    assert {"far.c", "near.c"} - relevant({**_PROGRAM, "far.c": far, "near.c": near}, [_HEADER]) == {"far.c"}
    assert near in outlined
    assert far not in outlined


def test_outline_of_conditional_heads() -> None:
    found = outline(
        b"#ifdef A\nint f(int a) {\n#else\nint f(void) {\n#endif\n return 1; }\nint g(void) { return 2; }"
    )
    names = [sorted(each.names) for each in found.definitions if each.kind is Kind.FUNCTION]
    assert [b"g"] in names
    assert not found.opaque


def test_macros_of_the_command_line_and_headers_of_folders(tmp_path: Path) -> None:
    (tmp_path / "inc").mkdir()
    (tmp_path / "inc/far.h").write_text('#include "near.h"\n')
    (tmp_path / "inc/near.h").write_text("int near(void);\n")
    request = ReadRequest("x.c", str(tmp_path), ("-Iinc", "-DGO=set_up(1)"), "#include <far.h>\n")
    texts = included([request], [b"#include <far.h>\n"], Texts())
    assert texts == [b'#include "near.h"\n', b"int near(void);\n", b"#define GO set_up(1)\n"]


def test_reading_skips_what_cannot_contribute(tmp_path: Path) -> None:
    (tmp_path / "app.h").write_bytes(_HEADER)
    for name, text in _PROGRAM.items():
        (tmp_path / name).write_bytes(text)
    requests = [ReadRequest(str(tmp_path / name), str(tmp_path), ()) for name in _PROGRAM]
    readings = dict(zip(_PROGRAM, read(requests, 1, skip_irrelevant=True), strict=True))
    assert [name for name, reading in readings.items() if reading.skipped] == ["other.c"]
    assert not any(reading.failure for reading in readings.values())
    unit = readings["flag.c"].unit
    assert unit is not None
    assert [function.name for function in unit.functions] == ["is_up"]


def test_a_file_that_cannot_be_read_is_a_failure_not_skipped(tmp_path: Path) -> None:
    (reading,) = read([ReadRequest(str(tmp_path / "none.c"), str(tmp_path), ())], 1, skip_irrelevant=True)
    assert reading.failure
    assert not reading.skipped


def _stranger(number: int) -> bytes:
    return b"".join(
        b"static int help_%d(int a, struct node *p) {\n  for (int i = 0; i < a; i++)\n    p = p->next;\n"
        b'  return printf("%%d", a);\n}\n'
        b"int stranger_%d_%d(int a) { return help_%d(a, 0) + stranger_%d_%d(a); }\n"
        % (at, number, at, at, number + 1, at)
        for at in range(4)
    )


def test_two_thousand_strangers_are_skipped_quickly() -> None:
    strangers = {f"stranger{number}.c": _stranger(number) for number in range(2000)}
    start = time.monotonic()
    found = relevant({**_PROGRAM, **strangers}, [_HEADER])
    assert time.monotonic() - start < 20
    assert found == {"main.c", "flag.c", "set.c", "button.c"}


@pytest.mark.parametrize(
    "text",
    [
        b"a" * 2_000_000,
        b"int x[] = {1}" + b", y[] = {1}" * 100_000 + b";",
        b"[[" * 500_000,
        b"__attribute__((" * 100_000,
        b"#if 1\n{\n" * 100_000,
        b"#define X" + b" " * 1_000_000 + b"##",
        b"}" * 500_000,
        b"struct {" * 200_000,
        b"(" * 500_000,
    ],
    ids=["word", "initialisers", "brackets", "attributes", "ifs", "paste", "closing", "structs", "parens"],
)
def test_outlines_take_time_in_proportion(text: bytes) -> None:
    start = time.monotonic()
    outline(text)
    assert time.monotonic() - start < 10


def test_what_belongs_for_certain_is_told_first() -> None:
    told: list[list[str]] = []
    sources = {
        "a.c": b"#include <libwebsockets.h>\nvoid a(void) { flag(); lws_service(c, 0); }\n",
        "b.c": b"int lost;\nvoid flag(void) { lost = 1; }\n",
        "c.c": b"/* no lws_service() here */\nint c;\n",
    }

    def headers() -> Iterator[bytes]:
        assert told  # what takes long comes after
        yield b"void flag(void);\n"

    found = closure(sources, headers(), lambda names: told.append(list(names)))
    assert told == [["a.c"]]
    assert found.files == {"a.c", "b.c"}
