"""What rules offer as a mend, and where they offer none: each on a small program, as a diff."""

from __future__ import annotations

from pathlib import Path

import pytest

from lwslint import fixing
from lwslint.sources import plan

from .test_fixing import analyse

PROTOCOLS = """\
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>
static const struct lws_protocols protocols[] = {
	{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
enum { OK, FAILED = 3 };
#define EXIT 7
"""
RUN = "\twhile (lws_service(cx, 0) >= 0)\n\t\t;\n\tlws_context_destroy(cx);\n"
INFO = "\tstruct lws_context_creation_info info = { .port = 7681, .protocols = protocols };\n"
UNCHECKED = f"{INFO}\tstruct lws_context *cx = lws_create_context(&info);\n\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changes(code: str) -> list[str]:
    """The lines that all mends of a program take away and bring, signs in front, blanks stripped."""
    Path("a.c").write_text(PROTOCOLS + code)
    fixed = fixing.fix(plan(["a.c"], cwd=Path.cwd()), analyse, unsafe=True)
    assert fixed.before.findings, "the test is about nothing"
    assert bool(fixed.files) == (fixed.before.findings != fixed.after.findings)
    lines = fixing.diff(fixed).decode().splitlines()[2:]
    return [f"{line[0]}{line[1:].strip()}" for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("head", "end", "way_out"),
    [
        ("int main(void)", "return 0;", "return 1;"),
        ("int main(int argc, char **argv)", "(void)argv;\n\treturn argc > 1 ? 0 : 2;", "return 1;"),
        ("int serve(int a)", "if (a)\n\t\treturn -1;\n\treturn 0;", "return -1;"),
        ("int serve(int a)", "if (a)\n\t\treturn EXIT;\n\treturn 0;", "return EXIT;"),
        ("int serve(int a)", "if (a)\n\t\treturn FAILED;\n\treturn OK;", "return FAILED;"),
        (
            "int serve(int a)",
            "if (a > 2)\n\t\treturn 1;\n\tif (a)\n\t\treturn -2;\n\treturn 0;",
            "return -2;",
        ),
        ("void *serve(void *p)", "return p;", "return NULL;"),
        ("void serve(void)", "", "return;"),
        ("int serve(void)", "return 0;", ""),  # whether 0 is success nobody can tell
    ],
)
def test_a_check_leaves_the_way_its_function_does(head: str, end: str, way_out: str) -> None:
    found = changes(f"{head}\n{{\n{UNCHECKED}{RUN}\t{end}\n}}\n")
    assert found == (["+if (!cx)", f"+{way_out}"] if way_out else [])


@pytest.mark.parametrize(
    "code",
    [
        # the use is in another function: to leave this one does not keep it from it
        "static struct lws_context *cx;\n"
        f"static void start(void)\n{{\n{INFO}\tcx = lws_create_context(&info);\n}}\n"
        f"int main(void)\n{{\n\tstart();\n{RUN}\treturn 0;\n}}\n",
        # a check is there that goes on
        f"int main(void)\n{{\n{UNCHECKED}\tif (!cx)\n\t\tlwsl_err(\"failed\");\n{RUN}\treturn 0;\n}}\n",
        # which one it is goes with an index
        f"int main(int argc, char **argv)\n{{\n{INFO}\tstruct lws_context *cxs[2];\n\n\t(void)argv;\n"
        "\tcxs[argc & 1] = lws_create_context(&info);\n\tlws_service(cxs[argc & 1], 0);\n\treturn 0;\n}\n",
    ],
)  # fmt: skip
def test_no_check_where_it_would_not_help(code: str) -> None:
    assert changes(code) == []


CREATE = "\tcx = lws_create_context(p);\n\tif (!cx)\n\t\treturn 1;\n" + RUN + "\treturn 0;\n}\n"
HEAP = (
    "int main(int argc, char **argv)\n{\n\tstruct lws_context_creation_info *p;\n"
    "\tstruct lws_context *cx;\n\n\t(void)argv;\n"
)
SET = "\tp->port = argc;\n\tp->protocols = protocols;\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            f"{HEAP}\tp = malloc(sizeof(*p));\n\tif (!p)\n\t\treturn 1;\n{SET}",
            ["-p = malloc(sizeof(*p));", "+p = calloc(1, sizeof(*p));"],
        ),
        (
            f"static void *get(size_t n)\n{{\n\treturn malloc(n);\n}}\n{HEAP}\tp = get(sizeof(*p));\n{SET}",
            ["+memset(p, 0, sizeof(*p));"],
        ),
        # the first statement that fills it is not on every way
        (
            "static void *get(size_t n)\n{\n\treturn malloc(n);\n}\n"
            f"{HEAP}\tp = get(sizeof(*p));\n\tif (argc > 1) {{\n\t\tp->iface = \"lo\";\n\t}}\n{SET}",
            [],
        ),
        # another function may have filled it before
        (
            "static void *get(size_t n)\n{\n\treturn malloc(n);\n}\n"
            "static void name(struct lws_context_creation_info *i)\n{\n\ti->iface = \"lo\";\n}\n"
            f"{HEAP}\tp = get(sizeof(*p));\n\tname(p);\n{SET}",
            [],
        ),
        # a macro's body is not touched
        (f"#define NEW(x) malloc(sizeof(x))\n{HEAP}\tp = NEW(*p);\n{SET}", []),
    ],
)  # fmt: skip
def test_blocks_are_zeroed_where_that_loses_nothing(before: str, expected: list[str]) -> None:
    assert changes(before + CREATE) == expected


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("INFO x, *p = &x;", "INFO x = {0}, *p = &x;"),
        ("INFO x[2], *p = x;", "INFO x[2] = {0}, *p = x;"),
        ("INFO x[argc], *p = x;", ""),
        ("DECLARE(x), *p = &x;", ""),
    ],
)  # fmt: skip
def test_variables_are_initialised_where_they_can_be(declaration: str, expected: str) -> None:
    macro = "#define DECLARE(x) INFO x\ntypedef struct lws_context_creation_info INFO;\n"
    head = HEAP.replace("struct lws_context_creation_info *p;", declaration)
    found = changes(f"{macro}{head}{SET}{CREATE}")
    assert found == ([f"-{declaration}", f"+{expected}"] if expected else [])


@pytest.mark.parametrize(
    ("reset", "expected"),
    [
        ("memset(p, 0, sizeof p);", "memset(p, 0, sizeof(*p));"),
        ("memset(p, sizeof(*p), 0);", "memset(p, 0, sizeof(*p));"),
        ("memset(p, 0, 8);", "memset(p, 0, sizeof(*p));"),
        ("memset(&s->info, 0, sizeof(p));", "memset(&s->info, 0, sizeof(s->info));"),
        ("memset(&all[1], 0, sizeof(p));", ""),
        ("memset(p, 0, sizeof(p) * 2);", ""),
        ("CLEAR(p);", ""),
    ],
)
def test_sizes_are_those_of_what_is_cleared(reset: str, expected: str) -> None:
    found = changes(
        "#define CLEAR(x) memset(x, 0, sizeof(x))\n"
        "struct server { int a; struct lws_context_creation_info info; };\n"
        "void reset(struct lws_context_creation_info *p, struct server *s)\n{\n"
        "\tstatic struct lws_context_creation_info all[2];\n\n\t(void)p;\n\t(void)s;\n\t(void)all;\n"
        f"\t{reset}\n}}\n"
    )
    assert found == ([f"-{reset}", f"+{expected}"] if expected else [])


def test_a_parameter_that_gets_an_array_is_left_to_people() -> None:
    assert not changes(
        "static void reset(struct lws_context_creation_info p[2])\n{\n\tmemset(p, 0, sizeof(p));\n}\n"
        "void all(void)\n{\n\tstatic struct lws_context_creation_info both[2];\n\n\treset(both);\n}\n"
    )


CLIENT = """\
static volatile int gone;
static int on_feed(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	unsigned char b[LWS_PRE + 8];
	int n = 0;

	memset(b, 0, sizeof(b));
	switch (reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLIENT_CLOSED:
		gone = 1;
		break;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		WRITE
		break;
	default:
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	}
	return n < 0 ? n : 0;
}
static const struct lws_protocols feeds[] = {
	{ "feed", on_feed, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
int main(void)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_context *cx;

	memset(&info, 0, sizeof(info));
	info.protocols = feeds;
	PORT
	CREATE
		return 1;
	memset(&i, 0, sizeof(i));
	i.context = cx;
	i.address = "feed.example.org";
	i.host = i.address;
	i.path = "/live";
	i.protocol = "feed";
	if (!lws_client_connect_via_info(&i))
		return 1;
"""
CREATES = "if (!(cx = lws_create_context(&info)))"
NO_PORT = "info.port = CONTEXT_PORT_NO_LISTEN;"
WRITES = "if (lws_write(wsi, b + LWS_PRE, 8, LWS_WRITE_TEXT) < 8)\n\t\t\treturn -1;"


ENTRY = '{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 }'


def client(
    write: str = WRITES, port: str = NO_PORT, create: str = CREATES, loop: str = RUN, head: str = ""
) -> list[str]:
    code = CLIENT.replace("WRITE\n", f"{write}\n").replace("PORT\n", f"{port}\n")
    return changes(f"{head}{code.replace('CREATE', create)}{loop}\treturn 0;\n}}\n")


@pytest.mark.parametrize(
    ("create", "expected"),
    [
        (CREATES, [f"+{NO_PORT}"]),
        ("cx = lws_create_context(&info);\n\tif (!cx)", [f"+{NO_PORT}"]),
        ("if (!feeds[0].name) {\n\t\treturn 2;\n\t} else if (!(cx = lws_create_context(&info)))", []),
    ],
)
def test_a_client_is_told_not_to_listen_where_there_is_room(create: str, expected: list[str]) -> None:
    assert client(port="", create=create) == expected


PUT = "lws_write(wsi, b + LWS_PRE, 8, LWS_WRITE_TEXT)"


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (f"{PUT};", [f"-{PUT};", f"+if ({PUT} < 0)", "+return -1;"]),
        (f"if (len)\n\t\t\t{PUT};", []),
        (f"if ({PUT} != 8)\n\t\t\treturn -1;", [f"-if ({PUT} != 8)", f"+if ({PUT} < 8)"]),
        (f"if (8 != {PUT})\n\t\t\treturn -1;", [f"-if (8 != {PUT})", f"+if (8 > {PUT})"]),
        # -1 is no less than an unsigned length
        (f"if ({PUT.replace('8,', 'len,')} != len)\n\t\t\treturn -1;", []),
    ],
)
def test_the_result_of_a_write_is_looked_at(write: str, expected: list[str]) -> None:
    assert client(write) == expected


@pytest.mark.parametrize(
    ("timeout", "mended"),
    [("50", True), ("TICK", True), ("(25 + 25)", False)],
)
def test_a_timeout_that_is_ignored_is_0(timeout: str, mended: bool) -> None:
    head = "#define TICK 50\nextern int poll_sensor(void);\n"
    loop = f"\twhile (lws_service(cx, {timeout}) >= 0)\n\t\tpoll_sensor();\n\tlws_context_destroy(cx);\n"
    found = client(loop=loop, head=head)
    was = f"while (lws_service(cx, {timeout}) >= 0)"
    assert found == ([f"-{was}", f"+{was.replace(timeout, '0')}"] if mended else [])


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            f"static struct lws_protocols own[] = {{\n\t{ENTRY},\n}};\n",
            ["+{ NULL, NULL, 0, 0, 0, NULL, 0 },"],
        ),
        (f"static struct lws_protocols own[1] = {{\n\t{ENTRY},\n}};\n", []),
        (f"#define TABLE(t) t[] = {{ {ENTRY} }}\nstatic struct lws_protocols TABLE(own);\n", []),
    ],
)
def test_tables_are_ended_where_they_can_grow(table: str, expected: list[str]) -> None:
    start = UNCHECKED.replace("= protocols", "= own") + "\tif (!cx)\n\t\treturn 1;\n"
    assert changes(f"{table}int main(void)\n{{\n{start}{RUN}\treturn 0;\n}}\n") == expected
