"""`sources import` and `sources export`: lists of sources as files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from archive.store import Store
from newsarchive.bars import counting_progress
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.console import err, out, plain
from newsarchive.sourcelist import FORMATS, MAX_BYTES, ListError, ListFormat, format_of, read_list, write_list
from newsarchive.sources import Outcome, SourceList, import_list, in_collections

_STANDARD = "-"


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--update", is_flag=True, help="Change the settings of sources that are there already.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.pass_obj
def import_sources(config: Config, files: tuple[str, ...], update: bool, dry_run: bool) -> int:
    """Add the sources of lists: OPML, CSV or TOML; - is the standard input. What is wrong in a list is told with
    its line, and the rest is added."""
    wanted = [(file, _read(file)) for file in files]
    failed = 0
    with Store(config.database_url) as store:
        for file, sources in wanted:
            with counting_progress("Importing") as progress:
                outcome = import_list(
                    store, sources, now=now(), update=update, dry_run=dry_run, progress=progress
                )
            _tell(file, outcome, dry_run=dry_run)
            failed += outcome.failed
    return 1 if failed else 0


@click.command("export")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Else as FILE ends; TOML where that does not tell."
)
@click.option(
    "--collection",
    "collections",
    multiple=True,
    metavar="NAME",
    help="Only the sources of this collection; may be repeated.",
)
@click.argument("file", default=_STANDARD, metavar="[FILE]")
@click.pass_obj
def export_sources(config: Config, form: ListFormat | None, collections: tuple[str, ...], file: str) -> None:
    """Write the sources as a list, to the standard output where no FILE is given. TOML and CSV say everything of
    them, OPML their names, addresses and collections."""
    with Store(config.database_url) as store:
        sources = store.sources()
    if collections:
        sources = in_collections(sources, collections)
    text = write_list(sources, form or format_of(file) or "toml").encode()
    if file == _STANDARD:
        click.echo(text, nl=False)
    else:
        Path(file).write_bytes(text)


def _read(file: str) -> SourceList:
    """What a file says. UsageError where it cannot be read."""
    try:
        if file == _STANDARD:
            data, name = sys.stdin.buffer.read(MAX_BYTES + 1), ""
        else:
            name = file
            with Path(file).open("rb") as opened:
                data = opened.read(MAX_BYTES + 1)
        return read_list(data, name, today=now().date())
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except ListError as error:
        raise click.UsageError(f"{file} cannot be read: {error}.") from error


def _tell(file: str, outcome: Outcome, *, dry_run: bool) -> None:
    """The remarks on standard error, the counts on standard output."""
    for remark in outcome.remarks:
        place = f"{file}, line {remark.line}" if remark.line else file
        err.print(f"{plain(place)}: {plain(remark.sentence).rstrip('.')}.")
    counts = f"{outcome.added} added, {outcome.changed} changed, {outcome.kept} kept, {outcome.failed} failed"
    out.print(f"Would be: {counts}." if dry_run else f"{counts}.")
