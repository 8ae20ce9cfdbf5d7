"""Matchers of several parts: all of them, some, none; what they share with those of words is in `matchers.py`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.ranking import Floats
from index.whoosh_engine.matchers import FEW, Docs, Mask, Matcher, Term


class All(Matcher):
    """What all parts match; worth their sum."""

    def __init__(self, parts: Sequence[Matcher]) -> None:
        self._parts = sorted(parts, key=lambda part: part.most)

    @property
    def most(self) -> int:
        return self._parts[0].most

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


class Some(Matcher):
    """What any part matches; worth the sum of those that do."""

    def __init__(self, parts: Sequence[Matcher], size: int) -> None:
        self._parts = sorted(parts, key=lambda part: -part.most)
        self._size = size

    @property
    def most(self) -> int:
        return min(self._size, sum(part.most for part in self._parts))

    def docs(self) -> Docs:
        first, *others = self._parts
        if sum(part.most for part in others) * FEW > self._size:
            mask = np.zeros(self._size, bool)
            for part in self._parts:
                mask[part.docs()] = True
            return np.flatnonzero(mask)
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
        if isinstance(first, Term) and sum(part.most for part in others) * FEW < first.most:
            return _beside(first, others)
        total = np.zeros(self._size, np.float32)
        found = np.zeros(self._size, bool)
        for part in self._parts:
            docs, scores = part.scored()
            found[docs] = True
            total[docs] += scores
        docs = np.flatnonzero(found)
        return docs, total.take(docs)


class Other(Matcher):
    """What a part does not match; worth nothing."""

    def __init__(self, part: Matcher, size: int) -> None:
        self._part = part
        self._size = size

    @property
    def most(self) -> int:
        return self._size

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


class Weighted(Matcher):
    """A part that counts so many times as much."""

    def __init__(self, part: Matcher, factor: float) -> None:
        self._part = part
        self._factor = np.float32(factor)

    @property
    def most(self) -> int:
        return self._part.most

    def docs(self) -> Docs:
        return self._part.docs()

    def among(self, docs: Docs) -> Mask:
        return self._part.among(docs)

    def scores(self, docs: Docs) -> Floats:
        return self._part.scores(docs) * self._factor

    def scored(self) -> tuple[Docs, Floats]:
        docs, scores = self._part.scored()
        return docs, scores * self._factor


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
