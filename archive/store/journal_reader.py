"""Journal -> database: an event applied, by which the database is again what it was when the event was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from archive import schema as t
from archive.journal import Event, change_from_json, revision_from_json
from archive.model import Link
from archive.store import rows
from archive.store.frontier_writer import FrontierWriter
from archive.store.kinds import sum_up
from archive.store.removal_rows import empty_article, put_removal
from archive.store.writing import Notes
from archive.urls import host_key

_INSTANTS = frozenset(
    {
        "first_seen", "last_seen", "gone_at", "added_at", "due_at", "last_crawl_at", "last_success_at",
        "removed_at", "found_at", "visited_at", "changed_at", "at",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an entry: it is `foreign` where another archive wrote it; so many before it are `missing`;
    `lost` is that the capture which it was read from is not there."""

    foreign: bool = False
    missing: int = 0
    lost: bool = False


class JournalReader(FrontierWriter):
    """Takes in what a journal tells."""

    def apply(self, event: Event) -> Fate:
        """Do what an event tells, unless that was done already. Nothing of it is left for the journal."""
        known = self._connection.execute(_JOURNAL).one()
        if event.archive != known.archive:
            if known.number:
                return Fate(foreign=True)
            self._connection.execute(update(t.journal).values(archive=event.archive))
        elif event.number <= known.number:
            return Fate()
        lost = self._do(event)
        self._connection.execute(_COUNT, {"last": event.number})
        self._notes = Notes()
        return Fate(missing=event.number - known.number - 1, lost=lost)

    def _do(self, event: Event) -> bool:
        """Whether the capture that it is about is not there."""
        if event.name == "complete":
            self._connection.execute(update(t.journal).values(complete=True))
        elif "removal" in event.body:
            self._apply_removal(event.body["removal"])
        elif "source" in event.body:
            self._apply_source(event.body["source"])
        elif "alias" in event.body:
            self._put(t.author_alias, _rich(event.body["alias"]), ("id",))
        elif "article" in event.body:
            return self._apply_article(event)
        return False

    def _apply_removal(self, told: Mapping[str, Any]) -> None:
        """What is still to be cut is looked for anew: it may be gone already."""
        article_id, at = int(told["article"]), datetime.fromisoformat(told["at"])
        empty_article(self._connection, article_id)
        versions = t.VersionsJson.from_dicts(told["versions"])
        put_removal(self._connection, article_id, at, told["reason"], versions, told["records"])

    def _apply_source(self, told: Mapping[str, Any]) -> None:
        columns = _rich(told) | {
            "revisit_ages": tuple(timedelta(seconds=age) for age in told["revisit_ages"]),
            "backfill_since": date.fromisoformat(told["backfill_since"]) if told["backfill_since"] else None,
            "collections": tuple(told["collections"]),
            "rules": rows.rules_from_json(told["rules"]),
        }
        # Two that exchanged their names meanwhile: the other one's own event follows.
        self._connection.execute(_MAKE_ROOM, {"wanted": columns["name"], "key": columns["id"]})
        self._put(t.source, columns, ("id",))
        if columns["removed_at"] is None:
            self.add_links(columns["id"], [Link(columns["url"], role="page")], columns["added_at"])

    def _apply_article(self, event: Event) -> bool:
        told = event.body
        article_id = int(told["article"]["id"])
        self._need_source(int(told["article"]["source_id"]), told["article"]["url"], event)
        self._put(t.article, _rich(told["article"]), ("id",))
        for identity in told.get("addresses", ()):
            self._connection.execute(_ADDRESS, {"identity": identity, "article_id": article_id})
        for change in told.get("changes", ()):
            read = change_from_json(change, article_id)
            columns = {
                "sequence": read.sequence,
                "article_id": article_id,
                "action": read.action,
                "at": read.at,
            }
            self._put(t.change, columns, ("sequence",))
        for visit in told.get("visits", ()):
            self._apply_visit(visit, article_id)
        for read in told.get("read_by", ()):
            self._connection.execute(
                _READ_BY, {"which": article_id, "nr": read["number"], "by": read["extractor"]}
            )
        if "revision" not in told:
            return False
        capture = self._connection.execute(_CAPTURE, {"record": event.record}).scalar()
        capture_id = self._lost_capture(event) if capture is None else int(capture)
        revision = revision_from_json(told["revision"], article_id, capture_id)
        self._put(t.revision, rows.from_revision(revision), ("article_id", "number"))
        if revision.number > 1:
            sum_up(self._connection, article_id)
        return capture is None

    def _lost_capture(self, event: Event) -> int:
        """A capture whose record is nowhere: what was read from it is still there. It has no file and no place."""
        return self._insert(
            t.capture,
            url=event.body["article"]["url"],
            captured_at=datetime.fromisoformat(event.body["revision"]["captured_at"]),
            status=200,
            media_type="",
            payload_digest="",
            file="",
            offset=-event.number,
            length=0,
            record_id=event.record or f"lost:{event.number}",
            kind="response",
        )

    def _need_source(self, source_id: int, url: str, event: Event) -> None:
        """A source whose own entries are lost: a paused one with its number, for a person to set up again."""
        if self._connection.execute(_SOURCE, {"key": source_id}).first():
            return
        at = datetime.fromisoformat(event.body["article"]["first_seen"])
        name = f"Lost source {source_id}"
        self._insert(
            t.source,
            id=source_id,
            name=name,
            url=f"{host_key(url)}/",
            identity=name,
            kind="page",
            interval_seconds=3600,
            paused=True,
            added_at=at,
            due_at=at,
            adaptive=False,
            revisit_ages=(),
            collections=(),
            rules=None,
        )

    def _apply_visit(self, told: Mapping[str, Any], article_id: int) -> None:
        empty = {"due_at": None, "etag": None, "last_modified": None, "body_digest": "", "visited_at": None}
        hint = rows.hint_to_json(rows.hint_from_dict(told["url"], told["role"], told["hint"]))
        columns = empty | {"status": None, "failures": 0, "changed_at": None} | _rich(told)
        columns |= {"hint": hint, "article_id": article_id}
        self._put(t.visit, columns, ("source_id", "identity"))

    def _put(self, table: Any, columns: Mapping[str, Any], key: tuple[str, ...]) -> None:
        """A row, in place of the one with its key."""
        self._connection.execute(_putting(table, tuple(columns), key), dict(columns))


@cache
def _putting(table: Any, names: tuple[str, ...], key: tuple[str, ...]) -> Insert:
    """Puts a row with these columns in place of the one with its key."""
    statement = insert(table).values({name: bindparam(name) for name in names})
    changed = {name: statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=changed)


_JOURNAL = select(t.journal)
_COUNT = update(t.journal).values(number=bindparam("last"))
_CAPTURE = select(t.capture.c.id).where(t.capture.c.record_id == bindparam("record"))
_SOURCE = select(t.source.c.id).where(t.source.c.id == bindparam("key"))
_ADDRESS = insert(t.address).on_conflict_do_nothing()
_READ_BY = (
    update(t.revision)
    .where(t.revision.c.article_id == bindparam("which"), t.revision.c.number == bindparam("nr"))
    .values(extractor=bindparam("by"))
)
_MAKE_ROOM = (
    update(t.source)
    .where(t.source.c.name == bindparam("wanted"), t.source.c.id != bindparam("key"))
    .values(name=t.source.c.name + " (" + t.source.c.identity + ")")
)


def _rich(told: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as the database has them."""
    return {
        name: datetime.fromisoformat(value) if name in _INSTANTS and value else value
        for name, value in told.items()
    }
