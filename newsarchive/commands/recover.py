"""`recover`: the database again, from the WARC files."""

from __future__ import annotations

import click

from newsarchive import jobs
from newsarchive.bars import bytes_progress, counting_progress
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json


@click.command()
@click.option("--force", is_flag=True, help="Also where the database that is there is sound.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def recover(config: Config, force: bool, as_json: bool) -> int:
    """Make the database anew from the WARC files, where it is lost or damaged: the same articles, versions, changes
    and sources. The one that is there is kept beside it. Ends with 1 where not everything was there."""
    with (
        bytes_progress("taking in", quiet=as_json) as progress,
        counting_progress("reading") as reading,
        counting_progress("indexing") as rebuilding,
    ):
        done = jobs.recover(config, force=force, progress=progress, reading=reading, rebuilding=rebuilding)
    counts = done.counts
    if as_json:
        print_json(
            {
                "articles": counts.articles,
                "revisions": counts.revisions,
                "captures": counts.captures,
                "sources": counts.sources,
                "events": done.recovery.events,
                "missing": done.recovery.missing,
                "lost": done.recovery.lost,
                "damaged": done.recovery.damaged,
                "read_anew": done.read_anew,
                "aside": str(done.aside) if done.aside else None,
                "index_rebuilt": done.index_rebuilt,
            }
        )
        return _code(done)
    out.print(
        f"Recovered: {counts.articles:,} articles in {counts.revisions:,} versions, {counts.captures:,} captures, "
        f"{counts.sources:,} sources."
    )
    found = done.recovery
    if not found.complete:
        out.print(
            f"Not everything was there: {found.damaged:,} places in the WARC files are damaged, {found.missing:,} "
            f"entries of the journal are missing, and the captures of {found.lost:,} versions, whose text is there."
        )
    if done.read_anew:
        out.print(
            "The WARC files are of an older version and tell nothing of articles: "
            f"{done.read_anew:,} pages were read anew."
        )
    if done.aside:
        out.print(plain(f"The database before stands in {done.aside}; delete that when all is well."))
    if done.index_rebuilt:
        out.print("The index was built anew.")
    return _code(done)


def _code(done: jobs.Recovered) -> int:
    return 0 if done.recovery.complete else 1
