"""The first of many hits are those that sorting all of them would put there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.model import SORTS, Sort
from index.schema import NEVER, UNDATED_DAY
from index.whoosh_engine.matches import Matches, Part, first_of_all, foremost
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


def found(sizes: list[int], seed: int, *, values: int) -> Matches:
    """Documents in no certain order, worth one of so many values."""
    rng = np.random.default_rng(seed)
    parts, base = [], 0
    for size in sizes:
        docs = rng.permutation(size)[: rng.integers(0, size + 1)]
        scores = (rng.integers(1, values + 1, len(docs)) / values).astype(np.float32)
        parts.append(Part(shelf(base, size, rng), docs, scores))
        base += size
    return Matches(tuple(parts), base)


def plainly(matches: Matches, sort: Sort) -> list[int]:
    """All of them, sorted the plain way."""

    def key(hit: tuple[int, float]) -> tuple[Any, ...]:
        doc, score = hit
        part = next(p for p in matches.parts if doc - p.shelf.base in range(p.shelf.segment.size))
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
    assert matches.first(count, sort)[0].tolist() == plainly(matches, sort)[:count]


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
    docs = [np.flatnonzero((True if s.live is None else s.live) & shown[s.places]) for s in shelves]
    everything = Matches(tuple(Part(s, d) for s, d in zip(shelves, docs, strict=True)), 500)
    assert first_of_all(shelves, count, sort, shown).tolist() == plainly(everything, sort)[:count]
