"""The command line: the main group, and what happens to errors.

Exit codes: 0 done, 1 failed, 2 wrong usage. A person's mistake is one sentence, never a traceback.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import io
import keyword
import logging
import os
import sys
from pathlib import Path
from typing import cast

import click

from archive.errors import (
    ArchiveError,
    NoArchiveFile,
    SoundDatabase,
    SourceExists,
    UnknownSource,
    WrongFolder,
)
from index.errors import IndexProblem
from newsarchive import __version__
from newsarchive.commands.table import COMMANDS
from newsarchive.config import ConfigError, default_home, load_config
from newsarchive.console import plain
from newsarchive.lost import refuse_lost

_MAKE_WHOLE = frozenset(
    {"add", "crawl", "demo", "import", "recover", "restore", "robots", "run", "schedule", "verify"}
)
"""Commands that need no database, or take in first what stands in the WARC files."""

_WRONG_USAGE = (ConfigError, UnknownSource, SourceExists, SoundDatabase, WrongFolder, NoArchiveFile)


class Commands(click.Group):
    """Loads the module of a command when the command is wanted, so that `search` need not load the crawler."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"newsarchive.commands.{COMMANDS[cmd_name].module}")
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        return cast("click.Command", getattr(module, name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, in the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, listed.says) for name, listed in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; UsageError with the nearest name where there is none."""
        if args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], list(COMMANDS), n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(COMMANDS)}."
            raise click.UsageError(f'There is no command "{args[0]}"; {hint}')
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the archive; else NEWSARCHIVE_HOME, else your platform's data folder.",
)
@click.version_option(__version__, prog_name="newsarchive")
@click.pass_context
def newsarchive(context: click.Context, home: Path | None) -> None:
    """A searchable news archive: crawls politely, keeps every version, finds anything."""
    try:
        context.obj = load_config(home or default_home(os.environ), os.environ)
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be read: {error.strerror}.") from error
    if context.invoked_subcommand not in _MAKE_WHOLE:
        refuse_lost(context.obj)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit with its code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for a terminal that lacks a letter
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        code = newsarchive.main(arguments, prog_name="newsarchive", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as help_text:
        click.echo(help_text.format_message())
        return 2
    except click.UsageError as error:
        return _complain(error.format_message(), 2)
    except click.Abort:
        return _complain("Stopped.", 1)
    except _WRONG_USAGE as error:
        return _complain(str(error), 2)
    except (ArchiveError, IndexProblem) as error:
        return _complain(str(error), 1)
    except BrokenPipeError:
        _print_no_more()  # whoever read the output has enough; click and rich, too, end quietly with 1
        return 1
    except OSError as error:
        _print_no_more()
        return _complain(f"{error.filename or 'The system'}: {error.strerror or error}.", 1)
    return code if isinstance(code, int) else 0


def _print_no_more() -> None:
    """What is still to be printed goes nowhere, so that the end of the program does not fail over it."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(sentence: str, code: int) -> int:
    """One line, whatever the sentence quotes."""
    click.echo(f"newsarchive: {plain(sentence).replace(chr(10), ' ')}", err=True)
    return code
