"""`lwslint cache`: where it is, what it holds, and an end to that."""

from __future__ import annotations

import click

from lwslint.cache import Cache, Info, default_folder
from lwslint.cli.output import write
from lwslint.report.escape import visible


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cache() -> None:
    """What earlier runs worked out ($LWSLINT_CACHE_DIR, else in the user's cache folder)."""


@cache.command()
def info() -> int:
    """Says where the cache is and how much it holds."""
    folder = default_folder()
    write(f"{visible(str(folder))}: {_amount(Cache(folder).info())}\n", None)
    return 0


@cache.command()
def clear() -> int:
    """Removes all that it holds."""
    folder = default_folder()
    write(f"{visible(str(folder))}: {_amount(Cache(folder).clear())} removed\n", None)
    return 0


def _amount(held: Info) -> str:
    entries = "1 entry" if held.entries == 1 else f"{held.entries} entries"
    return f"{entries}, {held.size / 1e6:.1f} MB"
