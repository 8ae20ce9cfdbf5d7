"""One commit of one generation, as it is searched: its columns, shared by threads, and searchers, never shared.

A request borrows a `Reading`. While it holds it, nothing that is written changes what it sees; a `Searcher` of
Whoosh is used by one thread at a time and never refreshed, since a refresh brings deleted documents back.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from index.errors import DamagedIndex
from index.generations import Generation, State, current
from index.whoosh_engine.codec import FileSegment, open_segment
from index.whoosh_engine.columns import Columns, Mask, join
from index.whoosh_engine.storage import DurableStorage, damage_named, open_index

Scores = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Document numbers with their scores."""

_REMEMBERED = 64  # each as long as its documents: up to a megabyte for 100,000 of them
_TRIES = 10


@dataclass(slots=True)
class Snapshot:
    """What a commit holds. `remembered` keeps what words found, the most recently used."""

    generation: Generation
    commit: int
    state: State
    columns: Columns
    segments: dict[str, FileSegment]
    idle: list[Searcher] = field(default_factory=list)
    remembered: OrderedDict[Hashable, Scores] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def segment_of(self, doc: int) -> tuple[FileSegment, int]:
        """The segment that holds a document, and its number there."""
        for segment in self.segments.values():
            if doc < segment.size:
                return segment, doc
            doc -= segment.size
        raise IndexError(doc)

    def recall(self, key: Hashable) -> Scores | None:
        """What was found before for this."""
        with self.lock:
            found = self.remembered.get(key)
            if found is not None:
                self.remembered.move_to_end(key)
            return found

    def remember(self, key: Hashable, found: Scores) -> None:
        """Keep what was found."""
        with self.lock:
            self.remembered[key] = found
            if len(self.remembered) > _REMEMBERED:
                self.remembered.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """A snapshot with a searcher of it that is ours alone."""

    snapshot: Snapshot
    searcher: Searcher


class Snapshots:
    """Hands out readings of the newest commit of the generation that is served."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._newest: Snapshot | None = None
        self._index: tuple[Generation, FileIndex] | None = None

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Borrow a reading of the newest commit. `NoIndex`, `DamagedIndex`."""
        reading = self._borrow()
        try:
            with damage_named():
                yield reading
        finally:
            self._give_back(reading)

    def close(self) -> None:
        """Close the idle searchers; borrowed ones are closed when they are given back."""
        with self._lock:
            self._retire()
            self._index = None

    def _borrow(self) -> Reading:
        with self._lock:
            for _ in range(_TRIES):
                generation, ix = self._open()
                with damage_named():
                    newest = self._newest
                    commit = ix.latest_generation()
                    if newest and newest.generation == generation and newest.commit == commit and newest.idle:
                        return Reading(newest, newest.idle.pop())
                    try:
                        state = generation.state(commit)
                    except FileNotFoundError:
                        continue  # a writer was faster: look again
                    searcher = Searcher(ix.reader(), weighting=BM25F())
                    if ix.latest_generation() != commit:
                        searcher.close()
                        continue
                return Reading(self._snapshot(generation, commit, state, searcher), searcher)
        raise DamagedIndex("The index changes too fast to be read.")

    def _open(self) -> tuple[Generation, FileIndex]:
        generation = current(self._directory)
        if self._index is None or self._index[0] != generation:
            ix = open_index(generation)
            self._index = generation, ix
        return self._index

    def _snapshot(self, generation: Generation, commit: int, state: State, searcher: Searcher) -> Snapshot:
        newest = self._newest
        if newest and newest.generation == generation and newest.commit == commit:
            return newest
        try:
            state.check_version()
            known = newest.segments if newest and newest.generation == generation else {}
            with damage_named():
                columns, segments = _read_columns(generation, searcher, known)
        except Exception:
            searcher.close()
            raise
        self._retire()
        self._newest = Snapshot(generation, commit, state, columns, segments)
        return self._newest

    def _retire(self) -> None:
        if self._newest:
            for searcher in self._newest.idle:
                searcher.close()
            self._newest.idle.clear()
        self._newest = None

    def _give_back(self, reading: Reading) -> None:
        with self._lock:
            if reading.snapshot is self._newest:
                self._newest.idle.append(reading.searcher)
            else:
                reading.searcher.close()


def _read_columns(
    generation: Generation, searcher: Searcher, known: dict[str, FileSegment]
) -> tuple[Columns, dict[str, FileSegment]]:
    storage = DurableStorage(generation.path)
    segments: dict[str, FileSegment] = {}
    live: list[Mask] = []
    for leaf, _offset in searcher.reader().leaf_readers():
        segment = leaf.segment()
        if segment is None:  # an index without documents
            continue
        name = segment.segment_id()
        segments[name] = known.get(name) or open_segment(storage, name)
        mask = np.ones(segment.doc_count_all(), bool)
        mask[list(segment.deleted_docs())] = False
        live.append(mask)
    return join(list(segments.values()), live), segments
