"""What of another program's record is taken over, and in which form. Pure.

A record keeps its kind, its date, its address and every byte of its block. Its header is written anew: with the
fields of the standard and no others, and with digests that can be compared with ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive import journal
from archive.errors import ArchiveError
from archive.foreign import Damage, ForeignRecord
from archive.model import Link
from archive.store.imports import worth_reading
from archive.store.rows import hint_from_dict
from archive.urls import identity
from archive.warc import digest
from archive.warc.record import date_text, http_head, payload_of

CAPTURES = ("response", "revisit", "resource")
_OTHERS = ("request", "metadata", "conversion", "continuation")

JOURNAL = b'{"newsarchive": '
"""How the entries of a journal begin: those of another archive are no part of this one's."""

_FIRST_PAGE = datetime(1990, 12, 20, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(days=1)
_MAX_URL = 8192
_MAX_VALUE = 2048
_KEPT = (
    "WARC-IP-Address", "WARC-Truncated", "WARC-Concurrent-To", "WARC-Refers-To", "WARC-Refers-To-Target-URI",
    "WARC-Refers-To-Date", "WARC-Profile", "WARC-Identified-Payload-Type", "WARC-Segment-Number",
    "WARC-Segment-Origin-ID", "WARC-Segment-Total-Length", "Content-Type",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that is taken over. `status` and `media_type` are those of an HTTP response, 0 and the block's own
    where it is none; `payload_digest` is ours of its payload, "" for what has none of its own."""

    record: ForeignRecord
    date: datetime
    url: str
    status: int
    media_type: str
    payload_digest: str

    @property
    def is_capture(self) -> bool:
        """Whether it tells what an address held."""
        return self.record.kind in CAPTURES

    @property
    def is_page(self) -> bool:
        """Whether it may hold an article, or tell that there is none any more."""
        return self.is_capture and worth_reading(self.record.kind, self.status, self.media_type)


def judge(record: ForeignRecord, now: datetime) -> Kept | Damage | None:
    """A record as it is taken over; the reason why it is not; None for what says nothing of the web."""
    if record.kind not in (*CAPTURES, *_OTHERS):
        return None if record.kind == "warcinfo" else _damage(record, "kind", "It has no kind that is known.")
    if record.kind == "metadata" and record.block.startswith(JOURNAL):
        return None
    if record.date is None:
        return _damage(record, "date", "It has no date that can be read.")
    if not _FIRST_PAGE <= record.date <= now + _CLOCKS_DIFFER:
        return _damage(record, "date", f"No page was captured on {record.date:%Y-%m-%d}.")
    if record.block_holds() is False:
        return _damage(record, "digest", "Its bytes are not those that its digest was made of.")
    return _capture(record, record.date) if record.kind in CAPTURES else _other(record, record.date)


def fields_of(kept: Kept, record_id: str, imported_from: str) -> Iterator[tuple[str, str]]:
    """The header that a record gets, but for what the writer adds. `imported_from` is the record that names the file;
    where in that it stood is told beside."""
    record = kept.record
    yield "WARC-Record-ID", record_id
    if kept.url:
        yield "WARC-Target-URI", kept.url
    yield "WARC-Date", date_text(kept.date)
    for name in _KEPT:
        value = record.named.get(name.lower(), "")
        if value and len(value) <= _MAX_VALUE and value.isprintable():
            yield name, _default_type(record) if name == "Content-Type" and not record.content_type else value
    if not record.content_type:
        yield "Content-Type", _default_type(record)
    if kept.payload_digest:
        yield "WARC-Payload-Digest", kept.payload_digest
    yield "Imported-From", imported_from
    yield "Imported-Place", str(record.place).replace(",", "")


def hint_of(record: ForeignRecord) -> tuple[str, Link] | None:
    """What an entry of another archive's journal knows of a page: the record of that, and what its link said of it.
    What was an article there is one."""
    if record.kind != "metadata" or not record.block.startswith(JOURNAL):
        return None
    try:
        event = journal.parse(record.block)
        if event is None or event.name != "revision" or not event.record:
            return None
        visits = event.body.get("visits") or [{}]
        told = {**visits[0].get("hint", {}), "uncertain": False}
        return event.record, hint_from_dict("", "article", told)
    except (ArchiveError, ValueError, TypeError, AttributeError, KeyError):
        return None


def is_address(url: str) -> bool:
    """Whether it is the address of a page of the web."""
    try:
        return bool(identity(url))
    except ValueError:
        return False


def usable_id(record_id: str) -> str:
    """A record's id if it is one that can stand in a header, else ""."""
    inside = record_id[1:-1]
    fine = ":" in inside and inside.isascii() and inside.isprintable() and not set(inside) & set(" <>")
    return record_id if fine and len(record_id) <= 200 else ""


def _capture(record: ForeignRecord, date: datetime) -> Kept | Damage:
    url = record.url
    if not url or len(url) > _MAX_URL or not url.isprintable() or ":" not in url:
        return _damage(record, "url", "It has no address that can be kept.")
    if not record.is_http:
        media_type = record.content_type.partition(";")[0].strip().lower()
        return Kept(
            record, date, url, 200 if record.kind == "resource" else 0, media_type, digest(record.block)
        )
    if not record.block.startswith(b"HTTP/") and (record.block or record.kind != "revisit"):
        return _damage(record, "not-http", "It is said to be of HTTP, and is not.")
    payload = payload_of(record.block)
    status, headers = http_head(record.block[: len(record.block) - len(payload)])
    if record.kind == "revisit" and record.named.get("warc-profile", "").endswith("server-not-modified"):
        status = 304
    said = next((value for name, value in headers if name.lower() == "content-type"), "")
    media_type = said.partition(";")[0].strip().lower()
    own = digest(payload) if record.kind == "response" else ""
    return Kept(record, date, url, status, media_type, own)


def _other(record: ForeignRecord, date: datetime) -> Kept:
    url = record.url if len(record.url) <= _MAX_URL and record.url.isprintable() else ""
    return Kept(record, date, url, 0, "", "")


def _default_type(record: ForeignRecord) -> str:
    if record.is_http:
        return "application/http; msgtype=response"
    return "application/octet-stream"


def _damage(record: ForeignRecord, code: str, message: str) -> Damage:
    return Damage(record.place, code, message, record.url)
