"""The numbers of all chunks of many texts at once.

A chunk of up to 16 bytes is two integers. They say where in a table its number stands, if it was met before: so
nearly all chunks of a text have their numbers after a few steps over arrays, and are never a string of their own. A
dictionary knows the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import chunks, plainly_spaced
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.sorting import Numbers

Keys = NDArray[np.uint64]

_END = "\0"  # of a text; no other text has it
_SPACES = np.zeros(33, bool)
_SPACES[[0, *b"\t\n\v\f\r\x1c\x1d\x1e\x1f "]] = True
"""Which bytes up to that of a space part chunks."""

_LONGEST = 16
_FIRST = np.array([(1 << 8 * min(length, 8)) - 1 for length in range(_LONGEST + 1)], np.uint64)
_SECOND = np.array([(1 << 8 * max(length - 8, 0)) - 1 for length in range(_LONGEST + 1)], np.uint64)
"""By the length of a chunk, the bits that it has in each of its integers."""

_BITS = 19
_ODD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
"""Their products are spread evenly, whatever the chunks are."""


class Lookup:
    """Finds the numbers of chunks; `known` has them all, and gives new ones."""

    def __init__(self, known: dict[str, int]) -> None:
        self._known = known
        self._first, self._second = (np.zeros(1 << _BITS, np.uint64) for _ in range(2))
        self._numbers = np.zeros(1 << _BITS, np.int32)

    def numbers(self, texts: Sequence[str]) -> tuple[Numbers, Ints]:
        """The numbers of the chunks of texts, text after text; and how many chunks each text has."""
        joined = plainly_spaced(_END.join((*texts, "")))
        content = joined.encode("utf-8", "surrogatepass")
        read = np.frombuffer(content + bytes(_LONGEST), np.uint8)
        gaps = np.flatnonzero(read[: len(content)] <= ord(" "))
        parting = read[gaps]
        if not _SPACES[parting].all() or content.count(0) != len(texts):
            return self._one_by_one(texts)
        starts = np.concatenate((np.zeros(1, np.int64), gaps[:-1] + 1))
        ends, starts = gaps[gaps > starts], starts[gaps > starts]
        before = np.searchsorted(starts, gaps[parting == 0])
        return self._found(content, read, starts, ends), np.diff(before, prepend=0)

    def _one_by_one(self, texts: Sequence[str]) -> tuple[Numbers, Ints]:
        """The same, for texts with strange characters in them."""
        cut = [chunks(text) for text in texts]
        numbers = [self._known[chunk] for found in cut for chunk in found]
        return np.array(numbers, np.int32), np.array([*map(len, cut)], np.int64)

    def _found(self, content: bytes, read: NDArray[np.uint8], starts: Ints, ends: Ints) -> Numbers:
        """The numbers of the chunks that stand there."""
        lengths = ends - starts
        short = np.minimum(lengths, _LONGEST)
        integers: Keys = np.ndarray((len(read) - 7,), "<u8", read, strides=(1,))  # one begins at each byte
        first = integers.take(starts) & _FIRST.take(short)
        second = integers.take(starts + 8) & _SECOND.take(short)
        places = ((first * _ODD[0] + second * _ODD[1]) >> np.uint64(64 - _BITS)).astype(np.int64)
        met = (self._first.take(places) == first) & (self._second.take(places) == second)
        met &= lengths <= _LONGEST
        numbers: Numbers = self._numbers.take(places)
        new = np.flatnonzero(~met)
        if len(new):
            spans = zip(starts[new].tolist(), ends[new].tolist(), strict=True)
            spelt = [content[start:end].decode("utf-8", "surrogatepass") for start, end in spans]
            numbers[new] = np.fromiter(map(self._known.__getitem__, spelt), np.int32, len(new))
            new = new[lengths[new] <= _LONGEST]
            self._keep(places[new], first[new], second[new], numbers[new])
        return numbers

    def _keep(self, places: Ints, first: Keys, second: Keys, numbers: Numbers) -> None:
        """Let these be found at their places, where those are free."""
        places, which = np.unique(places, return_index=True)
        free = self._first[places] == 0
        places, which = places[free], which[free]
        self._first[places], self._second[places] = first[which], second[which]
        self._numbers[places] = numbers[which]
