"""`remove`: articles taken out by request."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table

from archive.isodate import iso_date
from archive.removal import What
from archive.store import Store
from newsarchive import jobs
from newsarchive.bars import bytes_progress
from newsarchive.config import Config
from newsarchive.console import err, out, plain, print_json, print_table
from newsarchive.jobs.removing import Removing
from newsarchive.shapes import removal_json
from newsarchive.views.words import count

_SORTS: dict[What, str] = {
    "capture": "captures",
    "part": "pictures and style sheets that only it has",
    "exchange": "requests and notes to them",
    "list": "lists of links that repeat it",
    "journal": "entries of the journal",
}


@click.command()
@click.argument("ids", metavar="ID...", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@click.option("--reason", metavar="TEXT", help="Why; it is shown in the place of the article.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--list", "as_list", is_flag=True, help="Remove nothing: list what was removed.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; needs --yes or --list.")
@click.pass_obj
def remove(
    config: Config, ids: tuple[int, ...], reason: str | None, yes: bool, as_list: bool, as_json: bool
) -> None:
    """Take articles out by request: their text leaves the archive, its WARC files and the index for good. That they
    were there, when they were removed and why stays, and they are never taken in again."""
    if as_list:
        if ids or reason:
            raise click.UsageError("--list removes nothing; leave the numbers and the reason out.")
        _print_list(config, as_json=as_json)
        return
    if not ids:
        raise click.UsageError("Which article? Give its number, as search prints it.")
    if not reason or not reason.strip():
        raise click.UsageError('Why? Give --reason "..."; it is shown in the place of the article.')
    if as_json and not yes:
        raise click.UsageError("--json cannot ask; give --yes, too.")
    with bytes_progress("reading all records", quiet=as_json) as progress:
        _remove(config, sorted(set(ids)), reason.strip(), progress, yes=yes, as_json=as_json)


def _remove(config: Config, ids: list[int], reason: str, progress: Any, *, yes: bool, as_json: bool) -> None:
    with jobs.removing(config, ids, progress=progress) as work:
        if not yes:
            _tell(work)
            click.confirm("This cannot be undone. Remove it all?", abort=True, err=True)
        work.carry_out(reason)
    if as_json:
        print_json(_as_json(work, reason))
        return
    plan = work.plan
    out.print(
        f"Removed: article {', '.join(str(key) for key in ids)}; {count(len(plan.records), 'record')} cut out of "
        f"{count(len(plan.files), 'WARC file')}, and the index built anew."
    )
    _print_mentions(work)
    out.print(
        "Copies elsewhere still have it: backups until their next run, exports, proofs, pages in caches."
    )


def _tell(work: Removing) -> None:
    """What is about to go."""
    plan = work.plan
    for article in plan.articles:
        err.print(plain(f"Article {article.id}: {article.latest.title or 'untitled'} · {article.url}"))
    told = ", ".join(f"{plan.counts[sort]:,} {what}" for sort, what in _SORTS.items() if plan.counts[sort])
    err.print(f"To be cut out of {count(len(plan.files), 'WARC file')}: {told}.")
    for copy in work.copies:
        err.print(plain(f"To be deleted, because it holds the text: {copy}"))


def _print_mentions(work: Removing) -> None:
    for quotes, what in ((True, "repeat words of its text or teaser"), (False, "have its headline")):
        some = [str(mention.article_id) for mention in work.plan.mentions if mention.quotes is quotes]
        if some:
            out.print(f"Other articles {what}, and were left as they are: {', '.join(some)}.")


def _as_json(work: Removing, reason: str) -> dict[str, Any]:
    plan = work.plan
    return {
        "removed": [article.id for article in plan.articles],
        "reason": reason,
        "records": {what: plan.counts[what] for what in _SORTS},
        "warc_files": list(plan.files),
        "copies": [str(copy) for copy in work.copies],
        "mentions": [{"id": one.article_id, "quotes": one.quotes} for one in plan.mentions],
    }


def _print_list(config: Config, *, as_json: bool) -> None:
    with Store(config.database_url) as store:
        removals = store.removals()
    if as_json:
        print_json([removal_json(removal) for removal in removals])
        return
    if not removals:
        out.print("Nothing was removed from this archive.")
        return
    table = Table("article", "removed", "versions", "reason", "address", box=None, pad_edge=False)
    for one in removals:
        when = str(iso_date(one.at, day_only=True)) + ("" if one.finished_at else " (not finished)")
        table.add_row(str(one.article_id), when, str(len(one.versions)), plain(one.reason), plain(one.url))
    print_table(table)
