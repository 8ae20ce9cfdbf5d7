"""The WARC records of articles: every capture of every version, with its requests and metadata, byte for byte."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import WarcError
from archive.model import Capture, RecordPlace
from archive.store import Span, Store
from archive.warc import Excerpt, excerpt, excerpt_info
from newsarchive import __version__

Progress = Callable[[int, int], None]
"""Called with the captures done and how many there are."""

SOFTWARE = f"newsarchive/{__version__}"

_BATCH = 500
_NO_TIME = datetime(1980, 1, 1, tzinfo=UTC)
_NAMES = uuid.UUID("b1f7fbb6-5a0e-4e5c-8b3d-7f0d8e5ad0c4")


@dataclass(slots=True)
class Chosen:
    """The captures that are exported: their ids, when the newest was made, and a name for all of them together, which
    is the same for the same. `damaged` gets those whose record is not there as it should be."""

    ids: set[int] = field(default_factory=set)
    newest: datetime = _NO_TIME
    damaged: list[Capture] = field(default_factory=list)
    _records: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def record_id(self) -> str:
        """A WARC-Record-ID for what begins the excerpt."""
        return f"<urn:uuid:{uuid.uuid5(_NAMES, self._records.hexdigest())}>"

    def add(self, capture_id: int, captured_at: datetime, record_id: str) -> None:
        """One more; of no effect where it is there."""
        if capture_id not in self.ids:
            self.ids.add(capture_id)
            self.newest = max(self.newest, captured_at)
            self._records.update(record_id.encode())


def choose(store: Store, article_ids: Sequence[int]) -> Chosen:
    """The captures of articles."""
    chosen = Chosen()
    for start in range(0, len(article_ids), _BATCH):
        for found in store.captures_of_articles(article_ids[start : start + _BATCH]):
            chosen.add(*found)
    return chosen


def members(
    store: Store, directory: Path, chosen: Chosen, description: str, progress: Progress | None = None
) -> Iterator[tuple[bytes, Capture | None]]:
    """The gzip members of a WARC file of them, one by one, each with the capture that it is: a warcinfo of its own,
    then the records in the order in which they were kept. What a revisit refers to comes along, at the end, though it
    be no capture of these articles."""
    yield excerpt_info(SOFTWARE, description, chosen.newest, chosen.record_id), None
    done, wanted = 0, set(chosen.ids)
    while wanted:
        further = set[int]()
        for found in _records(store, directory, wanted, chosen.damaged):
            yield found.packed, found.capture
            if not found.capture:
                continue
            done += 1
            if progress:
                progress(done, len(chosen.ids))
            original = store.capture_of_record(found.refers_to) if found.capture.kind == "revisit" else None
            if original and original.id not in chosen.ids:
                further.add(original.id)
        chosen.ids |= further
        wanted = further


def _records(
    store: Store, directory: Path, wanted: Collection[int], damaged: list[Capture]
) -> Iterator[Excerpt]:
    for file in store.warc_files():
        spans = store.spans_in(file.name)
        about = {capture.record_id for _, capture in _places(store, file.name, spans, wanted) if capture}
        if not about:
            continue
        places = _places(store, file.name, spans, wanted)
        try:
            yield from excerpt(directory, file.name, places, about, damaged.append)
        except WarcError:  # the file cannot be read
            damaged += (capture for _, capture in _places(store, file.name, spans, wanted) if capture)


def _places(
    store: Store, name: str, spans: Sequence[Span], wanted: Collection[int]
) -> Iterator[tuple[RecordPlace, Capture | None]]:
    """The places of captures in a file, with those that are wanted."""
    for start in range(0, len(spans), _BATCH):
        batch = spans[start : start + _BATCH]
        found = store.captures([span.capture_id for span in batch if span.capture_id in wanted])
        for span in batch:
            yield RecordPlace(name, span.offset, span.length), found.get(span.capture_id)
