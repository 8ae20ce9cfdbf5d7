"""The documents of a segment in the order of a column of small numbers."""

from __future__ import annotations

from index.whoosh_engine.arrays import AnyInts
from index.whoosh_engine.codec.narrow import fitting


class Sorted:
    """Numbers, none of them negative, with the documents that have them: those of a number, or of several in a row,
    are a slice."""

    def __init__(self, numbers: AnyInts, docs: AnyInts | None = None) -> None:
        """`docs` ascend; None says that each document has one number."""
        order = numbers.argsort(kind="stable")  # a radix sort, where the numbers have 16 bits
        held = order if docs is None else docs.take(order)
        self._docs = held.astype(fitting(int(held.max(initial=0))))
        self._numbers = numbers.take(order)

    def docs(self, first: int, end: int) -> AnyInts:
        """The documents whose number is one from `first` to before `end`, number after number."""
        return self._docs[self._place(first) : self._place(end)]

    def _place(self, number: int) -> int:
        numbers = self._numbers
        if not len(numbers) or number > numbers[-1]:
            return len(numbers)
        return int(numbers.searchsorted(numbers.dtype.type(number)))
