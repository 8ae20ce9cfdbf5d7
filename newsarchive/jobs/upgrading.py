"""Bringing an archive of an older version up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive.errors import StoreError
from archive.store import Store, Upgrade, database_path
from index.engine import Engine
from index.errors import IndexProblem
from newsarchive.config import Config
from newsarchive.jobs.indexing import opened, rebuild
from newsarchive.lock import crawl_lock


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done: to the database (None where it was of this version), to the index; and the version that the
    schema of the database has now."""

    version: int
    database: Upgrade | None
    index_rebuilt: bool


def upgrade(config: Config, *, progress: Callable[[int, int], None] | None = None) -> Upgraded:
    """Lift the database to the schema of this version, after a copy was put beside it, and build the index anew where
    another version has made it. `progress` gets the articles that are in the new index, and all.

    Errors: ArchiveBusy while a crawl is under way, StoreError where there is no archive, NewerArchive.
    """
    path = database_path(config.database_url)
    if not path.exists():
        raise StoreError(f"There is no archive at {path}: nothing to upgrade.")
    with crawl_lock(config.home):
        with Store(config.database_url) as store:
            version, lifted = store.version, store.upgraded
        with opened(config) as (store, engine):
            unusable = store.counts().articles > 0 and not _usable(engine)
        if unusable:
            rebuild(config, progress=progress)
    return Upgraded(version, lifted, unusable)


def _usable(engine: Engine) -> bool:
    try:
        engine.status()
    except IndexProblem:
        return False
    return True
