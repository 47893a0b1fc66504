"""Edits as rules describe them, made out in texts of every kind."""

from __future__ import annotations

import pytest

from lwslint.mending import Source, apply, resolve
from lwslint.model.finding import Edit, Mend, Spot
from lwslint.model.place import Place

CHECK = "if (!ctx)\n\treturn 1;"


def done(data: bytes, at: bytes, text: str, spot: Spot = Spot.HERE, old: str = "") -> bytes | None:
    """The text with one edit at the first `at` in it; None if the edit does not fit."""
    start = data.index(at)
    source = Source(data)
    edit = Edit(source.place("a.c", start, start + len(at)), text, spot, old)
    mend = resolve(Mend("do it", (edit,)), lambda path: source)
    if mend is None:
        return None
    assert all(edit.spot is Spot.HERE for edit in mend.edits)
    return apply([mend], {"a.c": data}).texts["a.c"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\tstruct x info;\n", b"\tstruct x info = {0};\n"),
        (b"\tstruct x other, info, *p = &info;\n", b"\tstruct x other, info = {0}, *p = &info;\n"),
        (b"\tstruct x info[2][N + 1], y;\n", b"\tstruct x info[2][N + 1] = {0}, y;\n"),
        (b"\tstruct x info /* garbage */ ;\n", b"\tstruct x info = {0} /* garbage */ ;\n"),
        (b"\tstruct x info = { .a = 1 };\n", None),
        (b"\tstruct x info __attribute__((aligned(8)));\n", None),
        (b"#define DECLARE struct x info;\n", None),
        (b"\tDECLARE(info);\n", None),
        (b"\tstruct x info", None),
    ],
)
def test_an_initialiser_goes_behind_its_declarator(before: bytes, after: bytes | None) -> None:
    assert done(before, b"info", " = {0}", Spot.INITIALISER, "info") == after


BY_TAB = b"\n\tif (!ctx)\n\t\treturn 1;"


@pytest.mark.parametrize(
    ("text", "inserted"),
    [
        (b"{\n\tctx = create(&i);%s\n\tuse(ctx);\n}\n", BY_TAB),
        (
            b"{\n  struct c *ctx = create(&i); // ok%s\n  use();\n}\n",
            b"\n  if (!ctx)\n    return 1;",
        ),
        (b"{\r\n    ctx = create(&i);%s\r\n}\r\n", b"\r\n    if (!ctx)\r\n        return 1;"),
        (b"{\n\tctx = create(&i); /* a\n\t  long one */%s\n\tb();\n}\n", BY_TAB),
        (b"{\n\tctx =\n\t\tcreate(&i,\n\t\t       ';');%s\n}", BY_TAB),
        (b"{ ctx = create(&i);%s use(ctx); }\n", b" if (!ctx) return 1;"),
        (b"{\n\tcase 1: ctx = create(&i);%s\n\tbreak; }\n", BY_TAB),
        (b"{ again: ctx = create(&i);%s\n}\n", b"\nif (!ctx)\n\treturn 1;"),
    ],
)
def test_lines_after_a_statement(text: bytes, inserted: bytes) -> None:
    found = done(text % b"", b"create(&i", CHECK, Spot.AFTER, "create")
    assert found == text % inserted


@pytest.mark.parametrize(
    "text",
    [
        b"{\n\tif (a)\n\t\tctx = create(&i);\n}\n",
        b"{\n\tif (a) x(); else ctx = create(&i);\n}\n",
        b"{\n\tfor (;;)\n\t\tctx = create(&i);\n}\n",
        b"{\n\tfor (ctx = create(&i); ctx; )\n\t\tgo();\n}\n",
        b"{\n\tEACH(a, list)\n\t\tctx = create(&i);\n}\n",
        b"{\n\tdo ctx = create(&i); while (!ctx);\n}\n",
        b"{\n\tif ((ctx = create(&i)) == NULL) {\n\t}\n}\n",
        b"{\n\tuse(ctx = create(&i));\n}\n",
        b"{\n\treturn create(&i);\n}\n",
        b"{\n\tctx = create(&i)\n#if X\n\t;\n#endif\n}\n",
        b"#define START ctx = create(&i);\n",
        b"{\n\tctx = create(&i)",
    ],
)
def test_no_line_after_what_has_no_room_for_one(text: bytes) -> None:
    assert done(text, b"create(&i", CHECK, Spot.AFTER, "create") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"{\n\tp->a = 1;\n}\n", b"{\n\tzero(p);\n\tp->a = 1;\n}\n"),
        (b"{\n  x();\n  (p)->a = 1;\n}\n", b"{\n  x();\n  zero(p);\n  (p)->a = 1;\n}\n"),
        (b"{\r\n\tp->a = 1;\r\n}\r\n", b"{\r\n\tzero(p);\r\n\tp->a = 1;\r\n}\r\n"),
        (b"{ p->a = 1; }", b"{ zero(p); p->a = 1; }"),
        (b"{\n#ifdef A\n\tp->a = 1;\n#endif\n}\n", b"{\n#ifdef A\n\tzero(p);\n\tp->a = 1;\n#endif\n}\n"),
        (b"{\n\tif (x)\n\t\tp->a = 1;\n}\n", None),
        (b"{\n\tif ((p->a = 1))\n\t\tx();\n}\n", b"{\n\tzero(p);\n\tif ((p->a = 1))\n\t\tx();\n}\n"),
        (b"{\n\treturn p->a = 1;\n}\n", b"{\n\tzero(p);\n\treturn p->a = 1;\n}\n"),
        (b"{\n\tx: return p->a = 1;\n}\n", b"{\n\tx: zero(p); return p->a = 1;\n}\n"),
        (b"{\n\tif (x)\n\t\treturn p->a = 1;\n}\n", None),
        (b"{\n\tif (x) {\n\t} else if (p->a = 1)\n\t\tx();\n}\n", None),
        (b"{\n\tfor (;;)\n\t\tif (p->a = 1)\n\t\t\tx();\n}\n", None),
        (b"{\n\tif (x)\n\t\tif (p->a = 1)\n\t\t\tx();\n}\n", None),
        (b"{\n\tswitch (p->a = 1) {\n\t}\n}\n", None),
        (b"{\n\twhile (p->a = 1) ;\n}\n", None),
        (b"#define FILL(p) \\\n\tp->a = 1; \\\n\tx()\n", None),
    ],
)
def test_lines_before_a_statement(before: bytes, after: bytes | None) -> None:
    assert done(before, b"p->a = 1" if b"p->a" in before else b"(p)->a", "zero(p);", Spot.BEFORE) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"{\n\tput(w); // now\n}\n", b"{\n\tif (put(w) < 0)\n\t\treturn -1; // now\n}\n"),
        (b"{\r\n  put(w);\r\n}\r\n", b"{\r\n  if (put(w) < 0)\r\n    return -1;\r\n}\r\n"),
        (
            b"{ {\n    case 1:\n            put(w);\n} }\n",
            b"{ {\n    case 1:\n            if (put(w) < 0)\n                return -1;\n} }\n",
        ),
        (b"{ put(w); x(); }", b"{ if (put(w) < 0) return -1; x(); }"),
        (b"{\n\tcase 1: put(w);\n}\n", b"{\n\tcase 1: if (put(w) < 0) return -1;\n}\n"),
        (b"{\n\t(void)put(w);\n}\n", None),
        (b"{\n\tn = put(w);\n}\n", None),
        (b"{\n\tx(), put(w);\n}\n", None),
        (b"{\n\tput(w), x();\n}\n", None),
        (b"{\n\tif (a)\n\t\tput(w);\n\telse\n\t\tx();\n}\n", None),
        (b"#define PUT put(w);\n", None),
    ],
)
def test_a_statement_becomes_a_condition(before: bytes, after: bytes | None) -> None:
    assert done(before, b"put(w)", "if ({} < 0)\n\treturn -1;", Spot.STATEMENT, "put") == after


@pytest.mark.parametrize(
    ("text", "old", "fits"),
    [
        (b"sizeof(p)", "sizeof(p)", True),
        (b"sizeof p", "sizeof(p)", True),
        (b"sizeof ( /* that */ p )", "sizeof(p)", True),
        (b"SIZE(p)", "sizeof(p)", False),
        (b"sizeof(p) * 2", "sizeof(p)", False),
        (b"64", "64", True),
    ],
)
def test_what_is_replaced_must_be_what_the_rule_knows(text: bytes, old: str, fits: bool) -> None:
    found = done(b"\tmemset(p, 0, " + text + b");\n", text, "sizeof(*p)", old=old)
    assert found == (b"\tmemset(p, 0, sizeof(*p));\n" if fits else None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x list[] = {\n\t{ 1 },\n\t{ 2 },\n};\n", b"x list[] = {\n\t{ 1 },\n\t{ 2 },\n\t{ 0 },\n};\n"),
        (b"x list[] = {\n  { 1 } // one\n};\n", b"x list[] = {\n  { 1 }, // one\n  { 0 }\n};\n"),
        (b"x list[] =\r\n{\r\n\tA(1, 2),\r\n};\r\n", b"x list[] =\r\n{\r\n\tA(1, 2),\r\n\t{ 0 },\r\n};\r\n"),
        (b"x list[] = { { 1 }, { 2 } };", b"x list[] = { { 1 }, { 2 }, { 0 } };"),
        (b"x list[2] = { { 1 }, { 2 } };", None),
        (b"x list[] = {};", None),
        (b"x list[] = {\n\t{ 1 },\n#ifdef A\n\t{ 2 },\n#endif\n};\n", None),
        (b"extern x list[];", None),
        (b"x list[] = { { 1 }", None),
    ],
)  # fmt: skip
def test_one_more_element(before: bytes, after: bytes | None) -> None:
    assert done(before, b"list", "{ 0 }", Spot.ELEMENT, "list") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\tinfo.options = A;\n", b"\tinfo.options |= A;\n"),
        (b"\tinfo.options=f(a = b);\n", b"\tinfo.options|=f(a = b);\n"),
        (b"\tp[i == 1].options /* = */ = A;\n", b"\tp[i == 1].options /* = */ |= A;\n"),
        (b"\tinfo.options |= A;\n", None),
        (b"\tinfo.options == A;\n", None),
        (b"\tSET(info.options, A);\n", None),
        (b"\tf(info.options = A);\n", None),
    ],
)
def test_an_operator_gives_way(before: bytes, after: bytes | None) -> None:
    statement = before.strip().removesuffix(b";")
    assert done(before, statement, "|=", Spot.OPERATOR, "=") == after


def test_a_macro_used_in_place_of_the_callee_is_left_alone() -> None:
    assert done(b"{\n\tctx = CREATE(&i);\n}\n", b"CREATE(&i)", CHECK, Spot.AFTER, "create") is None


@pytest.mark.parametrize(
    "around",
    [
        b'/* \xff\xfe \xe9t\xe9 */ char *s = "\xe9";',  # Latin-1
        '/* größer → 木 */ char *s = "ü";'.encode(),
        b"\t \t\x0c/* tabs */",
    ],
)
def test_bytes_around_an_edit_stay(around: bytes) -> None:
    before = b"\xef\xbb\xbf" + around + b" struct x info; " + around + b"\r\n" + around
    after = b"\xef\xbb\xbf" + around + b" struct x info = {0}; " + around + b"\r\n" + around
    assert done(before, b"info", " = {0}", Spot.INITIALISER, "info") == after


@pytest.mark.parametrize("place", [(9, 1, 9, 1), (0, 1, 0, 1), (1, 0, 1, 1), (1, 99, 1, 99), (1, 3, 1, 2)])
def test_places_that_are_not_there(place: tuple[int, int, int, int]) -> None:
    source = Source(b"int x;\n")
    for spot in Spot:
        mend = Mend("do it", (Edit(Place("a.c", *place), "y", spot),))
        assert resolve(mend, lambda path: source) is None


def test_a_file_that_is_not_at_hand() -> None:
    assert resolve(Mend("do it", (Edit(Place("a.c", 1, 1, 1, 1), "y"),)), lambda path: None) is None


@pytest.mark.parametrize(
    "data", [b"", b"{", b"(((", b";", b'"', b"/*", b"#", b"\\\n", b"case", b"{" * 5000, b"a:" * 999]
)
def test_odd_text_is_no_statement(data: bytes) -> None:
    source = Source(data)
    for offset in range(min(len(data), 20)):
        source.statement(offset)
        source.declarator_end(offset)
        source.end_of_lines(offset)
