"""`lwslint api`: what is known of a name of the library."""

from __future__ import annotations

import difflib
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from lwslint.cli.output import write
from lwslint.cli.terminal import width
from lwslint.errors import LwslintError

if TYPE_CHECKING:
    from lwslint.lws.knowledge import Knowledge
    from lwslint.lws.telling import Entry
    from lwslint.model.outcome import RuleInfo

_EXAMPLE = re.compile(r"```.*?```", re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LABEL = 10  # cells
_WIDEST = 100  # cells
_LONGEST = 100  # characters of a name


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", metavar="NAME")
@click.option("--lws-version", default="", metavar="X.Y", help="Of this release of libwebsockets alone.")
def api(name: str, lws_version: str) -> int:
    """Tells what is known of a name of libwebsockets.

    NAME is a function, a member (`iface`, or `lws_context_creation_info.iface`), a struct, a flag, or a
    callback reason with or without LWS_CALLBACK_.
    """
    from lwslint.lws.entries import entries
    from lwslint.lws.knowledge import Knowledge, Release

    knowledge = Knowledge.load()
    release = Release.parse(lws_version) if lws_version else None
    found = entries(knowledge, name, release)
    if not found:
        raise LwslintError(_unknown(knowledge, name))
    blocks = ["".join(f"{line}\n" for line in _block(entry)) for entry in found]
    write("\n".join(blocks), None)
    return 0


def _unknown(knowledge: Knowledge, name: str) -> str:
    """Says that a name is unknown, and which ones are near."""
    shown = f"{name[:_LONGEST]}..." if len(name) > _LONGEST else name or "an empty name"
    known = [
        *knowledge.names(),
        *(one for full in knowledge.names() if (one := full.rpartition(".")[2]) != full),
    ]
    near = difflib.get_close_matches(name[:_LONGEST], dict.fromkeys(known), n=2, cutoff=0.7)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{shown}: no name of libwebsockets that lwslint knows{hint}"


def _block(entry: Entry) -> Iterator[str]:
    """An entry, line by line."""
    yield f"{entry.name}: {entry.kind}"
    speaking = [f"{rule.code} {rule.name}" for rule in _rules(entry.name)]
    facts = [
        *entry.facts,
        *(("rule", rule) for rule in speaking),
        *(("said in", one) for one in entry.sources),
    ]
    wide = max([_LABEL, *(len(label) for label, _ in facts)])
    before = ""
    for label, text in facts:
        lines = textwrap.wrap(
            text, max(min(width(sys.stdout), _WIDEST) - wide - 4, 20), break_on_hyphens=False
        )
        for number, line in enumerate(lines):
            yield f"  {(label if number == 0 and label != before else '').ljust(wide)}  {line}".rstrip()
        before = label


def _rules(name: str) -> Iterable[RuleInfo]:
    """The rules whose pages speak of the name, examples aside."""
    from lwslint import registry

    last = re.escape(name.rpartition(".")[2])
    word = re.compile(rf"(?<!\w){last}(?!\w)")
    for registered in registry.load().rules:
        if any(word.search(code) for code in _CODE.findall(_EXAMPLE.sub("", registered.info.doc))):
            yield registered.info
