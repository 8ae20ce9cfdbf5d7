"""Near-duplicates: which articles are of one story. Follows the change log, and follows from the texts alone.

The same wire copy in several outlets is one story, whatever its headlines and bylines. Stories are the connected
parts of a graph whose links follow from two texts each (`archive.likeness`), so that they do not depend on the order
in which articles came. Texts are read and sketched before the database is locked for writing: a crawl goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from archive.likeness import sketch
from archive.store import Store

BATCH = 200
"""Changes that are followed in one transaction."""

_TEXT_STAYS = ("gone", "back", "renamed")


def follow(
    store: Store,
    *,
    until: int,
    stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda _sequence: None,
) -> None:
    """Group what the change log has up to a sequence and what was not grouped yet; `progress` gets the sequence
    that it has come to. It may be cut at any time, and done by several processes."""
    while not stopped():
        since = store.grouped_until()
        changes = [change for change in store.changes_since(since, BATCH) if change.sequence <= until]
        if not changes:
            return
        read = {change.article_id for change in changes if change.action not in _TEXT_STAYS}
        sketches = dict.fromkeys(read) | {
            article.id: sketch(article.latest.text) for article in store.articles(read)
        }
        with store.transaction() as tx:
            tx.group(sketches, since=since, until=changes[-1].sequence)
        progress(changes[-1].sequence)
