"""What is left to do of a removal, by whoever opens the archive for writing next."""

from __future__ import annotations

import logging

from archive import removal
from archive.store import Store, database_path
from index.errors import DamagedIndex, IndexAhead, IndexProblem, NoIndex
from index.rebuild import forget, forget_unserved
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.jobs.indexing import catch_up, opened, rebuild

log = logging.getLogger(__name__)


def finish_removals(config: Config, store: Store) -> None:
    """Go on with what was struck from the database, until nothing of it is left anywhere in HOME. Whoever calls holds
    the lock of the crawl, and has made the archive whole. An index that cannot be written now is left for later."""
    at = now()
    unfinished = [one.at for one in store.removals() if one.finished_at is None]
    ids = removal.finish(store, config.warc_dir, at=at)
    if not ids:
        return
    database = database_path(config.database_url)
    for copy in database.parent.glob(f"{database.name}.*"):
        if removal.is_older(copy, max(unfinished)):
            copy.unlink()
    try:
        _forget(config, ids)
    except IndexProblem as error:
        log.warning("What was removed is still in the files of the index: %s", error)
        return
    with store.transaction() as tx:
        tx.removal_finished(ids, at)


def _forget(config: Config, ids: list[int]) -> None:
    """Take articles out of the index, for good; an index that is not there or cannot be read is made anew."""
    try:
        with opened(config) as (store, engine):
            catch_up(store, engine)
        forget(config.index_dir, ids)
    except (NoIndex, DamagedIndex, IndexAhead):
        rebuild(config)
        forget_unserved(config.index_dir)
