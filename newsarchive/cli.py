"""The command line: the main group, and what happens to errors.

Exit codes: 0 done, 1 failed, 2 wrong usage. A person's mistake is one sentence, never a traceback.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import click

from archive.errors import ArchiveError, SourceExists, UnknownSource
from index.errors import IndexProblem
from newsarchive import __version__
from newsarchive.commands import care, crawl, run, search, sources
from newsarchive.config import ConfigError, default_home, load_config
from newsarchive.console import plain

_WRONG_USAGE = (ConfigError, UnknownSource, SourceExists)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the archive; else NEWSARCHIVE_HOME, else your platform's data folder.",
)
@click.version_option(__version__, prog_name="newsarchive")
@click.pass_context
def newsarchive(context: click.Context, home: Path | None) -> None:
    """A searchable news archive: crawls politely, keeps every version, finds anything."""
    context.obj = load_config(home or default_home(os.environ), os.environ)


for _command in (
    run.run,
    run.serve,
    run.schedule,
    run.demo,
    crawl.crawl,
    crawl.add,
    sources.sources,
    search.search,
    search.show,
    care.rebuild,
    care.verify,
    care.status,
):
    newsarchive.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit with its code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        code = newsarchive.main(arguments, prog_name="newsarchive", standalone_mode=False)
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
        sys.stderr.close()  # whoever read the output has enough
        return 0
    except OSError as error:
        return _complain(f"{error.filename or 'The system'}: {error.strerror or error}.", 1)
    return code if isinstance(code, int) else 0


def _complain(sentence: str, code: int) -> int:
    click.echo(f"newsarchive: {plain(sentence)}", err=True)
    return code
