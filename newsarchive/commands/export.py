"""`export`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from newsarchive import jobs
from newsarchive.bars import counting_progress
from newsarchive.commands.asking import asked, narrowing
from newsarchive.config import Config
from newsarchive.console import err, out, plain
from newsarchive.exports import FORMATS, RECORD_FORMATS
from newsarchive.exports.whole import STANDARD, whole_file
from newsarchive.views.words import count

_TOLD = 20
"""So many records that cannot be read are named."""


def _writable(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """What could only fail at the end is said at the beginning."""
    path = Path(value)
    if value != STANDARD and path.is_dir():
        raise click.BadParameter(f"{value} is a folder; name a file in it.")
    if value != STANDARD and not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}.")
    return value


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(tuple(FORMATS)))
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
def export(config: Config, /, form: str, output: str, revisions: bool, **narrowed: Any) -> int:
    """Write all articles that a search finds, in a format of others: warc, wacz, jsonl, csv, bibtex, ris or csl
    (CSL-JSON). Without words and filters that is the whole archive. Exit code 1 where a record cannot be read."""
    request = asked(**narrowed)
    if form in RECORD_FORMATS:
        if output == STANDARD and _on_terminal():
            raise click.UsageError(
                f"A file of the kind {form} is nothing for a terminal; name one with -o FILE."
            )
        with counting_progress("exporting") as progress, whole_file(output) as file:
            done = jobs.export_records(config, form, request, file, progress=progress)
        what = ("article", "articles")
    else:
        with counting_progress("exporting") as progress, _opened(output) as write:
            done = jobs.export_text(config, form, request, write, versions=revisions, progress=progress)
        what = ("entry", "entries")
    return _tell(done, what, err if output == STANDARD else out)


def _tell(done: jobs.Export, what: tuple[str, str], said: Console) -> int:
    """What was exported, and what could not be; the exit code."""
    for note in done.selection.notes:
        err.print(plain(note))
    for capture in done.damaged[:_TOLD]:
        where = f"{capture.place.file} at byte {capture.place.offset:,}"
        err.print(
            plain(f"{where}: the record {capture.record_id} cannot be read and is left out; see verify.")
        )
    if len(done.damaged) > _TOLD:
        err.print(f"and {len(done.damaged) - _TOLD:,} more records.")
    said.print(f"{count(done.entries, *what)} exported: {plain(done.selection.understood)}.")
    return 1 if done.damaged else 0


def _on_terminal() -> bool:
    return sys.stdout.isatty()


@contextmanager
def _opened(output: str) -> Iterator[Callable[[str], object]]:
    """How to write text there: straight away to the standard output, all at once to a file."""
    if output == STANDARD:
        sys.stdout.flush()
        visible = plain if _on_terminal() else str
        yield lambda piece: sys.stdout.buffer.write(visible(piece).encode())
        sys.stdout.buffer.flush()
        return
    with whole_file(output) as file:
        yield lambda piece: file.write(piece.encode())
