"""Numbers for words, and the sorting of those numbers: what inverting comes down to."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from index.whoosh_engine.arrays import Ints

_BITS = 63


class Vocabulary(dict[str, int]):
    """Words with their numbers: a word that is looked up gets one, in the order of their coming."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number

    def numbers(self, words: Iterable[str], count: int) -> Ints:
        """The numbers of so many words."""
        return np.fromiter(map(self.__getitem__, words), np.int64, count)

    def sorted(self) -> tuple[list[str], Ints]:
        """The words in the order of their UTF-8 bytes, and by the number of a word where it stands there."""
        words = sorted(self)
        ranks = np.empty(len(words), np.int64)
        ranks[self.numbers(words, len(words))] = np.arange(len(words))
        return words, ranks


def sorted_together(*columns: Ints) -> list[Ints]:
    """Rows of numbers, none of them negative, in order: by the first column, then by the second and so on. The
    numbers of a row stand side by side in one integer, which is sorted many times faster than rows are.
    OverflowError where they do not fit into 63 bits."""
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > _BITS:
        raise OverflowError(f"{widths} bits side by side do not fit into one integer")
    packed = np.zeros(len(columns[0]), np.int64)
    for column, width in zip(columns, widths, strict=True):
        packed <<= width
        packed |= column
    packed.sort()
    apart: list[Ints] = []
    for width in reversed(widths):
        apart.append(packed & ((1 << width) - 1))
        packed >>= width
    return apart[::-1]


def changes(*columns: Ints) -> Ints:
    """Where in sorted rows one differs from the row before; the first does."""
    differs = np.ones(len(columns[0]), bool)
    if len(differs):
        differs[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.flatnonzero(differs)


def starts_of(groups: Ints, count: int) -> Ints:
    """Where each of `count` groups starts among ascending group numbers, and where the last one ends."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(groups, minlength=count), out=starts[1:])
    return starts
