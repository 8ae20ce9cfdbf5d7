"""`reextract`: reading what is kept anew."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table

from archive.crawl import Rereading
from newsarchive import jobs
from newsarchive.bars import running_progress
from newsarchive.config import Config
from newsarchive.console import err, out, plain, print_json, print_table
from newsarchive.ending import Ending
from newsarchive.jobs import RereadReport

_FATES = ("unchanged", "mended", "changed", "read", "unread", "lost")
_SHOWN = 20


@click.command()
@click.option("--source", "names", multiple=True, metavar="NAME", help="Only this source; may be repeated.")
@click.option("--unread", is_flag=True, help="Only pages that could not be read.")
@click.option("--force", is_flag=True, help="Also what this version of the extraction has read already.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts and what changed as JSON.")
@click.pass_obj
def reextract(config: Config, names: tuple[str, ...], unread: bool, force: bool, as_json: bool) -> int:
    """Read kept pages anew with the extraction of today; no site is asked for anything. It may be stopped at any
    time; the next run goes on where this one was. Ends with 1 where it was stopped, or a record cannot be read."""
    with Ending() as ending, running_progress("reading", quiet=as_json) as progress:

        def show(result: Rereading) -> None:
            if progress is not None:
                progress(f"{result.fate} · {plain(result.article.url)}")

        report = jobs.reextract(
            config, names=names, unread=unread, force=force, progress=show, stopped=lambda: ending.asked
        )
    if as_json:
        print_json(_as_json(report))
    else:
        _print(report)
    return 0 if report.complete and not report.fates["lost"] else 1


def _as_json(report: RereadReport) -> dict[str, Any]:
    return {
        **{fate: report.fates[fate] for fate in _FATES},
        "fields": dict(report.fields.most_common()),
        "sources": {
            name: {
                **{fate: counts.fates[fate] for fate in _FATES},
                "fields": dict(counts.fields.most_common()),
            }
            for name, counts in sorted(report.sources.items())
        },
        "complete": report.complete,
        "articles": [_one(result) for result in (*report.changed, *report.unread)],
    }


def _one(result: Rereading) -> dict[str, Any]:
    article = result.article
    told = {"message": result.message} if result.message else {"fields": list(result.fields)}
    return {"id": article.id, "url": article.url, "fate": result.fate, **told}


def _print(report: RereadReport) -> None:
    out.print(", ".join(f"{report.fates[fate]} {fate}" for fate in _FATES))
    _print_sources(report)
    table = Table("article", "fate", "what", "address", box=None, pad_edge=False)
    told = [*report.changed, *report.unread]
    for result in told[:_SHOWN]:
        what = result.message or ", ".join(result.fields)
        table.add_row(str(result.article.id), result.fate, plain(what), plain(result.article.url))
    if told:
        print_table(table)
    if len(told) > _SHOWN:
        out.print(f"and {len(told) - _SHOWN:,} more; --json has all of them.")
    if not report.complete:
        err.print("It was stopped before it was through; the next run goes on where it was.")


def _print_sources(report: RereadReport) -> None:
    """A row for each source in which something reads otherwise: its articles by fate, its fields by how often."""
    table = Table("source", *_FATES, "fields that read otherwise", box=None, pad_edge=False)
    for name, counts in sorted(report.sources.items()):
        if counts.fields:
            fields = ", ".join(
                f"{field.replace('_', ' ')} {number:,}" for field, number in counts.fields.most_common()
            )
            table.add_row(plain(name), *(f"{counts.fates[fate]:,}" for fate in _FATES), fields)
    if table.row_count:
        print_table(table)
