"""What is taken over from other archives: how far their files were read, and which captures are still to be read."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert

from archive import schema as t
from archive.extract.jsonarticle import MEDIA_TYPE
from archive.model import Capture, ImportState, Link, UnreadCapture
from archive.store import rows
from archive.store.source_reader import Queries
from archive.store.writing import Writer, insertion

_PAGES = ("text/html", "application/xhtml+xml")
_FIELDS = tuple(ImportState.__dataclass_fields__)
_UNREAD = (
    select(t.capture, t.unread_capture.c.source_id, t.unread_capture.c.hint)
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
_WITH_BYTES = (
    select(t.capture)
    .where(t.capture.c.url == bindparam("url"), t.capture.c.payload_digest == bindparam("digest"))
    .order_by(t.capture.c.id)
    .limit(1)
)
_NEVER_READ = (
    select(t.capture.c.id, t.capture.c.url, t.capture.c.captured_at)
    .where(
        t.capture.c.status.in_((200, 404, 410)),
        t.capture.c.kind.in_(("response", "revisit")),
        ~exists().where(t.revision.c.capture_id == t.capture.c.id),
        ~exists().where(t.unread_capture.c.capture_id == t.capture.c.id),
    )
    .order_by(t.capture.c.id)
)
_ONE_SECOND = timedelta(seconds=1)


def worth_reading(kind: str, status: int, media_type: str) -> bool:
    """Whether the page of a capture may be an article, or tell that there is none any more."""
    if status in (404, 410):
        return True
    if media_type == MEDIA_TYPE:
        return True
    is_whole = status == 200 or (kind == "revisit" and status in (0, 304))
    return is_whole and (media_type in _PAGES or (not media_type and kind != "resource"))


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

    def with_bytes(self, url: str, payload_digest: str) -> Capture | None:
        """The first capture of an address, of whatever kind, with this payload."""
        row = self._first(_WITH_BYTES, url=url, digest=payload_digest)
        return row and rows.to_capture(row)

    def captures_at(self, url: str, at: datetime) -> list[Capture]:
        """The captures of a URL at an instant; most programs tell it to the second only."""
        until = at + _ONE_SECOND - timedelta(microseconds=1) if not at.microsecond else at
        return [rows.to_capture(row) for row in self._all(_AT, url=url, since=at, until=until)]

    def visited_at(self, identity: str) -> datetime | None:
        """When an address was looked at last, whoever did; None where nobody did."""
        query = select(func.max(t.visit.c.visited_at).label("at")).where(t.visit.c.identity == identity)
        at: datetime | None = self._first(query).at
        return at

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
        return [
            UnreadCapture(
                rows.to_capture(row), row.source_id, rows.hint_from_json(row.url, "article", row.hint)
            )
            for row in found
        ]


class ImportWriter(Writer):
    """Writes what becomes known of imports."""

    def save_import(self, state: ImportState) -> None:
        """Remember how far a file was taken in."""
        columns = {name: getattr(state, name) for name in _FIELDS}
        statement = insert(t.imported).values(**columns)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["digest", "wanted"], set_=columns)
        )

    def to_be_read(
        self, capture_id: int, captured_at: datetime, hint: Link, source_id: int | None = None
    ) -> None:
        """A capture is kept whose page is still to be read."""
        self._connection.execute(
            _UNREAD_ONE,
            {
                "capture_id": capture_id,
                "captured_at": captured_at,
                "source_id": source_id,
                "hint": rows.hint_to_json(hint),
            },
        )

    def read_what_was_not(self) -> None:
        """All pages are still to be read from which no version was: those of an archive that has no journal."""
        for row in self._connection.execute(_NEVER_READ).all():
            hint = Link(row.url, certain=False)
            self.to_be_read(row.id, row.captured_at, hint)

    def hint_at(self, capture_id: int, hint: Link) -> None:
        """Something more is known of a page that is still to be read; of no effect where it was read."""
        self._connection.execute(_HINT, {"which": capture_id, "told": rows.hint_to_json(hint)})

    def record_was_read(self, record_id: str) -> None:
        """The same, of the capture that is a record."""
        if record_id:
            self._connection.execute(_RECORD_READ, {"record_id": record_id})

    def was_read(self, capture_id: int) -> None:
        """What the page of a capture means is settled."""
        self._connection.execute(_READ, {"capture_id": capture_id})


_UNREAD_ONE = insertion(t.unread_capture).on_conflict_do_nothing()
_HINT = (
    update(t.unread_capture)
    .where(t.unread_capture.c.capture_id == bindparam("which"))
    .values(hint=bindparam("told"))
)
_RECORD_READ = delete(t.unread_capture).where(
    t.unread_capture.c.capture_id.in_(
        select(t.capture.c.id).where(t.capture.c.record_id == bindparam("record_id"))
    )
)
_READ = delete(t.unread_capture).where(t.unread_capture.c.capture_id == bindparam("capture_id"))
