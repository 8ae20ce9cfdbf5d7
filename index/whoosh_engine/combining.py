"""Matchers of several parts: all of them, some, none; what they share with those of words is in `matchers.py`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import attrgetter

import numpy as np

from index.ranking import Floats
from index.whoosh_engine.bounding import best_by_bounds, sum_of
from index.whoosh_engine.matchers import FEW, MARGIN, Best, Bound, Bounds, Docs, Mask, Matcher, Scale, Wanted
from index.whoosh_engine.term import Term, best_of_common, count_beside, union

ALL = 2_000
"""Of so many documents each is scored: to leave some out would cost as much."""

_BESIDE = 3
"""So many times as many documents as all others has a term of which only the best are looked at."""


class All(Matcher):
    """What all parts match; worth their sum."""

    def __init__(self, parts: Sequence[Matcher]) -> None:
        self._parts = sorted(parts, key=attrgetter("most"))
        self.most = self._parts[0].most

    def docs(self) -> Docs:
        docs = self._parts[0].docs()
        for part in self._parts[1:]:
            if not len(docs):
                break
            docs = docs.compress(part.among(docs))
        return docs

    def among(self, docs: Docs) -> Mask:
        mask = self._parts[0].among(docs)
        for part in self._parts[1:]:
            mask &= part.among(docs)
        return mask

    def scores(self, docs: Docs) -> Floats:
        return _sum(self._parts, docs) * self.among(docs)

    def scored(self) -> tuple[Docs, Floats]:
        docs = self.docs()
        return docs, _sum(self._parts, docs)

    def bound(self) -> Bound | None:
        return sum_of(self._parts)

    def bounds(self, scale: Scale) -> Bounds:
        first, *others = [part.bounds(scale) for part in self._parts]
        every = first.astype(bool)
        for bounds in others:
            every &= bounds.astype(bool)
            first += bounds
        first *= every
        return first


class Some(Matcher):
    """What any part matches; worth the sum of those that do."""

    def __init__(self, parts: Sequence[Matcher], size: int) -> None:
        self._parts = sorted(parts, key=attrgetter("most"), reverse=True)
        self._size = size
        self._beside = sum([part.most for part in self._parts[1:]])
        self.most = min(size, self._parts[0].most + self._beside)

    def docs(self) -> Docs:
        first, *others = self._parts
        if self._beside * FEW > self._size:
            return np.flatnonzero(self._mask())
        docs = [first.docs()]
        before = [first]
        for part in others:
            new = part.docs()
            for earlier in before:
                new = new.compress(~earlier.among(new))
            docs.append(new)
            before.append(part)
        return np.concatenate(docs)

    def among(self, docs: Docs) -> Mask:
        mask = self._parts[0].among(docs)
        for part in self._parts[1:]:
            mask |= part.among(docs)
        return mask

    def scores(self, docs: Docs) -> Floats:
        return _sum(self._parts, docs)

    def scored(self) -> tuple[Docs, Floats]:
        if self.most * FEW < self._size:
            docs = self.docs()
            return docs, _sum(self._parts, docs)
        first, *others = self._parts
        if isinstance(first, Term) and self._beside * FEW < first.most:
            return _beside(first, others)
        total = np.zeros(self._size, np.float32)
        found = np.zeros(self._size, bool)
        for part in self._parts:
            docs, scores = part.scored()
            found[docs] = True
            total[docs] += scores
        docs = np.flatnonzero(found)
        return docs, total.take(docs)

    def count(self, passing: Mask | None) -> int:
        first, *others = self._parts
        if isinstance(first, Term) and self._beside * _BESIDE < first.most:
            return count_beside(first, union(others), passing)
        if self.most * FEW < self._size:
            return super().count(passing)
        mask = self._mask()
        return int(np.count_nonzero(mask if passing is None else mask & passing))

    def best(self, wanted: Wanted) -> Best:
        if self.most < max(ALL, wanted.hits * FEW):
            return super().best(wanted)
        first, *others = self._parts
        if isinstance(first, Term) and self._beside * _BESIDE < first.most:
            return best_of_common(self, first, others, wanted)
        return best_by_bounds(self, wanted, partial(_sum, self._parts)) or super().best(wanted)

    def _mask(self) -> Mask:
        mask = np.zeros(self._size, bool)
        for part in self._parts:
            mask[part.docs()] = True
        return mask

    def bound(self) -> Bound | None:
        return sum_of(self._parts)

    def bounds(self, scale: Scale) -> Bounds:
        total = self._parts[0].bounds(scale)
        for part in self._parts[1:]:
            total += part.bounds(scale)
        return total


class Other(Matcher):
    """What a part does not match; worth nothing."""

    def __init__(self, part: Matcher, size: int) -> None:
        self._part = part
        self._size = self.most = size

    def docs(self) -> Docs:
        mask = np.ones(self._size, bool)
        mask[self._part.docs()] = False
        return np.flatnonzero(mask)

    def among(self, docs: Docs) -> Mask:
        return ~self._part.among(docs)

    def scores(self, docs: Docs) -> Floats:
        return np.zeros(len(docs), np.float32)

    def scored(self) -> tuple[Docs, Floats]:
        docs = self.docs()
        return docs, self.scores(docs)

    def bound(self) -> Bound | None:
        return Bound(0.0, 1)

    def bounds(self, scale: Scale) -> Bounds:
        bounds = np.ones(self._size, scale.dtype)
        bounds[self._part.docs()] = 0
        return bounds


class Weighted(Matcher):
    """A part that counts so many times as much."""

    def __init__(self, part: Matcher, factor: float) -> None:
        self._part = part
        self._factor = np.float32(factor)
        self.most = part.most

    def docs(self) -> Docs:
        return self._part.docs()

    def among(self, docs: Docs) -> Mask:
        return self._part.among(docs)

    def scores(self, docs: Docs) -> Floats:
        return self._part.scores(docs) * self._factor

    def scored(self) -> tuple[Docs, Floats]:
        docs, scores = self._part.scored()
        return docs, scores * self._factor

    def count(self, passing: Mask | None) -> int:
        return self._part.count(passing)

    def best(self, wanted: Wanted) -> Best:
        if self._factor <= 0:
            return super().best(wanted)
        found = self._part.best(wanted._replace(least=wanted.least / float(self._factor) * (1 - MARGIN)))
        return found._replace(scores=found.scores * self._factor)

    def bound(self) -> Bound | None:
        bound = self._part.bound()
        return (
            None
            if bound is None or self._factor <= 0
            else bound._replace(worth=bound.worth * float(self._factor))
        )

    def bounds(self, scale: Scale) -> Bounds:
        return self._part.bounds(scale._replace(unit=scale.unit / float(self._factor)))


def _sum(parts: Sequence[Matcher], docs: Docs) -> Floats:
    scores = parts[0].scores(docs)
    for part in parts[1:]:
        scores = scores + part.scores(docs)
    return scores


def _beside(first: Term, others: Sequence[Matcher]) -> tuple[Docs, Floats]:
    """The documents of a term that has many, and those of a few others, worth their sums."""
    docs, scores = first.scored()
    more, worth = [docs], [scores]
    for part in others:
        some, theirs = part.scored()
        for known, total in zip(more, worth, strict=True):
            places = known.searchsorted(some)  # each of the lists ascends
            places[places == len(known)] = 0
            at_both = known.take(places) == some if len(known) else np.zeros(len(some), bool)
            total[places.compress(at_both)] += theirs.compress(at_both)
            some, theirs = some.compress(~at_both), theirs.compress(~at_both)
        order = np.argsort(some)
        more.append(some.take(order))
        worth.append(theirs.take(order))
    return np.concatenate(more), np.concatenate(worth)
