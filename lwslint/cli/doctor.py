"""`lwslint doctor`: what a run would go by, and what about it is ill, each with the cure."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from lwslint import __version__
from lwslint.cli.output import write
from lwslint.errors import LwslintError
from lwslint.report.escape import visible
from lwslint.report.summary import count

if TYPE_CHECKING:
    from lwslint.frontend.installed import Installed
    from lwslint.sources import Plan


class Line(msgspec.Struct, frozen=True):
    """A line of the report: what it is about, what is so, and the cure if that is ill."""

    label: str
    text: str
    cure: str = ""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-p", "--build-dir", metavar="DIR", help="Folder that holds compile_commands.json.")
def doctor(paths: tuple[str, ...], build_dir: str | None) -> int:
    """Says which headers, library, compile database and libclang are used, and what does not go together.

    The exit status is 1 if anything is ill.
    """
    lines = [*_tools(), *_configuration(), *_program(paths, build_dir)]
    wide = max(len(line.label) for line in lines)
    shown = []
    for line in lines:
        shown.append(f"{'ill' if line.cure else 'ok':<4} {line.label:<{wide}}  {visible(line.text)}")
        if line.cure:
            shown.append(f"{'':<{wide + 7}}cure: {visible(line.cure)}")
    write("".join(f"{one}\n" for one in shown), None)
    return int(any(line.cure for line in lines))


def _tools() -> Iterator[Line]:
    """The tool itself and what it stands on."""
    from lwslint.frontend import installed
    from lwslint.frontend.clang import library
    from lwslint.frontend.parsers import parser

    yield Line("lwslint", f"{__version__}, Python {platform.python_version()}")
    try:
        number, path = library.version()
        yield Line("libclang", f"{number}, {path}")
    except LwslintError as error:
        cure = (
            "pip install --force-reinstall libclang; until then pycparser reads against lwslint's own headers"
        )
        yield Line("libclang", str(error), cure)
    yield Line("front end", f"C is read by {parser()}")
    owners = installed.owners()
    if len(owners) > 1:
        names = " ".join(owner.split()[0] for owner in owners)
        cure = f"pip uninstall -y {names}; pip install libclang"
        yield Line("module clang", f"belongs to {' and '.join(owners)}, which overwrite each other", cure)
    else:
        yield Line("module clang", f"of {owners[0]}" if owners else "not of any package")


def _configuration() -> Iterator[Line]:
    from lwslint import configuration
    from lwslint.sources import shown

    cwd = Path.cwd()
    try:
        found = configuration.find(cwd)
        found.values.additions()
    except LwslintError as error:
        yield Line(
            "configuration", str(error), "mend that line; lwslint check --show-settings prints all keys"
        )
        return
    yield Line("configuration", shown(found.file, cwd) if found.file else "none")


def _program(paths: tuple[str, ...], build_dir: str | None) -> Iterator[Line]:
    """The compile database, and the headers and the library that the program is built with."""
    from lwslint.frontend import installed
    from lwslint.frontend.request import ReadRequest
    from lwslint.frontend.shared_library import shared_libraries
    from lwslint.model.outcome import GapKind
    from lwslint.sources import Plan, plan, shown

    cwd = Path.cwd()
    try:
        planned = plan(paths, cwd=cwd, build_dir=build_dir)
    except LwslintError as error:
        if paths or build_dir:
            raise
        planned = Plan(cwd, ())
        yield Line("program", f"{error}")
    yield from _database(planned)
    lost = [gap.path for gap in planned.gaps if gap.kind is GapKind.UNREADABLE]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        yield Line(
            "sources", f"{lost[0]}{more} cannot be read", "build first, or make the compile database anew"
        )
    elif planned.units:
        yield Line("sources", count(len(planned.units), "unit"))
    units = [ReadRequest(one.path, str(one.directory), one.arguments) for one in planned.units]
    lists = list(installed.library_headers(units or [ReadRequest("", str(cwd), ())]))
    libraries = installed.libraries()
    built = shared_libraries(folders_first=[str(Path(one.path).parent.parent) for one in libraries])
    for headers in lists:
        if not headers:
            cure = "install libwebsockets' headers, or name their folder with -I; else lwslint's own are used"
            yield Line("header", "a unit finds no libwebsockets.h", cure if len(lists) > 1 else "")
            continue
        first, *others = headers
        where = f"{shown(first.path, cwd)}, libwebsockets {first.release or 'of an unknown release'}"
        different = [one for one in others if one.release != first.release]
        if different:
            second = ", ".join(f"{shown(one.path, cwd)} ({one.release or '?'})" for one in different)
            cure = "leave one of them on the include path; the first one counts"
            yield Line("header", f"{where}; behind it {second}", cure)
        else:
            yield Line("header", where)
        yield from _against_library(first, [*libraries[:1], *_linked(libraries, built)])
    releases = {headers[0].release for headers in lists if headers}
    if len(releases) > 1:
        cure = "give all units of the program the same -I for libwebsockets.h"
        yield Line("header", f"units are built with {' and '.join(sorted(releases))}", cure)
    for library in libraries:
        yield Line("library", f"{library.path}, libwebsockets {library.release or 'of an unknown release'}")
    for one in built:
        yield Line("shared library", f"{one.path}, libwebsockets {one.release or 'of an unknown release'}")
    if not libraries:
        yield Line("library", "pkg-config knows no libwebsockets")


def _linked(packages: Sequence[Installed], built: Sequence[Installed]) -> list[Installed]:
    """The shared library that a program is linked with: of the folder of the package that pkg-config takes.

    Where pkg-config knows none, the first one; where its folder has none, nobody can tell.
    """
    if not packages:
        return list(built[:1])
    folder = Path(packages[0].path).parent.parent
    return [one for one in built if Path(one.path).parent == folder][:1]


def _against_library(header: Installed, libraries: Sequence[Installed]) -> Iterator[Line]:
    """Whether what is linked is of the header's release: what pkg-config says of it, and what is in it."""
    for library in libraries:
        if header.release and library.release and _family(header.release) != _family(library.release):
            text = f"header {header.release}, library {library.release} ({library.path})"
            cure = (
                "install both of one release, or point PKG_CONFIG_PATH and -I at one: structs differ in size"
            )
            yield Line("release", text, cure)
            return


def _family(release: str) -> list[str]:
    """The first two numbers of a release: those with other ones have other structs."""
    return release.split(".")[:2]


def _database(planned: Plan) -> Iterator[Line]:
    found = next((one for one in planned.remarks if "compile database" in one), "no PATH that is read")
    yield Line("database", found.removeprefix("compile database "))
