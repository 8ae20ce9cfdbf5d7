"""Documents, frequencies and places of all terms of a field: each kind by itself, in the order of the terms."""

from __future__ import annotations

import numpy as np

from index.whoosh_engine.arrays import AnyInts
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.narrow import narrowed
from index.whoosh_engine.codec.small import SmallNumbers, put_small


def put_postings(file: ContainerWriter, name: str, starts: AnyInts, docs: AnyInts, freqs: AnyInts) -> None:
    """Add the sections of postings."""
    file.add(f"{name}/starts", narrowed(starts))
    file.add(f"{name}/docs", narrowed(docs))
    put_small(file, f"{name}/more", freqs - 1)


def put_places(file: ContainerWriter, name: str, places: AnyInts) -> None:
    """Add the sections of places: their last eight bits, and what is above them."""
    places = narrowed(places)
    file.add(f"{name}/places", places.astype(np.uint8))  # which keeps the last eight bits
    put_small(file, f"{name}/pages", places >> 8)


class Postings:
    """Reads the postings of any range of terms: those from `first` to before `end`."""

    def __init__(self, file: Container, name: str) -> None:
        self.starts = file.array(f"{name}/starts")
        self._starts = file.view(f"{name}/starts")
        self._docs = file.array(f"{name}/docs")
        self._more = SmallNumbers(file, f"{name}/more")
        self._places = file.array(f"{name}/places") if f"{name}/places" in file else None
        self._pages = SmallNumbers(file, f"{name}/pages") if self._places is not None else None

    def count(self, number: int) -> int:
        """How many postings a term has here."""
        return int(self._starts[number + 1] - self._starts[number])

    def docs(self, first: int, end: int) -> AnyInts:
        """Their documents, as a view of the file."""
        return self._docs[self._starts[first] : self._starts[end]]

    def freqs(self, first: int, end: int) -> AnyInts:
        """Their frequencies."""
        more = self._more.run(self._starts[first], self._starts[end])
        return _plus_one(more)

    def places(self, first: int, end: int) -> AnyInts | None:
        """Their places, posting after posting; None where there are none in this field."""
        if self._places is None or self._pages is None:
            return None
        start = self._starts[first]
        more, before = self._more.run_and_sum(start, self._starts[end])
        begin = start + before
        stop = begin + len(more) + int(more.sum())
        pages = self._pages.run(begin, stop)
        width = np.uint16 if pages.dtype == np.uint8 else np.uint32
        places: AnyInts = np.left_shift(pages, 8, dtype=width)
        places |= self._places[begin:stop]
        return places


def _plus_one(numbers: AnyInts) -> AnyInts:
    """One more than each of these, in a wider type where that is needed."""
    if len(numbers) and int(numbers.max()) == np.iinfo(numbers.dtype).max:
        numbers = numbers.astype(np.int64)
    numbers += 1
    return numbers
