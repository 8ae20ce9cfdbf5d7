"""The first page, of which only the best are looked at, is that of all that matches, sorted the plain way."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import querytree as tree
from index.model import SORTS, Sort
from index.whoosh_engine import bounding, combining, term
from index.whoosh_engine.evaluation import Evaluation
from index.whoosh_engine.listed import Listed
from index.whoosh_engine.matchers import Constant, Matcher
from index.whoosh_engine.matches import Matches
from index.whoosh_engine.shelves import Shelf, Shelves
from index.whoosh_engine.terms import Terms

oracle = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_oracle.py"))))

WORDS = ("the", "vote", "votes", "rain", "strike", "bank", "oil", "elm", "yew")
SHARES = np.array([0.5, 0.35, 0.2, 0.3, 0.15, 0.1, 0.03, 0.002, 0.0005])
SIZES = (7_000, 2_500, 300)


def doc(rng: np.random.Generator) -> object:
    """An article that says some words several times, others in its title, some of both in an earlier one."""
    said = [
        word for word in np.array(WORDS)[rng.random(len(WORDS)) < SHARES] for _ in range(rng.geometric(0.5))
    ]
    other = ["fill"] * int(rng.integers(0, 30) ** 2 // 10)
    title = np.array(WORDS)[rng.random(len(WORDS)) < SHARES / 12]
    was = title if rng.random() < 0.05 else ()
    return oracle.Doc(tuple(title), ((*said, *other),), tuple(was), deleted=bool(rng.random() < 0.1))


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Shelves:
    """Three segments, two of them with deleted documents."""
    rng = np.random.default_rng(7)
    segments = [[doc(rng) for _ in range(size)] for size in SIZES]
    segments[1] = [oracle.Doc(one.title, one.paragraphs, one.was) for one in segments[1]]
    return oracle.shelves(tmp_path_factory.mktemp("best"), segments)


words = st.builds(
    tree.Words, st.sampled_from(WORDS).map(lambda word: (word,)), st.just("w"), st.sampled_from(("", "", "title")),
    st.booleans(),
)  # fmt: skip
leaves = st.one_of(
    words, words, words, st.sampled_from((tree.Pattern("vo*", "vo*"), tree.Everything(), tree.Undated()))
)
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(tree.And),
        st.lists(inner, min_size=2, max_size=4).map(tuple).map(tree.Or),
        inner.map(tree.Not),
        st.builds(tree.Boosted, inner, st.sampled_from((0.01, 0.5, 3.0))),
    ),
    max_leaves=6,
)


def conditions(shelf: Shelf, node: tree.ColumnLeaf) -> Matcher:
    """Everything is all documents, what is undated every third."""
    docs = np.arange(0, shelf.segment.size, 3 if isinstance(node, tree.Undated) else 1)
    mask = np.zeros(shelf.segment.size, bool)
    mask[docs] = True
    return Constant(mask, 0.0) if shelf.base else Listed([docs], mask.take)


def found(shelves: Shelves, node: tree.Node, mask: np.ndarray | None) -> Matches:
    terms = Terms(shelves, float("inf"))
    matches = Evaluation(terms, lambda node, shelf: conditions(shelf, node)).matches(node)
    return matches if mask is None else matches.within(mask)


def plainly(shelves: Shelves, matches: Matches, sort: Sort) -> tuple[list[int], dict[int, float]]:
    """All that matches in its order, and what it is worth."""
    worth = dict(zip(matches.docs.tolist(), matches.scores.tolist(), strict=True))
    numbers = {
        name: np.concatenate([shelf.segment.numbers(name) for shelf in shelves]).tolist()
        for name in ("id", "day", "published", "edited")
    }

    def key(doc: int) -> tuple[float, ...]:
        date = numbers["published"][doc] * (1 if sort == "oldest" else -1)
        first = {"relevance": -worth[doc], "changed": -numbers["edited"][doc]}.get(sort, 0)
        return first, numbers["day"][doc] == 0, date, numbers["id"][doc]

    return sorted(worth, key=key), worth


@pytest.fixture(params=["as it is", "always", "never"], scope="module")
def pruning(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where few match, and where many do, the other ways are tried, too."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "always":
            patch.setattr(combining, "ALL", 0)
            patch.setattr(bounding, "_MORE", 0)
            patch.setattr(term, "FEW", 1)
        elif request.param == "never":
            patch.setattr(combining, "ALL", 1_000_000)
        yield request.param


@settings(max_examples=100, deadline=None)
@given(
    node=nodes, count=st.sampled_from((0, 1, 2, 10, 100, 1_000, 20_000)), sort=st.sampled_from((*SORTS, "relevance")),
    share=st.sampled_from((None, None, 0.01, 0.5, 0.99)), known=st.booleans(),
)  # fmt: skip
@pytest.mark.usefixtures("pruning")
def test_the_first_page_is_that_of_all_that_match(
    shelves: Shelves, node: tree.Node, count: int, sort: Sort, share: float | None, known: bool
) -> None:
    mask = None if share is None else np.random.default_rng(3).random(shelves.documents) < share
    order, worth = plainly(shelves, found(shelves, node, mask), sort)
    page = found(shelves, node, mask)
    if known:  # as they are where facets were counted
        assert len(page.docs) == len(order)
    docs, scores = page.first(count, sort)
    assert docs.tolist() == order[:count]
    assert page.total == len(order)
    if sort == "relevance":
        assert scores.tolist() == [worth[doc] for doc in order[:count]]
    assert found(shelves, node, mask).total == len(order)
