"""A new generation beside the old: filled in chunks, verified, then served. The old one is never opened.

A chunk is a segment, built in a folder of its own (by other processes where asked for), which is then adopted in one
commit, together with the id up to which articles are in. So a rebuild that was killed goes on after its last commit,
and memory holds a chunk at a time. Chunks that fill a big segment are merged into one on the way.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from pathlib import Path

from archive.model import Article
from index import generations
from index.engine import Progress, ReadArticles
from index.errors import DamagedIndex, IndexProblem, OldIndex, RebuildFailed
from index.generations import Generation, State
from index.model import IndexStatus
from index.schema import SCHEMA_VERSION
from index.whoosh_engine.codec import ArraySegment, Sample
from index.whoosh_engine.compaction import Size, filling_one
from index.whoosh_engine.storage import damage_named, open_index
from index.whoosh_engine.writer import (
    Draft,
    adopt_part,
    build_part,
    create_index,
    erase_documents,
    last_commit,
    unfound,
    writing,
)  # fmt: skip

CHUNK = 4_096
MOST_CHARACTERS = 12_000_000
"""Articles in a commit, and characters of their texts: what a killed rebuild repeats, and what each process holds in
memory."""

_SAMPLE = 20

Build = Callable[[Path, list[Article], Sample | None], "Future[ArraySegment]"]


def rebuild(
    directory: Path,
    read: ReadArticles,
    *,
    checkpoint: int,
    total: int,
    processes: int = 1,
    progress: Progress = lambda _done: None,
) -> IndexStatus:
    """Build a new generation from all articles and serve it.

    `checkpoint` is the sequence of the change log before `read` was first called, `total` the number of
    articles at that time: fewer are a failure. A rebuild that was interrupted goes on, and then its own older
    checkpoint holds; what changed since is for the next `apply`, which the status returned tells. The
    generation that was served before is kept until the next rebuild.

    Errors: `IndexBusy` while another one runs, `RebuildFailed` where the new generation is not as it must be
    (the old one goes on serving), OSError where the disk refuses.
    """
    generations.prepare(directory)
    with generations.locked(directory, "building"):
        generation, state = _start(directory, checkpoint)
        with generations.locked(generation.path, "writing"):
            try:
                state = _fill(generation, state, read, processes, progress)
                problem = _problem(generation, state, total)
            except DamagedIndex:
                problem = "The new index cannot be read"
            if problem:
                generations.remove(generation)  # else the next rebuild would go on with it
                raise RebuildFailed(f"{problem}; the old one goes on serving.")
            served = _served(directory)
            generation.write_state(last_commit(open_index(generation)), replace(state, last_id=None))
            generations.switch(directory, generation)
        for old in generations.all_generations(directory):
            if old.number not in (generation.number, served):
                generations.remove(old)
    return IndexStatus(state.documents, generation.number, state.checkpoint)


def forget(directory: Path, ids: Collection[int]) -> None:
    """Take articles out for good: when it returns, no file of the index holds anything of them. Only the segments
    that did are written anew. Errors: `NoIndex`, `OldIndex`, `DamagedIndex`, where only a rebuild helps; `IndexBusy`.
    """
    served = generations.current(directory)
    with generations.locked(served.path, "writing"), damage_named():
        erase_documents(served, ids)
    forget_unserved(directory)


def forget_unserved(directory: Path) -> None:
    """Take away every generation but the one that is served: nothing is left of what is not in that. IndexBusy while
    somebody builds one."""
    with generations.locked(directory, "building"):
        served = _served(directory)
        for old in generations.all_generations(directory):
            if old.number != served:
                generations.remove(old)


def _served(directory: Path) -> int | None:
    """The number of the generation that is served now."""
    try:
        return generations.current(directory).number
    except IndexProblem:
        return None


def _start(directory: Path, checkpoint: int) -> tuple[Generation, State]:
    """The generation to fill: one that an interrupted rebuild has left, else a new one."""
    served = _served(directory) or 0
    unserved = [g for g in generations.all_generations(directory) if g.number > served]
    for generation in reversed(unserved):
        state = _state_of(generation)
        if state and state.schema_version == SCHEMA_VERSION and state.last_id is not None:
            return generation, state
    for generation in unserved:
        generations.remove(generation)
    generation = generations.create(directory)
    state = State(SCHEMA_VERSION, checkpoint, documents=0, last_id=0)
    create_index(generation, state)
    return generation, state


def _state_of(generation: Generation) -> State | None:
    """The state of its last commit, None where it cannot be read."""
    try:
        return generation.state(last_commit(open_index(generation)))
    except (DamagedIndex, OldIndex, FileNotFoundError):
        return None


def _fill(
    generation: Generation, state: State, read: ReadArticles, processes: int, progress: Progress
) -> State:
    """Adopt all chunks in the order of their ids; the state of the last commit."""
    for leftover in generation.path.glob("part-*"):
        shutil.rmtree(leftover)
    progress(state.documents)
    with _builder(processes) as build, writing(generation) as draft:
        for part in _parts(draft, read(state.last_id or 0), build, ahead=processes):
            segment = part.segment.result()
            state = replace(state, documents=state.documents + segment.doc_count(), last_id=part.last_id)
            adopt_part(draft, part.path, segment, state)
            draft.tidy(_full)
            progress(state.documents)
        draft.tidy(_rest)
    return state


def _full(sizes: Sequence[Size]) -> list[int]:
    return filling_one(sizes, at_last=False)


def _rest(sizes: Sequence[Size]) -> list[int]:
    return filling_one(sizes, at_last=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """A chunk that is being built in a folder of its own."""

    path: Path
    last_id: int
    segment: Future[ArraySegment]


def _parts(draft: Draft, articles: Iterable[Article], build: Build, *, ahead: int) -> Iterator[_Part]:
    """The chunks in order; as many are being built at once as there are processes."""
    remaining = iter(articles)
    started: deque[_Part] = deque()
    while chunk := _chunk(remaining):
        last_id = chunk[-1].id
        path = draft.generation.path / f"part-{last_id}"
        started.append(_Part(path, last_id, build(path, chunk, draft.sample())))
        del chunk  # else it would be held while segments are merged
        if len(started) >= ahead:
            yield started.popleft()
    yield from started


def _chunk(remaining: Iterator[Article]) -> list[Article]:
    """The next articles."""
    chunk: list[Article] = []
    characters = 0
    while len(chunk) < CHUNK and characters < MOST_CHARACTERS and (article := next(remaining, None)):
        chunk.append(article)
        characters += len(article.latest.text)
    return chunk


@contextmanager
def _builder(processes: int) -> Iterator[Build]:
    """What builds a part: this process, or others. They end with this one, however it ends."""
    if processes <= 1:
        yield _build_here
        return
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent)
    try:
        yield lambda *part: executor.submit(build_part, *part)
    except BrokenProcessPool as error:
        raise RebuildFailed(
            "A process that built the new index died; the old one goes on serving."
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


def _build_here(path: Path, chunk: list[Article], sample: Sample | None) -> Future[ArraySegment]:
    built: Future[ArraySegment] = Future()
    built.set_result(build_part(path, chunk, sample))
    return built


def _end_with_parent() -> None:
    """In a process that builds: end at once on Ctrl-C, and when the parent is gone, even killed."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _problem(generation: Generation, state: State, total: int) -> str:
    """What is wrong with a new generation as it stands on disk, "" where it is as it must be."""
    if state.documents < total:
        return f"Only {state.documents:,} of {total:,} articles were read"
    missing = unfound(generation, state.documents, sample=_SAMPLE)
    return f"The new index is not whole ({missing})" if missing else ""
