"""What kept captures mean: the second half of an import, and of whatever else leaves captures unread.

They are read in the order in which they were captured, whatever file they came from, so that the versions of an
article follow each other. A capture that is older than what is known of its article adds an address and the day since
which the article is known, but no version: the latest version is what was seen last.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from archive.crawl.kept import kept_response
from archive.crawl.learning import Learning
from archive.crawl.reading import (
    NotAnArticle,
    RemovedArticle,
    find_article,
    is_article,
    keep_article,
    unread_article,
)
from archive.decide import REVISIT_AGES, next_visit
from archive.discover import in_scope
from archive.discover.addresses import looks_like_article, may_be_article
from archive.errors import ArchiveError, WarcError
from archive.extract.jsonarticle import MEDIA_TYPE, NotAnArticleLine
from archive.importing.judging import is_address
from archive.importing.linearticles import LineArticles, source_of
from archive.importing.report import ImportReport, Outcome, Problem
from archive.importing.sources import Sources
from archive.keeping import Keeper
from archive.model import (
    NO_RULES,
    NOTHING_LEARNT,
    Article,
    Capture,
    Extract,
    Lesson,
    Link,
    Response,
    Source,
    UnreadCapture,
    Visit,
)
from archive.parsing import Page, Parsers, Unreadable
from archive.store import Transaction
from archive.urls import identity

BATCH = 50
"""Captures that are settled in one transaction."""

_AHEAD = 8
_AHEAD_BYTES = 64 << 20
_FETCHED = 200
_LOOK_SECONDS = 0.5
_GONE = (404, 410)

Progress = Callable[[int, str], None]
"""Called with how many captures were settled, and the address of the last."""

Result = Extract | Exception | None


@dataclass(slots=True)
class _Waiting:
    """A capture that is being read; its order is that of the captures."""

    unread: UnreadCapture
    response: Response | None
    result: Result = None
    problem: str = ""
    ready: bool = False


@dataclass(slots=True)
class _Queue:
    """What is under way, in order, and what has come back."""

    waiting: deque[_Waiting] = field(default_factory=deque)
    done: queue.SimpleQueue[tuple[_Waiting, Result]] = field(default_factory=queue.SimpleQueue)
    size: int = 0


class Settling:
    """Reads and settles the captures that are still to be read. `now` is the moment of the import."""

    def __init__(
        self,
        keeper: Keeper,
        directory: Path,
        parsers: Parsers,
        sources: Sources,
        report: ImportReport,
        now: datetime,
    ) -> None:
        self._keeper = keeper
        self._directory = directory
        self._parsers = parsers
        self._sources = sources
        self._lines = LineArticles(keeper.store, sources, now)
        self._report = report
        self._now = now
        self._learning = Learning(keeper.store)
        self._lessons: list[tuple[int, Lesson]] = []

    def run(self, progress: Progress, stopped: Callable[[], bool]) -> bool:
        """Settle all that there is. Says whether it was come to the end."""
        under_way = _Queue()
        captures = self._captures()
        while not stopped():
            self._read_ahead(under_way, captures)
            if not under_way.waiting:
                self._learning.keep_all()
                return True
            self._collect(under_way)
            ready = self._ready(under_way)
            if ready:
                self._settle(ready)
                progress(len(ready), ready[-1].unread.capture.url)
        self._learning.keep_all()
        return False

    def _captures(self) -> Iterator[UnreadCapture]:
        last: Capture | None = None
        while batch := self._keeper.store.unread_captures(last, _FETCHED):
            yield from batch
            last = batch[-1].capture

    def _read_ahead(self, under_way: _Queue, captures: Iterator[UnreadCapture]) -> None:
        most = max(BATCH, _AHEAD * self._parsers.processes)
        while len(under_way.waiting) < most and under_way.size < _AHEAD_BYTES:
            unread = next(captures, None)
            if unread is None:
                return
            item = self._begin(unread)
            under_way.waiting.append(item)
            under_way.size += len(item.response.body) if item.response else 0
            page = self._page(item)
            if page is None:
                item.ready = True
            else:
                self._parsers.submit(page, partial(_hand_over, under_way.done, item))

    def _begin(self, unread: UnreadCapture) -> _Waiting:
        try:
            return _Waiting(unread, kept_response(self._keeper.store, self._directory, unread.capture))
        except WarcError as error:
            return _Waiting(unread, None, problem=str(error))

    def _page(self, item: _Waiting) -> Page | None:
        """What is to be read of a capture, None where there is nothing."""
        capture, response = item.unread.capture, item.response
        if response is None or response.undecodable or response.truncated or not response.body:
            return None
        if capture.status in _GONE:
            return None
        if not is_address(capture.url) or not (item.unread.hint.certain or may_be_article(capture.url)):
            return None
        source = self._source_of(item.unread)
        rules = source.rules if source else NO_RULES
        if not in_scope(capture.url, rules):
            return None
        return Page(
            url=capture.url,
            body=response.body,
            media_type=response.media_type,
            content_type=response.header("content-type") or "",
            hint=item.unread.hint,
            rules=rules,
            learnt=self._learning.learnt(source.id) if source else NOTHING_LEARNT,
        )

    def _source_of(self, unread: UnreadCapture) -> Source | None:
        if unread.source_id is not None:
            return self._sources.by_id(unread.source_id)
        return self._sources.of(unread.capture.url)

    def _collect(self, under_way: _Queue) -> None:
        """Take what was read; wait for the first in order."""
        with suppress(queue.Empty):
            if not under_way.waiting[0].ready:
                self._came_back(under_way.done.get(timeout=_LOOK_SECONDS))
            while True:
                self._came_back(under_way.done.get_nowait())

    def _came_back(self, come: tuple[_Waiting, Result]) -> None:
        item, item.result = come[0], come[1]
        if isinstance(item.result, Exception) and not isinstance(item.result, Unreadable):
            if isinstance(item.result, ArchiveError):
                raise item.result
            raise ArchiveError("The reading was ended.") from item.result
        item.ready = True

    def _ready(self, under_way: _Queue) -> list[_Waiting]:
        ready: list[_Waiting] = []
        while under_way.waiting and under_way.waiting[0].ready and len(ready) < BATCH:
            item = under_way.waiting.popleft()
            under_way.size -= len(item.response.body) if item.response else 0
            ready.append(item)
        return ready

    def _settle(self, ready: list[_Waiting]) -> None:
        """One transaction; what is counted is what was committed."""
        outcomes: list[Outcome] = []
        with self._keeper.transaction() as tx:
            for item in ready:
                outcomes.append(self._outcome(tx, item))
                tx.was_read(item.unread.capture.id)
            self._learning.keep(tx)
        for source_id, lesson in self._lessons:
            self._learning.take(source_id, lesson)
        self._lessons.clear()
        self._report.counts.update(outcomes)

    def _outcome(self, tx: Transaction, item: _Waiting) -> Outcome:
        capture = item.unread.capture
        if item.response is None:
            return self._failed(capture, "no-payload", item.problem)
        if item.response.undecodable:
            return self._failed(capture, "content-encoding", item.response.undecodable)
        if item.response.truncated:
            return self._failed(capture, "truncated", "Only a part of the page was kept.")
        if capture.media_type == MEDIA_TYPE:
            return self._line(tx, item.unread.capture, item.response.body)
        if not is_address(capture.url):
            return "pages"
        if capture.status in _GONE:
            return _gone(tx, capture)
        if isinstance(item.result, Unreadable):
            return self._unreadable(tx, item, item.response, item.result)
        if item.result is None or not _is_article(_extract(item.result), item.unread.hint):
            return "pages"
        return self._article(tx, item, item.response, _extract(item.result))

    def _line(self, tx: Transaction, capture: Capture, line: bytes) -> Outcome:
        """A line of a file that another archive has imported."""
        try:
            article = self._lines.item(tx, line, source_of(capture.url))
            if self._lines.is_removed(article):
                return "refused"
            return self._lines.settle(tx, article, capture.id, capture.captured_at)
        except NotAnArticleLine as error:
            return self._failed(capture, "line", str(error))

    def _failed(self, capture: Capture, code: str, message: str) -> Outcome:
        where = f"{capture.place.file} at byte {capture.place.offset}"
        self._report.causes[code] += 1
        self._report.problems.append(Problem("", where, code, message, capture.url))
        return "failed"

    def _unreadable(self, tx: Transaction, item: _Waiting, response: Response, error: Unreadable) -> Outcome:
        """Kept and found by its address and title, until a reader can do better."""
        visit = self._visit(tx, item.unread)
        try:
            page = unread_article(tx.reader, visit, response)
        except NotAnArticle as gone:
            return self._no_article(tx, item.unread.capture, gone)
        if page.article is None:
            keep_article(tx, visit, page, item.unread.capture.id, response.fetched_at, unread=error.cause)
        return self._failed(item.unread.capture, error.cause, str(error))

    def _no_article(self, tx: Transaction, capture: Capture, error: NotAnArticle) -> Outcome:
        """A page that holds none. What turns out to be of a removed article is cut out again."""
        if not isinstance(error, RemovedArticle):
            return "pages"
        tx.cut_later(error.article_id, capture)
        self._report.causes[error.cause] += 1
        return "refused"

    def _article(self, tx: Transaction, item: _Waiting, response: Response, extract: Extract) -> Outcome:
        capture = item.unread.capture
        visit = self._visit(tx, item.unread)
        if visit.role not in ("article", "alias"):
            return "pages"  # a list of a source that is crawled
        try:
            page = find_article(tx.reader, visit, response, extract)
        except NotAnArticle as error:
            return self._no_article(tx, capture, error)
        at = capture.captured_at
        article = page.article
        if article is None or _is_newest(article, at):
            outcome = keep_article(tx, visit, page, capture.id, at)
            if outcome == "new":
                self._lessons.append((visit.source_id, extract.lesson))
            self._visited(tx, visit, at)
            return outcome
        tx.add_addresses(article.id, page.identities)
        tx.belongs(visit, article.id)
        if page.is_alias:
            tx.set_role(visit, "alias")
        if at < article.first_seen:
            tx.known_since(article.id, at)
        return "unchanged"

    def _visit(self, tx: Transaction, unread: UnreadCapture) -> Visit:
        """The line of the frontier for a page, so that a crawl knows it; made where there is none."""
        capture = unread.capture
        source = self._source_of(unread) or self._sources.make(tx, capture.url, self._now)
        visit = tx.visit_of(source.id, unread.hint, capture.captured_at)
        if visit.article_id is None:
            known = tx.reader.article_at((identity(capture.url),))
            if known is not None and _owns(tx.reader.article(known), capture.url):
                tx.belongs(visit, known)
        return visit

    def _visited(self, tx: Transaction, visit: Visit, at: datetime) -> None:
        """A young article is looked at again, as one that was crawled; if its source is."""
        if visit.visited_at is not None and visit.visited_at >= at:
            return
        source = self._sources.by_id(visit.source_id)
        ages = (source.revisit_ages if source else ()) or REVISIT_AGES
        due_at = next_visit(visit.found_at, self._now, ages=ages) if visit.due_at is None else visit.due_at
        tx.visited(visit, at=at, due_at=due_at, status=200)


def _hand_over(done: queue.SimpleQueue[tuple[_Waiting, Result]], item: _Waiting, result: object) -> None:
    assert isinstance(result, Extract | Exception)
    done.put((item, result))


def _extract(result: Result) -> Extract:
    assert isinstance(result, Extract)
    return result


def _is_article(extract: Extract, hint: Link) -> bool:
    """Whether a page that nobody named is an article: lists of teasers read like one, and have neither a date nor an
    author nor an address that tells of one."""
    if hint.certain:
        return is_article(extract, certain=True)
    of_its_own = extract.published or extract.authors or looks_like_article(hint.url)
    return bool(of_its_own) and is_article(extract, certain=False)


def _gone(tx: Transaction, capture: Capture) -> Outcome:
    """The web had the article no more, if that is the last that is known of it."""
    article_id = tx.reader.article_at((identity(capture.url),))
    article = tx.reader.article(article_id) if article_id is not None else None
    if article is None or article.gone_at is not None or capture.captured_at <= article.last_seen:
        return "pages"
    tx.gone(article.id, capture.captured_at)
    tx.add_change(article.id, "gone", capture.captured_at)
    return "gone"


def _is_newest(article: Article, at: datetime) -> bool:
    """Whether nothing that is known of an article is younger."""
    return at >= article.last_seen and (article.gone_at is None or at >= article.gone_at)


def _owns(article: Article | None, url: str) -> bool:
    return article is not None and is_address(article.url) and identity(article.url) == identity(url)
