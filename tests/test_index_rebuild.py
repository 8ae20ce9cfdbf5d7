"""A rebuild: a new generation beside the old, switched when it is whole; and searching while it happens."""

from __future__ import annotations

import gc
import runpy
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.model import Article
from index import generations
from index.engine import Engine, ReadArticles, open_engine
from index.errors import IndexBusy, OldIndex, RebuildFailed
from index.model import SearchRequest
from index.rebuild import forget, rebuild
from index.schema import SCHEMA_VERSION
from index.whoosh_engine import snapshot
from index.whoosh_engine.storage import damage_named

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
article, NOW = tools.article, tools.NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    engine = open_engine(folder)
    yield engine
    engine.close()


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.rebuild.CHUNK", 3)


def some(count: int, word: str = "word") -> list[Article]:
    return [article(n, f"Title {n}", word) for n in range(1, count + 1)]


def reading(articles: list[Article]) -> ReadArticles:
    return lambda last: iter([one for one in articles if one.id > last])


def breaking_at(articles: list[Article], article_id: int) -> ReadArticles:
    """Reads up to an article, then fails as a lost disk would."""

    def read(last: int) -> Iterator[Article]:
        for one in articles:
            if one.id > last:
                if one.id == article_id:
                    raise OSError("the disk is gone")
                yield one

    return read


def ids(engine: Engine, text: str = "") -> set[int]:
    return {hit.id for hit in engine.search(SearchRequest(text, page_size=100), now=NOW).hits}


def numbers(folder: Path) -> list[int]:
    return [generation.number for generation in generations.all_generations(folder)]


def test_a_first_rebuild_makes_the_index(folder: Path, engine: Engine) -> None:
    status = rebuild(folder, reading(some(5)), checkpoint=9, total=5)
    assert (status.documents, status.generation, status.checkpoint) == (5, 1, 9)
    assert engine.status() == status
    assert ids(engine, "word") == {1, 2, 3, 4, 5}


def test_an_archive_without_articles_makes_an_empty_index(folder: Path, engine: Engine) -> None:
    assert rebuild(folder, reading([]), checkpoint=0, total=0).documents == 0
    assert ids(engine) == set()


def test_the_generation_before_is_kept_until_the_next_rebuild(folder: Path, engine: Engine) -> None:
    engine.apply(some(2, "first"), checkpoint=1)
    rebuild(folder, reading(some(3, "second")), checkpoint=2, total=3)
    assert numbers(folder) == [1, 2]
    assert ids(engine, "first") == set()
    rebuild(folder, reading(some(4, "third")), checkpoint=3, total=4)
    assert numbers(folder) == [2, 3]
    assert ids(engine, "third") == {1, 2, 3, 4}


def test_the_old_index_is_not_needed(folder: Path, engine: Engine) -> None:
    engine.apply(some(2), checkpoint=1)
    engine.close()
    for path in generations.current(folder).path.iterdir():
        path.write_bytes(b"garbage")
    rebuild(folder, reading(some(3)), checkpoint=2, total=3)
    assert ids(engine) == {1, 2, 3}


def test_a_garbled_pointer_is_replaced(folder: Path, engine: Engine) -> None:
    engine.apply(some(2), checkpoint=1)
    (folder / "CURRENT").write_text("garbage")
    rebuild(folder, reading(some(3)), checkpoint=2, total=3)
    assert ids(engine) == {1, 2, 3}
    assert engine.status().checkpoint == 2


@pytest.mark.usefixtures("small_chunks")
def test_progress_counts_articles(folder: Path) -> None:
    seen: list[int] = []
    rebuild(folder, reading(some(8)), checkpoint=1, total=8, progress=seen.append)
    assert seen == [0, 3, 6, 8]


@pytest.mark.usefixtures("small_chunks")
def test_several_processes_give_the_same_answers(folder: Path, tmp_path: Path, engine: Engine) -> None:
    batch = [
        article(n, f"Title {n % 4}", f"words {'more ' * (n % 5)}", authors=(f"A {n % 3}",))
        for n in range(1, 15)
    ]
    rebuild(folder, reading(batch), checkpoint=1, total=14, processes=2)
    alone = open_engine(tmp_path / "alone")
    rebuild(tmp_path / "alone", reading(batch), checkpoint=1, total=14)
    for text in ("", "words more", "title:3"):
        one, other = (e.search(SearchRequest(text, page_size=100), now=NOW) for e in (engine, alone))
        assert (one.hits, one.facets) == (other.hits, other.facets)
    alone.close()


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("processes", [1, 2])
def test_an_interrupted_rebuild_goes_on_with_its_own_checkpoint(
    folder: Path, engine: Engine, processes: int
) -> None:
    engine.apply(some(2, "old"), checkpoint=3)
    with pytest.raises(OSError, match="the disk is gone"):
        rebuild(folder, breaking_at(some(9), 8), checkpoint=4, total=9, processes=processes)
    assert ids(engine, "old") == {1, 2}
    asked_after: list[int] = []

    def read(last: int) -> Iterator[Article]:
        asked_after.append(last)
        return iter([one for one in some(9) if one.id > last])

    status = rebuild(folder, read, checkpoint=8, total=9)
    assert asked_after == [6] if processes == 1 else asked_after[0] in (3, 6)
    assert (status.documents, status.checkpoint, status.generation) == (9, 4, 2)
    assert ids(engine) == set(range(1, 10))


@pytest.mark.usefixtures("small_chunks")
def test_what_another_version_has_left_is_not_gone_on_with(folder: Path, engine: Engine) -> None:
    with pytest.raises(OSError, match="the disk is gone"):
        rebuild(folder, breaking_at(some(9), 8), checkpoint=4, total=9)
    for path in folder.glob("gen-1/state-*.json"):
        path.write_text(
            path.read_text().replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 0')
        )
    assert rebuild(folder, reading(some(9)), checkpoint=8, total=9).checkpoint == 8
    assert ids(engine) == set(range(1, 10))


def test_too_few_articles_are_a_failure_and_the_old_index_serves_on(folder: Path, engine: Engine) -> None:
    engine.apply(some(2, "old"), checkpoint=1)
    with pytest.raises(RebuildFailed, match="Only 3 of 5 articles"):
        rebuild(folder, reading(some(3)), checkpoint=2, total=5)
    assert ids(engine, "old") == {1, 2}


def test_a_new_index_that_is_not_whole_is_not_served(
    folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.apply(some(2, "old"), checkpoint=1)
    twice = [*some(3), article(3, "again")]
    monkeypatch.setattr("index.rebuild.CHUNK", 2)
    with pytest.raises(RebuildFailed, match="an article is there twice"):
        rebuild(folder, reading(twice), checkpoint=2, total=3)
    assert ids(engine, "old") == {1, 2}
    assert rebuild(folder, reading(some(3)), checkpoint=2, total=3).documents == 3
    assert ids(engine) == {1, 2, 3}


# Whoosh leaves the file that it failed to read to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("small_chunks")
def test_what_is_damaged_is_not_gone_on_with_for_ever(folder: Path, engine: Engine) -> None:
    engine.apply(some(2, "old"), checkpoint=1)
    with pytest.raises(OSError, match="the disk is gone"):
        rebuild(folder, breaking_at(some(9), 8), checkpoint=4, total=9)
    for path in folder.glob("gen-2/*.segment"):
        path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RebuildFailed, match="cannot be read"):
        rebuild(folder, reading(some(9)), checkpoint=5, total=9)
    assert ids(engine, "old") == {1, 2}
    assert rebuild(folder, reading(some(9)), checkpoint=6, total=9).checkpoint == 6
    assert ids(engine) == set(range(1, 10))
    gc.collect()


def test_an_index_of_another_version_is_told_from_a_damaged_one(folder: Path, engine: Engine) -> None:
    """Its table of contents may name what is not there any more: it is not read."""
    engine.apply(some(2), checkpoint=1)
    engine.close()
    path = generations.current(folder).path
    for file in path.glob("*.toc"):
        file.write_bytes(b"pickled classes of long ago")
    state = path / "state-1.json"
    state.write_text(state.read_text().replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 2'))
    with pytest.raises(OldIndex):
        open_engine(folder).status()
    with pytest.raises(OldIndex):
        engine.apply(some(3), checkpoint=2)
    assert rebuild(folder, reading(some(3)), checkpoint=2, total=3).documents == 3


def test_one_rebuild_at_a_time(folder: Path, engine: Engine) -> None:
    engine.apply(some(2), checkpoint=1)
    with generations.locked(folder, "building"), pytest.raises(IndexBusy, match="building"):
        rebuild(folder, reading(some(2)), checkpoint=1, total=2)


def test_what_was_left_behind_is_cleaned(folder: Path, engine: Engine) -> None:
    engine.apply(some(2), checkpoint=1)
    path = generations.current(folder).path
    (path / "MAIN_0123456789abcdef.segment").touch()
    (path / "_MAIN_2.toc.123").touch()
    engine.apply(some(3), checkpoint=2)
    left = {one.name for one in path.iterdir()}
    assert not left & {"MAIN_0123456789abcdef.segment", "_MAIN_2.toc.123"}
    assert ids(engine) == {1, 2, 3}


def test_changes_during_a_rebuild_are_caught_up_afterwards(folder: Path, engine: Engine) -> None:
    engine.apply(some(4), checkpoint=4)

    def read(last: int) -> Iterator[Article]:
        for one in some(4):
            if one.id == 3:
                engine.apply([article(1, "Revised", "word", number=2)], checkpoint=5)
            if one.id > last:
                yield one

    rebuild(folder, read, checkpoint=4, total=4)
    assert engine.status().checkpoint == 4
    assert ids(engine, "revised") == set()
    engine.apply([article(1, "Revised", "word", number=2)], checkpoint=5)
    assert ids(engine, "revised") == {1}
    assert engine.status().documents == 4


def test_what_is_forgotten_stands_in_no_file(folder: Path, engine: Engine) -> None:
    """Neither in segments, nor as a version that was replaced, nor in an older generation; the rest is left as it is."""
    rebuild(folder, reading(some(3, "zyzzyva")), checkpoint=1, total=3)
    rebuild(
        folder,
        reading([article(1, "Quixotry", "zyzzyva"), article(2, "Kept", "word")]),
        checkpoint=2,
        total=2,
    )
    engine.apply([article(3, "Other", "word")], checkpoint=3)
    engine.apply([article(1, "Revised", "word caziques")], checkpoint=4)
    untouched = {path.name for path in folder.glob("gen-2/*.segment") if b"other" in path.read_bytes()}
    assert untouched
    forget(folder, [1])
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not [
        path for path in files for word in (b"zyzzyva", b"quixotry", b"caziques") if word in path.read_bytes()
    ]
    assert untouched <= {path.name for path in files}
    assert numbers(folder) == [2]
    assert (engine.status().documents, engine.status().checkpoint, ids(engine)) == (2, 4, {2, 3})
    forget(folder, [1])
    assert ids(engine, "word") == {2, 3}


@pytest.mark.parametrize("opener", ["open_index", "open_segment"])
def test_a_commit_whose_files_are_gone_when_they_are_opened_is_looked_for_anew(
    folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch, opener: str
) -> None:
    """Another commit has taken their place in the meantime, and has taken them away."""
    engine.apply(some(2), checkpoint=1)
    real = getattr(snapshot, opener)
    missing = iter([True])

    def too_late(*arguments: object) -> object:
        if next(missing, False):
            with damage_named():
                raise FileNotFoundError("it was there a moment ago")
        return real(*arguments)

    monkeypatch.setattr(snapshot, opener, too_late)
    assert ids(open_engine(folder), "word") == {1, 2}


def search_until(done: threading.Event, engine: Engine) -> None:
    while not done.is_set():
        for text in ("word", "title", '"title 3"', "ti* -word"):
            results = engine.search(SearchRequest(text, page_size=100), now=NOW)
            shown = [hit.id for hit in results.hits]
            assert len(shown) == len(set(shown)) == results.total
            assert results.total == {'"title 3"': 1, "ti* -word": 0}.get(text, 10)


def write_revisions(engine: Engine) -> None:
    for n in range(1, 16):
        with suppress(IndexBusy):  # a rebuild has just begun to serve what it still holds
            engine.apply([article(m, f"Title {m}", "word", number=n) for m in (1, n % 9 + 2)], checkpoint=n)


def rebuild_often(folder: Path) -> None:
    for n in range(4):
        rebuild(folder, reading(some(10)), checkpoint=n, total=10)


@pytest.mark.usefixtures("small_chunks")
def test_threads_search_while_others_write_and_rebuild(folder: Path, engine: Engine) -> None:
    engine.apply(some(10), checkpoint=0)
    done = threading.Event()
    with ThreadPoolExecutor(6) as pool:
        searching = [pool.submit(search_until, done, engine) for _ in range(4)]
        working = [pool.submit(write_revisions, engine), pool.submit(rebuild_often, folder)]
        wait(working)
        done.set()
    for work in (*working, *searching):
        work.result()
