"""How well a word fits a document: BM25F as Whoosh computes it, in arrays. Pure.

A word is worth `idf * tf * (K1 + 1) / (tf + norm)` in a field, where the norm grows with the length of the field; a
document is worth the sum over the words of the query and the fields that they stand in, each field with its weight.

All values are usual ones of the literature; none was fitted to a collection of judged queries. What they are worth on
four of these, and what was tried and left out, is in docs/decisions/0029-ranking.md.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length

Floats = NDArray[np.float32]

B = 0.75
"""How much the length of a field counts, from 0 (not at all) to 1 (fully)."""

K1 = 1.5
"""How soon further mentions of a word in one document stop to count: the middle of the usual 1.2 to 2."""

TITLE_WEIGHT = 1.0
"""What a word in the title counts beside one in the text. A title is a short field of its own, so that one mention in
it counts as much as one in a text of the usual length, whatever the text says besides. More than that lets titles
decide alone."""

LEAST_IDF = 0.1
"""What a word is worth at least: one that half of all documents hold says nothing about any, but in a small archive,
where it may be what the archive is about, more mentions still come before fewer."""

KINDRED = (("title", "body", "earlier"), ("title_exact", "body_exact", "was"))
"""Fields of the index that hold words of the same kind."""
_KINDRED = {name: names for names in KINDRED for name in names}

_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.float64)


def idf(documents: int, holding: int) -> float:
    """What a word is worth that so many of all documents hold: the weight of Robertson and Spärck Jones. Words that
    stand in most documents of a language count next to nothing, without a list of them for each language."""
    return max(math.log((documents - holding + 0.5) / (holding + 0.5)), LEAST_IDF)


def kindred(name: str) -> tuple[str, ...]:
    """The fields that tell how rare a word of a field is: as rare as in that of them where it is the most common. A
    word which is rare in titles is not rare because of that."""
    return _KINDRED.get(name) or (name,)


def norms(average: float) -> Floats:
    """For each byte of length, what is added to the frequency below the line; `average` is the mean length in
    words."""
    return (K1 * ((1 - B) + B * _LENGTHS / average)).astype(np.float32)


def bm25(frequencies: NDArray[Any], norm: Floats | np.float32, weight: float = 1.0) -> Floats:
    """What mentions are worth in documents with these norms, up to K1 + 1 times the weight; 0 for none."""
    tf = frequencies.astype(np.float32)
    worth: Floats = tf * np.float32((K1 + 1) * weight)
    tf += norm
    worth /= tf
    return worth
