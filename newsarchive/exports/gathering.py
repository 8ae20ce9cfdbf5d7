"""Articles by their numbers -> what is exported of each, in that order and in batches, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from archive.model import Article, Revision
from archive.store import Store
from newsarchive.exports.wacz import Page
from newsarchive.exports.work import Work

_BATCH = 100


def permalink(base: str, article_id: int, revision: int) -> str:
    """Where one version of an article can be read; `base` is the address of the front page."""
    return f"{base}article/{article_id}?revision={revision}"


def work_of(article: Article, revision: Revision, base: str, versions: tuple[Revision, ...] = ()) -> Work:
    """One version of an article for export."""
    return Work(article, revision, permalink(base, article.id, revision.number), versions)


def present(store: Store, ids: Sequence[int]) -> Sequence[int]:
    """Without those that were removed by request, which the index may not know yet."""
    removed = {removal.article_id for removal in store.removals()}
    return [number for number in ids if number not in removed] if removed else ids


def latest(store: Store, ids: Sequence[int], base: str) -> Iterator[Work]:
    """Each article as its latest version. Those that are no longer there are left out."""
    for article in _articles(store, ids):
        yield work_of(article, article.latest, base)


def with_versions(store: Store, ids: Sequence[int], base: str) -> Iterator[Work]:
    """Each article as its latest version, with all versions in `Work.versions`."""
    for article, versions in _versions(store, ids):
        yield work_of(article, article.latest, base, tuple(versions))


def each_version(store: Store, ids: Sequence[int], base: str) -> Iterator[Work]:
    """Each version of each article, the first one first."""
    for article, versions in _versions(store, ids):
        for revision in versions:
            yield work_of(article, revision, base)


def captured_pages(store: Store, ids: Sequence[int]) -> Iterator[Page]:
    """Each version of each article that was read from a page of the web, with its capture, the first one first."""
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        versions = store.revisions_of(batch)
        captures = store.captures({revision.capture_id for those in versions.values() for revision in those})
        for revision in chain.from_iterable(versions.get(number, ()) for number in batch):
            capture = captures.get(revision.capture_id)
            if capture and capture.url.startswith(("http:", "https:")):
                yield Page(revision, capture)


def _articles(store: Store, ids: Sequence[int]) -> Iterator[Article]:
    return chain.from_iterable(_batch(store, ids[i : i + _BATCH]) for i in range(0, len(ids), _BATCH))


def _versions(store: Store, ids: Sequence[int]) -> Iterator[tuple[Article, list[Revision]]]:
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        versions = store.revisions_of(batch)
        for article in _batch(store, batch):
            yield article, versions[article.id]


def _batch(store: Store, ids: Sequence[int]) -> list[Article]:
    found = {article.id: article for article in store.articles(ids)}
    return [found[number] for number in ids if number in found]
