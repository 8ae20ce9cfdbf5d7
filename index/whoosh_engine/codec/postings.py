"""Documents, frequencies and places of all terms of a field: each kind by itself, in the order of the terms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from index.whoosh_engine.arrays import AnyInts, Ints, Numbered
from index.whoosh_engine.codec.container import AnyArray, Container, ContainerWriter
from index.whoosh_engine.codec.frequencies import Frequencies, put_freqs
from index.whoosh_engine.codec.narrow import narrowed
from index.whoosh_engine.codec.small import Packing, SmallNumbers

_AT_ONCE = 1 << 18
"""So many places are packed at once: they stay where the processor has them at hand."""


def put_postings(file: ContainerWriter, name: str, starts: AnyInts, docs: AnyInts, freqs: AnyInts) -> None:
    """Add the sections of postings."""
    file.add(f"{name}/starts", narrowed(starts))
    file.add(f"{name}/docs", narrowed(docs))
    put_freqs(file, f"{name}/freqs", freqs)


def put_places(file: ContainerWriter, name: str, places: Numbered) -> None:
    """Add the sections of places: their last eight bits, and what is above them. Each is read once."""
    pages = Packing()

    def low_bits() -> Iterator[memoryview]:
        for low in range(0, len(places), _AT_ONCE):
            piece = places[low : low + _AT_ONCE]
            pages.add(piece >> 8)
            yield piece.astype(np.uint8).data

    file.add_pieces(f"{name}/places", low_bits())
    pages.put(file, f"{name}/pages")


class Postings:
    """Reads documents and frequencies of any range of terms, places of any range of postings: those from `first` to
    before `end`."""

    def __init__(self, file: Container, name: str) -> None:
        self.starts = file.array(f"{name}/starts")
        self._starts = file.view(f"{name}/starts")
        self._docs = file.array(f"{name}/docs")
        self._freqs = Frequencies(file, f"{name}/freqs")
        self._places = file.array(f"{name}/places") if f"{name}/places" in file else None
        self._pages = SmallNumbers(file, f"{name}/pages") if self._places is not None else None

    def count(self, number: int) -> int:
        """How many postings a term has here."""
        return int(self._starts[number + 1] - self._starts[number])

    def docs(self, first: int, end: int) -> AnyInts:
        """Their documents, as a view of the file."""
        return self._docs[self._starts[first] : self._starts[end]]

    def freqs(self, first: int, end: int) -> AnyInts:
        """Their frequencies, as a view of the file where they can be."""
        return self._freqs.run(self._starts[first], self._starts[end])

    def run(self, number: int) -> tuple[int, int]:
        """Where the postings of a term are among all: the first, and the one behind the last."""
        return self._starts[number], self._starts[number + 1]

    def places(self, first: int, end: int) -> AnyInts | None:
        """The places of some postings, posting after posting; None where there are none in this field."""
        if self._places is None or self._pages is None:
            return None
        start = self._freqs.sum_before(first)
        stop = start + int(self._freqs.run(first, end).sum())
        return _joined(self._pages.run(start, stop), self._places[start:stop])

    def all_places(self) -> AllPlaces | None:
        """Those of all; None where there are none in this field."""
        if self._places is None or self._pages is None:
            return None
        return AllPlaces(self._places, self._pages)

    def places_at(self, first: int, indices: Ints) -> AnyInts | None:
        """Some of the places from those of a posting on, by where they stand among them; None where there are none in
        this field."""
        if self._places is None or self._pages is None:
            return None
        at = indices + self._freqs.sum_before(first)
        return _joined(self._pages.at(at), self._places.take(at))


class AllPlaces:
    """All places of a field, read stretch by stretch."""

    def __init__(self, places: AnyArray, pages: SmallNumbers) -> None:
        self._places = places
        self._pages = pages
        self.dtype = _joined(pages.run(0, 0).astype(pages.dtype), places[:0]).dtype

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, stretch: slice) -> AnyInts:
        start, stop, _ = stretch.indices(len(self))
        return _joined(self._pages.run(start, stop), self._places[start:stop])


def _joined(pages: AnyInts, places: AnyArray) -> AnyInts:
    """Places out of what is above their last eight bits, and those."""
    joined: AnyInts = np.left_shift(pages, 8, dtype=np.uint16 if pages.dtype == np.uint8 else np.uint32)
    joined |= places
    return joined
