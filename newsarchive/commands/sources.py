"""`sources`: what is crawled."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table

from archive.model import SourceHealth
from archive.store import Store
from archive.urls import fetch_form
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json, print_table
from newsarchive.sources import DEFAULT_INTERVAL, check_name, describe_interval, name_for, parse_interval


@click.group()
def sources() -> None:
    """The places that are crawled: home pages, section pages, feeds, sitemaps."""


@sources.command("add")
@click.argument("url")
@click.option("--name", help="What to call it; else its host.")
@click.option("--every", metavar="30m", help="How often to look; else every 30 minutes.")
@click.pass_obj
def add_source(config: Config, url: str, name: str | None, every: str | None) -> None:
    """Add a home page, a section page, a feed or a sitemap. Prints its number and name."""
    try:
        url = fetch_form(url)
        interval = DEFAULT_INTERVAL if every is None else parse_interval(every)
        name = None if name is None else check_name(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with Store(config.database_url) as store:
        chosen = name or name_for(url, {source.name for source in store.sources()})
        with store.transaction() as tx:
            source_id = tx.add_source(name=chosen, url=url, interval=interval, now=now())
    click.echo(f"{source_id}\t{plain(chosen)}")  # rich would print blanks for the tab


@sources.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def list_sources(config: Config, as_json: bool) -> None:
    """List the sources with their health."""
    with Store(config.database_url) as store:
        health = store.health(now())
    if as_json:
        print_json([_as_json(item) for item in health])
        return
    if not health:
        out.print("There is no source yet; add one with: newsarchive sources add URL")
        return
    table = Table(
        "id", "name", "every", "articles", "failures", "next crawl (UTC)", "state", box=None, pad_edge=False
    )
    for item in health:
        source = item.source
        due = f"{source.due_at:%Y-%m-%d %H:%M}" if not source.paused else ""
        cells = (
            source.id,
            plain(source.name),
            describe_interval(source.interval),
            item.articles,
            item.failures,
            due,
        )
        table.add_row(*map(str, cells), plain(_state(item)))
    print_table(table)


@sources.command("remove")
@click.argument("name")
@click.pass_obj
def remove_source(config: Config, name: str) -> None:
    """Crawl a source no more. Its articles stay in the archive."""
    with Store(config.database_url) as store:
        source = store.source(name)
        with store.transaction() as tx:
            tx.remove_source(source.id, now())
    out.print(f"{plain(source.name)} is crawled no more; its articles stay.")


@sources.command("pause")
@click.argument("name")
@click.pass_obj
def pause_source(config: Config, name: str) -> None:
    """Leave a source out of crawls until it is resumed; `crawl --source` visits it all the same."""
    _set_paused(config, name, paused=True)


@sources.command("resume")
@click.argument("name")
@click.pass_obj
def resume_source(config: Config, name: str) -> None:
    """Crawl a paused source again."""
    _set_paused(config, name, paused=False)


def _set_paused(config: Config, name: str, *, paused: bool) -> None:
    with Store(config.database_url) as store:
        source = store.source(name)
        with store.transaction() as tx:
            tx.set_paused(source.id, paused)
    out.print(f"{plain(source.name)} is {'paused' if paused else 'crawled again'}.")


def _state(item: SourceHealth) -> str:
    if item.source.paused:
        return "paused"
    if item.source.last_error:
        return f"failing: {item.source.last_error}"
    return "well" if item.source.last_success_at else "not crawled yet"


def _as_json(item: SourceHealth) -> dict[str, Any]:
    source = item.source
    return {
        "id": source.id,
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "every": describe_interval(source.interval),
        "paused": source.paused,
        "articles": item.articles,
        "failures": item.failures,
        "endpoints": list(item.endpoints),
        "next_crawl": source.due_at.isoformat(),
        "last_crawl": source.last_crawl_at.isoformat() if source.last_crawl_at else None,
        "last_success": source.last_success_at.isoformat() if source.last_success_at else None,
        "last_error": source.last_error,
    }
