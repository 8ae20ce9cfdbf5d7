"""What can be changed of captures and of what is known of WARC files, inside one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from archive import schema as t
from archive.model import Capture, WarcFile
from archive.store.writing import Writer


class CaptureWriter(Writer):
    """Writes captures, and how far each WARC file is recorded."""

    def add_capture(self, capture: Capture) -> int:
        """Record where a response is kept; the id of `capture` is ignored, the new one returned. All that stands
        before it in its file is taken in as well."""
        place = capture.place
        self.taken_in({place.file: place.offset + place.length})
        return self._insert(t.capture, **_columns(capture))

    def correct_capture(self, capture: Capture) -> None:
        """Record anew what is known of the capture with the record's id; its own id stays."""
        which = t.capture.c.record_id == capture.record_id
        self._connection.execute(update(t.capture).where(which).values(**_columns(capture)))

    def adopt(self, capture: Capture) -> bool:
        """Record a capture whose record was found in a WARC file, unless it is known: whether it was not."""
        if self._connection.execute(_KNOWN, {"record": capture.record_id}).first():
            return False
        self.add_capture(capture)
        return True

    def capture_id(self, capture: Capture) -> int:
        """The id of a capture that is recorded."""
        query = select(t.capture.c.id).where(t.capture.c.record_id == capture.record_id)
        return int(self._connection.execute(query).one().id)

    def taken_in(self, ends: Mapping[str, int]) -> None:
        """Everything in these WARC files up to these bytes is recorded; of no effect where more of one is."""
        for name, end in ends.items():
            self._connection.execute(_TAKEN_IN, {"name": name, "end": end})

    def warc_file_closed(self, file: WarcFile) -> None:
        """A WARC file is closed, and everything in it recorded."""
        columns = {field.name: getattr(file, field.name) for field in fields(file)}
        statement = insert(t.warc_file).values(**columns)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=columns))


_KNOWN = select(t.capture.c.id).where(t.capture.c.record_id == bindparam("record"))
_NEW_END = insert(t.warc_file)
_TAKEN_IN = _NEW_END.on_conflict_do_update(
    index_elements=["name"], set_={"end": func.max(t.warc_file.c.end, _NEW_END.excluded.end)}
)


def _columns(capture: Capture) -> dict[str, Any]:
    place = capture.place
    return {
        "url": capture.url,
        "captured_at": capture.captured_at,
        "status": capture.status,
        "media_type": capture.media_type,
        "payload_digest": capture.payload_digest,
        "file": place.file,
        "offset": place.offset,
        "length": place.length,
        "record_id": capture.record_id,
        "kind": capture.kind,
    }
