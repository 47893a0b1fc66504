from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import msgspec
import pytest

from lwslint.errors import LwslintError
from lwslint.model.finding import Finding, Level, Precision, Step
from lwslint.model.outcome import Outcome
from lwslint.model.place import Place
from lwslint.report import ReportOptions, render

PLAIN = ReportOptions()


def with_source(outcome: Outcome, source: str, place: Place) -> Outcome:
    finding = Finding("LWS103", Level.ERROR, Precision.HIGH, place, "here")
    return msgspec.structs.replace(outcome, findings=(finding,), sources={place.path: source})


def test_a_finding_has_headline_place_carets_steps_help_and_mend(story: Outcome) -> None:
    lines = render("text", story, PLAIN).splitlines()
    head = next(
        index for index, line in enumerate(lines) if line.startswith("error[LWS103] stale-creation-info: ")
    )
    assert lines[head + 1] == "  --> src/net.c:17:12 in reconnect()"
    assert lines[head + 3] == "17 |     context = lws_create_context(&info);"
    assert lines[head + 4] == "   |               " + "^" * len("lws_create_context(&info)")
    rest = "\n".join(lines[head:])
    assert "  ::: src/main.c in main()\n" in rest
    assert "  ::: src/net.c in use_certificate()\n" in rest
    assert "  ... in callback_chat()\n" in rest
    numbers = re.findall(r"(\d+)\. ", rest)
    assert numbers == [str(number) for number in range(1, 10)]
    assert "   = help: zero `info` and fill" in rest
    assert "17 +     memset(&info, 0, sizeof info);" in rest


def test_the_end_says_what_was_found_read_and_missed(story: Outcome, clean: Outcome) -> None:
    wish = ReportOptions(summary=True)
    text = render("text", story, wish)
    assert "failed[unreadable] src/old.c: cannot be read: permission denied\n" in text
    assert "2 findings (1 error, 1 note) in 2 of 3 files. 1 suppressed.\n" in text
    assert "2 of 3 files read; 2 units with library calls; 1 program; whole program in sight" in text
    assert "libwebsockets 4.1.6" in text
    assert "Reading was incomplete in 2 points" in text
    assert render("text", clean, wish).startswith("No findings in 2 files.\n")


def test_without_a_summary_there_are_findings_and_nothing_else(story: Outcome, clean: Outcome) -> None:
    assert render("text", clean, PLAIN) == ""
    text = render("text", story, PLAIN)
    assert "error[LWS103]" in text
    assert "unreadable" not in text and "2 findings" not in text


def test_no_findings_is_not_said_to_be_clean_when_reading_was_incomplete(story: Outcome) -> None:
    wish = ReportOptions(summary=True)
    silent = msgspec.structs.replace(story, findings=(), suppressed=())
    assert "No findings in 3 files, but not all of it was in sight." in render("text", silent, wish)


def test_suppressed_findings_are_shown_on_request_with_their_reason(story: Outcome) -> None:
    assert "known since 2019" not in render("text", story, PLAIN)
    wish = ReportOptions(show_suppressed=True)
    assert "known since 2019" in render("text", story, wish)
    assert "(suppressed: known since 2019)" in render("concise", story, wish)


@pytest.mark.parametrize(
    ("source", "column", "shown", "indent"),
    [
        ("\tf();", 2, "    f();", 4),
        ("a\tf();", 3, "a   f();", 4),
        ("/*世*/f();", 8, "/*世*/f();", 6),
        ("/*e\u0301*/f();", 8, "/*e\u0301*/f();", 5),
        ("\x1b[0mf();", 5, "\\x1b[0mf();", 7),
    ],
)
def test_carets_stand_under_what_they_mean(
    clean: Outcome, source: str, column: int, shown: str, indent: int
) -> None:
    outcome = with_source(clean, source, Place("a.c", 1, column, 1, column + 3))
    lines = render("text", outcome, PLAIN).splitlines()
    assert lines[3] == f"1 | {shown}"
    assert lines[4] == f"  | {' ' * indent}^^^"


def test_a_place_over_lines_is_marked_to_the_end_of_its_first(clean: Outcome) -> None:
    outcome = with_source(clean, "f(a,\n  b);", Place("a.c", 1, 1, 2, 5))
    assert "\n  | ^^^^\n" in render("text", outcome, PLAIN)


def test_a_line_of_a_megabyte_is_cut_around_the_place(clean: Outcome) -> None:
    source = "x;" * 500_000 + "f();" + "y;" * 500_000
    outcome = with_source(clean, source, Place("a.c", 1, 1_000_001, 1, 1_000_005))
    lines = render("text", outcome, PLAIN).splitlines()
    assert max(map(len, lines[:5])) <= 100
    assert lines[3][lines[4].index("^") :].startswith("f();")


def test_a_long_path_has_one_line_a_step_and_a_very_long_one_is_cut_in_the_middle(story: Outcome) -> None:
    finding = story.findings[1]
    for length in (20, 400):
        steps = tuple(msgspec.structs.replace(finding.steps[0], text=f"step {n}") for n in range(length))
        long = msgspec.structs.replace(story, findings=(msgspec.structs.replace(finding, steps=steps),))
        text = render("text", long, PLAIN)
        assert len(text.splitlines()) < 75
        assert "step 0" in text
        assert f"step {length - 1}" in text
        assert ("steps left out" in text) == (length == 400)


def test_a_place_whose_source_is_not_at_hand_is_still_named(clean: Outcome) -> None:
    place = Place("gone.c", 7, 3, 7, 9)
    finding = Finding("LWS1", Level.NOTE, Precision.LOW, place, "here", steps=(Step(place, "walked"),))
    text = render("text", msgspec.structs.replace(clean, findings=(finding,)), PLAIN)
    assert " --> gone.c:7:3\n" in text
    assert "7 | 1. walked\n" in text


def test_colours_and_links_only_on_request(story: Outcome) -> None:
    plain = render("text", story, PLAIN)
    assert "\x1b" not in plain
    coloured = render("text", story, ReportOptions(color=True))
    assert "\x1b[1;31merror[LWS103]" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    linked = render("text", story, ReportOptions(links=True))
    assert "\x1b]8;;https://" in linked
    assert re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\", "", linked) == plain


def test_rich_is_not_imported_for_text_without_colours() -> None:
    code = (
        "import sys; from lwslint.model.outcome import Outcome; from lwslint.report import *;"
        "render('text', Outcome((), (), (), (), 0, 0, 0, 0, True, '', '', '', {}), ReportOptions());"
        "sys.exit(any(m in sys.modules for m in ('rich', 'jinja2', 'markdown_it')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_concise_has_gcc_s_shape_with_character_columns(clean: Outcome) -> None:
    outcome = with_source(clean, "/*世*/ f();", Place("a.c", 1, 9, 1, 12))
    assert render("concise", outcome, PLAIN) == "a.c:1:7: error: here [LWS103 stale-creation-info]\n"


@pytest.mark.parametrize("name", ["text", "concise"])
def test_hostile_text_cannot_move_the_cursor_or_add_lines(hostile: Outcome, name: str) -> None:
    text = render(name, hostile, ReportOptions(show_suppressed=True))
    text.encode("utf-8")
    hidden = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert hidden == {"\n"}
    if name == "concise":
        assert len(text.splitlines()) == len(hostile.findings) * 2


@pytest.mark.parametrize("name", ["text", "concise", "sarif", "html", "json"])
def test_equal_runs_give_equal_bytes(story: Outcome, name: str) -> None:
    wish = ReportOptions(color=True, links=True, show_suppressed=True)
    assert render(name, story, wish) == render(name, story, wish)


def test_an_unknown_format_is_refused_with_the_nearest_name(clean: Outcome) -> None:
    with pytest.raises(LwslintError, match="did you mean sarif"):
        render("sarf", clean, PLAIN)
