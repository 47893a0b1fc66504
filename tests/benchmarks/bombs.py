"""What input that is made to do harm costs: time and memory of a run over each bomb; see README.md."""

# ruff: noqa: E501 - lines of C
from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

DEEP = 100_000
FRONT_ENDS = ("clang", "pycparser")
SECONDS = 300
"""Seconds of processors after which a run is ended, which is a defect: on a busy machine, too."""

WAIT = 1800
"""And seconds of wall clock, for what waits and does nothing."""

SLOW = 75
"""Seconds of processors for one bomb and the normal file that are worth a look: a unit has 60 of them."""

MEMORY = 8 << 30
"""Bytes of address space that no process of a run gets more of: the machine is not to be lost to a bomb."""

START = "#include <libwebsockets.h>\n#include <string.h>\n"
FINDING = "LWS102"


class Bomb(NamedTuple):
    """A bomb: its name, what puts it into a folder, and further words of the command line.

    `lay` gives PATHs, none of them for the whole compile database. `unit` is the file that is to be named where it was not
    read; empty for bombs that no file is lost by.
    """

    name: str
    lay: Callable[[Path], Sequence[str]]
    unit: str = "bomb.c"


class Ran(NamedTuple):
    """What a run came to: seconds of wall clock and of processors, bytes of its largest process, status (None:
    ended), what it said.
    """

    seconds: float
    worked: float
    memory: int
    status: int | None
    said: str


def program(name: str, before: str = "", inside: str = "", after: str = "") -> str:
    """A program whose info may hold garbage, with text before, in and behind the function that creates."""
    return f"""{START}{before}
int {name}(int a, char *p)
{{
    struct lws_context_creation_info info;
    {inside}
    info.port = a;
    struct lws_context *context = lws_create_context(&info);
    if (!context)
        return 1;
    lws_context_destroy(context);
    return 0;
}}
{after}
"""


def code(before: str = "", inside: str = "", after: str = "") -> Callable[[Path], Sequence[str]]:
    """Lays a file with this text around the defect, beside a normal file with the same defect."""
    return lambda folder: _lay(folder, program("bomb", before, inside, after))


def _lay(folder: Path, text: str | bytes, **others: str) -> list[str]:
    data = text.encode("latin-1") if isinstance(text, str) else text
    (folder / "bomb.c").write_bytes(data)
    for name, content in others.items():
        (folder / name.replace("_", ".")).write_text(content)
    return ["bomb.c", "normal.c"]


def files(text: str, **others: str) -> Callable[[Path], Sequence[str]]:
    """Lays a file with this text, and others (`a_h` is `a.h`)."""
    return lambda folder: _lay(folder, text, **others)


# Nesting


def nesting() -> Iterator[Bomb]:
    def nest(name: str, opening: str, middle: str, closing: str, number: int = DEEP) -> Iterator[Bomb]:
        text = f"{opening * number}{middle}{closing * number}"
        yield Bomb(f"{number:,} nested {name}", code(inside=f"{text};"))

    yield from nest("parentheses", "a = (", "1", ")")
    yield Bomb("100,000 open parentheses", code(inside="(" * DEEP))
    yield from nest("blocks", "{", "a++;", "}")
    yield Bomb("100,000 open blocks", code(inside="{" * DEEP))
    yield from nest("if", "if (a) ", "a++", "")
    yield from nest("if else", "if (a) a++; else ", "a++", "")
    yield from nest("while", "while (a) ", "a++", "")
    yield from nest("for", "for (;;) ", "a++", "")
    yield from nest("switch", "switch (a) case 1: ", "a++", "", 10_000)
    yield from nest("ternaries", "a ? 1 : ", "2", "")
    yield from nest("casts", "(int)", "a", "")
    yield from nest("signs", "- ", "a", "")
    yield from nest("negations", "!", "a", "")
    yield from nest("dereferences", "&*", "p", "")
    yield from nest("calls", "f(", "a", ")")
    yield from nest("subscripts", "p[", "a", "]")
    yield from nest("statement expressions", "({", "a;", "});", 10_000)
    yield from nest("sizeof", "sizeof ", "a", "")
    yield from nest("generic selections", "_Generic(a, int: ", "a", ")")
    yield from nest("assignments", "a = ", "1", "")
    yield from nest("compound literals", "(int[]){", "1", "}[0]", 20_000)
    yield Bomb("100,000 terms", code(inside="a = a" + " + a" * DEEP + ";"))
    yield Bomb("100,000 commas", code(inside="a" + ", a" * DEEP + ";"))
    yield Bomb("100,000 ands", code(inside="if (a" + " && a" * DEEP + ") a++;"))
    yield Bomb("100,000 members", code(inside="p" + "->p" * DEEP + ";"))
    yield Bomb("100,000 initialiser braces", code("int x[] = " + "{" * DEEP + "1" + "}" * DEEP + ";"))
    yield Bomb("100,000 designators", code("int x[] = { " + "[0]" * DEEP + " = 1 };"))
    yield Bomb("100,000 declarators", code("int " + "(" * DEEP + "x" + ")" * DEEP + ";"))
    yield Bomb("100,000 pointers", code("int " + "*" * DEEP + "x;"))
    yield Bomb("100,000 pointers to arrays", code("int " + "(*" * DEEP + "x" + ")[1]" * DEEP + ";"))
    yield Bomb("100,000 dimensions", code("int x" + "[1]" * DEEP + ";"))
    yield Bomb("100,000 functions of functions", code("int " + "(*" * DEEP + "x" + ")(void)" * DEEP + ";"))
    yield Bomb("100,000 parameters", code("int g(" + "int (*" * DEEP + "x" + ")(void)" * DEEP + ");"))
    yield Bomb("100,000 structs", code("struct { " * DEEP + "int x;" + "} x;" * DEEP))
    yield Bomb("100,000 attributes", code("int g(void) " + "__attribute__((unused)) " * DEEP + ";"))
    yield Bomb("100,000 typeof", code("typeof(" * DEEP + "int" + ")" * DEEP + " x;"))
    yield Bomb("100,000 closing braces", code(after="}" * DEEP))
    yield Bomb("4,000 pointers by typedefs", code(_typedefs("T%d *", 4_000)))
    yield Bomb("2^60 elements by typedefs", code(_typedefs("T%d", 20, "[8]")))
    yield Bomb("2^20 members by structs", code(_structs(20, 2)))
    yield Bomb("10^12 members by structs", code(_structs(12, 10), "struct s12 x = { 0 }, y = x; (void)y;"))


def _typedefs(form: str, number: int, suffix: str = "") -> str:
    lines = [f"typedef {form % at} T{at + 1}{suffix};" for at in range(number)]
    return "\n".join(["typedef int T0;", *lines, f"T{number} *x;"])


def _structs(levels: int, each: int) -> str:
    lines = [
        f"struct s{at + 1} {{ struct s{at} {', '.join(f'm{one}' for one in range(each))}; }};"
        for at in range(levels)
    ]
    return "\n".join(["struct s0 { int x; };", *lines, f"struct s{levels} *all;"])


# The preprocessor


def macros() -> Iterator[Bomb]:
    doubling = "".join(f"#define A{at + 1} A{at} A{at}\n" for at in range(30)) + "#define A0 a++;\n"
    yield Bomb("2^30 tokens by macros", code(doubling, "A30"))
    arguments = "".join(f"#define F{at + 1}(x) F{at}(x x)\n" for at in range(30)) + "#define F0(x) x\n"
    yield Bomb("2^30 tokens by arguments", code(arguments, "F30(a++;)"))
    variadic = "".join(f"#define V{at + 1}(...) V{at}(__VA_ARGS__, __VA_ARGS__)\n" for at in range(30))
    yield Bomb("2^30 tokens by __VA_ARGS__", code(variadic + "#define V0(...) (__VA_ARGS__)\n", "V30(a);"))
    yield Bomb("a macro of itself", code("#define A A A A\n#define B(x) B(B(x)) B(x)\n", "A; B(B(B(B(1))));"))
    nested = "#define I(x) x\n"
    yield Bomb("100,000 nested macro calls", code(nested, "a = " + "I(" * DEEP + "1" + ")" * DEEP + ";"))
    chain = "".join(f"#define C{at + 1} C{at}\n" for at in range(DEEP)) + "#define C0 1\n"
    yield Bomb("100,000 macros, each of the one before", code(chain, f"a = C{DEEP};"))
    yield Bomb(
        "a name by 100,000 ##",
        code("#define P " + "x ## " * DEEP + "x\n#define Q() " + "x ## " * DEEP + "x\n", "int Q() = 1;"),
    )
    pasting = "".join(f"#define P{at + 1}(x) P{at}(x ## x)\n" for at in range(30)) + "#define P0(x) int x;\n"
    yield Bomb("a name of 2^30 letters by ##", code(pasting, "P30(b)"))
    strings = (
        "#define S(x) #x\n#define T(x) S(x x)\n"
        + "".join(f"#define S{at + 1}(x) S{at}(x x)\n" for at in range(30))
        + "#define S0(x) S(x)\n"
    )
    yield Bomb("a string of 2^30 words by #", code(strings, "p = S30(word);"))
    yield Bomb(
        "100,000 macros", code("".join(f"#define M{at}(x) x + {at}\n" for at in range(DEEP)), "a = M5(a);")
    )
    yield Bomb(
        "100,000 parameters of a macro",
        code("#define M(" + ",".join(f"a{at}" for at in range(DEEP)) + ") a1\n", "M(1);"),
    )
    yield Bomb(
        "100,000 arguments of a macro",
        code("#define M(...) __VA_ARGS__\n", "int x[] = { M(" + "1," * DEEP + "1) };"),
    )
    yield Bomb("100,000 open #if", code("#if 1\n" * DEEP))
    yield Bomb("100,000 #elif", code("#if 0\n" + "#elif 0\n" * DEEP + "#endif\n"))
    yield Bomb("#if with 100,000 parentheses", code("#if " + "(" * DEEP + "1" + ")" * DEEP + "\n#endif\n"))
    yield Bomb("#if with 100,000 terms", code("#if 1" + " + 1" * DEEP + "\n#endif\n"))
    yield Bomb(
        "100,000 #pragma", code("#pragma clang diagnostic push\n#pragma pack(push, 1)\n" * (DEEP // 2))
    )
    pragmas = (
        "#pragma clang module import evil\n#pragma clang __debug crash\n#pragma clang __debug llvm_fatal_error\n"
        '#pragma GCC dependency "/dev/zero"\n#pragma comment(lib, "evil")\n#pragma push_macro("A")\n#pragma GCC poison info2\n'
    )
    yield Bomb(
        "#pragma clang __debug crash",
        code(pragmas, '_Pragma("clang __debug crash") _Pragma("GCC warning \\"x\\"")'),
    )
    yield Bomb("#pragma clang __debug overflow_stack", code("#pragma clang __debug overflow_stack\n"))
    yield Bomb("100,000 _Pragma", code("", '_Pragma("clang diagnostic push") ' * DEEP))
    lines = '#line 4294967295 "/etc/passwd"\n#line 0\n#line -1 "x"\n# 5 "../../../x" 1 3 4\n#line 99999999999999999999\n#line 1 "\\0"\n'
    yield Bomb("odd #line", code(lines, after=lines))
    yield Bomb("100,000 #line", code("".join(f'#line {at} "f{at}.c"\n' for at in range(1, DEEP))))


def includes() -> Iterator[Bomb]:
    self = program("bomb") + '#include "bomb.c"\n'
    yield Bomb("a file that includes itself", files(self))
    mutual = '#include "b.h"\n'
    yield Bomb(
        "two files that include each other",
        files(program("bomb", '#include "a.h"'), a_h=mutual, b_h='#include "a.h"\n'),
    )
    twice = '#include "a.h"\n#include "a.h"\n'
    yield Bomb("2^200 includes of itself", files(program("bomb", '#include "a.h"'), a_h=twice))
    levels = {f"l{at}_h": f'#include "l{at + 1}.h"\n#include "l{at + 1}.h"\n' for at in range(30)}
    yield Bomb(
        "2^30 includes by levels",
        files(program("bomb", '#include "l0.h"'), **levels, l30_h="extern int x;\n"),
    )
    yield Bomb(
        "10,000 includes of one header",
        files(program("bomb", '#include "a.h"\n' * 10_000), a_h="extern int x;\n"),
    )
    yield Bomb(
        "100,000 includes that are not there", code("".join(f'#include "n{at}.h"\n' for at in range(DEEP)))
    )
    yield Bomb("2,000 headers in a row", _headers)
    for name in (
        "/dev/zero",
        "/dev/random",
        "/dev/stdin",
        "/dev/tty",
        "/proc/self/mem",
        "/proc/kmsg",
        "/",
        ".",
        "/proc/self/fd/0",
    ):
        yield Bomb(f'#include "{name}"', code(f'#include "{name}"\n'))
        if name == "/dev/zero":
            yield Bomb("#include of /dev/zero by a macro", code('#define Z "/dev/zero"\n#include Z\n'))
            yield Bomb("#include of a FIFO by a macro", _fifo_by_macro)
    yield Bomb("#include of a FIFO", _included_fifo)
    yield Bomb("#include of a link to /dev/zero", _included_link)
    yield Bomb("#include of a sparse file of 1 TB", _included_sparse)
    yield Bomb(
        "#include_next, __has_include",
        code(
            '#include_next "bomb.c"\n#include_next <nowhere.h>\n#if __has_include("/dev/zero") || __has_include("/")\n#endif\n'
            '#if __has_include()\n#endif\n#if __has_include("x\n#endif\n#if __has_include_next(<stdio.h>)\n#endif\n'
            + '#if __has_include("'
            + "../" * 5000
            + 'x")\n#endif\n'
        ),
    )
    yield Bomb(
        "#embed, #import, #include_macros",
        code('#import "/dev/zero"\n#__include_macros "/dev/zero"\nchar x[] = {\n#embed "/dev/zero"\n};\n'),
    )
    yield Bomb("#embed", code('char x[] = {\n#embed "/dev/zero"\n};\n'))
    yield Bomb("#include with a name of 1 MB", code('#include "' + "x" * 1_000_000 + '"\n'))


def _headers(folder: Path) -> Sequence[str]:
    for at in range(2_000):
        (folder / f"h{at}.h").write_text(f'#include "h{at + 1}.h"\nextern int x{at};\n')
    (folder / "h2000.h").write_text("")
    return _lay(folder, program("bomb", '#include "h0.h"'))


def _included_fifo(folder: Path) -> Sequence[str]:
    os.mkfifo(folder / "fifo.h")
    return _lay(folder, program("bomb", '#include "fifo.h"'))


def _fifo_by_macro(folder: Path) -> Sequence[str]:
    os.mkfifo(folder / "fifo.h")
    return _lay(folder, program("bomb", '#define F "fifo.h"\n#include F'))


def _included_link(folder: Path) -> Sequence[str]:
    (folder / "link.h").symlink_to("/dev/zero")
    return _lay(folder, program("bomb", '#include "link.h"'))


def _included_sparse(folder: Path) -> Sequence[str]:
    _sparse(folder / "huge.h", 1 << 40)
    return _lay(folder, program("bomb", '#include "huge.h"'))


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


# Size


def sizes() -> Iterator[Bomb]:
    cases = "".join(f"case {at}: a += {at}; break;\n" for at in range(DEEP))
    yield Bomb("100,000 cases", code(inside=f"switch (a) {{\n{cases}}}"))
    yield Bomb(
        "100,000 cases that fall through", code(inside=f"switch (a) {{\n{cases.replace('break;', '')}}}")
    )
    ranges = "".join(f"case {at * 1000} ... {at * 1000 + 999}: a++;\n" for at in range(10_000))
    yield Bomb(
        "10,000 ranges of cases", code(inside=f"switch (a) {{\n{ranges} case 20000000 ... 2147483647: a--;}}")
    )
    yield Bomb(
        "100,000 functions", code("".join(f"int f{at}(int a) {{ return a + {at}; }}\n" for at in range(DEEP)))
    )
    users = "".join(
        f"int f{at}(struct lws *w) {{ return lws_callback_on_writable(w); }}\n" for at in range(DEEP)
    )
    yield Bomb("100,000 functions with the library", code(users))
    yield Bomb("100,000 locals", code(inside="".join(f"int v{at} = {at};\n" for at in range(DEEP))))
    yield Bomb("100,000 globals", code("".join(f"int v{at} = {at};\n" for at in range(DEEP))))
    yield Bomb(
        "100,000 parameters of a function",
        code("int g(" + ", ".join(f"int a{at}" for at in range(DEEP)) + ");"),
    )
    yield Bomb("100,000 arguments", code("int g();", "g(" + ", ".join(["a"] * DEEP) + ");"))
    yield Bomb(
        "100,000 members of a struct",
        code("struct big { " + "".join(f"int m{at};\n" for at in range(DEEP)) + "} big;"),
    )
    yield Bomb("100,000 enumerators", code("enum { " + "".join(f"E{at},\n" for at in range(DEEP)) + "};"))
    yield Bomb(
        "100,000 gotos and labels",
        code(inside="".join(f"l{at}: if (a == {at}) goto l{(at * 7919) % DEEP};\n" for at in range(DEEP))),
    )
    yield Bomb("100,000 syntax errors", code("int @;\n" * DEEP))
    yield Bomb(
        "100,000 unknown names", code(inside="".join(f"u{at}();\nx{at} = 1;\n" for at in range(DEEP // 2)))
    )
    yield Bomb(
        "100,000 unknown library names", code(inside="".join(f"lws_unknown{at}();\n" for at in range(DEEP)))
    )
    yield Bomb(
        "array of 10 MB of numbers",
        code("static const unsigned char data[] = {\n" + "0x12, 0x34, 0x56, 0x78,\n" * 420_000 + "};\n"),
    )
    yield Bomb(
        "array of 10 MB of numbers in a function",
        code("", "int data[] = {" + "12, 34, 56, 78,\n" * 650_000 + "}; (void)data;"),
    )
    yield Bomb(
        "array of 10 MB of structs",
        code("struct s { int a; const char *b; } data[] = {\n" + '{ 1, "one" },\n' * 770_000 + "};\n"),
    )
    yield Bomb(
        "array of 10 MB of protocols",
        code(
            "",
            "struct lws_protocols many[] = {"
            + '{ "p", 0, 0, 0 },\n' * 550_000
            + "{ 0 } }; info.protocols = many;",
        ),
    )
    yield Bomb("string of 10 MB", code('const char *data = "' + "x" * 10_000_000 + '";\n'))
    yield Bomb(
        "string of 10 MB in pieces", code("const char *data =\n" + '"0123456789abcdef"\n' * 530_000 + ";\n")
    )
    yield Bomb("string of 10 MB of escapes", code('const char *data = "' + "\\x41" * 2_500_000 + '";\n'))
    yield Bomb("comment of 10 MB", code("/*" + "*" * 10_000_000 + "*/"))
    yield Bomb("a name of 10 MB", code("int " + "x" * 10_000_000 + ";"))
    yield Bomb("a number of 10 MB", code("", "a = " + "9" * 10_000_000 + ";"))
    yield Bomb("a line of 10 million columns", code("", "a = 1; " * 14_300))
    yield Bomb("a line of 10 million columns of blanks", code("", " " * 10_000_000))
    yield Bomb("10 MB of line splices", code("", "a \\\n" * 2_500_000))
    yield Bomb("10 MB of empty lines", code("", "\n" * 10_000_000))
    yield Bomb(
        "a file of 50 MB",
        code(
            "".join(
                f"int g{at}(int a, char *p) {{ while (a--) {{ if (p[a] == 1) a++; else a += 2; }} return a; }}\n"
                for at in range(550_000)
            )
        ),
    )
    yield Bomb(
        "a file of 50 MB of the library",
        code(
            "".join(
                f"int g{at}(struct lws *w, int n) {{ while (n--) lws_callback_on_writable(w); return n; }}\n"
                for at in range(580_000)
            )
        ),
    )
    yield Bomb("a file of 10 MB of NULs", files("\0" * 10_000_000))
    yield Bomb("a file of 10 MB of open comments", files("/*/" * 3_300_000))
    yield Bomb("a file of 10 MB of quotes", files("'\"" * 5_000_000))
    yield Bomb("a file of 10 MB of slashes", files(program("bomb") + "/" * 10_000_000))
    yield Bomb("a file of 10 MB of backslashes", files(program("bomb") + "\\" * 10_000_000))
    yield Bomb("a file of 10 MB of #", files(program("bomb") + "#\n" * 5_000_000))
    yield Bomb("a file of 10 MB of # include", files(program("bomb") + "#include\n" * 1_100_000))
    yield Bomb(
        "a file of 10 MB of blanks and #", files(program("bomb") + "#" + "/**/" * 2_500_000 + "include")
    )
    yield Bomb(
        "a file of 10 MB of noise",
        lambda folder: _lay(folder, random.Random(7).randbytes(10_000_000)),
    )
    yield Bomb("a sparse file of 1 TB", _sparse_source)


def _sparse_source(folder: Path) -> Sequence[str]:
    _sparse(folder / "bomb.c", 1 << 40)
    return ["bomb.c", "normal.c"]


# The analysis


def analyses() -> Iterator[Bomb]:
    yield Bomb("50,000 writes of fields", code(inside="info.gid = 1; info.uid = a;\n" * 25_000))
    yield Bomb(
        "50,000 branches around writes",
        code(inside="".join(f"if (a == {at}) info.gid = {at};\n" for at in range(50_000))),
    )
    yield Bomb("1,000 infos", code(after="".join(_create(at) for at in range(1_000))))
    yield Bomb(
        "1,000 infos in one function",
        code(
            inside="".join(
                f"struct lws_context_creation_info i{at}; i{at}.port = a; lws_create_context(&i{at});\n"
                for at in range(1_000)
            )
        ),
    )
    calls = "".join(
        f"int c{at}(int a) {{ if (a) c{at + 1}(a); return c{at + 1}(a - 1); }}\n" for at in range(40)
    )
    declared = "".join(f"int c{at}(int a);\n" for at in range(42))
    end = "int c40(int a) { return bomb(a, 0); }\nint main(int n, char **v) { return c0(n); }\n"
    yield Bomb("2^40 paths through calls", code(declared, after=calls + end))
    yield Bomb(
        "2^40 paths through branches",
        code(inside="".join(f"if (a & {1 << (at % 30)}) p++; else p--;\n" for at in range(40))),
    )
    flags = "".join(f"if (p[{at}]) info.options |= 1ull << {at};\n" for at in range(60))
    yield Bomb("2^60 values of a member", code(inside=flags))
    deep = "".join(
        f"int d{at}(struct lws_context_creation_info *i) {{ return d{at + 1}(i); }}\n" for at in range(20_000)
    )
    yield Bomb(
        "20,000 functions deep",
        code(
            "int d0(struct lws_context_creation_info *i);",
            "d0(&info);",
            "".join(f"int d{at}(struct lws_context_creation_info *i);\n" for at in range(20_001))
            + deep
            + "int d20000(struct lws_context_creation_info *i) { i->gid = 1; return 0; }",
        ),
    )
    ring = "".join(
        f"int r{at}(struct lws_context_creation_info *i, int n) {{ if (n) return r{(at + 1) % 2000}(i, n - 1) + r{(at * 7) % 2000}(i, n - 2); i->gid = {at}; return 0; }}\n"
        for at in range(2_000)
    )
    yield Bomb(
        "2,000 functions that call each other",
        code(
            "".join(f"int r{at}(struct lws_context_creation_info *i, int n);\n" for at in range(2_000)),
            "r0(&info, a);",
            ring,
        ),
    )
    callbacks = "".join(
        f"static int cb{at}(struct lws *w, enum lws_callback_reasons r, void *u, void *in, size_t n) {{ return r == LWS_CALLBACK_CLOSED ? {at} : 0; }}\n"
        for at in range(5_000)
    )
    table = (
        "static const struct lws_protocols many[] = { "
        + "".join(f'{{ "p{at}", cb{at} }},\n' for at in range(5_000))
        + "{ 0 } };\n"
    )
    yield Bomb("5,000 callbacks", code(callbacks + table, "info.protocols = many;"))
    dispatch = "".join(
        f"static void h{at}(struct lws_context_creation_info *i) {{ i->gid = {at}; }}\n"
        for at in range(5_000)
    )
    ways = (
        "static void (*const ways[])(struct lws_context_creation_info *) = { "
        + ", ".join(f"h{at}" for at in range(5_000))
        + " };\n"
    )
    yield Bomb(
        "5,000 ways of a call by a pointer", code(dispatch + ways, "ways[a](&info); ways[a + 1](&info);")
    )
    pointers = "".join(
        f"static void (*q{at})(struct lws_context_creation_info *) = {'h' if at == 0 else '0'};\n"
        for at in range(2_000)
    )
    copied = "".join(f"q{at + 1} = q{at};\n" for at in range(1_999))
    yield Bomb(
        "2,000 pointers to functions in a chain",
        code(
            "static void h(struct lws_context_creation_info *i) { i->gid = 1; }\n" + pointers,
            copied + "q1999(&info);",
        ),
    )
    spaghetti = "".join(
        f"l{at}: switch (a++ % 3) {{ case 0: goto l{(at * 31 + 7) % 3000}; case 1: goto l{(at * 17 + 3) % 3000}; default: info.gid = a; }}\n"
        for at in range(3_000)
    )
    yield Bomb("3,000 jumps in all directions", code(inside=spaghetti))
    yield Bomb(
        "computed goto to 3,000 labels",
        code(
            inside="void *t[] = {"
            + ",".join(f"&&l{at}" for at in range(3_000))
            + "}; goto *t[a];\n"
            + "".join(f"l{at}: a += {at}; if (a) goto *t[a];\n" for at in range(3_000))
        ),
    )
    duff = (
        "switch (a) { "
        + "".join(
            f"case {at}: do {{ if (a > {at}) {{ case {at + 5000}: info.gid++; }}\n" for at in range(1_000)
        )
        + "".join("} while (--a);\n" for _ in range(1_000))
        + "}"
    )
    yield Bomb("1,000 loops entered in the middle", code(inside=duff))
    loops = (
        "".join("while (a--) {\n" for _ in range(120))
        + "info.gid = a; lws_create_context(&info);"
        + "}" * 120
    )
    yield Bomb("120 loops in each other around a create", code(inside=loops))
    many = "".join(
        f"struct lws_context *k{at} = lws_create_context(&info); if (!k{at}) return 1;\n"
        for at in range(1_000)
    )
    yield Bomb("1,000 creates of one info", code(inside=many))
    aliases = (
        "struct lws_context_creation_info *i0 = &info;\n"
        + "".join(
            f"struct lws_context_creation_info *i{at + 1} = a & {at} ? i{at} : i{at // 2};\n"
            for at in range(2_000)
        )
        + "i2000->gid = 1;"
    )
    yield Bomb("2,000 pointers to one info", code(inside=aliases))
    threads = "#include <pthread.h>\n" + "".join(
        f"static void *t{at}(void *x) {{ lws_cancel_service(x); lws_service(x, 0); return 0; }}\n"
        for at in range(2_000)
    )
    starts = "".join(f"pthread_t w{at}; pthread_create(&w{at}, 0, t{at}, p);\n" for at in range(2_000))
    yield Bomb("2,000 threads", code(threads, starts))
    comment = "// lwslint: ignore[LWS999] none\n"
    yield Bomb("100,000 suppressions", code(comment * DEEP))
    blocks = "// lwslint: ignore-begin[LWS999] none\n" * DEEP + "// lwslint: ignore-end[LWS998]\n" * DEEP
    yield Bomb("100,000 open blocks of suppressions", code(after=blocks))
    yield Bomb(
        "a suppression of 100,000 rules",
        code(after="// lwslint: ignore[" + ",".join(f"LWS{at}" for at in range(DEEP)) + "] none\n"),
    )
    macro = "".join(f"#define M{at} \\\n" for at in range(3_000)) + "".join(
        f"// lwslint: ignore[LWS103] x{at}\n" for at in range(3_000)
    )
    yield Bomb("3,000 suppressions in macros", code(macro))
    yield Bomb("10,000 findings", code(after="".join(_create(at, declared=False) for at in range(10_000))))


def _create(at: int, *, declared: bool = True) -> str:
    fill = "i.port = 1; " if declared else ""
    return (
        f"int create{at}(void)\n{{\n    struct lws_context_creation_info i;\n    {fill}\n"
        f"    struct lws_context *c = lws_create_context(&i);\n    if (!c)\n        return 1;\n    lws_context_destroy(c);\n    return 0;\n}}\n"
    )


# Other files


def around() -> Iterator[Bomb]:
    normal = ["normal.c"]

    def database(name: str, text: Callable[[Path], str] | str) -> Bomb:
        def lay(folder: Path) -> Sequence[str]:
            written = text if isinstance(text, str) else text(folder)
            (folder / "compile_commands.json").write_text(written)
            return normal

        return Bomb(f"compile_commands.json: {name}", lay, "compile_commands.json")

    def entries(folder: Path, number: int, more: Sequence[str] = ()) -> str:
        command = {"directory": str(folder), "file": "normal.c", "arguments": ["cc", *more, "-c", "normal.c"]}
        others = [{**command, "file": f"gone{at}.c"} for at in range(number)]
        return json.dumps([command, *others])

    yield database("100,000 entries", lambda folder: entries(folder, DEEP))
    yield database(
        "100,000 entries of one file",
        lambda folder: json.dumps(
            [
                {
                    "directory": str(folder),
                    "file": "normal.c",
                    "arguments": ["cc", f"-DX={at}", "-c", "normal.c"],
                }
                for at in range(2_000)
            ]
        ),
    )
    yield database("50 MB", lambda folder: entries(folder, 10, ["-DX=" + "x" * 5_000_000]))
    yield database("100,000 brackets", "[" * DEEP)
    yield database("100,000 objects", '[{"directory":' * DEEP)
    yield database("not strings", '[{"directory": 1, "file": null, "arguments": {"a": []}}]')
    yield database(
        "/proc/self, NUL, surrogates",
        '[{"directory": "/proc/self", "file": "fd/0", "command": "cc"}, {"directory": "x", "file": "a\\u0000.c", "command": "cc"}]',
    )
    yield database("a surrogate", '[{"directory": "\\ud800", "file": "\\udfff.c", "command": "cc"}]')
    yield database(
        "quotes that stay open",
        '[{"directory": "/", "file": "a.c", "command": "cc \\"' + '\\\\\\"' * DEEP + '"}]',
    )
    flags = [
        "-fplugin=./evil.so",
        "-Xclang",
        "-load",
        "-Xclang",
        "./evil.so",
        "@response",
        "-o",
        "written.o",
        "-MF",
        "written.d",
        "-MD",
        "-save-temps",
        "--config=./evil.cfg",
        "-ivfsoverlay",
        "./evil.yaml",
        "-fmodules-cache-path=.",
        "-fmodules",
        "-specs=./evil",
        "-B.",
        "-fpass-plugin=./evil.so",
        "-include-pch",
        "x",
        "-wrapper",
        "sh,-c,touch written",
        "-dumpdir",
        "written",
        "-ftime-trace",
    ]
    yield database("flags that load and write", lambda folder: entries(folder, 0, flags))
    yield database("-include /dev/zero", lambda folder: entries(folder, 0, ["-include", "/dev/zero"]))
    yield database(
        "-include FIFO", lambda folder: entries(_with(folder, "fifo.h"), 0, ["-include", "fifo.h"])
    )
    yield database("100,000 -D", lambda folder: entries(folder, 0, [f"-DX{at}={at}" for at in range(DEEP)]))
    yield database(
        "100,000 -I", lambda folder: entries(folder, 0, [f"-I{folder}/i{at}" for at in range(DEEP)])
    )
    yield database(
        "100,000 response files", lambda folder: entries(_with(folder, "r", "@r " * 50_000), 0, ["@r"])
    )
    yield Bomb("compile_commands.json: a FIFO", _fifo_at("compile_commands.json"), "compile_commands.json")
    yield Bomb("compile_commands.json: 1 TB", _sparse_at("compile_commands.json"), "compile_commands.json")
    yield Bomb("lwslint.toml of 50 MB", _written("lwslint.toml", "x = 1\n" * 8_300_000), "lwslint.toml")
    yield Bomb("lwslint.toml of 1 TB", _sparse_at("lwslint.toml"), "lwslint.toml")
    yield Bomb(
        "lwslint.toml with 100,000 brackets", _written("lwslint.toml", "x = " + "[" * DEEP), "lwslint.toml"
    )
    yield Bomb(
        "lwslint.toml with 50,000 tables",
        _written("lwslint.toml", "[a" + ".a" * 50_000 + "]\n"),
        "lwslint.toml",
    )
    patterns = '[per-path-ignores]\n"' + "**/" * 30 + '*a*b*c" = ["LWS101"]\n'
    yield Bomb("lwslint.toml with a pattern of wildcards", _written("lwslint.toml", patterns), "lwslint.toml")
    yield Bomb("lwslint.toml: a FIFO", _fifo_at("lwslint.toml"), "lwslint.toml")
    yield Bomb(
        "baseline of 50 MB",
        _baseline(
            '{"version": 1, "whole_program": true, "findings": ['
            + ",".join(
                ['{"path": "normal.c", "rule": "LWS102", "function": "f", "message": "m", "key": "k"}']
                * 550_000
            )
            + "]}"
        ),
        "baseline",
    )
    yield Bomb("baseline with 100,000 brackets", _baseline("[" * DEEP), "baseline")
    yield Bomb("baseline: a FIFO", _fifo_at("baseline.json", "--baseline", "baseline.json"), "baseline")
    yield Bomb("baseline: /dev/zero", lambda folder: ["--baseline", "/dev/zero", *normal], "/dev/zero")
    yield Bomb("a source that is a FIFO", _fifo_at("bomb.c", "bomb.c"), "bomb.c")
    yield Bomb(
        "a source that is /dev/zero",
        lambda folder: _linked(folder, "bomb.c", "/dev/zero"),
        "bomb.c",
    )
    yield Bomb("a source that is a folder", _folder_as_source, "")
    yield Bomb("a folder with a FIFO and links in it", _odd_folder, "")
    yield Bomb("names with control characters", _odd_names, "")
    yield Bomb(
        "a folder in itself",
        _folder_in_itself,
        "",
    )
    yield Bomb("a folder 400 deep", _deep_folder, "")
    yield Bomb("20,000 files in a folder", _wide_folder, "")


def _with(folder: Path, name: str, text: str | None = None) -> Path:
    """The folder with one more file in it, a FIFO if there is no text."""
    if text is None:
        os.mkfifo(folder / name)
    else:
        (folder / name).write_text(text)
    return folder


def _written(name: str, text: str) -> Callable[[Path], Sequence[str]]:
    def lay(folder: Path) -> Sequence[str]:
        _with(folder, name, text)
        return ["normal.c"]

    return lay


def _baseline(text: str) -> Callable[[Path], Sequence[str]]:
    def lay(folder: Path) -> Sequence[str]:
        _with(folder, "baseline.json", text)
        return ["--baseline", "baseline.json", "normal.c"]

    return lay


def _sparse_at(name: str) -> Callable[[Path], Sequence[str]]:
    def lay(folder: Path) -> Sequence[str]:
        _sparse(folder / name, 1 << 40)
        return ["normal.c"]

    return lay


def _fifo_at(name: str, *words: str) -> Callable[[Path], Sequence[str]]:
    def lay(folder: Path) -> Sequence[str]:
        _with(folder, name)
        return [*words, "normal.c"]

    return lay


def _linked(folder: Path, name: str, target: str) -> Sequence[str]:
    (folder / name).symlink_to(target)
    return [name, "normal.c"]


def _folder_as_source(folder: Path) -> Sequence[str]:
    (folder / "bomb.c").mkdir()
    return ["bomb.c", "normal.c"]


def _folder_in_itself(folder: Path) -> Sequence[str]:
    (folder / "d").mkdir()
    (folder / "d" / "loop").symlink_to(folder)
    return ["."]


def _odd_folder(folder: Path) -> Sequence[str]:
    os.mkfifo(folder / "fifo.c")
    (folder / "zero.c").symlink_to("/dev/zero")
    (folder / "self.c").symlink_to("self.c")
    (folder / "gone.c").symlink_to("/nowhere/x.c")
    return ["."]


def _odd_names(folder: Path) -> Sequence[str]:
    names = ["\x1b]0;owned\x07.c", "a\nb.c", "\u202egpj.c", "-rf.c", "$(id).c", "a;b.c", "x" * 250 + ".c"]
    for name in names:
        (folder / name).write_text(program("odd"))
    return ["."]


def _deep_folder(folder: Path) -> Sequence[str]:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(400):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    return ["."]


def _wide_folder(folder: Path) -> Sequence[str]:
    for at in range(20_000):
        (folder / f"f{at}.c").write_text(f"int f{at}(void) {{ return {at}; }}\n")
    return ["."]


GROUPS: dict[str, Callable[[], Iterator[Bomb]]] = {
    "nesting": nesting,
    "preprocessor": macros,
    "includes": includes,
    "size": sizes,
    "analysis": analyses,
    "other files": around,
}


def check(words: Sequence[str], folder: Path, front_end: str) -> Ran:
    """Runs `lwslint check` in a folder, and ends it where it takes too long."""
    command = [
        sys.executable,
        "-m",
        "lwslint",
        "check",
        "--format",
        "concise",
        "--no-cache",
        "-v",
        "--frontend",
        front_end,
        *words,
    ]
    begin = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            preexec_fn=_limited,
        )
        ended = False
        worked = 0.0
        while True:
            pid, raw, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if not ended:
                worked = _worked(process.pid)
            if not ended and (worked > SECONDS or time.monotonic() - begin > WAIT):
                ended = True
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.2)
        process.returncode = os.waitstatus_to_exitcode(raw)
        status = None if ended else process.returncode
        seconds = time.monotonic() - begin
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    worked = max(worked, usage.ru_utime + usage.ru_stime)
    return Ran(seconds, worked, usage.ru_maxrss << 10, status, text)


def _worked(session: int) -> float:
    """Seconds of processors that the processes of a session have had so far (proc(5))."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(words[3]) == session:
                ticks += sum(map(int, words[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def row(bomb: Bomb, front_end: str, ran: Ran, before: set[str], folder: Path) -> tuple[str, str]:
    """A line of the table, and what is wrong with a run (empty for nothing)."""
    own = (
        bool(re.search(rf"^{re.escape(bomb.unit)}:.*{FINDING}", ran.said, re.MULTILINE))
        if bomb.unit
        else False
    )
    said = [line for line in ran.said.splitlines() if bomb.unit and bomb.unit in line and FINDING not in line]
    named = "error: normal.c: " in ran.said  # which is the bomb itself where a compile database makes it one
    kept = bool(re.search(rf"^(?:\./)?normal\.c:.*{FINDING}", ran.said, re.MULTILINE))
    without = "which nothing can depend on" in ran.said and not _uses_library(folder / "bomb.c")
    refused = ran.status == 2 and bool(re.search("^lwslint: error:", ran.said, re.MULTILINE))
    written = sorted({path.name for path in folder.iterdir()} - before)
    wrong = [
        "hangs" * (ran.status is None),
        "traceback" * ("Traceback" in ran.said or "internal error" in ran.said),
        "please report" * ("please report" in ran.said),
        f"status {ran.status}" * (ran.status not in (0, 1, 2, None)),
        "slow" * (ran.worked > SLOW),
        "memory" * (ran.memory > 2.2e9),
        "finding lost" * (not kept and not refused and not named),
        "silent" * (bool(bomb.unit == "bomb.c") and not (own or said or refused or without)),
        "escape" * ("\x1b" in ran.said),
        f"wrote {written}" * bool(written),
    ]
    end = "ended" if ran.status is None else str(ran.status)
    word = "refused" if refused else ("yes" if said else "no")
    cells = [
        bomb.name,
        front_end,
        f"{ran.seconds:.1f}",
        f"{ran.worked:.1f}",
        f"{ran.memory / 1e6:.0f}",
        end,
        word,
        "yes" if own else "no",
        "yes" if kept else ("refused" if refused else "NO"),
    ]
    return f"| {' | '.join(cells)} |", ", ".join(filter(None, wrong))


def _uses_library(path: Path) -> bool:
    """Whether there is anything to find in a bomb."""
    return path.exists() and b"lws" in path.read_bytes()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--group", choices=list(GROUPS), help="only these bombs")
    parser.add_argument("--only", default="", help="only bombs whose name has this in it")
    parser.add_argument("--frontend", choices=FRONT_ENDS, help="only this front end")
    parser.add_argument("--say", action="store_true", help="print the first lines of what each run says")
    options = parser.parse_args()
    print("| bomb | front end | seconds | CPU s | MB | status | unit named | its finding | normal finding |")
    print("|---|---|--:|--:|--:|--:|---|---|---|")
    worst = []
    for group, bombs in GROUPS.items():
        if options.group and group != options.group:
            continue
        for bomb in bombs():
            if options.only not in bomb.name:
                continue
            for front_end in [options.frontend] if options.frontend else FRONT_ENDS:
                with tempfile.TemporaryDirectory() as name:
                    folder = Path(name)
                    (folder / "normal.c").write_text(program("normal"))
                    words = bomb.lay(folder)
                    before = {path.name for path in folder.iterdir()}
                    ran = check(words, folder, front_end)
                    line, wrong = row(bomb, front_end, ran, before, folder)
                print(f"{line} {wrong}", flush=True)
                if options.say:
                    print("\n".join(f"    {one[:200]!r}" for one in ran.said.splitlines()[:6]), flush=True)
                if wrong:
                    worst.append(f"{bomb.name} ({front_end}): {wrong}")
    print("\n" + ("\n".join(worst) or "All ended, within bounds, and said what was not read."))
    return int(bool(worst))


if __name__ == "__main__":
    sys.exit(main())
