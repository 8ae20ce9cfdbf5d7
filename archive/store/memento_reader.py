"""Questions about the captures of a page in time, as replay asks them. A page is known under several spellings of its
URL; whoever asks names them all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from archive import schema as t
from archive.model import Capture
from archive.store import rows
from archive.store.source_reader import Queries

_WHOLE = or_(t.capture.c.status.between(200, 299), t.capture.c.status == 304)
_SECOND = timedelta(seconds=1)
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A capture among those of its page: how many there are and which place it has, counted from 1, the first and the
    last of them, those just before and after it."""

    count: int
    place: int
    first: Capture
    last: Capture
    previous: Capture | None
    next: Capture | None


class MementoReader(Queries):
    """Reads which captures there are of a page."""

    def capture_of_record(self, record_id: str) -> Capture | None:
        """The capture that is the WARC record of that id."""
        row = self._first(select(t.capture).where(t.capture.c.record_id == record_id))
        return row and rows.to_capture(row)

    def captures_of(self, urls: Collection[str], *, limit: int) -> list[Capture]:
        """The captures of a page, the oldest first; of more than `limit`, the newest."""
        newest = _of(urls).order_by(t.capture.c.captured_at.desc(), t.capture.c.id.desc()).limit(limit)
        return [rows.to_capture(row) for row in reversed(self._all(newest))]

    def capture_near(self, urls: Collection[str], at: datetime) -> Capture | None:
        """The capture nearest to a moment; one that has the page goes before errors and redirects."""
        for query in (_of(urls).where(_WHOLE), _of(urls)):
            before = self._first(_newest_first(query.where(t.capture.c.captured_at <= at)))
            after = self._first(_oldest_first(query.where(t.capture.c.captured_at > at)))
            found = [rows.to_capture(row) for row in (before, after) if row]
            if found:
                return min(found, key=lambda capture: abs(capture.captured_at - at))
        return None

    def capture_at(self, urls: Collection[str], second: datetime) -> Capture | None:
        """The capture of a page in a second, the last of several; one that has the page goes before others."""
        within = (t.capture.c.captured_at >= second, t.capture.c.captured_at < second + _SECOND)
        query = _of(urls).where(*within).order_by(_WHOLE.desc(), t.capture.c.id.desc())
        row = self._first(query.limit(1))
        return row and rows.to_capture(row)

    def neighbours(self, urls: Collection[str], capture: Capture) -> Neighbours:
        """Where a capture stands among those of its page, which must be one of them."""
        at, number = capture.captured_at, capture.id
        same = t.capture.c.captured_at == at
        earlier = or_(t.capture.c.captured_at < at, and_(same, t.capture.c.id < number))
        later = or_(t.capture.c.captured_at > at, and_(same, t.capture.c.id > number))
        counts: Any = select(func.count().label("all"), func.count().filter(earlier).label("earlier"))
        counted = self._first(counts.select_from(t.capture).where(t.capture.c.url.in_(urls)))
        previous = self._first(_newest_first(_of(urls).where(earlier)))
        following = self._first(_oldest_first(_of(urls).where(later)))
        return Neighbours(
            count=counted.all,
            place=counted.earlier + 1,
            first=rows.to_capture(self._first(_oldest_first(_of(urls)))),
            last=rows.to_capture(self._first(_newest_first(_of(urls)))),
            previous=previous and rows.to_capture(previous),
            next=following and rows.to_capture(following),
        )

    def requisite(self, capture_id: int, urls: Collection[str]) -> Capture | None:
        """What was kept as a part of a captured page, under one of these URLs."""
        query: Any = (
            select(t.capture)
            .join(t.requisite, t.requisite.c.resource_id == t.capture.c.id)
            .where(t.requisite.c.capture_id == capture_id, t.requisite.c.url.in_(urls))
        )
        row = self._first(query.limit(1))
        return row and rows.to_capture(row)

    def last_resource(self, url: str) -> Capture | None:
        """What was kept last of a URL without its exchange."""
        query = select(t.capture).where(t.capture.c.url == url, t.capture.c.kind == "resource")
        row = self._first(_newest_first(query))
        return row and rows.to_capture(row)

    def pages_wanting(self, url: str, most_bytes: int) -> list[int]:
        """The captures that are drawn with what is at a URL, and do not have it yet; not those that have more than so
        many bytes of such already."""
        waiting = select(t.requisite).where(t.requisite.c.url == url, t.requisite.c.resource_id.is_(None))
        pages = [row.capture_id for row in self._all(waiting)]
        kept: Any = (
            select(t.requisite.c.capture_id)
            .join(t.capture, t.capture.c.id == t.requisite.c.resource_id)
            .where(t.requisite.c.capture_id.in_(pages))
            .group_by(t.requisite.c.capture_id)
            .having(func.sum(t.capture.c.length) > most_bytes)
        )
        full = {row.capture_id for row in self._all(kept)}
        return [page for page in pages if page not in full]

    def captured_below(self, prefix: str, *, limit: int) -> list[str]:
        """URLs with captures that begin like this, at most `limit`, by name."""
        url = t.capture.c.url
        query = select(url).where(url >= prefix, url < prefix + _LAST).distinct().order_by(url).limit(limit)
        return [row.url for row in self._all(query)]

    def article_shown(self, capture: Capture) -> tuple[int, int] | None:
        """The article, and the number of the revision, that a capture shows: the one that was read from it, else the
        last that was read at its URL before."""
        query: Any = (
            select(t.revision.c.article_id, t.revision.c.number)
            .join(t.capture, t.capture.c.id == t.revision.c.capture_id)
            .where(t.capture.c.url == capture.url, t.capture.c.captured_at <= capture.captured_at)
            .order_by(t.capture.c.captured_at.desc(), t.revision.c.number.desc())
        )
        row = self._first(query.limit(1))
        return row and (int(row.article_id), int(row.number))

    def captured_urls_of(self, article_id: int) -> list[str]:
        """The URLs at which the versions of an article were captured."""
        query = (
            select(t.capture.c.url)
            .join(t.revision, t.revision.c.capture_id == t.capture.c.id)
            .where(t.revision.c.article_id == article_id)
            .distinct()
        )
        return [row.url for row in self._all(query)]


def _of(urls: Collection[str]) -> Select[Any]:
    return select(t.capture).where(t.capture.c.url.in_(urls))


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(t.capture.c.captured_at.desc(), t.capture.c.id.desc()).limit(1)


def _oldest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(t.capture.c.captured_at, t.capture.c.id).limit(1)
