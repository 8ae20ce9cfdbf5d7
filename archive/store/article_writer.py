"""What can be changed of articles, inside one transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.sqlite import insert

from archive import schema as t
from archive.model import Change, ChangeAction, Revision
from archive.store import rows
from archive.store.kinds import sum_up
from archive.store.writing import Writer, insertion


class ArticleWriter(Writer):
    """Writes articles, their versions and the change log."""

    def add_article(self, source_id: int, url: str, at: datetime) -> int:
        """A new article without a revision yet; returns its id. `add_revision` belongs to the same transaction."""
        article_id = self._insert(
            t.article,
            source_id=source_id,
            url=url,
            first_seen=at,
            last_seen=at,
            latest=0,
            text_digest="",
            edits=0,
        )
        self._notes.article(article_id)
        return article_id

    def add_revision(self, revision: Revision, text_digest: str) -> None:
        """A further revision, which becomes the latest; `archive.edits` has judged its kind."""
        self._connection.execute(insertion(t.revision), rows.from_revision(revision))
        self._update(t.article, revision.article_id, latest=revision.number, text_digest=text_digest)
        if revision.number > 1:
            sum_up(self._connection, revision.article_id)
        self._notes.article(revision.article_id).revisions[revision.number] = revision

    def replace_revision(self, revision: Revision, text_digest: str) -> None:
        """Put a revision in the place of the one with its number, which said only that its page could not be read."""
        which = (t.revision.c.article_id == revision.article_id) & (t.revision.c.number == revision.number)
        columns = rows.from_revision(revision)
        self._connection.execute(update(t.revision).where(which).values(**columns))
        self._update(t.article, revision.article_id, text_digest=text_digest)
        if revision.number > 1:
            sum_up(self._connection, revision.article_id)
        self._notes.article(revision.article_id).revisions[revision.number] = revision

    def read_by(self, article_id: int, number: int, extractor: int) -> None:
        """A revision was read by this version of the extraction, too, and says the same."""
        which = (t.revision.c.article_id == article_id) & (t.revision.c.number == number)
        self._connection.execute(update(t.revision).where(which).values(extractor=extractor))
        self._notes.article(article_id).extractors[number] = extractor

    def add_addresses(self, article_id: int, identities: Collection[str]) -> None:
        """The article is known under these canonical URLs too; those that are taken stay as they are."""
        for key in identities:
            added = self._connection.execute(_ADDRESS, {"identity": key, "article_id": article_id})
            if added.rowcount:
                self._notes.article(article_id).addresses.append(key)

    def add_change(self, article_id: int, action: ChangeAction, at: datetime) -> None:
        """Write an entry of the change log."""
        sequence = self._insert(t.change, article_id=article_id, action=action, at=at)
        self._notes.article(article_id).changes.append(Change(sequence, article_id, action, at))

    def seen(self, article_id: int, at: datetime) -> None:
        """The web still has the article."""
        self._update(t.article, article_id, last_seen=at, gone_at=None)
        self._notes.article(article_id)

    def known_since(self, article_id: int, at: datetime) -> None:
        """The web had the article at an instant already, before it was first seen."""
        self._update(t.article, article_id, first_seen=at)
        self._notes.article(article_id)

    def gone(self, article_id: int, at: datetime) -> None:
        """The web has the article no more; what was kept stays."""
        self._update(t.article, article_id, gone_at=at)
        self._notes.article(article_id)


_ADDRESS = insert(t.address).on_conflict_do_nothing()
