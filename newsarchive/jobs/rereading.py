"""Reading what is kept anew, with the extraction of today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from archive.crawl import Rereading, reread
from archive.extract import VERSION
from archive.parsing import Parsers
from newsarchive.config import Config
from newsarchive.jobs.crawling import recovered
from newsarchive.jobs.indexing import opened, try_catch_up
from newsarchive.lock import crawl_lock


@dataclass(slots=True)
class SourceReport:
    """The same of one source: its articles by fate, and how often each field reads otherwise."""

    fates: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class RereadReport:
    """What reading anew came to: how many articles by fate, how often each field reads otherwise, both of all and by
    source, the articles that changed for a reader, and whether all of them had their turn."""

    fates: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    sources: dict[str, SourceReport] = field(default_factory=dict)
    changed: list[Rereading] = field(default_factory=list)
    unread: list[Rereading] = field(default_factory=list)
    complete: bool = True


def reextract(
    config: Config,
    *,
    names: Sequence[str] = (),
    unread: bool = False,
    force: bool = False,
    progress: Callable[[Rereading], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> RereadReport:
    """Read what an earlier version of the extraction read, and make searchable what came of it; of the named sources,
    else of all. With `unread` only what could not be read, whoever tried; with `force` also what this version has
    read.

    Errors: ArchiveBusy, UnknownSource.
    """
    report = RereadReport()
    with crawl_lock(config.home), opened(config) as (store, engine), Parsers(config.crawl.parsers) as parsers:
        keeper = recovered(config, store)
        ids = [store.source(name).id for name in names]
        articles = store.articles_read_before(VERSION + (force or unread), source_ids=ids, unread=unread)
        for result in reread(keeper, config.warc_dir, parsers, articles, stopped=stopped):
            of_source = report.sources.setdefault(result.article.source, SourceReport())
            for counts in (report, of_source):
                counts.fates[result.fate] += 1
                counts.fields.update(result.fields)
            if result.fate in ("changed", "read"):
                report.changed.append(result)
            elif result.fate in ("unread", "lost"):
                report.unread.append(result)
            if progress is not None:
                progress(result)
        report.complete = not stopped()
        try_catch_up(store, engine)
    return report
