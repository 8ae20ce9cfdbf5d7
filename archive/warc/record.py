"""A WARC record: its form, its digests, and what it says. Pure.

The form is plain enough to write out; warcio's writer would parse the HTTP headers of a block and write them anew,
and leaves the block of a revisit out where they are not parsed. HTTP is split here as well, because warcio takes a
folded line of blanks for the end of the headers.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.errors import WarcError
from archive.model import Capture, RecordPlace, Response

CAPTURE_KINDS = ("response", "revisit")
"""The kinds of record that are captures."""

PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
"""What the names of the two kinds of revisit begin with (ISO 28500, 6.7)."""

_GZIP_LEVEL = 6
"""zlib's own default: on 150 news pages it took a quarter of the time of level 9 and made files 0.7 % larger."""

_EMPTY_LINE = re.compile(rb"\n\r?\n")
_LINE_END = re.compile(r"\r?\n(?![ \t])")
"""The end of a header line that the next line does not continue (RFC 9112, 5.2)."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record read back. `payload` is the entity body as sent (still encoded), `digests_hold` what checking said."""

    place: RecordPlace
    kind: str
    record_id: str
    target_uri: str
    date: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    payload_digest: str
    digests_hold: bool

    def as_capture(self) -> Capture:
        """The capture that this record is; its id is 0, because the database gives it."""
        media = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        return Capture(
            id=0,
            url=self.target_uri,
            captured_at=self.date,
            status=self.status,
            media_type=media.partition(";")[0].strip().lower(),
            payload_digest=self.payload_digest,
            place=self.place,
            record_id=self.record_id,
        )


def parse(data: bytes, place: RecordPlace) -> Record:
    """The record in the content of a gzip member; WarcError where there is none. `place` is where it stands."""
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(data), no_record_parse=True)))
        block = record.raw_stream.read()
        date = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    except (ArchiveLoadFailed, StopIteration, ValueError, TypeError) as error:
        raise WarcError(f"{place.file} has no WARC record at byte {place.offset:,}: {error}.") from error
    named = {name.lower(): value for name, value in record.rec_headers.headers}
    payload = payload_of(block) if named.get("content-type", "").startswith("application/http") else block
    status, headers = _http_head(block[: len(block) - len(payload)])
    if named.get("warc-profile", "").endswith("server-not-modified"):
        status = 304  # whether its block has the server's head or, as with us, nothing
    block_digest, payload_digest = named.get("warc-block-digest", ""), named.get("warc-payload-digest", "")
    return Record(
        place=place,
        kind=record.rec_type,
        record_id=named.get("warc-record-id", ""),
        target_uri=named.get("warc-target-uri", ""),
        date=date,
        status=status,
        headers=headers,
        payload=payload,
        payload_digest=payload_digest,
        # The payload digest of a revisit is that of the record it refers to.
        digests_hold=_holds(block_digest, block)
        and (record.rec_type == "revisit" or _holds(payload_digest, payload)),
    )


def packed(kind: str, headers: dict[str, str], block: bytes, media_type: str) -> bytes:
    """A record as a gzip member."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": new_record_id(),
        **headers,
        "WARC-Block-Digest": digest(block),
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    content = b"".join((b"WARC/1.1\r\n", head.encode(), b"\r\n", block, b"\r\n\r\n"))
    return gzip.compress(content, compresslevel=_GZIP_LEVEL, mtime=0)


def payload_digest(response: Response) -> str:
    """The WARC-Payload-Digest that a response has: of its payload as it was sent."""
    return digest(payload_of(response.response_bytes))


def digest(data: bytes) -> str:
    """`sha256:` and base 32 (RFC 4648), as WARC tools write digests."""
    return f"sha256:{base64.b32encode(hashlib.sha256(data).digest()).decode()}"


def payload_of(block: bytes) -> bytes:
    """The entity body of an HTTP message: all behind the first empty line. A bare line feed ends a line too
    (RFC 9112, 2.2); servers that write it are rare, but theirs are bytes that must be kept like all others."""
    end = _EMPTY_LINE.search(block)
    return block[end.end() :] if end else b""


def date_text(moment: datetime) -> str:
    """A WARC-Date, in UTC with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def new_record_id() -> str:
    """A WARC-Record-ID that no other record has."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def _http_head(head: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Status (0 where the first line has none) and header fields of an HTTP message."""
    first, *lines = _LINE_END.split(head.rstrip(b"\r\n").decode("latin-1"))
    fields = (line.partition(":")[::2] for line in lines)
    code = first.split()[1] if first.startswith("HTTP/") and len(first.split()) > 1 else ""
    status = int(code) if code.isascii() and code.isdecimal() else 0
    return status, tuple((name.strip(), value.strip()) for name, value in fields)


def _holds(claimed: str, data: bytes) -> bool:
    """Whether data has the digest that its record claims; those that were never ours (none, MD5) say nothing."""
    algorithm, _, value = claimed.partition(":")
    if algorithm not in ("sha1", "sha256"):
        return True
    return base64.b32encode(hashlib.new(algorithm, data).digest()).decode() == value
