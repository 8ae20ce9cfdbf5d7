"""Lengths of fields in Whoosh's byte, for whole arrays."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import length_to_byte

from index.whoosh_engine.arrays import AnyInts

_LONGEST = 110_000
"""All lengths from here on share the last byte."""


@cache
def _table() -> NDArray[np.uint8]:
    return np.array([length_to_byte(length) for length in range(_LONGEST + 1)], np.uint8)


def length_bytes(lengths: AnyInts) -> NDArray[np.uint8]:
    """Whoosh's byte of each length."""
    return _table()[np.minimum(lengths, _LONGEST)]
