"""What can be changed of the frontier: which addresses are looked at, and when; inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from archive import schema as t
from archive.model import Link, Response, StoredRobots, Visit, VisitRole
from archive.store import rows
from archive.store.writing import Writer, insertion
from archive.urls import identity

_BATCH = 500


class FrontierWriter(Writer):
    """Writes what is known of addresses and hosts."""

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
            self._connection.execute(insertion(t.visit), lines)
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

    def visit_of(self, source_id: int, link: Link, found_at: datetime) -> Visit:
        """The frontier's line for an article, whichever source visits it; made where there is none, and not due."""
        key = identity(link.url)
        known = self._known_visit(source_id, key, "article")
        if known is None:
            self._insert(
                t.visit,
                source_id=source_id,
                url=link.url,
                identity=key,
                role="article",
                found_at=found_at,
                hint=rows.hint_to_json(link),
                body_digest="",
                failures=0,
            )
            known = self._known_visit(source_id, key, "article")
        return rows.to_visit(known)

    def visited(
        self, visit: Visit, *, at: datetime, due_at: datetime | None, status: int | None, failed: bool = False
    ) -> None:
        """A visit ended; it is due again at `due_at` (None: not planned)."""
        failures = visit.failures + 1 if failed else 0
        self._update(t.visit, visit.id, visited_at=at, due_at=due_at, status=status, failures=failures)
        self._notes.visits.add(visit.id)

    def edited(self, visit: Visit, *, at: datetime, due_at: datetime | None) -> None:
        """A visit found that its article was edited; it is due again at `due_at` (None: not planned)."""
        self._update(t.visit, visit.id, changed_at=at, due_at=due_at)
        self._notes.visits.add(visit.id)

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
        self._notes.visits.add(visit.id)

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
        self._notes.visits.add(visit.id)

    def save_robots(self, robots: StoredRobots) -> None:
        """Remember what a host answered for robots.txt."""
        columns = {field.name: getattr(robots, field.name) for field in fields(robots)}
        statement = insert(t.robots).values(**columns)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=columns))

    def add_failure(self, source_id: int, url: str, *, at: datetime, cause: str, message: str) -> None:
        """Record why a URL could not be had."""
        self._insert(t.failure, source_id=source_id, url=url, at=at, cause=cause, message=message)

    def belongs(self, visit: Visit, article_id: int) -> None:
        """A URL of the frontier led to an article."""
        self._update(t.visit, visit.id, article_id=article_id)
        self._notes.visits.add(visit.id)

    def _known_visit(self, source_id: int, key: str, role: VisitRole) -> Any:
        query = _ANYBODYS_ARTICLE if role == "article" else _OWN_VISIT
        return self._connection.execute(query, {"source": source_id, "key": key}).first()


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
