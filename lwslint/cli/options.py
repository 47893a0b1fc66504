"""The options of `lwslint check`, as they stand on the command line."""

from __future__ import annotations

import click
import msgspec

FRONTEND = click.option(
    "--frontend",
    type=click.Choice(["auto", "clang", "pycparser"]),
    default="auto",
    show_default=True,
    help="What reads C; auto is pycparser where libclang cannot be loaded.",
)
"""The option that several commands have."""


class CheckOptions(msgspec.Struct, frozen=True):
    """What was given, and what holds where nothing is; None is left to the configuration."""

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
    frontend: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    format: str
    output: str
    report: tuple[str, ...]
    fail_on: str | None
    config: str | None
    isolated: bool
    baseline: str | None
    write_baseline: str | None
    diff_base: str | None
    show_settings: bool
    show_files: bool
    statistics: bool
    timing: bool
    exit_zero: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    strict: bool
    show_suppressed: bool
    html_no_source: bool
    jobs: int | None
    no_cache: bool
    no_pch: bool
    color: str
    no_progress: bool
    quiet: bool
    verbose: bool
