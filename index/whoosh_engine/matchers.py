"""What matches in one segment. A query becomes a tree of matchers: it is first asked which documents match, and only
then what those are worth that are left. Documents are numbers of the segment, in no certain order."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.ranking import Floats

Docs = NDArray[np.intp]
Mask = NDArray[np.bool_]
Bounds = NDArray[np.uint8 | np.uint16]

MARGIN = 1e-5
"""By so much, of a whole, bounds are drawn wider than they are computed: scores are rounded to 24 bits."""

NO_DOCS: Docs = np.zeros(0, np.intp)
NO_SCORES: Floats = np.zeros(0, np.float32)
FEW = 16
"""Looking up each document in a sorted list pays while the list is so many times as long; else an array with a place
for each document of the segment is faster."""


class Wanted(NamedTuple):
    """What a page needs of a segment: so many `hits`, the best of the documents that pass; None lets all pass. Those
    that are worth less than `least` are not needed: elsewhere there are so many that are worth as much."""

    hits: int
    passing: Mask | None = None
    least: float = -np.inf


class Best(NamedTuple):
    """How many documents match and pass, and those of them, in no certain order, that can be among the best so many:
    whatever is worth as much as the last of these is there, too, and maybe more. Scores are exact."""

    total: int
    docs: Docs
    scores: Floats


class Bound(NamedTuple):
    """No document is worth more than `worth`, the sum of what so many `leaves` give at the most."""

    worth: float
    leaves: int


class Scale(NamedTuple):
    """Bounds in small integers: one is so much worth."""

    unit: float
    dtype: type[np.uint8 | np.uint16]


class Matcher(Protocol):
    """A part of a query in one segment; it lives as long as the search and remembers what it found. Whoever derives
    from it counts and finds the best by looking at all that match, unless a quicker way is known."""

    most: int
    """No more documents than these match."""

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

    def bound(self) -> Bound | None:
        """What no document is worth more than; None where nothing is known, or nobody asks."""
        return None

    def bounds(self, scale: Scale) -> Bounds:
        """The same of each document of the segment: 0 where it does not match. A leaf adds at most one to the bound
        that it has told. Only to be asked of a matcher that has a bound."""
        msg = f"{self!r} has no bound"
        raise NotImplementedError(msg)


class Constant(Matcher):
    """Documents that are all worth the same; `mask` has a place for each document of the segment."""

    def __init__(self, mask: Mask, worth: float, *, most: int | None = None) -> None:
        self._mask = mask
        self._worth = np.float32(worth)
        self.most = len(mask) if most is None else most

    def docs(self) -> Docs:
        return np.flatnonzero(self._mask)

    def among(self, docs: Docs) -> Mask:
        return self._mask.take(docs)

    def scores(self, docs: Docs) -> Floats:
        return self._mask.take(docs) * self._worth

    def scored(self) -> tuple[Docs, Floats]:
        docs = self.docs()
        return docs, np.full(len(docs), self._worth, np.float32)

    def bound(self) -> Bound | None:
        return Bound(float(self._worth), 1)

    def bounds(self, scale: Scale) -> Bounds:
        return self._mask * scale.dtype(float(self._worth) / scale.unit + 1)
