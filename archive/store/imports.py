"""What is taken over from other archives: how far their files were read, and which captures are still to be read."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from archive import schema as t
from archive.model import Capture, ImportState, UnreadCapture
from archive.store import rows
from archive.store.source_reader import Queries
from archive.store.writing import Writer, insertion

_FIELDS = tuple(ImportState.__dataclass_fields__)
_UNREAD = (
    select(t.capture, t.unread_capture.c.source_id)
    .join(t.unread_capture, t.unread_capture.c.capture_id == t.capture.c.id)
    .order_by(t.unread_capture.c.captured_at, t.unread_capture.c.capture_id)
)
_BEHIND = _UNREAD.where(
    (t.unread_capture.c.captured_at > bindparam("at"))
    | (
        (t.unread_capture.c.captured_at == bindparam("at"))
        & (t.unread_capture.c.capture_id > bindparam("id"))
    )
).limit(bindparam("limit"))
_BY_RECORD = select(t.capture).where(t.capture.c.record_id == bindparam("record_id"))
_AT = select(t.capture).where(
    t.capture.c.url == bindparam("url"),
    t.capture.c.captured_at >= bindparam("since"),
    t.capture.c.captured_at <= bindparam("until"),
)
_ONE_SECOND = timedelta(seconds=1)


class ImportReader(Queries):
    """Reads what is known of imports."""

    def import_state(self, digest: str, wanted: str) -> ImportState | None:
        """How far a file was taken in, None where it never was."""
        query = select(t.imported).where(t.imported.c.digest == digest, t.imported.c.wanted == wanted)
        row = self._first(query)
        return row and ImportState(**{name: getattr(row, name) for name in _FIELDS})

    def capture_of_record(self, record_id: str) -> Capture | None:
        """The capture that is the WARC record of that id."""
        row = self._first(_BY_RECORD, record_id=record_id)
        return row and rows.to_capture(row)

    def captures_at(self, url: str, at: datetime) -> list[Capture]:
        """The captures of a URL at an instant; most programs tell it to the second only."""
        until = at + _ONE_SECOND - timedelta(microseconds=1) if not at.microsecond else at
        return [rows.to_capture(row) for row in self._all(_AT, url=url, since=at, until=until)]

    def last_capture(self) -> int:
        """The id of the capture that was recorded last, 0 where there is none."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(t.capture.c.id))).scalar() or 0

    def count_unread(self) -> int:
        """How many captures are still to be read."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(t.unread_capture)).scalar_one()

    def unread_captures(self, behind: Capture | None, limit: int) -> list[UnreadCapture]:
        """Captures that are still to be read, by the times of capture; those behind one of them."""
        if behind is None:
            found = self._all(_UNREAD.limit(limit))
        else:
            found = self._all(_BEHIND, at=behind.captured_at, id=behind.id, limit=limit)
        return [UnreadCapture(rows.to_capture(row), row.source_id) for row in found]


class ImportWriter(Writer):
    """Writes what becomes known of imports."""

    def save_import(self, state: ImportState) -> None:
        """Remember how far a file was taken in."""
        columns = {name: getattr(state, name) for name in _FIELDS}
        statement = insert(t.imported).values(**columns)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["digest", "wanted"], set_=columns)
        )

    def to_be_read(self, capture_id: int, captured_at: datetime, source_id: int | None = None) -> None:
        """A capture is kept whose page is still to be read."""
        columns = {"capture_id": capture_id, "captured_at": captured_at, "source_id": source_id}
        self._connection.execute(insertion(t.unread_capture), columns)

    def was_read(self, capture_id: int) -> None:
        """What the page of a capture means is settled."""
        self._connection.execute(_READ, {"capture_id": capture_id})


_READ = delete(t.unread_capture).where(t.unread_capture.c.capture_id == bindparam("capture_id"))
