"""The database again, from the WARC files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive import care, warc
from archive.errors import ArchiveError, SoundDatabase
from archive.model import Counts
from archive.store import Store, database_path, exchange_database, is_sound, remove_database
from index.errors import IndexProblem
from newsarchive.config import Config
from newsarchive.jobs.checking import differences
from newsarchive.jobs.indexing import opened, rebuild
from newsarchive.lock import crawl_lock

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Recovered:
    """A database that was made of the WARC files: what it holds, what was taken in for that, where the one before it
    stands (None where there was none), and whether the index had to be built anew."""

    counts: Counts
    recovery: care.Recovery
    aside: Path | None
    index_rebuilt: bool


def recover(
    config: Config,
    *,
    force: bool = False,
    progress: Progress | None = None,
    rebuilding: Progress | None = None,
) -> Recovered:
    """Make the database anew from the WARC files, beside the one that is there, then put it in its place; `progress`
    gets bytes, `rebuilding` articles. Killed in the middle, the old one is still in its place, and the next run
    begins anew. Errors: ArchiveBusy, SoundDatabase where it is not asked for by force, NewerArchive."""
    path = database_path(config.database_url)
    with crawl_lock(config.home):
        if not force and is_sound(path):
            raise SoundDatabase(
                f"{path} is sound, so that nothing needs to be recovered; --force makes it anew all the same."
            )
        if not warc.files(config.warc_dir):
            raise ArchiveError(f"{config.warc_dir} has no WARC files from which a database could be made.")
        new = path.with_name(path.name + ".new")
        remove_database(new)
        with Store(f"sqlite:///{new}") as store:
            recovery = care.recover(store, config.warc_dir, progress=progress)
            counts = store.counts()
        aside = path.with_name(f"{path.name}.before.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
        existed = path.exists()
        exchange_database(new, path, aside)
    rebuilt = _must_be_rebuilt(config)
    if rebuilt:
        rebuild(config, progress=rebuilding)
    return Recovered(counts, recovery, aside if existed else None, rebuilt)


def _must_be_rebuilt(config: Config) -> bool:
    """Whether what can be searched is not what the new database has: then it followed another one's change log."""
    with opened(config) as (store, engine):
        try:
            return bool(differences(store, engine))
        except IndexProblem:
            return store.counts().articles > 0
