"""What a response means, written down: one transaction a visit, with all that follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.crawl.reading import (
    NotAnArticle,
    keep_article,
    read_article,
    read_listing,
    see_again,
    source_kind_of,
)
from archive.crawl.report import CrawlReport, Outcome
from archive.decide import next_visit, retry_at
from archive.model import Capture, Failure, Response, Source, Visit
from archive.politeness import retry_after
from archive.store import Store
from archive.urls import identity
from archive.warc import WarcWriter, payload_digest

FORBIDDEN_AGAIN = timedelta(days=7)
GONE_AGAIN = timedelta(days=7)

_GONE = (404, 410)
_ASKS_FOR_PATIENCE = (429, 503)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a visit failed: a code for counting and one sentence. `patience` is what Retry-After asked for, in
    seconds; `again` is when to look again where the cause itself says so."""

    code: str
    message: str
    status: int | None = None
    patience: float | None = None
    again: timedelta | None = None


_TRUNCATED = {
    "length": Cause("too-large", "The page is larger than is kept.", 200),
    "time": Cause("time-out", "The page did not come to its end in time.", 200),
    "disconnect": Cause("incomplete", "The connection broke before the end of the page.", 200),
}


class Settler:
    """Settles visits of one crawl. Every method answers how the visit counts, None where it does not."""

    def __init__(
        self,
        store: Store,
        warc: WarcWriter,
        report: CrawlReport,
        *,
        sources: Mapping[int, Source],
        started_at: datetime,
        clock: Callable[[], datetime],
    ) -> None:
        self.errors: dict[int, str] = {}
        """Source id -> why a page, feed or sitemap of it could not be read."""
        self._store = store
        self._warc = warc
        self._report = report
        self._sources = sources
        self._started_at = started_at
        self._clock = clock

    def keep(self, response: Response) -> Capture:
        """Append the exchange to the WARC file: as a reference where the very payload is kept already."""
        original = None
        if response.status == 304:
            original = self._store.last_good(response.url)
        elif response.status == 200 and not response.truncated:
            original = self._store.first_with_payload(response.url, payload_digest(response))
        return self._warc.append(response, revisit_of=original)

    def settle(self, visit: Visit, response: Response, capture: Capture) -> Outcome | None:
        """The final response of a visit (not a redirect)."""
        if response.status == 304:
            return self._unchanged(visit, response, capture)
        if response.status in _GONE and visit.article_id is not None:
            return self._gone(visit, visit.article_id, response, capture)
        if response.status != 200:
            message = f"The server answered {response.status}."
            patience = patience_of(response, self._clock())
            return self.fail(
                visit, Cause(f"http-{response.status}", message, response.status, patience), capture
            )
        if response.undecodable:
            return self.fail(visit, Cause("content-encoding", response.undecodable, 200), capture)
        if response.truncated:
            return self.fail(visit, _TRUNCATED[response.truncated], capture)
        if visit.role in ("article", "alias"):
            return self._article(visit, response, capture)
        return self._listing(visit, response, capture)

    def fail(self, visit: Visit, cause: Cause, capture: Capture | None = None) -> Outcome:
        """The visit led to nothing; the cause is recorded and shown, and the URL tried again later."""
        now = self._clock()
        with self._store.transaction() as tx:
            if capture is not None:
                tx.add_capture(capture)
            tx.add_failure(visit.source_id, visit.url, at=now, cause=cause.code, message=cause.message)
            tx.visited(
                visit, at=now, due_at=self._retry_at(visit, cause, now), status=cause.status, failed=True
            )
        name = self._sources[visit.source_id].name
        self._report.failures.append(
            Failure(visit.source_id, name, visit.url, now, cause.code, cause.message)
        )
        if self._speaks_for_source(visit):
            self.errors.setdefault(visit.source_id, f"{visit.url}: {cause.message}")
        return "refused" if cause.code == "robots" else "failed"

    def _unchanged(self, visit: Visit, response: Response, capture: Capture) -> Outcome | None:
        at = response.fetched_at
        article = self._store.article(visit.article_id) if visit.article_id is not None else None
        with self._store.transaction() as tx:
            tx.add_capture(capture)
            if article is not None:
                see_again(tx, article, at)
            tx.visited(visit, at=at, due_at=self._due_again(visit, at), status=response.status)
        return "unchanged" if article is not None else None

    def _gone(self, visit: Visit, article_id: int, response: Response, capture: Capture) -> Outcome:
        at = response.fetched_at
        article = self._store.article(article_id)
        newly = article is not None and article.gone_at is None
        with self._store.transaction() as tx:
            tx.add_capture(capture)
            if newly:
                tx.gone(article_id, at)
                tx.add_change(article_id, "gone", at)
            tx.visited(visit, at=at, due_at=at + GONE_AGAIN, status=response.status)
        return "gone" if newly else "unchanged"

    def _article(self, visit: Visit, response: Response, capture: Capture) -> Outcome | None:
        at, body_digest = response.fetched_at, hashlib.sha256(response.body).hexdigest()
        if visit.article_id is not None and body_digest == visit.body_digest:
            return self._unchanged(visit, response, capture)
        try:
            page = read_article(self._store, visit, response)
        except NotAnArticle as error:
            return self._not_an_article(visit, error, capture)
        with self._store.transaction() as tx:
            capture_id = tx.add_capture(capture)
            own = visit
            if identity(visit.url) != identity(response.url):
                own = tx.redirected(visit, response.url, at)
            due_at = None if page.is_alias else next_visit(own.found_at, at)
            tx.visited(own, at=at, due_at=due_at, status=response.status)
            tx.validated(own, response, body_digest)
            return keep_article(tx, own, page, capture_id, at)

    def _not_an_article(self, visit: Visit, error: NotAnArticle, capture: Capture) -> Outcome | None:
        """A link of a page that leads to another list of links is no failure; anything else is."""
        if error.cause != "index" or visit.hint.certain:
            return self.fail(visit, Cause(error.cause, str(error), capture.status), capture)
        with self._store.transaction() as tx:
            tx.add_capture(capture)
            tx.visited(visit, at=capture.captured_at, due_at=None, status=capture.status)
        return None

    def _listing(self, visit: Visit, response: Response, capture: Capture) -> Outcome | None:
        at, source = response.fetched_at, self._sources[visit.source_id]
        listing = read_listing(response)
        with self._store.transaction() as tx:
            tx.add_capture(capture)
            tx.add_links(source.id, listing.links, at)
            tx.visited(visit, at=at, due_at=self._due_again(visit, at), status=response.status)
            tx.validated(visit, response, hashlib.sha256(response.body).hexdigest())
            tx.set_role(visit, listing.kind)
            if kind := source_kind_of(source, visit, listing):
                tx.set_kind(source.id, kind)
        return None

    def _due_again(self, visit: Visit, at: datetime) -> datetime | None:
        if visit.role == "article":
            return next_visit(visit.found_at, at)
        return self._started_at + self._sources[visit.source_id].interval

    def _retry_at(self, visit: Visit, cause: Cause, now: datetime) -> datetime | None:
        if cause.again is not None:
            return now + cause.again
        every_round = self._speaks_for_source(visit)
        due_at = self._due_again(visit, now) if every_round else retry_at(visit.failures + 1, now)
        if due_at is not None and cause.patience is not None:
            due_at = max(due_at, now + timedelta(seconds=cause.patience))
        return due_at

    def _speaks_for_source(self, visit: Visit) -> bool:
        """Whether a source is failing where this visit fails: its own page, or a feed or sitemap of it."""
        own = identity(self._sources[visit.source_id].url) == identity(visit.url)
        return own or visit.role in ("feed", "sitemap")


def patience_of(response: Response, now: datetime) -> float | None:
    """The seconds that a 429 or 503 asks to wait (RFC 9110, 10.2.3), None where it does not."""
    header = response.header("retry-after")
    if header is None or response.status not in _ASKS_FOR_PATIENCE:
        return None
    return retry_after(header, now)
