"""Which segments to merge into one: so that there are never many, and no article is written anew often.

A segment is full with 65,536 documents, so that 16 bits number them, or with as many words as fill memory in a merge.
One that is half full or more is left alone, unless much of it is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

MOST_DOCUMENTS = 65_536
MOST_WORDS = 32_000_000
MANY = 8
"""So many segments that are less than half full may be there before some of them are merged."""

_NEARLY_FULL = 0.95


@dataclass(frozen=True, slots=True)
class Size:
    """Of a segment: its documents, those of them that are deleted, the words of all."""

    documents: int
    deleted: int
    words: int

    @property
    def live(self) -> int:
        """Documents that stay in a merge."""
        return self.documents - self.deleted

    @property
    def share(self) -> float:
        """How much of a full segment it is, without what is deleted."""
        words = self.words * self.live / max(self.documents, 1)
        return max(self.live / MOST_DOCUMENTS, words / MOST_WORDS)

    @property
    def is_small(self) -> bool:
        """Whether it is to be merged with others."""
        return self.share < 0.5

    @property
    def is_wasteful(self) -> bool:
        """Whether a third of it is deleted."""
        return 3 * self.deleted > self.documents


def to_merge(sizes: Sequence[Size]) -> list[int]:
    """The numbers of the segments to be merged now, none where nothing is to be done. Of the small ones the smallest
    few that come to no more than the next one: so they grow together, and a big one is not written anew for the sake
    of a few articles."""
    small = sorted((size.share, number) for number, size in enumerate(sizes) if size.is_small)
    if len(small) > MANY:
        count, total = 2, small[0][0] + small[1][0]
        while count < len(small) and small[count][0] < total <= 1 - small[count][0]:
            total += small[count][0]
            count += 1
        return sorted(number for _, number in small[:count])
    return next(([n] for n, size in enumerate(sizes) if not size.is_small and size.is_wasteful), [])


def filling_one(sizes: Sequence[Size], *, at_last: bool) -> list[int]:
    """Of segments that are written one after the other, those that fill one; at last whatever is left of them."""
    small = [number for number, size in enumerate(sizes) if size.is_small]
    sums = list(accumulate(sizes[number].share for number in small))
    fit = sum(total <= 1 for total in sums)
    if len(small) > 1 and (at_last or sums[-1] >= _NEARLY_FULL):
        return small[:fit]
    return []
