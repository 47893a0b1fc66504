"""Input that is odd, broken or meant to do harm: each ends, and says how."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lwslint.cli import main

USES_LIBRARY = """\
#include <libwebsockets.h>
#include <string.h>
int main(void)
{
    struct lws_context_creation_info info;
    struct lws_context *context;
    memset(&info, 0, sizeof info);
    context = lws_create_context(&info);
    if (!context)
        return 1;
    lws_context_destroy(context);
    return 0;
}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(path: str, data: bytes, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status, and all that was said, for a file with these bytes."""
    Path(path).write_bytes(data)
    status = main([path, "-j1", "--format", "concise"])
    said = "".join(capfd.readouterr())
    assert "Traceback" not in said and "internal error" not in said
    return status, said


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\xef\xbb\xbfint x;\n",
        b"/* caf\xe9 */ int main(void) { return 0; }\n",
        USES_LIBRARY.encode(),
        USES_LIBRARY.encode().replace(b"\n", b"\r\n"),
        USES_LIBRARY.replace("&info, 0", "/* \xe9 */ &info, 0").encode("latin-1"),
    ],
)
def test_odd_but_sound_files_are_clean(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    status, said = check("a.c", data, capfd)
    assert status == 0
    verdict, coverage = said.splitlines()
    assert verdict == "No findings in 1 file."
    read_it = b"libwebsockets" in data
    assert coverage.startswith("1 of 1 file read; " if read_it else "0 of 1 file read; 1 left out")


def test_an_unclosed_brace_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    status, said = check("a.c", USES_LIBRARY.removesuffix("}\n").encode(), capfd)
    assert status == 0
    assert "a.c:" in said and "expected '}'" in said
    assert "not all of it was in sight" in said
    assert main(["a.c", "--strict", "-q", "--format", "concise"]) == 2


def test_a_large_generated_file(capfd: pytest.CaptureFixture[str]) -> None:
    table = (
        "static const unsigned char data[] = {\n"
        + "  0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde,\n" * 115_000
        + "};\n"
    )
    data = (USES_LIBRARY + table).encode()
    assert len(data) > 5_000_000
    assert check("a.c", data, capfd)[0] == 0


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 1000,
        b"\xff\xfe" + "int x;".encode("utf-16-le"),
        b"int x = " + b"(" * 50_000 + b"1" + b")" * 50_000 + b";",
        b"int f(void) " + b"{" * 50_000,
        b'#include "a.c"\n',
        b"#define A A A A A\n#define B A A A A\nB B B\n",
        b"#include <" + b"x" * 5000 + b">\n",
        b"int \x1b[31m;\n",
        b"int a" + b"[1]" * 500 + b";\n",
        random.Random(7).randbytes(3000),
    ],
    ids=["zeros", "utf16", "parentheses", "braces", "self", "macros", "long", "escape", "array", "noise"],
)
def test_files_that_are_no_c_come_to_an_end(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    status, said = check("a.c", data, capfd)
    assert status in (0, 2)
    assert "\x1b" not in said
    assert said
