"""Writing: replacing documents in one commit, merging segments, and putting an index together from parts.

A commit is a new table of contents of Whoosh, which names the segments and what is deleted in each. Everything that
it names is on disk before it; what no table names is taken away by the next commit.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from whoosh.index import TOC, FileIndex, clean_files

from archive.model import Article
from index.errors import IndexBusy
from index.generations import Generation, State, sync_directory
from index.schema import schema
from index.whoosh_engine.arrays import Ints, SegmentArrays
from index.whoosh_engine.codec import (
    ArraySegment,
    FileSegment,
    Sample,
    open_segment,
    segment_path,
    write_segment,
)  # fmt: skip
from index.whoosh_engine.codec.records import Mask
from index.whoosh_engine.compaction import Size, to_merge
from index.whoosh_engine.inverting import invert
from index.whoosh_engine.memory import give_back
from index.whoosh_engine.merging import Source, merged
from index.whoosh_engine.storage import INDEX, DurableStorage, damage_named, open_index

Choose = Callable[[Sequence[Size]], list[int]]


def create_index(generation: Generation, state: State) -> None:
    """An empty index in the folder of a generation; its state holds for commit 0."""
    generation.write_state(0, state)
    FileIndex.create(DurableStorage(generation.path), schema(), INDEX)


def last_commit(ix: FileIndex) -> int:
    """The number of the newest commit."""
    return int(ix.latest_generation())


@dataclass(slots=True)
class Draft:
    """What the next commit will hold; made by `writing`."""

    generation: Generation
    storage: DurableStorage
    commit_number: int
    segments: list[ArraySegment]
    _opened: dict[str, FileSegment] = field(default_factory=dict)

    def state(self) -> State:
        """What held after the last commit."""
        return self.generation.state(self.commit_number - 1)

    def add(self, arrays: SegmentArrays) -> None:
        """Write a segment."""
        self.segments.append(write_new(self.storage, arrays, self.sample()))

    def sample(self) -> Sample | None:
        """What the texts of a new segment are packed beside, so that it is merged cheaply: the sample of the largest
        segment that it will be merged with."""
        growing = [segment for segment in self.segments if self._size(segment).is_small]
        largest = max(growing, key=ArraySegment.doc_count_all, default=None)
        return self._open(largest).sample if largest else None

    def delete(self, ids: Collection[int]) -> int:
        """Delete the documents of these articles; returns how many. A segment with nothing left goes."""
        count = 0
        wanted = np.array(sorted(ids), np.int64)
        for segment in self.segments:
            for doc in self._holding(segment, wanted).tolist():
                if not segment.is_deleted(doc):
                    segment.delete_document(doc)
                    count += 1
        self.segments = [segment for segment in self.segments if segment.doc_count()]
        return count

    def holders(self, ids: Collection[int]) -> list[ArraySegment]:
        """The segments in whose files one of these articles stands, deleted or not, or a piece of its text in the
        sample."""
        wanted = np.array(sorted(ids), np.int64)
        return [
            segment
            for segment in self.segments
            if len(self._holding(segment, wanted))
            or not set(ids).isdisjoint(self._open(segment).sample.articles)
        ]

    def merge(self, chosen: Collection[ArraySegment]) -> None:
        """Put one segment in the place of these, without their deleted documents. One alone gets a sample of its own:
        nothing is left of what is gone."""
        arrays = merged(
            [
                Source(open_segment(self.storage, segment.segment_id()).arrays(), live(segment))
                for segment in chosen
            ]
        )
        if arrays.size:
            sample = self.sample() if len(chosen) > 1 else None
            self.segments.append(write_new(self.storage, arrays, sample))
        del arrays
        give_back()
        self.segments = [segment for segment in self.segments if segment not in chosen]

    def commit(self, state: State) -> None:
        """Make it what is read, with this state. After it another one can be made."""
        self.generation.write_state(self.commit_number, state)
        TOC(schema(), self.segments, self.commit_number).write(self.storage, INDEX)
        clean_files(self.storage, INDEX, self.commit_number, self.segments)
        self.generation.forget_states(self.commit_number)
        self.commit_number += 1
        named = {segment.segment_id() for segment in self.segments}
        self._opened = {name: file for name, file in self._opened.items() if name in named}

    def tidy(self, choose: Choose = to_merge) -> None:
        """Merge what should be one segment, in commits of their own: the documents stay, and so does the state."""
        while numbers := choose([self._size(segment) for segment in self.segments]):
            self.merge([self.segments[number] for number in numbers])
            self.commit(self.state())

    def _size(self, segment: ArraySegment) -> Size:
        body = self._open(segment).field("body_exact")
        return Size(segment.doc_count_all(), segment.deleted_count(), body.total if body else 0)

    def _holding(self, segment: ArraySegment, ids: Ints) -> Ints:
        return np.flatnonzero(np.isin(self._open(segment).numbers("id"), ids))

    def _open(self, segment: ArraySegment) -> FileSegment:
        name = segment.segment_id()
        if name not in self._opened:
            with damage_named():
                self._opened[name] = open_segment(self.storage, name)
        return self._opened[name]


@contextmanager
def writing(generation: Generation) -> Iterator[Draft]:
    """Hold the index of a generation for writing; what is not committed is as if it had never been. `IndexBusy` where
    somebody else writes it."""
    ix = open_index(generation)
    lock = ix.lock("WRITELOCK")
    if not lock.acquire():
        raise IndexBusy("Another process is writing this index; try again when it is done.")
    try:
        for unnamed in generation.path.glob(f"_{INDEX}_*.toc.*"):
            unnamed.unlink()
        toc = TOC.read(ix.storage, INDEX, schema=schema())
        yield Draft(generation, DurableStorage(generation.path), toc.generation + 1, list(toc.segments))
    finally:
        lock.release()


def replace_documents(
    generation: Generation, articles: dict[int, Article], gone: set[int], checkpoint: int
) -> None:
    """Write articles in place of the documents with their ids and take out those of `gone`, in one commit
    with the checkpoint; then merge, where there are many small segments."""
    with writing(generation) as draft:
        state = draft.state()
        state.check_version()
        deleted = draft.delete({*articles, *gone})
        if articles:
            draft.add(invert(articles.values()))
        documents = state.documents - deleted + len(articles)
        draft.commit(State(state.schema_version, checkpoint, documents))
        draft.tidy()


def erase_documents(generation: Generation, ids: Collection[int]) -> None:
    """Take these articles out, and write anew each segment in whose file one of them stands: no file names them, or
    has a word of theirs, any more."""
    with writing(generation) as draft:
        state = draft.state()
        state.check_version()
        documents = state.documents - draft.delete(ids)
        for segment in draft.holders(ids):
            draft.merge([segment])
        draft.commit(replace(state, documents=documents))


def write_new(storage: DurableStorage, arrays: SegmentArrays, sample: Sample | None) -> ArraySegment:
    """Write a segment under a name of its own."""
    segment = ArraySegment(INDEX, arrays.size)
    write_segment(storage, segment.segment_id(), arrays, sample)
    return segment


def live(segment: ArraySegment) -> Mask:
    """The documents that are not deleted."""
    mask = np.ones(segment.doc_count_all(), bool)
    mask[list(segment.deleted_docs())] = False
    return mask


def build_part(path: Path, articles: Iterable[Article], sample: Sample | None) -> ArraySegment:
    """Write articles with distinct ids into a segment in a new folder; `sample` as in `Draft.sample`."""
    path.mkdir(mode=0o700)
    segment = write_new(DurableStorage(path), invert(articles), sample)
    give_back()
    return segment


def adopt_part(draft: Draft, path: Path, segment: ArraySegment, state: State) -> None:
    """Move the segment of a part into the index of a generation, in one commit with its state."""
    name = segment.segment_id()
    segment_path(DurableStorage(path), name).replace(segment_path(draft.storage, name))
    sync_directory(draft.generation.path)
    draft.segments.append(segment)
    draft.commit(state)
    shutil.rmtree(path)


def unfound(generation: Generation, documents: int, *, sample: int) -> str:
    """What is wrong with an index that must hold so many documents, "" where it is whole: all of it is read, its
    documents are counted, and some, spread evenly, are looked for by their ids. `DamagedIndex` where it cannot be
    read."""
    with damage_named(), writing(generation) as draft:
        count = sum(segment.doc_count() for segment in draft.segments)
        if count != documents:
            return f"{count:,} documents instead of {documents:,}"
        files = [open_segment(draft.storage, segment.segment_id()) for segment in draft.segments]
        masks = [live(segment) for segment in draft.segments]
        held = (file.numbers("id")[mask] for file, mask in zip(files, masks, strict=True))
        ids: Ints = np.concatenate([np.zeros(0, np.int64), *held])
        if len(np.unique(ids)) < len(ids):
            return "an article is there twice"
        for file in files:
            file.check()
            if missing := _not_found(file, max(1, count // sample)):
                return f"article {missing} is not found"
    return ""


def _not_found(file: FileSegment, step: int) -> int:
    """The id of a document, of every so many, that is not found by it; 0 where all are."""
    keys = file.field("id")
    for doc in range(0, file.size, step):
        article_id = int(file.numbers("id")[doc])
        number = keys.find(str(article_id).encode()) if keys else -1
        if keys is None or number < 0 or keys.docs(number).tolist() != [doc]:
            return article_id
    return 0
