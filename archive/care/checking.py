"""Proof that WARC files, their manifests and the database agree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import warc
from archive.care.pieces import Piece, pieces_found, pieces_of_closed
from archive.care.problems import Problem, at_byte, in_file, of_record
from archive.care.recovery import Progress, known_ends
from archive.errors import WarcError
from archive.model import Capture, WarcFile
from archive.store import Store

_JOURNAL = "application/json"


@dataclass(slots=True)
class Tally:
    """How much was looked at."""

    files: int = 0
    records: int = 0
    bytes: int = 0


def check(
    store: Store, directory: Path, *, tally: Tally | None = None, progress: Progress | None = None
) -> Iterator[Problem]:
    """Walk every record, check all digests and manifests, and compare it with the database. Reads all WARC bytes
    once, one record at a time; `tally` is counted up meanwhile, and `progress` called with
    the bytes that were read and those that there are."""
    tally = tally or Tally()
    for message in store.quick_check():
        yield Problem("database", "archive.db", f"SQLite reports: {message}.")
    for article in store.disordered():
        message = "Its versions are not numbered one after the other up to the latest."
        yield Problem("versions", f"archive.db, article {article}", message)
    known = {file.name: file for file in store.warc_files()}
    names = list(known_ends(store, directory))
    total = sum(warc.size_of(directory, name) or 0 for name in names)
    for name in names:
        tally.files += 1
        for found in _FileCheck(store, directory, name, known.get(name)).problems():
            if isinstance(found, Problem):
                yield found
                continue
            tally.records += found.record is not None
            tally.bytes += found.place.length
            if progress is not None:
                progress(tally.bytes, total)
    yield from _left_over(directory, set(names))


class _FileCheck:
    """The check of one file; `row` is what the database knows of it, None for nothing."""

    def __init__(self, store: Store, directory: Path, name: str, row: WarcFile | None) -> None:
        self._store = store
        self._directory = directory
        self._name = name
        self._row = row or WarcFile(name, 0)
        self._known = {capture.place.offset: capture for capture in store.captures_in(name)}
        self._offsets = {capture.record_id: offset for offset, capture in self._known.items()}
        self._last = max((c.place.offset + c.place.length for c in self._known.values()), default=0)
        self._twice = (directory / name).exists() and (directory / f"{name}{warc.OPEN}").exists()
        self._sound = True

    def problems(self) -> Iterator[Problem | Piece]:
        """What is wrong, and in between each piece of the file that was looked at."""
        size = warc.size_of(self._directory, self._name)
        if size is None:
            yield in_file(
                "missing-file",
                self._name,
                f"The database knows {len(self._known)} captures in it, but it is not there.",
            )
            return
        if self._twice:
            message = (
                f"It is there twice, closed and as {self._name}{warc.OPEN}; only the closed one is read."
            )
            yield in_file("two-files", self._name, message)
        manifest = None
        try:
            manifest = self._manifest()
        except WarcError as error:
            yield self._manifest_problem(str(error))
        for found in self._contents(manifest, size):
            self._sound = self._sound and isinstance(found, Piece)
            yield found
        yield from self._ends(size)

    # -- manifest ------------------------------------------------------------------------------------

    def _manifest(self) -> warc.Manifest | None:
        """The manifest of a closed file, None where it is not closed. WarcError where it cannot be relied upon."""
        path = warc.manifest_path(self._directory, self._name)
        if warc.path_of(self._directory, self._name) != self._directory / self._name:
            return None  # where it was not given its name yet, the next crawl does that
        if not path.exists():
            if self._row.sealed_at is None:  # by an older version, which had none
                return None
            raise WarcError(f"{path} is not there, although the file is closed.")
        manifest = warc.read_manifest(path)
        if manifest.file != Path(self._name).name:
            raise WarcError(f"{path} is that of another file, {manifest.file}.")
        return manifest

    def _manifest_problem(self, message: str) -> Problem:
        path = warc.manifest_path(self._directory, self._name)
        code = "damaged-manifest" if path.exists() else "missing-manifest"
        name = path.relative_to(self._directory).as_posix()
        return Problem(code, name, message, file=name)

    # -- records -------------------------------------------------------------------------------------

    def _contents(self, manifest: warc.Manifest | None, size: int) -> Iterator[Problem | Piece]:
        whole = hashlib.sha256()
        if manifest is None:
            pieces = pieces_found(self._directory, self._name)
        else:
            pieces = pieces_of_closed(self._directory, self._name, manifest, whole)
        end = 0
        for piece in pieces:
            yield piece
            yield from self._check_piece(piece, size)
            end = piece.end
        if manifest is not None:
            yield from self._check_whole(manifest, end, size)
            yield from self._check_digest(manifest, whole.hexdigest())
        for offset, capture in self._known.items():
            yield at_byte(
                "missing-record",
                self._name,
                offset,
                f"The capture of {capture.url} is not there",
                capture.record_id,
            )

    def _check_piece(self, piece: Piece, size: int) -> Iterator[Problem]:
        if piece.record is None:
            yield self._no_record(piece, size)
            return
        capture = self._known.pop(piece.place.offset, None)
        if not piece.as_closed:
            message = "The record is not as it was when the file was closed"
            yield of_record("damaged-record", piece.place, message, piece.record_id)
        elif not piece.record.digests_hold:
            message = f"The record of {piece.record.target_uri} is not what its digest says"
            yield of_record("digest", piece.place, message, piece.record_id)
        else:
            yield from self._compare(piece.record, capture)

    def _no_record(self, piece: Piece, size: int) -> Problem:
        capture = self._known.get(piece.place.offset)
        record_id = piece.record_id or (capture.record_id if capture else "")
        torn = (
            piece.end == size and not (piece.is_member or record_id) and piece.place.offset >= self._row.end
        )
        return of_record(
            "torn-end" if torn else "damaged-record",
            piece.place,
            f"{piece.place.length:,} bytes are no whole WARC record",
            record_id,
        )

    def _compare(self, record: warc.Record, capture: Capture | None) -> Iterator[Problem]:
        place = record.place
        elsewhere = self._known.pop(self._offsets.get(record.record_id, -1), None)
        if elsewhere is not None:
            message = f"The database has this capture of {elsewhere.url} at byte {elsewhere.place.offset}"
            yield of_record("other-record", place, message, record.record_id)
        elif capture is None:
            if self._should_be_known(record):
                told = f" of {record.target_uri}" if record.target_uri else ""
                message = f"The database lacks this record{told}"
                yield of_record("unknown-record", place, message, record.record_id)
        else:
            yield from self._compare_capture(record, capture)

    def _compare_capture(self, record: warc.Record, capture: Capture) -> Iterator[Problem]:
        found = record.as_capture() if record.kind in warc.CAPTURE_KINDS else None
        if found is None or _identity(found) != _identity(capture):
            message = f"The database expects {capture.url}, the file has {record.target_uri}"
            if found is not None and found.record_id == capture.record_id:
                message = f"The database has the capture of {capture.url} otherwise than the file"
            yield of_record("other-record", record.place, message, record.record_id)

    def _should_be_known(self, record: warc.Record) -> bool:
        """Captures are known one by one; of the journal, all that stands before the end that is known."""
        if record.kind in warc.CAPTURE_KINDS:
            return not self._store.has_record(record.record_id)
        is_journal = record.kind == "metadata" and record.field("content-type") == _JOURNAL
        return is_journal and record.place.offset >= self._row.end

    # -- the file as a whole -------------------------------------------------------------------------

    def _check_whole(self, manifest: warc.Manifest, end: int, size: int) -> Iterator[Problem]:
        if end < manifest.bytes:
            message = f"The file ends here; {manifest.bytes - end:,} bytes of it are lost"
            yield at_byte("short-file", self._name, end, message)
        if manifest.bytes < size:
            message = f"{size - manifest.bytes:,} bytes were added since the file was closed"
            yield at_byte("torn-end", self._name, manifest.bytes, message)

    def _check_digest(self, manifest: warc.Manifest, found: str) -> Iterator[Problem]:
        """A file may have been exchanged together with its manifest; where a record is damaged, that is told."""
        known = self._row.sha256 or manifest.sha256
        if known != manifest.sha256 or (self._sound and known != found):
            said = f"its manifest says {manifest.sha256}, and it has {found}"
            yield in_file("other-file", self._name, f"The file was closed with the SHA-256 {known}; {said}.")

    def _ends(self, size: int) -> Iterator[Problem]:
        """How far the database says that it knows the file."""
        if self._sound and size < self._row.end:
            message = f"The file ends here, but the database knows {self._row.end:,} bytes of it"
            yield at_byte("short-file", self._name, size, message)
        if self._last > self._row.end:
            message = (
                f"The database has captures up to byte {self._last:,}, but took in {self._row.end:,} of it."
            )
            yield in_file("wrong-end", self._name, message)


def _identity(capture: Capture) -> tuple[object, ...]:
    """What a record says of itself in so many words; status and media type are read from its HTTP head."""
    return (
        capture.record_id,
        capture.url,
        capture.captured_at,
        capture.payload_digest,
        capture.kind,
        capture.place.length,
    )


def _left_over(directory: Path, names: set[str]) -> Iterator[Problem]:
    """Manifests whose file is gone, although nobody else knows of it."""
    for name in warc.manifests(directory):
        if name not in names:
            yield in_file("missing-file", name, "There is a manifest of it, but it is not there.")
