"""The documents of a segment in the order of a column of small numbers."""

from __future__ import annotations

import numpy as np

from index.whoosh_engine.arrays import AnyInts
from index.whoosh_engine.codec.narrow import fitting
from index.whoosh_engine.sorting import starts_of


class Sorted:
    """Numbers, none of them negative, with the documents that have them: those of a number, or of several in a row,
    are a slice."""

    def __init__(self, numbers: AnyInts, docs: AnyInts | None = None) -> None:
        """`docs` ascend; None says that each document has one number."""
        order = numbers.argsort(kind="stable")  # a radix sort, where the numbers have 16 bits
        held = order if docs is None else docs.take(order)
        self._docs = held.astype(fitting(int(held.max(initial=0))))
        self._starts = starts_of(numbers.astype(np.int64), int(numbers.max(initial=0)) + 1).astype(np.int32)
        self._last = len(self._starts) - 1

    def docs(self, first: int, end: int) -> AnyInts:
        """The documents whose number is one from `first` to before `end`, number after number."""
        starts, last = self._starts, self._last
        return self._docs[starts[min(first, last)] : starts[min(end, last)]]
