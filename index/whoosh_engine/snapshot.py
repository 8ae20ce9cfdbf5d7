"""One commit of one generation, as it is searched. All of it is arrays that nobody writes to: threads share it, and
it stays what it is while a writer makes the next one."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from index import generations
from index.errors import DamagedIndex
from index.generations import Generation, State
from index.whoosh_engine.codec import open_segment
from index.whoosh_engine.columns import Columns
from index.whoosh_engine.shelves import Mask, Shelf, Shelves
from index.whoosh_engine.storage import damage_named, open_index

_TRIES = 100
_SETTLED = 100_000_000
"""Nanoseconds after which a folder that changes again has another time stamp: file systems count in ticks."""

Stamp = tuple[int, ...]


class Snapshot:
    """What a commit holds."""

    def __init__(self, generation: Generation, commit: int, state: State, shelves: Shelves) -> None:
        self.generation = generation
        self.commit = commit
        self.state = state
        self.shelves = shelves

    @cached_property
    def columns(self) -> Columns:
        """The columns of all its segments."""
        return Columns(self.shelves)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A snapshot, the folder of its generation, and the time stamps of the files when it was known to be the newest;
    None where a change could have left them as they were."""

    snapshot: Snapshot
    folder: str
    stamp: Stamp | None


class Snapshots:
    """Hands out the newest commit of the generation that is served."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._pointer = str(directory / generations.CURRENT)
        self._lock = threading.Lock()
        self._seen: _Seen | None = None

    def newest(self) -> Snapshot:
        """The newest commit. `NoIndex`, `DamagedIndex`."""
        seen = self._seen
        if seen is not None and seen.stamp is not None and seen.stamp == self._stamp(seen.folder):
            return seen.snapshot
        with self._lock:
            return self._look()

    def close(self) -> None:
        """Let go of the files, once no search uses them any more."""
        with self._lock:
            self._seen = None

    def _stamp(self, folder: str) -> Stamp | None:
        """What changes with every switch and every commit; `folder` is that of the generation. Each search asks for
        it: paths would make it a fifth slower, or a quarter where they are not in the processor's caches."""
        try:
            pointer, commits = os.stat(self._pointer), os.stat(folder)  # noqa: PTH116
        except OSError:
            return None
        return pointer.st_ino, pointer.st_mtime_ns, commits.st_ino, commits.st_mtime_ns

    def _look(self) -> Snapshot:
        for _ in range(_TRIES):
            generation = generations.current(self._directory)
            folder = str(generation.path)
            stamp = self._stamp(folder)
            if stamp is not None and time.time_ns() - max(stamp[1], stamp[3]) < _SETTLED:
                stamp = None
            try:
                with damage_named():
                    snapshot = self._open(generation, open_index(generation))
            except DamagedIndex as error:
                if isinstance(error.__cause__, FileNotFoundError):  # a writer was faster: look again
                    continue
                raise
            if snapshot is not None:
                self._seen = _Seen(snapshot, folder, stamp)
                return snapshot
        raise DamagedIndex("The index changes too fast to be read, or files of it are missing.")

    def _open(self, generation: Generation, index: FileIndex) -> Snapshot | None:
        """The last commit; None where a writer was faster."""
        commit = int(index.latest_generation())
        seen = self._seen.snapshot if self._seen is not None else None
        if seen is not None and seen.generation != generation:
            seen = None
        if seen is not None and seen.commit == commit:
            return seen
        try:
            state = generation.state(commit)
        except FileNotFoundError:
            return None
        state.check_version()
        segments = index._segments()  # noqa: SLF001 (Whoosh lists segments in no public way)
        if index.latest_generation() != commit:
            return None
        return Snapshot(
            generation, commit, state, _shelves(cast("FileStorage", index.storage), segments, seen)
        )


def _shelves(storage: FileStorage, segments: list[Segment], before: Snapshot | None) -> Shelves:
    """The segments of a commit; those that the commit before had are taken over with what was made of them."""
    known = {shelf.segment.name: shelf for shelf in before.shelves} if before is not None else {}
    shelves = []
    base = 0
    for segment in segments:
        name = segment.segment_id()
        old = known.get(name)
        if old is None:
            shelf = Shelf(open_segment(storage, name), base, _live(segment))
        else:
            shelf = Shelf(old.segment, base, _live(segment), old.derived)
        shelves.append(shelf)
        base += shelf.segment.size
    return Shelves(shelves, before.shelves.numberings if before is not None else None)


def _live(segment: Segment) -> Mask | None:
    """Which documents are not deleted; None where none is."""
    deleted = list(segment.deleted_docs())
    if not deleted:
        return None
    live = np.ones(segment.doc_count_all(), bool)
    live[deleted] = False
    return live
