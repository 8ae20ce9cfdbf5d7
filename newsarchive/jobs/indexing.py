"""Keeping the index current, and building it anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from archive import stories
from archive.store import Store
from index.engine import Engine, open_engine
from index.errors import IndexAhead, IndexBusy, IndexProblem, NoIndex, OldIndex
from index.model import IndexStatus
from index.rebuild import rebuild as rebuild_index
from newsarchive.config import Config

log = logging.getLogger(__name__)

BATCH = 500
"""Changes that become searchable in one commit of the index."""


@contextmanager
def opened(config: Config) -> Iterator[tuple[Store, Engine]]:
    """The archive and its index."""
    with Store(config.database_url) as store:
        engine = open_engine(config.index_dir, config.index.engine)
        try:
            yield store, engine
        finally:
            engine.close()


def catch_up(store: Store, engine: Engine, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Make searchable what the change log has beyond the index; returns how many changes that were.

    In batches, each one commit with its checkpoint, so that it may be cut at any time. What changed is grouped into
    stories first; articles that came into another story by that are written anew too.
    """
    check_followed(store, engine)
    done = 0
    while not stopped():
        since = _checkpoint(engine)
        changes = store.changes_since(since, BATCH)
        if not changes:
            break
        until = changes[-1].sequence
        stories.follow(store, until=until)
        concerned = {change.article_id for change in changes} | set(store.moved(since, until))
        removed = {change.article_id for change in changes if change.action == "removed"}
        engine.apply(store.articles(concerned), removed=removed, checkpoint=until)
        done += len(changes)
    return done


def check_followed(store: Store, engine: Engine) -> None:
    """IndexAhead where an index has more of the change log than there is: it followed another database. OldIndex
    where another version of newsarchive made it."""
    checkpoint, last = _checkpoint(engine), store.last_sequence()
    if checkpoint > last:
        raise IndexAhead(
            f"The index knows {checkpoint:,} changes and the database only {last:,}, as if it were another "
            "archive's; newsarchive rebuild makes the index anew."
        )


def try_catch_up(store: Store, engine: Engine, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Catch up, or leave it: what is kept is safe, whatever became of the index. 0 where another process writes
    the index (it reads the same change log), or where it must be rebuilt (that is logged)."""
    try:
        return catch_up(store, engine, stopped=stopped)
    except IndexBusy:
        return 0
    except IndexProblem as error:
        log.warning("What was kept is not searchable yet: %s", error)
        return 0


def keep_current(config: Config, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Catch the index up with whatever was kept since, where that can be done; see `try_catch_up`."""
    with opened(config) as (store, engine):
        have_right_index(config, store, engine)
        return try_catch_up(store, engine, stopped=stopped)


def have_right_index(config: Config, store: Store, engine: Engine) -> None:
    """An index of another database misses articles and shows some that are not there, one of another version cannot
    be read: either is built anew, as far as nobody else does that just now."""
    try:
        check_followed(store, engine)
    except (IndexAhead, OldIndex) as error:
        log.warning("%s It is made anew now.", error)
        with suppress(IndexBusy):
            rebuild(config)
    except IndexProblem:
        pass  # whoever makes searchable what is found will say so


def group(config: Config, *, progress: Callable[[int, int], None] | None = None) -> None:
    """Group into stories what was not grouped yet, before a rebuild; `progress` gets changes followed and in all."""
    with Store(config.database_url) as store:
        last = store.last_sequence()
        stories.follow(
            store, until=last, progress=lambda sequence: progress(sequence, last) if progress else None
        )


def rebuild(
    config: Config, *, processes: int = 1, progress: Callable[[int, int], None] | None = None
) -> IndexStatus:
    """A new generation of the index from the archive, then the switch; `progress` gets articles done and in all.
    Errors: IndexBusy, RebuildFailed."""
    with Store(config.database_url) as store:
        total, last = store.counts().articles, store.last_sequence()
        stories.follow(store, until=last)
        rebuild_index(
            config.index_dir,
            store.articles_after,
            checkpoint=last,
            total=total,
            processes=processes,
            progress=lambda done: progress(done, total) if progress else None,
        )
    with opened(config) as (store, engine):
        catch_up(store, engine)
        return engine.status()


def _checkpoint(engine: Engine) -> int:
    try:
        return engine.status().checkpoint
    except OldIndex:
        raise
    except NoIndex:
        return 0
