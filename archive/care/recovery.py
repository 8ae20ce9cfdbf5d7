"""Making an archive whole after a crash: what stands in the WARC files and not in the database is taken in."""

from __future__ import annotations

import logging
from pathlib import Path

from archive import warc
from archive.store import Store

log = logging.getLogger(__name__)


def recover(store: Store, directory: Path) -> int:
    """Make the archive whole after a crash, before anything is written. Returns the captures taken in.

    The order of writing is record, sync, transaction. So a file may hold more than the database knows: whole
    records are taken in, a torn end is moved aside. DamagedArchive where a file holds less.
    """
    warc.finish(directory)
    adopted = 0
    for name, known_end in known_ends(store, directory).items():
        if known_end != size_of(directory, name):
            adopted += adopt(store, directory, name, known_end)
    if adopted:
        log.warning("%d captures of an interrupted crawl were taken into the database", adopted)
    return adopted


def adopt(store: Store, directory: Path, name: str, known_end: int) -> int:
    """Make a file whole and take in what the database lacks of it; a copy of a file beside it has records that it
    knows already."""
    captures = warc.recover(directory, name, known_end)
    new = [capture for capture in captures if not store.has_record(capture.record_id)]
    with store.transaction() as tx:
        for capture in new:
            tx.add_capture(capture)
        tx.taken_in({name: size_of(directory, name)})
    return len(new)


def known_ends(store: Store, directory: Path) -> dict[str, int]:
    """WARC file, relative to `directory` -> the byte up to which the database knows it; 0 for an unknown one."""
    return dict.fromkeys(warc.files(directory), 0) | store.warc_ends()


def size_of(directory: Path, name: str) -> int:
    """The bytes of a file, 0 where there is none."""
    return warc.size_of(directory, name) or 0
