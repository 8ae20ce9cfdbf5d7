"""Articles that come again and again, in one commit and in several, and across merges; and ranges of days and numbers:
what is found is what stock Whoosh finds that followed the same commits, and is worth what it is there."""

from __future__ import annotations

import runpy
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import querytree as tree
from index.engine import open_engine
from index.model import SearchRequest
from index.query import parse
from index.querytext import query_text
from index.whoosh_engine import WhooshEngine

oracle = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_oracle.py"))))
tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))

WORDS = ("vote", "votes", "voter", "rain", "rains", "grain", "x1")
DAYS = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 1, 1)]
FAR = (timezone(timedelta(hours=13)), timezone(timedelta(hours=-11)), UTC)

some_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(tuple)
times = st.builds(
    lambda day, hour, zone: datetime(day.year, day.month, day.day, hour, 59, 59, tzinfo=zone),
    st.sampled_from(DAYS), st.sampled_from((0, 12, 23)), st.sampled_from(FAR),
)  # fmt: skip
docs = st.builds(
    oracle.Doc,
    title=some_words,
    paragraphs=st.lists(some_words, max_size=2).map(tuple),
    was=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    author=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    published=st.none() | times,
    edits=st.integers(0, 3),
    edited_at=times,
).map(lambda doc: doc if doc.edits else replace(doc, edited_at=None))

Commit = tuple[list[tuple[int, Any]], set[int]]
"""Articles by their ids, the last of several with one id counts, and ids that are taken out."""

keys = st.integers(1, 9)
commits = st.tuples(st.lists(st.tuples(keys, docs), max_size=9), st.sets(keys, max_size=2))
histories = st.lists(commits, min_size=2, max_size=6)

some_days = st.builds(
    lambda days, since, until: (days[0] if since else None, days[-1] if until else None),
    st.lists(st.sampled_from(DAYS), min_size=1, max_size=2).map(sorted), st.booleans(), st.booleans(),
).filter(any)  # fmt: skip
numbers = st.builds(
    lambda low, more: (low, None if more is None else low + more),
    st.integers(0, 4),
    st.none() | st.integers(0, 3),
)
words = st.builds(
    lambda word, exact: tree.Words((word,), word, exact=exact), st.sampled_from(WORDS), st.booleans()
)
phrases = st.lists(st.sampled_from(WORDS), min_size=2, max_size=2, unique=True).map(
    lambda some: tree.Words(tuple(some), " ".join(some), exact=True)
)
conditions = st.one_of(
    some_days.map(lambda some: tree.Days(*some)),
    some_days.map(lambda some: tree.Changed(*some)),
    numbers.map(lambda some: tree.Edits(*some)),
    numbers.map(lambda some: tree.WordCount(*some)),
    st.just(tree.Undated()),
)
nodes = st.recursive(
    st.one_of(words, words, phrases, st.just(tree.Pattern("vo*", "vo*")), conditions, conditions),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(tree.And),
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(tree.Or),
        inner.map(tree.Not),
    ),
    max_leaves=5,
)


def article(key: int, doc: Any, revision: int) -> Any:
    """The article that has the words of a document."""
    author = (" ".join(doc.author),) if doc.author else ()
    was = (" ".join(doc.was),) if doc.was else ()
    return tools.article(
        key, " ".join(doc.title), "\n\n".join(map(" ".join, doc.paragraphs)), authors=author, earlier_titles=was,
        published=doc.published, edits=doc.edits, edited_at=doc.edited_at, number=revision,
    )  # fmt: skip


class Follower:
    """Stock Whoosh, which follows the same commits with its own way to update, delete and merge."""

    def __init__(self) -> None:
        self._index = oracle.whoosh_index()

    def apply(self, latest: dict[int, Any], removed: set[int]) -> None:
        writer = self._index.writer()
        for key in removed:
            writer.delete_by_term("number", str(key))
        for key, doc in latest.items():
            writer.update_document(number=str(key), **oracle.whoosh_fields(doc))
        writer.commit()

    def found(self, node: tree.Node) -> set[int]:
        with self._index.searcher() as searcher:
            docs = [doc for _, doc in searcher.search(oracle.whoosh_query(node), limit=None).top_n]
            reader = searcher.reader()
            return {int(reader.stored_fields(doc)["number"]) for doc in docs if not reader.is_deleted(doc)}


@contextmanager
def followed(
    history: Sequence[Commit], many: int
) -> Iterator[tuple[WhooshEngine, Follower, dict[int, int], list[Any]]]:
    """An engine and stock Whoosh after the same commits; the revision that each article has at last; all documents by
    their revisions. More than `many` small segments are merged."""
    kept: list[Any] = [None]
    held: dict[int, int] = {}
    follower = Follower()
    with tempfile.TemporaryDirectory() as folder, patch("index.whoosh_engine.compaction.MANY", many):
        engine = open_engine(Path(folder) / "index")
        assert isinstance(engine, WhooshEngine)
        for checkpoint, (batch, removed) in enumerate(history, 1):
            first = len(kept)
            kept += [doc for _, doc in batch]
            articles = [article(key, doc, first + n) for n, (key, doc) in enumerate(batch)]
            engine.apply(articles, removed=removed, checkpoint=checkpoint)
            latest = {one.id: one.latest.number for one in articles if one.id not in removed}
            held = {key: revision for key, revision in held.items() if key not in removed} | latest
            follower.apply({key: kept[revision] for key, revision in latest.items()}, removed)
        yield engine, follower, held, kept
        engine.close()


def physical(engine: WhooshEngine, kept: Sequence[Any]) -> list[list[Any]]:
    """The documents of each segment as they lie there, deleted ones too: what words are worth depends on them."""
    segments = []
    for shelf in engine._snapshots.newest().shelves:
        revisions = shelf.segment.numbers("revision").tolist()
        live = [True] * len(revisions) if shelf.live is None else shelf.live.tolist()
        segments.append(
            [replace(kept[n], deleted=not alive) for n, alive in zip(revisions, live, strict=True)]
        )
    return segments


def ids(engine: WhooshEngine) -> list[int]:
    """By document, the id of its article."""
    return [
        key for shelf in engine._snapshots.newest().shelves for key in shelf.segment.numbers("id").tolist()
    ]


@settings(max_examples=40, deadline=None)
@given(histories, st.sampled_from((1, 2, 8)), st.lists(nodes, min_size=4, max_size=8))
def test_what_came_last_is_found_as_stock_whoosh_finds_it(
    history: list[Commit], many: int, asked: list[tree.Node]
) -> None:
    with followed(history, many) as (engine, follower, held, kept):
        assert engine.revisions() == held
        judge, keys_of = oracle.Oracle(physical(engine, kept)), ids(engine)
        for node in asked:
            text = query_text(node)
            read = parse(text, today=tools.NOW.date()).tree
            request = SearchRequest(text, page_size=100, facets=False, grouped=False, suggestions=False)
            results = engine.search(request, now=tools.NOW)
            assert {hit.id for hit in results.hits} == follower.found(read)
            assert results.total == len(results.hits)
            worth = {keys_of[doc]: score for doc, score in judge.found(oracle.whoosh_query(read)).items()}
            assert {hit.id: hit.score for hit in results.hits} == pytest.approx(worth, abs=1e-4)
