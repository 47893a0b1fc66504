"""`lwslint check`: the options, and what becomes of them is in `lwslint.cli.run`."""

from __future__ import annotations

from typing import Any

import click

from lwslint.cli.options import FRONTEND, CheckOptions
from lwslint.model.finding import Level
from lwslint.report import FORMATS


class CheckCommand(click.Command):
    """Keeps the words after `--` apart: they are a compile command, no PATHs (CMake calls clang-tidy so)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Takes `-- COMPILER ARGS` off the end."""
        if "--" in args:
            split = args.index("--")
            ctx.meta["compiler"] = tuple(args[split + 1 :])
            args = args[:split]
        ctx.meta["words"] = tuple(args)
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
@FRONTEND
@click.option(
    "--select", multiple=True, metavar="RULES", help="Only these rules: codes, prefixes or names, by comma."
)
@click.option("--ignore", multiple=True, metavar="RULES", help="Not these rules.")
@click.option(
    "--format", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="On stdout."
)
@click.option("-o", "--output", default="-", metavar="FILE", help="Write that report to FILE, not to stdout.")
@click.option("--report", multiple=True, metavar="FORMAT=FILE", help="Write one more report.")
@click.option("--fail-on", type=_LEVEL, help="Least level for exit status 1, a warning by default.")
@click.option("--config", metavar="FILE", help="Take this configuration, not the nearest lwslint.toml.")
@click.option("--isolated", is_flag=True, help="Take no configuration.")
@click.option("--baseline", metavar="FILE", help="Report only what this baseline does not know.")
@click.option("--write-baseline", metavar="FILE", help="Write all that is found to a baseline.")
@click.option("--diff-base", metavar="REV", help="Report only what is new since this git revision.")
@click.option("--show-settings", is_flag=True, help="Print the settings of a run, and run nothing.")
@click.option("--show-files", is_flag=True, help="Print the files that a run reads, and run nothing.")
@click.option("--statistics", is_flag=True, help="Say on stderr what was found how often.")
@click.option("--timing", is_flag=True, help="Say on stderr how long each part of the run took.")
@click.option("--exit-zero", is_flag=True, help="Exit status 0 whatever is found.")
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, in the files that PATHs name.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: mend what needs a look at it, too.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--strict", is_flag=True, help="Exit status 2 if anything could not be read.")
@click.option("--show-suppressed", is_flag=True, help="Report what comments in the source silence, too.")
@click.option("--html-no-source", is_flag=True, help="Leave the source out of HTML reports.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 1024), metavar="N", help="Processes, by default one for each core."
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write a cache.")
@click.option("--no-pch", is_flag=True, help="Precompile no headers: slower, and the same findings.")
@click.option("--color", type=_COLOR, default="auto", show_default=True)
@click.option("--no-progress", is_flag=True, help="No progress bar on a terminal.")
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Say what was decided: compile database, flags, release.")
@click.pass_context
def check(ctx: click.Context, /, **values: Any) -> int:
    """Checks C files, all C files in folders, or all units of the compile database."""
    from lwslint.cli.run import run

    return run(CheckOptions(**values), ctx.meta.get("compiler"), ctx.meta.get("words", ()))
