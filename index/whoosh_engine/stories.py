"""Articles of one story as one result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stories:
    """The documents that share a story with others, in the order of their publication, with the number of the story
    that each is of; and, by document number, which documents are not the first of theirs."""

    docs: Ints
    of: Ints
    copies: Mask


@dataclass(frozen=True, slots=True)
class Collapsed:
    """Some matching documents with one of each story: the first published. `docs` and `of` are those matching that
    share a story with others, in the order of their publication."""

    mask: Mask
    docs: Ints
    of: Ints

    def others(self, doc: int, story: int) -> Ints:
        """The further matching documents of the story of a document that is shown."""
        others: Ints = self.docs[(self.of == story) & (self.docs != doc)]
        return others


def find_stories(live: Mask, story: Ints, *, first: Ints, ids: Ints) -> Stories:
    """The stories of several live documents; `first` says when a document was published, ids decide among equals."""
    docs = np.flatnonzero(live)
    _, inverse, counts = np.unique(story[docs], return_inverse=True, return_counts=True)
    docs = docs[counts[inverse] > 1]
    docs = docs[np.lexsort((ids[docs], first[docs]))]
    of = story[docs]
    copies = np.zeros(len(live), bool)
    copies[docs] = True
    copies[docs[_firsts(of)]] = False
    return Stories(docs, of, copies)


def collapse(stories: Stories, mask: Mask) -> Collapsed:
    """Of each story only the first published of the matching documents."""
    matching = mask[stories.docs]
    docs, of = stories.docs[matching], stories.of[matching]
    shown = mask.copy()
    shown[docs] = False
    shown[docs[_firsts(of)]] = True
    return Collapsed(shown, docs, of)


def uncollapsed(mask: Mask) -> Collapsed:
    """Every document for itself."""
    none = np.zeros(0, np.int64)
    return Collapsed(mask, none, none)


def _firsts(of: Ints) -> Ints:
    """Where each story comes first."""
    return np.unique(of, return_index=True)[1].astype(np.int64)
