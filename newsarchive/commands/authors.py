"""`authors`: one person, several spellings."""

from __future__ import annotations

import click
from rich.table import Table

from archive.errors import ArchiveError
from archive.store import Store
from newsarchive.authors import suggested
from newsarchive.clock import now
from newsarchive.commands.asking import not_empty
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json, print_table
from newsarchive.jobs.indexing import keep_current
from newsarchive.views.words import count

_MOST = 10_000


@click.group()
def authors() -> None:
    """Which spellings of a name are one author's."""


@authors.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def list_aliases(config: Config, *, as_json: bool) -> None:
    """List the spellings that were said to be another name's."""
    with Store(config.database_url) as store:
        aliases, printed = store.author_aliases(), store.printed_authors()
    if as_json:
        told = [{"spelling": a.spelling, "name": a.name, "articles": printed[a.spelling]} for a in aliases]
        print_json({"aliases": told})
        return
    if not aliases:
        out.print("No spelling is another name's; newsarchive authors suggest shows what could be.")
        return
    table = Table("articles", "spelling", "known as", box=None, pad_edge=False)
    for alias in aliases:
        table.add_row(f"{printed[alias.spelling]:,}", plain(alias.spelling), plain(alias.name))
    print_table(table)


@authors.command()
@click.argument("spelling", callback=not_empty)
@click.argument("name", callback=not_empty)
@click.pass_obj
def alias(config: Config, spelling: str, name: str) -> None:
    """Say that SPELLING is one of the author NAME. Articles go on to show what was printed."""
    with Store(config.database_url) as store:
        try:
            with store.transaction() as tx:
                known = tx.alias_author(spelling, name, now())
        except ValueError as error:
            raise ArchiveError(f"{error}.") from error
    keep_current(config)
    out.print(f"{plain(spelling)} is known as {plain(known)}.")


@authors.command()
@click.argument("spelling", callback=not_empty)
@click.pass_obj
def unalias(config: Config, spelling: str) -> None:
    """Take that back: SPELLING is an author of its own again."""
    with Store(config.database_url) as store, store.transaction() as tx:
        if not tx.unalias_author(spelling, now()):
            raise ArchiveError(
                f"{spelling} is no other name's spelling; newsarchive authors list shows those."
            )
    keep_current(config)
    out.print(f"{plain(spelling)} is an author of its own again.")


@authors.command()
@click.option("--limit", type=click.IntRange(1, _MOST), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def suggest(config: Config, limit: int, *, as_json: bool) -> None:
    """List spellings that could be one author's, those first that concern most articles."""
    with Store(config.database_url) as store:
        alike = suggested(store.printed_authors(), store.author_names())
    if as_json:
        told = [
            {
                "spelling": one.spelling,
                "spelling_articles": one.spelling_count,
                "name": one.name,
                "name_articles": one.name_count,
                "why": one.why,
            }
            for one in alike[:limit]
        ]
        print_json({"total": len(alike), "suggestions": told})
        return
    if not alike:
        out.print("No two spellings look like one author's.")
        return
    table = Table("articles", "spelling", "articles", "may be", "because of", box=None, pad_edge=False)
    for one in alike[:limit]:
        table.add_row(
            f"{one.spelling_count:,}", plain(one.spelling), f"{one.name_count:,}", plain(one.name), one.why
        )
    print_table(table)
    if len(alike) > limit:
        out.print(f"and {count(len(alike) - limit, 'more', 'more')}; --limit shows them.")
