"""Suppression comments: where they count, what they silence."""

from __future__ import annotations

import pytest

from lwslint import suppression
from lwslint.model.finding import Finding, Level, Precision
from lwslint.model.outcome import RuleInfo
from lwslint.model.place import Place
from lwslint.suppression import Comments

STALE = RuleInfo("LWS103", "stale-creation-info", "", Level.WARNING, Precision.HIGH)
GLOBAL = RuleInfo("LWS101", "global-creation-info", "", Level.NOTE, Precision.HIGH)


def finding(line: int, rule: RuleInfo = STALE) -> Finding:
    return Finding(rule.code, rule.level, rule.precision, Place("a.c", line, 1, line, 2), "message")


def silenced(text: str, line: int, rule: RuleInfo = STALE) -> bool:
    """Whether a finding of `rule` on `line` of a file with this text is silenced."""
    kept, suppressed = Comments([STALE, GLOBAL], {"a.c": text}.__getitem__).separate([finding(line, rule)])
    assert len(kept) + len(suppressed) == 1
    return bool(suppressed)


COMMENT = "// lwslint: ignore[LWS103] because"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"create(); {COMMENT}\ncreate();\n", {1}),
        ("x;\n/* lwslint: ignore[LWS103] because */ create();\ncreate();\n", {2}),
        (f'puts("a \\" // b"); {COMMENT}\n', {1}),
        (f"c = '\"'; {COMMENT}\n", {1}),
        (f"n = 1'000'000'0; {COMMENT}\n", {1}),
        (f"char quote = '\\''; {COMMENT}", {1}),
        (f"}} {COMMENT}\ncreate();\n", {1}),
        ("create(); /* lwslint: ignore[LWS103] because\n of that */\ncreate();\n", {1, 2}),
        ("#define X(a) \\\n  create(a) /* lwslint: ignore[LWS103] */ \\\n  create(a)\n", {2}),
    ],
)
def test_a_comment_beside_code_speaks_of_its_own_line(text: str, lines: set[int]) -> None:
    assert {line for line in range(1, 8) if silenced(text, line)} == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"create();\n{COMMENT}\ncreate();\ncreate();\n", {3}),
        (f"\t{COMMENT}\n\ncreate();\n", {2}),
        (f"{COMMENT}\n// lwslint: ignore[LWS101]\n/* and\nmore */\ncreate();\n", {5}),
        ("/*\n * lwslint: ignore[LWS103] because\n */\ncreate();\n", {4}),
        ("x;\r\n// lwslint: ignore[LWS103]\r\ncreate();\r\n", {3}),
        ("#define X(a) \\\n  /* lwslint: ignore[LWS103] */ \\\n  create(a)\n", {3}),
        ("/\\\n/ lwslint: ignore[LWS103]\n", {3}),
        ("// a comment that goes on \\\n lwslint: ignore[LWS103]\n", {3}),
        ("/* no end lwslint: ignore[LWS103]\n", {2}),
        (f"#error it's broken\n{COMMENT}\n", {3}),
        (f'#error an open "string\n{COMMENT}\n', {3}),
    ],
)
def test_a_comment_alone_on_its_line_speaks_of_the_next(text: str, lines: set[int]) -> None:
    assert {line for line in range(1, 8) if silenced(text, line)} == lines


@pytest.mark.parametrize(
    "text",
    [
        'puts("// lwslint: ignore[LWS103] no comment");',
        'puts("a\\\n// lwslint: ignore[LWS103]");',
        "int x; // lwslint: ignore",
        "int x; // lwslint: ignore everything",
        "int x; // lwslint: ignore[]",
        "int x; // lwslint: ignore[ , ]",
        "int x; // lwslint: ignore[LWS10]",
        "int x; // lwslint: ignore[LWS101]",
        "int x; // notlwslint: ignore[LWS103]",
        "int x; // lwslint: ignore[LWS103",
        "lwslint: ignore[LWS103]",
    ],
)
def test_what_is_no_suppression(text: str) -> None:
    assert not any(silenced(text, line) for line in (1, 2, 3))


@pytest.mark.parametrize(
    "words", ["LWS103", "lws103", "stale-creation-info", "LWS999, LWS103", "LWS101,stale-creation-info"]
)
def test_rules_go_by_code_or_name(words: str) -> None:
    assert silenced(f"x; // lwslint: ignore[{words}]", 1)


def test_only_the_rules_named_are_silenced() -> None:
    assert silenced(f"x; {COMMENT}", 1, STALE)
    assert not silenced(f"x; {COMMENT}", 1, GLOBAL)


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("// lwslint: ignore[LWS103] vendor code, see #7", "vendor code, see #7"),
        ("/* lwslint: ignore[LWS103] vendor code */", "vendor code"),
        ("// lwslint: ignore[LWS103]", ""),
    ],
)
def test_the_reason_is_kept(comment: str, reason: str) -> None:
    _, (suppressed,) = Comments([STALE], lambda path: f"{comment}\nx;\n").separate([finding(2)])
    assert suppressed.reason == reason
    assert suppressed.finding == finding(2)


def test_a_file_is_lexed_in_linear_time() -> None:
    hostile = "lwslint:" + "/*" * 200_000 + "'\"\\" * 200_000 + "1'" * 200_000 + "\\\n" * 200_000
    assert suppression.directives(hostile) == ()
    stacked = suppression.directives(f"{COMMENT}\n" * 50_000)
    assert {directive.last for directive in stacked} == {50_001}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a;\nb; // lwslint: ignore-next-line[LWS103]\n\n/* c */\nd;\n", {3}),
        ("// lwslint: ignore-next-line[LWS103]\n// x\na;\nb;\n", {3}),
        ("a; // lwslint: ignore-next-line[LWS103]", {2}),
        ("a;\nb; // lwslint: ignore-file[LWS103]\nc;\n", set(range(1, 8))),
        ("a;\n// lwslint: ignore-begin[LWS103]\nb;\n// lwslint: ignore-end[LWS103]\nc;\n", {2, 3, 4}),
        (
            "a;\n// lwslint: ignore-begin[LWS103]\nb;\n// lwslint: ignore-end[LWS101]\nc;\n",
            {2, 3, 4, 5, 6, 7},
        ),
        ("// lwslint: ignore-end[LWS103]\na;\n", set()),
        (
            "// lwslint: ignore-begin[LWS103]\n// lwslint: ignore-begin[LWS103]\n"
            "// lwslint: ignore-end[LWS103]\na;\n// lwslint: ignore-end[LWS103]\nb;\n",
            {1, 2, 3, 4, 5},
        ),
        ("// lwslint: ignore-block[LWS103]\na;\n", set()),
    ],
)
def test_wider_comments(text: str, lines: set[int]) -> None:
    assert {line for line in range(1, 8) if silenced(text, line)} == lines


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("#define AGAIN(c) create(c) // lwslint: ignore[LWS103] meant\n", True),
        ("// lwslint: ignore[LWS103] meant\n#define AGAIN(c) create(c)\n", True),
        ("#define AGAIN(c) \\\n  create(c) /* lwslint: ignore[LWS103] meant */\n", True),
        ("#define AGAIN(c) \\\n  create(c)\n#define OTHER x // lwslint: ignore[LWS103]\n", False),
        ("#define AGAIN(c) create(c)\nint x; // lwslint: ignore[LWS103]\n", False),
        ("#define AGAIN(c) create(c) // lwslint: ignore[LWS101]\n", False),
        ("#define AGAIN(c) create(c) // lwslint: ignore-file[LWS103]\n", False),
    ],
)
def test_a_comment_in_a_macro_speaks_of_its_uses(header: str, spoken: bool) -> None:
    texts = {"a.c": '#include "a.h"\nx = AGAIN(c);\ncreate(c);\n', "a.h": header}
    comments = Comments([STALE, GLOBAL], texts.__getitem__, texts)
    kept, suppressed = comments.separate([finding(2), finding(3)])
    assert [one.finding.place.line for one in suppressed] == ([2] if spoken else [])
    assert len(kept) == 2 - len(suppressed)
    unused = [one.place.path for one in comments.useless(texts, ["LWS103"])]
    assert unused == ([] if spoken or "LWS101" in header else ["a.h"])


def test_without_a_reason_a_comment_may_count_for_nothing() -> None:
    text = "a; // lwslint: ignore[LWS103]\nb; // lwslint: ignore[LWS103] vendor code\n"
    comments = Comments([STALE], lambda path: text, reasons_needed=True)
    kept, suppressed = comments.separate([finding(1), finding(2)])
    assert ([one.place.line for one in kept], [one.reason for one in suppressed]) == ([1], ["vendor code"])
    (useless,) = comments.useless(["a.c"], ["LWS103"])
    assert (useless.place.line, useless.unreasoned, useless.unused) == (1, True, ())


@pytest.mark.parametrize(
    ("text", "place", "edit"),
    [
        ("a; // lwslint: ignore[LWS103] x\n", (1, 4, 1, 32), (1, 3, 1, 32)),
        ("a;\r\n\t/* lwslint: ignore[LWS103] */\r\nb;\r\n", (2, 2, 2, 31), (2, 1, 3, 1)),
        ("é; // lwslint: ignore[LWS103] x", (1, 5, 1, 33), (1, 4, 1, 33)),
        ("// lwslint: ignore[LWS103, LWS101] x\na;\n", (1, 1, 1, 37), None),
        ("// see lwslint: ignore[LWS103] x\na;\n", (1, 1, 1, 33), None),
        ("/* lwslint: ignore[LWS103]\n */ a;\n", (1, 4, 1, 27), None),
    ],
)
def test_a_comment_of_no_use(
    text: str, place: tuple[int, int, int, int], edit: tuple[int, int, int, int] | None
) -> None:
    comments = Comments([STALE, GLOBAL], lambda path: text)
    (useless,) = comments.useless(["a.c"], ["LWS103"])
    assert (useless.place, useless.unused) == (Place("a.c", *place), ("LWS103",))
    edits = useless.mend.edits if useless.mend else ()
    assert [one.place for one in edits] == ([Place("a.c", *edit)] if edit else [])
