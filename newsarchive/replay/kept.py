"""What is kept of a capture, out of its WARC record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive import warc
from archive.errors import WarcError
from archive.fetch import MAX_BYTES
from archive.fetch.bodies import body_of
from archive.model import Capture
from archive.store import Store
from archive.warc import Record


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer of a server as it was kept. `body` is without codings, `content_type` the header as sent ("" for
    none), `location` where a redirect led. `notice` says in a sentence why something is missing, "" where nothing is.
    """

    capture: Capture
    status: int
    media_type: str
    content_type: str
    location: str
    body: bytes
    notice: str


_NOTICES = {
    "length": "The page was longer than what was kept of it: its end is missing.",
    "time": "The page did not come to its end in time: what came is shown.",
    "disconnect": "The connection broke before the end of the page: what came is shown.",
}
_BROKEN_OFF = "The page is kept only in part: what came is shown."


def read_kept(store: Store, directory: Path, capture: Capture) -> Kept:
    """What was answered, from its own record or from the one that it refers to. WarcError where that cannot be
    read."""
    record = warc.read_record(directory, capture.place)
    if record.kind == "revisit":
        record = warc.read_record(directory, _original(store, capture, record).place)
    headers = tuple((name.lower(), value) for name, value in record.headers)
    content_type = dict(headers).get("content-type", "")
    if record.kind == "resource":  # no HTTP: the block is the body, and the record's own head says its type
        body, undecodable, content_type = record.payload, "", record.field("Content-Type")
    else:
        decoded = body_of(record.status, headers, record.payload, MAX_BYTES)
        body, undecodable = decoded.body, decoded.undecodable
    truncated = record.field("WARC-Truncated")
    return Kept(
        capture=capture,
        status=record.status or capture.status,
        media_type=content_type.partition(";")[0].strip().lower(),
        content_type=" ".join(content_type.split()),
        location=dict(headers).get("location", "").strip(),
        body=body if not undecodable else record.payload,
        notice=undecodable or (truncated and _NOTICES.get(truncated, _BROKEN_OFF)),
    )


def _original(store: Store, capture: Capture, record: Record) -> Capture:
    """The capture that holds the payload which a revisit refers to: by the id that the record names, else by what it
    says of the payload."""
    original = store.capture_of_record(record.field("WARC-Refers-To"))
    if original is None:
        url = record.field("WARC-Refers-To-Target-URI") or capture.url
        original = store.first_with_payload(url, capture.payload_digest)
    if original is None or original.id == capture.id:
        raise WarcError(f"The capture that {capture.record_id} refers to is not in the archive.")
    return original
