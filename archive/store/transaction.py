"""What can be changed, inside one transaction. Nothing is ever deleted: a removed source keeps its articles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection, Update, bindparam, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from archive import schema as t
from archive.errors import SourceExists
from archive.model import (
    NO_RULES,
    Capture,
    ChangeAction,
    Link,
    Response,
    Revision,
    Rules,
    SourceKind,
    StoredRobots,
    Visit,
    VisitRole,
)
from archive.store import rows
from archive.urls import identity

_BATCH = 500


class SourceOptions(TypedDict, total=False):
    """What a source may have beside its address, name and interval; the words are those of `archive.model.Source`."""

    min_delay: float | None
    paused: bool
    adaptive: bool
    revisit_ages: tuple[timedelta, ...]
    backfill_since: date | None
    collections: tuple[str, ...]
    rules: Rules


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
}


class Transaction:
    """An open transaction; see `Store.transaction`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- sources -------------------------------------------------------------------------------------

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

    def set_paused(self, source_id: int, paused: bool) -> None:
        """Leave a source out of every crawl, or take it in again."""
        self._update(t.source, source_id, paused=paused)

    def set_kind(self, source_id: int, kind: SourceKind) -> None:
        """What the URL of a source turned out to be."""
        self._update(t.source, source_id, kind=kind)

    def make_due(self, source_id: int, now: datetime) -> None:
        """Everything of a source is due at once, also what no further look was planned for; not aliases."""
        mine = (t.visit.c.source_id == source_id) & (t.visit.c.role != "alias")
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
        mine = (t.source.c.id == source_id) & t.source.c.adaptive
        seconds = int(interval.total_seconds())
        self._connection.execute(update(t.source).where(mine).values(interval_seconds=seconds))

    # -- frontier ------------------------------------------------------------------------------------

    def add_links(self, source_id: int, links: Iterable[Link], now: datetime) -> int:
        """Put URLs on the frontier, due at once. One that is known is due again only where its feed says that
        it was modified after the last visit; an article is visited for one source only. Returns how many are new."""
        keyed = [(identity(link.url), link) for link in links]
        return sum(
            self._add_some(source_id, keyed[start : start + _BATCH], now)
            for start in range(0, len(keyed), _BATCH)
        )

    def _add_some(self, source_id: int, links: list[tuple[str, Link]], now: datetime) -> int:
        values = {"keys": [key for key, _ in links], "source": source_id}
        own: dict[str, Any] = {}
        articles: dict[str, Any] = {}
        for row in self._connection.execute(_KNOWN, values):
            (own if row.source_id == source_id else articles)[row.identity] = row
        new: dict[str, Link] = {}
        for key, link in links:
            known = own.get(key) or (articles.get(key) if link.role == "article" else None)
            if known is None:
                new.setdefault(key, link)
            elif (
                link.modified
                and known.visited_at
                and link.modified > known.visited_at
                and known.role != "alias"
            ):
                self._update(t.visit, known.id, due_at=now)
        if new:
            lines = [
                {
                    "source_id": source_id, "url": link.url, "identity": key, "role": link.role, "due_at": now,
                    "found_at": now, "hint": rows.hint_to_json(link), "body_digest": "", "failures": 0,
                }
                for key, link in new.items()
            ]  # fmt: skip
            self._connection.execute(_insertion(t.visit), lines)
        return len(new)

    def put_off(self, source_id: int, origin: str, until: datetime) -> None:
        """Nothing of a source at an origin (`https://host`) is due before an instant."""
        visits = (t.visit.c.source_id == source_id) & t.visit.c.url.startswith(f"{origin}/", autoescape=True)
        due = t.visit.c.due_at < until
        self._connection.execute(update(t.visit).where(visits, due).values(due_at=until))

    def visit_now(self, source_id: int, link: Link, now: datetime) -> Visit:
        """The frontier's line for an article that somebody wants now, made where there is none, and due."""
        self.add_links(source_id, [link], now)
        row = self._known_visit(source_id, identity(link.url), "article")
        self._update(t.visit, row.id, due_at=now)
        return replace(rows.to_visit(row), role="article", due_at=now)

    def visited(
        self, visit: Visit, *, at: datetime, due_at: datetime | None, status: int | None, failed: bool = False
    ) -> None:
        """A visit ended; it is due again at `due_at` (None: not planned)."""
        failures = visit.failures + 1 if failed else 0
        self._update(t.visit, visit.id, visited_at=at, due_at=due_at, status=status, failures=failures)

    def edited(self, visit: Visit, *, at: datetime, due_at: datetime | None) -> None:
        """A visit found that its article was edited; it is due again at `due_at` (None: not planned)."""
        self._update(t.visit, visit.id, changed_at=at, due_at=due_at)

    def validated(self, visit: Visit, response: Response, body_digest: str) -> None:
        """Remember the validators of a good response (RFC 9110, 8.8), the digest of its body and the spelling of
        the address that answered."""
        self._update(
            t.visit,
            visit.id,
            etag=response.header("etag"),
            last_modified=response.header("last-modified"),
            body_digest=body_digest,
            url=response.url,
        )

    def redirected(self, visit: Visit, url: str, at: datetime) -> Visit:
        """A visit led to another address: it becomes an alias, and that address's own visit (made where there is
        none) is returned."""
        self.set_role(visit, "alias")
        self.visited(visit, at=at, due_at=None, status=200)
        self.add_links(visit.source_id, [replace(visit.hint, url=url, role="article")], at)
        return rows.to_visit(self._known_visit(visit.source_id, identity(url), "article"))

    def set_role(self, visit: Visit, role: VisitRole) -> None:
        """What a URL turned out to be."""
        self._update(t.visit, visit.id, role=role)

    def save_robots(self, robots: StoredRobots) -> None:
        """Remember what a host answered for robots.txt."""
        columns = {field.name: getattr(robots, field.name) for field in fields(robots)}
        statement = insert(t.robots).values(**columns)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=columns))

    def add_failure(self, source_id: int, url: str, *, at: datetime, cause: str, message: str) -> None:
        """Record why a URL could not be had."""
        self._insert(t.failure, source_id=source_id, url=url, at=at, cause=cause, message=message)

    # -- articles ------------------------------------------------------------------------------------

    def add_capture(self, capture: Capture) -> int:
        """Record where a response is kept; the id of `capture` is ignored, the new one returned."""
        return self._insert(
            t.capture,
            url=capture.url,
            captured_at=capture.captured_at,
            status=capture.status,
            media_type=capture.media_type,
            payload_digest=capture.payload_digest,
            file=capture.place.file,
            offset=capture.place.offset,
            length=capture.place.length,
            record_id=capture.record_id,
        )

    def capture_id(self, capture: Capture) -> int:
        """The id of a capture that is recorded."""
        query = select(t.capture.c.id).where(t.capture.c.record_id == capture.record_id)
        return int(self._connection.execute(query).one().id)

    def add_article(self, source_id: int, url: str, at: datetime) -> int:
        """A new article without a revision yet; returns its id. `add_revision` belongs to the same transaction."""
        return self._insert(
            t.article, source_id=source_id, url=url, first_seen=at, last_seen=at, latest=0, text_digest=""
        )

    def add_revision(self, revision: Revision, text_digest: str) -> None:
        """A further revision, which becomes the latest."""
        self._connection.execute(_insertion(t.revision), rows.from_revision(revision))
        self._update(t.article, revision.article_id, latest=revision.number, text_digest=text_digest)

    def replace_revision(self, revision: Revision, text_digest: str) -> None:
        """Put a revision in the place of the one with its number, which said only that its page could not be read."""
        which = (t.revision.c.article_id == revision.article_id) & (t.revision.c.number == revision.number)
        columns = rows.from_revision(revision)
        self._connection.execute(update(t.revision).where(which).values(**columns))
        self._update(t.article, revision.article_id, text_digest=text_digest)

    def add_addresses(self, article_id: int, identities: Collection[str]) -> None:
        """The article is known under these canonical URLs too; those that are taken stay as they are."""
        for key in identities:
            self._connection.execute(_ADDRESS, {"identity": key, "article_id": article_id})

    def add_change(self, article_id: int, action: ChangeAction, at: datetime) -> None:
        """Write an entry of the change log."""
        self._insert(t.change, article_id=article_id, action=action, at=at)

    def seen(self, article_id: int, at: datetime) -> None:
        """The web still has the article."""
        self._update(t.article, article_id, last_seen=at, gone_at=None)

    def gone(self, article_id: int, at: datetime) -> None:
        """The web has the article no more; what was kept stays."""
        self._update(t.article, article_id, gone_at=at)

    def belongs(self, visit: Visit, article_id: int) -> None:
        """A URL of the frontier led to an article."""
        self._update(t.visit, visit.id, article_id=article_id)

    # ------------------------------------------------------------------------------------------------

    def _known_visit(self, source_id: int, key: str, role: VisitRole) -> Any:
        query = _ANYBODYS_ARTICLE if role == "article" else _OWN_VISIT
        return self._connection.execute(query, {"source": source_id, "key": key}).first()

    def _insert(self, table: Any, **columns: Any) -> int:
        result = self._connection.execute(_insertion(table), columns)
        return int((result.inserted_primary_key or (0,))[0])

    def _update(self, table: Any, row_id: int, **columns: Any) -> None:
        self._connection.execute(_changing(table, tuple(columns)), {"row_id": row_id, **columns})


# To make a statement costs four times what it costs to run it, so that those of every page are made once.

_OWN_VISIT = (
    select(t.visit)
    .where(t.visit.c.identity == bindparam("key"), t.visit.c.source_id == bindparam("source"))
    .limit(1)
)
_ANYBODYS_ARTICLE = (
    select(t.visit)
    .where(
        t.visit.c.identity == bindparam("key"),
        (t.visit.c.source_id == bindparam("source")) | (t.visit.c.role == "article"),
    )
    .limit(1)
)
_KNOWN = select(t.visit).where(
    t.visit.c.identity.in_(bindparam("keys", expanding=True)),
    (t.visit.c.source_id == bindparam("source")) | (t.visit.c.role == "article"),
)
_ADDRESS = insert(t.address).on_conflict_do_nothing()


@cache
def _insertion(table: Any) -> Insert:
    return insert(table)


@cache
def _changing(table: Any, names: tuple[str, ...]) -> Update:
    """Sets these columns of the row `row_id`."""
    return update(table).where(table.c.id == bindparam("row_id")).values({n: bindparam(n) for n in names})
