"""How well a word fits a document: BM25F as Whoosh computes it, in arrays. Pure.

A word is worth `idf * tf * (K1 + 1) / (tf + norm)` in a field, where the norm grows with the length of the field; a
document is worth the sum over the words of the query and the fields that they stand in, each field with its weight.
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

K1 = 1.2
"""How soon further mentions of a word in one document stop to count."""

TITLE_WEIGHT = 2.0
"""How much more a word in the title says than one in the text."""

_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.float64)


def idf(documents: int, holding: int) -> float:
    """What a word is worth that so many of all documents hold; more than 0."""
    return math.log(documents / (holding + 1)) + 1


def norms(average: float) -> Floats:
    """For each byte of length, what is added to the frequency below the line; `average` is the mean length in
    words."""
    return (K1 * ((1 - B) + B * _LENGTHS / average)).astype(np.float32)


def bm25(frequencies: NDArray[Any], norm: Floats) -> Floats:
    """What mentions are worth in documents with these norms, up to K1 + 1; 0 for none."""
    tf = frequencies.astype(np.float32)
    return tf * np.float32(K1 + 1) / (tf + norm)
