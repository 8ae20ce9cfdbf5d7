"""A WARC record as it is read: its head, its block, its digests. Pure.

HTTP is split here, because warcio takes a folded line of blanks for the end of the headers.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast, get_args

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.errors import WarcError
from archive.model import Capture, CaptureKind, RecordPlace, Response

CAPTURE_KINDS: tuple[CaptureKind, ...] = get_args(CaptureKind)
"""The kinds of record that are captures."""

_OURS = re.compile("sha256:[A-Z2-7]{52}={4}")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_LINE_END = re.compile(r"\r?\n(?![ \t])")
"""The end of a header line that the next line does not continue (RFC 9112, 5.2)."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record read back.

    `fields` are those of its own head, `block` what stands behind them, as it was written. `headers` and `status` are
    those of an HTTP message in the block, () and 0 where there is none. `payload_digest` is SHA-256 whatever the
    record says, but for a revisit, which carries that of another record. `digests_hold` is what checking said.
    """

    place: RecordPlace
    kind: str
    record_id: str
    target_uri: str
    date: datetime
    status: int
    fields: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    block: bytes
    payload_start: int
    payload_digest: str
    digests_hold: bool

    @property
    def payload(self) -> bytes:
        """The entity body as sent (still encoded), or the block that is no HTTP message."""
        return self.block[self.payload_start :]

    def field(self, name: str) -> str:
        """The value of a field of the record's own head, "" where it has none."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), "")

    def as_capture(self) -> Capture:
        """The capture that this record is, of CAPTURE_KINDS; its id is 0, because the database gives it. What was
        kept without an HTTP exchange counts as answered."""
        resource = self.kind == "resource"
        named = self.fields if resource else self.headers
        media = next((value for name, value in named if name.lower() == "content-type"), "")
        return Capture(
            id=0,
            url=self.target_uri,
            captured_at=self.date,
            status=200 if resource else self.status,
            media_type=media.partition(";")[0].strip().lower(),
            payload_digest=self.payload_digest,
            place=self.place,
            record_id=self.record_id,
            kind=cast("CaptureKind", self.kind),
        )


def parse(data: bytes, place: RecordPlace) -> Record:
    """The record in the content of a gzip member; WarcError where there is none. `place` is where it stands."""
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(data), no_record_parse=True)))
        block = record.raw_stream.read()
        fields = tuple((name, value) for name, value in record.rec_headers.headers)
        named = {name.lower(): value for name, value in fields}
        date = _instant(named["warc-date"])
        if len(block) != int(named["content-length"]):
            raise ValueError("its block is shorter than it says")  # noqa: TRY301
    except (ArchiveLoadFailed, StopIteration, ValueError, KeyError, AttributeError) as error:
        raise WarcError(f"{place.file} has no WARC record at byte {place.offset:,}: {error}.") from error
    kind = named.get("warc-type", "")
    is_http = named.get("content-type", "").startswith("application/http")
    start = payload_start(block) if is_http else 0
    status, headers = http_head(block[:start]) if is_http else (0, ())
    if named.get("warc-profile", "").endswith("server-not-modified"):
        status = 304  # whether its block has the server's head or, as with us, nothing
    claimed = named.get("warc-payload-digest", "")
    # The payload digest of a revisit is that of the record it refers to.
    payload = b"" if kind == "revisit" else block[start:]
    return Record(
        place=place,
        kind=kind,
        record_id=named.get("warc-record-id", ""),
        target_uri=named.get("warc-target-uri", "").removeprefix("<").removesuffix(">"),
        date=date,
        status=status,
        fields=fields,
        headers=headers,
        block=block,
        payload_start=start,
        payload_digest=claimed if kind == "revisit" else _in_sha256(claimed, payload),
        digests_hold=_holds(named.get("warc-block-digest", ""), block)
        and (kind == "revisit" or _holds(claimed, payload)),
    )


def payload_digest(response: Response) -> str:
    """The WARC-Payload-Digest that a response has: of its payload as it was sent."""
    return digest(payload_of(response.response_bytes))


def digest(data: bytes) -> str:
    """`sha256:` and base 32 (RFC 4648), as WARC tools write digests."""
    return f"sha256:{base64.b32encode(hashlib.sha256(data).digest()).decode()}"


def payload_of(block: bytes) -> bytes:
    """The entity body of an HTTP message."""
    return block[payload_start(block) :]


def payload_start(block: bytes) -> int:
    """Where the entity body of an HTTP message begins: behind the first empty line. A bare line feed ends a line too
    (RFC 9112, 2.2); servers that write it are rare, but theirs are bytes that must be kept like all others."""
    end = _EMPTY_LINE.search(block)
    return end.end() if end else len(block)


def date_text(moment: datetime) -> str:
    """A WARC-Date, in UTC with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def http_head(head: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Status (0 where the first line has none) and header fields of an HTTP message."""
    first, *lines = _LINE_END.split(head.rstrip(b"\r\n").decode("latin-1"))
    fields = (line.partition(":")[::2] for line in lines)
    code = first.split()[1] if first.startswith("HTTP/") and len(first.split()) > 1 else ""
    status = int(code) if code.isascii() and code.isdecimal() else 0
    return status, tuple((name.strip(), value.strip()) for name, value in fields)


def _instant(text: str) -> datetime:
    """A WARC-Date; those of others may lack the zone, which is UTC by the standard (ISO 28500, 5.4)."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_sha256(claimed: str, payload: bytes) -> str:
    """The digest of a payload in our form: others claim SHA-1, or nothing."""
    return claimed if _OURS.fullmatch(claimed) else digest(payload)


def _holds(claimed: str, data: bytes) -> bool:
    """Whether data has the digest that its record claims, in base 32 or base 16; a claim by another algorithm, or
    none, says nothing."""
    name, _, value = claimed.partition(":")
    algorithm = name.lower().replace("-", "")
    if algorithm not in ("sha1", "sha256"):
        return True
    found = hashlib.new(algorithm, data).digest()
    if len(value) == 2 * len(found):
        return value.lower() == found.hex()
    try:
        return base64.b32decode(value + "=" * (-len(value) % 8), casefold=True) == found
    except binascii.Error:
        return False
