"""`lwslint explain`: from a line of a log to the rules and facts behind it."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from lwslint.cli.output import write
from lwslint.cli.terminal import width
from lwslint.errors import LwslintError

if TYPE_CHECKING:
    from lwslint.lws.messages import LogMessage

_WIDEST = 100  # cells
_MOST = 3  # messages
_NAME = re.compile(r"\b(?:lws_\w+|LWS_\w+|LCCSCF_\w+|LWS\d{3})\b")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("text", nargs=-1, required=True, metavar="TEXT")
def explain(text: Sequence[str]) -> int:
    """Explains a line that libwebsockets has logged.

    TEXT is the line or a part of it, with or without quotes around it.
    """
    from lwslint.lws.messages import MOST_TEXT, matching

    line = " ".join(text)[:MOST_TEXT]
    found = matching(line)
    blocks = [list(_message(one)) for one in found[:_MOST]]
    if not blocks:
        blocks = [list(_names(line))]
    if not blocks[0]:
        shown = " ".join(line.split())[:80]
        raise LwslintError(
            f"{shown!r}: no message that lwslint knows; see lwslint rules, and lwslint api NAME"
        )
    write("\n".join("".join(f"{one}\n" for one in block) for block in blocks), None)
    return 0


def _message(found: LogMessage) -> Iterator[str]:
    """A message, line by line."""
    from lwslint import registry

    yield found.text[0].replace("%", "...")
    yield from _fact("means", found.means)
    known = {one.info.code: one.info for one in registry.load().rules}
    for code in found.rules:
        if code in known:
            yield from _fact("rule", f"{code} {known[code].name}: {known[code].summary}")
    yield from _fact("see", ", ".join(f"lwslint api {name}" for name in found.names))
    yield from _fact("said in", found.source)


def _names(line: str) -> Iterator[str]:
    """Where a line is no known message, what there is to know of the names in it."""
    from lwslint import registry
    from lwslint.lws.knowledge import Knowledge

    known = set(Knowledge.load().names())
    rules = {one.info.code: one.info for one in registry.load().rules}
    for name in dict.fromkeys(_NAME.findall(line)):
        if name in rules:
            yield f"{name} {rules[name].name}: {rules[name].summary}"
            yield from _fact("see", f"lwslint rule {name}")
        elif name in known:
            yield name
            yield from _fact("see", f"lwslint api {name}")


def _fact(label: str, text: str) -> Iterator[str]:
    room = max(min(width(sys.stdout), _WIDEST) - 11, 20)
    for number, part in enumerate(textwrap.wrap(text, room, break_on_hyphens=False)):
        yield f"  {label if number == 0 else '':<7}  {part}"
