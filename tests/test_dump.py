"""`lwslint dump`: what each view shows of a small program, and that nothing in one can break out of it."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from lwslint.analysis import link_programs
from lwslint.api import Program, analyse
from lwslint.cli import main
from lwslint.dump import View, calls, cfg, dot, ir, printed, roles, states
from lwslint.dump.inside import Inside
from lwslint.frontend import read_one
from lwslint.frontend.request import ReadRequest
from lwslint.ir import Unit

PROGRAM = """\
#include <libwebsockets.h>
#include <signal.h>
#include <string.h>

static int lost;
static lws_sorted_usec_list_t sul;
static void (*again)(void);

static void one(void) { lost = 2; }
static void other(void) { lost = 3; }
static void on_signal(int number) { lost = 4; }
static void later(lws_sorted_usec_list_t *entry) { lost = 5; }

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	if (reason == LWS_CALLBACK_CLIENT_CLOSED)
		lost = 1;
	if (reason == LWS_CALLBACK_CLIENT_ESTABLISHED)
		lost = 0;
	return 0;
}

static const struct lws_protocols protocols[] = { { "a", callback, 0, 0 }, { NULL, NULL, 0, 0 } };

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_context *context;

	again = argc > 1 ? one : other;
	signal(SIGINT, on_signal);
	memset(&info, 0, sizeof(info));
	info.protocols = protocols;
	do {
		lost = 0;
		context = lws_create_context(&info);
		if (!context)
			return 1;
		lws_sul_schedule(context, 0, &sul, later, 1000);
		while (!lost)
			lws_service(context, 0);
		lws_context_destroy(context);
		again();
	} while (argc < 9);
	lwsl_notice("\\"quoted\\" \\x1b[31m");
	return 0;
}
"""


class Ran(NamedTuple):
    """What a run of the command line came to."""

    status: int
    out: str
    err: str


Dump = Callable[..., Ran]


@pytest.fixture(autouse=True)
def model_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Dump:
    """Runs `lwslint dump` in a folder with the program."""
    (tmp_path / "a.c").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)

    def dump(*words: str) -> Ran:
        status = main(["dump", *words])
        return Ran(status, *capsys.readouterr())

    return dump


@pytest.fixture(scope="module")
def unit() -> Unit:
    """The program, read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
        return read_text(PROGRAM)


def read_text(text: str) -> Unit:
    return read_one(ReadRequest("a.c", "/", (), text))


@functools.cache
def analysed(unit: Unit) -> Program:
    (program,) = link_programs([unit])
    return analyse(program, unit.release)


def inside(unit: Unit, name: str = "") -> Inside:
    return Inside(analysed(unit), {unit.files[0]}, name)


def line_of(text: str) -> int:
    """The line of the program with that text, the first if there are several."""
    return next(number for number, line in enumerate(PROGRAM.splitlines(), 1) if text in line)


def section(text: str, name: str) -> str:
    """What is said of one function."""
    found = re.search(rf"^function {name}\(\).*\n((?:  .*\n)*)", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_the_lowered_unit(unit: Unit) -> None:
    whole = printed(ir.text([unit]))
    assert whole.startswith("unit a.c libwebsockets ")
    assert "global @lost: int (static, 4 bytes)" in whole
    assert "call @lws_create_context()(&%info)" in whole


def test_one_function_of_the_lowered_unit(unit: Unit) -> None:
    lines = printed(ir.text([unit], "one")).splitlines()
    assert lines[1:] == ["static function one(): void", "  block 0", "    @lost = 2", "    return"]


def test_control_flow_with_slices(unit: Unit) -> None:
    text = printed(cfg.text(inside(unit)))
    create = line_of("lws_create_context")
    assert f"cluster 1: context created in main() at a.c:{create}:13\n" in text
    shown = section(text, "main")
    assert len(re.findall(r"^  loop of blocks .*, left from ", shown, re.MULTILINE)) == 2
    assert re.search(r"call @lws_create_context\(\)\(&%info\)  ; slice 1\n", shown)
    assert re.search(r"branch @lost \? \d+ : \d+  ; slice 1 tracked\n", shown)
    assert re.search(r"call @_lws_log\(\).*\)\n", shown), "no slice holds what logs"
    assert re.search(r"^  block \d+, post-dominator \d+, decided by \d", shown, re.MULTILINE)


def test_loops_are_told_from_those_that_never_end() -> None:
    text = "#include <libwebsockets.h>\nvoid f(void *c) { for (;;) lws_service(c, 0); }\n"
    found = read_text(text)
    assert ", never left\n" in printed(cfg.text(inside(found)))


def test_calls_through_pointers_and_handed_functions(unit: Unit) -> None:
    shown = section(printed(calls.text(inside(unit))), "main")
    again = line_of("again();")
    assert f"a.c:{again}:3 calls through @again one() at a.c:{line_of('void one')}:13\n" in shown
    assert f"a.c:{again}:3 calls through @again other() at a.c:{line_of('void other')}:13\n" in shown
    assert f"a.c:{line_of('signal(SIGINT')}:2 hands over on_signal() at " in shown
    assert "calls lws_create_context (known)\n" in shown


def test_calls_of_what_is_out_of_sight() -> None:
    text = "#include <libwebsockets.h>\nvoid far(void *);\nvoid f(void *c) { far(c); lws_service(c, 0); }\n"
    found = read_text(text)
    assert "calls far (out of sight)\n" in printed(calls.text(inside(found)))


def test_roles(unit: Unit) -> None:
    text = printed(roles.text(inside(unit)))
    assert "CLIENT_ESTABLISHED (success), CLIENT_CLOSED (loss), another reason\n" in text
    assert section(text, "main") == "  main\n"
    callback = section(text, "callback").splitlines()
    assert callback[0] == "  callback, names CLIENT_ESTABLISHED (success), CLIENT_CLOSED (loss)"
    assert callback[1].startswith(f"    stands in @protocols[0].callback at a.c:{line_of('protocols[] =')}:")
    handed = f"handed over by main() at a.c:{line_of('signal(SIGINT')}:2"
    assert section(text, "on_signal") == f"  signal, {handed}\n"
    scheduled = f"handed over by main() at a.c:{line_of('lws_sul_schedule')}:3"
    assert section(text, "later") == f"  sul, {scheduled}\n"
    assert section(text, "one") == f"  called by main() at a.c:{line_of('again();')}:3\n"


def test_an_entry_and_a_function_that_a_stranger_may_call() -> None:
    text = """#include <libwebsockets.h>
void keep(void (*f)(struct lws_context *));
static void work(struct lws_context *c) { lws_service(c, 0); }
void start(struct lws_context *c) { keep(work); lws_service(c, 0); }
"""
    found = read_text(text)
    shown = printed(roles.text(inside(found)))
    assert shown.startswith("open program a.c\n")
    assert section(shown, "start") == "  entry: nobody in sight calls it\n"
    assert section(shown, "work") == "  unknown (perhaps, at any time), handed over by start() at a.c:4:37\n"


def test_states(unit: Unit) -> None:
    text = printed(states.text(inside(unit)))
    create = f"a.c:{line_of('lws_create_context')}:13"
    assert re.search(rf"^cluster 1: .*{create} \(\d+ instances, \d+ states\)$", text, re.MULTILINE)
    assert "  instance 1 of main() at a.c:" in text and " of the event loop\n" in text
    assert f"contexts: context at {create} live" in text
    assert f"fields of main:info: protocols (stale, before a.c:{line_of('info.protocols')})\n" in text
    assert re.search(r"memory: .*lost = another number \(by loss\)", text)
    assert "mode: loss\n" in text and "decision: loss, in main() to block " in text
    assert "armed: later() as sul, on_signal() as signal\n" in text


def test_states_of_one_function_keep_their_numbers(unit: Unit) -> None:
    whole, alone = printed(states.text(inside(unit))), printed(states.text(inside(unit, "one")))
    parts = alone.split("  instance ")[1:]
    assert parts and all(" of one() at " in part.splitlines()[0] for part in parts)
    assert all(f"  instance {part}" in whole for part in parts)


@pytest.mark.parametrize("view", [cfg, calls, states])
def test_graphs_are_whole(unit: Unit, view: Callable[[Inside], object]) -> None:
    text = printed(view.drawn(inside(unit)))  # type: ignore[attr-defined]
    assert text.startswith('digraph "program a.c" {\n') and text.endswith("}\n")
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    assert '"' not in bare.replace('""', "") and bare.count("{") == bare.count("}")
    nodes = set(re.findall(r"^\s*(\w+) \[label=", bare, re.MULTILINE)) - {"node"}
    edges = re.findall(r"^\s*(\w+) -> (\w+)", bare, re.MULTILINE)
    assert edges and {end for edge in edges for end in edge} <= nodes


def test_a_graph_of_calls(unit: Unit) -> None:
    text = printed(calls.drawn(inside(unit)))
    names = dict(re.findall(r'^\s*(\w+) \[label="(.*?)(?:\\l)?"', text, re.MULTILINE))
    number = {name: node for node, name in names.items()}
    assert f"{number['main()']} -> {number['one()']} [style=dashed];" in text
    assert f"{number['main()']} -> {number['later()']} [style=dotted];" in text
    assert f"{number['main()']} -> {number['lws_create_context (known)']};" in text


def test_quoting() -> None:
    assert dot.quoted('a"; b\\\n\x1b\u202e') == r'"a\"; b\\\\n\\x1b\\u202e"'
    assert dot.label(["a", 'b"']) == r'"a\lb\"\l"'


def test_a_hostile_file_name(run: Dump, tmp_path: Path) -> None:
    name = 'x"];\x1b[31m\nfunction.c'
    (tmp_path / name).write_text(PROGRAM)
    for view in View:
        ran = run(f"--{view}", name)
        assert ran.status == 0 and "\x1b" not in ran.out
        assert r'x"];\x1b[31m\nfunction.c' in ran.out.splitlines()[0]
    drawn = run("--cfg", "--dot", name).out
    assert drawn.startswith(r'digraph "program x\"];\\x1b[31m\\nfunction.c" {')


def test_the_command_shows_one_function(run: Dump) -> None:
    ran = run("--cfg", "a.c", "--function", "callback")
    assert (ran.status, ran.err) == (0, "")
    assert re.findall(r"^function (\w+)", ran.out, re.MULTILINE) == ["callback"]
    assert run("--calls", "--dot", "a.c").out.startswith('digraph "program a.c" {\n')


@pytest.mark.parametrize("frontend", ["clang", "pycparser"])
def test_the_front_end_that_is_named_reads(
    run: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frontend: str
) -> None:
    whole = run("--ir", "a.c", "--frontend", frontend)
    assert (whole.status, whole.err) == (0, "")
    assert whole.out == run("--ir", "a.c").out
    monkeypatch.setenv("LWSLINT_LIBCLANG", str(tmp_path / "none.so"))
    without = run("--ir", "a.c", "--frontend", frontend)
    if frontend == "pycparser":
        assert without == whole
    else:
        assert without.status == 2
        assert without.err.count("\n") == 1
        assert "none.so" in without.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a.c"], "no view chosen; give one of --ir, --cfg, --calls, --roles, --states"),
        (["--ir", "--cfg", "a.c"], "one view at a time; give one of --ir"),
        (["--ir", "--dot", "a.c"], "--dot: --ir is text; drawn are --cfg, --calls, --states"),
        (["--ir", "missing.c"], "missing.c: no such file or folder"),
        (["--ir"], "Missing argument 'FILE... [FUNCTION]'; see lwslint dump --help"),
        (["--ir", "a.c", "--function", "callbak"], "did you mean callback?"),
        (["--ir", "a.c", "--lws-version", "0.0"], "0.0"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Dump, words: list[str], message: str) -> None:
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("lwslint: error: ") and ran.err.count("\n") == 1
    assert message in ran.err


def test_the_same_bytes_whatever_the_hashes(run: Dump, tmp_path: Path) -> None:
    script = "import sys; from lwslint.cli import main; sys.exit(main(sys.argv[1:]))"
    for view in ("--states", "--roles"):
        outputs = set()
        for seed in ("1", "2"):
            command = [sys.executable, "-c", script, "dump", view, "a.c"]
            environment = os.environ | {"PYTHONHASHSEED": seed}
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
            outputs.add(done.stdout)
        assert len(outputs) == 1
