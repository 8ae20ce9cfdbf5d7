"""Which captures belong to articles, and where in the WARC files they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, union

from archive import schema as t
from archive.model import Capture
from archive.store import rows
from archive.store.source_reader import Queries

_BATCH = 500

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_COLUMNS = (t.capture.c.id, t.capture.c.captured_at, t.capture.c.record_id)
_STAYS = t.capture.c.record_id.not_in(select(t.removal_record.c.record_id))
_PAGES = union(
    select(*_COLUMNS)
    .join(t.revision, t.revision.c.capture_id == t.capture.c.id)
    .where(t.revision.c.article_id.in_(_ids), _STAYS),
    select(*_COLUMNS)
    .join(t.visit, t.visit.c.url == t.capture.c.url)
    .where(t.visit.c.article_id.in_(_ids), _STAYS),
).subquery()
_OF_ARTICLES = union(
    select(_PAGES),
    select(*_COLUMNS)
    .join(t.requisite, t.requisite.c.resource_id == t.capture.c.id)
    .where(t.requisite.c.capture_id.in_(select(_PAGES.c.id)), _STAYS),
)
_BY_ID = select(t.capture).where(t.capture.c.id.in_(_ids))
_BY_RECORD = select(t.capture).where(t.capture.c.record_id == bindparam("record_id"))
_SPANS = (
    select(t.capture.c.id, t.capture.c.offset, t.capture.c.length)
    .where(t.capture.c.file == bindparam("file"))
    .order_by(t.capture.c.offset)
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a capture stands in its file."""

    capture_id: int
    offset: int
    length: int


class ExcerptReader(Queries):
    """Reads which captures belong to what is exported."""

    def captures_of_articles(self, ids: Collection[int]) -> Iterator[tuple[int, datetime, str]]:
        """The captures of these articles, of every version and every look at any of their addresses, with what their
        pages are drawn with: id, time and record, in the order of their ids."""
        batch = list(ids)
        found = ((row.id, row.captured_at, row.record_id) for row in self._all(_OF_ARTICLES, ids=batch))
        yield from sorted(found)

    def captures(self, ids: Collection[int]) -> dict[int, Capture]:
        """The captures of these ids, by id; those that there are not are left out."""
        wanted, found = list(ids), dict[int, Capture]()
        for start in range(0, len(wanted), _BATCH):
            for row in self._all(_BY_ID, ids=wanted[start : start + _BATCH]):
                found[row.id] = rows.to_capture(row)
        return found

    def capture_of_record(self, record_id: str) -> Capture | None:
        """The capture that is the record of that id."""
        row = self._first(_BY_RECORD, record_id=record_id)
        return row and rows.to_capture(row)

    def spans_in(self, file: str) -> list[Span]:
        """Where the captures stand that are in a WARC file, by offset."""
        return [Span(*row) for row in self._all(_SPANS, file=file)]
