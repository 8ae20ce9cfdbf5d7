"""Writing: replacing documents in one commit, and putting an index together from parts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.index import FileIndex, LockError
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from archive.model import Article
from index.errors import IndexBusy
from index.generations import Generation, State, sync_directory
from index.schema import document, schema
from index.whoosh_engine.storage import INDEX, Codec, DurableStorage, damage_named, open_index

SMALL_SEGMENT = 250
MANY_SEGMENTS = 10
"""So many segments of fewer live documents are merged into one. Bigger ones are left alone: a merge costs
nearly as much as indexing anew, and a rebuild makes them anew anyway."""

MEMORY_MB = 128
SMALL_MEMORY_MB = 32
"""For a commit of a crawl: as fast as with four times as much (4,000 articles, 200 a commit), at half the peak."""


def create_index(generation: Generation, state: State) -> None:
    """An empty index in the folder of a generation; its state holds for commit 0."""
    generation.write_state(0, state)
    FileIndex.create(DurableStorage(generation.path), schema(), INDEX)


def last_commit(ix: FileIndex) -> int:
    """The number of the newest commit."""
    return int(ix.latest_generation())


@contextmanager
def writing(ix: FileIndex, folder: Path, *, memory_mb: int = MEMORY_MB) -> Iterator[SegmentWriter]:
    """A writer; the caller commits. What a killed writer left behind is taken away first. Postings beyond
    `memory_mb` are put aside on the disk while it writes."""
    shutil.rmtree(folder / f"{INDEX}.tmp", ignore_errors=True)
    for unnamed in folder.glob(f"_{INDEX}_*.toc.*"):
        unnamed.unlink()
    try:
        writer = SegmentWriter(ix, codec=Codec(), limitmb=memory_mb)  # type: ignore[no-untyped-call]  # Whoosh has no annotation
    except LockError:
        raise IndexBusy("Another process is writing this index; try again when it is done.") from None
    try:
        yield writer
    finally:
        if not writer.is_closed:
            writer.cancel()


def replace_documents(
    generation: Generation, articles: dict[int, Article], gone: set[int], checkpoint: int
) -> None:
    """Write articles in place of the documents with their ids and take out those of `gone`, in one commit
    with the checkpoint."""
    with writing(open_index(generation.path), generation.path, memory_mb=SMALL_MEMORY_MB) as writer:
        commit = int(writer.generation)
        state = generation.state(commit - 1)
        state.check_version()
        with writer.searcher() as searcher:
            deleted = sum(
                writer.delete_by_term("id", str(article_id), searcher=searcher)
                for article_id in (*articles, *gone)
            )
        for article in articles.values():
            writer.add_document(**document(article))
        documents = state.documents - deleted + len(articles)
        generation.write_state(commit, State(state.schema_version, checkpoint, documents))
        writer.commit(mergetype=_merge_small)
    generation.forget_states(commit)


def _merge_small(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    """Whoosh's hook for merging: the segments that stay; the others have been copied into the new one."""
    small = [segment for segment in segments if segment.doc_count() < SMALL_SEGMENT]
    if len(small) < MANY_SEGMENTS:
        return segments
    for segment in small:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in small]


def build_part(path: Path, articles: Iterable[Article]) -> int:
    """Write articles with distinct ids into an index of their own, of one segment, in a new folder. Returns
    how many."""
    path.mkdir(mode=0o700)
    count = 0
    ix = FileIndex.create(DurableStorage(path), schema(), INDEX)
    with writing(ix, path) as writer:
        for article in articles:
            writer.add_document(**document(article))
            count += 1
        writer.commit(merge=False)
    return count


def adopt_part(ix: FileIndex, path: Path, generation: Generation, state: State) -> None:
    """Move the segment of a part into the index of a generation, in one commit with its state."""
    segments = open_index(path)._segments()  # noqa: SLF001 (Whoosh lists segments in no public way)
    names = {segment.segment_id() for segment in segments}
    for file in path.iterdir():
        if file.name.split(".")[0] in names:
            file.replace(generation.path / file.name)
    sync_directory(generation.path)
    with writing(ix, generation.path) as writer:
        commit = int(writer.generation)
        generation.write_state(commit, state)
        writer.commit(mergetype=lambda _writer, present: [*present, *segments])
    generation.forget_states(commit)
    shutil.rmtree(path)


def unfound(ix: FileIndex, documents: int, *, sample: int) -> str:
    """What is wrong with an index that must hold so many documents, "" where it is whole: they are counted,
    and some, spread evenly, are looked for by their ids. `DamagedIndex` where it cannot be read."""
    with damage_named(), ix.searcher() as searcher:
        count = searcher.doc_count()
        if count != documents:
            return f"{count:,} documents instead of {documents:,}"
        for doc in range(0, count, max(1, count // sample)):
            article_id = searcher.stored_fields(doc)["stored"]["id"]
            if searcher.document_number(id=str(article_id)) != doc:
                return f"article {article_id} is not found"
    return ""
