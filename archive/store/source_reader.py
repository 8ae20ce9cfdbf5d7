"""Questions about sources: which there are, and how each of them is doing."""

from __future__ import annotations

import difflib
import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Engine, Select, Text, func, select, type_coerce

from archive import schema as t
from archive.errors import UnknownSource
from archive.habit import WINDOW
from archive.model import Arrival, Failure, Source, SourceHealth
from archive.store import rows

_LAST_FAILURES = 5
_MANY_NAMES = 10
_NUMBER = re.compile(r"[0-9]{1,18}")

_FAILURES = (
    select(t.failure, t.source.c.name.label("source_name"))
    .join(t.source, t.source.c.id == t.failure.c.source_id)
    .order_by(t.failure.c.id.desc())
)
_ARRIVALS = (
    select(t.article.c.source_id, t.article.c.first_seen, t.revision.c.published)
    .join(t.revision, (t.revision.c.article_id == t.article.c.id) & (t.revision.c.number == 1))
    .order_by(t.article.c.first_seen)
)
_ENDPOINTS = ("page", "feed", "sitemap")
_QUIET = timedelta(days=1)


class Queries:
    """Runs queries on one archive's database, each in one consistent state; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _all(self, query: Select[Any] | CompoundSelect[Any], **values: Any) -> list[Any]:
        """The rows; `values` are those of the parameters that a query made once has."""
        with self._engine.connect() as connection:
            return list(connection.execute(query, values).all())

    def _first(self, query: Select[Any], **values: Any) -> Any:
        with self._engine.connect() as connection:
            return connection.execute(query, values).first()


class SourceReader(Queries):
    """Reads what is known of sources."""

    def sources(self) -> list[Source]:
        """All sources that were not removed, by name."""
        query = select(t.source).where(t.source.c.removed_at.is_(None)).order_by(t.source.c.name)
        return [rows.to_source(row) for row in self._all(query)]

    def source(self, name_or_id: str) -> Source:
        """The source of that name, else of that number. UnknownSource where there is none."""
        there = select(t.source).where(t.source.c.removed_at.is_(None))
        row = self._first(there.where(t.source.c.name == name_or_id))
        if row is None and _NUMBER.fullmatch(name_or_id):
            row = self._first(there.where(t.source.c.id == int(name_or_id)))
        if row is not None:
            return rows.to_source(row)
        names = [source.name for source in self.sources()]
        near = difflib.get_close_matches(name_or_id, names, n=_MANY_NAMES, cutoff=0.4) or names
        told = ", ".join(near[:_MANY_NAMES]) or "none yet"
        if len(names) > len(near[:_MANY_NAMES]):
            raise UnknownSource(f'There is no source "{name_or_id}" among {len(names):,}; some are: {told}.')
        raise UnknownSource(f'There is no source "{name_or_id}"; the sources are: {told}.')

    def next_source_due(self) -> datetime | None:
        """When the first of the sources that are crawled is due, None where there is none."""
        query = select(func.min(t.source.c.due_at).label("due_at"))
        due_at: datetime | None = self._first(
            query.where(t.source.c.removed_at.is_(None), t.source.c.paused.is_(False))
        ).due_at
        return due_at

    def health(self, now: datetime) -> list[SourceHealth]:
        """How every source is doing, by name; `causes` are those of the 28 days before `now`, `arrivals` those since
        28 days before the last one, or before now where that is earlier."""
        articles = self._counts_by_source(t.article, t.article.c.latest > 0)
        failures = self._counts_by_source(t.failure)
        unread = self._unread_by_source()
        causes = self._causes_by_source(now - WINDOW)
        arrivals = self._arrivals_by_source(now)
        last_failures = self._last_failures_by_source()
        endpoints = self._endpoints_by_source()
        return [
            SourceHealth(
                source=source,
                articles=articles.get(source.id, 0),
                failures=failures.get(source.id, 0),
                last_failures=tuple(last_failures.get(source.id, ())),
                endpoints=tuple(endpoints.get(source.id, ())),
                causes=tuple((cause, n) for cause, n in causes.get(source.id, ()) if cause != "robots"),
                refused=sum(n for cause, n in causes.get(source.id, ()) if cause == "robots"),
                arrivals=tuple(arrivals.get(source.id, ())),
                unread=unread.get(source.id, 0),
            )
            for source in self.sources()
        ]

    def arrivals(self, source_id: int, since: datetime) -> list[Arrival]:
        """The articles of a source that were found since, the oldest first."""
        query = _ARRIVALS.where(t.article.c.source_id == source_id, t.article.c.first_seen >= since)
        return [Arrival(row.first_seen, row.published) for row in self._all(query)]

    def failures(self, limit: int) -> list[Failure]:
        """The newest failures of all sources, newest first."""
        return [rows.to_failure(row) for row in self._all(_FAILURES.limit(limit))]

    def _unread_by_source(self) -> dict[int, int]:
        query = (
            select(t.article.c.source_id, func.count().label("n"))
            .join(t.revision, t.revision.c.article_id == t.article.c.id)
            .where(t.revision.c.unread != "", t.revision.c.number == t.article.c.latest)
            .group_by(t.article.c.source_id)
        )
        return {row.source_id: row.n for row in self._all(query)}

    def _causes_by_source(self, since: datetime) -> dict[int, list[tuple[str, int]]]:
        count = func.count().label("n")
        query = (
            select(t.failure.c.source_id, t.failure.c.cause, count)
            .where(t.failure.c.at >= since)
            .group_by(t.failure.c.source_id, t.failure.c.cause)
            .order_by(count.desc(), t.failure.c.cause)
        )
        causes: dict[int, list[tuple[str, int]]] = {}
        for row in self._all(query):
            causes.setdefault(row.source_id, []).append((row.cause, row.n))
        return causes

    def _arrivals_by_source(self, now: datetime) -> dict[int, list[Arrival]]:
        """All of the last 28 days at once; what came to an end before, source by source."""
        instant = datetime.fromisoformat  # of text as it is stored: there may be hundreds of thousands
        recent = select(
            t.article.c.source_id,
            type_coerce(t.article.c.first_seen, Text),
            type_coerce(t.revision.c.published, Text),
        ).join(t.revision, (t.revision.c.article_id == t.article.c.id) & (t.revision.c.number == 1))
        recent = recent.where(t.article.c.first_seen >= now - WINDOW).order_by(t.article.c.first_seen)
        # What was old when it was found says nothing of the habit: it must not hide a silence.
        days = func.substr(type_coerce(t.revision.c.published, Text), 1, 10)
        fresh = days >= func.date(type_coerce(t.article.c.first_seen, Text), "-3 days")
        newest = (
            select(t.article.c.source_id, func.max(t.article.c.first_seen).label("at"))
            .join(t.revision, (t.revision.c.article_id == t.article.c.id) & (t.revision.c.number == 1))
            .where(t.revision.c.published.is_(None) | fresh)
        )
        arrivals: dict[int, list[Arrival]] = {}
        for source_id, first_seen, published in self._all(recent):
            found = Arrival(instant(first_seen), instant(published) if published else None)
            arrivals.setdefault(source_id, []).append(found)
        for row in self._all(newest.group_by(t.article.c.source_id)):
            if now - row.at > _QUIET:
                arrivals[row.source_id] = self.arrivals(row.source_id, row.at - WINDOW)
        return arrivals

    def _endpoints_by_source(self) -> dict[int, list[str]]:
        query = select(t.visit.c.source_id, t.visit.c.url).where(t.visit.c.role.in_(_ENDPOINTS))
        endpoints: dict[int, list[str]] = {}
        for row in self._all(query.order_by(t.visit.c.id)):
            endpoints.setdefault(row.source_id, []).append(row.url)
        return endpoints

    def _last_failures_by_source(self) -> dict[int, list[Failure]]:
        place = func.row_number().over(partition_by=t.failure.c.source_id, order_by=t.failure.c.id.desc())
        numbered = select(t.failure.c.id, place.label("place")).subquery()
        last = select(numbered.c.id).where(numbered.c.place <= _LAST_FAILURES)
        failures: dict[int, list[Failure]] = {}
        for row in self._all(_FAILURES.where(t.failure.c.id.in_(last))):
            failures.setdefault(row.source_id, []).append(rows.to_failure(row))
        return failures

    def _counts_by_source(self, table: Any, *which: Any) -> dict[int, int]:
        query = select(table.c.source_id, func.count().label("n")).where(*which).group_by(table.c.source_id)
        return {row.source_id: row.n for row in self._all(query)}
