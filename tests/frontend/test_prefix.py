"""What a unit may begin with and still be precompiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from lwslint import ir
from lwslint.frontend import ReadRequest, read
from lwslint.frontend.clang import parse
from lwslint.frontend.prefix import Prefix, header, leading


def test_includes_alone() -> None:
    found = leading(b"/* c */\n#include <stdio.h>\n// x\n#include <libwebsockets.h>\nint x;")
    assert found == Prefix(("#include <stdio.h>", "#include <libwebsockets.h>"), 0, (), ())


def test_conditionals_and_definitions() -> None:
    found = leading(b"#if !defined (X)\n#define A\n#define B 2\n#include <libwebsockets.h>\n#endif\n")
    assert found is not None
    assert (found.open, found.unless, found.defined) == (1, ("X",), (("A", ""), ("B", "2")))


@pytest.mark.parametrize(
    "text",
    [
        '#include "own.h"\n#include <libwebsockets.h>\n',
        "#if 1\n#include <libwebsockets.h>\n#endif\n",
        "#ifdef X\n#include <libwebsockets.h>\n#endif\n",
        "#define F(x) x\n#include <libwebsockets.h>\n",
        "#define F other\n#include <libwebsockets.h>\n",
        "#undef X\n#include <libwebsockets.h>\n",
        "#pragma pack(1)\n#include <libwebsockets.h>\n",
        "#ifndef X\n#else\n#include <libwebsockets.h>\n#endif\n",
        "int x;\n#include <libwebsockets.h>\n",
        "int x;",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert leading(text.encode()) is None


@pytest.mark.parametrize(
    ("start", "library", "good"),
    [
        ("#define A 1\n", "int x;", True),
        ("#define A 1\n", "#undef A\n", False),
        ("#define A 1\n", "#undef A\n#define A 2\n", False),
        ("#define A\n", "#undef A\n#define A 2\n", False),
        ("#ifndef A\n", "int x;", True),
        ("#ifndef A\n", "#define A\n", False),
    ],
)
def test_a_prefix_that_means_something_else_the_second_time_has_an_error(
    start: str, library: str, good: bool
) -> None:
    prefix = leading(f"{start}#include <libwebsockets.h>\n".encode())
    assert prefix is not None
    files = {"/p/x.h": header(prefix), "/i/libwebsockets.h": library}
    with parse.parsed("/p/x.h", ["-xc", "-w", "-nostdinc", "-I/i"], files, precompile=True) as unit:
        assert unit is not None
        assert (not parse.errors(unit)) is good


_BODY = """
void f(struct lws_context_creation_info *info) { info->port = LOCAL; lws_create_context(info); }
"""


@pytest.mark.parametrize(
    "start",
    [
        "#if !defined(STATIC)\n#define LOCAL 3\n#include <libwebsockets.h>\n#endif\n",
        "#define LOCAL 0x10\n#include <string.h>\n#include <libwebsockets.h>\n",
        "#ifndef LOCAL\n#define LOCAL 1\n#endif\n#include <libwebsockets.h>\n",
    ],
)
def test_results_with_and_without_are_equal(
    start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    requests = []
    for number in range(2):
        (tmp_path / f"unit{number}.c").write_text(start + _BODY)
        requests.append(ReadRequest(str(tmp_path / f"unit{number}.c"), str(tmp_path), ()))
    with_ = [reading.unit for reading in read(requests, 1)]
    without = [reading.unit for reading in read(requests, 1, precompile=False)]
    assert with_ == without
    for unit in with_:
        assert unit is not None
        assert [function.name for function in unit.functions] == ["f"]
        assert not [note for note in unit.notes if note.kind is ir.NoteKind.BROKEN]
