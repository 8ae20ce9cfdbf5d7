"""Frequencies in a byte each, so that they are read where they lie; the few that are greater are listed beside them.

For each block of `BLOCK` postings the sum of all frequencies before it is kept: it says where their places begin.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from index.whoosh_engine.arrays import AnyInts
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.narrow import narrowed

BLOCK = 256
_LISTED = 255


def put_freqs(file: ContainerWriter, name: str, freqs: AnyInts) -> None:
    """Add the sections of these frequencies."""
    file.add(name, np.minimum(freqs, _LISTED).astype(np.uint8, copy=False))
    listed = np.flatnonzero(freqs >= _LISTED)
    file.add(f"{name}/listed", narrowed(listed))
    file.add(f"{name}/listed values", narrowed(freqs[listed]))
    whole = len(freqs) // BLOCK * BLOCK
    sums = freqs[:whole].reshape(-1, BLOCK).sum(axis=1, dtype=np.int64)
    file.add(f"{name}/sums", narrowed(np.concatenate((np.zeros(1, np.int64), np.cumsum(sums)))))


class Frequencies:
    """Reads runs of them."""

    def __init__(self, file: Container, name: str) -> None:
        self._freqs = file.array(name)
        self._listed = file.array(f"{name}/listed")
        self._at = file.view(f"{name}/listed")
        self._values = file.array(f"{name}/listed values")
        self._sums = file.view(f"{name}/sums")

    def run(self, start: int, end: int) -> AnyInts:
        """The frequencies from one posting to another: a view of the file where none is listed."""
        freqs: AnyInts = self._freqs[start:end]
        if not len(self._listed):
            return freqs
        first, last = bisect_left(self._at, start), bisect_left(self._at, end)
        if first == last:
            return freqs
        freqs = freqs.astype(self._values.dtype)
        freqs[self._listed[first:last] - start] = self._values[first:last]
        return freqs

    def sum_before(self, posting: int) -> int:
        """The sum of the frequencies of all postings before this one."""
        block = posting // BLOCK
        return self._sums[block] + int(self.run(block * BLOCK, posting).sum())
