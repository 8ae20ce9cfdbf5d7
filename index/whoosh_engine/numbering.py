"""Numbers for the values of a facet, the same in all segments and commits of a generation."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np

from index.model import COPIES, EDITED, MISSING, WORD_BANDS
from index.whoosh_engine.arrays import Ints

NOTHING = 0
"""The number of MISSING: of no value at all."""

_SEARCHED = 64
"""Each new value is put into the order of the alphabet by itself, where there are so many times as many others."""


class Numbering:
    """Values by number: one that comes gets the next number, and none is ever taken away, so that what a segment
    knows by numbers stays right while others come. Threads share it."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._values = [MISSING]
        self._numbers = {MISSING: NOTHING}
        self._spellings: dict[str, tuple[int, ...]] = {}
        self._spelt = 1
        self._alphabet: Ints = np.zeros(1, np.int64)
        self._ranks: Ints = np.zeros(1, np.int64)
        self.numbers_of(values)

    @property
    def values(self) -> Sequence[str]:
        """All values by number; it grows."""
        return self._values

    def numbers_of(self, values: Iterable[str]) -> Ints:
        """The numbers of values, new ones among them."""
        with self._lock:
            found = []
            for value in values:
                number = self._numbers.get(value)
                if number is None:
                    number = self._numbers[value] = len(self._values)
                    self._values.append(value)
                found.append(number)
        return np.array(found, np.int64)

    def spellings(self, folded: str) -> tuple[int, ...]:
        """The numbers of a value in any spelling of upper and lower case."""
        if self._spelt < len(self._values):
            with self._lock:
                for number in range(self._spelt, len(self._values)):
                    known = self._values[number].casefold()
                    self._spellings[known] = (*self._spellings.get(known, ()), number)
                self._spelt = len(self._values)
        return self._spellings.get(folded, ())

    def standing(self, numbers: Ints) -> Ints:
        """Where values stand in the order of the alphabet: the more the further in front."""
        if len(self._ranks) < len(self._values):
            with self._lock:
                self._rank()
        return self._ranks.take(numbers)

    def _rank(self) -> None:
        """Put the values that have come into the order of the others."""
        values = self._values
        new = sorted(range(len(self._alphabet), len(values)), key=values.__getitem__)
        if len(new) * _SEARCHED < len(values):
            places = [bisect_left(self._alphabet, values[n], key=values.__getitem__) for n in new]
            self._alphabet = np.insert(self._alphabet, places, new)
        else:
            self._alphabet = np.array(sorted(range(len(values)), key=values.__getitem__), np.int64)
        ranks = np.empty(len(values), np.int64)
        ranks[self._alphabet] = np.arange(len(values), 0, -1)
        self._ranks = ranks


class Numberings:
    """The numbering of each facet."""

    def __init__(self) -> None:
        self._of = {
            "words": Numbering(WORD_BANDS),
            "copies": Numbering(COPIES),
            "edited": Numbering(EDITED),
        }

    def __getitem__(self, name: str) -> Numbering:
        return self._of.get(name) or self._of.setdefault(name, Numbering())
