"""The first of many documents in an order, without sorting the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.model import Sort
from index.ranking import Floats
from index.whoosh_engine.matchers import NO_DOCS, NO_SCORES, Docs, Mask
from index.whoosh_engine.shelves import Shelf, Shelves

_ROWS = 64
_MANY = 4_096
_MORE = 4
"""So many times as many as are wanted cost less to put in order than to leave out."""

_SORTED = 256
"""So many are put in order without numpy."""

_HEAD = 64
"""So many documents, at least, are looked at at once from the head of an order."""


class Firsts(NamedTuple):
    """Documents of a segment that can be among the first of the index, in no certain order, and what they are
    worth."""

    shelf: Shelf
    docs: Docs
    scores: Floats

    def cut(self, count: int, sort: Sort = "relevance") -> Firsts:
        """Not many more than the first so many of them."""
        if len(self.docs) <= _MORE * count:
            return self
        if sort != "relevance":
            return self._take(foremost(self._merits(self.docs, sort), count))
        chosen = foremost(self.scores, count)
        if len(chosen) > _MORE * count:
            merits = self._merits(self.docs.take(chosen), sort)
            chosen = chosen.take(_best_and_newest(self.scores.take(chosen), merits, count))
        return self._take(chosen)

    def _merits(self, docs: Docs, sort: Sort) -> NDArray[np.uint32]:
        return self.shelf.order(sort).merits.take(docs)

    def _take(self, places: NDArray[np.intp]) -> Firsts:
        return Firsts(self.shelf, self.docs.take(places), self.scores.take(places))


def in_order(found: Sequence[Firsts], count: int, sort: Sort) -> tuple[Docs, Floats]:
    """The first so many of what was found in several segments, by their numbers in the index."""
    if not found:
        return NO_DOCS, NO_SCORES
    docs = np.concatenate([one.docs + one.shelf.base for one in found])
    scores = np.concatenate([one.scores for one in found])
    if sort == "relevance":
        order = _downwards(scores)[: count + 1]
        best = scores.take(order)
        if len(set(best.tolist())) == len(best):  # no two of them worth the same: nothing else counts
            return docs.take(order[:count]), best[:count]

    keys = np.concatenate([one.shelf.keys(sort).take(one.docs, axis=0) for one in found]).T
    order = np.lexsort((*keys, -scores) if sort == "relevance" else keys)[:count]
    return docs.take(order), scores.take(order)


def _downwards(scores: Floats) -> Sequence[int] | NDArray[np.intp]:
    """Where the greatest is, the next one and so on. A few are sorted without numpy: its sorting is the fastest,
    but so much code that to call for it costs more."""
    if len(scores) > _SORTED:
        return np.argsort(-scores)
    return sorted(range(len(scores)), key=scores.tolist().__getitem__, reverse=True)


def reached(scores: Floats, count: int) -> float:
    """What the last of the best so many is worth; nothing can be said where there are fewer."""
    if count <= 0 or len(scores) < count:
        return -np.inf
    return float(_at_least(scores, count))


def _at_least(values: NDArray[Any], count: int) -> Any:
    """The last of the greatest so many."""
    parted: NDArray[Any] = values.copy()
    parted.partition(len(parted) - count)
    return parted[-count]


def foremost(values: NDArray[Any], count: int) -> NDArray[np.intp]:
    """Where the greatest so many values are, and all others that are not less; maybe some more. The greatest of each
    of many columns are looked at first: whatever belongs to the first ones is not less than so many of those."""
    if len(values) <= count:
        return np.arange(len(values))
    chosen: NDArray[np.intp] = (values >= not_less(values, count)).nonzero()[0]
    return chosen


def not_less(values: NDArray[Any], count: int) -> Any:
    """What so many of more values, at least, are not less than: nearly as much as can be said of any so many."""
    size = len(values)
    columns = size // _ROWS
    greatest = np.maximum.reduce(values[: columns * _ROWS].reshape(_ROWS, -1)) if size > _MANY else values
    if len(greatest) < count:
        greatest = values
    return _at_least(greatest, count)


def _best_and_newest(scores: Floats, merits: NDArray[np.uint32], count: int) -> NDArray[np.intp]:
    """Where the first of many are: those that are worth more than the last one, and of its equals the ones with the
    greatest merits."""
    least = _at_least(scores, count)
    above, equal = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
    wanted = count - len(above)
    if len(equal) > wanted:
        equal = equal.take(np.argpartition(merits.take(equal), len(equal) - wanted)[len(equal) - wanted :])
    return np.concatenate([above, equal])


def head(shelf: Shelf, count: int, sort: Sort, among: Callable[[Docs], Mask], expected: int = 0) -> Docs:
    """The first so many documents of a segment in an order that are among those that are found, maybe some more: from
    the head of the order down, at first so far as they are expected."""
    order = shelf.order(sort).docs
    found = [NO_DOCS]
    start, step = 0, max(_HEAD, 2 * expected)
    while start < len(order) and count > 0:
        docs = order[start : start + step]
        docs = docs.compress(among(docs))
        found.append(docs)
        count -= len(docs)
        start, step = start + step, step * 2
    return np.concatenate(found)


def first_of_all(shelves: Shelves, count: int, sort: Sort, shown: Mask | None) -> Docs:
    """The first so many of all live documents in an order; `shown` are those that count, None where all do."""
    found = []
    for shelf in shelves:
        docs = _head_of_all(shelf, count, sort, shown)
        found.append(Firsts(shelf, docs, np.zeros(len(docs), np.float32)))
    return in_order(found, count, sort)[0]


def _head_of_all(shelf: Shelf, count: int, sort: Sort, shown: Mask | None) -> Docs:
    masks = [
        mask for mask in (shelf.live, None if shown is None else shown[shelf.places]) if mask is not None
    ]
    if not masks:
        return shelf.order(sort).docs[:count]

    def among(docs: Docs) -> Mask:
        passing = masks[0].take(docs)
        for mask in masks[1:]:
            passing &= mask.take(docs)
        return passing

    return head(shelf, count, sort, among)[:count]
