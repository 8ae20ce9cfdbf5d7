"""Articles of one story as one result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.matchers import NO_DOCS
from index.whoosh_engine.matches import Matches
from index.whoosh_engine.shelves import Shelf, Shelves

Mask = NDArray[np.bool_]
Docs = NDArray[np.intp]

_NONE: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Stories:
    """The documents that share a story with others, in the order of their publication, with the number of the story
    that each is of; and, by document number, which documents are not the first of theirs."""

    docs: Docs
    of: Ints
    copies: Mask


class Collapsed(NamedTuple):
    """What was found with one of each story: the first published. `docs` and `of` are those found that share a story
    with others, in the order of their publication; so many of them are `hidden`."""

    shown: Matches
    docs: Docs
    of: Ints
    hidden: int = 0

    def others(self, doc: int, story: int) -> Docs:
        """The further documents found of the story of a document that is shown."""
        others: Docs = self.docs[(self.of == story) & (self.docs != doc)]
        return others


def find_stories(shelves: Shelves) -> Stories:
    """The stories of several live documents. A story has the number of one of its articles: whatever is alone has its
    own. Only documents of another number are looked at, and those that have lent them theirs."""
    copies = np.zeros(shelves.documents, bool)
    retold = [_alive(shelf, shelf.retold) for shelf in shelves]
    shared = np.unique(np.concatenate([_NONE, *map(_stories_of, shelves, retold)]))
    if not len(shared):
        return Stories(NO_DOCS, _NONE, copies)
    told = [
        np.concatenate([some, _lenders(shelf, shared)]) for shelf, some in zip(shelves, retold, strict=True)
    ]
    docs = np.concatenate([some + shelf.base for shelf, some in zip(shelves, told, strict=True)])
    of, first, ids = (
        np.concatenate(
            [shelf.segment.numbers(name).take(some) for shelf, some in zip(shelves, told, strict=True)]
        )
        for name in ("story", "first", "id")
    )
    _, inverse, counts = np.unique(of, return_inverse=True, return_counts=True)
    several = np.flatnonzero(counts.take(inverse) > 1)
    order = several.take(np.lexsort((ids.take(several), first.take(several))))
    docs, of = docs.take(order), of.take(order)
    copies[docs] = True
    copies[docs[_firsts(of)]] = False
    return Stories(docs, of, copies)


def _alive(shelf: Shelf, docs: Docs) -> Docs:
    return docs if shelf.live is None else docs.compress(shelf.live.take(docs))


def _stories_of(shelf: Shelf, docs: Docs) -> Ints:
    return shelf.segment.numbers("story").take(docs)


def _lenders(shelf: Shelf, stories: Ints) -> Docs:
    """The live documents of a segment whose own numbers some stories have, and that are of these."""
    docs = _alive(shelf, shelf.with_ids(stories))
    return docs.compress(shelf.segment.numbers("story").take(docs) == shelf.segment.numbers("id").take(docs))


def collapse(stories: Stories, found: Matches) -> Collapsed:
    """Of each story only the first published of what was found."""
    if not len(stories.docs):
        return uncollapsed(found)
    held = np.zeros(len(stories.docs), bool)
    for part in found:
        places = part.shelf.places
        inside = np.flatnonzero((stories.docs >= places.start) & (stories.docs < places.stop))
        held[inside] = part.among(stories.docs.take(inside) - places.start)
    docs, of = stories.docs.compress(held), stories.of.compress(held)
    hidden = np.ones(len(docs), bool)
    hidden[_firsts(of)] = False
    if not hidden.any():
        return uncollapsed(found)
    shown = np.ones(found.size, bool)
    shown[docs.compress(hidden)] = False
    return Collapsed(found.within(shown), docs, of, int(np.count_nonzero(hidden)))


def uncollapsed(found: Matches) -> Collapsed:
    """Every document for itself."""
    none = np.zeros(0, np.intp)
    return Collapsed(found, none, none)


def _firsts(of: Ints) -> Docs:
    """Where each story comes first."""
    return np.unique(of, return_index=True)[1]
