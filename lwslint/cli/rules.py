"""`lwslint rules` and `lwslint rule`: what lwslint looks for."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from lwslint.cli.output import write
from lwslint.cli.terminal import say, wants_color, width

if TYPE_CHECKING:
    from lwslint.model.outcome import RuleInfo
    from lwslint.registry import Registry

HELP = {"help_option_names": ["-h", "--help"]}


@click.command(context_settings=HELP)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def rules(format_: str) -> int:
    """Lists all rules."""
    from lwslint import registry

    found = registry.load()
    infos = [registered.info for registered in found.rules]
    write(_json(infos) if format_ == "json" else _table(infos), None)
    return _failed(found)


@click.command(context_settings=HELP)
@click.argument("name", metavar="NAME_OR_CODE")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def rule(name: str, color: str) -> int:
    """Explains one rule."""
    from lwslint import registry

    found = registry.load()
    info = found.find(name).info
    page = info.doc or f"# {info.name} ({info.code})\n\n{info.summary}\n"
    write(_rendered(page) if wants_color(color, sys.stdout) else page, None)
    return _failed(found)


def _failed(found: Registry) -> int:
    """Names rule packages that could not be imported; the exit status."""
    say(f"lwslint: error: {failure}" for failure in found.failures)
    return 2 if found.failures else 0


def _table(infos: Iterable[RuleInfo]) -> str:
    rows = [(info.code, info.name, info.level.value, info.precision.value, info.summary) for info in infos]
    rows.insert(0, ("CODE", "NAME", "LEVEL", "PRECISION", "SUMMARY"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _json(infos: Iterable[RuleInfo]) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(list(infos))).decode() + "\n"


def _rendered(page: str) -> str:
    """Markdown drawn for a terminal."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(force_terminal=True, width=min(width(sys.stdout), 100), highlight=False)
    with console.capture() as capture:
        console.print(Markdown(page, hyperlinks=sys.stdout.isatty()))
    return capture.get()
