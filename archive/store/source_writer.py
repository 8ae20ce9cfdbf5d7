"""What can be changed of sources, inside one transaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from sqlalchemy import select, update

from archive import schema as t
from archive.errors import SourceExists
from archive.model import NO_RULES, Link, Requisites, Rules, SourceKind
from archive.store.frontier_writer import FrontierWriter
from archive.urls import identity


class SourceOptions(TypedDict, total=False):
    """What a source may have beside its address, name and interval; the words are those of `archive.model.Source`."""

    min_delay: float | None
    paused: bool
    adaptive: bool
    revisit_ages: tuple[timedelta, ...]
    backfill_since: date | None
    collections: tuple[str, ...]
    rules: Rules
    requisites: Requisites | None


class SourceSettings(SourceOptions, total=False):
    """What may be changed of a source."""

    name: str
    interval: timedelta


_NO_OPTIONS: SourceOptions = {
    "min_delay": None,
    "paused": False,
    "adaptive": False,
    "revisit_ages": (),
    "backfill_since": None,
    "collections": (),
    "rules": NO_RULES,
    "requisites": None,
}


class SourceWriter(FrontierWriter):
    """Writes what is known of sources."""

    def add_source(
        self,
        *,
        name: str,
        url: str,
        interval: timedelta,
        now: datetime,
        **options: Unpack[SourceOptions],
    ) -> int:
        """A new source, due at once, with its own URL on the frontier; a removed one of the same URL comes
        back. Returns its id. SourceExists where the name or the URL is taken."""
        columns: dict[str, Any] = {
            "name": name,
            "url": url,
            "identity": identity(url),
            "kind": "page",
            "interval_seconds": int(interval.total_seconds()),
            "due_at": now,
            "removed_at": None,
            **_NO_OPTIONS,
            **options,
        }
        taken = select(t.source).where(
            (t.source.c.identity == columns["identity"]) | (t.source.c.name == name)
        )
        known = list(self._connection.execute(taken))
        for row in known:
            if row.removed_at is None or row.identity != columns["identity"]:
                what = "that URL" if row.identity == columns["identity"] else "that name"
                raise SourceExists(f"There is a source of {what} already: {row.name} (number {row.id}).")
        if known:
            source_id = int(known[0].id)
            self._update(t.source, source_id, **columns)
        else:
            source_id = self._insert(t.source, **columns, added_at=now)
        self._notes.sources.add(source_id)
        self.add_links(source_id, [Link(url, role="page")], now)
        return source_id

    def change_source(self, source_id: int, **settings: Unpack[SourceSettings]) -> None:
        """Change these settings of a source, and no others. SourceExists where a new name is taken.

        A shorter interval holds from the last crawl on. Where its rules or its back-fill change, its lists are read
        again even if the site says that they did not change.
        """
        columns: dict[str, Any] = dict(settings)
        if interval := columns.pop("interval", None):
            columns["interval_seconds"] = int(interval.total_seconds())
            columns |= self._sooner(source_id, interval)
        if name := columns.get("name"):
            taken = select(t.source.c.id).where(t.source.c.name == name, t.source.c.id != source_id)
            if self._connection.execute(taken).first():
                raise SourceExists(f"There is a source of that name already: {name}.")
        self._update(t.source, source_id, **columns)
        self._notes.sources.add(source_id)
        if columns.keys() & {"rules", "backfill_since"}:
            lists = (t.visit.c.source_id == source_id) & t.visit.c.role.in_(("page", "feed", "sitemap"))
            forgotten = {"etag": None, "last_modified": None, "body_digest": ""}
            self._connection.execute(update(t.visit).where(lists).values(**forgotten))

    def _sooner(self, source_id: int, interval: timedelta) -> dict[str, datetime]:
        """When a source is due by a new interval, if that is sooner."""
        query = select(t.source.c.due_at, t.source.c.last_crawl_at).where(t.source.c.id == source_id)
        due_at, crawled_at = self._connection.execute(query).one()
        return {"due_at": min(due_at, crawled_at + interval)} if crawled_at else {}

    def remove_source(self, source_id: int, now: datetime) -> None:
        """Crawl it no more and list it no more; its articles stay."""
        self._update(t.source, source_id, removed_at=now)
        self._notes.sources.add(source_id)

    def set_paused(self, source_id: int, paused: bool) -> None:
        """Leave a source out of every crawl, or take it in again."""
        self._update(t.source, source_id, paused=paused)
        self._notes.sources.add(source_id)

    def set_kind(self, source_id: int, kind: SourceKind) -> None:
        """What the URL of a source turned out to be."""
        self._update(t.source, source_id, kind=kind)
        self._notes.sources.add(source_id)

    def make_due(self, source_id: int, now: datetime) -> None:
        """Everything of a source is due at once, also what no further look was planned for; not aliases, nor what
        pages are drawn with."""
        mine = (t.visit.c.source_id == source_id) & t.visit.c.role.not_in(("alias", "requisite"))
        self._update(t.source, source_id, due_at=now)
        self._connection.execute(update(t.visit).where(mine).values(due_at=now))

    def crawled(self, source_id: int, *, at: datetime, due_at: datetime, error: str | None) -> None:
        """A crawl of a source is complete; `error` is the failure of its own pages, None where they answered."""
        columns = {"last_crawl_at": at, "due_at": due_at, "last_error": error}
        if error is None:
            columns["last_success_at"] = at
        self._update(t.source, source_id, **columns)

    def plan(self, source_id: int, *, due_at: datetime) -> None:
        """When a source is due next."""
        self._update(t.source, source_id, due_at=due_at)

    def follow_habit(self, source_id: int, interval: timedelta) -> None:
        """The interval that follows from the habit of a source; of no effect where somebody has set one meanwhile."""
        seconds = int(interval.total_seconds())
        mine = (t.source.c.id == source_id) & t.source.c.adaptive & (t.source.c.interval_seconds != seconds)
        changed = self._connection.execute(update(t.source).where(mine).values(interval_seconds=seconds))
        if changed.rowcount:
            self._notes.sources.add(source_id)
