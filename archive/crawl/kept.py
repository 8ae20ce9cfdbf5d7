"""A capture that is kept, as the response that it was: to be read anew, or for the first time."""

from __future__ import annotations

from pathlib import Path

from archive import warc
from archive.errors import WarcError
from archive.fetch import MAX_BYTES
from archive.fetch.bodies import body_of
from archive.model import Capture, Response
from archive.store import Reader


def kept_response(reader: Reader, directory: Path, capture: Capture) -> Response:
    """The response of a capture from its record, that of a revisit with the body of the capture which it refers to.
    `directory` is that of the WARC files. WarcError where it cannot be read."""
    record = warc.read_record(directory, capture.place)
    whole = record
    if record.kind == "revisit":
        whole = warc.read_record(directory, _original(reader, capture, record).place)
    headers = tuple((name.lower(), value) for name, value in whole.headers)
    if whole.kind == "resource":
        headers = (("content-type", whole.field("content-type")),)
    body = body_of(whole.status, headers, whole.payload, MAX_BYTES)
    return Response(
        url=capture.url,
        status=capture.status,
        headers=headers,
        body=body.body,
        request_bytes=b"",
        response_bytes=b"",
        ip_address="",
        fetched_at=capture.captured_at,
        seconds=0.0,
        truncated=whole.field("warc-truncated"),
        undecodable=body.undecodable,
    )


def _original(reader: Reader, capture: Capture, record: warc.Record) -> Capture:
    """The capture that holds the payload which a revisit only refers to: by the id that it names, else by address and
    payload. WarcError where it is not in the archive."""
    original = reader.capture_of_record(record.field("WARC-Refers-To"))
    original = original or reader.first_with_payload(capture.url, capture.payload_digest)
    if original is None or original.id == capture.id:
        raise WarcError(f"The capture that {capture.record_id} refers to is not in the archive.")
    return original
