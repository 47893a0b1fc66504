"""`lwslint check`: the options, and the run from them to an exit status."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lwslint.cli.output import Report, check_writable, parse_report, write, write_stdout
from lwslint.cli.terminal import ProgressLine, say, wants_color, width
from lwslint.errors import LwslintError
from lwslint.model.finding import Level
from lwslint.model.outcome import Gap, GapKind, Outcome
from lwslint.report import FORMATS, ReportOptions, render
from lwslint.report.summary import count
from lwslint.sources import Flags, Plan, Stdin, plan
from lwslint.sources.flags import clean

if TYPE_CHECKING:
    from lwslint.fixing import Fixed

MAXIMUM_STDIN = 64 << 20  # bytes


@dataclass(frozen=True)
class CheckOptions:
    """The options of `check` as they stand on the command line."""

    paths: tuple[str, ...]
    build_dir: str | None
    include: tuple[str, ...]
    isystem: tuple[str, ...]
    undefine: tuple[str, ...]
    define: tuple[str, ...]
    standard: str | None
    extra_arg: tuple[str, ...]
    extra_arg_before: tuple[str, ...]
    stdin_filename: str | None
    lws_version: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    format: str
    output: str
    report: tuple[str, ...]
    fail_on: str
    exit_zero: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    strict: bool
    show_suppressed: bool
    jobs: int | None
    no_cache: bool
    color: str
    quiet: bool
    verbose: bool


class CheckCommand(click.Command):
    """Keeps the words after `--` apart: they are a compile command, no PATHs (CMake calls clang-tidy so)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Takes `-- COMPILER ARGS` off the end."""
        if "--" in args:
            split = args.index("--")
            ctx.meta["compiler"] = tuple(args[split + 1 :])
            args = args[:split]
        return super().parse_args(ctx, args)


_COLOR = click.Choice(["auto", "always", "never"])
_LEVEL = click.Choice([level.value for level in Level])


@click.command(
    cls=CheckCommand,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="With CMAKE_C_CLANG_TIDY=lwslint, CMake calls `lwslint FILE -- COMPILER ARGS` for each file.",
)
@click.argument("paths", nargs=-1, metavar="[PATH]... [-- COMPILER ARGS]")
@click.option("-p", "--build-dir", metavar="DIR", help="Folder that holds compile_commands.json.")
@click.option("-I", "include", multiple=True, metavar="DIR", help="Look for headers in DIR.")
@click.option(
    "-isystem", "isystem", multiple=True, metavar="DIR", help="Look for headers in DIR, after all -I."
)
@click.option("-U", "undefine", multiple=True, metavar="NAME", help="Undefine a macro.")
@click.option("-D", "define", multiple=True, metavar="NAME[=VALUE]", help="Define a macro.")
@click.option("-std", "standard", metavar="STANDARD", help="The C standard, c11 or gnu17 for example.")
@click.option("--extra-arg", multiple=True, metavar="FLAG", help="One more compiler flag, after all others.")
@click.option(
    "--extra-arg-before", multiple=True, metavar="FLAG", help="One more compiler flag, before all others."
)
@click.option("--stdin-filename", metavar="FILE", help="The file that PATH - (standard input) stands for.")
@click.option(
    "--lws-version", default="", metavar="X.Y", help="Hold the code against this release of libwebsockets."
)
@click.option(
    "--select", multiple=True, metavar="RULES", help="Only these rules: codes, prefixes or names, by comma."
)
@click.option("--ignore", multiple=True, metavar="RULES", help="Not these rules.")
@click.option(
    "--format", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="On stdout."
)
@click.option("-o", "--output", default="-", metavar="FILE", help="Write that report to FILE, not to stdout.")
@click.option("--report", multiple=True, metavar="FORMAT=FILE", help="Write one more report.")
@click.option(
    "--fail-on", type=_LEVEL, default="warning", show_default=True, help="Least level for exit status 1."
)
@click.option("--exit-zero", is_flag=True, help="Exit status 0 whatever is found.")
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, in the files that PATHs name.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: mend what needs a look at it, too.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--strict", is_flag=True, help="Exit status 2 if anything could not be read.")
@click.option("--show-suppressed", is_flag=True, help="Report what comments in the source silence, too.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 1024), metavar="N", help="Processes, by default one for each core."
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write a cache.")
@click.option("--color", type=_COLOR, default="auto", show_default=True)
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Say what was decided: compile database, flags, release.")
@click.pass_context
def check(ctx: click.Context, /, **values: Any) -> int:
    """Checks C files, all C files in folders, or all units of the compile database."""
    options = CheckOptions(**values)
    reports = _reports(options)
    check_writable(reports)
    planned = plan(
        options.paths,
        cwd=Path.cwd(),
        build_dir=options.build_dir,
        flags=_flags(options, ctx.meta.get("compiler")),
        stdin=_stdin(options),
    )
    if options.verbose:
        say(f"note: {remark}" for remark in planned.remarks)
    return _run(options, planned, reports)


def _run(options: CheckOptions, planned: Plan, reports: list[Report]) -> int:
    """Runs the plan, writes the reports, and says on stderr what was not in sight."""
    from lwslint import engine, fixing, registry

    known = registry.load()
    rules = known.select(_words(options.select), _words(options.ignore))
    settings = engine.Settings(rules, _jobs(options, planned), _release(options))
    planned = _with_failures(planned, known.failures)
    with ProgressLine(sys.stderr, quiet=options.quiet) as progress:

        def analyse(planned: Plan) -> Outcome:
            return engine.run(planned, settings, progress.update)

        if options.fix or options.diff:
            fixed = fixing.fix(planned, analyse, unsafe=options.unsafe_fixes)
        else:
            outcome = analyse(planned)
            fixed = fixing.Fixed(outcome, outcome)
    if options.diff:
        return _show_diff(options, fixed, reports)
    if options.fix:
        reports = _fix(fixed, planned, reports)
    _write_reports(options, fixed.after, reports)
    _say_what_it_comes_to(options, fixed)
    fail_on = None if options.exit_zero else Level(options.fail_on)
    return engine.exit_status(fixed.after, fail_on, strict=options.strict)


def _show_diff(options: CheckOptions, fixed: Fixed, reports: list[Report]) -> int:
    """Prints what would be changed, in place of the report for stdout; that is exit status 1."""
    from lwslint import engine, fixing

    write_stdout(fixing.diff(fixed))
    _write_reports(options, fixed.before, [report for report in reports if report.path])
    _say_what_it_comes_to(options, fixed)
    failed = engine.exit_status(fixed.before, None, strict=options.strict)
    return failed or int(bool(fixed.files) and not options.exit_zero)


def _fix(fixed: Fixed, planned: Plan, reports: list[Report]) -> list[Report]:
    """Writes what was mended, standard input to stdout; gives the reports that are then to be written."""
    from lwslint import fixing

    given = next((unit for unit in planned.units if unit.text is not None), None)
    if given is None or given.text is None:
        fixing.write(fixed)
        return reports
    old = given.text.encode("utf-8", "surrogateescape")
    write_stdout(next((file.new for file in fixed.files if file.path == given.path.resolve()), old))
    return [Report(report.format, report.path, stderr=report.path is None) for report in reports]


def _write_reports(options: CheckOptions, outcome: Outcome, reports: list[Report]) -> None:
    for report in reports:
        text = render(report.format, outcome, _report_options(options, report))
        if report.stderr:
            say(text.splitlines())
        else:
            write(text, report.path)


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
    if report.path is not None:
        color = options.color == "always"
        return ReportOptions(color=color, show_suppressed=options.show_suppressed, summary=True)
    color = wants_color(options.color, sys.stdout)
    return ReportOptions(
        color=color,
        width=width(sys.stdout),
        links=color and sys.stdout.isatty(),
        show_suppressed=options.show_suppressed,
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


def _with_failures(planned: Plan, failures: tuple[str, ...]) -> Plan:
    """The plan, with rule packages that could not be imported among its gaps."""
    failed = tuple(Gap("", GapKind.RULE_FAILED, failure) for failure in failures)
    return replace(planned, gaps=(*planned.gaps, *failed))


def _say_what_it_comes_to(options: CheckOptions, fixed: Fixed) -> None:
    """Gaps, what was mended and the summary, on stderr; of a quiet run, only what ended the job."""
    from lwslint import gaps
    from lwslint.report.summary import sentences

    outcome = fixed.before if options.diff else fixed.after
    lines = gaps.lines(outcome.gaps, verbose=options.verbose)
    if options.quiet:
        say(line for line in lines if line.startswith("error:"))
    else:
        say([*lines, *_mended(options, fixed), *sentences(outcome), *_to_mend(options, outcome)])


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
