"""`crawl` and `add`."""

from __future__ import annotations

import click

from archive.errors import UnknownSource
from archive.store import Store
from newsarchive import jobs
from newsarchive.bars import crawl_progress
from newsarchive.config import Config
from newsarchive.console import err, print_json, print_report
from newsarchive.ending import Ending
from newsarchive.sources import in_collections


@click.command()
@click.option("--source", "names", multiple=True, metavar="NAME", help="Only this source; may be repeated.")
@click.option(
    "--collection",
    "collections",
    multiple=True,
    metavar="NAME",
    help="Only the sources of this collection that are not paused; may be repeated.",
)
@click.option("--force", is_flag=True, help="Everything is due, whatever the schedule says.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def crawl(
    config: Config, names: tuple[str, ...], collections: tuple[str, ...], force: bool, as_json: bool
) -> int:
    """One crawl of what is due. It may be stopped at any time; the next one goes on where it was."""
    warn_without_contact(config)
    if collections:
        names = (*names, *_crawled_in(config, collections))
    with Ending() as ending, crawl_progress(quiet=as_json) as progress:
        report = jobs.crawl_once(config, names=names, force=force, progress=progress, stopper=ending.stopper)
    if as_json:
        print_json(report.as_dict())
    else:
        print_report(report)
    if report.complete and not report.counts["pages"] and not report.failures:
        _say_nothing_due(config)
    return 0 if report.complete else 1


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.pass_obj
def add(config: Config, urls: tuple[str, ...]) -> int:
    """Archive these article URLs now."""
    warn_without_contact(config)
    try:
        with Ending() as ending, crawl_progress(quiet=False) as progress:
            report = jobs.add_articles(config, urls, progress=progress, stopper=ending.stopper)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    print_report(report)
    return 0 if report.complete and not report.failures else 1


def warn_without_contact(config: Config) -> None:
    """A crawler that nobody can reach gets blocked, and rightly so."""
    if not config.crawl.contact and not config.crawl.user_agent:
        err.print(
            "Note: set a contact that webmasters can reach, for example "
            'NEWSARCHIVE_CRAWL_CONTACT="mailto:archive@example.org".'
        )


def _crawled_in(config: Config, collections: tuple[str, ...]) -> list[str]:
    """The names of their sources that are not paused. UnknownSource where there is none."""
    with Store(config.database_url) as store:
        names = [source.name for source in in_collections(store.sources(), collections) if not source.paused]
    if not names:
        raise UnknownSource(
            f"Every source of {', '.join(collections)} is paused; newsarchive sources resume takes them in again."
        )
    return names


def _say_nothing_due(config: Config) -> None:
    due_at = jobs.next_due(config)
    if due_at is None:
        err.print("There is no source to crawl; add one with: newsarchive sources add URL")
    else:
        err.print(f"Nothing is due before {due_at:%Y-%m-%d %H:%M} UTC; --force crawls now.")
