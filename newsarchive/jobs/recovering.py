"""The database again, from the WARC files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive import care, warc
from archive.errors import ArchiveError, NewerArchive, SoundDatabase, StoreError
from archive.importing import ImportReport, Settling, Sources
from archive.model import Counts
from archive.parsing import Parsers
from archive.store import Store, database_path, exchange_database, is_sound, remove_database
from index.errors import IndexProblem
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.jobs.checking import differences
from newsarchive.jobs.crawling import new_keeper
from newsarchive.jobs.indexing import opened, rebuild
from newsarchive.lock import crawl_lock
from newsarchive.sources import DEFAULT_INTERVAL, name_for

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Recovered:
    """A database that was made of the WARC files: what it holds, what was taken in for that, how many pages were read
    anew because no journal tells what was read in them, where the one before it
    stands (None where there was none), and whether the index had to be built anew."""

    counts: Counts
    recovery: care.Recovery
    read_anew: int
    aside: Path | None
    index_rebuilt: bool


def recover(
    config: Config,
    *,
    force: bool = False,
    progress: Progress | None = None,
    reading: Progress | None = None,
    rebuilding: Progress | None = None,
) -> Recovered:
    """Make the database anew from the WARC files, beside the one that is there, then put it in its place.

    `progress` gets bytes, `reading` pages, `rebuilding` articles. Killed in the middle, the old one is still in its
    place, and the next run begins anew. Errors: ArchiveBusy, SoundDatabase where it is not asked for by force,
    NewerArchive.
    """
    path = database_path(config.database_url)
    with crawl_lock(config.home):
        _refuse_newer(config)
        if not force and is_sound(path) and _knows_something(config):
            raise SoundDatabase(
                f"{path} is sound, so that nothing needs to be recovered; --force makes it anew all the same."
            )
        if not warc.files(config.warc_dir):
            raise ArchiveError(f"{config.warc_dir} has no WARC files from which a database could be made.")
        new = path.with_name(path.name + ".new")
        remove_database(new)
        with Store(f"sqlite:///{new}") as store:
            recovery = care.recover(store, config.warc_dir, progress=progress)
            complete = store.journal_is_complete()
        aside = path.with_name(f"{path.name}.before.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
        existed = path.exists()
        exchange_database(new, path, aside)
        read = 0 if complete else _read_anew(config, reading)
        with Store(config.database_url) as store:
            counts = store.counts()
    rebuilt = _must_be_rebuilt(config) or bool(read)
    if rebuilt:
        rebuild(config, progress=rebuilding)
    return Recovered(counts, recovery, read, aside if existed else None, rebuilt)


def _knows_something(config: Config) -> bool:
    """Whether a database is more than one that was made where another had been lost."""
    if not warc.files(config.warc_dir):
        return True
    try:
        with Store(config.database_url, readonly=True) as store:
            return any(store.warc_ends().values())
    except StoreError:
        return True  # of an older version


def _refuse_newer(config: Config) -> None:
    """NewerArchive for a database of a newer version, which no force replaces."""
    try:
        Store(config.database_url, readonly=True).close()
    except NewerArchive:
        raise
    except StoreError:
        return  # there is none, it is of an older version, or it cannot be read


def _read_anew(config: Config, progress: Progress | None) -> int:
    """Read the pages of an archive of an older version, whose WARC files tell nothing of articles: how many. Only
    then does its journal count as complete."""
    with Store(config.database_url) as store, Parsers(config.crawl.parsers) as parsers:
        with store.transaction() as tx:
            tx.read_what_was_not()
        total, done = store.count_unread(), 0

        def told(count: int, _url: str) -> None:
            nonlocal done
            done += count
            if progress is not None:
                progress(done, total)

        keeper = new_keeper(config, store)
        sources = Sources(store, name_for, DEFAULT_INTERVAL)
        Settling(keeper, config.warc_dir, parsers, sources, ImportReport(), now()).run(told, lambda: False)
        keeper.catch_up()
    return total


def _must_be_rebuilt(config: Config) -> bool:
    """Whether what can be searched is not what the new database has: then it followed another one's change log."""
    with opened(config) as (store, engine):
        try:
            return bool(differences(store, engine))
        except IndexProblem:
            return store.counts().articles > 0
