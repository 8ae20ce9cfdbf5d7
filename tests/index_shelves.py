"""Articles as the segments of an index on the disk, for tests of what reads segments."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from whoosh.filedb.filestore import FileStorage

from archive.model import Article
from index.whoosh_engine.codec import open_segment, write_segment
from index.whoosh_engine.inverting import invert
from index.whoosh_engine.shelves import Shelf, Shelves
from index.whoosh_engine.terms import Terms


def terms_of(folder: Path, *batches: Sequence[Article], seconds: float = 60.0) -> Terms:
    """An index with a segment for each batch."""
    storage, shelves, base = FileStorage(str(folder)), [], 0
    for number, batch in enumerate(batches):
        write_segment(storage, f"s{number}", invert(batch))
        shelves.append(Shelf(open_segment(storage, f"s{number}"), base))
        base += len(batch)
    return Terms(Shelves(shelves), time.monotonic() + seconds)
