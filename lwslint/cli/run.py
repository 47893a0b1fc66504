"""The run of `lwslint check`: from its options and the configuration to reports and an exit status."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from lwslint import baseline, configuration, engine, fixing, gaps, revision
from lwslint.cache import Cache, default_folder
from lwslint.cli.options import CheckOptions
from lwslint.cli.output import Report, check_writable, parse_report, write, write_stdout
from lwslint.cli.terminal import Clock, ProgressLine, say, wants_color, width
from lwslint.configuration import Configuration, Found, Policy, as_toml
from lwslint.errors import LwslintError
from lwslint.fixing import Fixed
from lwslint.frontend.parsers import check_there, parser
from lwslint.model.finding import Level
from lwslint.model.outcome import Origin, Outcome, Silencer
from lwslint.registry import Selection
from lwslint.report import FORMATS, ReportOptions, render, sarif
from lwslint.report.escape import visible
from lwslint.report.summary import count, sentences, statistics
from lwslint.sources import Flags, Plan, Stdin, plan, shown
from lwslint.sources.flags import clean

MAXIMUM_STDIN = 64 << 20  # bytes
_LONGEST_COMMAND = 400
_WITH_ORIGIN = frozenset({"html"})


def run(options: CheckOptions, compiler: tuple[str, ...] | None, words: Sequence[str] = ()) -> int:
    """Does what the options ask; `compiler` is the compile command after `--`, `words` what stood before it.

    Gives the exit status.
    """
    reports = _reports(options)
    check_writable(reports)
    found = _configuration(options)
    options = _configured(options, found)
    planned = plan(
        options.paths,
        cwd=Path.cwd(),
        build_dir=options.build_dir,
        flags=_flags(options, compiler),
        stdin=_stdin(options),
        program=found.sources(),
    )
    if options.verbose:
        said = [f"configuration {shown(found.file, Path.cwd())}"] if found.file else []
        say(f"note: {remark}" for remark in (*said, *planned.remarks))
    if options.show_settings or options.show_files:
        return _show(options, found, planned)
    return _run(options, planned, reports, found, words)


def _configuration(options: CheckOptions) -> Found:
    """The configuration that holds: the one that is named, none, or the nearest."""
    cwd = Path.cwd()
    if options.config is not None and options.isolated:
        raise LwslintError("--config names a configuration, and --isolated wants none")
    if options.config is not None:
        return configuration.load(cwd / options.config, cwd)
    return Found(Configuration(), None, cwd) if options.isolated else configuration.find(cwd)


def _configured(options: CheckOptions, found: Found) -> CheckOptions:
    """The options, with the configuration for those that are not given; what adds up is added."""
    values = found.values
    return msgspec.structs.replace(
        options,
        build_dir=options.build_dir or (found.path(values.build_dir) if values.build_dir else None),
        extra_arg=(*values.extra_args, *options.extra_arg),
        lws_version=options.lws_version or values.lws_version,
        select=options.select or values.select,
        ignore=(*values.ignore, *options.ignore),
        fail_on=options.fail_on or values.fail_on.value,
        strict=options.strict or values.strict,
        baseline=options.baseline or (found.path(values.baseline) if values.baseline else None),
    )


def _show(options: CheckOptions, found: Found, planned: Plan) -> int:
    """Prints what a run would go by, or read."""
    lines: list[str] = []
    if options.show_settings:
        rules = _rules(options)
        Policy(found, rules, planned.cwd)
        origin = shown(found.file, planned.cwd) if found.file else "none"
        values = msgspec.structs.replace(
            found.values,
            build_dir=options.build_dir or "",
            extra_args=options.extra_arg,
            lws_version=options.lws_version,
            select=options.select,
            ignore=options.ignore,
            fail_on=Level(options.fail_on or "warning"),
            strict=options.strict,
            baseline=options.baseline or "",
        )
        enabled = ", ".join(one.info.code for one in rules)
        lines += [f"# configuration: {origin}", f"# rules: {enabled}", *as_toml(values)]
    if options.show_files:
        for unit in planned.units:
            note = "" if unit.asked else " (context)"
            lines.append(visible(f"{shown(unit.path, planned.cwd)}{note}"))
    write("".join(f"{line}\n" for line in lines), None)
    return 0


def _run(
    options: CheckOptions, planned: Plan, reports: list[Report], found: Found, words: Sequence[str]
) -> int:
    """Runs the plan, writes the reports, and says on stderr what was not in sight."""
    check_there(options.frontend)
    clock = Clock()
    rules = _rules(options)
    settings = engine.Settings(
        rules,
        _jobs(options, planned),
        _release(options),
        additions=found.values.additions(),
        reasons_needed=options.strict,
        cache=None if options.no_cache else Cache(default_folder()),
        precompile=not options.no_pch,
        frontend=options.frontend,
    )
    policy = Policy(found, rules, planned.cwd)
    bases = _baselines(options)
    with ProgressLine(sys.stderr, quiet=options.quiet or options.no_progress) as progress:

        def update(what: str, done: int, total: int) -> None:
            clock.update(what)
            progress.update(what, done, total)

        def analyse(planned: Plan) -> Outcome:
            return policy.apply(engine.run(planned, settings, update))

        if options.diff_base is not None:
            before = analyse(revision.plan_of(planned, options.diff_base))
            reason = f"{options.diff_base} has it, too"
            bases.insert(0, (baseline.of(before), reason, Silencer.REVISION))

        def without_known(planned: Plan) -> Outcome:
            outcome = analyse(planned)
            for base, reason, by in bases:
                outcome = baseline.apply(outcome, base, reason, by)
            return outcome

        if options.fix or options.diff:
            fixed = fixing.fix(planned, without_known, unsafe=options.unsafe_fixes)
        else:
            outcome = without_known(planned)
            fixed = fixing.Fixed(outcome, outcome)
    if any(report.format in _WITH_ORIGIN for report in reports):
        origin = _origin(planned, words, options.frontend)
        before, after = (msgspec.structs.replace(one, origin=origin) for one in (fixed.before, fixed.after))
        fixed = msgspec.structs.replace(fixed, before=before, after=after)
    if options.diff:
        return _show_diff(options, fixed, reports)
    if options.fix:
        reports = _fix(fixed, planned, reports)
    if options.write_baseline is not None:
        fixed = msgspec.structs.replace(fixed, after=_write_baseline(options.write_baseline, fixed.after))
    clock.update("findings merged and matched")
    _write_reports(options, fixed.after, reports)
    clock.update("reports written")
    _say_what_it_comes_to(options, fixed)
    if options.timing:
        say(clock.lines())
    fail_on = None if options.exit_zero else Level(options.fail_on or "warning")
    return engine.exit_status(fixed.after, fail_on, strict=options.strict)


def _origin(planned: Plan, words: Sequence[str], frontend: str) -> Origin:
    """What was typed, the commit that is checked, and what reads C."""
    with contextlib.suppress(LwslintError):
        return Origin(_typed(words), revision.head(planned.cwd), parser(frontend))
    return Origin(_typed(words), revision.head(planned.cwd))


def _typed(words: Sequence[str]) -> str:
    """A command line, cut where nobody would read on."""
    line = visible(shlex.join(["lwslint", "check", *words]))
    return line if len(line) <= _LONGEST_COMMAND else f"{line[:_LONGEST_COMMAND]}…"


def _baselines(options: CheckOptions) -> list[tuple[baseline.Baseline, str, Silencer]]:
    """The baseline that is named, if any, with what is said of its findings.

    Raises:
        LwslintError: it is not there, or damaged.
    """
    if options.baseline is None or options.write_baseline is not None:
        return []
    path = Path.cwd() / options.baseline
    return [(baseline.load(path, shown(path, Path.cwd())), "in the baseline", Silencer.BASELINE)]


def _write_baseline(word: str, outcome: Outcome) -> Outcome:
    """Writes a baseline; gives the outcome without what it knows, which is nothing."""
    path = Path.cwd() / word
    made = baseline.write(path, word, outcome)
    say([f"note: {word}: {count(len(made.findings), 'finding')} written"])
    return baseline.apply(outcome, made, "in the baseline", Silencer.BASELINE)


def _show_diff(options: CheckOptions, fixed: Fixed, reports: list[Report]) -> int:
    """Prints what would be changed, in place of the report for stdout; that is exit status 1."""
    write_stdout(fixing.diff(fixed))
    _write_reports(options, fixed.before, [report for report in reports if report.path])
    _say_what_it_comes_to(options, fixed)
    failed = engine.exit_status(fixed.before, None, strict=options.strict)
    return failed or int(bool(fixed.files) and not options.exit_zero)


def _fix(fixed: Fixed, planned: Plan, reports: list[Report]) -> list[Report]:
    """Writes what was mended, standard input to stdout; gives the reports that are then to be written."""
    given = next((unit for unit in planned.units if unit.text is not None), None)
    if given is None or given.text is None:
        fixing.write(fixed)
        return reports
    old = given.text.encode("utf-8", "surrogateescape")
    write_stdout(next((file.new for file in fixed.files if file.path == given.resolved), old))
    return [Report(report.format, report.path, stderr=report.path is None) for report in reports]


def _write_reports(options: CheckOptions, outcome: Outcome, reports: list[Report]) -> None:
    for report in reports:
        text = render(report.format, outcome, _report_options(options, report))
        if report.stderr:
            say(text.splitlines())
        else:
            write(text, report.path)
        if report.format == "sarif" and (said := sarif.cut(text)):
            say([f"warning: {report.path or 'stdout'}: {said}"])


def _reports(options: CheckOptions) -> list[Report]:
    """The report of `--format` and `-o`, and those of `--report`.

    Raises:
        LwslintError: a file has no name, or a `--report` is malformed.
    """
    if not options.output:
        raise LwslintError("-o: names no file; - is stdout")
    main = Report(options.format, None if options.output == "-" else Path(options.output))
    return [main, *(parse_report(word, list(FORMATS)) for word in options.report)]


def _report_options(options: CheckOptions, report: Report) -> ReportOptions:
    """A file is for machines and for later: it gets colours only where they are asked for."""
    source = not options.html_no_source
    if report.path is not None:
        color = options.color == "always"
        return ReportOptions(
            color=color, show_suppressed=options.show_suppressed, summary=True, source=source
        )
    color = wants_color(options.color, sys.stdout)
    return ReportOptions(
        color=color,
        width=width(sys.stdout),
        links=color and sys.stdout.isatty(),
        show_suppressed=options.show_suppressed,
        source=source,
    )


def _flags(options: CheckOptions, compiler: tuple[str, ...] | None) -> Flags:
    """The flags of the command line. -U goes before -D, so that `-UX -DX=2` holds whatever their order.

    Raises:
        LwslintError: `-std` names no standard of C.
    """
    standard = (f"-std={options.standard}",) if options.standard else ()
    if standard and not clean(standard, Path.cwd()).arguments:
        raise LwslintError(f"-std={options.standard}: not a standard of C; c99, gnu11 and c17 are")
    after = [word for folder in options.include for word in ("-I", folder)]
    after += [word for folder in options.isystem for word in ("-isystem", folder)]
    after += [f"-U{name}" for name in options.undefine] + [f"-D{macro}" for macro in options.define]
    return Flags(options.extra_arg_before, (*after, *standard, *options.extra_arg), compiler)


def _stdin(options: CheckOptions) -> Stdin | None:
    """What standard input holds, if a PATH is `-`; bytes that are no UTF-8 stand as surrogates (PEP 383)."""
    if "-" not in options.paths:
        if options.stdin_filename:
            raise LwslintError("--stdin-filename: says what standard input is; give the PATH - as well")
        return None
    data = sys.stdin.buffer.read(MAXIMUM_STDIN + 1)
    if len(data) > MAXIMUM_STDIN:
        raise LwslintError(f"-: more than {MAXIMUM_STDIN >> 20} MB on standard input; name the file instead")
    return Stdin(data.decode("utf-8", "surrogateescape"), options.stdin_filename or "stdin.c")


def _rules(options: CheckOptions) -> Selection:
    """The rules that are asked.

    Raises:
        LwslintError: a rule is named that there is not.
    """
    rules = Selection(_words(options.select), _words(options.ignore))
    if options.select or options.ignore:
        len(rules)  # says now what is wrong with a word
    return rules


def _words(lists: tuple[str, ...]) -> list[str]:
    """The words of options that take lists with commas."""
    return [word.strip() for words in lists for word in words.split(",") if word.strip()]


def _release(options: CheckOptions) -> str:
    """The release of `--lws-version` in full (`4.1.6` for `4.1`); empty if none is named.

    Raises:
        LwslintError: there is no such release.
    """
    if not options.lws_version:
        return ""
    from lwslint.lws.knowledge import Release

    return str(Release.parse(options.lws_version))


def _jobs(options: CheckOptions, planned: Plan) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(options.jobs or cores, max(len(planned.units), 1))


def _say_what_it_comes_to(options: CheckOptions, fixed: Fixed) -> None:
    """Gaps, what was mended and the summary, on stderr; of a quiet run, only what ended the job."""
    outcome = fixed.before if options.diff else fixed.after
    lines = gaps.lines(outcome.gaps, verbose=options.verbose)
    if options.quiet:
        say(line for line in lines if line.startswith("error:"))
    else:
        table = statistics(outcome) if options.statistics else []
        say([*lines, *table, *_mended(options, fixed), *sentences(outcome), *_to_mend(options, outcome)])


def _mended(options: CheckOptions, fixed: Fixed) -> list[str]:
    """What was mended, or would be, and which files were left alone."""
    if not (options.fix or options.diff):
        return []
    notes = [f"note: {reason}" for reason in fixed.refused]
    if not fixed.mended:
        return notes
    word = "Would mend" if options.diff else "Mended"
    return [*notes, f"{word} {count(fixed.mended, 'finding')} in {count(len(fixed.files), 'file')}."]


def _to_mend(options: CheckOptions, outcome: Outcome) -> list[str]:
    """How many of the findings that are left can be mended, and by which options."""
    mends = [one.mend for one in outcome.findings if one.mend and one.mend.edits]
    safe = sum(mend.safe for mend in mends)
    unsafe = len(mends) - safe
    by_fix = safe and not (options.fix or options.diff)
    by_unsafe = unsafe and not (options.unsafe_fixes and (options.fix or options.diff))
    if by_fix and by_unsafe:
        return [f"{safe} can be mended by --fix, {unsafe} more by --fix --unsafe-fixes."]
    if by_fix:
        return [f"{safe} can be mended by --fix."]
    return [f"{unsafe} can be mended by --fix --unsafe-fixes."] if by_unsafe else []
