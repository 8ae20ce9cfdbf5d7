"""Phrases, near, paragraph, at least, first, fuzzy: what a plain reading of the texts finds."""

from __future__ import annotations

import re
import runpy
import tempfile
from itertools import pairwise, permutations, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import querytree as tree
from index.analysis import stem
from index.highlight import distance
from index.whoosh_engine import positional
from index.whoosh_engine.evaluation import STOPPED, Evaluation
from index.whoosh_engine.terms import MAX_TERMS, Terms

oracle = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_oracle.py"))))

WORDS = ("vote", "votes", "rain", "ran", "a")
Spans = list[tuple[int, int]]

some_words = st.lists(st.sampled_from(WORDS), max_size=7).map(tuple)
docs = st.builds(
    oracle.Doc,
    title=some_words,
    paragraphs=st.lists(some_words, max_size=3).map(tuple),
    was=some_words,
    deleted=st.sampled_from((False, False, True)),
)
segments = st.lists(st.lists(docs, min_size=1, max_size=6), min_size=1, max_size=2)

word = st.sampled_from(WORDS)


def operands(field: str) -> st.SearchStrategy[tree.Operand]:
    words = st.builds(tree.Words, st.tuples(word), st.just("w"), st.just(field), st.booleans())
    phrases = st.builds(
        tree.Words,
        st.lists(word, min_size=2, max_size=3).map(tuple),
        st.just("p"),
        st.just(field),
        st.just(True),
    )
    patterns = st.builds(tree.Pattern, st.sampled_from(("vo*", "ra?n")), st.just("*"), st.just(field))
    fuzzy = st.builds(tree.Fuzzy, word, st.just(1), st.just("~"), st.just(field))
    leaves = st.one_of(words, words, phrases, patterns, fuzzy)
    return st.one_of(leaves, leaves, st.lists(leaves, min_size=2, max_size=2).map(tuple).map(tree.Or))


def near(field: str) -> st.SearchStrategy[tree.Node]:
    several = st.lists(operands(field), min_size=2, max_size=3).map(tuple)
    return st.builds(tree.Near, several, st.integers(0, 3), st.just(field))


fields = st.sampled_from(("", "title"))
nodes = st.one_of(
    fields.flatmap(near),
    st.lists(operands(""), min_size=2, max_size=3).map(tuple).map(tree.Paragraph),
    st.builds(tree.AtLeast, fields.flatmap(operands), st.integers(1, 4)),
    st.builds(tree.First, fields.flatmap(operands), st.integers(1, 6)),
    st.builds(
        tree.Words,
        st.lists(word, min_size=2, max_size=4).map(tuple),
        st.just("p"),
        fields,
        st.just(True),
        st.integers(0, 3),
    ),
)


def fits_word(leaf: tree.Operand, one: str) -> bool:
    match leaf:
        case tree.Words():
            return one == leaf.words[0] if leaf.exact else stem(one) == stem(leaf.words[0])
        case tree.Pattern():
            return re.fullmatch(leaf.pattern.replace("*", ".*").replace("?", "."), one) is not None
        case _:
            return distance(one, leaf.word, leaf.distance) <= leaf.distance


def spans(leaf: tree.Operand, words: tuple[str, ...]) -> Spans:
    """The first and the last place of each occurrence."""
    if isinstance(leaf, tree.Or):
        return sorted({span for child in leaf.nodes for span in spans(child, words)})
    if isinstance(leaf, tree.Words) and len(leaf.words) > 1:
        each = [[n for n, one in enumerate(words) if one == wanted] for wanted in leaf.words]
        chains = (chain for chain in product(*each) if follows([(n, n) for n in chain], leaf.slop))
        return sorted({(chain[0], chain[-1]) for chain in chains})
    return [(n, n) for n, one in enumerate(words) if fits_word(leaf, one)]


def follows(chain: Any, most: int) -> bool:
    return all(0 <= b[0] - a[1] - 1 <= most for a, b in pairwise(chain))


def fits(node: tree.Node, doc: Any) -> bool:
    match node:
        case tree.Words():
            return any(spans(node, words) for words in texts(node.field, doc))
        case tree.Near():
            return any(is_near(node, words) for words in texts(node.field, doc))
        case tree.Paragraph():
            return any(all(spans(leaf, words) for leaf in node.nodes) for words in doc.paragraphs)
        case tree.First():
            words = doc.title if field_of(node.node) else doc.words("body_exact")
            return any(end < node.count for _, end in spans(node.node, words))
        case tree.AtLeast():
            read = (doc.title,) if field_of(node.node) else (doc.title, doc.words("body_exact"))
            return sum(len(spans(node.node, words)) for words in read) >= node.count
        case _:
            raise AssertionError(node)


def field_of(leaf: tree.Operand) -> str:
    return field_of(leaf.nodes[0]) if isinstance(leaf, tree.Or) else leaf.field


def texts(field: str, doc: Any) -> tuple[tuple[str, ...], ...]:
    return (doc.title,) if field else (doc.title, doc.words("body_exact"), doc.was)


def is_near(node: tree.Near, words: tuple[str, ...]) -> bool:
    each = [spans(leaf, words) for leaf in node.nodes]
    return any(follows(chain, node.distance) for order in permutations(each) for chain in product(*order))


def evaluation(shelves: Any, *, clock: Any = lambda: 0.0, deadline: float = 1.0) -> Evaluation:
    return Evaluation(
        Terms(shelves, deadline, clock),
        lambda node, _shelf: pytest.fail(f"{node} is no part of these queries"),
    )


def found(corpus: Any, node: tree.Node) -> set[int]:
    with tempfile.TemporaryDirectory() as folder:
        matches = evaluation(oracle.shelves(Path(folder), corpus)).matches(node)
        assert all(score > 0 for score in matches.scores.tolist())
        return set(matches.docs.tolist())


@settings(max_examples=200, deadline=None)
@given(segments, nodes, st.sampled_from((1, 2, positional._BLOCK)))
def test_where_words_stand_is_read_as_a_person_would(corpus: Any, node: tree.Node, block: int) -> None:
    everything = [doc for docs in corpus for doc in docs]
    with patch("index.whoosh_engine.positional._BLOCK", block):
        assert found(corpus, node) == oracle.brute(everything, lambda doc: fits(node, doc))


@pytest.mark.parametrize("slop", [0, 5])
def test_a_long_phrase_in_many_documents(tmp_path: Path, slop: int) -> None:
    docs = [oracle.Doc(paragraphs=((*("the", "of") * 40, f"x{n % 7}"),)) for n in range(400)]
    shelves = oracle.shelves(tmp_path, [docs])
    phrase = tree.Words(("the", "of") * 5 + ("x3",), "p", "", True, slop)
    assert len(evaluation(shelves).matches(phrase).docs) == 57
    assert not len(evaluation(shelves).matches(tree.Words(("of", "the", "x3"), "p", "", True)).docs)


def test_what_stands_for_too_many_words_says_so_whatever_the_segments(tmp_path: Path) -> None:
    halves = [tuple(f"word{n}" for n in range(start, 1_500, 2)) for start in (0, 1)]
    shelves = oracle.shelves(tmp_path, [[oracle.Doc(paragraphs=(half,))] for half in halves])
    one = evaluation(shelves)
    assert one.matches(tree.Pattern("word*", "word*")).total == 2
    assert one.notes == [f"“word*” stands for more than {MAX_TERMS:,} words; only so many were looked for."]
    numbers = one.terms.expansion("body_exact", tree.Pattern("word*", "word*")).numbers
    assert sum(map(len, numbers)) == MAX_TERMS


def test_after_the_deadline_the_segments_that_were_searched_by_then_count(tmp_path: Path) -> None:
    shelves = oracle.shelves(tmp_path, [[oracle.Doc(title=("vote",))], [oracle.Doc(title=("vote",))]])
    times = iter((0.0, 2.0))
    stopped = evaluation(shelves, clock=lambda: next(times))
    assert stopped.matches(tree.Words(("vote",), "vote")).docs.tolist() == [0]
    assert (stopped.stopped, stopped.notes) == (True, [STOPPED])


def test_words_of_another_document_are_in_no_paragraph_of_this_one(tmp_path: Path) -> None:
    docs = [
        oracle.Doc(paragraphs=(("votes",), ("ran",))),
        oracle.Doc(title=("ran",), paragraphs=(("vote",),)),
    ]
    both = tree.Paragraph((tree.Fuzzy("vote", 1, "~"), tree.Words(("ran",), "ran", "", True)))
    assert not len(evaluation(oracle.shelves(tmp_path, [docs])).matches(both).docs)
