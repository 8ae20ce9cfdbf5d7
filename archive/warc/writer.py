"""Appending captures to WARC files: on the disk when it returns, or after `sync`; as if it had never begun when it
fails."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from archive.errors import WarcError
from archive.model import Capture, RecordPlace, Response
from archive.warc.record import (
    PROFILE,
    date_text,
    digest,
    new_record_id,
    packed,
    payload_digest,
    payload_of,
)

MAX_FILE_BYTES = 1 << 30
"""A file is followed by another once it is larger; 1 GB is the custom of the field (ISO 28500, annex C)."""

_HTTP_RESPONSE = "application/http; msgtype=response"
_HTTP_REQUEST = "application/http; msgtype=request"
_OURS = "newsarchive-"
"""How the names of our files begin; to other people's, which may stand beside them, nothing is appended."""


class WarcWriter:
    """Appends captures to the newest file below `directory` (YYYY/MM/*.warc.gz). One writer at a time.

    `software` is what the warcinfo record of each file names.
    """

    def __init__(self, directory: Path, *, software: str, max_file_bytes: int = MAX_FILE_BYTES) -> None:
        self._directory = directory
        self._software = software
        self._max_file_bytes = max_file_bytes
        self._unsynced: set[Path] = set()

    def append(self, response: Response, *, revisit_of: Capture | None = None, sync: bool = True) -> Capture:
        """Keep one exchange; with `revisit_of`, as a reference to the capture that has the same payload or that
        a 304 confirms. WarcError where the disk refuses; the file is then as it was.

        Without `sync` it may stand in the memory of the system only: whoever relies on it calls `sync` before.
        """
        response_id = new_record_id()
        records = [self._request(response, response_id)]
        if revisit_of is not None and response.status == 304:
            records.append(self._head(response, response_id))
        records.append(self._response(response, response_id, revisit_of))
        path = self._file(response.fetched_at)
        places = self._write(path, records, sync=sync)
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

    def sync(self) -> None:
        """All that was appended is on the disk when this returns. WarcError where the disk refuses."""
        while self._unsynced:
            path = next(iter(self._unsynced))
            try:
                with path.open("rb") as file:
                    os.fsync(file.fileno())
            except OSError as error:
                raise WarcError(f"{path} cannot be written: {error.strerror}.") from error
            self._unsynced.discard(path)

    def _request(self, response: Response, response_id: str) -> bytes:
        block = response.request_bytes
        headers = {"WARC-Concurrent-To": response_id, "WARC-Payload-Digest": digest(payload_of(block))}
        return _member("request", response, headers, block, _HTTP_REQUEST)

    def _head(self, response: Response, response_id: str) -> bytes:
        """The bytes of a 304, as metadata of its revisit: in the block of the revisit itself, players take them for
        the page and show nothing. Without a target URI, so that no index of captures lists it."""
        headers = {"WARC-Date": date_text(response.fetched_at), "WARC-Concurrent-To": response_id}
        return packed("metadata", headers, response.response_bytes, _HTTP_RESPONSE)

    def _response(self, response: Response, response_id: str, original: Capture | None) -> bytes:
        headers = {"WARC-Record-ID": response_id, "WARC-IP-Address": response.ip_address}
        if response.truncated:
            headers["WARC-Truncated"] = response.truncated
        block = response.response_bytes
        if original is None:
            headers["WARC-Payload-Digest"] = payload_digest(response)
            return _member("response", response, headers, block, _HTTP_RESPONSE)
        unmodified = response.status == 304
        headers |= {
            "WARC-Profile": PROFILE + ("server-not-modified" if unmodified else "identical-payload-digest"),
            "WARC-Refers-To": original.record_id,
            "WARC-Refers-To-Target-URI": original.url,
            "WARC-Refers-To-Date": date_text(original.captured_at),
            "WARC-Payload-Digest": original.payload_digest,
        }
        head = b"" if unmodified else block[: len(block) - len(payload_of(block))]
        return _member("revisit", response, headers, head, _HTTP_RESPONSE)

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
            self._write(path, [self._warcinfo(path.name, now)], sync=True)
            for folder in (path.parent, *path.parent.parents[:2]):
                _sync_folder(folder)
        except OSError as error:
            raise WarcError(f"{path} cannot be begun: {error.strerror}.") from error

    def _warcinfo(self, name: str, now: datetime) -> bytes:
        fields = f"software: {self._software}\r\nformat: WARC File Format 1.1\r\n"
        headers = {"WARC-Filename": name, "WARC-Date": date_text(now)}
        return packed("warcinfo", headers, fields.encode(), "application/warc-fields")

    def _write(self, path: Path, members: list[bytes], *, sync: bool) -> list[RecordPlace]:
        name = path.relative_to(self._directory).as_posix()
        try:
            # Unbuffered: a buffer that is left over from a failed write would be written when the file is closed.
            with path.open("ab", buffering=0) as file:
                start = file.tell()
                try:
                    _write_whole(file, b"".join(members))
                    if sync:
                        os.fsync(file.fileno())
                except OSError:
                    file.truncate(start)  # a torn record would hide all that comes after it
                    raise
        except OSError as error:
            raise WarcError(f"{path} cannot be written: {error.strerror}.") from error
        if sync:
            self._unsynced.discard(path)
        else:
            self._unsynced.add(path)
        ends = accumulate(map(len, members), initial=start)
        return [RecordPlace(name, offset, len(member)) for offset, member in zip(ends, members, strict=False)]


def _member(kind: str, response: Response, headers: dict[str, str], block: bytes, media_type: str) -> bytes:
    common = {"WARC-Target-URI": response.url, "WARC-Date": date_text(response.fetched_at)}
    return packed(kind, common | headers, block, media_type)


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
