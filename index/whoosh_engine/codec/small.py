"""Numbers that are nearly always 0, 1 or 2, in two bits each; the others are listed beside them.

Four numbers share a byte, the first in its lowest bits. 3 stands for "listed": the listed numbers follow each other
in the order of their places. For each block of `BLOCK` numbers it is kept how many are listed before it, so that any
run of them is read by itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import AnyInts, Ints
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.narrow import narrowed

BLOCK = 256
_LISTED = 3
_ONE_BY_ONE = 8
_FOUR: NDArray[np.uint32] = (
    (np.arange(256, dtype=np.uint8)[:, None] >> np.array([0, 2, 4, 6], np.uint8) & 3)
    .copy()
    .view(np.uint32)
    .reshape(256)
)
"""For each byte the four numbers in it, as one number of four bytes: looked up four at a time."""


class Packing:
    """Takes numbers, which are 0 or more, piece by piece, and holds them packed until they are put into a file. All
    pieces but the last are of whole blocks."""

    def __init__(self) -> None:
        self._packed: list[AnyInts] = []
        self._listed: list[NDArray[Any]] = [np.zeros(0, np.uint8)]
        self._counts: list[Ints] = [np.zeros(1, np.int64)]

    def add(self, numbers: AnyInts) -> None:
        """The next piece."""
        padded: NDArray[np.uint8] = np.zeros(-(-len(numbers) // BLOCK) * BLOCK, np.uint8)
        np.minimum(numbers, _LISTED, out=padded[: len(numbers)], casting="unsafe")
        self._listed.append(narrowed(numbers[numbers >= _LISTED]))
        self._counts.append(np.count_nonzero(padded.reshape(-1, BLOCK) == _LISTED, axis=1))
        quarters = padded.reshape(-1, 4)
        self._packed.append(quarters[:, 0] | quarters[:, 1] << 2 | quarters[:, 2] << 4 | quarters[:, 3] << 6)

    def put(self, file: ContainerWriter, name: str) -> None:
        """Add the sections of all."""
        file.add_pieces(name, (piece.data for piece in self._packed))
        file.add(f"{name}/listed", np.concatenate(self._listed))
        file.add(f"{name}/listed before", narrowed(np.cumsum(np.concatenate(self._counts))))


class SmallNumbers:
    """Reads runs of them."""

    def __init__(self, file: Container, name: str) -> None:
        self._packed = file.array(name)
        self._listed = file.array(f"{name}/listed")
        self._listed_before = file.view(f"{name}/listed before")

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type that any of them fits into."""
        return self._listed.dtype

    def run(self, start: int, end: int) -> AnyInts:
        """The numbers from one place to another."""
        block = start // BLOCK
        packed = self._packed[block * BLOCK // 4 : -(-end // 4)]
        numbers: AnyInts = _FOUR.take(packed).view(np.uint8)[: end - block * BLOCK]
        places = np.flatnonzero(numbers == _LISTED)
        if len(places):
            first = self._listed_before[block]
            listed = self._listed[first : first + len(places)]
            numbers = numbers.astype(listed.dtype, copy=False)
            numbers[places] = listed
        return numbers[start % BLOCK :]

    def at(self, places: Ints) -> AnyInts:
        """The numbers at these places."""
        shifts = ((places & 3) << 1).astype(np.uint8)
        numbers: AnyInts = self._packed.take(places >> 2) >> shifts & 3
        listed = np.flatnonzero(numbers == _LISTED)
        if len(listed) > _ONE_BY_ONE:
            start = int(places.min())
            return self.run(start, int(places.max()) + 1).take(places - start)
        if len(listed):
            numbers = numbers.astype(self._listed.dtype, copy=False)
            for index in listed.tolist():
                place = int(places[index])
                numbers[index] = self.run(place, place + 1)[0]
        return numbers
