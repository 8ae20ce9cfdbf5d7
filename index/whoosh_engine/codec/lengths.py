"""Lengths of fields in Whoosh's byte, for whole arrays."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length

from index.whoosh_engine.arrays import AnyInts


@cache
def _table() -> NDArray[np.uint8]:
    """For each length its byte: the first whose own length is not less. All longer ones share the last byte."""
    own = [byte_to_length(byte) for byte in range(256)]
    return np.repeat(np.arange(256, dtype=np.uint8), np.diff(own, prepend=-1))


def length_bytes(lengths: AnyInts) -> NDArray[np.uint8]:
    """Whoosh's byte of each length."""
    return _table().take(lengths, mode="clip")
