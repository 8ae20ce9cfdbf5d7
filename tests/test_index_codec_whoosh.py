"""Whoosh's own queries on our segments: stock Whoosh with the same documents finds the same, and scores it the same."""

from __future__ import annotations

import pickle
import runpy
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.analysis import RegexTokenizer
from whoosh.codec.base import Segment
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.query import spans
from whoosh.searching import Searcher
from whoosh.writing import SegmentWriter

from index.whoosh_engine.arrays import SegmentArrays
from index.whoosh_engine.codec import ArrayCodec, ArraySegment, write_segment

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_segments.py"))))
WORDS = ["a", "ab", "abc", "abd", "b", "ba", "bab", "cab", "zebra"]
SCHEMA = Schema(
    body=TEXT(analyzer=RegexTokenizer(r"\S+"), phrase=True),
    stem=TEXT(analyzer=RegexTokenizer(r"\S+"), phrase=False),
    id=ID(),
    stored=STORED(),
    text=STORED(),
)

Document = list[str]


@contextmanager
def both(parts: list[list[Document]], deleted: set[int]) -> Iterator[tuple[Searcher, Searcher]]:
    """Searchers of ours and of stock Whoosh, over the same documents in the same segments."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("ours", "stock")]
        for path in paths:
            path.mkdir()
        with ours(paths[0], parts, deleted) as mine, stock(paths[1], parts, deleted) as theirs:
            yield mine, theirs


@contextmanager
def ours(path: Path, parts: list[list[Document]], deleted: set[int]) -> Iterator[Searcher]:
    storage = FileStorage(str(path))
    FileIndex.create(storage, SCHEMA, "MAIN")
    written: list[Segment] = []
    base = 0
    for documents in parts:
        segment = ArraySegment("MAIN", len(documents))
        ids = [[str(base + n)] for n in range(len(documents))]
        fields = {
            "body": tools.inverted(documents),
            "stem": tools.inverted([[word[0] for word in words] for words in documents], places=False),
            "id": tools.inverted(ids, places=False),
        }
        stored = [f"line {base + n}".encode() for n in range(len(documents))]
        texts = [" ".join(words).encode() for words in documents]
        write_segment(
            storage,
            segment.segment_id(),
            SegmentArrays(len(documents), fields, {"id": np.arange(len(documents))}, {}, stored, texts),
        )
        for doc in deleted:
            if base <= doc < base + len(documents):
                segment.delete_document(doc - base)
        written.append(segment)
        base += len(documents)
    TOC(SCHEMA, written, 1).write(storage, "MAIN")
    with FileIndex(storage, SCHEMA, "MAIN").searcher() as searcher:
        yield searcher


@contextmanager
def stock(path: Path, parts: list[list[Document]], deleted: set[int]) -> Iterator[Searcher]:
    ix = FileIndex.create(FileStorage(str(path)), SCHEMA, "MAIN")
    number = 0
    for documents in parts:
        writer = SegmentWriter(ix, codec=W3Codec())
        for words in documents:
            stems = " ".join(word[0] for word in words)
            writer.add_document(
                body=" ".join(words), stem=stems, id=str(number), text=" ".join(words).encode()
            )
            number += 1
        writer.commit(merge=False)
    writer = SegmentWriter(ix, codec=W3Codec())
    for doc in deleted:
        writer.delete_document(doc)
    writer.commit(merge=False)
    with ix.searcher() as searcher:
        yield searcher


word = st.sampled_from([*WORDS, "unheard"])
leaf = st.one_of(
    st.builds(query.Term, st.just("body"), word),
    st.builds(query.Term, st.just("stem"), st.sampled_from("abcz")),
    st.builds(query.Prefix, st.just("body"), st.sampled_from(["a", "ab", "b", "x"])),
    st.builds(query.Wildcard, st.just("body"), st.sampled_from(["a?", "*b", "?a*", "z*a"])),
    st.builds(query.FuzzyTerm, st.just("body"), word, maxdist=st.integers(1, 2)),
    st.builds(query.TermRange, st.just("body"), word, word, st.booleans(), st.booleans()),
    st.builds(query.Phrase, st.just("body"), st.lists(word, min_size=1, max_size=3), slop=st.integers(1, 3)),
    st.just(query.Every()),
    st.just(query.Every("stem")),
)
trees = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(query.And, st.lists(inner, min_size=1, max_size=3)),
        st.builds(query.Or, st.lists(inner, min_size=1, max_size=3)),
        st.builds(query.AndNot, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.builds(query.Not, inner),
        st.builds(query.ConstantScoreQuery, inner),
    ),
    max_leaves=5,
)
spanned = st.one_of(  # alone: Whoosh cannot combine them with others
    st.builds(
        spans.SpanNear,
        st.builds(query.Term, st.just("body"), word),
        st.builds(query.Term, st.just("body"), word),
        slop=st.integers(1, 4),
        ordered=st.booleans(),
    ),
    st.builds(spans.SpanFirst, st.builds(query.Term, st.just("body"), word), limit=st.integers(0, 3)),
)
queries = st.one_of(trees, trees, spanned)
documents = st.lists(st.lists(st.sampled_from(WORDS), max_size=20), min_size=1, max_size=8)


def answer(searcher: Searcher, asked: query.Query) -> dict[int, float]:
    """Document -> score, of all that match."""
    return {hit.docnum: hit.score for hit in searcher.search(asked, limit=None)}


@settings(max_examples=40)
@given(
    st.lists(documents, min_size=1, max_size=3),
    st.sets(st.integers(0, 23)),
    st.lists(queries, min_size=8, max_size=8),
)
def test_stock_whoosh_gives_the_same_documents_and_scores(
    parts: list[list[Document]], deleted: set[int], asked: list[query.Query]
) -> None:
    deleted = {doc for doc in deleted if doc < sum(map(len, parts))}
    with both(parts, deleted) as (mine, theirs):
        assert mine.doc_count() == theirs.doc_count()
        for one in asked:
            assert answer(mine, one) == pytest.approx(answer(theirs, one), abs=1e-4), one


@settings(max_examples=15)
@given(documents)
def test_stock_whoosh_knows_the_same_of_each_term(texts: list[Document]) -> None:
    with both([texts], set()) as (mine, theirs):
        our_terms, their_terms = (
            [
                (term, info) for term, info in searcher.reader() if term[0] != "id"
            ]  # Whoosh knows no lengths of it
            for searcher in (mine, theirs)
        )
        assert [term for term, _ in our_terms] == [term for term, _ in their_terms]
        for (term, our), (_, their) in zip(our_terms, their_terms, strict=True):
            assert vars(our) == {name: vars(their)[name] for name in vars(our)}, term
        for name in ("body", "stem"):
            for figure in ("field_length", "min_field_length", "max_field_length"):
                if their_terms:
                    assert getattr(mine.reader(), figure)(name) == getattr(theirs.reader(), figure)(name)


def test_many_documents_are_passed_over_in_blocks(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    texts = [
        list(rng.choice(WORDS, size=rng.integers(1, 30), p=np.arange(9, 0, -1) / 45)) for _ in range(700)
    ]
    asked = query.Or([query.Term("body", "a"), query.Term("body", "zebra")])
    with both([texts[:600], texts[600:]], {3, 5, 600}) as (mine, theirs):
        found = [[(hit.docnum, hit.score) for hit in s.search(asked, limit=5)] for s in (mine, theirs)]
        assert [doc for doc, _ in found[0]] == [doc for doc, _ in found[1]]
        assert [score for _, score in found[0]] == pytest.approx([score for _, score in found[1]], abs=1e-4)


def test_what_is_stored_comes_with_a_hit(tmp_path: Path) -> None:
    with ours(tmp_path, [[["a", "b"]], [["b"]]], set()) as searcher:
        hits = searcher.search(query.Term("id", "1"))
        assert [hit.fields() for hit in hits] == [{"stored": b"line 1", "text": b"b"}]


def test_a_segment_is_pickled_with_its_deletions() -> None:
    segment = ArrayCodec().new_segment(FileStorage("."), "MAIN")
    segment.set_doc_count(5)
    segment.delete_document(3)
    segment.delete_document(4)
    segment.delete_document(4, delete=False)
    again = pickle.loads(pickle.dumps(segment))
    assert (again.doc_count_all(), again.doc_count(), set(again.deleted_docs())) == (5, 4, {3})
    assert again == segment
    assert again != ArrayCodec().new_segment(FileStorage("."), "MAIN")
