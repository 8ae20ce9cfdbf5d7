"""Crawling what is due, and archiving what somebody wants now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from archive import care
from archive.crawl import Crawl, CrawlReport, Progress, Room
from archive.fetch import Fetcher, Resolver, resolve
from archive.keeping import Keeper
from archive.model import Link, Source, Visit
from archive.parsing import Parsers
from archive.politeness import Politeness
from archive.store import Store
from archive.urls import fetch_form, host_key, identity, same_site
from archive.warc import WarcWriter
from newsarchive import __version__
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.jobs.finishing import finish_removals
from newsarchive.jobs.following import Indexing
from newsarchive.jobs.indexing import have_right_index, opened
from newsarchive.lock import crawl_lock
from newsarchive.sources import DEFAULT_INTERVAL, name_for

log = logging.getLogger(__name__)

Stopper = Callable[[], None]


def crawl_once(
    config: Config,
    *,
    names: Sequence[str] = (),
    force: bool = False,
    progress: Progress | None = None,
    stopper: Callable[[Stopper], None] | None = None,
    max_seconds: float = float("inf"),
    politeness: Politeness | None = None,
    resolver: Resolver = resolve,
    clock: Callable[[], datetime] = now,
) -> CrawlReport:
    """Visit what is due: of all sources, or of the named ones; `force` makes everything due first.

    `stopper` is given the function that ends the crawl early; crawls that follow one another hand in the
    `politeness` of the one before. `resolver` answers for the system's where host names are one's own affair (many
    hosts on loopback), `clock` where time passes otherwise. Errors: ArchiveBusy, UnknownSource.
    """
    with crawling(config, progress, max_seconds, politeness, resolver, clock) as (store, crawl, stop):
        if stopper is not None:
            stopper(stop)
        ids = {store.source(name).id for name in names} or {s.id for s in store.sources() if not s.paused}
        if force:
            with store.transaction() as tx:
                for source_id in ids:
                    tx.make_due(source_id, clock())
        due_at = clock()
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
    with crawling(config, progress) as (store, crawl, stop):
        if stopper is not None:
            stopper(stop)
        visit_articles(store, crawl, wanted)
        return crawl.report


def visit_articles(store: Store, crawl: Crawl, urls: Iterable[str]) -> None:
    """Visit these addresses, which can be fetched, under the sources of their sites."""
    for source, visits in _visits_by_source(store, urls):
        crawl.run_visits(source, visits)


def next_due(config: Config) -> datetime | None:
    """When the next source is due, None where there is none that is crawled."""
    with Store(config.database_url) as store:
        return store.next_source_due()


def new_politeness(config: Config) -> Politeness:
    """What spares the hosts, as configured; crawls that follow one another share one."""
    crawl = config.crawl
    return Politeness(
        crawl.min_delay, crawl.max_delay, crawl.delay_factor, per_address=crawl.hosts_by_address
    )


@contextmanager
def crawling(
    config: Config,
    progress: Progress | None,
    max_seconds: float = float("inf"),
    politeness: Politeness | None = None,
    resolver: Resolver = resolve,
    clock: Callable[[], datetime] = now,
) -> Iterator[tuple[Store, Crawl, Callable[[], None]]]:
    """A crawl that holds the lock, on an archive that is whole, and what stops it early; what it finds becomes
    searchable as it goes."""
    with crawl_lock(config.home), opened(config) as (store, engine):
        keeper = recovered(config, store, clock)
        have_right_index(config, store, engine)
        fetcher = Fetcher(
            config.crawl.agent, clock=clock, allowed=config.crawl.allow_addresses, resolver=resolver
        )
        parsers = Parsers(config.crawl.parsers)
        indexing = Indexing(store, engine)
        crawl = Crawl(
            keeper,
            fetcher,
            parsers,
            agent=config.crawl.agent,
            politeness=politeness or new_politeness(config),
            clock=clock,
            progress=progress,
            max_seconds=max_seconds,
            connections=config.crawl.connections,
            robots_forbidden=config.crawl.robots_forbidden,
            requisites=config.crawl.requisites,
            room=Room((config.warc_dir, config.home), config.archive.min_free),
        )

        def stop() -> None:
            indexing.hurry()
            crawl.stop()

        try:
            yield store, crawl, stop
            keeper.catch_up()
        finally:
            fetcher.close()
            parsers.close()
            indexing.end()


def recovered(config: Config, store: Store, clock: Callable[[], datetime] = now) -> Keeper:
    """What writes an archive, once that is whole and all that it knows is in its journal. Whoever asks holds the lock
    of the crawl."""
    found = care.recover(store, config.warc_dir)
    if found.captures:
        log.warning("%d captures of an interrupted crawl were taken into the database", found.captures)
    if found.foreign:
        log.warning("%d entries of the journal of another archive were left alone", found.foreign)
    if not found.complete:
        log.warning(
            "not everything was there that the WARC files held; newsarchive verify names what is damaged"
        )
    finish_removals(config, store)
    keeper = new_keeper(config, store, clock)
    keeper.catch_up()
    return keeper


def new_keeper(config: Config, store: Store, clock: Callable[[], datetime] = now) -> Keeper:
    """What writes an archive that is whole."""
    return Keeper(store, WarcWriter(config.warc_dir, software=f"newsarchive/{__version__}"), clock=clock)


def _visits_by_source(store: Store, urls: Iterable[str]) -> Iterator[tuple[Source, list[Visit]]]:
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
