"""Where one word stands in a field of a segment, read as far as it is needed.

A place is one number: the document times `SPAN`, plus the place of the word in the field. So places of all documents
are one ascending array, and neighbours are numbers that differ by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import AnyInts, Ints, OpenField
from index.whoosh_engine.matchers import FEW, Docs

SPAN_BITS = 24
SPAN = 1 << SPAN_BITS
"""More than any place in a field, with room for a gap before the next document."""

NO_PLACES: Ints = np.zeros(0, np.int64)

_FEWER = 3
"""A word is read only where some documents have it if so many times as many have it."""

_OFTEN = 1.25
"""From so many places a document on, differences are added up, which is faster than repeating then."""


class WordPlaces:
    """A word that stands somewhere. `docs` are the documents that have it, ascending. Arrays of places are the
    caller's to change."""

    def __init__(self, field: OpenField, number: int) -> None:
        self._field = field
        self._number = number
        self._freqs = field.freqs(number)
        self.docs = field.docs(number)

    def about(self, docs: int) -> int:
        """In about how many places it stands that are read where it is needed in so many documents."""
        held = len(self.docs)
        size = int(self._freqs.sum())
        return size * docs // held if docs * _FEWER < held else size

    def read(self, within: Docs) -> Ints:
        """Where it stands, at least in these documents, which ascend."""
        first, end = self._between(int(within[0]), int(within[-1]))
        return self._some(first, end, within) if len(within) * _FEWER < end - first else self.part(first, end)

    def read_beside(self, places: Ints) -> Ints:
        """Where it stands, at least in the documents of these places, which ascend."""
        first, end = self._between(int(places[0] >> SPAN_BITS), int(places[-1] >> SPAN_BITS))
        if len(places) * _FEWER < end - first:
            return self._some(first, end, documents_of(places))
        return self.part(first, end)

    def part(self, first: int, end: int) -> Ints:
        """Where it stands in some of `docs`, from one to before another."""
        held, freqs = self.docs[first:end], self._freqs[first:end]
        return _spread(held, freqs, self._field.positions(self._number, first, end))

    def _some(self, first: int, end: int, within: Docs) -> Ints:
        """Where it stands in those of some of `docs` that are among others."""
        held, freqs = self.docs[first:end], self._freqs[first:end]
        index = _indices(held, within)
        counts = freqs.take(index)
        ends = np.cumsum(freqs, dtype=np.int64).take(index)
        wanted = _ranges(ends - counts, ends)
        return _spread(held.take(index), counts, self._field.positions_at(self._number, wanted, first, end))

    def _between(self, low: int, high: int) -> tuple[int, int]:
        """Which of `docs` are from one document to another, both included: the first, and the one behind the last."""
        last = int(self.docs[-1])
        if low > last:
            return len(self.docs), len(self.docs)
        kind = self.docs.dtype.type  # that of the array, or all of it would be converted
        end = int(self.docs.searchsorted(kind(min(high, last)), side="right"))
        return int(self.docs.searchsorted(kind(low))), end


def documents_of(places: Ints) -> Docs:
    """The documents of places, each once; both ascend."""
    return distinct(places >> SPAN_BITS)


def distinct(numbers: Ints) -> Ints:
    """Each once of numbers that ascend."""
    new = np.ones(len(numbers), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return numbers.compress(new)


def _spread(docs: AnyInts, freqs: AnyInts, positions: AnyInts) -> Ints:
    """Positions of a word as places: of each document as many as it stands there often."""
    places = docs.astype(np.int64)
    places <<= SPAN_BITS
    if len(positions) > len(docs) * _OFTEN:
        steps = np.zeros(len(positions), np.int64)
        steps[0] = places[0]
        steps[np.cumsum(freqs[:-1], dtype=np.intp)] = np.diff(places)
        places = np.cumsum(steps, out=steps)
    elif len(positions) > len(docs):
        places = np.repeat(places, freqs)
    places += positions
    return places


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers from each start to before its end; none of the ranges is empty, and they ascend."""
    if not len(starts):
        return starts
    sizes = ends - starts
    steps = np.ones(int(sizes.sum()), np.int64)
    steps[0] = starts[0]
    steps[np.cumsum(sizes[:-1])] = starts[1:] - ends[:-1] + 1
    return np.cumsum(steps, out=steps)


def _indices(held: AnyInts, within: Docs) -> NDArray[np.intp]:
    """Where in an ascending list of documents some of them stand; what is not in it is left out."""
    if len(within) * FEW < len(held):
        places = held.searchsorted(within.astype(held.dtype))
        places[places == len(held)] = 0
        return places.compress(held.take(places) == within)
    mask = np.zeros(max(int(held[-1]), int(within[-1])) + 1, bool)
    mask[within] = True
    return np.flatnonzero(mask.take(held))
