"""The only WARC reader and writer: WARC 1.1 (ISO 28500:2017), one gzip member a record, appended and synced.

A capture is two records: the request, then the response (or a revisit, where the payload is one that is kept
already). Blocks are the exact bytes of the wire; they are never parsed and written anew, which would change
folded, duplicate or non-ASCII headers. A record that `append` returned is on the disk, whatever happens next.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.errors import DamagedArchive, WarcError
from archive.model import Capture, RecordPlace, Response

MAX_FILE_BYTES = 1 << 30
"""A file is followed by another once it is larger; 1 GB is the custom of the field (ISO 28500, annex C)."""

_HTTP_RESPONSE = "application/http; msgtype=response"
_HTTP_REQUEST = "application/http; msgtype=request"
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
CAPTURE_KINDS = ("response", "revisit")
"""The kinds of record that are captures."""
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_LINE_END = re.compile(r"\r?\n(?![ \t])")
"""The end of a header line that the next line does not continue (RFC 9112, 5.2)."""
_OURS = "newsarchive-"
"""How the names of our files begin; to other people's, which may stand beside them, nothing is appended."""
_CHUNK = 1 << 16


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


class WarcWriter:
    """Appends captures to the newest file below `directory` (YYYY/MM/*.warc.gz). One writer at a time.

    `software` is what the warcinfo record of each file names.
    """

    def __init__(self, directory: Path, *, software: str, max_file_bytes: int = MAX_FILE_BYTES) -> None:
        self._directory = directory
        self._software = software
        self._max_file_bytes = max_file_bytes

    def append(self, response: Response, *, revisit_of: Capture | None = None) -> Capture:
        """Keep one exchange; with `revisit_of`, as a reference to the capture that has the same payload or that
        a 304 confirms. WarcError where the disk refuses; the file is then as it was."""
        response_id = _record_id()
        records = [self._request(response, response_id), self._response(response, response_id, revisit_of)]
        path = self._file(response.fetched_at)
        places = self._write(path, records)
        return Capture(
            id=0,
            url=response.url,
            captured_at=response.fetched_at,
            status=response.status,
            media_type=response.media_type,
            payload_digest=revisit_of.payload_digest if revisit_of else payload_digest(response),
            place=places[-1],
            record_id=response_id,
        )

    def _request(self, response: Response, response_id: str) -> bytes:
        block = response.request_bytes
        headers = {"WARC-Concurrent-To": response_id, "WARC-Payload-Digest": digest(_payload(block))}
        return _member("request", response, headers, block, _HTTP_REQUEST)

    def _response(self, response: Response, response_id: str, original: Capture | None) -> bytes:
        headers = {"WARC-Record-ID": response_id, "WARC-IP-Address": response.ip_address}
        if response.truncated:
            headers["WARC-Truncated"] = response.truncated
        block = response.response_bytes
        if original is None:
            headers["WARC-Payload-Digest"] = payload_digest(response)
            return _member("response", response, headers, block, _HTTP_RESPONSE)
        same = "server-not-modified" if response.status == 304 else "identical-payload-digest"
        headers |= {
            "WARC-Profile": _PROFILE + same,
            "WARC-Refers-To": original.record_id,
            "WARC-Refers-To-Target-URI": original.url,
            "WARC-Refers-To-Date": _date(original.captured_at),
            "WARC-Payload-Digest": original.payload_digest,
        }
        return _member(
            "revisit", response, headers, block[: len(block) - len(_payload(block))], _HTTP_RESPONSE
        )

    def _file(self, now: datetime) -> Path:
        folder = self._directory / f"{now.astimezone(UTC):%Y/%m}"
        path = max(folder.glob(f"{_OURS}*.warc.gz"), default=None)
        size = path.stat().st_size if path is not None else 0
        if path is None or size >= self._max_file_bytes:
            path, size = folder / f"{_OURS}{now.astimezone(UTC):%Y%m%d%H%M%S%f}.warc.gz", 0
        if not size:  # a new file, or one whose very first record was torn
            self._begin(path, now)
        return path

    def _begin(self, path: Path, now: datetime) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, [self._warcinfo(path.name, now)])
            for folder in (path.parent, *path.parent.parents[:2]):
                _sync_folder(folder)
        except OSError as error:
            raise WarcError(f"{path} cannot be begun: {error.strerror}.") from error

    def _warcinfo(self, name: str, now: datetime) -> bytes:
        fields = f"software: {self._software}\r\nformat: WARC File Format 1.1\r\n"
        headers = {"WARC-Filename": name, "WARC-Date": _date(now)}
        return _gzipped("warcinfo", headers, fields.encode(), "application/warc-fields")

    def _write(self, path: Path, members: list[bytes]) -> list[RecordPlace]:
        name = path.relative_to(self._directory).as_posix()
        try:
            # Unbuffered: a buffer that is left over from a failed write would be written when the file is closed.
            with path.open("ab", buffering=0) as file:
                start = file.tell()
                try:
                    _write_whole(file, b"".join(members))
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(start)  # a torn record would hide all that comes after it
                    raise
        except OSError as error:
            raise WarcError(f"{path} cannot be written: {error.strerror}.") from error
        ends = accumulate(map(len, members), initial=start)
        return [RecordPlace(name, offset, len(member)) for offset, member in zip(ends, members, strict=False)]


def read_record(directory: Path, place: RecordPlace) -> Record:
    """The record at a place. WarcError where there is none that can be read."""
    path = directory / place.file
    try:
        with path.open("rb") as file:
            file.seek(place.offset)
            data = file.read(place.length)
        return _parse(zlib.decompress(data, zlib.MAX_WBITS | 16), place)
    except (OSError, zlib.error) as error:
        raise WarcError(f"{path} has no readable record at byte {place.offset:,}: {error}.") from error


def walk(directory: Path, name: str, start: int = 0) -> Iterator[Record]:
    """The records of a file from a byte on, in order. Ends silently before a torn tail (compare `Record.place`
    with the size of the file); WarcError for a whole gzip member that is no record."""
    with (directory / name).open("rb") as file:
        file.seek(start)
        while True:
            length, data = _next_member(file)
            if not length:
                return
            yield _parse(data, RecordPlace(name, start, length))
            start += length
            file.seek(start)


def files(directory: Path) -> list[str]:
    """The WARC files below a folder, relative to it, the oldest first."""
    return sorted(path.relative_to(directory).as_posix() for path in directory.glob("**/*.warc.gz"))


def recover(directory: Path, name: str, known_end: int) -> list[Capture]:
    """Make a file whole again after a crash, and say which captures stand behind byte `known_end`.

    Bytes behind the last whole record are moved aside to FILE.torn and cut. DamagedArchive where the file is
    shorter than `known_end`: something was lost that was kept before, which no program may paper over.
    """
    path = directory / name
    size = path.stat().st_size if path.exists() else 0
    if size < known_end:
        raise DamagedArchive(
            f"{path} has {size:,} bytes, but the database knows {known_end:,}; restore the file."
        )
    captures, end = [], known_end
    for record in walk(directory, name, known_end):
        end = record.place.offset + record.place.length
        if record.kind in CAPTURE_KINDS:
            captures.append(record.as_capture())
    if end < size:
        _cut(path, end)
    return captures


def payload_digest(response: Response) -> str:
    """The WARC-Payload-Digest that a response has: of its payload as it was sent."""
    return digest(_payload(response.response_bytes))


def digest(data: bytes) -> str:
    """`sha256:` and base 32 (RFC 4648), as WARC tools write digests."""
    return f"sha256:{base64.b32encode(hashlib.sha256(data).digest()).decode()}"


def _cut(path: Path, end: int) -> None:
    with path.open("r+b") as file:
        file.seek(end)
        with path.with_name(path.name + ".torn").open("ab") as aside:
            aside.write(file.read())
            aside.flush()
            os.fsync(aside.fileno())
        file.truncate(end)
        os.fsync(file.fileno())


def _next_member(file: io.BufferedReader) -> tuple[int, bytes]:
    """Length and content of the gzip member at the file's position; (0, b"") where there is no whole one."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    length, parts = 0, []
    while not inflater.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            return 0, b""
        length += len(chunk)
        try:
            parts.append(inflater.decompress(chunk))
        except zlib.error:
            return 0, b""
    return length - len(inflater.unused_data), b"".join(parts)


def _parse(data: bytes, place: RecordPlace) -> Record:
    # HTTP is split here, not by warcio, which takes a folded line of blanks for the end of the headers.
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(data), no_record_parse=True)))
        block = record.raw_stream.read()
        date = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    except (ArchiveLoadFailed, StopIteration, ValueError, TypeError) as error:
        raise WarcError(f"{place.file} has no WARC record at byte {place.offset:,}: {error}.") from error
    named = {name.lower(): value for name, value in record.rec_headers.headers}
    payload = _payload(block) if named.get("content-type", "").startswith("application/http") else block
    status, headers = _http_head(block[: len(block) - len(payload)])
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


def _member(kind: str, response: Response, headers: dict[str, str], block: bytes, media_type: str) -> bytes:
    common = {"WARC-Target-URI": response.url, "WARC-Date": _date(response.fetched_at)}
    return _gzipped(kind, common | headers, block, media_type)


def _gzipped(kind: str, headers: dict[str, str], block: bytes, media_type: str) -> bytes:
    """A record as a gzip member. The form is plain enough to write out; warcio's writer would parse the HTTP
    headers of a block and write them anew, and leaves the block of a revisit out where they are not parsed."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": _record_id(),
        **headers,
        "WARC-Block-Digest": digest(block),
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return gzip.compress(b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n", mtime=0)


def _payload(block: bytes) -> bytes:
    """The entity body of an HTTP message: all behind the first empty line. A bare line feed ends a line too
    (RFC 9112, 2.2); servers that write it are rare, but theirs are bytes that must be kept like all others."""
    end = _EMPTY_LINE.search(block)
    return block[end.end() :] if end else b""


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _write_whole(file: io.FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
