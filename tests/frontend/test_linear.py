"""What is looked for in texts before a parser sees them takes time in proportion to their length."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from lwslint.frontend import inputs, lexing, limits
from lwslint.frontend.clang.errors import ReadError
from lwslint.frontend.clang.undeclared import declarations
from lwslint.frontend.included import headers
from lwslint.frontend.outline import outline
from lwslint.frontend.prefix import leading
from lwslint.frontend.request import ReadRequest
from lwslint.sources.includes import Includes
from lwslint.texts import Texts

SIZE = 1_000_000
"""Bytes: what is quadratic needs minutes for so many."""
SECONDS = 15.0

TEXTS = {
    "digits": b"9",
    "hexadecimal digits": b"0x" + b"f" * 40,
    "rows of operators": b"x = " + b"- " * 499 + b"y;",
    "operators far apart": b"-" + b" " * 2000,
    "commas far apart": b"," + b" " * 3000,
    "carriage returns": b"\r",
    "brackets": b"[a",
    "stars": b"* const ",
    "quotes": b'"',
    "splices": b"\\\n",
    "backslashes and blanks": b"\\ ",
    "comments that open": b"/*",
    "directives in a line": b"#/**/",
    "includes in a line": b"#include <",
    "includes": b'\n#include "',
    "includes far apart": b"include" + b" " * 3000,
    "questions for headers": b"__has_include(<",
    "uses of an undeclared name": b"name(",
    "uses of an undeclared struct": b"struct name ",
    "names of the library": b"lws_x ",
}


def _source(data: bytes) -> object:
    return inputs._source(data)


def _headers(data: bytes) -> object:
    return headers([ReadRequest("/a.c", "/", ("-I/nowhere",))], [data], Texts())


def _undeclared(data: bytes) -> object:
    told = ("use of undeclared identifier 'name'", "variable has incomplete type 'struct name'")
    return declarations([ReadError(one, "", None) for one in told], data)


def _guessed(data: bytes) -> object:
    return Includes(Path("/nowhere"), Texts()).folders("/nowhere/a.c", data, ())


SCANS: Iterable[Callable[[bytes], object]] = (
    limits.too_deep,
    lexing.unreadable,
    lexing.with_line_feeds,
    lexing.library_names,
    lexing.uses_library,
    lexing.conditionals,
    leading,
    outline,
    _source,
    _headers,
    _undeclared,
    _guessed,
)


@pytest.mark.parametrize("scan", [pytest.param(one, id=one.__name__.strip("_")) for one in SCANS])
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in TEXTS.items()])
def test_scans_are_linear(scan: Callable[[bytes], object], text: bytes) -> None:
    data = (text * (SIZE // len(text) + 1))[:SIZE]
    begin = time.process_time()
    scan(data)
    assert time.process_time() - begin < SECONDS


def test_rows_of_operators_are_found_with_blanks_and_without() -> None:
    for row in (b"-" * 501, b"- " * 501, b"!~-+&\n" * 101):
        assert "unary operators" in limits.too_deep(b"int x = " + row + b"1;")
        assert not limits.too_deep(b"int x; /* " + row + b" */")
    assert not limits.too_deep((b"int x = " + b"- " * 500 + b"1;") * 3)


def test_carriage_returns_in_a_row_end_lines_each() -> None:
    assert lexing.with_line_feeds(b"a\r\rb\r\r\nc\rd\r") == b"a\n\nb\r\r\nc\nd\r"
