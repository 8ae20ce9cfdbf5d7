"""The terms of a field, in the order of their bytes: joined to one string, with the offset of each."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import pairwise

import numpy as np

from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.narrow import narrowed

_STEP = 64
"""One term in so many is kept in a list, where bisection costs a tenth of what it does in the file."""


def put_terms(file: ContainerWriter, field: str, terms: list[bytes]) -> None:
    """Add the sections of these terms; they are sorted and distinct."""
    ends = np.cumsum([len(term) for term in terms], dtype=np.int64)
    file.add(f"{field}/terms", np.frombuffer(b"".join(terms), np.uint8))
    file.add(f"{field}/term ends", narrowed(np.concatenate(([0], ends))))


class TermTable:
    """Finds terms by their bytes or by their number."""

    def __init__(self, file: Container, field: str) -> None:
        self._bytes, self._start = file.slices(f"{field}/terms")
        self._ends = file.view(f"{field}/term ends")
        self.count = len(self._ends) - 1

    def term(self, number: int) -> bytes:
        """The term with this number."""
        ends, start = self._ends, self._start
        return self._bytes[start + ends[number] : start + ends[number + 1]]

    def terms(self, first: int, end: int) -> list[bytes]:
        """The terms of a range of numbers."""
        if first >= end:
            return []
        ends = self._ends[first : end + 1].tolist()
        start = ends[0]
        joined = self._bytes[self._start + start : self._start + ends[-1]]
        return [joined[a - start : b - start] for a, b in pairwise(ends)]

    def place(self, term: bytes) -> int:
        """How many terms come before this one."""
        content, ends, start = self._bytes, self._ends, self._start
        low = bisect_right(self._guides, term) * _STEP
        high = min(low + _STEP, self.count)
        while low < high:  # bisect_left, without the cost of calling a key
            middle = (low + high) >> 1
            if content[start + ends[middle] : start + ends[middle + 1]] < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int:
        """The number of a term, -1 where there is none."""
        place = self.place(term)
        ends, start = self._ends, self._start
        if place < self.count and self._bytes[start + ends[place] : start + ends[place + 1]] == term:
            return place
        return -1

    @cached_property
    def _guides(self) -> list[bytes]:
        """The terms with the numbers `_STEP`, twice `_STEP` and so on."""
        return [self.term(number) for number in range(_STEP, self.count, _STEP)]
