"""The command line. Findings go to stdout, all else to stderr.

Exit status: 0 clean, 1 findings, 2 the job could not be done, 130 interrupted.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence

import click

from lwslint import COLLECTIONS, __version__
from lwslint.cli.terminal import say
from lwslint.errors import LwslintError, nearest
from lwslint.report.escape import visible

COMMANDS = {
    "check": "lwslint.cli.check",
    "api": "lwslint.cli.api",
    "cache": "lwslint.cli.cache",
    "doctor": "lwslint.cli.doctor",
    "dump": "lwslint.cli.dump",
    "explain": "lwslint.cli.explain",
    "rule": "lwslint.cli.rules",
    "rules": "lwslint.cli.rules",
}
"""Each sub-command and the module that defines it under its own name: imported when it is asked for."""

DEFAULT = "check"


class LateGroup(click.Group):
    """A group of commands that are imported when needed; words without a command in front mean `check`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all sub-commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The sub-command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts the command in front, if it is not there."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if not args or args[0] not in own:
            args = self._command_first(ctx, args)
        return super().parse_args(ctx, args)

    def _command_first(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words with the sub-command before any switches; `check` if there is none."""
        first = next((index for index, word in enumerate(args) if not self._is_switch(ctx, word)), 0)
        if args and args[first] in COMMANDS:
            return [args[first], *args[:first], *args[first + 1 :]]
        if args and _is_bare(args[first]):
            near = nearest(args[first], COMMANDS, cutoff=0.75)
            if near:
                word = visible(args[first])
                raise click.UsageError(f"{word}: no such file and no such command; did you mean {near}?", ctx)
        return [DEFAULT, *args]

    def _is_switch(self, ctx: click.Context, word: str) -> bool:
        """Whether a word is an option of `check` that takes no value."""
        if not word.startswith("-"):
            return False
        command = self.get_command(ctx, DEFAULT)
        parameters = command.params if command else []
        return any(isinstance(one, click.Option) and one.is_flag and word in one.opts for one in parameters)


def _is_bare(word: str) -> bool:
    """Whether a word may have been meant as a command: no option, no path, nothing that is there."""
    return word.isalpha() and not os.path.lexists(word)


def _print_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from lwslint.frontend.clang import library
        from lwslint.frontend.parsers import parser

        try:
            number, path = library.version()
            reads = f"libclang {number}, {path}"
        except LwslintError as error:
            reads = f"{parser('pycparser')}; {error}"
        click.echo(f"lwslint {__version__} ({reads})")
        ctx.exit()


@click.group(
    cls=LateGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`lwslint PATH...` is `lwslint check PATH...`.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
def lwslint() -> None:
    """Finds misuse of libwebsockets in C programs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs lwslint with these arguments (those of the process, if None); gives the exit status."""
    gc.set_threshold(*COLLECTIONS)
    try:
        status = lwslint.main(arguments, prog_name="lwslint", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except (KeyboardInterrupt, click.Abort):
        return 130
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "lwslint"
        return _fail(error.format_message().rstrip("."), f"{command} --help")
    except LwslintError as error:
        return _fail(str(error))
    except MemoryError:
        return _fail("out of memory; name fewer files at a time")
    except Exception as error:
        if os.environ.get("LWSLINT_DEBUG"):
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return _fail(f"internal error ({reason}); please report it, with what LWSLINT_DEBUG=1 shows")


def flushed(status: int) -> int:
    """The exit status, once all that was said is out."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        return status
    except OSError as error:
        return _fail(f"stdout: cannot be written ({error.strerror})")
    return status


def _fail(message: str, see: str = "") -> int:
    """Says in one line why the job could not be done."""
    say([f"lwslint: error: {' '.join(message.split())}{f'; see {see}' if see else ''}"])
    return 2
