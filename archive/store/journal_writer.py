"""Database -> journal: what a transaction did, as events, and what is still to be told of what was done before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from archive import schema as t
from archive.journal import Event, EventName, change_to_json, name_of, revision_to_json
from archive.model import Change
from archive.store import rows
from archive.store.writing import ArticleNote, Notes, Writer, insertion

_ARTICLE = ("id", "source_id", "url", "first_seen", "last_seen", "gone_at", "latest", "text_digest")
_SOURCE = (
    "id", "name", "url", "identity", "kind", "interval_seconds", "min_delay", "paused", "added_at", "due_at",
    "last_crawl_at", "last_success_at", "last_error", "removed_at", "adaptive", "backfill_since", "collections",
    "requisites",
)  # fmt: skip
_ALIAS = ("id", "key", "spelling", "name", "at")
_VISIT = (
    "source_id", "url", "identity", "role", "due_at", "found_at", "etag", "last_modified", "body_digest",
    "visited_at", "status", "failures", "changed_at",
)  # fmt: skip


class JournalWriter(Writer):
    """Tells what was written, once all of it was."""

    def tell(self, name: EventName, body: Mapping[str, Any], *, record: str = "") -> None:
        """An event that follows from nothing else that was written."""
        self._notes.others.append((name, record, dict(body)))

    def events(self, record: str = "") -> list[Event]:
        """What this transaction did, in an order in which it can be applied; numbered on. `record` is the
        WARC-Record-ID of the capture that it is about, where no version says another."""
        notes, self._notes = self._notes, Notes()
        if notes.articles:
            notes.sources.update(self._unjournalled("source", _MANY))
        told = [
            *self._sources(notes.sources),
            *self._aliases(notes.aliases),
            *self._articles(notes, record),
            *((name, about, body) for name, about, body in notes.others),
        ]
        return self._numbered(told)

    def leave_for_later(self) -> bool:
        """What this transaction did is told at the next opportunity: it was no crawl that did it. Whether there is
        anything."""
        marks = [
            *({"kind": "source", "id": key} for key in self._notes.sources),
            *({"kind": "alias", "id": key} for key in self._notes.aliases),
            *({"kind": "article", "id": key} for key in self._notes.articles),
        ]
        if marks:
            self._connection.execute(_LATER, marks)
        return bool(marks)

    def note_left(self, most: int) -> int:
        """Have all told that is known of some of the sources, aliases and articles (at most so many) that were left
        for later. Returns how many those are; with the last of them, the journal is complete."""
        sources = self._unjournalled("source", most)
        aliases = self._unjournalled("alias", most - len(sources))
        self._notes.others += [*self._sources(sources), *self._aliases(aliases)]
        articles = self._unjournalled("article", most - len(sources) - len(aliases))
        for article_id in articles:
            self._notes.others += self._history(article_id)
            self._connection.execute(_TOLD, {"of": "article", "which": article_id})
        done = len(sources) + len(aliases) + len(articles)
        if done < most and not self._connection.execute(select(t.journal.c.complete)).scalar_one():
            self._connection.execute(update(t.journal).values(complete=True))
            self._notes.others.append(("complete", "", {}))
        return done

    # ------------------------------------------------------------------------------------------------

    def _numbered(self, told: list[tuple[EventName, str, dict[str, Any]]]) -> list[Event]:
        if not told:
            return []
        known = self._connection.execute(_JOURNAL).one()
        events = [
            Event(known.archive, number, name, record, body)
            for number, (name, record, body) in enumerate(told, known.number + 1)
        ]
        self._connection.execute(_COUNT, {"last": events[-1].number})
        return events

    def _unjournalled(self, kind: str, most: int) -> list[int]:
        found = self._connection.execute(_UNJOURNALLED, {"of": kind, "most": most})
        return [row.id for row in found]

    def _sources(self, ids: Iterable[int]) -> list[tuple[EventName, str, dict[str, Any]]]:
        told: list[tuple[EventName, str, dict[str, Any]]] = []
        for source_id in sorted(ids):
            row = self._connection.execute(_ONE_SOURCE, {"key": source_id}).one()
            body = _stored(row, _SOURCE) | {"revisit_ages": [age.total_seconds() for age in row.revisit_ages]}
            told.append(("source", "", {"source": body | {"rules": rows.rules_to_json(row.rules)}}))
            self._connection.execute(_TOLD, {"of": "source", "which": source_id})
        return told

    def _aliases(self, ids: Iterable[int]) -> list[tuple[EventName, str, dict[str, Any]]]:
        told: list[tuple[EventName, str, dict[str, Any]]] = []
        for alias_id in sorted(ids):
            row = self._connection.execute(_ONE_ALIAS, {"key": alias_id}).one()
            told.append(("author", "", {"alias": _stored(row, _ALIAS)}))
            self._connection.execute(_TOLD, {"of": "alias", "which": alias_id})
        return told

    def _articles(self, notes: Notes, record: str) -> Iterator[tuple[EventName, str, dict[str, Any]]]:
        visits = self._visits(notes.visits)
        for article_id, note in notes.articles.items():
            yield from self._article(article_id, note, record, visits.get(article_id, []))

    def _article(
        self, article_id: int, note: ArticleNote, record: str, visits: list[dict[str, Any]]
    ) -> Iterator[tuple[EventName, str, dict[str, Any]]]:
        """One event; where several versions were written, one for each."""
        row = self._connection.execute(_ONE_ARTICLE, {"key": article_id}).one()
        about: dict[str, Any] = {"article": _stored(row, _ARTICLE)}
        once: dict[str, Any] = {
            "addresses": note.addresses,
            "changes": [change_to_json(change) for change in note.changes],
            "visits": visits,
            "read_by": [{"number": number, "extractor": by} for number, by in note.extractors.items()],
        }
        body = about | {key: value for key, value in once.items() if value}
        if not note.revisions:
            actions = tuple(change.action for change in note.changes)
            yield name_of(revised=False, actions=actions), record, body
        for revision in note.revisions.values():
            body["revision"] = revision_to_json(revision)
            read_from = self._connection.execute(_RECORD, {"key": revision.capture_id}).scalar_one()
            yield "revision", read_from, body
            body = dict(about)

    def _history(self, article_id: int) -> list[tuple[EventName, str, dict[str, Any]]]:
        key = {"key": article_id}
        revisions = [rows.to_revision(row) for row in self._connection.execute(_REVISIONS, key)]
        changes = [
            Change(r.sequence, article_id, r.action, r.at) for r in self._connection.execute(_CHANGES, key)
        ]
        note = ArticleNote(
            {revision.number: revision for revision in revisions},
            [row.identity for row in self._connection.execute(_ADDRESSES, key)],
            changes,
        )
        visits = self._visits(row.id for row in self._connection.execute(_VISITS_OF, key))
        return list(self._article(article_id, note, "", visits.get(article_id, [])))

    def _visits(self, ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
        """Article id -> the lines of the frontier that lead to it, of those with these ids."""
        told: dict[int, list[dict[str, Any]]] = {}
        for visit_id in sorted(ids):
            row = self._connection.execute(_ONE_VISIT, {"key": visit_id}).one()
            if row.article_id is not None:
                hint = rows.hint_to_dict(rows.hint_from_json(row.url, row.role, row.hint))
                line = {key: value for key, value in _stored(row, _VISIT).items() if value not in (None, "")}
                told.setdefault(row.article_id, []).append(line | {"hint": hint})
        return told


_MANY = 1_000

_JOURNAL = select(t.journal)
_COUNT = update(t.journal).values(number=bindparam("last"))
_ONE_ARTICLE = select(t.article).where(t.article.c.id == bindparam("key"))
_ONE_ALIAS = select(t.author_alias).where(t.author_alias.c.id == bindparam("key"))
_ONE_SOURCE = select(t.source).where(t.source.c.id == bindparam("key"))
_ONE_VISIT = select(t.visit).where(t.visit.c.id == bindparam("key"))
_RECORD = select(t.capture.c.record_id).where(t.capture.c.id == bindparam("key"))
_REVISIONS = (
    select(t.revision).where(t.revision.c.article_id == bindparam("key")).order_by(t.revision.c.number)
)
_CHANGES = select(t.change).where(t.change.c.article_id == bindparam("key")).order_by(t.change.c.sequence)
_ADDRESSES = select(t.address.c.identity).where(t.address.c.article_id == bindparam("key"))
_VISITS_OF = select(t.visit.c.id).where(t.visit.c.article_id == bindparam("key"))
_UNJOURNALLED = (
    select(t.unjournalled.c.id)
    .where(t.unjournalled.c.kind == bindparam("of"))
    .order_by(t.unjournalled.c.id)
    .limit(bindparam("most"))
)
_TOLD = delete(t.unjournalled).where(
    t.unjournalled.c.kind == bindparam("of"), t.unjournalled.c.id == bindparam("which")
)
_LATER = insertion(t.unjournalled).on_conflict_do_nothing()


def _stored(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Columns as JSON has them: instants and days in ISO 8601."""
    told: dict[str, Any] = {}
    for name in names:
        value = getattr(row, name)
        if hasattr(value, "isoformat"):
            value = value.isoformat()
        told[name] = list(value) if isinstance(value, tuple) else value
    return told
