"""Matchers give the same documents and scores on each of the ways that they take for few and for many."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.ranking import bm25
from index.whoosh_engine.combining import All, Other, Some, Weighted
from index.whoosh_engine.matchers import Constant, Matcher, Wanted
from index.whoosh_engine.term import Norms, Term

SIZE = 9_000
NORMS = np.linspace(0.3, 3.0, 256).astype(np.float32)
COUNTS = (0, 1, 5, 60, 130, 1_500, 3_000, 8_800, SIZE)


class Plain:
    """What is expected of a matcher: a score for each document, NaN where one does not match."""

    def __init__(self, worth: np.ndarray[Any, Any]) -> None:
        self.worth = worth

    @property
    def held(self) -> np.ndarray[Any, Any]:
        return ~np.isnan(self.worth)


def term(rng: np.random.Generator, count: int) -> tuple[Matcher, Plain]:
    docs = np.sort(rng.choice(SIZE, count, replace=False)).astype(np.uint16)
    freqs = rng.integers(1, 9 if rng.random() < 0.8 else 2, count).astype(np.uint8)
    lengths = rng.integers(0, 256, SIZE).astype(np.uint8)
    bounds = int(freqs.max(initial=0)), int(lengths[docs].min(initial=255))
    field: Any = SimpleNamespace(freqs=lambda _number: freqs, lengths=lengths, bounds=lambda _number: bounds)
    worth = np.full(SIZE, np.nan)
    worth[docs] = bm25(freqs, NORMS[lengths[docs]], 1.5)
    return Term(field, 0, docs, 1.5, Norms(field, NORMS), SIZE), Plain(worth)


def constant(rng: np.random.Generator, count: int) -> tuple[Matcher, Plain]:
    mask = np.zeros(SIZE, bool)
    mask[rng.choice(SIZE, count, replace=False)] = True
    return Constant(mask, 2.0), Plain(np.where(mask, 2.0, np.nan))


def combined(kind: str, parts: list[tuple[Matcher, Plain]]) -> tuple[Matcher, Plain]:
    matchers, plain = [matcher for matcher, _ in parts], np.array([one.worth for _, one in parts])
    if kind == "all":
        return All(matchers), Plain(plain.sum(axis=0))
    held = ~np.isnan(plain).all(axis=0)
    return Some(matchers, SIZE), Plain(np.where(held, np.nansum(plain, axis=0), np.nan))


def build(rng: np.random.Generator, depth: int) -> tuple[Matcher, Plain]:
    kind = rng.choice(["term", "term", "constant", "all", "some", "some", "not", "weighted"])
    if depth == 0 or kind in ("term", "constant"):
        return (constant if kind == "constant" else term)(rng, int(rng.choice(COUNTS)))
    if kind == "not":
        matcher, plain = build(rng, depth - 1)
        return Other(matcher, SIZE), Plain(np.where(plain.held, np.nan, 0.0))
    if kind == "weighted":
        matcher, plain = build(rng, depth - 1)
        return Weighted(matcher, 3.0), Plain(plain.worth * 3)
    return combined(str(kind), [build(rng, depth - 1) for _ in range(int(rng.integers(2, 4)))])


def check(matcher: Matcher, plain: Plain, rng: np.random.Generator) -> None:
    expected = np.flatnonzero(plain.held)
    docs, scores = matcher.scored()
    assert np.array_equal(np.sort(docs), expected)
    assert scores == pytest.approx(plain.worth[docs], abs=1e-4)
    assert np.array_equal(np.sort(matcher.docs()), expected)
    for count in (3, 200, SIZE):
        asked = rng.choice(SIZE, count, replace=False).astype(np.intp)
        assert np.array_equal(matcher.among(asked), plain.held[asked])
        assert matcher.scores(asked) == pytest.approx(np.nan_to_num(plain.worth[asked]), abs=1e-4)
    assert len(expected) <= matcher.most


def check_best(matcher: Matcher, plain: Plain, rng: np.random.Generator) -> None:
    """The best of those that pass, in all the numbers that pages ask for."""
    passing = None if rng.random() < 0.3 else rng.random(SIZE) < rng.choice([0.02, 0.5, 0.95])
    docs = np.flatnonzero(plain.held if passing is None else plain.held & passing)
    worth = matcher.scores(docs)
    for hits in (1, 10, 300, SIZE):
        last = np.sort(worth)[-min(hits, len(docs))] if len(docs) else 0.0
        least = float(rng.choice([-np.inf, last * 0.9, last, last * 1.1]))
        found = matcher.best(Wanted(hits, passing, least))
        assert found.total == matcher.count(passing) == len(docs)
        assert len(set(found.docs.tolist())) == len(found.docs)
        assert np.isin(found.docs, docs).all()
        assert found.scores.dtype == np.float32
        assert np.array_equal(found.scores, matcher.scores(found.docs))
        assert np.isin(docs[(worth >= last) & (worth >= least)], found.docs).all()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_whatever_is_combined(seed: int, depth: int) -> None:
    rng = np.random.default_rng(seed)
    matcher, plain = build(rng, depth)
    check(matcher, plain, rng)
    check_best(matcher, plain, rng)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 2))
def test_the_best_of_whatever_is_combined(seed: int, depth: int) -> None:
    rng = np.random.default_rng(seed)
    check_best(*build(rng, depth), rng)


@pytest.mark.parametrize("many", [700, 3_000, 8_800])
@pytest.mark.parametrize("few", [[1], [5, 5], [60], [60, 60, 1], [700], [700, 130], [1_500, 1_500]])
def test_few_beside_many(many: int, few: list[int]) -> None:
    rng = np.random.default_rng(many + sum(few))
    matcher, plain = combined("some", [term(rng, count) for count in (many, *few)])
    check_best(matcher, plain, rng)
    check(matcher, plain, rng)
