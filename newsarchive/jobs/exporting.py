"""What a search finds, written in a format of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, TypeVar

from archive.errors import ArchiveError
from archive.model import Capture
from archive.store import Store
from index.engine import Engine
from index.errors import NoIndex
from index.model import SearchRequest, Selection
from newsarchive.authors import with_names
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.exports import TEXT_FORMATS
from newsarchive.exports.archives import write_records
from newsarchive.exports.gathering import each_version, latest, present, with_versions
from newsarchive.exports.work import Work
from newsarchive.jobs.indexing import opened, try_catch_up

Progress = Callable[[int, int], None]
"""Called with the articles done and how many there are."""

T = TypeVar("T")


class ExportStopped(ArchiveError):
    """The search took too long to find all; a part would pass for the whole."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported: how many entries, and what was searched for. `damaged` are captures whose records cannot be
    read, so that they are left out."""

    entries: int
    selection: Selection
    damaged: tuple[Capture, ...] = ()


def export_text(
    config: Config,
    form: str,
    request: SearchRequest,
    write: Callable[[str], object],
    *,
    versions: bool = False,
    progress: Progress | None = None,
) -> Export:
    """Write all that a search finds as text of that format (`exports.TEXT_FORMATS`), piece by piece; with `versions`
    each version of each article. The index is caught up first. ExportStopped, IndexProblem, StoreError."""
    with opened(config) as (store, engine):
        try_catch_up(store, engine)
        selection = select(store, engine, request)
        works = _works(store, form, selection, config.serve.base, versions=versions)
        counted = Counted(works)
        shown = watched(counted, selection, progress)
        for piece in TEXT_FORMATS[form].pieces(shown):
            write(piece)
        return Export(counted.count, selection)


def export_records(
    config: Config, form: str, request: SearchRequest, file: BinaryIO, *, progress: Progress | None = None
) -> Export:
    """Write the WARC records of all articles that a search finds, of every version, to a file that can be sought in,
    as `warc` or `wacz`. The index is caught up first. ExportStopped, IndexProblem, StoreError."""
    with opened(config) as (store, engine):
        try_catch_up(store, engine)
        selection = select(store, engine, request)
        damaged = write_records(store, config.warc_dir, form, selection, file, progress=progress)
        return Export(len(selection.ids), selection, damaged)


def select(store: Store, engine: Engine, request: SearchRequest) -> Selection:
    """All that a search finds; an archive without articles needs no index. ExportStopped, IndexProblem."""
    try:
        selection = engine.select(with_names(request, store.author_names()), now=now())
    except NoIndex:
        if store.counts().articles:
            raise
        return Selection((), "all articles", ())
    if not selection.complete:
        raise ExportStopped("The search took too long, nothing is exported; try fewer or longer words.")
    return replace(selection, ids=tuple(present(store, selection.ids)))


class Counted(Iterable[T]):
    """Counts what passes."""

    def __init__(self, items: Iterable[T]) -> None:
        self.count = 0
        self._items = items

    def __iter__(self) -> Iterator[T]:
        for item in self._items:
            self.count += 1
            yield item


def watched(works: Iterable[Work], selection: Selection, progress: Progress | None) -> Iterator[Work]:
    """The works, with the progress told article by article."""
    done, last = 0, 0
    for work in works:
        done += work.article.id != last
        last = work.article.id
        yield work
        if progress:
            progress(done, len(selection.ids))


def _works(store: Store, form: str, selection: Selection, base: str, *, versions: bool) -> Iterator[Work]:
    if not versions:
        return latest(store, selection.ids, base)
    return (with_versions if form == "jsonl" else each_version)(store, selection.ids, base)
