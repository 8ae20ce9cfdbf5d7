"""`export`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from newsarchive import jobs
from newsarchive.commands.asking import asked, narrowing
from newsarchive.config import Config
from newsarchive.console import counting_progress, err, out, plain
from newsarchive.exports import TEXT_FORMATS
from newsarchive.exports.whole import STANDARD, whole_file

FORMATS = tuple(TEXT_FORMATS)


def _writable(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """What could only fail at the end is said at the beginning."""
    path = Path(value)
    if value != STANDARD and path.is_dir():
        raise click.BadParameter(f"{value} is a folder; name a file in it.")
    if value != STANDARD and not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}.")
    return value


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@narrowing
@click.option(
    "-o",
    "--output",
    default=STANDARD,
    metavar="FILE",
    callback=_writable,
    help="Where to; else the standard output. A file is there when it is whole.",
)
@click.option("--revisions", is_flag=True, help="Every version of every article, not the latest alone.")
@click.pass_obj
def export(config: Config, /, form: str, output: str, revisions: bool, **narrowed: Any) -> None:
    """Write all articles that a search finds, in a format of others: jsonl, csv, bibtex, ris or csl (CSL-JSON).
    Without words and filters that is the whole archive."""
    request = asked(**narrowed)
    with counting_progress("exporting") as progress, _opened(output) as write:
        done = jobs.export_text(config, form, request, write, versions=revisions, progress=progress)
    said = err if output == STANDARD else out
    for note in done.selection.notes:
        err.print(plain(note))
    entries = f"{done.entries:,} {'entry' if done.entries == 1 else 'entries'}"
    said.print(f"{entries} exported: {plain(done.selection.understood)}.")


@contextmanager
def _opened(output: str) -> Iterator[Callable[[str], object]]:
    """How to write text there: straight away to the standard output, all at once to a file."""
    if output == STANDARD:
        sys.stdout.flush()
        visible = plain if sys.stdout.isatty() else str
        yield lambda piece: sys.stdout.buffer.write(visible(piece).encode())
        sys.stdout.buffer.flush()
        return
    with whole_file(output) as file:
        yield lambda piece: file.write(piece.encode())
