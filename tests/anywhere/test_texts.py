"""The same findings whatever the line ends and the encoding of a text are, and where its lines go on.

A byte is what a compiler sees: a character of GB18030 whose second byte is a backslash continues a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lwslint.cli import main

FRONT_ENDS = ["clang", "pycparser"]
PROGRAM = """\
#include <libwebsockets.h>
#include <stdio.h>
#include <string.h>
static struct lws_context_creation_info info;
static int start(void)
{
	struct lws_context *cx;
	/* @COMMENT@ */ memset(&info, 0, sizeof info);
	puts("@TEXT@"); info.port = CONTEXT_PORT_NO_LISTEN;
	cx = lws_create_context(&info);
	if (!cx)
		return 1;
	return 0;
}
int main(void)
{
	return start();
}
"""
ASCII = PROGRAM.replace("@COMMENT@", "a comment").replace("@TEXT@", "a text")
CHINESE = PROGRAM.replace("@COMMENT@", "连接服务器").replace("@TEXT@", "中文字符串")
GERMAN = PROGRAM.replace("@COMMENT@", "Größe").replace("@TEXT@", "Lösung für é")

TEXTS: dict[str, bytes] = {
    "plain": ASCII.encode(),
    "no end": ASCII.removesuffix("\n").encode(),
    "crlf": ASCII.replace("\n", "\r\n").encode(),
    "mark": b"\xef\xbb\xbf" + ASCII.encode(),
    "mark and crlf": b"\xef\xbb\xbf" + CHINESE.replace("\n", "\r\n").encode(),
    "utf-8": CHINESE.encode(),
    "gb18030": CHINESE.encode("gb18030"),
    "gb18030 and crlf": CHINESE.replace("\n", "\r\n").encode("gb18030"),
    "latin-1": GERMAN.encode("latin-1"),
    "form feeds": ASCII.replace("{\n", "\f{\n").encode(),
    "digraphs": ASCII.replace("#", "%:").replace("{", "<%").replace("}", "%>").encode(),
}


class Checked:
    """What a run says of a text, in two formats."""

    def __init__(self, data: bytes, frontend: str, capfd: pytest.CaptureFixture[str], *words: str) -> None:
        Path("a.c").write_bytes(data)
        flags = ["-j1", "--no-cache", "--frontend", frontend, "--lws-version", "4.1.6", *words]
        reports = ["--report", "sarif=out.sarif", "--report", "html=out.html", "--report", "gitlab=out.json"]
        self.status = main(["a.c", *flags, *reports, "--format", "json"])
        out, self.err = capfd.readouterr()
        assert "Traceback" not in self.err
        self.json = json.loads(out)
        (run,) = json.loads(Path("out.sarif").read_bytes())["runs"]
        self.regions = [result["locations"][0]["physicalLocation"]["region"] for result in run["results"]]
        self.hashes = [result["partialFingerprints"] for result in run["results"]]

    @property
    def findings(self) -> list[tuple[object, ...]]:
        """Rule, line, message and steps of each."""
        return [
            (
                one["rule"],
                one["place"]["line"],
                one["message"],
                [step["place"]["line"] for step in one["steps"]],
            )
            for one in self.json["findings"]
        ]


PLAIN: dict[str, Checked] = {}
"""What is said of the plain text, by front end; asked once."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("frontend", FRONT_ENDS)
@pytest.mark.parametrize("kind", TEXTS)
def test_texts_make_no_difference(kind: str, frontend: str, capfd: pytest.CaptureFixture[str]) -> None:
    if frontend not in PLAIN:
        PLAIN[frontend] = Checked(TEXTS["plain"], frontend, capfd)
    expected = PLAIN[frontend]
    got = Checked(TEXTS[kind], frontend, capfd)
    assert [one[0] for one in expected.findings] == ["LWS101", "LWS302"]
    assert got.findings == expected.findings
    assert got.json["complete"]
    assert got.status == expected.status
    assert [one["lwslint/v1"] for one in got.hashes] == [one["lwslint/v1"] for one in expected.hashes]
    assert {one["startLine"] for one in got.regions} == {one["startLine"] for one in expected.regions}


@pytest.mark.parametrize("frontend", FRONT_ENDS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_columns_behind_other_characters(
    encoding: str, frontend: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """JSON counts characters, SARIF UTF-16 units; bytes that are no UTF-8 are characters by themselves."""
    text = ASCII.replace("cx = lws", "/* 𠀀中 */ cx = lws").encode(encoding)
    checked = Checked(text, frontend, capfd)
    place = next(one["place"] for one in checked.json["findings"] if one["rule"] == "LWS302")
    line = text.split(b"\n")[place["line"] - 1].decode("utf-8", "surrogateescape")
    region = next(one for one in checked.regions if one["startLine"] == place["line"])
    assert line[place["column"] - 1 :].startswith(("lws_create_context", "return"))
    assert (
        region["startColumn"]
        == len(line[: place["column"] - 1].encode("utf-16-le", "surrogatepass")) // 2 + 1
    )


CONTINUED: dict[str, Callable[[str], str]] = {
    "in a name": lambda text: text.replace("lws_create_context", "lws_create_\\\ncontext"),
    "in a name, blanks behind": lambda text: text.replace("lws_create_context", "lws_create_\\ \t\ncontext"),
    "in a comment": lambda text: text.replace("\tcx = ", "\t// a \\\n { ( ' b\n\tcx = "),
    "in a comment, blanks behind": lambda text: text.replace("\tcx = ", "\t// a \\  \n { ( ' b\n\tcx = "),
    "in the marks of comments": lambda text: text.replace("/* a", "/\\\n* a").replace("*/", "*\\\n/"),
    "in the mark of a comment": lambda text: text.replace("\tcx = ", "/\\\n/ { ( '\n\tcx = "),
    "in directives": lambda text: text.replace("#include <libweb", "#\\\ninc\\\nlude <\\\nlibweb"),
    "in a macro": lambda text: text.replace(
        "static int", "#define ZERO(x) \\  \n memset(x, 0, \\\n sizeof *(x))\nstatic int"
    ).replace("memset(&info, 0, sizeof info)", "ZERO(&info)"),
    "in a text": lambda text: text.replace('"a text"', '"a \\\ntext"'),
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("frontend", FRONT_ENDS)
@pytest.mark.parametrize("kind", CONTINUED)
def test_lines_may_go_on_anywhere(
    kind: str, frontend: str, line_end: str, capfd: pytest.CaptureFixture[str]
) -> None:
    text = CONTINUED[kind](ASCII)
    checked = Checked(text.replace("\n", line_end).encode(), frontend, capfd)
    lines = text.split("\n")
    assert checked.json["complete"], checked.json["gaps"]
    (global_one, lost) = checked.json["findings"]
    assert lines[global_one["place"]["line"] - 1].startswith("static struct")
    created = next(step["place"] for step in global_one["steps"] if "created" in step["text"])
    assert lines[created["line"] - 1][created["column"] - 1 :].startswith("lws_create")
    assert lost["rule"] == "LWS302"


@pytest.mark.parametrize("frontend", FRONT_ENDS)
def test_trigraphs_are_read_where_the_standard_has_them(
    frontend: str, capfd: pytest.CaptureFixture[str]
) -> None:
    text = ASCII.replace("#", "??=").replace("{", "??<").replace("}", "??>")
    text = text.replace("\tcx = ", "\t// what??/\n { ( '\n\tcx = ").replace("create_c", "create_??/\nc")
    expected = Checked(ASCII.encode(), frontend, capfd)
    for flag in ("-std=c99", "-trigraphs", "-ansi"):
        checked = Checked(text.encode(), frontend, capfd, f"--extra-arg={flag}")
        assert checked.json["complete"], checked.json["gaps"]
        assert [one[0] for one in checked.findings] == [one[0] for one in expected.findings]
        created = next(
            step["place"] for step in checked.json["findings"][0]["steps"] if "created" in step["text"]
        )
        assert (created["line"], created["column"]) == (12, 7)
        assert created["end_line"] == 13
    asked = Checked(ASCII.replace("\tcx = ", "\t// what??/\n\tcx = ").encode(), frontend, capfd)
    assert [one[0] for one in asked.findings] == [one[0] for one in expected.findings]


@pytest.mark.parametrize("frontend", FRONT_ENDS)
def test_a_character_that_ends_in_a_backslash_continues_its_line(
    frontend: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """As it does for GCC and clang: 淺 is 9C 5C, so the creation is part of the comment, and never made."""
    text = ASCII.replace("\tcx = ", "\t// 深淺\n\tcx = ").replace("*cx;", "*cx = NULL;")
    assert "LWS302" in [one[0] for one in Checked(text.encode(), frontend, capfd).findings]
    assert Checked(text.encode("gb18030"), frontend, capfd).findings == []


@pytest.mark.parametrize("frontend", FRONT_ENDS)
@pytest.mark.parametrize("kind", ["plain", "crlf", "mark and crlf", "gb18030", "latin-1"])
def test_comments_suppress(kind: str, frontend: str, capfd: pytest.CaptureFixture[str]) -> None:
    comment = "// lwslint: ignore[LWS101] 原因".encode("gb18030")
    text = TEXTS[kind].replace(b"_info info;", b"_info info; " + comment)
    checked = Checked(text, frontend, capfd)
    assert [one[0] for one in checked.findings] == ["LWS302"]
    (suppressed,) = checked.json["suppressed"]
    assert suppressed["finding"]["rule"] == "LWS101"


@pytest.mark.parametrize("kind", TEXTS)
def test_mends_leave_all_other_bytes(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    before = TEXTS[kind]
    broken = before.replace(b"memset(&info, 0, sizeof info)", b"memset(&info, 0, sizeof &info)")
    Path("a.c").write_bytes(broken)
    main(["a.c", "-j1", "--no-cache", "-q", "--fix", "--unsafe-fixes", "--select", "LWS105"])
    capfd.readouterr()
    assert re.sub(rb"sizeof\(?[ ]?\*?&?info\)?", b"sizeof info", Path("a.c").read_bytes()) == before


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
@pytest.mark.parametrize("frontend", FRONT_ENDS)
def test_utf_16_is_said(mark: bytes, frontend: str, capfd: pytest.CaptureFixture[str]) -> None:
    order = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    checked = Checked(mark + ASCII.encode(order), frontend, capfd)
    assert checked.status == 2
    assert "a.c: UTF-16 text, which no compiler reads; save it as UTF-8" in checked.err


@pytest.mark.parametrize("frontend", FRONT_ENDS)
@pytest.mark.parametrize(
    "text",
    [
        ASCII.replace("\n", "\r"),
        "// of an old Mac\r" + ASCII.replace("\n", "\r"),
        "// hides\rstatic struct lws_context_creation_info hidden;\n" + ASCII,
    ],
    ids=["all lines", "behind a comment", "one line"],
)
def test_lone_carriage_returns_are_said(text: str, frontend: str, capfd: pytest.CaptureFixture[str]) -> None:
    checked = Checked(text.encode(), frontend, capfd)
    assert checked.status == 2
    assert "a.c: has carriage returns without line feeds, where compilers differ" in checked.err


@pytest.mark.parametrize("frontend", FRONT_ENDS)
def test_carriage_returns_that_change_nothing_are_no_matter(
    frontend: str, capfd: pytest.CaptureFixture[str]
) -> None:
    wanted = Checked(ASCII.encode(), frontend, capfd).findings
    text = f"/* a\rb */ {ASCII}".replace("\n", "\r\r\n")
    found = Checked(text.encode(), frontend, capfd).findings
    assert found and [one[0] for one in found] == [one[0] for one in wanted]


@pytest.mark.parametrize("frontend", FRONT_ENDS)
def test_a_header_with_carriage_returns_is_read(frontend: str, capfd: pytest.CaptureFixture[str]) -> None:
    Path("mac.h").write_bytes(b"// of an old Mac\rstatic int port(void) { return 80; }\r")
    text = '#include "mac.h"\n' + ASCII.replace("memset", "port();\n\tmemset", 1)
    checked = Checked(text.encode(), frontend, capfd)
    assert "port" not in checked.err and checked.findings
