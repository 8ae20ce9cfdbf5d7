"""What a response means, written down: one transaction a visit, with all that follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive.crawl.agenda import Agenda
from archive.crawl.learning import Learning
from archive.crawl.reading import (
    REMOVED,
    NotAnArticle,
    RemovedArticle,
    find_article,
    keep_article,
    may_be_article,
    see_again,
    source_kind_of,
    unread_article,
)
from archive.crawl.report import CrawlReport, Outcome
from archive.crawl.requisites import Drawing
from archive.decide import REVISIT_AGES, next_visit, retry_at
from archive.fetch import lighter
from archive.keeping import Keeper
from archive.model import Capture, Extract, Failure, Requisites, Response, Visit
from archive.parsing import Listing, Page, Unreadable
from archive.politeness import retry_after
from archive.store import Transaction
from archive.urls import identity
from archive.warc import payload_digest

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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A response that is kept: its record stands in the WARC file, what it means is not settled yet."""

    visit: Visit
    response: Response
    capture: Capture


_PROBE_AGAIN = timedelta(days=30)

_TRUNCATED = {
    "length": Cause("too-large", "The page is larger than is kept.", 200),
    "time": Cause("time-out", "The page did not come to its end in time.", 200),
    "disconnect": Cause("incomplete", "The connection broke before the end of the page.", 200),
}


class Settler:
    """Settles visits of one crawl. Every method answers how the visit counts, None where it does not. `drawing`
    settles those of what articles are drawn with."""

    def __init__(
        self,
        keeper: Keeper,
        report: CrawlReport,
        *,
        agenda: Agenda,
        clock: Callable[[], datetime],
        requisites: Requisites = "none",
    ) -> None:
        self.errors: dict[int, str] = {}
        """Source id -> why a page, feed or sitemap of it could not be read."""
        self._keeper = keeper
        self._store = keeper.store
        self._report = report
        self._agenda = agenda
        self.learning = Learning(self._store)
        self.drawing = Drawing(keeper, agenda, default=requisites, clock=clock)
        self._clock = clock

    def keep(self, visit: Visit, response: Response) -> Arrival:
        """Append the exchange to the WARC file: as a reference where the very payload is kept already. It is on the
        disk before anything is said of it."""
        original = None
        if response.status == 304:
            original = self._store.last_good(response.url)
        elif response.status == 200 and not response.truncated:
            original = self._store.first_with_payload(response.url, payload_digest(response))
        capture = self._keeper.keep(response, revisit_of=original)
        return Arrival(visit, lighter(response), capture)

    def has(self, arrival: Arrival) -> bool:
        """Whether what was kept of an arrival still stands."""
        return self._keeper.has(arrival.capture)

    def record(self) -> None:
        """All that was kept so far counts, whatever becomes of the visits."""
        self._keeper.record()

    def page(self, arrival: Arrival) -> Page | None:
        """What has to be read before a response can be settled, None where there is nothing to read."""
        visit, response = arrival.visit, arrival.response
        if response.status != 200 or response.undecodable or response.truncated:
            return None
        is_article = visit.role in ("article", "alias")
        if is_article and (self._is_known(arrival) or not may_be_article(visit, response)):
            return None
        return Page(
            url=response.url,
            body=response.body,
            media_type=response.media_type,
            content_type=response.header("content-type") or "",
            hint=visit.hint,
            wanted=None if is_article else "page",
            rules=self._agenda.sources[visit.source_id].rules,
            learnt=self.learning.learnt(visit.source_id) if is_article else None,
        )

    def settle(self, arrival: Arrival, reading: Extract | Listing | Unreadable | None) -> Outcome | None:
        """The final response of a visit (not a redirect), with what was read from it where `page` asked for that."""
        visit, response = arrival.visit, arrival.response
        if response.status == 304:
            return self._unchanged(arrival)
        if response.status in _GONE and visit.article_id is not None:
            return self._gone(arrival, visit.article_id)
        if cause := self._cause(response):
            return self.fail(visit, cause)
        if isinstance(reading, Unreadable):
            return self._unread(arrival, reading)
        if isinstance(reading, Listing):
            return self._listing(arrival, reading)
        if self._is_known(arrival):
            return self._unchanged(arrival)
        return self._article(arrival, reading)

    def fail(self, visit: Visit, cause: Cause) -> Outcome | None:
        """The visit led to nothing; the cause is recorded and shown, and the URL tried again later. An address that
        was only guessed may fail quietly."""
        if visit.role == "requisite":
            self.drawing.missed(visit, cause.status)
            return None
        now = self._clock()
        quietly = _is_probe(visit)
        with self._keeper.transaction() as tx:
            if not quietly:
                tx.add_failure(visit.source_id, visit.url, at=now, cause=cause.code, message=cause.message)
            due_at = now + _PROBE_AGAIN if quietly else self._retry_at(visit, cause, now)
            tx.visited(visit, at=now, due_at=due_at, status=cause.status, failed=True)
        return None if quietly else self._failed(visit, cause, now)

    def _failed(self, visit: Visit, cause: Cause, now: datetime) -> Outcome:
        name = self._agenda.sources[visit.source_id].name
        self._report.failures.append(
            Failure(visit.source_id, name, visit.url, now, cause.code, cause.message)
        )
        if self._speaks_for_source(visit, cause):
            self.errors.setdefault(visit.source_id, f"{visit.url}: {cause.message}")
        return "refused" if cause.code in ("robots", REMOVED) else "failed"

    def _cause(self, response: Response) -> Cause | None:
        """Why a response holds nothing to read, None where it may."""
        if response.status != 200:
            message = f"The server answered {response.status}."
            patience = patience_of(response, self._clock())
            return Cause(f"http-{response.status}", message, response.status, patience)
        if response.undecodable:
            return Cause("content-encoding", response.undecodable, 200)
        return _TRUNCATED.get(response.truncated)

    def _unchanged(self, arrival: Arrival) -> Outcome | None:
        visit, at = arrival.visit, arrival.response.fetched_at
        article = self._store.article(visit.article_id) if visit.article_id is not None else None
        with self._keeper.transaction(arrival.capture) as tx:
            if article is not None:
                see_again(tx, article, at)
            tx.visited(visit, at=at, due_at=self._due_again(visit, at), status=arrival.response.status)
        return "unchanged" if article is not None else None

    def _gone(self, arrival: Arrival, article_id: int) -> Outcome:
        at = arrival.response.fetched_at
        article = self._store.article(article_id)
        newly = article is not None and article.gone_at is None
        with self._keeper.transaction(arrival.capture) as tx:
            if newly:
                tx.gone(article_id, at)
                tx.add_change(article_id, "gone", at)
            tx.visited(arrival.visit, at=at, due_at=at + GONE_AGAIN, status=arrival.response.status)
        return "gone" if newly else "unchanged"

    def _article(self, arrival: Arrival, extracted: Extract | None) -> Outcome | None:
        visit, response = arrival.visit, arrival.response
        try:
            page = find_article(self._store, visit, response, extracted)
        except NotAnArticle as error:
            return self._not_an_article(arrival, error)
        at = response.fetched_at
        with self._keeper.transaction(arrival.capture) as tx:
            capture_id = tx.capture_id(arrival.capture)
            own = self._own_visit(tx, arrival)
            due_at = None if page.is_alias else self._due_again(own, at)
            tx.visited(own, at=at, due_at=due_at, status=response.status)
            tx.validated(own, response, _digest(response))
            outcome = keep_article(tx, own, page, capture_id, at)
            if outcome != "unchanged":
                self.drawing.want(tx, own, capture_id, page.extract, at)
            if outcome == "revised":
                tx.edited(own, at=at, due_at=self._due_again(replace(own, changed_at=at), at))
            self.learning.keep(tx)
        if outcome == "new":
            self.learning.take(own.source_id, page.extract.lesson)
        return outcome

    def _unread(self, arrival: Arrival, error: Unreadable) -> Outcome | None:
        """A page that broke its reader: kept, found by its address and title, and tried again."""
        visit, response = arrival.visit, arrival.response
        cause = Cause(error.cause, str(error), response.status)
        if visit.role not in ("article", "alias"):
            return self.fail(visit, cause)
        at = response.fetched_at
        try:
            page = unread_article(self._store, visit, response)
        except NotAnArticle as gone:
            return self._not_an_article(arrival, gone)
        with self._keeper.transaction(arrival.capture) as tx:
            capture_id = tx.capture_id(arrival.capture)
            own = self._own_visit(tx, arrival)
            tx.add_failure(visit.source_id, visit.url, at=at, cause=cause.code, message=cause.message)
            due_at = None if page.is_alias else self._retry_at(own, cause, at)
            tx.visited(own, at=at, due_at=due_at, status=response.status, failed=True)
            keep_article(tx, own, page, capture_id, at, unread=cause.code)
        return self._failed(visit, cause, at)

    def _own_visit(self, tx: Transaction, arrival: Arrival) -> Visit:
        """The visit of the address that answered: that of a redirect's target, where there was one."""
        visit, response = arrival.visit, arrival.response
        if identity(visit.url) == identity(response.url):
            return visit
        return tx.redirected(visit, response.url, response.fetched_at)

    def _not_an_article(self, arrival: Arrival, error: NotAnArticle) -> Outcome | None:
        """A link of a page that leads to another list of links is no failure; anything else is."""
        visit, capture = arrival.visit, arrival.capture
        if isinstance(error, RemovedArticle):
            with self._keeper.transaction() as tx:
                tx.cut_later(error.article_id, capture)
        if error.cause not in ("index", "moved") or visit.hint.certain:
            return self.fail(visit, Cause(error.cause, str(error), capture.status))
        with self._keeper.transaction(arrival.capture) as tx:
            tx.visited(visit, at=capture.captured_at, due_at=None, status=capture.status)
        return None

    def _listing(self, arrival: Arrival, listing: Listing) -> Outcome | None:
        visit, at = arrival.visit, arrival.response.fetched_at
        if _is_probe(visit) and listing.kind == "page":
            cause = Cause("no-feed", "The address is that of a page.", arrival.response.status)
            return self.fail(visit, cause)
        source = self._agenda.sources[visit.source_id]
        links = self._agenda.admitted(visit, listing, at)
        with self._keeper.transaction(arrival.capture) as tx:
            tx.add_links(source.id, links, at)
            tx.visited(visit, at=at, due_at=self._due_again(visit, at), status=arrival.response.status)
            tx.validated(visit, arrival.response, _digest(arrival.response))
            tx.set_role(visit, listing.kind)
            if kind := source_kind_of(source, visit, listing):
                tx.set_kind(source.id, kind)
        return None

    def _due_again(self, visit: Visit, at: datetime) -> datetime | None:
        if visit.role in ("article", "alias"):
            ages = self._agenda.sources[visit.source_id].revisit_ages or REVISIT_AGES
            return next_visit(visit.found_at, at, ages=ages, changed_at=visit.changed_at)
        return self._agenda.list_due_at(visit)

    def _retry_at(self, visit: Visit, cause: Cause, now: datetime) -> datetime | None:
        every_round = self._speaks_for_source(visit, cause)
        if cause.code == REMOVED:
            return None
        if cause.again is not None and not every_round:
            return now + cause.again
        due_at = self._due_again(visit, now) if every_round else retry_at(visit.failures + 1, now)
        if due_at is not None and cause.patience is not None:
            due_at = max(due_at, now + timedelta(seconds=cause.patience))
        return due_at

    def _speaks_for_source(self, visit: Visit, cause: Cause) -> bool:
        """Whether a source is failing where this visit fails: its own page, or a feed or sitemap of it, unless the
        site has given that up."""
        own = identity(self._agenda.sources[visit.source_id].url) == identity(visit.url)
        return own or (visit.role in ("feed", "sitemap") and cause.status not in _GONE)

    def _is_known(self, arrival: Arrival) -> bool:
        """Whether the page is, byte for byte, the one that its article was read from."""
        visit = arrival.visit
        is_article = visit.role in ("article", "alias") and visit.article_id is not None
        return is_article and _digest(arrival.response) == visit.body_digest


def _digest(response: Response) -> str:
    return hashlib.sha256(response.body).hexdigest()


def _is_probe(visit: Visit) -> bool:
    """Whether the address was only guessed, and never held what it was guessed to hold."""
    return visit.role in ("feed", "sitemap") and not visit.hint.certain and not visit.body_digest


def patience_of(response: Response, now: datetime) -> float | None:
    """The seconds that a 429 or 503 asks to wait (RFC 9110, 10.2.3), None where it does not."""
    header = response.header("retry-after")
    if header is None or response.status not in _ASKS_FOR_PATIENCE:
        return None
    return retry_after(header, now)
