"""The preprocessor of the pycparser front end: what text comes out, where it is seen, what is refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lwslint.errors import LwslintError
from lwslint.frontend import headers
from lwslint.frontend.clang import shims
from lwslint.frontend.clang.places import File
from lwslint.frontend.pure.preprocess import Preprocessor, Sources
from lwslint.frontend.pure.target import target_of


def preprocessed(text: str, *arguments: str, files: dict[str, str] | None = None) -> Preprocessor:
    """A text, with other files beside it."""
    own = {f"/src/{name}": each for name, each in (files or {}).items()}
    virtual = {**shims.FILES, **headers.model_files(""), **own}
    sources = Sources(virtual, lambda path, foreign: not foreign, lambda path: 0)
    main = File(0, "/src/unit.c", 0, text.encode("utf-8", "surrogateescape"), 0)
    sources.files["/src/unit.c"] = main
    made = Preprocessor(sources, arguments, "/src", target_of(arguments), model="")
    made.run("/src/unit.c", main)
    return made


def tokens(text: str, *arguments: str, files: dict[str, str] | None = None) -> str:
    """The tokens of a text, with single blanks between them."""
    return " ".join(token.text for token in preprocessed(text, *arguments, files=files).tokens)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("#define A 1\nA B", "1 B"),
        ("#define A B\n#define B A\nA B", "A B"),
        ("#define F(x) x + x\nF(1) F (2) F", "1 + 1 2 + 2 F"),
        ("#define F(x, y) y x\nF((a, b), c)", "c ( a , b )"),
        ("#define F() e\nF() F( )", "e e"),
        ("#define f(x) x\nf(f)(1) f(f(2))", "f ( 1 ) 2"),
        ('#define S(x) #x\nS(a  + "b\\n") S()', '"a + \\"b\\\\n\\"" ""'),
        ("#define C(a, b) a ## b\nC(x, 1) C(x,) C(,y) C(,)", "x1 x y"),
        ("#define C(a, b) a ## b\n#define AB 7\nC(A, B)", "7"),
        ("#define N 3\n#define S(x) #x\n#define X(x) S(x)\nS(N) X(N)", '"N" "3"'),
        ("#define L(f, ...) p(f, __VA_ARGS__)\nL(a, b, c)", "p ( a , b , c )"),
        ("#define L(f, ...) p(f, ##__VA_ARGS__)\nL(a) L(a, b)", "p ( a ) p ( a , b )"),
        ("#define L(f, r...) p(f, ##r)\nL(a) L(a, b, c)", "p ( a ) p ( a , b , c )"),
        ("#define L(f, ...) p(f __VA_OPT__(,) __VA_ARGS__)\nL(a) L(a, b)", "p ( a ) p ( a , b )"),
        ("#define A 1\n#undef A\nA", "A"),
        ("#define F(x) \\\n  x \\\n  x\nF(1)", "1 1"),
        ("#define F(x) x\nF(\n1\n)", "1"),
        ("a /* b \n c */ d // e \\\n f\ng", "a d g"),
        ("%:define A <: :>\nA", "[ ]"),
        ("__LINE__\n\n__LINE__ __COUNTER__ __COUNTER__", "1 3 0 1"),
    ],
)
def test_macros(text: str, given: str) -> None:
    assert tokens(text) == given


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("1", True),
        ("0", False),
        ("UNKNOWN", False),
        ("defined(A) && !defined B", True),
        ("A == 0x10 && A >> 2 == 4", True),
        ("1 ? 0 : 1", False),
        ("-1 > 0u", True),
        ("-1 < 0", True),
        ("(2 + 3) * 4 % 7 == 6", True),
        ("'a' == 97 && '\\n' == 10 && '\\x41' == 'A'", True),
        ("1 || 1 / 0", True),
        ("18446744073709551615u == -1", True),
        ("F(2) == 3", True),
        ('__has_include(<stdio.h>) && __has_include("own.h") && !__has_include(<none.h>)', True),
        ("defined __has_include", True),
        ("__STDC_VERSION__ >= 199901L && __GNUC__ >= 4", True),
        ("1 +", False),
        ("", False),
    ],
)
def test_conditions(condition: str, holds: bool) -> None:
    text = f"#define A 16\n#define F(x) (x + 1)\n#if {condition}\nyes\n#else\nno\n#endif"
    assert tokens(text, files={"own.h": ""}) == ("yes" if holds else "no")


def test_groups_of_conditionals() -> None:
    text = "#if {}\na\n#elif {}\nb\n#elif 1\nc\n#else\nd\n#endif"
    assert [tokens(text.format(*each)) for each in ((1, 1), (0, 1), (0, 0))] == ["a", "b", "c"]
    assert tokens("#if 0\n#if 1\na\n#else\nb\n#endif\n#error no\n#include <none.h>\n#else\nc\n#endif") == "c"
    assert tokens("#ifdef A\na\n#endif\n#ifndef A\nb\n#endif\n#ifdef __linux__\nc\n#endif") == "b c"


def test_includes() -> None:
    files = {"a.h": '#pragma once\n#include "sub/b.h"\na', "sub/b.h": '#include "c.h"\nb', "sub/c.h": "c"}
    assert (
        tokens('#include "a.h"\n#include "a.h"\n#define H <a.h>\n#include H\nx', "-I.", files=files)
        == "c b a x"
    )
    made = preprocessed('#include <none.h>\n#include "nor.h"\nx')
    assert [each.message for each in made.diagnostics] == [
        "'none.h' file not found",
        "'nor.h' file not found",
    ]
    assert [token.text for token in made.tokens] == ["x"]


def test_flags() -> None:
    assert tokens("A B C D", "-DA", "-D", "B=2", "-DC=3", "-UC", files={}) == "1 2 C D"
    assert tokens("x", "-include", "own.h", files={"own.h": "own"}) == "own x"
    assert tokens("#if __SIZEOF_POINTER__ == 4\nsmall\n#endif", "-m32") == "small"
    assert tokens("#if __SIZEOF_POINTER__ == 4\nsmall\n#endif", "--target=arm-none-eabi") == "small"


def test_headers_of_the_model_are_kept_apart() -> None:
    made = preprocessed("#include <string.h>\n#include <stdio.h>\nint x;")
    assert [token.text for token in made.tokens] == ["int", "x", ";"]
    assert any("memset" in layer.names.others for layer in made.layers)
    assert any("size_t" in layer.names.typedefs for layer in made.layers)
    assert preprocessed("#include <string.h>\nint y;").layers[0] is made.layers[0]


def test_places_are_what_a_person_sees() -> None:
    made = preprocessed("#define ZERO 0\n#define CALL(x) call(x, ZERO)\n  CALL(arg) ;")
    seen = {token.text: (*token.file.place(token.start), token.end - token.start) for token in made.tokens}
    assert seen["call"] == (3, 3, 9)
    assert seen["arg"] == (3, 8, 3)
    assert seen["0"] == (3, 3, 9)
    assert seen[";"] == (3, 13, 1)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"#define A{n + 1} A{n} A{n} A{n} A{n}\n" for n in range(40)) + "#define A0 x\nA40",
        "".join(f"#define F{n + 1}(x) F{n}(x x)\n" for n in range(60)) + "#define F0(x) x\nF60(y)",
    ],
    ids=["objects", "arguments"],
)
def test_macro_bombs_end(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(LwslintError, match="too much text"):
        preprocessed(text)
    assert time.monotonic() - start < 60


def test_includes_of_itself_end() -> None:
    made = preprocessed('#include "unit.c"\nx')
    assert any("nested too deeply" in each.message for each in made.diagnostics)
    with pytest.raises(LwslintError, match="too much text"):
        preprocessed('#include "a.h"', files={"a.h": '#include "a.h"\n#include "a.h"\n'})


@pytest.mark.parametrize(
    "text",
    [
        "#",
        "#if",
        "#else\nx",
        "#endif\nx",
        "#if 1\nx",
        "#define",
        "#define F(",
        "#include",
        "#include <",
        "##",
        "#define F(x) #x ##\nF(",
        '"open\nx',
        "'",
        "/* open",
        "\\",
        "#if (((",
        "#undef",
        "\u0000",
        "#pragma",
        "#line 3",
    ],
)
def test_torn_text_is_no_error_of_ours(text: str) -> None:
    preprocessed(text)


def test_trigraphs_and_a_byte_order_mark(tmp_path: Path) -> None:
    assert tokens("??=define A ??(\nA", "-std=c99") == "["
    assert tokens("\ufeffx") == "x"
