"""The first of many hits are those that sorting all of them would put there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.model import SORTS, Sort
from index.ranking import Floats
from index.schema import NEVER, UNDATED_DAY
from index.whoosh_engine.firsts import first_of_all, foremost
from index.whoosh_engine.matchers import Docs, Mask, Matcher
from index.whoosh_engine.matches import Matches, Part
from index.whoosh_engine.shelves import Shelf, Shelves


def shelf(base: int, size: int, rng: np.random.Generator) -> Shelf:
    """A segment of nothing but columns, with many equals in them."""
    day = rng.integers(0, 3, size)
    columns = {
        "id": rng.permutation(size) + base,
        "day": day,
        "published": np.where(day == UNDATED_DAY, 0, day * 10 + rng.integers(0, 2, size)),
        "edited": np.where(rng.random(size) < 0.5, NEVER, rng.integers(0, 4, size)),
    }
    segment: Any = SimpleNamespace(size=size, numbers=columns.__getitem__, field=lambda _name: None)
    live = rng.random(size) < 0.8 if base else None
    return Shelf(segment, base, live)


class Known(Matcher):
    """Documents in no certain order, and what they are worth."""

    def __init__(self, size: int, docs: Docs, scores: Floats) -> None:
        self.most = len(docs)
        self._docs = docs
        self._scores = scores
        self._everywhere = np.full(size, -1, np.float32)
        self._everywhere[docs] = scores

    def docs(self) -> Docs:
        return self._docs

    def among(self, docs: Docs) -> Mask:
        return np.greater_equal(self._everywhere.take(docs), 0)

    def scores(self, docs: Docs) -> Floats:
        return np.maximum(self._everywhere.take(docs), 0)

    def scored(self) -> tuple[Docs, Floats]:
        return self._docs, self._scores


def found(sizes: list[int], seed: int, *, values: int) -> Matches:
    """Documents in no certain order, worth one of so many values."""
    rng = np.random.default_rng(seed)
    parts, base = [], 0
    for size in sizes:
        docs = rng.permutation(size)[: rng.integers(0, size + 1)]
        scores = (rng.integers(1, values + 1, len(docs)) / values).astype(np.float32)
        one = shelf(base, size, rng)
        parts.append(Part(one, Known(size, docs, scores), one.live))
        base += size
    return Matches(tuple(parts), base)


def plainly(matches: Matches, sort: Sort) -> list[int]:
    """All of them, sorted the plain way."""

    def key(hit: tuple[int, float]) -> tuple[Any, ...]:
        doc, score = hit
        part = next(p for p in matches if doc - p.shelf.base in range(p.shelf.segment.size))
        numbers = {
            n: int(part.shelf.segment.numbers(n)[doc - part.shelf.base])
            for n in ("id", "day", "published", "edited")
        }
        date = numbers["published"] if sort == "oldest" else -numbers["published"]
        first = {"relevance": -score, "changed": -numbers["edited"]}.get(sort, 0)
        return first, numbers["day"] == UNDATED_DAY, date, numbers["id"]

    hits = zip(matches.docs.tolist(), matches.scores.tolist(), strict=True)
    return [doc for doc, _ in sorted(hits, key=key)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=3), st.integers(0, 1_000), st.sampled_from(SORTS),
    st.integers(1, 70), st.sampled_from((1, 2, 1_000)),
)  # fmt: skip
def test_the_first_are_those_of_the_whole_order(
    sizes: list[int], seed: int, sort: Sort, count: int, values: int
) -> None:
    matches = found(sizes, seed, values=values)
    plain = plainly(matches, sort)
    again = found(sizes, seed, values=values)
    assert again.first(count, sort)[0].tolist() == plain[:count]
    assert again.total == len(plain) == len(matches.docs)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=3), st.integers(0, 1_000))
def test_what_passes_is_found_and_worth_the_same(sizes: list[int], seed: int) -> None:
    matches = found(sizes, seed, values=5)
    mask = np.random.default_rng(seed).random(sum(sizes)) < 0.5
    some = matches.within(mask)
    assert some.total == int(mask[matches.docs].sum())
    assert set(some.docs.tolist()) == set(matches.docs[mask[matches.docs]].tolist())
    worth = dict(zip(matches.docs.tolist(), matches.scores.tolist(), strict=True))
    assert [some.worth(doc) for doc in range(len(mask))] == [
        worth.get(doc, 0.0) if mask[doc] else 0.0 for doc in range(len(mask))
    ]


def test_a_segment_is_looked_into_when_it_is_asked_for_whoever_asks_first() -> None:
    matches = found([5, 6, 7], 1, values=3)
    seen = []
    for part in matches:
        assert matches.total >= part.total
        seen.append(part.shelf.segment.size)
    assert seen == [5, 6, 7]


@pytest.mark.parametrize("values", [1, 3, 10**6])
@pytest.mark.parametrize("sort", SORTS)
def test_so_it_is_where_there_are_very_many(sort: Sort, values: int) -> None:
    matches = found([9_000, 7_001], 3, values=values)
    for count in (1, 10, 100, 1_000):
        assert matches.first(count, sort)[0].tolist() == plainly(matches, sort)[:count]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9_000), st.integers(0, 100), st.integers(1, 200), st.sampled_from((1, 5, 10**6)))
def test_the_foremost_are_all_there(size: int, seed: int, count: int, values: int) -> None:
    numbers = np.random.default_rng(seed).integers(0, values, size)
    chosen = foremost(numbers, count)
    least = np.sort(numbers)[-min(count, size)]
    assert set(np.flatnonzero(numbers >= least).tolist()) <= set(chosen.tolist())


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("count", [1, 10, 500])
def test_the_first_of_all_are_live_and_shown(sort: Sort, count: int) -> None:
    rng = np.random.default_rng(5)
    shelves = Shelves([shelf(0, 300, rng), shelf(300, 200, rng)])
    shown = rng.random(500) < 0.3
    parts = []
    for one in shelves:
        docs = np.arange(one.segment.size)
        parts.append(Part(one, Known(len(docs), docs, np.zeros(len(docs), np.float32)), one.live))
    everything = Matches(parts, 500).within(shown)
    assert first_of_all(shelves, count, sort, shown).tolist() == plainly(everything, sort)[:count]
