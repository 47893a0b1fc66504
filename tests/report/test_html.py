from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from lwslint.model.finding import Step, StepKind
from lwslint.model.outcome import Gone, Outcome
from lwslint.model.place import Place
from lwslint.report import ReportOptions, render
from lwslint.report.html.colours import coloured
from lwslint.report.html.life import stages
from lwslint.report.html.prose import code_spans, rule_page
from lwslint.report.html.way import drawing
from lwslint.report.sources import Paths

ALL = ReportOptions(show_suppressed=True)
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


class Reader(HTMLParser):
    """The elements, attributes and texts of a page, as a browser would take them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._open[-1] if self._open else "", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("sample", ["story", "hostile", "clean"])
def test_only_our_script_may_run_and_nothing_is_loaded(request: pytest.FixtureRequest, sample: str) -> None:
    page = Reader(render("html", request.getfixturevalue(sample), ALL))
    data, script = page.texts["script"]
    assert len(page.all("script")) == 2
    assert all(char not in data for char in "<>&")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = page.all("meta")[1]["content"] or ""
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}'" in policy
    for tag, attributes in page.elements:
        assert tag not in ("img", "iframe", "object", "embed", "base", "video", "audio")
        assert not any(
            name.startswith("on") or name in ("src", "srcset", "action", "background") for name in attributes
        )
        assert tag != "link"
        assert not (attributes.get("href") or "").lower().startswith(("javascript:", "data:"))


def test_hostile_text_is_shown_and_nothing_hidden_is_left(hostile: Outcome) -> None:
    text = render("html", hostile, ALL)
    text.encode("utf-8")
    hidden = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert hidden <= {"\n", "\t"}
    titles = "".join(Reader(text).texts["h2"])
    assert "<script>alert(1)</script>" in titles
    assert "{{ 7 * 7 }}{% raw %}" in titles


def test_it_is_whole_without_script(story: Outcome) -> None:
    text = render("html", story, ALL)
    page = Reader(text)
    assert "2 findings (1 error, 1 note) in 2 of 3 files." in "".join(page.texts["h1"])
    assert len(page.all("article")) == 2
    targets = {attributes.get("id") for _, attributes in page.elements}
    for link in page.all("a"):
        href = link["href"] or ""
        assert not href.startswith("#") or href[1:] in targets
    steps = [item for item in page.all("li") if "data-line" in item]
    assert [item["data-line"] for item in steps][1:] == ["17", "18", "22", "28", "11", "27", "28", "16", "17"]
    assert "lws_create_context(&info)" in page.texts["mark"]
    assert "known since 2019" in page.texts["td"]


def test_the_release_that_is_meant_is_stated(story: Outcome) -> None:
    assert "<span>libwebsockets 4.1.6</span>" in render("html", story, ALL)
    unknown = render("html", msgspec.structs.replace(story, release=""), ALL)
    assert "<span>release of libwebsockets unknown</span>" in unknown


def test_each_source_is_embedded_once_as_it_is_shown(story: Outcome) -> None:
    page = Reader(render("html", story, ALL))
    files = {file["path"]: file["parts"] for file in json.loads(page.texts["script"][0])["files"]}
    assert list(files) == ["src/main.c", "src/net.c"]
    ((first, text, _),) = files["src/net.c"]
    lines = text.split("\n")
    assert first == 1
    assert lines[16] == "    context = lws_create_context(&info);"
    step = [item for item in page.all("li") if "data-line" in item][-1]
    start, end = int(step["data-from"] or 0), int(step["data-to"] or 0)
    assert lines[16][start:end] == "lws_create_context(&info)"


def test_colours_are_those_of_c() -> None:
    lines = [
        '#include "a.h" /* one',
        '   two */ int x = 0x1f; // "no"',
        "lws_write(wsi, '\\n', \"/*\");",
        "𝔘 = 1;",
    ]
    assert coloured(lines) == [
        [(0, 8, "k"), (9, 14, "s"), (15, 21, "c")],
        [(0, 9, "c"), (10, 13, "k"), (18, 22, "n"), (24, 31, "c")],
        [(0, 9, "l"), (15, 19, "s"), (21, 25, "s")],
        [(5, 6, "n")],
    ]


def test_the_source_can_be_left_out(story: Outcome) -> None:
    outcome = msgspec.structs.replace(story, rules=())
    page, whole = (render("html", outcome, ReportOptions(source=source)) for source in (False, True))
    lines = {line.strip() for text in story.sources.values() for line in text.splitlines()}
    calls = [html.escape(line) for line in lines if "(" in line and line.endswith(";")]
    assert any(line in whole for line in calls)
    assert not [line for line in calls if line in page]
    assert html.escape(story.findings[0].place.path) in page


def test_of_a_huge_file_only_what_is_near_is_embedded(story: Outcome) -> None:
    finding = msgspec.structs.replace(
        story.findings[1], steps=(), place=Place("src/net.c", 50_000, 1, 50_000, 4)
    )
    sources = {"src/net.c": "abc;\n" * 100_000}
    text = render("html", msgspec.structs.replace(story, findings=(finding,), sources=sources), ALL)
    assert len(text) < 120_000
    ((first, part, _),) = json.loads(Reader(text).texts["script"][0])["files"][0]["parts"]
    assert first < 50_000 < first + part.count("\n")


def test_anchors_stay_the_same_when_other_findings_go(story: Outcome) -> None:
    both = {article["id"] for article in Reader(render("html", story, ALL)).all("article")}
    alone = msgspec.structs.replace(story, findings=story.findings[1:])
    (one,) = Reader(render("html", alone, ALL)).all("article")
    assert one["id"] in both


def test_the_life_of_the_struct(story: Outcome) -> None:
    life = [(stage.label, stage.steps) for stage in stages(story.findings[1].steps)]
    assert life == [
        ("zeroed", (1,)),
        ("filled", (2,)),
        ("context created", (3,)),
        ("changed", (5,)),
        ("connection lost", (6,)),
        ("context destroyed", (8,)),
        ("created again", (9,)),
    ]


def test_after_a_reset_a_fill_is_a_fill_again() -> None:
    place = Place("a.c", 1, 1, 1, 2)
    kinds = [StepKind.DECLARE, StepKind.CREATE, StepKind.FILL, StepKind.RESET, StepKind.FILL, StepKind.FILL]
    life = stages([Step(place, "", kind) for kind in kinds])
    assert [stage.phase for stage in life] == ["garbage", "created", "changed", "zeroed", "filled"]
    assert life[-1].steps == (5, 6)


def test_the_way_leads_from_the_loss_through_the_functions_to_the_create(story: Outcome) -> None:
    way = drawing(story.findings[1].steps, Paths("."))
    assert way is not None
    assert [box.name for box in way.boxes] == [
        "connection lost",
        "callback_chat()",
        "reconnect()",
        "created again",
    ]
    assert [arrow.label for arrow in way.arrows] == ["6", "8", "9"]
    assert all(box.x + box.width <= way.width for box in way.boxes)


def test_a_way_that_returns_and_one_without_functions() -> None:
    place = Place("a.c", 1, 1, 1, 2)
    steps = [Step(place, "", StepKind.CALL, name) for name in ("f", "g", "f", "h")]
    way = drawing(steps, Paths("."))
    assert way is not None
    assert [box.name for box in way.boxes] == ["f()", "g()", "h()"]
    assert [arrow.label for arrow in way.arrows] == ["2", "3", "4"]
    assert drawing([Step(place, "")], Paths(".")) is None
    assert drawing([Step(place, "", StepKind.CALL, "f")] * 2, Paths(".")) is None


def test_backticks_are_code_and_all_else_is_escaped() -> None:
    assert code_spans("`a<b` & `c`") == "<code>a&lt;b</code> &amp; <code>c</code>"
    assert code_spans("it`s") == "it`s"
    assert code_spans("`a` it`s") == "<code>a</code> it`s"


def test_rule_pages_hold_no_markup_of_their_own(story: Outcome) -> None:
    page = rule_page(story.rules[1].doc)
    assert "<h1" not in page
    assert "<h3>Why is this bad?</h3>" in page
    assert "<em>survive</em>" in page
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "<img" not in rule_page("![x](https://example.com/x.png)")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to be found")
@pytest.mark.parametrize("sample", ["story", "hostile"])
def test_a_browser_runs_it_without_complaint(
    request: pytest.FixtureRequest, tmp_path: Path, sample: str
) -> None:
    outcome = request.getfixturevalue(sample)
    file = tmp_path / "report.html"
    file.write_text(render("html", outcome, ALL), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0", "--dump-dom"]
    flags.append(f"--user-data-dir={tmp_path / 'profile'}")
    command = [str(CHROMIUM), *flags, file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "CONSOLE" not in done.stderr
    page = Reader(done.stdout)
    assert [("hidden" in article) for article in page.all("article")].count(False) == 1
    assert "source" in {attributes.get("class") for attributes in page.all("div")}
    assert re.search(r'class="remark', done.stdout)


def test_a_mend_that_is_not_safe_says_so(story: Outcome) -> None:
    assert "A way to mend it (look at it first)" in render("html", story, ALL)
    (finding,) = [one for one in story.findings if one.mend]
    assert finding.mend is not None
    mend = msgspec.structs.replace(finding.mend, safe=True)
    safe = msgspec.structs.replace(story, findings=(msgspec.structs.replace(finding, mend=mend),))
    assert "<h3>A way to mend it</h3>" in render("html", safe, ALL)


def test_the_head_says_what_is_not_reported(story: Outcome) -> None:
    page = render(
        "html",
        msgspec.structs.replace(story, gone=(Gone("src/old.c", "LWS103", "reconnect"),)),
        ReportOptions(),
    )
    assert "<span>1 suppressed</span>" in page
    assert "1 finding of the baseline is gone (LWS103 in reconnect); write it anew" in page


def test_the_life_names_the_fields_and_those_that_survive(story: Outcome) -> None:
    found = stages(story.findings[1].steps)
    assert [(one.label, one.fields) for one in found if one.fields] == [
        ("filled", ("port",)),
        ("changed", ("client_ssl_cert_filepath",)),
        ("created again", ("port", "client_ssl_cert_filepath")),
    ]
