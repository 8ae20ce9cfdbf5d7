"""What an archive holds already of what is imported: the same capture, or a payload that is repeated."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from archive import warc
from archive.errors import WarcError
from archive.foreign import ForeignRecord, digest_holds
from archive.foreign.record import parse_date
from archive.importing.judging import Kept
from archive.model import Capture
from archive.store import Reader


class Known:
    """The captures of an archive, and those that were appended and are not in its database yet."""

    def __init__(self, reader: Reader, directory: Path) -> None:
        self._reader = reader
        self._directory = directory
        self._by_record: dict[str, Capture] = {}
        self._by_url: dict[str, list[Capture]] = {}

    def add(self, capture: Capture) -> None:
        """A capture was appended."""
        self._by_record[capture.record_id] = capture
        self._by_url.setdefault(capture.url, []).append(capture)

    def forget(self) -> None:
        """All that was appended is in the database."""
        self._by_record.clear()
        self._by_url.clear()

    def by_record(self, record_id: str) -> Capture | None:
        """The capture that is a record."""
        if not record_id:
            return None
        return self._by_record.get(record_id) or self._reader.capture_of_record(record_id)

    def same(self, kept: Kept) -> Capture | None:
        """The very capture, under whatever id: of one address, at one moment, with one payload."""
        there = self.by_record(kept.record.record_id)
        if there and (there.url, there.captured_at) == (kept.url, kept.date):
            return there
        digest = kept.payload_digest
        return next((c for c in self._at(kept) if not digest or c.payload_digest == digest), None)

    def with_payload(self, kept: Kept) -> Capture | None:
        """The first whole capture of the address with the payload of this one."""
        if kept.record.kind != "response" or kept.status != 200 or kept.record.named.get("warc-truncated"):
            return None
        fresh = (c for c in self._by_url.get(kept.url, ()) if c.status == 200 and c.kind == "response")
        digest = kept.payload_digest
        return next(
            (c for c in fresh if c.payload_digest == digest), None
        ) or self._reader.first_with_payload(kept.url, digest)

    def original_of(self, revisit: Kept) -> Capture | None:
        """The capture that a revisit refers to: by its id, or by its address and date, or the last good one of its
        own address, if that has the digest that the revisit claims or is what a 304 confirms."""
        record = revisit.record
        if named := self.by_record(record.refers_to("WARC-Refers-To")):
            return named
        for url, date in _referred(record):
            there = self._reader.captures_at(url, date) + self._by_url.get(url, [])
            for capture in there:
                if capture.captured_at.replace(microsecond=0) == date.replace(microsecond=0):
                    return capture
        last = next(
            (c for c in reversed(self._by_url.get(revisit.url, ())) if c.status == 200), None
        ) or self._reader.last_good(revisit.url)
        if last is None or (revisit.status != 304 and not self._has_payload(last, record)):
            return None
        return last

    def _at(self, kept: Kept) -> list[Capture]:
        fresh = [c for c in self._by_url.get(kept.url, ()) if c.captured_at == kept.date]
        there = fresh + self._reader.captures_at(kept.url, kept.date)
        return [c for c in there if c.kind == kept.record.kind or "revisit" in (c.kind, kept.record.kind)]

    def _has_payload(self, capture: Capture, record: ForeignRecord) -> bool:
        claimed = record.named.get("warc-payload-digest", "")
        if not claimed:
            return False
        try:
            kept = warc.read_record(self._directory, capture.place)
        except WarcError:
            return False
        return digest_holds(claimed, kept.payload) is True


def _referred(record: ForeignRecord) -> list[tuple[str, datetime]]:
    date = parse_date(record.named.get("warc-refers-to-date", ""))
    url = record.named.get("warc-refers-to-target-uri", "").removeprefix("<").removesuffix(">")
    return [(url, date)] if url and date else []
