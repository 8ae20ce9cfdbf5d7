"""Articles of one story as one result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.matches import Matches

Mask = NDArray[np.bool_]
Docs = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Stories:
    """The documents that share a story with others, in the order of their publication, with the number of the story
    that each is of; and, by document number, which documents are not the first of theirs."""

    docs: Docs
    of: Ints
    copies: Mask


@dataclass(frozen=True, slots=True)
class Collapsed:
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


def find_stories(live: Mask, story: Ints, *, first: Ints, ids: Ints) -> Stories:
    """The stories of several live documents; `first` says when a document was published, ids decide among equals. A
    story has the number of one of its articles: whatever is alone has its own."""
    odd = np.flatnonzero(live & (story != ids))
    shared = np.unique(story[odd])
    docs = np.flatnonzero(live & np.isin(story, shared)) if len(shared) else odd
    _, inverse, counts = np.unique(story[docs], return_inverse=True, return_counts=True)
    docs = docs[counts[inverse] > 1]
    docs = docs[np.lexsort((ids[docs], first[docs]))]
    of = story[docs]
    copies = np.zeros(len(live), bool)
    copies[docs] = True
    copies[docs[_firsts(of)]] = False
    return Stories(docs, of, copies)


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
