"""The values of a facet that the documents of a segment hold, as numbers of a `Numbering`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from index.model import EDITED, WORD_BANDS
from index.whoosh_engine.arrays import AnyInts, Ints, OpenSegment, ValueArrays
from index.whoosh_engine.codec.narrow import fitting
from index.whoosh_engine.listed import Listed
from index.whoosh_engine.matchers import Docs, Mask
from index.whoosh_engine.numbering import NOTHING, Numbering
from index.whoosh_engine.sortedcolumn import Sorted

_MANY = 32
"""Of so many values the documents are put together from lists."""


class ValueColumn:
    """By document the number of its first value, NOTHING where it has none; the further ones of documents with
    several stand beside it. All in the narrowest type that holds them: whoever counts reads most of it."""

    def __init__(
        self, numbering: Numbering, first: AnyInts, more: tuple[AnyInts, AnyInts] | None = None
    ) -> None:
        """`more` are documents, ascending, and the numbers of their further values."""
        self.numbering = numbering
        self._first = first
        self._more = more

    @classmethod
    def of(cls, values: ValueArrays, numbering: Numbering) -> ValueColumn:
        """That of a segment."""
        numbers = numbering.numbers_of(values.values)
        numbers = numbers.astype(fitting(int(numbers.max(initial=NOTHING)))).take(values.codes)
        starts = values.starts[:-1]
        held = np.diff(values.starts)
        holding = np.flatnonzero(held)
        first = np.full(len(held), NOTHING, numbers.dtype)
        first[holding] = numbers.take(starts.take(holding))
        if len(holding) == len(numbers):
            return cls(numbering, first)
        further = np.ones(len(numbers), bool)
        further[starts.take(holding)] = False
        docs = np.repeat(np.arange(len(held)), held).compress(further)
        return cls(numbering, first, (docs, numbers.compress(further)))

    def held_by(self, docs: Docs) -> list[AnyInts]:
        """The numbers of all values of some documents, NOTHING for each that has none; in two arrays where some have
        several."""
        found: list[AnyInts] = [self._first.take(docs)]
        if self._more is not None:
            chosen = np.zeros(len(self._first), bool)
            chosen[docs] = True
            found.append(self._more[1].compress(chosen.take(self._more[0])))
        return found

    def holding(self, numbers: Sequence[int]) -> Listed:
        """The documents that hold one of these values; NOTHING among them stands for those without any."""
        if len(numbers) > _MANY:
            return self._holding_any(self._lookup(numbers))
        lists = [docs for n in numbers if len(docs := self._by_number.docs(n, n + 1))]
        if self._more is not None:
            return _listed(lists, len(self._first))
        first = self._first
        if len(lists) == len(numbers) == 1:
            return Listed(lists, lambda docs: first.take(docs) == numbers[0])
        wanted = self._lookup(numbers)
        return Listed(lists, lambda docs: wanted.take(first.take(docs)))

    def _lookup(self, numbers: Sequence[int]) -> Mask:
        """Which of all numbers are among these."""
        wanted = np.zeros(len(self.numbering.values), bool)
        wanted[list(numbers)] = True
        return wanted

    def _holding_any(self, wanted: Mask) -> Listed:
        """The documents that hold one of many values, found by looking at what each document holds."""
        mask = wanted.take(self._first)
        if self._more is not None:
            docs, numbers = self._more
            mask[docs.compress(wanted.take(numbers))] = True
        return Listed([np.flatnonzero(mask)], mask.take)

    @cached_property
    def _by_number(self) -> Sorted:
        if self._more is None:
            return Sorted(self._first)
        docs, numbers = self._more
        docs = np.concatenate([np.arange(len(self._first)), docs])
        return Sorted(np.concatenate([self._first, numbers]), docs)


def _listed(lists: list[AnyInts], size: int) -> Listed:
    """The documents of some lists, which may have some in common."""
    if len(lists) > 1:
        lists = [np.unique(np.concatenate(lists))]

    def among(docs: Docs) -> Mask:
        mask = np.zeros(size, bool)
        for some in lists:
            mask[some] = True
        return mask.take(docs)

    return Listed(lists, among)


_LONGEST = np.array([int(band.partition("-")[2]) for band in WORD_BANDS[:-1]])
"""The most words of each band but the last."""

_BANDS: dict[str, tuple[str, Callable[[Ints], Ints]]] = {
    "words": ("words", lambda words: _LONGEST.searchsorted(words) + 1),
    "edited": ("edits", lambda edits: np.minimum(edits, len(EDITED) - 1) + 1),
}
"""Facets that are made of a column of numbers: its name, and the number of the value that each of them is in."""


def column_of(segment: OpenSegment, name: str, numbering: Numbering) -> ValueColumn:
    """The values of a facet that the documents of a segment hold."""
    if name in _BANDS:
        numbers, band = _BANDS[name]
        return ValueColumn(numbering, band(segment.numbers(numbers)).astype(np.uint8))
    return ValueColumn.of(segment.values(name), numbering)
