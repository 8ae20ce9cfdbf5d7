"""Appending records to WARC files: on the disk when it returns, or after `sync`; as if it had never begun when it
fails."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.errors import DiskFull, WarcError
from archive.model import Capture, RecordPlace, Response, WarcFile
from archive.warc import disk, forms
from archive.warc.files import (
    MANIFEST,
    OPEN,
    SUFFIX,
    files,
    is_open,
    is_whole,
    open_files,
    opened,
    unsealed_files,
)
from archive.warc.forms import Form
from archive.warc.manifest import Entry
from archive.warc.record import digest, payload_digest
from archive.warc.sealing import seal
from archive.warc.spans import Spans

log = logging.getLogger(__name__)

MAX_FILE_BYTES = 1 << 30
"""A file is closed once it is larger; 1 GB is the custom of the field (ISO 28500, annex C)."""

MAX_FILE_AGE = timedelta(hours=24)

_OURS = "newsarchive-"
"""How the names of our files begin; to other people's, which may stand beside them, nothing is appended."""

_BEGUN = "%Y%m%d%H%M%S%f"
_NEXT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the open files of a writer went at a moment."""

    ends: Mapping[str, int]


@dataclass(slots=True)
class _OpenFile:
    """A file that is written. `first_end` is where it ended when this writer took it up, or behind its warcinfo."""

    name: str
    path: Path
    begun: datetime
    first_end: int
    end: int
    synced: int
    spans: Spans = field(init=False)

    def __post_init__(self) -> None:
        self.spans = Spans(self.end)


class WarcWriter:
    """Appends records to the newest open file below `directory` (YYYY/MM/*.warc.gz.open). One writer at a time.

    `software` is what the warcinfo record of each file names. A file is followed by another once it is larger than
    `max_file_bytes` or older than `max_file_age`; `seal_due` closes it then. Whoever records in a database what was
    written asks `ends` how far the files go.
    """

    def __init__(
        self,
        directory: Path,
        *,
        software: str,
        max_file_bytes: int = MAX_FILE_BYTES,
        max_file_age: timedelta = MAX_FILE_AGE,
    ) -> None:
        self._directory = directory
        self._software = software
        self._max_file_bytes = max_file_bytes
        self._max_file_age = max_file_age
        self._open: dict[str, _OpenFile] = {}
        self._newest: str | None = None
        self._unsealed: list[str] | None = None
        self._hopeless: set[str] = set()

    # -- appending -----------------------------------------------------------------------------------

    def append(self, response: Response, *, revisit_of: Capture | None = None, sync: bool = True) -> Capture:
        """Keep one exchange; with `revisit_of`, as a reference to the capture that has the same payload or that
        a 304 confirms. WarcError where the disk refuses, DiskFull where it is full; the file is then as it was.

        Without `sync` it may stand in the memory of the system only: whoever relies on it calls `sync` before.
        """
        written = forms.exchange(response, revisit_of)
        places = self._append(written, response.fetched_at, sync=sync)
        return Capture(
            id=0,
            url=response.url,
            captured_at=response.fetched_at,
            status=response.status,
            media_type=response.media_type,
            payload_digest=revisit_of.payload_digest if revisit_of else payload_digest(response),
            place=places[-1],
            record_id=written[-1].record_id,
            kind="revisit" if revisit_of else "response",
        )

    def append_metadata(
        self, event: Mapping[str, Any], *, refers_to: str, at: datetime, sync: bool = False
    ) -> RecordPlace:
        """Keep what is known of a record (`refers_to` is its id, "" for none), as JSON. Errors: as `append`."""
        return self._append([forms.metadata(event, refers_to=refers_to, at=at)], at, sync=sync)[0]

    def append_resource(
        self,
        url: str,
        body: bytes,
        media_type: str,
        at: datetime,
        *,
        ip_address: str = "",
        concurrent_to: str = "",
        sync: bool = False,
    ) -> Capture:
        """Keep a thing without its exchange; `concurrent_to` is the id of a record that it belongs to, "" for none.
        Errors: as `append`."""
        made = forms.resource(url, body, media_type, at, ip_address=ip_address, concurrent_to=concurrent_to)
        (place,) = self._append([made], at, sync=sync)
        return Capture(
            id=0,
            url=url,
            captured_at=at,
            status=200,
            media_type=media_type.partition(";")[0].strip().lower(),
            payload_digest=digest(body),
            place=place,
            record_id=made.record_id,
            kind="resource",
        )

    def append_foreign(
        self,
        kind: str,
        headers: Sequence[tuple[str, str]],
        block: bytes,
        *,
        at: datetime,
        sync: bool = False,
    ) -> RecordPlace:
        """Keep a record of another program: its kind, its own fields as they are (but for the length), its block byte
        for byte. `at` is the moment of the import, by which the file is chosen. Errors: as `append`."""
        return self._append([forms.foreign(kind, headers, block)], at, sync=sync)[0]

    # -- what is on the disk -------------------------------------------------------------------------

    def sync(self) -> None:
        """All that was appended is on the disk when this returns.

        WarcError where the disk refuses: what it was asked to keep since the last time may be lost, even if it can
        still be read, and is cut off.
        """
        for file in self._open.values():
            self._sync(file)

    def ends(self) -> dict[str, int]:
        """The open files that this writer has written to -> the byte behind the last record of each."""
        return {file.name: file.end for file in self._open.values()}

    def mark(self) -> Mark:
        """How far the files go now, to `rollback` to."""
        return Mark(self.ends())

    def rollback(self, mark: Mark) -> None:
        """Cut back what was appended since a mark, as if it had never been. WarcError where the disk refuses; it is
        cut before the next record is written, or taken in as what it is after a crash."""
        for file in self._open.values():
            self._cut(file, mark.ends.get(file.name, file.first_end))

    # -- closing -------------------------------------------------------------------------------------

    def is_due(self, now: datetime) -> bool:
        """Whether `seal_due` would close a file. Cheap, but for the first time, when it looks for files that an
        earlier process left."""
        if self._unsealed is None:
            for name in open_files(self._directory):
                self._take_up(name)
            self._unsealed = unsealed_files(self._directory)
        return bool(self._unsealed or self._due(now))

    def seal_due(self, now: datetime) -> list[WarcFile]:
        """Close the files that are large or old enough; what they were closed with is for the database to record.

        Everything in them must be taken in before. Of files of an older version, which were never closed with a
        manifest, it closes one at a time, because they have to be walked. Errors: DiskFull, with those files closed
        that come before; one that is damaged stays as it is, and is logged.
        """
        if not self.is_due(now):
            return []
        self.sync()
        due: list[tuple[str, Spans | None]] = [(file.name, file.spans) for file in self._due(now)]
        return self._seal(due + [(name, None) for name in (self._unsealed or [])[:1]], now)

    def seal(self, now: datetime) -> list[WarcFile]:
        """Close all files that this writer has written to. As `seal_due`."""
        self.sync()
        return self._seal([(file.name, file.spans) for file in self._open.values()], now)

    def _seal(self, due: list[tuple[str, Spans | None]], now: datetime) -> list[WarcFile]:
        closed: list[WarcFile] = []
        for name, spans in due:
            try:
                closed.append(seal(self._directory, name, now, spans))
            except DiskFull:
                if not closed:
                    raise
                break
            except WarcError as error:
                log.warning("%s", error)
                self._hopeless.add(name)
            else:
                self._open.pop(name, None)
            self._unsealed = [other for other in self._unsealed or () if other != name]
        return closed

    def _due(self, now: datetime) -> list[_OpenFile]:
        files = (file for file in self._open.values() if file.name not in self._hopeless)
        return [file for file in files if self._is_due(file, now)]

    def _is_due(self, file: _OpenFile, now: datetime) -> bool:
        return file.end >= self._max_file_bytes or now - file.begun >= self._max_file_age

    # -- files ---------------------------------------------------------------------------------------

    def _append(self, written: list[Form], at: datetime, *, sync: bool) -> list[RecordPlace]:
        return self._write(self._current(at), written, sync=sync)

    def _current(self, at: datetime) -> _OpenFile:
        """The file that was begun last, as long as it may grow; else another. A month has its folder."""
        if self._newest is None:
            mine = [name for name in files(self._directory) if Path(name).name.startswith(_OURS)]
            self._newest = max(mine, default="")
        if not self._newest:
            return self._begin(at)
        file = self._open.get(self._newest)
        if file is None and is_open(self._directory, self._newest):
            file = self._take_up(self._newest)
        if file is None or self._is_due(file, at) or _folder(at) > file.name:
            return self._begin(max(at, _begun(self._newest) + _NEXT))
        return file

    def _take_up(self, name: str) -> _OpenFile | None:
        """A file that an earlier process left open. None where it has nothing in it, not even its beginning, or does
        not end with a whole record: what is appended behind a torn one cannot be found again."""
        if name in self._open or name in self._hopeless:
            return self._open.get(name)
        path = opened(self._directory, name)
        try:
            size = path.stat().st_size
            whole = is_whole(path) if size else False
        except OSError as error:
            raise disk.refused(path, error, "read") from error
        if not size:
            disk.remove(path)
            return None
        if not whole:
            log.warning(
                "%s does not end with a whole record; another file is begun, and verify tells more", path
            )
            self._hopeless.add(name)
            return None
        file = _OpenFile(name, path, _begun(name), size, size, size)
        self._open[name] = file
        return file

    def _begin(self, at: datetime) -> _OpenFile:
        """Another file. It is named after all before it, even where a clock was set back: by their names, files are
        in the order of writing."""
        name = self._free_name(at)
        path = opened(self._directory, name)
        disk.make_folder(path.parent)
        file = _OpenFile(name, path, at, 0, 0, 0)
        try:
            self._write(file, [forms.warcinfo(path.name.removesuffix(OPEN), self._software, at)], sync=True)
            for parent in (path.parent, *path.parent.parents[:2]):
                disk.sync_folder(parent)
        except WarcError:
            with suppress(OSError):
                path.unlink()
            raise
        file.first_end = file.end
        self._open[name] = file
        self._newest = name
        return file

    def _free_name(self, at: datetime) -> str:
        """A name that no file has, nor had."""
        while True:
            name = f"{_folder(at)}{_OURS}{at.astimezone(UTC):{_BEGUN}}{SUFFIX}"
            path = self._directory / name
            if not any(path.with_name(path.name + suffix).exists() for suffix in ("", OPEN, MANIFEST)):
                return name
            at += _NEXT

    def _write(self, file: _OpenFile, written: list[Form], *, sync: bool) -> list[RecordPlace]:
        disk.append(file.path, b"".join(form.packed for form in written), end=file.end)
        places = []
        for form in written:
            sha256 = hashlib.sha256(form.packed).hexdigest()
            file.spans.add(Entry(file.end, len(form.packed), sha256, form.kind, form.record_id))
            places.append(RecordPlace(file.name, file.end, len(form.packed)))
            file.end += len(form.packed)
        if sync:
            self._sync(file)
        return places

    def _sync(self, file: _OpenFile) -> None:
        if file.synced < file.end:
            try:
                disk.sync_file(file.path)
            except WarcError:
                with suppress(WarcError):  # it is cut before the next record is written, then
                    self._cut(file, file.synced)
                raise
            file.synced = file.end

    def _cut(self, file: _OpenFile, end: int) -> None:
        if file.end > end:
            file.end, file.synced = end, min(file.synced, end)
            file.spans.cut(end)
            disk.cut(file.path, end)


def _folder(at: datetime) -> str:
    """The folder of a month."""
    return f"{at.astimezone(UTC):%Y/%m}/"


def _begun(name: str) -> datetime:
    """When a file was begun, by its name; one whose name does not say is old."""
    text = Path(name).name.removeprefix(_OURS).removesuffix(SUFFIX)
    try:
        return datetime.strptime(text, _BEGUN).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
