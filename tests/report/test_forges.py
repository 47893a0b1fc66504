"""GitHub annotations, GitLab's Code Quality and the Markdown summary."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from markdown_it import MarkdownIt

from lwslint.model.outcome import Outcome
from lwslint.report import ReportOptions, render

OPTIONS = ReportOptions()


def test_annotations_name_the_line_and_come_worst_first(story: Outcome) -> None:
    first, second, third = render("github", story, OPTIONS).splitlines()
    assert first.startswith(
        "::error file=src/net.c,line=17,endLine=17,col=12,endColumn=37,"
        "title=LWS103 stale-creation-info::`info` makes"
    )
    assert "%0Azero `info` and fill" in first
    assert second.startswith("::notice file=src/main.c,line=6,")
    assert third == "::error file=src/old.c,title=lwslint::cannot be read: permission denied"


def test_hostile_text_makes_no_command_of_its_own(hostile: Outcome) -> None:
    lines = render("github", hostile, OPTIONS).splitlines()
    assert len(lines) == len(hostile.findings) + len(hostile.gaps)
    for line in lines:
        assert re.match(r"::(error|warning) [\w=]", line)
        properties = line.split("::", 2)[1].split(" ", 1)[1]
        assert re.fullmatch(r"(\w+=[^,:]*)(,\w+=[^,:]*)*", properties)
        assert line.isprintable()


def test_gitlab_gets_what_it_asks_for(story: Outcome) -> None:
    issues = json.loads(render("gitlab", story, OPTIONS))
    assert [(one["check_name"], one["severity"]) for one in issues] == [
        ("LWS101 global-creation-info", "minor"),
        ("LWS103 stale-creation-info", "critical"),
    ]
    assert issues[1]["location"] == {"path": "src/net.c", "lines": {"begin": 17, "end": 17}}
    assert len({one["fingerprint"] for one in issues}) == 2


def test_gitlab_fingerprints_differ_for_equal_findings(story: Outcome) -> None:
    twice = msgspec.structs.replace(story, findings=(story.findings[0], story.findings[0]))
    issues = json.loads(render("gitlab", twice, OPTIONS))
    assert len({one["fingerprint"] for one in issues}) == 2


def test_gitlab_of_hostile_text(hostile: Outcome) -> None:
    text = render("gitlab", hostile, OPTIONS)
    assert text.isascii() and len(json.loads(text)) == len(hostile.findings)


def test_the_summary_has_a_row_for_each_finding(story: Outcome) -> None:
    text = render("markdown", story, OPTIONS)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<strong>2 findings (1 error, 1 note) in 2 of 3 files. 1 suppressed.</strong>" in html
    rows = re.findall(r"<tr>\n<td>(\w+)</td>\n<td>(.*?)</td>\n<td>(.*?)</td>", html)
    assert rows[0][0] == "error" and "LWS103 stale-creation-info</a>" in rows[0][1]
    assert rows[0][2] == "<code>src/net.c:17</code>"
    assert "<code>client_ssl_cert_filepath</code> points at dead memory</td>" in html
    assert "cannot be read: permission denied</li>" in html


@pytest.mark.parametrize("sample", ["story", "hostile", "clean"])
def test_the_summary_is_inert(request: pytest.FixtureRequest, sample: str) -> None:
    outcome = request.getfixturevalue(sample)
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        render("markdown", outcome, OPTIONS)
    )
    tags = set(re.findall(r"<(\w+)[^>]*>", html))
    assert tags <= {
        "h2",
        "h3",
        "p",
        "strong",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "ul",
        "li",
        "a",
    }
    assert all(url.startswith("https://github.com/lwslint/") for url in re.findall(r'href="([^"]*)"', html))
    assert html.count("<tr>") == (len(outcome.findings) + 1 if outcome.findings else 0)


def test_a_long_summary_is_cut_and_says_so(story: Outcome) -> None:
    many = msgspec.structs.replace(story, findings=story.findings * 400)
    text = render("markdown", many, OPTIONS)
    assert "300 more are left out here." in text
    assert len(text.encode()) < 1 << 20
