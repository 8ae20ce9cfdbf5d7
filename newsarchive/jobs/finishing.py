"""What is left to do of a removal, by whoever opens the archive for writing next."""

from __future__ import annotations

import logging

from archive import removal
from archive.store import Store, database_path
from index.errors import IndexProblem
from index.rebuild import forget_unserved
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.jobs.indexing import rebuild

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
        rebuild(config)
        forget_unserved(config.index_dir)
    except IndexProblem as error:
        log.warning("What was removed is still in the files of the index: %s", error)
        return
    with store.transaction() as tx:
        tx.removal_finished(ids, at)
