"""`show`."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from archive.errors import ArchiveError
from archive.isodate import iso_date
from archive.model import Removal
from archive.store import Store
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json, print_table
from newsarchive.shapes import article_json, removal_json
from newsarchive.views.words import count


@click.command()
@click.argument("article_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--revision", type=click.IntRange(1), metavar="N", help="An earlier version; else the latest.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def show(config: Config, article_id: int, revision: int | None, as_json: bool) -> None:
    """Print an article with its versions."""
    with Store(config.database_url) as store:
        article = store.article(article_id)
        revisions = store.revisions(article_id)
        removal = store.removal(article_id) if article is None else None
    if removal is not None:
        _show_removal(removal, as_json=as_json)
        return
    if article is None:
        raise ArchiveError(f"There is no article {article_id}; search prints the numbers.")
    shown = next((r for r in revisions if r.number == (revision or article.latest.number)), None)
    if shown is None:
        raise ArchiveError(f"Article {article_id} has no revision {revision}; it has 1 to {len(revisions)}.")
    if as_json:
        print_json(article_json(article, revisions, shown))
        return
    published = iso_date(shown.published, day_only=shown.published_day_only) or "undated"
    facts = [", ".join(shown.authors), published, article.source, shown.section, article.url]
    out.print(Text(plain(shown.title), style="bold"))
    out.print(plain(" · ".join(fact for fact in facts if fact)))
    out.print(f"\n{plain(shown.text)}\n")
    table = Table("version", "captured (UTC)", "kind", "title", box=None, pad_edge=False)
    for r in revisions:
        table.add_row(str(r.number), f"{r.captured_at:%Y-%m-%d %H:%M}", r.kind, plain(r.title))
    print_table(table)


def _show_removal(removal: Removal, *, as_json: bool) -> None:
    """What is left of a removed article."""
    if as_json:
        print_json(removal_json(removal))
        return
    out.print(plain(f"Article {removal.article_id} was removed on {removal.at:%Y-%m-%d}: {removal.reason}"))
    out.print(
        plain(
            f"It was an article of {removal.source}, with {count(len(removal.versions), 'version')}: {removal.url}"
        )
    )
