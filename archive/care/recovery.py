"""Making an archive whole: what stands in the WARC files and not in the database is taken in.

After a crash that is the end of the newest file; where the database is lost, it is everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from archive import exchange, warc
from archive.errors import DamagedArchive, WarcError
from archive.journal import parse
from archive.store import Store, Transaction

_BATCH = 500
"""Records that are taken in by one transaction."""


@dataclass(slots=True)
class Recovery:
    """What was taken in: captures, and events of the journal; how many of those could not be, because they are
    another archive's or their capture is not there."""

    captures: int = 0
    events: int = 0
    skipped: int = 0


Progress = Callable[[int, int], None]
"""Called with the bytes of WARC files that are done, and with all there are."""


def recover(store: Store, directory: Path, *, progress: Progress | None = None) -> Recovery:
    """Make the archive whole after a crash, before anything is written.

    The order of writing is records, sync, transaction. So a file may hold more than the database knows: whole
    records are taken in with what they tell, a torn end is moved aside. It may be cut anywhere; the next one goes on.
    DamagedArchive where a file holds less than the database knows.
    """
    exchange.finish(store, directory)
    warc.finish(directory)
    recovery = Recovery()
    ends = known_ends(store, directory)
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
            for end in _take_in(store, directory, name, known_end, recovery):
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
    for _ in _take_in(store, directory, name, start, recovery):
        pass
    return recovery


def _take_in(store: Store, directory: Path, name: str, start: int, recovery: Recovery) -> Iterator[int]:
    """As `take_in`, told into `recovery`; yields the byte up to which that is done, batch for batch."""
    records = warc.walk(directory, name, start)
    end = start
    while batch := list(islice(records, _BATCH)):
        end = batch[-1].place.offset + batch[-1].place.length
        with store.transaction(journalled=True) as tx:
            for record in batch:
                _take(tx, record, recovery)
            tx.taken_in({name: end})
        yield end
    warc.make_whole(directory, name, end)


def _take(tx: Transaction, record: warc.Record, recovery: Recovery) -> None:
    """A copy of a file beside it has records that the database knows already."""
    if record.kind in warc.CAPTURE_KINDS:
        recovery.captures += tx.adopt(record.as_capture())
    elif record.kind == "metadata" and (event := parse(record.payload)):
        applied = tx.apply(event)
        recovery.events += applied
        recovery.skipped += not applied
