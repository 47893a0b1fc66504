"""The pipeline, with a front end and an analysis made for the test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from lwslint import engine, gaps
from lwslint.analysis import ProgramUnits
from lwslint.api import Finding, Level, Place, Precision, Program, Rule, Step
from lwslint.engine import Settings, exit_status
from lwslint.frontend.request import Reading, ReadRequest
from lwslint.ir import Note, NoteKind, Span, Unit
from lwslint.model.outcome import Gap, GapKind, Outcome, RuleInfo
from lwslint.registry import RegisteredRule, Selection
from lwslint.report import ReportOptions, render
from lwslint.sources import Plan, Scope, SourceUnit

AT = Span(0, 3, 1, 3, 2)


def unit(*files: str, notes: tuple[Note, ...] = (), release: str = "") -> Unit:
    return Unit(files, (), (), (), (), notes, release)


class EachFile(Rule):
    """Says something of line 3 of the main file of each unit."""

    code = "TEST001"
    name = "each-file"
    summary = "there is a file"
    level = Level.WARNING
    precision = Precision.HIGH
    also_at: ClassVar[str] = ""

    def check(self, program: Program) -> Iterator[Finding]:
        for path in program.paths:  # type: ignore[attr-defined]
            place = Place(path, 3, 1, 3, 2)
            steps = [Step(Place(self.also_at, 1, 1, 1, 2), "here")] if self.also_at else []
            yield self.finding(place, "a file", steps=steps)


def registered(rule: type[Rule]) -> RegisteredRule:
    return RegisteredRule(rule, RuleInfo(rule.code, rule.name, rule.summary, rule.level, rule.precision))


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the engine over units that are given instead of read; a text stands for a failure."""
    monkeypatch.chdir(tmp_path)

    def run(
        units: dict[str, Unit | str],
        rules: Sequence[type[Rule]] = (EachFile,),
        *,
        scope: Scope | None = None,
        context: Sequence[str] = (),
        texts: dict[str, str] | None = None,
        release: str = "",
    ) -> Outcome:
        def read(requests: Sequence[ReadRequest], *_: object, **__: object) -> Iterator[Reading]:
            for request in requests:
                answer = units[Path(request.path).name]
                yield Reading(request, None, answer) if isinstance(answer, str) else Reading(request, answer)

        def analyse(program: ProgramUnits, release: str, knowledge: object) -> Any:
            if "bug.c" in program.paths:
                raise ZeroDivisionError
            return SimpleNamespace(paths=program.paths, gaps=(), whole=False, release=release)

        monkeypatch.setattr(engine, "read", read)
        monkeypatch.setattr(engine, "analyse", analyse)
        planned = tuple(
            SourceUnit(str(tmp_path / name), tmp_path, (), (texts or {}).get(name), name not in context)
            for name in units
        )
        settings = Settings(Selection.of(map(registered, rules)), release=release)
        return engine.run(Plan(tmp_path, planned, scope or Scope()), settings)

    return run


def where(outcome: Outcome) -> list[str]:
    return [finding.place.path for finding in outcome.findings]


def test_findings_come_in_source_order(run: Run) -> None:
    outcome = run({"b.c": unit("b.c"), "a.c": unit("a.c")})
    assert where(outcome) == ["a.c", "b.c"]
    assert (outcome.files, outcome.units, outcome.programs) == (2, 2, 2)


def test_paths_are_as_a_person_would_type_them(run: Run, tmp_path: Path) -> None:
    assert where(run({"a.c": unit(f"{tmp_path}/sub/../a.c"), "o.c": unit("/other/o.c")})) == [
        "/other/o.c",
        "a.c",
    ]


def test_the_working_directory_is_that_of_the_plan(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.c").write_text("text")
    (tmp_path / "build").mkdir()
    monkeypatch.chdir(tmp_path / "build")
    outcome = run({"a.c": unit(f"{tmp_path}/a.c")})
    assert where(outcome) == ["a.c"]
    assert outcome.sources == {"a.c": "text"}
    assert json.loads(render("json", outcome, ReportOptions()))["findings"][0]["place"]["path"] == "a.c"


def test_one_finding_of_several_programs_is_one(run: Run) -> None:
    outcome = run({"a.c": unit("a.c"), "a2.c": unit("a.c")})
    assert where(outcome) == ["a.c"]


def test_a_file_that_another_includes_is_not_analysed_by_itself(run: Run) -> None:
    assert where(run({"a.c": unit("a.c"), "b.c": unit("b.c", "x.h", "a.c"), "c.c": unit("c.c", "x.h")})) == [
        "b.c",
        "c.c",
    ]


def test_of_files_that_include_each_other_one_stays(run: Run) -> None:
    assert len(where(run({"a.c": unit("a.c", "b.c"), "b.c": unit("b.c", "a.c")}))) == 1


def test_context_is_read_but_not_reported(run: Run, tmp_path: Path) -> None:
    scope = Scope(frozenset({tmp_path / "a.c"}))
    outcome = run({"a.c": unit("a.c"), "b.c": unit("b.c")}, scope=scope, context=["b.c"])
    assert where(outcome) == ["a.c"]
    assert outcome.files == 1


def test_a_finding_elsewhere_with_a_step_in_scope_is_reported(run: Run, tmp_path: Path) -> None:
    class AlsoInA(EachFile):
        code = "TEST002"
        also_at = "a.c"

    scope = Scope(frozenset({tmp_path / "a.c"}))
    outcome = run({"a.c": unit("a.c"), "b.c": unit("b.c")}, [AlsoInA], scope=scope, context=["b.c"])
    assert where(outcome) == ["a.c", "b.c"]


def test_a_rule_that_raises_does_not_end_the_run(run: Run) -> None:
    class Broken(EachFile):
        code = "TEST002"

        def check(self, program: Program) -> Iterator[Finding]:
            raise KeyError("oops\nagain")

    outcome = run({"a.c": unit("a.c"), "b.c": unit("b.c")}, [Broken, EachFile])
    assert where(outcome) == ["a.c", "b.c"]
    (gap,) = outcome.gaps
    assert gap.kind is GapKind.RULE_FAILED
    assert "TEST002" in gap.text and "test_engine.py" in gap.text and "\n" not in gap.text
    assert exit_status(outcome, Level.WARNING) == 2


def test_an_analysis_that_raises_costs_its_program(run: Run) -> None:
    outcome = run({"a.c": unit("a.c"), "bug.c": unit("bug.c")})
    assert where(outcome) == ["a.c"]
    (gap,) = outcome.gaps
    assert (gap.path, gap.kind) == ("bug.c", GapKind.CRASHED)
    assert exit_status(outcome, Level.WARNING) == 2


@pytest.mark.parametrize(
    ("first", "last", "release", "asked"),
    [
        ("", "", "4.1.6", True),
        ("2.4", "", "", True),
        ("2.4", "", "2.4.0", True),
        ("2.4", "", "2.3.9", False),
        ("", "4.2", "4.2.7", True),
        ("", "4.2", "4.3.0", False),
        ("4.10", "", "4.9.1", False),
    ],
)
def test_a_rule_is_asked_for_the_releases_it_speaks_of(
    run: Run, first: str, last: str, release: str, asked: bool
) -> None:
    gated = type("Gated", (EachFile,), {"code": "TEST003", "first": first, "last": last})
    assert bool(run({"a.c": unit("a.c")}, [gated], release=release).findings) is asked


def test_the_release_is_the_highest_found_unless_named(run: Run) -> None:
    units: dict[str, Unit | str] = {
        "a.c": unit("a.c", release="4.9.1"),
        "b.c": unit("b.c", release="4.10.0"),
        "c.c": unit("c.c"),
    }
    assert run(units).release == "4.10.0"
    assert run(units).library_units == 2
    assert run(units, release="3.2.0").release == "3.2.0"


def test_comments_silence_findings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("\n\nx; // lwslint: ignore[TEST001] known\n")
    (tmp_path / "b.c").write_text("\n\nx;\n")
    outcome = run({"a.c": unit("a.c"), "b.c": unit("b.c")})
    assert where(outcome) == ["b.c"]
    assert [(one.finding.place.path, one.reason) for one in outcome.suppressed] == [("a.c", "known")]
    assert set(outcome.sources) == {"a.c", "b.c"}


def test_sources_are_those_that_findings_speak_of(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.c").write_bytes(b"caf\xe9")
    (tmp_path / "quiet.h").write_text("")
    assert run({"a.c": unit("a.c", "quiet.h")}).sources == {"a.c": "caf\udce9"}
    assert run({"gone.c": unit("gone.c")}).sources == {"gone.c": ""}
    assert run({"a.c": unit("a.c")}, texts={"a.c": "typed"}).sources == {"a.c": "typed"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (NoteKind.MISSING_HEADER, "foo.h not found; name its folder with -I"),
        (NoteKind.BROKEN, "foo.h"),
        (NoteKind.UNREACHED, "foo.h stands in text that was not understood, or is switched off by #if"),
        (
            NoteKind.MODEL_HEADERS,
            "foo.h assumed, with headers of lwslint's own: those found lack names that it uses",
        ),
    ],
)
def test_notes_of_the_front_end_become_gaps(run: Run, kind: NoteKind, text: str) -> None:
    outcome = run(
        {"a.c": unit("a.c", "b.h", notes=(Note(kind, "foo.h", Span(1, 7, 1, 7, 2)), Note(kind, "foo.h")))}
    )
    expected = GapKind(kind.value)
    assert outcome.gaps == (Gap("a.c", expected, text), Gap("b.h", expected, text, 7))


def test_an_unknown_flag_is_no_gap(run: Run) -> None:
    assert run({"a.c": unit("a.c", notes=(Note(NoteKind.UNKNOWN_FLAG, "-mfoo"),))}).gaps == ()


def test_a_unit_that_gave_nothing_is_a_gap(run: Run, tmp_path: Path) -> None:
    (tmp_path / "crash.c").touch()
    gone = f"{tmp_path / 'gone.c'}: no such file"
    outcome = run({"crash.c": "the parser died", "gone.c": gone, "good.c": unit("good.c")})
    assert outcome.gaps == (
        Gap("crash.c", GapKind.CRASHED, "the parser died"),
        Gap("gone.c", GapKind.UNREADABLE, "no such file"),
    )
    assert (outcome.files, outcome.units) == (3, 1)
    assert where(outcome) == ["good.c"]
    assert exit_status(outcome, Level.WARNING) == 2


def test_context_that_gave_nothing_makes_the_run_incomplete_only(run: Run) -> None:
    outcome = run({"a.c": unit("a.c"), "b.c": "the parser died"}, (), context=["b.c"])
    assert exit_status(outcome, Level.WARNING) == 0
    assert exit_status(outcome, Level.WARNING, strict=True) == 2


def test_the_root_is_the_git_repository(run: Run, tmp_path: Path) -> None:
    assert run({}).root == str(tmp_path)
    assert run({}).whole_program is False


def outcome_of(level: Level | None = None, kind: GapKind | None = None) -> Outcome:
    place = Place("a.c", 1, 1, 1, 2)
    findings = (Finding("TEST001", level, Precision.HIGH, place, "message"),) if level else ()
    found = (Gap("a.c", kind, "text"),) if kind else ()
    return Outcome(findings, (), found, (), 1, 1, 1, 1, True, "", "", "", {})


@pytest.mark.parametrize(
    ("outcome", "fail_on", "strict", "status"),
    [
        (outcome_of(), Level.NOTE, True, 0),
        (outcome_of(Level.NOTE), Level.WARNING, False, 0),
        (outcome_of(Level.WARNING), Level.WARNING, False, 1),
        (outcome_of(Level.ERROR), Level.WARNING, False, 1),
        (outcome_of(Level.ERROR), None, False, 0),
        (outcome_of(None, GapKind.MISSING_HEADER), Level.NOTE, False, 0),
        (outcome_of(None, GapKind.MISSING_HEADER), Level.NOTE, True, 2),
        (outcome_of(None, GapKind.MODEL_HEADERS), Level.NOTE, True, 0),
        (outcome_of(Level.ERROR, GapKind.BOUND), Level.ERROR, True, 2),
        (outcome_of(Level.ERROR, GapKind.CRASHED), None, False, 2),
    ],
)
def test_exit_status(outcome: Outcome, fail_on: Level | None, strict: bool, status: int) -> None:
    assert exit_status(outcome, fail_on, strict=strict) == status


def test_what_is_a_mere_name_is_put_into_one_line() -> None:
    unit_notes = [Note(NoteKind.MISSING_HEADER, name) for name in ("x.h", "foo.h")]
    unit_notes += [Note(NoteKind.UNREACHED, f"lws_{number}") for number in range(7)]
    found = [gap for path in ("a.c", "b.c") for gap in gaps.of_unit(unit(path, notes=tuple(unit_notes)))]
    headers, names = gaps.lines(found)
    assert headers.startswith("note: 2 headers not found (foo.h, x.h): ")
    assert names.startswith("note: 7 library names not reached (lws_0, lws_1, lws_2, lws_3, lws_4, ...): ")
    assert len(gaps.lines(found, verbose=True)) == 18


def test_files_read_with_model_headers_are_counted_and_their_releases_named() -> None:
    notes = (Note(NoteKind.MODEL_HEADERS, "libwebsockets 4.3.0"),)
    found = [gap for path in ("a.c", "b.c") for gap in gaps.of_unit(unit(path, notes=notes))]
    (line,) = gaps.lines(found)
    assert line.startswith("note: 2 files read with headers of lwslint's own (libwebsockets 4.3.0): ")


def test_of_many_errors_in_the_source_the_first_is_said() -> None:
    found = [Gap(f"{number % 3}.c", GapKind.BROKEN, f"expected {number}", 3) for number in range(20)]
    (line,) = gaps.lines(found)
    assert line.startswith("note: 0.c:3: expected 0 (the first of 20 errors in 3 files")
    assert gaps.lines(found[:1]) == ["note: 0.c:3: expected 0"]


def test_what_is_alike_is_said_once_and_long_lists_are_cut() -> None:
    found = [Gap(f"{number}.c", GapKind.BOUND, f"cut {number % 9}", 3) for number in range(20)]
    drawn = gaps.lines(found)
    assert (drawn[0], drawn[-1]) == ("note: 0.c:3: cut 0", "note: 4 more like this; -v shows them")


def test_what_ends_the_job_comes_first_and_whole() -> None:
    found = [Gap("", GapKind.BOUND, "cut"), *(Gap(f"{n}.c", GapKind.CRASHED, "died") for n in range(8))]
    assert gaps.lines(found) == [*(f"error: {n}.c: died" for n in range(8)), "note: cut"]
