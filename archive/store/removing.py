"""Taking articles out, and moving the records that stay, inside one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from archive import schema as t
from archive.model import Capture, RecordPlace, RemovedVersion, WarcFile
from archive.store.article_writer import ArticleWriter
from archive.store.capture_writer import CaptureWriter
from archive.store.journal_writer import JournalWriter
from archive.store.learning import LearningWriter
from archive.store.removal_rows import empty_article, put_removal
from archive.store.writing import insertion


class RemovalWriter(ArticleWriter, CaptureWriter, JournalWriter, LearningWriter):
    """Writes what becomes of removed articles."""

    def remove_article(
        self, article_id: int, *, at: datetime, reason: str, records: Mapping[str, str]
    ) -> None:
        """Take an article out: nothing of its text stays in any table. `records` are those of the WARC files that are
        still to be cut (id -> file)."""
        versions = [
            RemovedVersion(row.number, row.captured_at, row.content_digest, row.payload_digest)
            for row in self._connection.execute(_VERSIONS, {"key": article_id})
        ]
        empty_article(self._connection, article_id)
        self.forget_words(self._connection.execute(_SOURCE_OF, {"key": article_id}).scalar_one())
        put_removal(self._connection, article_id, at, reason, tuple(versions), records)
        self.add_change(article_id, "removed", at)
        told = {
            "article": article_id,
            "at": at.isoformat(),
            "reason": reason,
            "versions": t.VersionsJson.as_dicts(versions),
            "records": dict(records),
        }
        self.tell("removed", {"removal": told})

    def cut_later(self, article_id: int, capture: Capture) -> None:
        """A capture turned out to be one of a removed article: it is cut out when the archive is opened next."""
        row = {"record_id": capture.record_id, "article_id": article_id, "file": capture.place.file}
        self._connection.execute(insertion(t.removal_record), row)
        self._connection.execute(_FINISHED, {"key": article_id, "at_last": None})

    def cut_out(self, file: str, gone: Collection[str], places: Mapping[str, RecordPlace], end: int) -> None:
        """A file is to be exchanged for one of `end` bytes, without the records of these ids; the others stand at
        these places in it."""
        for some in _in_batches(sorted(gone)):
            captures = self._connection.execute(_IDS, {"ids": some}).scalars().all()
            for table, column in _OF_CAPTURES:
                self._connection.execute(delete(table).where(column.in_(captures)))
        # Two must not claim one place while they are moved, one after the other.
        self._connection.execute(_ASIDE, {"in_file": file})
        moved = [{"which": key, "at": place.offset, "long": place.length} for key, place in places.items()]
        if moved:
            self._connection.execute(_MOVE, moved)
        self._connection.execute(_END, {"in_file": file, "to": end})
        self._connection.execute(_CUT, {"in_file": file})
        self._connection.execute(insertion(t.removal_swap), {"file": file})

    def nothing_to_cut(self, file: str) -> None:
        """A file has none of the records any more that were to be cut out of it."""
        self._connection.execute(_CUT, {"in_file": file})

    def swapped(self, file: WarcFile) -> None:
        """A file that was cut has taken its place."""
        self.warc_file_closed(file)
        self._connection.execute(_SWAPPED, {"in_file": file.name})

    def removal_finished(self, ids: Iterable[int], at: datetime) -> None:
        """Nothing of these articles is anywhere any more."""
        for article_id in ids:
            self._connection.execute(_FINISHED, {"key": article_id, "at_last": at})


_OF_CAPTURES: tuple[tuple[Any, Any], ...] = (
    (t.unread_capture, t.unread_capture.c.capture_id),
    (t.capture, t.capture.c.id),
)
"""Rows that go with a capture, itself last."""

_VERSIONS = (
    select(
        t.revision.c.number, t.revision.c.captured_at, t.revision.c.content_digest, t.capture.c.payload_digest
    )
    .join(t.capture, t.capture.c.id == t.revision.c.capture_id)
    .where(t.revision.c.article_id == bindparam("key"))
    .order_by(t.revision.c.number)
)
_SOURCE_OF = select(t.article.c.source_id).where(t.article.c.id == bindparam("key"))
_IDS = select(t.capture.c.id).where(t.capture.c.record_id.in_(bindparam("ids", expanding=True)))
_ASIDE = (
    update(t.capture).where(t.capture.c.file == bindparam("in_file")).values(offset=-1 - t.capture.c.offset)
)
_MOVE = (
    update(t.capture)
    .where(t.capture.c.record_id == bindparam("which"))
    .values(offset=bindparam("at"), length=bindparam("long"))
)
_END = update(t.warc_file).where(t.warc_file.c.name == bindparam("in_file")).values(end=bindparam("to"))
_CUT = delete(t.removal_record).where(t.removal_record.c.file == bindparam("in_file"))
_SWAPPED = delete(t.removal_swap).where(t.removal_swap.c.file == bindparam("in_file"))
_FINISHED = (
    update(t.removal)
    .where(t.removal.c.article_id == bindparam("key"))
    .values(finished_at=bindparam("at_last"))
)


def _in_batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start : start + 500] for start in range(0, len(keys), 500))
