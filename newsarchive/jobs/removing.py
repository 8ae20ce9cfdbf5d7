"""Taking articles out by request: out of the archive, out of the index, for good."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive import removal
from archive.errors import ArchiveError
from archive.removal import Plan
from archive.store import Store, database_path
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.jobs.crawling import recovered
from newsarchive.jobs.finishing import finish_removals
from newsarchive.lock import crawl_lock

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Removing:
    """A removal that waits for somebody's word. `copies` are databases beside that of the archive, as an upgrade
    leaves them, which hold what is to be removed, and go too."""

    plan: Plan
    copies: tuple[Path, ...]
    carry_out: Callable[[str], None]
    """Given the reason, does it; when it returns, nothing of the articles is left in the archive."""


@contextmanager
def removing(config: Config, ids: Collection[int], *, progress: Progress) -> Iterator[Removing]:
    """Hold the archive, and find out what has to go with these articles. ArchiveBusy while a crawl is under way;
    ArchiveError where one is not there, or shares a record with one that is not named; DamagedArchive."""
    database = database_path(config.database_url)
    with crawl_lock(config.home), Store(config.database_url) as store:
        keeper = recovered(config, store)
        plan = removal.plan(store, config.warc_dir, ids, progress=progress)
        if plan.shared:
            named = " ".join(str(key) for key in sorted({*ids, *plan.shared}))
            raise ArchiveError(
                f"Another article was read from a record that has to go: remove all of them, {named}, or none."
            )
        copies = tuple(sorted(database.parent.glob(f"{database.name}.*")))

        def carry_out(reason: str) -> None:
            removal.strike(keeper, plan, at=now(), reason=reason)
            finish_removals(config, store)

        yield Removing(plan, copies, carry_out)
