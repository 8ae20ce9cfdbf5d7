"""What a query found, segment by segment, and the first of it in an order without sorting the rest.

Nothing is made before it is asked for. A segment is looked into when the one before has answered, so that the best
documents of one need not be looked for among the worse ones of the next, and a search whose time is over has what was
found by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from index.model import Sort
from index.ranking import Floats
from index.whoosh_engine.firsts import Firsts, head, in_order, reached
from index.whoosh_engine.matchers import NO_DOCS, NO_SCORES, Docs, Mask, Matcher, Wanted
from index.whoosh_engine.shelves import Shelf


class Part:
    """What was found in a segment: what matches and passes; None lets all pass."""

    __slots__ = ("_docs", "_matcher", "_passing", "_total", "shelf")

    def __init__(self, shelf: Shelf, matcher: Matcher, passing: Mask | None) -> None:
        self.shelf = shelf
        self._matcher = matcher
        self._passing = passing
        self._total: int | None = None
        self._docs: Docs | None = None

    @property
    def total(self) -> int:
        """How many documents."""
        if self._total is None:
            self._total = self._matcher.count(self._passing)
        return self._total

    @property
    def docs(self) -> Docs:
        """Their numbers in the segment, in no certain order."""
        if self._docs is None:
            docs = self._matcher.docs()
            self._docs = docs if self._passing is None else docs.compress(self._passing.take(docs))
            self._total = len(self._docs)
        return self._docs

    def scores(self) -> Floats:
        """What these are worth."""
        return self._matcher.scores(self.docs)

    def worth(self, doc: int) -> float:
        """What a document of the segment is worth; 0 where it was not found."""
        docs = np.array([doc])
        return float((self._matcher.scores(docs) * self.among(docs))[0])

    def among(self, docs: Docs) -> Mask:
        """Which of some documents of the segment are found."""
        found = self._matcher.among(docs)
        return found if self._passing is None else found & self._passing.take(docs)

    def within(self, mask: Mask) -> Part:
        """Those of them that pass; `mask` is over the whole index."""
        passing = mask[self.shelf.places]
        part = Part(self.shelf, self._matcher, passing if self._passing is None else passing & self._passing)
        if self._docs is not None:
            part._docs = self._docs.compress(passing.take(self._docs))
            part._total = len(part._docs)
        return part

    def best(self, count: int, least: float) -> Firsts:
        """The first so many by relevance, maybe some more, in no certain order; those that are worth less than
        `least` are not needed."""
        if self._docs is not None and len(self._docs) <= count:
            return Firsts(self.shelf, self._docs, self.scores())
        found = self._matcher.best(Wanted(count, self._passing, least))
        self._total = found.total
        return Firsts(self.shelf, found.docs, found.scores).cut(count)

    def first(self, count: int, sort: Sort) -> Firsts:
        """The first so many in an order by date, maybe some more, in no certain order."""
        total, size = self.total, self.shelf.segment.size
        expected = size * count // max(total, 1)  # so far down the order they are, on the average
        docs = head(self.shelf, count, sort, self.among, expected) if expected * 4 < total else self.docs
        return Firsts(self.shelf, docs, np.zeros(len(docs), np.float32)).cut(count, sort)


class Matches:
    """All that was found; `size` counts the documents of the index. Its parts are made as they are asked for."""

    def __init__(self, parts: Iterable[Part], size: int) -> None:
        self.size = size
        self._coming = iter(parts)
        self._known: list[Part] = []

    def __iter__(self) -> Iterator[Part]:
        """The parts."""
        place = 0
        while place < len(self._known) or self._is_one_more():
            yield self._known[place]
            place += 1

    def _is_one_more(self) -> bool:
        part = next(self._coming, None)
        if part is not None:
            self._known.append(part)
        return part is not None

    @property
    def total(self) -> int:
        """How many documents."""
        return sum([part.total for part in self])

    @property
    def docs(self) -> Docs:
        """Their numbers in the index."""
        return np.concatenate([NO_DOCS, *(part.docs + part.shelf.base for part in self)])

    @property
    def scores(self) -> Floats:
        """What they are worth, in the same order."""
        return np.concatenate([NO_SCORES, *(part.scores() for part in self)])

    def worth(self, doc: int) -> float:
        """What a document is worth; 0 where it was not found."""
        for part in self:
            places = part.shelf.places
            if places.start <= doc < places.stop:
                return part.worth(doc - places.start)
        return 0.0

    def within(self, mask: Mask) -> Matches:
        """Those of them that pass."""
        return Matches((part.within(mask) for part in self), self.size)

    def first(self, count: int, sort: Sort) -> tuple[Docs, Floats]:
        """The first so many in an order: their numbers in the index, and what they are worth, where that
        orders them. Of those that are worth the same the newest comes first; undated ones come last among equals, and
        last of all in both orders by date; equals stand in the order of their ids. What was never edited follows what
        was, the newest first."""
        if count <= 0:
            return NO_DOCS, NO_SCORES
        if sort == "relevance":
            return in_order(self._best(count), count, sort)
        firsts = [part.first(count, sort) for part in self]
        return in_order(firsts, count, sort)

    def _best(self, count: int) -> list[Firsts]:
        found: list[Firsts] = []
        least = -np.inf
        for part in self:
            if found:
                least = max(least, reached(np.concatenate([one.scores for one in found]), count))
            found.append(part.best(count, least))
        return found
