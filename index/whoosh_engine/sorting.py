"""Numbers for words, and the sorting of those numbers: what inverting comes down to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import AnyInts, Ints

Numbers = NDArray[np.int32]

_BITS = 63


class Vocabulary(dict[str, int]):
    """Words with their numbers: a word that is looked up gets one, in the order of their coming. `spelt` has the
    words by their numbers."""

    def __init__(self) -> None:
        self.spelt: list[str] = []

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self.spelt)
        self.spelt.append(word)
        return number

    def in_order(self, some: Iterable[int]) -> WordList:
        """The words with these numbers, each of them once."""
        spelt = self.spelt
        words = sorted([spelt[number] for number in some])
        numbers = np.fromiter(map(self.__getitem__, words), np.int32, len(words))
        ranks = np.empty(len(spelt), np.int32)
        ranks[numbers] = np.arange(len(words), dtype=np.int32)
        return WordList(words, numbers, ranks)


@dataclass(frozen=True, slots=True)
class WordList:
    """Words in the order of their UTF-8 bytes, with their numbers in a vocabulary; and for each number of it where in
    this order its word stands: anything, where it does not."""

    words: list[str]
    numbers: Numbers
    ranks: Numbers

    def encoded(self) -> list[bytes]:
        """The words as the index has them."""
        return [word.encode() for word in self.words]


def sorted_together(*columns: AnyInts) -> list[AnyInts]:
    """Rows of numbers, none of them negative, in order: by the first column, then by the second and so on. The
    numbers of a row stand side by side in one integer, which is sorted many times faster than rows are; each column
    comes back in as few bytes as it needs.
    OverflowError where they do not fit into 63 bits."""
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    check_bits(*widths)
    packed = np.zeros(len(columns[0]), np.int64)
    for column, width in zip(columns, widths, strict=True):
        packed <<= width
        packed |= column
    packed.sort()
    apart: list[AnyInts] = []
    for width in reversed(widths):
        highest = (1 << width) - 1
        apart.append((packed & highest).astype(_fitting(highest)))
        packed >>= width
    return apart[::-1]


def _fitting(highest: int) -> type[np.integer[Any]]:
    """The narrowest type that holds the numbers from 0 to this one, and that numpy counts and adds like any other."""
    types = (np.uint8, np.uint16, np.int32, np.int64)
    return next(each for each in types if highest <= np.iinfo(each).max)


def check_bits(*widths: int) -> None:
    """OverflowError where numbers of so many bits do not fit into one integer side by side."""
    if sum(widths) > _BITS:
        raise OverflowError(f"{widths} bits side by side do not fit into one integer")


def changes(*columns: AnyInts) -> Ints:
    """Where in sorted rows one differs from the row before; the first does."""
    differs = np.ones(len(columns[0]), bool)
    if len(differs):
        differs[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.flatnonzero(differs)


def starts_of(groups: AnyInts, count: int) -> Ints:
    """Where each of `count` groups starts among ascending group numbers, and where the last one ends."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(groups, minlength=count), out=starts[1:])
    return starts
