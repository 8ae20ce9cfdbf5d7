"""What matches in one segment. A query becomes a tree of matchers: it is first asked which documents match, and only
then what those are worth that are left. Documents are numbers of the segment, distinct, in no certain order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.ranking import Floats, bm25
from index.whoosh_engine.arrays import AnyInts, OpenField

Docs = NDArray[np.intp]
Mask = NDArray[np.bool_]

NO_DOCS: Docs = np.zeros(0, np.intp)
_FEW = 16
"""Looking up each document in a sorted list pays while the list is so many times as long; else an array with a place
for each document of the segment is faster."""


class Matcher(Protocol):
    """A part of a query in one segment; it lives as long as the search and remembers what it found."""

    @property
    def most(self) -> int:
        """No more documents than these match."""
        ...

    def docs(self) -> Docs:
        """The documents that match."""
        ...

    def among(self, docs: Docs) -> Mask:
        """Which of these documents match."""
        ...

    def scores(self, docs: Docs) -> Floats:
        """What these documents are worth; 0 where one does not match."""
        ...

    def scored(self) -> tuple[Docs, Floats]:
        """The documents that match and what they are worth, where all are wanted."""
        ...


class Term:
    """A word of a field, worth `weight` times BM25."""

    def __init__(
        self, field: OpenField, number: int, held: AnyInts, weight: float, norms: Floats, size: int
    ) -> None:
        self._field = field
        self._number = number
        self._held = held
        self._weight = np.float32(weight)
        self._norms = norms
        self._size = size
        self._docs: Docs | None = None
        self._freqs: AnyInts | None = None
        self._everywhere: AnyInts | None = None

    @property
    def most(self) -> int:
        return len(self._held)

    def docs(self) -> Docs:
        if self._docs is None:
            self._docs = self._held.astype(np.intp)
        return self._docs

    def frequencies(self, docs: Docs) -> AnyInts:
        """How often the word stands in each of these documents."""
        if docs is self._docs:
            return self._own()
        if self._everywhere is None and len(docs) * _FEW < len(self._held):
            places = self._held.searchsorted(docs.astype(self._held.dtype))
            places[places == len(self._held)] = 0
            near: AnyInts = self._own().take(places) * (self._held.take(places) == docs)
            return near
        if self._everywhere is None:
            own = self._own()
            self._everywhere = np.zeros(self._size, own.dtype)
            self._everywhere[self.docs()] = own
        return self._everywhere.take(docs)

    def _own(self) -> AnyInts:
        if self._freqs is None:
            freqs = self._field.freqs(self._number)
            self._freqs = np.ones(len(self._held), np.uint8) if freqs is None else freqs
        return self._freqs

    def among(self, docs: Docs) -> Mask:
        return self.frequencies(docs).astype(bool)

    def scores(self, docs: Docs) -> Floats:
        frequencies = self.frequencies(docs)
        if len(docs) > _FEW * len(self._held):  # nearly all are 0
            scores = np.zeros(len(docs), np.float32)
            places = np.flatnonzero(frequencies)
            scores[places] = self._worth(frequencies.take(places), docs.take(places))
            return scores
        return self._worth(frequencies, docs)

    def _worth(self, frequencies: AnyInts, docs: Docs) -> Floats:
        scores = bm25(frequencies, self._norms.take(self._field.lengths.take(docs)))
        scores *= self._weight
        return scores

    def scored(self) -> tuple[Docs, Floats]:
        docs = self.docs()
        return docs, self._worth(self._own(), docs)


class Constant:
    """Documents that are all worth the same; `mask` has a place for each document of the segment."""

    def __init__(self, mask: Mask, worth: float, *, most: int | None = None) -> None:
        self._mask = mask
        self._worth = np.float32(worth)
        self._most = len(mask) if most is None else most

    @property
    def most(self) -> int:
        return self._most

    def docs(self) -> Docs:
        return np.flatnonzero(self._mask)

    def among(self, docs: Docs) -> Mask:
        return self._mask.take(docs)

    def scores(self, docs: Docs) -> Floats:
        return self._mask.take(docs) * self._worth

    def scored(self) -> tuple[Docs, Floats]:
        docs = self.docs()
        return docs, np.full(len(docs), self._worth, np.float32)


class Found:
    """Documents that were found with what they are worth."""

    def __init__(self, docs: Docs, scores: Floats, size: int) -> None:
        self._docs = docs
        self._scores = scores
        self._size = size

    @property
    def most(self) -> int:
        return len(self._docs)

    def docs(self) -> Docs:
        return self._docs

    def among(self, docs: Docs) -> Mask:
        mask = np.zeros(self._size, bool)
        mask[self._docs] = True
        return mask.take(docs)

    def scores(self, docs: Docs) -> Floats:
        if docs is self._docs:
            return self._scores
        everywhere = np.zeros(self._size, np.float32)
        everywhere[self._docs] = self._scores
        return everywhere.take(docs)

    def scored(self) -> tuple[Docs, Floats]:
        return self._docs, self._scores


class All:
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


class Some:
    """What any part matches; worth the sum of those that do."""

    def __init__(self, parts: Sequence[Matcher], size: int) -> None:
        self._parts = sorted(parts, key=lambda part: -part.most)
        self._size = size

    @property
    def most(self) -> int:
        return min(self._size, sum(part.most for part in self._parts))

    def docs(self) -> Docs:
        first, *others = self._parts
        if sum(part.most for part in others) * _FEW > self._size:
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
        if self.most * _FEW < self._size:
            docs = self.docs()
            return docs, _sum(self._parts, docs)
        first, *others = self._parts
        beside = sum(part.most for part in others)
        if isinstance(first, Term) and beside * _FEW < first.most:
            return _beside(first, others)
        if beside * 2 < first.most:
            return _added(first, others, self._size)
        total: Floats | None = None
        found = np.zeros(self._size, bool)
        for part in self._parts:
            docs, scores = part.scored()
            found[docs] = True
            everywhere = np.zeros(self._size, np.float32)
            everywhere[docs] = scores
            if total is None:
                total = everywhere
            else:
                total += everywhere
        assert total is not None
        docs = np.flatnonzero(found)
        return docs, total.take(docs)


class Other:
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


class Weighted:
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


def _added(first: Matcher, others: Sequence[Matcher], size: int) -> tuple[Docs, Floats]:
    """The same for any matcher, and others that have less than half as many together."""
    docs, scores = first.scored()
    more = np.zeros(size, np.float32)
    inside = np.zeros(size, bool)
    inside[docs] = True
    found = [docs]
    for part in others:
        some, theirs = part.scored()
        more[some] += theirs
        new = some.compress(~inside.take(some))
        inside[new] = True
        found.append(new)
    beyond = (more.take(new) for new in found[1:])
    return np.concatenate(found), np.concatenate([scores + more.take(docs), *beyond])
