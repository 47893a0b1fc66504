"""`lwslint dump`: what lwslint makes of a program, for people who write rules."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lwslint.cli.options import FRONTEND
from lwslint.cli.output import write
from lwslint.cli.terminal import say
from lwslint.dump import DRAWN, View, printed
from lwslint.errors import LwslintError, nearest
from lwslint.sources import Flags, plan

if TYPE_CHECKING:
    from lwslint.dump.inside import Inside
    from lwslint.engine import ReadUnit

_ALL = ", ".join(f"--{view}" for view in View)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, required=True, metavar="FILE... [FUNCTION]")
@click.option("--ir", "views", flag_value="ir", multiple=True, help="The units as they were lowered.")
@click.option(
    "--cfg", "views", flag_value="cfg", multiple=True, help="Blocks, loops, post-dominators, slices."
)
@click.option("--calls", "views", flag_value="calls", multiple=True, help="Calls, with pointers resolved.")
@click.option("--roles", "views", flag_value="roles", multiple=True, help="In which ways functions run.")
@click.option("--states", "views", flag_value="states", multiple=True, help="What is known at each point.")
@click.option("--dot", is_flag=True, help="Draw cfg, calls or states for Graphviz.")
@click.option("--function", default="", metavar="NAME", help="Only functions of that name.")
@click.option("-p", "--build-dir", metavar="DIR", help="Folder that holds compile_commands.json.")
@click.option("-I", "include", multiple=True, metavar="DIR", help="Look for headers in DIR.")
@click.option("-D", "define", multiple=True, metavar="NAME[=VALUE]", help="Define a macro.")
@click.option("--extra-arg", multiple=True, metavar="FLAG", help="One more compiler flag, after all others.")
@click.option("--lws-version", default="", metavar="X.Y", help="The release of libwebsockets that is meant.")
@FRONTEND
def dump(
    files: tuple[str, ...],
    views: tuple[str, ...],
    dot: bool,
    function: str,
    build_dir: str | None,
    include: tuple[str, ...],
    define: tuple[str, ...],
    extra_arg: tuple[str, ...],
    lws_version: str,
    frontend: str,
) -> int:
    """Shows what lwslint makes of C files: for people who write rules.

    A last word that is an identifier and no file is the name of the one function to show.
    """
    files, function = _function_apart(files, function)
    view = _chosen(views, dot=dot)
    flags = (*(f"-I{folder}" for folder in include), *(f"-D{macro}" for macro in define), *extra_arg)
    units = _read(files, build_dir, Flags(after=flags), lws_version, frontend)
    failures = [unit for unit in units if unit.unit is None]
    say(f"lwslint: error: {gap.path}: {gap.text}" for unit in failures for gap in unit.gaps)
    if function:
        _check_known(function, units)
    write(printed(_lines(view, units, function, lws_version, dot=dot)), None)
    return 2 if failures else 0


def _function_apart(words: tuple[str, ...], function: str) -> tuple[tuple[str, ...], str]:
    """The files, and the function that is named after them or by its option."""
    if function or len(words) < 2 or not words[-1].isidentifier() or Path(words[-1]).exists():
        return words, function
    return words[:-1], words[-1]


def _chosen(views: tuple[str, ...], *, dot: bool) -> View:
    """The one view that is wanted.

    Raises:
        LwslintError: there is none, there are several, or it cannot be drawn.
    """
    if len(set(views)) != 1:
        raise LwslintError(f"{'one view at a time' if views else 'no view chosen'}; give one of {_ALL}")
    view = View(views[0])
    if dot and view not in DRAWN:
        raise LwslintError(f"--dot: --{view} is text; drawn are {', '.join(f'--{one}' for one in DRAWN)}")
    return view


def _read(
    files: tuple[str, ...], build_dir: str | None, flags: Flags, release: str, frontend: str
) -> list[ReadUnit]:
    """The units of the files, and those of the rest of the program.

    Raises:
        LwslintError: a file does not exist, or none of them is C.
    """
    from lwslint import engine
    from lwslint.frontend.parsers import check_there
    from lwslint.registry import Selection

    check_there(frontend)
    planned = plan(files, cwd=Path.cwd(), build_dir=build_dir, flags=flags)
    jobs = min(os.cpu_count() or 1, max(len(planned.units), 1))
    if not any(unit.asked for unit in planned.units):
        raise LwslintError(f"{', '.join(files)}: no C file that is read by itself; name .c files")
    settings = engine.Settings(Selection.of(()), jobs, _release(release), everything=True, frontend=frontend)
    return list(engine._read(planned, settings, lambda what, done, total: None))


def _release(word: str) -> str:
    """A release in full (`4.1.6` for `4.1`); empty if none is named.

    Raises:
        LwslintError: there is no such release.
    """
    from lwslint.lws.knowledge import Release

    return str(Release.parse(word)) if word else ""


def _check_known(name: str, units: Iterable[ReadUnit]) -> None:
    """Makes sure that a function of that name was read.

    Raises:
        LwslintError: there is none; names the nearest.
    """
    asked = (unit.unit for unit in units if unit.unit and unit.source.asked)
    known = sorted({function.name for unit in asked for function in unit.functions})
    if name not in known:
        near = nearest(name, known, cutoff=0)
        hint = f"did you mean {near}?" if near else "none has to do with libwebsockets"
        raise LwslintError(f"--function {name}: not among the functions that were read; {hint}")


def _lines(view: View, units: list[ReadUnit], name: str, release: str, *, dot: bool) -> Iterator[str]:
    """The view, line by line."""
    if view is View.IR:
        from lwslint.dump import ir

        yield from ir.text((unit.unit for unit in units if unit.unit and unit.source.asked), name)
        return
    from lwslint.dump import calls, cfg, roles, states

    draw = {View.CFG: cfg.drawn, View.CALLS: calls.drawn, View.STATES: states.drawn}
    tell = {View.CFG: cfg.text, View.CALLS: calls.text, View.ROLES: roles.text, View.STATES: states.text}
    for inside in _programs(units, name, release):
        yield from (draw if dot else tell)[view](inside)


def _programs(units: list[ReadUnit], name: str, release: str) -> Iterator[Inside]:
    """The programs with a function to show, each analysed."""
    from lwslint import engine
    from lwslint.analysis import link_programs
    from lwslint.api import analyse
    from lwslint.dump.inside import Inside

    asked = {unit.unit.files[0] for unit in units if unit.unit and unit.source.asked}
    for program in link_programs(engine._on_their_own(units)):
        found = _release(release) or engine._newest(program.units[n].release for n in program.group.units)
        inside = Inside(analyse(program, found), asked, name)
        if inside.functions:
            yield inside
