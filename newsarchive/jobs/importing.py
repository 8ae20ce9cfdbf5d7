"""Taking over other archives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from archive.crawl import CrawlReport
from archive.crawl import Progress as CrawlProgress
from archive.foreign import ForeignFile, find_files, first_date, with_digest
from archive.importing import LINE_SUFFIXES, Copying, ImportReport, Lines, Settling, Sources, Wanted
from archive.keeping import Keeper
from archive.model import ImportState
from archive.parsing import Parsers
from archive.store import Store
from archive.urls import fetch_form, identity
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.jobs.crawling import Stopper, crawling, recovered, visit_articles
from newsarchive.jobs.finishing import finish_removals
from newsarchive.jobs.following import Indexing
from newsarchive.jobs.indexing import have_right_index, opened
from newsarchive.lock import crawl_lock
from newsarchive.sources import DEFAULT_INTERVAL, name_for

_LIST = "addresses"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ImportStep:
    """How far an import has come: `done` of `total`, in bytes of files while they are copied or read, in captures
    while these are read; and what it is at."""

    doing: str
    done: int
    total: int
    what: str


Progress = Callable[[ImportReport, ImportStep], None]
Stopped = Callable[[], bool]


def _never() -> bool:
    return False


def import_warc(
    config: Config,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    articles_only: bool = False,
    progress: Progress | None = None,
    stopped: Stopped = _never,
) -> ImportReport:
    """Take over the WARC, WACZ and ARC files at these paths: first their records, then what they say, in the order of
    their capture. `source` names the one that gets all articles; `articles_only` leaves out what is no page. It goes
    on where an import of the same files was stopped. Errors: ArchiveBusy, NoArchiveFile, UnknownSource."""
    files = sorted(map(with_digest, find_files(paths)), key=lambda file: (first_date(file), str(file.path)))
    report = ImportReport()
    with _importing(config, stopped) as (keeper, sources):
        source_id = keeper.store.source(source).id if source else None
        copying = Copying(keeper, config.warc_dir, Wanted(source_id, articles_only), report, now())
        copied = _each(
            files, "copying", report, progress, lambda file, told: copying.copy(file, told, stopped)
        )
        read = copied and _read_all(config, keeper, sources, report, progress, stopped)
        report.complete = read
        report.unread = keeper.store.count_unread()
    return report


def import_lines(
    config: Config,
    paths: Iterable[Path],
    *,
    source: str = "",
    progress: Progress | None = None,
    stopped: Stopped = _never,
) -> ImportReport:
    """Take over articles from files that have a JSON object on each line. `source` is the name of the one that gets
    them all, made where there is none. It goes on where an import of the same files was stopped. Errors: ArchiveBusy,
    NoArchiveFile."""
    files = list(map(with_digest, find_files(paths, LINE_SUFFIXES)))
    report = ImportReport()
    with _importing(config, stopped) as (keeper, sources):
        lines = Lines(keeper, sources, source, report, now())
        report.complete = _each(
            files, "reading", report, progress, lambda file, told: lines.take(file, told, stopped)
        )
    return report


@dataclass(frozen=True, slots=True)
class ListReport:
    """What became of a list of addresses: the report of the crawl, the lines that are no addresses with a sentence
    each, and how many addresses an earlier run of the same list had got."""

    report: CrawlReport
    wrong: tuple[tuple[int, str], ...]
    skipped: int


def import_urls(
    config: Config,
    data: bytes,
    *,
    progress: CrawlProgress | None = None,
    stopper: Callable[[Stopper], None] | None = None,
) -> ListReport:
    """Archive the addresses of a list now. A run of the same list that was stopped is gone on with. Errors:
    ArchiveBusy."""
    wanted, wrong = read_addresses(data)
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    with crawling(config, progress) as (store, crawl, stop):
        if stopper is not None:
            stopper(stop)
        begun = store.import_state(digest, _LIST)
        if begun is None or begun.ended_at is not None:
            begun = ImportState(digest, _LIST, "", "", now(), 0)
        left = [url for url in wanted if (store.visited_at(identity(url)) or _NEVER) < begun.begun_at]
        with store.transaction() as tx:
            tx.save_import(begun)
        visit_articles(store, crawl, left)
        if crawl.report.complete:
            with store.transaction() as tx:
                tx.save_import(replace(begun, ended_at=now()))
        return ListReport(crawl.report, tuple(wrong), len(wanted) - len(left))


def read_addresses(data: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    """The addresses of a list, one on each line, each once; and the lines that are none, with a sentence. What begins
    with # is a remark."""
    found: dict[str, str] = {}
    wrong: list[tuple[int, str]] = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            url = fetch_form(text)
        except ValueError as error:
            wrong.append((number, str(error)))
        else:
            found.setdefault(identity(url), url)
    return list(found.values()), wrong


@contextmanager
def _importing(config: Config, stopped: Stopped) -> Iterator[tuple[Keeper, Sources]]:
    """An archive that is whole and locked for others that write; what is taken over becomes searchable as it goes."""
    with crawl_lock(config.home), opened(config) as (store, engine):
        have_right_index(config, store, engine)
        keeper = recovered(config, store)
        indexing = Indexing(store, engine)
        try:
            yield keeper, _sources(store)
        finally:
            keeper.catch_up()
            if stopped():
                indexing.hurry()
            indexing.end()
        if store.records_to_cut():
            finish_removals(config, store)


def _sources(store: Store) -> Sources:
    return Sources(store, name_for, DEFAULT_INTERVAL)


def _each(
    files: Sequence[ForeignFile],
    doing: str,
    report: ImportReport,
    progress: Progress | None,
    take: Callable[[ForeignFile, Callable[[int], None]], bool],
) -> bool:
    """Take one file after the other; False where one was not come to the end of."""
    total, before = sum(file.size for file in files), 0
    for file in files:

        def told(offset: int, before: int = before, name: str = file.path.name) -> None:
            if progress is not None:
                progress(report, ImportStep(doing, before + offset, total, name))

        if not take(file, told):
            return False
        before += file.size
        told(0, before)
    return True


def _read_all(
    config: Config,
    keeper: Keeper,
    sources: Sources,
    report: ImportReport,
    progress: Progress | None,
    stopped: Stopped,
) -> bool:
    """Read what was copied, by this import or by one that was stopped."""
    total, done = keeper.store.count_unread(), 0

    def told(count: int, url: str) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(report, ImportStep("reading", done, total, url))

    if not total:
        return True
    with Parsers(config.crawl.parsers) as parsers:
        return Settling(keeper, config.warc_dir, parsers, sources, report, now()).run(told, stopped)
