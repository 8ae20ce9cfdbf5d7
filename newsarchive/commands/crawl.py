"""`crawl` and `add`."""

from __future__ import annotations

import click

from newsarchive import jobs
from newsarchive.config import Config
from newsarchive.console import crawl_progress, err, print_json, print_report
from newsarchive.ending import Ending


@click.command()
@click.option("--source", "names", multiple=True, metavar="NAME", help="Only this source; may be repeated.")
@click.option("--force", is_flag=True, help="Everything is due, whatever the schedule says.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def crawl(config: Config, names: tuple[str, ...], force: bool, as_json: bool) -> int:
    """One crawl of what is due. It may be stopped at any time; the next one goes on where it was."""
    warn_without_contact(config)
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


def _say_nothing_due(config: Config) -> None:
    due_at = jobs.next_due(config)
    if due_at is None:
        err.print("There is no source to crawl; add one with: newsarchive sources add URL")
    else:
        err.print(f"Nothing is due before {due_at:%Y-%m-%d %H:%M} UTC; --force crawls now.")
