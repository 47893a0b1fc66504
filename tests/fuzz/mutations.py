"""Texts of C made odd: by tokens, statements, lines, braces, the preprocessor, functions and bytes.

Every mutation takes a source of chance, a text and the texts that it may borrow from. The same chance makes
the same text, so an input is known by its number. Most of what is made still looks like C, so that it gets
past the parsers; what bytes come to is left to few of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

Mutation = Callable[[Random, str, Sequence[str]], str]
"""Makes another text of one, with others to borrow from; bytes that are no UTF-8 are lone surrogates."""

LONGEST: Final = 200_000
"""Characters of a mutated text; what has grown beyond that is cut."""

MARKERS: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "' onmouseover='alert(3)",
    "</textarea></style><svg onload=alert(4)>",
    "]]><!--<script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(5)",
    "%0A::error file=x::pwned",
    "\x1b]0;title\x07\x1b[31m",
    "‮txet‬⁦",
    "\udcff\udc80",
)
"""Texts that do harm where they are not escaped."""

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?
    |[A-Za-z_]\w*|\.?\d[\w.]*|->|\+\+|--|<<=|>>=|<<|>>|[<>=!+\-*/%&|^]=|&&|\|\||\.\.\.|\#\#|\s+|.""",
    re.DOTALL | re.VERBOSE,
)
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_FUNCTION = re.compile(r"^[A-Za-z_][^;{}#\n]*\([^;{}#]*\)\n\{\n.*?^\}\n", re.DOTALL | re.MULTILINE)
_DEFINED = re.compile(r"(\w+)\(")
_STATEMENT = re.compile(r"^[ \t]+[^\n{}#]*;[^\n]*\n", re.MULTILINE)
_CALL = re.compile(r"\blws\w+(?=\()")

NUMBERS: Final = (
    "0",
    "-1",
    "1",
    "2",
    "0x7fffffff",
    "0x80000000",
    "0xffffffffffffffffULL",
    "99999999999999999999999999999999999",
    "0b101",
    "0777777777777777777777777",
    "08",
    "1e400",
    "0x1p-99999",
    "1'000'000",
    "1.5f",
    "-9223372036854775808",
    "'\\xffff'",
    "'abcd'",
    "L'\\U0010ffff'",
    "1u7z",
)
LITERALS: Final = (
    '"\\x"',
    '"\\u12"',
    '"\\777\\xfffff"',
    'L"wide" "narrow"',
    'u8"\\U00110000"',
    '"a" "b" L"c"',
    "(char[]){1,2}",
    "(struct lws_context_creation_info){ .port = 1, .port = 2 }",
    "(struct lws_protocols[]){ { 0 }, { .name = 0 } }",
    "({ int x = 1; x; })",
    "_Generic(0, int: 1, default: 2)",
    "sizeof(int[(1ull << 60)])",
    "&&label",
    "__func__",
    "__builtin_offsetof(struct lws_context_creation_info, port)",
    "(void *)0",
    "NULL",
    "&info",
    "*&*&x",
    "(x)(y)(z)",
)
OPERATORS: Final = (
    *"+-*/%&|^~!=<>.,?:;()[]{}#\\@`$",
    *(
        "->",
        "++",
        "--",
        "&&",
        "||",
        "==",
        "!=",
        "<=",
        ">=",
        "|=",
        "&=",
        "+=",
        "-=",
        "<<=",
        ">>=",
        "...",
        "##",
    ),
)
DIRECTIVES: Final = (
    "#if 1",
    "#if 0",
    "#if (",
    "#if 1/0",
    "#if defined(",
    "#if __has_include(<libwebsockets.h>)",
    "#if 99999999999999999999 > 1u",
    "#if A(1)(2)",
    "#ifdef X",
    "#ifndef",
    "#elif 1",
    "#elifdef X",
    "#else",
    "#endif",
    "#endif // and more",
    "#define A A",
    "#define A B\n#define B A",
    "#define A(x) x A(x)",
    "#define A(x, ...) A(__VA_ARGS__, x)",
    "#define CAT(a, b) a##b\nCAT(/, *)\nCAT(, )\nCAT(lws_, create_context)",
    '#define STR(x) #x\nSTR(")',
    "#define if while",
    "#define int",
    "#define main(x",
    "#define lws_create_context(x) lws_create_context(lws_create_context(x))",
    "#define LWS_CALLBACK_CLOSED",
    "#define E1 (E0 + E0)\n#define E2 E1 E1 E1 E1\n#define E3 E2 E2 E2 E2\n#define E4 E3 E3 E3 E3",
    "#define NULL (lws_context_destroy(0), (void *)0)",
    "#define info (*pick())",
    "#undef NULL",
    "#undef",
    "#include <libwebsockets.h>",
    "#include <string.h>",
    "#include __FILE__",
    '#include "input.c"',
    '#include "."',
    '#include "/dev/null"',
    '#include "missing.h"',
    "#include <",
    "#include",
    "#include NAME",
    "#include_next <string.h>",
    "#import <string.h>",
    "#line 0",
    "#line 4000000000",
    '#line 7 "other.c"',
    '#line 1 "<script>alert(1)</script>.c"',
    '# 33 "input.c" 3',
    "#pragma once",
    "#pragma GCC system_header",
    "#pragma pack(push, 1)",
    "#pragma clang attribute push",
    "#pragma GCC poison lws_create_context",
    '_Pragma("once")',
    '_Pragma("GCC system_header")',
    "#error stop",
    '#warning "x"',
    '#ident "x"',
    "#assert x(y)",
    '#embed "input.c"',
    "#unknown",
    "#",
    "%:define X",
    "??=define Y",
    '__asm__(".include \\"/etc/passwd\\"");',
    '_Static_assert(0, "no");',
)
DECLARATIONS: Final = (
    "int;",
    "struct;",
    "struct s { struct s s; };",
    "struct s { struct s *s; struct { int a; }; int b : 99; int c : 0; };",
    "union u { struct lws_context_creation_info i; int n; };",
    "enum { A = B, B = A };",
    "enum e;",
    "typedef int lws_create_context;",
    "typedef struct lws_context_creation_info T; T T;",
    "int a[-1];",
    "int a[] = { [1000000000] = 1 };",
    "int a[2] = { [0 ... 99999] = 1 };",
    "int f(), f(int), f(char);",
    "int (*(*f)(int))(int (*)(void));",
    "int x = x;",
    "extern struct lws_context_creation_info info;",
    "static struct lws_context_creation_info info, *ip = &info;",
    "struct lws_context *context = lws_create_context(&info);",
    "int main(void);",
    "int main(a, b) int a; char **b; { return main(a, b); }",
    "void g(int n, int a[n][n]) { int b[n]; (void)b; }",
    "__attribute__((constructor)) static void c(void) { c(); }",
    '__attribute__((alias("g"))) void h(void);',
    "_Atomic int at; _Thread_local int tl; _Noreturn void nr(void);",
    "int n(void) { int f(void) { return 1; } return f(); }",
    "auto v = 1; constexpr int ce = 2;",
    "[[nodiscard]] int nd(void);",
    "void (^block)(void) = ^{ };",
    "inline int i(void) { goto x; x:; }",
    "template <class T> T t(T); class C { };",
)
STATEMENTS: Final = (
    "return;",
    "return 0;",
    "break;",
    "continue;",
    "goto again;",
    "again:;",
    "case LWS_CALLBACK_CLIENT_CLOSED:",
    "case 1 ... 1000000:",
    "case 5: case 5: default: default:",
    "default:;",
    "for (;;)",
    "while (1)",
    "do",
    "else",
    "if (0)",
    "switch (reason)",
    "switch (0) { int z; case 0: z = 1; }",
    "goto *(&&again);",
    "exit(1);",
    "abort();",
    "fork();",
    "main();",
    "lws_create_context(0);",
    "lws_context_destroy(lws_create_context(&info));",
    "memset(&info, 0, sizeof info);",
    "memset(0, 0, -1);",
    "memcpy(&info, &info, sizeof(info));",
    "info = info;",
    "*(int *)&info = 1;",
    "free(context); free(context);",
    "longjmp(0, 1);",
    "(void)({ for (;;) { break; } 1; });",
    'asm goto("" : : : : again);',
    '_Static_assert(sizeof(info) > 1, "");',
    "int fresh = fresh++ + ++fresh;",
    "struct lws_context_creation_info info;",
    "lws_sul_schedule(context, 0, &sul, cb, 1);",
    "pthread_create(0, 0, 0, 0);",
    "a ? b : c ? d : e;",
    "x = y = z = x;",
    "(*fp[0])(fp)(fp);",
)
COMMENTS: Final = (
    "// lwslint: ignore[LWS103] known",
    "// lwslint: ignore-next-line[LWS101,stale-creation-info,LWS9]",
    "// lwslint: ignore-begin[LWS1] from here",
    "// lwslint: ignore-end[LWS1]",
    "// lwslint: ignore-file[LWS]",
    "/* lwslint: ignore[",
    "// lwslint: ignore[]]]] \\",
    "/* lwslint: ignore-begin[LWS900] */",
    "// lwslint: ignore[LWS900] lwslint: ignore[LWS900]",
)
BYTES: Final = (
    "\0",
    "\udcff",
    "\udcc3(",
    "\r",
    "\r\n",
    "\ufeff",
    "\f",
    "\v",
    "\x1a",
    "\x7f",
    "\u2028",
    "é",
    "世",
)


# Parts of a text


def tokens(text: str) -> list[str]:
    """A text as tokens, blanks and comments, which joined make it again."""
    return _TOKEN.findall(text)


def _at(
    rng: Random, parts: Sequence[str], good: Callable[[str], bool] = lambda part: not part.isspace()
) -> int:
    """The number of one part that is good, of any if none is; there must be one."""
    for _ in range(20):
        at = rng.randrange(len(parts))
        if good(parts[at]):
            return at
    return rng.randrange(len(parts))


def _names(text: str) -> list[str]:
    return [token for token in tokens(text) if _NAME.match(token)]


# Tokens


def drop_token(rng: Random, text: str, others: Sequence[str]) -> str:
    """Leave one to four tokens in a row out."""
    parts = tokens(text)
    at = _at(rng, parts)
    del parts[at : at + rng.choice((1, 1, 1, 2, 4))]
    return "".join(parts)


def double_token(rng: Random, text: str, others: Sequence[str]) -> str:
    """Write one token again."""
    parts = tokens(text)
    at = _at(rng, parts)
    parts.insert(at, f"{parts[at]} ")
    return "".join(parts)


def swap_tokens(rng: Random, text: str, others: Sequence[str]) -> str:
    """Two tokens change places."""
    parts = tokens(text)
    one, other = _at(rng, parts), _at(rng, parts)
    parts[one], parts[other] = parts[other], parts[one]
    return "".join(parts)


def borrow_token(rng: Random, text: str, others: Sequence[str]) -> str:
    """A token of another text takes the place of one."""
    parts, theirs = tokens(text), tokens(rng.choice(others))
    parts[_at(rng, parts)] = theirs[_at(rng, theirs)]
    return "".join(parts)


def other_name(rng: Random, text: str, others: Sequence[str]) -> str:
    """A name of this text, or of another, takes the place of a name: it still parses."""
    parts = tokens(text)
    names = _names(text if rng.random() < 0.7 else rng.choice(others)) or ["x"]
    parts[_at(rng, parts, lambda part: bool(_NAME.match(part)))] = rng.choice(names)
    return "".join(parts)


def rename(rng: Random, text: str, others: Sequence[str]) -> str:
    """One name becomes another throughout."""
    old, new = rng.choice(_names(text) or ["x"]), rng.choice(_names(rng.choice([text, *others[:1]])) or ["x"])
    return "".join(new if part == old else part for part in tokens(text))


def odd_number(rng: Random, text: str, others: Sequence[str]) -> str:
    """An odd number takes the place of a number."""
    parts = tokens(text)
    parts[_at(rng, parts, lambda part: part[0].isdigit())] = rng.choice(NUMBERS)
    return "".join(parts)


def odd_literal(rng: Random, text: str, others: Sequence[str]) -> str:
    """An odd literal or expression takes the place of a name or a number."""
    parts = tokens(text)
    parts[_at(rng, parts, lambda part: part[0].isalnum() or part[0] in "\"'")] = rng.choice(LITERALS)
    return "".join(parts)


def other_operator(rng: Random, text: str, others: Sequence[str]) -> str:
    """An operator takes the place of an operator."""
    parts = tokens(text)
    parts[_at(rng, parts, lambda part: not part[0].isalnum() and not part.isspace())] = rng.choice(OPERATORS)
    return "".join(parts)


def marker(rng: Random, text: str, others: Sequence[str]) -> str:
    """Text that does harm where it is not escaped: in a literal, a comment or a name."""
    parts, harm = tokens(text), rng.choice(MARKERS)
    at = _at(rng, parts, lambda part: part[0] in '"/' and len(part) > 1)
    if parts[at][0] == '"':
        quoted = harm.replace('"', '\\"')
        parts[at] = f'"{quoted}"'
    else:
        parts[at] += f" /* {harm} */ "
    return "".join(parts)


def deep(rng: Random, text: str, others: Sequence[str]) -> str:
    """One short piece many times over, so that something is nested deep or long in a row."""
    parts = tokens(text)
    at = _at(rng, parts)
    count = rng.choice((3, 10, 40, 150, 400, 1200, 4000))
    before, after = rng.choice(
        (
            ("(", ")"),
            ("(", ""),
            ("{", "}"),
            ("{", ""),
            ("-", ""),
            ("!", ""),
            ("*", ""),
            ("&", ""),
            ("", "[0]"),
            ("", "()"),
            ("", "->x"),
            ("", "++"),
            ("", " + 1"),
            ("", ", 1"),
            ("a ? ", " : b"),
            ("(int)", ""),
            ("sizeof ", ""),
            ("if (x) ", ""),
            ("while (1) ", ""),
            ("for (;;) {", "}"),
            ("switch (x) case 1: ", ""),
            ("do ", " while (0);"),
            ("x: ", ""),
            ("struct {", "} x;"),
            ("f(", ")"),
            ("/*", ""),
            ("'", ""),
            ('"a" ', ""),
            ("#if 1\n", "\n#endif\n"),
            ("\\\n", ""),
            ("static ", ""),
            ("__attribute__((unused)) ", ""),
            ("else if (y) ; ", ""),
        )
    )
    parts[at] = before * count + parts[at] + after * count
    return "".join(parts)


# Statements and lines


def move_statement(rng: Random, text: str, others: Sequence[str]) -> str:
    """A statement goes, or is copied, to where another one stands."""
    found = list(_STATEMENT.finditer(text))
    if len(found) < 2:
        return move_line(rng, text, others)
    one, other = rng.choice(found), rng.choice(found)
    copied = text[: other.start()] + one[0] + text[other.start() :]
    if rng.random() < 0.5 or one.start() >= other.start():
        return copied
    return copied[: one.start()] + copied[one.end() :]


def borrow_statement(rng: Random, text: str, others: Sequence[str]) -> str:
    """A statement of another text stands here, too."""
    found = list(_STATEMENT.finditer(text))
    theirs: list[str] = _STATEMENT.findall(rng.choice(others))
    if not found or not theirs:
        return move_line(rng, text, others)
    at = rng.choice(found).start()
    return text[:at] + rng.choice(theirs) + text[at:]


def odd_statement(rng: Random, text: str, others: Sequence[str]) -> str:
    """An odd statement, alone or with the next one in it."""
    found = list(_STATEMENT.finditer(text))
    if not found:
        return move_line(rng, text, others)
    at = rng.choice(found).start()
    return f"{text[:at]}    {rng.choice(STATEMENTS)}\n{text[at:]}"


def wrap_statement(rng: Random, text: str, others: Sequence[str]) -> str:
    """A statement gets a branch, a loop or a block around it."""
    found = list(_STATEMENT.finditer(text))
    if not found:
        return move_line(rng, text, others)
    one = rng.choice(found)
    before, after = rng.choice(
        (
            ("if (argc)", ""),
            ("for (;;)", ""),
            ("while (rand()) {", "}"),
            ("do {", "} while (x);"),
            ("switch (reason) { case 0:", "}"),
            ("{", "}"),
            ("if (!context) {", "} else { return 0; }"),
            ("for (int i = 0; i < 3; i++) {", "continue; }"),
            ("back: ", "goto back;"),
            ("if (0) { skip:", "} goto skip;"),
        )
    )
    return f"{text[: one.start()]}{before}\n{one[0]}{after}\n{text[one.end() :]}"


def other_call(rng: Random, text: str, others: Sequence[str]) -> str:
    """One call of the library becomes another one."""
    calls = list(_CALL.finditer(text))
    theirs: list[str] = _CALL.findall(rng.choice(others)) or ["lws_service"]
    if not calls:
        return other_name(rng, text, others)
    one = rng.choice(calls)
    return text[: one.start()] + rng.choice(theirs) + text[one.end() :]


def drop_line(rng: Random, text: str, others: Sequence[str]) -> str:
    """Leave a line, or a few, out."""
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    del lines[at : at + rng.choice((1, 1, 2, 5))]
    return "".join(lines)


def double_line(rng: Random, text: str, others: Sequence[str]) -> str:
    """Write a few lines again, once or many times."""
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    some = lines[at : at + rng.choice((1, 1, 3, 8))]
    lines[at:at] = some * rng.choice((1, 1, 1, 2, 30))
    return "".join(lines)


def move_line(rng: Random, text: str, others: Sequence[str]) -> str:
    """A line goes elsewhere."""
    lines = text.splitlines(keepends=True)
    line = lines.pop(rng.randrange(len(lines)))
    lines.insert(rng.randint(0, len(lines)), line)
    return "".join(lines)


def splice_line(rng: Random, text: str, others: Sequence[str]) -> str:
    """A line is joined to the next, by a backslash or with nothing between."""
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    lines[at] = lines[at].rstrip("\r\n") + rng.choice(("\\\n", "\\ \n", "\\\r\n", "??/\n", ""))
    return "".join(lines)


def cut(rng: Random, text: str, others: Sequence[str]) -> str:
    """The text ends early, or begins late."""
    at = rng.randrange(len(text))
    return text[:at] if rng.random() < 0.7 else text[at:]


# Braces


def drop_brace(rng: Random, text: str, others: Sequence[str]) -> str:
    """One bracket of any kind is not there."""
    parts = tokens(text)
    del parts[_at(rng, parts, lambda part: part in "(){}[]")]
    return "".join(parts)


def odd_brace(rng: Random, text: str, others: Sequence[str]) -> str:
    """One bracket more, or another one in its place."""
    parts = tokens(text)
    at = _at(rng, parts, lambda part: part in "(){}[];")
    brace = rng.choice("(){}[];")
    parts[at] = brace if rng.random() < 0.5 else parts[at] + brace
    return "".join(parts)


# Preprocessor


def directive(rng: Random, text: str, others: Sequence[str]) -> str:
    """An odd directive between two lines."""
    return _between(rng, text, rng.choice(DIRECTIVES))


def conditional(rng: Random, text: str, others: Sequence[str]) -> str:
    """Some lines stand in a branch of a conditional."""
    lines = text.splitlines(keepends=True)
    first = rng.randrange(len(lines))
    last = min(len(lines), first + rng.choice((1, 3, 10, 1000)))
    condition = rng.choice(("0", "1", "X", "defined(LWS_WITH_TLS)", "LWS_LIBRARY_VERSION_NUMBER > 4003000"))
    lines.insert(last, rng.choice(("#endif\n", "#else\n#endif\n", f"#elif {condition}\n#endif\n")))
    lines.insert(first, f"#if {condition}\n")
    return "".join(lines)


def as_macro(rng: Random, text: str, others: Sequence[str]) -> str:
    """Some tokens of a line become what a macro stands for."""
    lines = text.splitlines(keepends=True)
    at = _at(rng, lines)
    parts = tokens(lines[at].rstrip("\n")) or ["x"]
    first = rng.randrange(len(parts))
    last = min(len(parts), first + rng.choice((1, 2, 5, 99)))
    kind = rng.choice(("M", "M()", "M(x)", "M(...)"))
    use = kind.replace("x", rng.choice(parts).strip() or "0").replace("...", "1, 2")
    line = f"{''.join(parts[:first])} {use} {''.join(parts[last:])}\n"
    lines[at] = f"#define {kind} {''.join(parts[first:last])}\n{line}"
    return "".join(lines)


def declaration(rng: Random, text: str, others: Sequence[str]) -> str:
    """An odd declaration between two lines."""
    return _between(rng, text, rng.choice(DECLARATIONS))


def comment(rng: Random, text: str, others: Sequence[str]) -> str:
    """A suppression comment, sound or not, at the end of a line or on its own."""
    return _between(rng, text, rng.choice(COMMENTS) + rng.choice(("", f" {rng.choice(MARKERS)}")))


def _between(rng: Random, text: str, what: str) -> str:
    lines = text.splitlines(keepends=True)
    lines.insert(rng.randint(0, len(lines)), f"{what}\n")
    return "".join(lines)


# Functions


def borrow_function(rng: Random, text: str, others: Sequence[str]) -> str:
    """A function of another text stands between two functions."""
    theirs = _FUNCTION.findall(rng.choice(others))
    own = [found.start() for found in _FUNCTION.finditer(text)] or [len(text)]
    at = rng.choice(own)
    return text[:at] + (rng.choice(theirs) if theirs else "") + text[at:]


def splice_texts(rng: Random, text: str, others: Sequence[str]) -> str:
    """The first functions of this text, and the last ones of another."""
    other = rng.choice(others)
    own = [found.end() for found in _FUNCTION.finditer(text)] or [len(text)]
    theirs = [found.start() for found in _FUNCTION.finditer(other)] or [0]
    return text[: rng.choice(own)] + other[rng.choice(theirs) :]


def swap_bodies(rng: Random, text: str, others: Sequence[str]) -> str:
    """Two functions change their bodies."""
    found = list(_FUNCTION.finditer(text))
    if len(found) < 2:
        return borrow_function(rng, text, others)
    one, other = sorted(rng.sample(found, 2), key=lambda match: match.start())
    head, _, body = one[0].partition("{")
    other_head, _, other_body = other[0].partition("{")
    middle = text[one.end() : other.start()]
    return f"{text[: one.start()]}{head}{{{other_body}{middle}{other_head}{{{body}{text[other.end() :]}"


def recursion(rng: Random, text: str, others: Sequence[str]) -> str:
    """A function calls another one, or itself, where a statement stands."""
    called = [name for found in _FUNCTION.findall(text) if (name := _DEFINED.search(found))]
    statements = list(_STATEMENT.finditer(text))
    if not called or not statements:
        return other_name(rng, text, others)
    at = rng.choice(statements).start()
    return (
        f"{text[:at]}    {rng.choice(called)[1]}({rng.choice(('', '0', 'context', '&info'))});\n{text[at:]}"
    )


def many_functions(rng: Random, text: str, others: Sequence[str]) -> str:
    """A function many times, each under a name of its own and calling the one before."""
    found = list(_FUNCTION.finditer(text))
    if not found:
        return text
    one = rng.choice(found)
    named = _DEFINED.search(one[0])
    if named is None:
        return text
    name = re.compile(rf"\b{named[1]}\b")
    count = rng.choice((2, 5, 20, 60))
    copies = []
    for number in range(count):
        before = named[1] if number == 0 else f"{named[1]}{number - 1}"
        head, _, body = one[0].partition("{")
        call = f"\n    {before}();" if rng.random() < 0.5 else ""
        copies.append(name.sub(f"{named[1]}{number}", head) + "{" + call + body)
    return text[: one.end()] + "\n".join(copies) + text[one.end() :]


# Bytes


def odd_byte(rng: Random, text: str, others: Sequence[str]) -> str:
    """A byte that C has no use for."""
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(BYTES) + text[at:]


def other_byte(rng: Random, text: str, others: Sequence[str]) -> str:
    """A character becomes any byte."""
    at = rng.randrange(len(text))
    return text[:at] + bytes([rng.randrange(256)]).decode("utf-8", "surrogateescape") + text[at + 1 :]


def line_ends(rng: Random, text: str, others: Sequence[str]) -> str:
    """All lines end in another way, or the text begins with a byte order mark."""
    way = rng.choice(("\r\n", "\r", "\n\r", "\f\n", "bom"))
    return f"\ufeff{text}" if way == "bom" else text.replace("\n", way)


FAMILIES: Final[tuple[tuple[int, tuple[Mutation, ...]], ...]] = (
    (
        24,
        (
            drop_token,
            double_token,
            swap_tokens,
            borrow_token,
            other_name,
            other_name,
            rename,
            odd_number,
            odd_literal,
            other_operator,
            marker,
        ),
    ),
    (28, (move_statement, borrow_statement, odd_statement, wrap_statement, other_call)),
    (10, (drop_line, double_line, move_line, splice_line, cut)),
    (8, (drop_brace, odd_brace)),
    (12, (directive, conditional, as_macro, declaration, comment)),
    (12, (borrow_function, splice_texts, swap_bodies, recursion, many_functions)),
    (4, (odd_byte, other_byte, line_ends)),
    (2, (deep,)),
)
"""Mutations of one kind, and how often such a kind comes."""

_WEIGHTS = [weight for weight, _ in FAMILIES]


def mutated(rng: Random, text: str, others: Sequence[str]) -> str:
    """A text after one to eight mutations, few more often than many."""
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4, 8))):
        ((_, family),) = rng.choices(FAMILIES, _WEIGHTS)
        text = rng.choice(family)(rng, text or "int x;\n", others)[:LONGEST]
    return text
