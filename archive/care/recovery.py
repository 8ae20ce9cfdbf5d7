"""Making an archive whole: what stands in the WARC files and not in the database is taken in.

After a crash that is the end of the newest file; where the database is lost, it is everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from archive import exchange, warc
from archive.care.pieces import pieces_found
from archive.errors import DamagedArchive, WarcError
from archive.journal import parse
from archive.model import Capture, Link
from archive.store import Store, Transaction
from archive.store.imports import worth_reading

_BATCH = 500
"""Records that are taken in by one transaction."""


@dataclass(slots=True)
class Recovery:
    """What was taken in: captures, and entries of the journal.

    `foreign` are entries of other archives, which are left alone, `missing` those of this one that are nowhere.
    `lost` are captures that only the journal knows; `damaged` counts places in the files that are no record, where
    everything was taken in that can be read.
    """

    captures: int = 0
    events: int = 0
    foreign: int = 0
    missing: int = 0
    lost: int = 0
    damaged: int = 0

    @property
    def complete(self) -> bool:
        """Whether everything was there."""
        return not (self.missing or self.lost or self.damaged)


Progress = Callable[[int, int], None]
"""Called with the bytes of WARC files that are done, and with all there are."""


def recover(store: Store, directory: Path, *, progress: Progress | None = None) -> Recovery:
    """Make the archive whole after a crash, before anything is written.

    The order of writing is records, sync, transaction. So a file may hold more than the database knows: whole
    records are taken in with what they tell, a torn end is moved aside. It may be cut anywhere; the next one goes on.
    Where the database is new, everything that can be read is taken in, also what stands behind damage. DamagedArchive
    where a file holds less than the database knows.
    """
    exchange.finish(store, directory)
    warc.finish(directory)
    recovery = Recovery()
    ends = known_ends(store, directory)
    is_new = not any(ends.values())
    total = sum(size_of(directory, name) for name in ends)
    done = 0
    for name, known_end in ends.items():
        size = size_of(directory, name)
        if size < known_end:
            path = warc.path_of(directory, name)
            raise DamagedArchive(
                f"{path} has {size:,} bytes, but the database knows {known_end:,}; restore the file."
            )
        if known_end != size:
            whatever = known_end == 0 and (is_new or name not in warc.open_files(directory))
            taking = _take_all if whatever else partial(_take_in, start=known_end)
            for end in taking(store, directory, name, recovery=recovery):
                if progress is not None:
                    progress(done + end, total)
        done += size
    _note_closed(store, directory)
    return recovery


def _note_closed(store: Store, directory: Path) -> None:
    """Files that were closed although the database was not told any more, or does not remember."""
    known = {file.name: file for file in store.warc_files() if file.sealed_at is None}
    for name in known.keys() & set(warc.manifests(directory)) - set(warc.open_files(directory)):
        path = warc.manifest_path(directory, name)
        try:
            manifest = warc.read_manifest(path)
        except WarcError:
            continue  # for `verify` to tell
        if manifest.bytes == size_of(directory, name) == known[name].end:
            at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            with store.transaction() as tx:
                tx.warc_file_closed(warc.sealed_as(name, manifest, at))


def known_ends(store: Store, directory: Path) -> dict[str, int]:
    """WARC file, relative to `directory` -> the byte up to which the database knows it; 0 for an unknown one."""
    return dict.fromkeys(warc.files(directory), 0) | store.warc_ends()


def size_of(directory: Path, name: str) -> int:
    """The bytes of a file, 0 where there is none."""
    return warc.size_of(directory, name) or 0


def take_in(store: Store, directory: Path, name: str, start: int = 0) -> Recovery:
    """Take in what the database lacks of a file from a byte on, and set a torn end of it aside."""
    recovery = Recovery()
    for _ in _take_in(store, directory, name, start=start, recovery=recovery):
        pass
    return recovery


def _take_in(store: Store, directory: Path, name: str, *, start: int, recovery: Recovery) -> Iterator[int]:
    """As `take_in`, told into `recovery`; yields the byte up to which that is done, batch for batch."""
    end = start
    for end in _taken(store, name, warc.walk(directory, name, start), recovery):
        yield end
    warc.make_whole(directory, name, end)


def _take_all(store: Store, directory: Path, name: str, *, recovery: Recovery) -> Iterator[int]:
    """As `_take_in`, of a file of which nothing is known: damage in it hides nothing that stands behind. Only behind
    the last record of a file that is not closed may something be torn."""
    damaged: list[int] = []

    def readable() -> Iterator[warc.Record]:
        for piece in pieces_found(directory, name):
            if piece.record is not None:
                yield piece.record
            else:
                damaged.append(piece.place.offset)

    end = 0
    for end in _taken(store, name, readable(), recovery):
        yield end
    if name in warc.open_files(directory):
        warc.make_whole(directory, name, end)
        damaged = [offset for offset in damaged if offset < end]
    with store.transaction(journalled=True) as tx:
        tx.taken_in({name: size_of(directory, name)})
    recovery.damaged += len(damaged)


def _taken(store: Store, name: str, records: Iterator[warc.Record], recovery: Recovery) -> Iterator[int]:
    while batch := list(islice(records, _BATCH)):
        end = batch[-1].place.offset + batch[-1].place.length
        with store.transaction(journalled=True) as tx:
            for record in batch:
                _take(tx, record, recovery)
            tx.taken_in({name: end})
        yield end


def _read_later(tx: Transaction, capture: Capture) -> None:
    """What was imported is read by the next import, unless the journal tells what was read in it."""
    if worth_reading(capture.kind, capture.status, capture.media_type):
        tx.to_be_read(tx.capture_id(capture), capture.captured_at, Link(capture.url, certain=False))


def _take(tx: Transaction, record: warc.Record, recovery: Recovery) -> None:
    """A copy of a file beside it has records that the database knows already."""
    if record.kind in warc.CAPTURE_KINDS:
        capture = record.as_capture()
        adopted = tx.adopt(capture)
        recovery.captures += adopted
        if adopted and record.field("Imported-From"):
            _read_later(tx, capture)
    elif record.kind == "metadata" and (event := parse(record.payload)):
        fate = tx.apply(event)
        tx.record_was_read(event.record)
        recovery.missing += fate.missing
        recovery.lost += fate.lost
        recovery.foreign += fate.foreign
        recovery.events += not fate.foreign
