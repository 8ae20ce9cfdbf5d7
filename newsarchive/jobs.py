"""What there is to do: crawl, add, catch up, rebuild, verify. The command line and the schedule both call this.

Every function opens what it needs and closes it again. The clock is read here and handed down.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive import care
from archive.crawl import Crawl, CrawlReport, Progress
from archive.fetch import Fetcher
from archive.model import Link, Source, Visit
from archive.store import Store
from archive.urls import fetch_form, host_key, identity, same_site
from archive.warc import WarcWriter
from index.engine import Engine, open_engine
from index.errors import IndexBusy, IndexProblem, NoIndex
from index.model import IndexStatus
from index.rebuild import rebuild as rebuild_index
from newsarchive import __version__
from newsarchive.config import Config
from newsarchive.lock import crawl_lock
from newsarchive.sources import DEFAULT_INTERVAL, name_for

BATCH = 500
"""Changes that become searchable in one commit of the index."""

CATCH_UP_SECONDS = 20.0
"""How often a crawl makes searchable what it has found so far."""

HURRY_SECONDS = 3.0
"""How long a crawl that was told to end goes on making searchable what it has found; the rest is for the next."""

Stopper = Callable[[], None]


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@contextmanager
def opened(config: Config) -> Iterator[tuple[Store, Engine]]:
    """The archive and its index."""
    with Store(config.database_url) as store:
        engine = open_engine(config.index_dir, config.index.engine)
        try:
            yield store, engine
        finally:
            engine.close()


def crawl_once(
    config: Config,
    *,
    names: Sequence[str] = (),
    force: bool = False,
    progress: Progress | None = None,
    stopper: Callable[[Stopper], None] | None = None,
    max_seconds: float = float("inf"),
) -> CrawlReport:
    """Visit what is due: of all sources, or of the named ones; `force` makes everything due first.

    `stopper` is given the function that ends the crawl early. Errors: ArchiveBusy, UnknownSource.
    """
    with _crawling(config, progress, max_seconds) as (store, crawl, stop):
        if stopper is not None:
            stopper(stop)
        ids = [store.source(name).id for name in names] or [s.id for s in store.sources() if not s.paused]
        if force:
            with store.transaction() as tx:
                for source_id in ids:
                    tx.make_due(source_id, now())
        due_at = now()
        return crawl.run(source for source in store.sources() if source.id in ids and source.due_at <= due_at)


def add_articles(
    config: Config,
    urls: Iterable[str],
    *,
    progress: Progress | None = None,
    stopper: Callable[[Stopper], None] | None = None,
) -> CrawlReport:
    """Archive these article URLs now, under the source of their site. Errors: ArchiveBusy, ValueError."""
    wanted = [fetch_form(url) for url in urls]
    with _crawling(config, progress) as (store, crawl, stop):
        if stopper is not None:
            stopper(stop)
        for source, visits in _visits_by_source(store, wanted):
            crawl.run_visits(source, visits)
        return crawl.report


def catch_up(store: Store, engine: Engine, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Make searchable what the change log has beyond the index; returns how many changes that were.

    In batches, each one commit with its checkpoint, so that it may be cut at any time.
    """
    done = 0
    while not stopped():
        changes = store.changes_since(_checkpoint(engine), BATCH)
        if not changes:
            break
        articles = store.articles(change.article_id for change in changes)
        engine.apply(articles, checkpoint=changes[-1].sequence)
        done += len(changes)
    return done


def keep_current(config: Config, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Catch the index up with whatever was kept since; 0 where another process is at it."""
    with opened(config) as (store, engine):
        try:
            return catch_up(store, engine, stopped=stopped)
        except IndexBusy:
            return 0


def next_due(config: Config) -> datetime | None:
    """When the next source is due, None where there is none that is crawled."""
    with Store(config.database_url) as store:
        return min((source.due_at for source in store.sources() if not source.paused), default=None)


def rebuild(
    config: Config, *, processes: int = 1, progress: Callable[[int, int], None] | None = None
) -> IndexStatus:
    """A new generation of the index from the archive, then the switch; `progress` gets articles done and in all.
    Errors: IndexBusy, RebuildFailed."""
    with Store(config.database_url) as store:
        total = store.counts().articles
        rebuild_index(
            config.index_dir,
            store.articles_after,
            checkpoint=store.last_sequence(),
            total=total,
            processes=processes,
            progress=lambda done: progress(done, total) if progress else None,
        )
    with opened(config) as (store, engine):
        catch_up(store, engine)
        return engine.status()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found, and how much it looked at."""

    problems: list[care.Problem]
    captures: int
    articles: int
    documents: int

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong that was not mended."""
        return all(problem.repaired for problem in self.problems)


def verify(config: Config, *, repair: bool = False) -> Verdict:
    """Do WARC files, database and index agree? Waits for no crawl: ArchiveBusy while one writes."""
    with crawl_lock(config.home), opened(config) as (store, engine):
        problems = list(care.check(store, config.warc_dir))
        if repair and problems:
            problems = care.repair(store, config.warc_dir, problems)
        problems += _index_problems(config, store, engine, repair=repair)
        counts = store.counts()
        documents = _documents(engine)
    return Verdict(problems, counts.captures, counts.articles, documents)


def status(config: Config) -> dict[str, Any]:
    """How much there is, and how far the index has come, in the form that scripts rely on."""
    with opened(config) as (store, engine):
        counts = store.counts()
        last = store.last_sequence()
        try:
            index = engine.status()
        except IndexProblem:
            index = IndexStatus(documents=0, generation=0, checkpoint=0)
        behind = len(store.changes_since(index.checkpoint, max(1, last)))
    return {
        "articles": counts.articles,
        "revisions": counts.revisions,
        "captures": counts.captures,
        "sources": counts.sources,
        "index": {"documents": index.documents, "generation": index.generation, "behind": behind},
    }


@contextmanager
def _crawling(
    config: Config, progress: Progress | None, max_seconds: float = float("inf")
) -> Iterator[tuple[Store, Crawl, Callable[[], None]]]:
    """A crawl that holds the lock, on an archive that is whole, and what stops it early; what it finds becomes
    searchable as it goes."""
    with crawl_lock(config.home), opened(config) as (store, engine):
        care.recover(store, config.warc_dir)
        fetcher = Fetcher(config.crawl.agent, clock=now, allowed=config.crawl.allow_addresses)
        indexing = _Indexing(store, engine, progress)
        crawl = Crawl(
            store,
            WarcWriter(config.warc_dir, software=f"newsarchive/{__version__}"),
            fetcher,
            agent=config.crawl.agent,
            min_delay=config.crawl.min_delay,
            clock=now,
            progress=indexing,
            max_seconds=max_seconds,
        )

        def stop() -> None:
            indexing.hurry()
            crawl.stop()

        try:
            yield store, crawl, stop
        finally:
            fetcher.close()
            indexing.catch_up()


class _Indexing:
    """Catches the index up now and then while a crawl reports its progress."""

    def __init__(self, store: Store, engine: Engine, progress: Progress | None) -> None:
        self._store = store
        self._engine = engine
        self._progress = progress
        self._next = time.monotonic() + CATCH_UP_SECONDS
        self._ends_at = float("inf")

    def __call__(self, report: CrawlReport, url: str) -> None:
        if self._progress is not None:
            self._progress(report, url)
        if time.monotonic() >= self._next:
            self.catch_up()
            self._next = time.monotonic() + CATCH_UP_SECONDS

    def hurry(self) -> None:
        """Somebody waits for the end."""
        self._ends_at = time.monotonic() + HURRY_SECONDS

    def catch_up(self) -> None:
        try:
            catch_up(self._store, self._engine, stopped=lambda: time.monotonic() >= self._ends_at)
        except IndexBusy:
            return  # whoever writes the index reads the same change log


def _checkpoint(engine: Engine) -> int:
    try:
        return engine.status().checkpoint
    except NoIndex:
        return 0


def _documents(engine: Engine) -> int:
    try:
        return engine.status().documents
    except IndexProblem:
        return 0


def _index_problems(config: Config, store: Store, engine: Engine, *, repair: bool) -> list[care.Problem]:
    """What is searchable against what is kept. An index that is merely behind is caught up, not a problem."""
    try:
        catch_up(store, engine)
        wrong = _differences(store, engine)
    except IndexProblem as error:
        wrong = str(error)
    if not wrong:
        return []
    if repair:
        rebuild(config)
    return [care.Problem("index", "index", wrong, repaired=repair)]


def _differences(store: Store, engine: Engine) -> str:
    kept = store.latest_revisions()
    if not kept:
        return ""
    searchable = engine.revisions()
    different = [key for key in kept.keys() | searchable.keys() if kept.get(key) != searchable.get(key)]
    if not different:
        return ""
    some = ", ".join(str(key) for key in sorted(different)[:5])
    return f"{len(different)} articles are searchable otherwise than they are kept, among them {some}; rebuild it."


def _visits_by_source(store: Store, urls: list[str]) -> Iterator[tuple[Source, list[Visit]]]:
    by_source: dict[int, tuple[Source, list[Visit]]] = {}
    for url in urls:
        source = _source_of(store, url)
        with store.transaction() as tx:
            visit = tx.visit_now(source.id, Link(url), now())
        by_source.setdefault(visit.source_id, (source, []))[1].append(visit)
    yield from by_source.values()


def _source_of(store: Store, url: str) -> Source:
    """The source of a URL's site; where there is none, a paused one that only keeps what was added by hand."""
    known = store.source_visiting(identity(url))
    sources = store.sources()
    for source in sources:
        if source.id == known or same_site(source.url, url):
            return source
    home = f"{host_key(url)}/"
    with store.transaction() as tx:
        name = name_for(home, {source.name for source in sources})
        source_id = tx.add_source(name=name, url=home, interval=DEFAULT_INTERVAL, now=now(), paused=True)
    return store.source(str(source_id))
