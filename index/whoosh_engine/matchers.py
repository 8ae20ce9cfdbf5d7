"""What matches in one segment. A query becomes a tree of matchers: it is first asked which documents match, and only
then what those are worth that are left. Documents are numbers of the segment, distinct, in no certain order."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.ranking import Floats, bm25
from index.whoosh_engine.arrays import AnyInts, OpenField

Docs = NDArray[np.intp]
Mask = NDArray[np.bool_]

NO_DOCS: Docs = np.zeros(0, np.intp)
NO_SCORES: Floats = np.zeros(0, np.float32)
FEW = 16
"""Looking up each document in a sorted list pays while the list is so many times as long; else an array with a place
for each document of the segment is faster."""


class Wanted(NamedTuple):
    """What a page needs of a segment: so many `hits`, the best of the documents that pass; None lets all pass. Those that
    are worth less than `least` are not needed: elsewhere there are so many that are worth as much."""

    hits: int
    passing: Mask | None = None
    least: float = -np.inf


class Best(NamedTuple):
    """How many documents match and pass, and those of them, in no certain order, that can be among the best so many:
    whatever is worth as much as the last of these is there, too, and maybe more. Scores are exact."""

    total: int
    docs: Docs
    scores: Floats


class Matcher(Protocol):
    """A part of a query in one segment; it lives as long as the search and remembers what it found. Whoever derives
    from it counts and finds the best by looking at all that match, unless a quicker way is known."""

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
        """The documents that match and what they are worth, where all are wanted: to the last bit what `scores` says
        of them, so that equals stay equals."""
        ...

    def count(self, passing: Mask | None) -> int:
        """How many documents match and pass."""
        docs = self.docs()
        return len(docs) if passing is None else int(np.count_nonzero(passing.take(docs)))

    def best(self, wanted: Wanted) -> Best:
        """The best documents, exactly, and how many there are."""
        if wanted.passing is None:
            docs, scores = self.scored()
        else:
            docs = self.docs()
            docs = docs.compress(wanted.passing.take(docs))
            scores = self.scores(docs)
        return Best(len(docs), docs, scores)


class Term(Matcher):
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
        if self._everywhere is None and len(docs) * FEW < len(self._held):
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
        if len(docs) > FEW * len(self._held):  # nearly all are 0
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


class Constant(Matcher):
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
