"""Statements of C become blocks."""

from __future__ import annotations

import pytest

from lwslint import ir
from lwslint.ir.dump import text

from .reading import body, function, unit

pytestmark = pytest.mark.usefixtures("each_front_end")


def _blocks(lines: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith("block "):
            blocks.append([])
        else:
            blocks[-1].append(line)
    return blocks


def test_if_with_and_without_else() -> None:
    assert body("void g(int); void f(int a) { if (a) g(1); else g(2); g(3); }") == [
        "block 0",
        "branch %a ? 2 : 3",
        "block 1",
        "call @g()(3)",
        "return",
        "block 2",
        "call @g()(1)",
        "jump 1",
        "block 3",
        "call @g()(2)",
        "jump 1",
    ]
    assert "branch %a ? 2 : 1" in body("void g(int); void f(int a) { if (a) g(1); g(3); }")


def test_while_do_and_for() -> None:
    assert body("void g(int); void f(int a) { while (a > 1) g(a); }") == [
        "block 0",
        "jump 1",
        "block 1",
        "branch (%a > 1) ? 2 : 3",
        "block 2",
        "call @g()(%a)",
        "jump 1",
        "block 3",
        "return",
    ]
    do = _blocks(body("void g(int); void f(int a) { do g(a); while (a); }"))
    assert do[1:3] == [["call @g()(%a)", "jump 2"], ["branch %a ? 1 : 3"]]
    loop = body("void g(int); void f(void) { for (int i = 0; i < 3; i++) g(i); }")
    assert "%i = 0 (initial)" in loop
    assert "%i ++ (%i + 1)" in loop
    assert "end %i" in loop


def test_parts_of_a_for_are_told_apart() -> None:
    head = "int c(void); void s(void); void g(void); void f(int a, int b) { "
    assert _blocks(body(head + "for (; a;) g(); }"))[1] == ["branch %a ? 2 : 3"]
    assert body(head + "for (a = 1;;) g(); }")[1] == "%a = 1"
    step = _blocks(body(head + "for (;; a = b) g(); }"))
    assert step[1:] == [["call @g()()", "jump 2"], ["%a = %b", "jump 1"]]
    both = _blocks(body(head + "for (a = 1;; b++) { if (c()) continue; } }"))
    assert both[0] == ["%a = 1", "jump 1"]
    assert ["%b ++ (%b + 1)", "jump 1"] in both
    tricky = _blocks(body(head + "for (;c() /* ; */ == ';'; ) g(); }"))
    assert any(block[-1].startswith("branch (%0 == 59)") for block in tricky)


def test_parts_of_a_for_from_a_macro() -> None:
    text_ = "void g(int); \n#define EACH(p) for (; p; p++)\nvoid f(char *q) { EACH(q) g(1); }"
    assert "branch %q ? 2 : 4" in body(text_)
    assert "%q ++ &%q[*+1]" in body(text_)


def test_endless_loop_keeps_its_branch() -> None:
    assert "branch 1 ? 2 : 3" in body("void g(void); void f(void) { while (1) g(); }")
    assert not any("branch" in line for line in body("void g(void); void f(void) { for (;;) g(); }"))


def test_switch_falls_through_and_has_ranges_and_default() -> None:
    lines = body(
        "enum e { A, B }; void g(int); void f(int a) {"
        "switch (a) { case A: g(0); case B: g(1); break; case 5 ... 7: g(5); break; default: g(9); } }"
    )
    blocks = _blocks(lines)
    assert lines[1] == "switch %a [0 A: 2, 1 B: 3, 5...7: 4, default: 5]"
    assert blocks[2] == ["call @g()(0)", "jump 3"]
    assert blocks[3][0] == "call @g()(1)"
    assert blocks[3][1].startswith("jump 1 @")


def test_switch_without_default_goes_on() -> None:
    assert body("void f(int a) { switch (a) { case 1: a = 2; } }")[1] == "switch %a [1: 2, default: 1]"


def test_case_inside_a_loop_inside_the_switch() -> None:
    lines = body(
        "void f(char *to, char *from, int n) { switch (n % 2) {"
        " case 0: do { *to = *from++; case 1: *to = *from++; } while (--n > 0); } }"
    )
    blocks = _blocks(lines)
    assert lines[1] == "switch (%n % 2) [0: 2, 1: 4, default: 1]"
    assert blocks[3] == ["%n -- (%n - 1)", "branch (%n > 0) ? 2 : 1"]
    assert blocks[2][-1] == "jump 4"


def test_many_labels_on_one_statement() -> None:
    labels = "".join(f"case {number}: " for number in range(3000))
    switch = function(f"void f(int a) {{ switch (a) {{ {labels} a = 1; }} }}").blocks[0].terminator
    assert isinstance(switch, ir.Switch)
    assert len(switch.cases) == 3000
    assert len({case.target for case in switch.cases}) == 1


def test_else_if_chain_of_any_length() -> None:
    chain = "if (a == 0) a = 1;" + "".join(f"else if (a == {number}) a = 1;" for number in range(1, 800))
    blocks = function(f"void f(int a) {{ {chain} }}").blocks
    assert sum(isinstance(block.terminator, ir.Branch) for block in blocks) == 800


def test_goto_both_ways_ends_the_scopes_it_leaves() -> None:
    lines = body(
        "void g(void); void f(int a) {"
        " again: { int k = a; if (k) goto out; if (a) goto again; } g(); out: g(); }"
    )
    ends = [at for at, line in enumerate(lines) if line == "end %k"]
    assert len(ends) == 3
    assert sum(lines[at + 1].startswith("jump") and "@" in lines[at + 1] for at in ends) == 2


def test_goto_inside_one_scope_ends_nothing() -> None:
    assert "end %k" not in body("void f(int a) { int k = a; if (k) goto out; a = 1; out: a = 2; }")


def test_computed_goto_may_lead_to_every_label() -> None:
    lines = body("void f(void *p) { goto *p; one: p = 0; two: p = 0; }")
    assert lines[1].startswith("switch ? [0: ")


def test_computed_gotos_share_one_switch() -> None:
    labels = "".join(f"l{at}: goto *p; " for at in range(50))
    lines = body(f"void f(void *p) {{ {labels} }}")
    assert sum(line.startswith("switch ? [0: ") for line in lines) == 1


def test_break_and_continue_end_inner_scopes() -> None:
    lines = body("void f(int a) { while (a) { int k = 1; if (k) break; if (a) continue; a = k; } }")
    assert lines.count("end %k") == 3


def test_condition_short_circuit_and_not() -> None:
    lines = body("int h(int); void f(int a, int b) { if (!(a && h(1)) || b) a = 1; }")
    assert _blocks(lines)[0] == ["branch %a ? 4 : 2"]
    assert _blocks(lines)[4] == ["%0 = call @h()(1)", "branch %0 ? 3 : 2"]


def test_names_shadowed_get_a_number() -> None:
    made = function("void f(int a) { int k = 1; { int k = 2; a = k; } { int k = 3; a = k; } }")
    assert [variable.root for variable in made.variables] == ["%k", "%k.2", "%k.3"]
    assert [variable.name for variable in made.variables] == ["k", "k", "k"]


def test_calls_that_do_not_return_end_the_block() -> None:
    for call in ("exit(1)", "abort()", "die()", "hard()", "dead()"):
        lines = body(
            "void exit(int); void abort(void); __attribute__((noreturn)) void die(void);"
            "_Noreturn void hard(void); [[noreturn]] void dead(void);"
            f"int f(int a) {{ if (a) {{ {call}; a = 7; }} return a; }}",
            "-std=c2x",
        )
        assert "unreachable" in lines, call
        assert "%a = 7" not in lines, call


@pytest.mark.parametrize(
    ("call", "ends"),
    [
        ('error(1, 0, "%s", p)', True),
        ('error(0, 0, "%s", p)', False),
        ('error(a, 0, "%s", p)', False),
        ('errx(1, "%s", p)', True),
        ("verr(p)", False),
        ("vTaskDelete(0)", True),
        ("vTaskDelete(task)", False),
    ],
)
def test_calls_that_do_not_return_by_their_arguments_or_types(call: str, ends: bool) -> None:
    lines = body(
        "void error(int, int, const char *, ...); void errx(int, const char *, ...); void verr(const char *);"
        "void vTaskDelete(void *); extern void *task;"
        f"int f(int a, const char *p) {{ if (a) {{ {call}; a = 7; }} return a; }}"
    )
    assert ("unreachable" in lines) is ends
    assert ("%a = 7" in lines) is not ends


def test_errors_of_err_h_and_syslog_h_end_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "#include <err.h>\n#include <syslog.h>\n#include <stdio.h>\nvoid f(int a) { if (a) errx(1, 0); }"
    for without in ("", "1"):
        monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", without)
        read = unit(source)
        assert not read.notes
        assert any(isinstance(block.terminator, ir.Unreachable) for block in read.functions[0].blocks)


def test_assert_ends_the_path_on_which_it_fails() -> None:
    lines = body("#include <assert.h>\nvoid f(int *p) { assert(p); *p = 1; }")
    assert any(line.startswith("call @__assert_fail()") for line in lines)
    assert "unreachable" in lines


def test_builtin_unreachable() -> None:
    assert "unreachable" in body("int f(int a) { if (a) return 1; __builtin_unreachable(); }")


def test_return_spans_and_function_end() -> None:
    made = function("int f(int a)\n{\n  if (a)\n    return 1;\n  a = 2;\n}\n")
    returns = [block.terminator for block in made.blocks if isinstance(block.terminator, ir.Return)]
    assert {(each.span.line, each.span.column) for each in returns} == {(4, 5), (6, 1)}
    assert (made.span.line, made.span.column, made.span.end_column) == (1, 5, 6)
    assert (made.end.line, made.end.column) == (6, 1)


def test_old_style_definition() -> None:
    made = function("int f(a, p) int a; char *p; { return a + *p; }")
    assert [(each.root, each.type) for each in made.parameters] == [("%a", "int"), ("%p", "char *")]


def test_inline_assembly_is_passed_over() -> None:
    assert "%a = 2" in body('void f(int a) { asm volatile("nop" : "+r"(a)); a = 2; }')


def test_broken_function_keeps_what_can_be_read() -> None:
    made = unit("void g(int); void f(int a) { g(1); a = nowhere + 1; g(2); } void h(void) { g(3); }")
    notes = [note for note in made.notes if note.kind is ir.NoteKind.BROKEN]
    assert any("nowhere" in note.text and note.span is not None and note.span.line == 1 for note in notes)
    calls = [
        text(statement.arguments[0])
        for each in made.functions
        for block in each.blocks
        for statement in block.statements
        if isinstance(statement, ir.Call)
    ]
    assert calls == ["1", "2", "3"]
