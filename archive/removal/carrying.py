"""A removal carried out: the database first, which stops showing it, then the files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from archive import exchange, warc
from archive.keeping import Keeper
from archive.removal.cutting import cut
from archive.removal.planning import Plan
from archive.store import Store

Progress = Callable[[int, int], None]
"""Called with the files that are done, and all."""


def strike(keeper: Keeper, plan: Plan, *, at: datetime, reason: str) -> None:
    """Take the articles of a plan out of the database. When it returns, that cannot be undone: what is left to do is
    written down, and done by `finish`."""
    with keeper.transaction() as tx:
        for article in plan.articles:
            mine = {key: file for key, (owner, file) in plan.records.items() if owner == article.id}
            tx.remove_article(article.id, at=at, reason=reason, records=mine)


def finish(
    store: Store, directory: Path, *, at: datetime, progress: Progress = lambda _done, _all: None
) -> list[int]:
    """Cut out of the WARC files what has to go, then have the database forget what stood in its free pages; the
    articles of which the archive has nothing left now. `Transaction.removal_finished` is for who sees to the rest.

    `at` is when files are closed that were not. Errors: WarcError, DiskFull; it is gone on with the next time.
    """
    unfinished = [removal for removal in store.removals() if removal.finished_at is None]
    if not unfinished:
        return []
    exchange.finish(store, directory)
    told = {removal.article_id: removal for removal in store.removals()}
    left = store.records_to_cut()
    for done, (name, gone) in enumerate(left.items()):
        progress(done, len(left))
        if name in warc.open_files(directory):
            closed = warc.seal(directory, name, at)
            with store.transaction() as tx:
                tx.warc_file_closed(closed)
        cut(store, directory, name, gone, told)
    asked_at = max(removal.at for removal in unfinished)
    for torn in directory.glob("**/*.torn"):  # pieces of records, which nobody can look through
        if is_older(torn, asked_at):
            torn.unlink()
    store.compact()
    return [removal.article_id for removal in unfinished]


def is_older(path: Path, at: datetime) -> bool:
    """Whether a file was written before an instant, so that it may hold what was removed then."""
    return path.stat().st_mtime <= at.timestamp()
