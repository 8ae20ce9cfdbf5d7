"""What can be changed of what pages are drawn with, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from archive import schema as t
from archive.model import Link
from archive.store.frontier_writer import FrontierWriter
from archive.urls import identity

ASKED_AGAIN = timedelta(days=30)
"""A style sheet or picture that was kept within so long is taken to be what a page is drawn with."""


class RequisiteWriter(FrontierWriter):
    """Writes what pages are drawn with."""

    def want_requisites(
        self, capture_ids: Iterable[int], source_id: int, urls: Iterable[str], at: datetime, *, depth: int = 0
    ) -> bool:
        """These pages are drawn with what is at these URLs: what was kept lately is theirs at once, the rest goes to
        the frontier. `depth` is 1 for what a style sheet asks for. Returns whether anything is to be fetched."""
        pages = list(capture_ids)
        missing = []
        for url in dict.fromkeys(urls):
            known = self._kept_lately(url, at)
            lines = [{"capture_id": page, "url": url, "resource_id": known} for page in pages]
            self._connection.execute(insert(t.requisite).on_conflict_do_nothing(), lines)
            if known is None:
                missing.append(Link(url, role="requisite", depth=depth))
        self.add_links(source_id, missing, at)
        for link in missing:
            again = (t.visit.c.identity == identity(link.url)) & (t.visit.c.role == "requisite")
            rested = t.visit.c.visited_at < at - ASKED_AGAIN
            self._connection.execute(update(t.visit).where(again, rested).values(due_at=at))
        return bool(missing)

    def requisite_kept(self, pages: Iterable[int], url: str, resource_id: int) -> None:
        """What is at a URL was kept, and these pages are drawn with it."""
        which = (t.requisite.c.url == url) & t.requisite.c.capture_id.in_(list(pages))
        self._connection.execute(update(t.requisite).where(which).values(resource_id=resource_id))

    def _kept_lately(self, url: str, at: datetime) -> int | None:
        query = (
            select(t.capture.c.id)
            .where(
                t.capture.c.url == url,
                t.capture.c.kind == "resource",
                t.capture.c.captured_at >= at - ASKED_AGAIN,
            )
            .order_by(t.capture.c.captured_at.desc())
        )
        return self._connection.execute(query.limit(1)).scalar()
