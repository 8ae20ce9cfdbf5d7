"""Every query finds what stock Whoosh finds over the same documents, with the same scores."""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import querytree as tree
from index.whoosh_engine.evaluation import Evaluation
from index.whoosh_engine.matchers import Constant
from index.whoosh_engine.shelves import Shelf
from index.whoosh_engine.terms import Terms

oracle = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_oracle.py"))))

WORDS = ("vote", "votes", "voter", "vat", "rain", "rains", "ran", "grain", "élan", "a", "選挙", "x1")

some_words = st.lists(st.sampled_from(WORDS), max_size=6).map(tuple)
docs = st.builds(
    oracle.Doc,
    title=some_words,
    paragraphs=st.lists(some_words, max_size=3).map(tuple),
    was=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    author=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    deleted=st.sampled_from((False, False, False, True)),
)
segments = st.lists(st.lists(docs, min_size=1, max_size=8), min_size=1, max_size=3)

fields = st.sampled_from(("", "", "title", "was", "author"))
word = st.sampled_from((*WORDS, "none"))
words = st.builds(
    tree.Words,
    st.lists(word, min_size=1, max_size=1).map(tuple), st.just("w"), fields, st.booleans(),
)  # fmt: skip
phrases = st.builds(
    tree.Words,
    st.lists(word, min_size=2, max_size=3, unique=True).map(tuple), st.just("w"), fields, st.just(True),
)  # fmt: skip
patterns = st.builds(
    tree.Pattern,
    st.sampled_from(("vo*", "ra*", "vote?", "r*n", "v?t*", "él*", "選*", "zz*")),
    st.just("p"),
    fields,
)
fuzzy = st.builds(tree.Fuzzy, word, st.sampled_from((1, 2)), st.just("f"), fields)
ranges = st.builds(
    tree.Between,
    st.sampled_from(("", "ra", "vote")),
    st.sampled_from(("", "rain", "vote", "votes")),
    st.just("b"),
    fields,
)
leaves = st.one_of(words, words, words, phrases, patterns, ranges, st.just(tree.Everything()))
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(tree.And),
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(tree.Or),
        inner.map(tree.Not),
        st.builds(tree.Boosted, inner, st.sampled_from((0.5, 3.0))),
    ),
    max_leaves=6,
)


def everything(node: tree.ColumnLeaf, shelf: Shelf) -> Constant:
    """All documents of a segment: the one condition here, as stock Whoosh has no others."""
    assert isinstance(node, tree.Everything)
    return Constant(np.ones(shelf.segment.size, bool), 0.0)


def found(corpus: object, node: tree.Node) -> dict[int, float]:
    """What our evaluation finds."""
    with tempfile.TemporaryDirectory() as folder:
        shelves = oracle.shelves(Path(folder), corpus)
        evaluation = Evaluation(Terms(shelves, float("inf")), everything)
        matches = evaluation.matches(node)
        scores = matches.scores
        assert matches.total == len(matches.docs)
        assert len(set(matches.docs.tolist())) == len(matches.docs)
        return dict(zip(matches.docs.tolist(), scores.tolist(), strict=True))


@settings(max_examples=100, deadline=None)
@given(segments, nodes)
def test_a_query_finds_what_stock_whoosh_finds(corpus: object, node: tree.Node) -> None:
    ours, theirs = found(corpus, node), oracle.Oracle(corpus).found(oracle.whoosh_query(node))
    assert ours.keys() == theirs.keys()
    assert ours == pytest.approx(theirs, abs=1e-4)
