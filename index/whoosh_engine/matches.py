"""What a query found, segment by segment, and the first of it in an order without sorting the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.model import Sort
from index.ranking import Floats
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.matchers import NO_DOCS, Docs, Mask
from index.whoosh_engine.shelves import Shelf, Shelves, sort_keys

_ROWS = 64
_MANY = 4_096


@dataclass(frozen=True, slots=True)
class Part:
    """What was found in a segment: its numbers of the documents, distinct, in no certain order; `scores` are what
    they are worth, where that was asked for."""

    shelf: Shelf
    docs: Docs
    scores: Floats | None = None

    def within(self, mask: Mask) -> Part:
        """Those of them that pass; `mask` is over the whole index."""
        passing = mask[self.shelf.places].take(self.docs)
        scores = None if self.scores is None else self.scores.compress(passing)
        return Part(self.shelf, self.docs.compress(passing), scores)

    def first(self, count: int, sort: Sort) -> Part:
        """Not many more than the first so many of them, in no certain order."""
        if len(self.docs) <= count:
            return self
        merits = self.shelf.order(sort).merits
        if sort == "relevance" and self.scores is not None:
            scores = self.scores
            chosen = foremost(scores, count)
            if len(chosen) > 4 * count:
                chosen = _cut(chosen, scores, merits.take(self.docs.take(chosen)), count)
            return Part(self.shelf, self.docs.take(chosen), scores.take(chosen))
        chosen = foremost(merits.take(self.docs), count)
        return Part(self.shelf, self.docs.take(chosen))


@dataclass(frozen=True, slots=True)
class Matches:
    """All that was found; `size` counts the documents of the index."""

    parts: tuple[Part, ...]
    size: int

    @property
    def total(self) -> int:
        """How many documents."""
        return sum(len(part.docs) for part in self.parts)

    @property
    def docs(self) -> Docs:
        """Their numbers in the index."""
        if len(self.parts) == 1:
            return self.parts[0].docs + self.parts[0].shelf.base
        return np.concatenate([NO_DOCS, *(part.docs + part.shelf.base for part in self.parts)])

    @property
    def scores(self) -> Floats:
        """What they are worth, in the same order; 0 where that was not asked for."""
        if len(self.parts) == 1:
            return _scores(self.parts[0])
        none = np.zeros(0, np.float32)
        return np.concatenate([none, *(_scores(part) for part in self.parts)])

    @property
    def mask(self) -> Mask:
        """The same with a place for each document of the index."""
        mask = np.zeros(self.size, bool)
        for part in self.parts:
            mask[part.shelf.places][part.docs] = True
        return mask

    def within(self, mask: Mask) -> Matches:
        """Those of them that pass."""
        return Matches(tuple(part.within(mask) for part in self.parts), self.size)

    def first(self, count: int, sort: Sort) -> tuple[Docs, Floats]:
        """The first so many in an order: their numbers in the index, and what they are worth. Of those that are worth
        the same the newest comes first; undated ones come last among equals, and last of all in both orders by date;
        equals stand in the order of their ids. What was never edited follows what was, the newest first."""
        few = Matches(tuple(part.first(count, sort) for part in self.parts), self.size)
        docs, scores = few.docs, few.scores
        if sort == "relevance":
            order = np.argsort(-scores)[: count + 1]
            best = scores.take(order)
            if (best[1:] != best[:-1]).all():  # no two of them worth the same: nothing else counts
                return docs.take(order[:count]), best[:count]
        keys = sort_keys(few.numbers, sort)
        order = np.lexsort((*keys, -scores) if sort == "relevance" else keys)[:count]
        return docs.take(order), scores.take(order)

    def numbers(self, name: str) -> Ints:
        """A column of numbers, of these documents."""
        columns = (part.shelf.segment.numbers(name).take(part.docs) for part in self.parts)
        return np.concatenate([np.zeros(0, np.int64), *columns])


def _scores(part: Part) -> Floats:
    return np.zeros(len(part.docs), np.float32) if part.scores is None else part.scores


def foremost(values: NDArray[Any], count: int) -> NDArray[np.intp]:
    """Where the greatest so many values are, and all others that are not less; maybe some more. The greatest of each
    of many columns are looked at first: whatever belongs to the first ones is not less than so many of those."""
    size = len(values)
    if size <= count:
        return np.arange(size)
    columns = size // _ROWS
    greatest = np.maximum.reduce(values[: columns * _ROWS].reshape(_ROWS, -1)) if size > _MANY else values
    if len(greatest) < count:
        greatest = values
    least = np.partition(greatest, len(greatest) - count)[len(greatest) - count]
    return np.flatnonzero(values >= least)


def _cut(
    chosen: NDArray[np.intp], scores: Floats, merits: NDArray[np.uint32], count: int
) -> NDArray[np.intp]:
    """Of many that were chosen the first ones: those that are worth more than the last one, and of its equals the
    ones with the greatest merits."""
    worth = scores.take(chosen)
    least = np.partition(worth, len(worth) - count)[len(worth) - count]
    above, equal = np.flatnonzero(worth > least), np.flatnonzero(worth == least)
    wanted = count - len(above)
    if len(equal) > wanted:
        equal = equal.take(np.argpartition(merits.take(equal), len(equal) - wanted)[len(equal) - wanted :])
    return chosen.take(np.concatenate([above, equal]))


def first_of_all(shelves: Shelves, count: int, sort: Sort, shown: Mask | None) -> Docs:
    """The first so many of all live documents in an order; `shown` are those that count, None where all do."""
    parts = (Part(shelf, _head(shelf, count, sort, shown)) for shelf in shelves)
    return Matches(tuple(parts), shelves.documents).first(count, sort)[0]


def _head(shelf: Shelf, count: int, sort: Sort, shown: Mask | None) -> Docs:
    order = shelf.order(sort).docs
    masks = [
        mask for mask in (shelf.live, None if shown is None else shown[shelf.places]) if mask is not None
    ]
    end = count
    while True:
        docs = order[:end]
        for mask in masks:
            docs = docs.compress(mask.take(docs))
        if len(docs) >= count or end >= len(order):
            return docs[:count]
        end *= 4
