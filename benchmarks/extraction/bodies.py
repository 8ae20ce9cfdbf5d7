"""Is this the text? By shingles, as the article-extraction-benchmark of scrapinghub counts, and by snippets.

A shingle is four words in a row, a word is what `\\w+` matches; a shorter text is one shingle. Precision is averaged
over the pages for which there is a text, recall over those that have one, and F1 is of the two averages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

SHINGLE = 4

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shingles of two texts: those in both, those only in what was read, those only in what is right."""

    common: int
    extra: int
    lost: int

    @property
    def precision(self) -> float | None:
        """The share of what was read that is right, None where nothing was read."""
        return self.common / (self.common + self.extra) if self.common + self.extra else None

    @property
    def recall(self) -> float | None:
        """The share of what is right that was read, None where the text is empty."""
        return self.common / (self.common + self.lost) if self.common + self.lost else None

    @property
    def f1(self) -> float:
        """Of this page alone; two empty texts are equal."""
        if self.precision is None and self.recall is None:
            return 1.0
        return harmonic(self.precision or 0.0, self.recall or 0.0)


def overlap(right: str, read: str) -> Overlap:
    """How much two texts share."""
    wanted, had = _shingles(right), _shingles(read)
    common = (wanted & had).total()
    return Overlap(common, had.total() - common, wanted.total() - common)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    starts = range(max(1, len(words) - SHINGLE + 1))
    return Counter(tuple(words[start : start + SHINGLE]) for start in starts)


def harmonic(precision: float, recall: float) -> float:
    """F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def counted_in(snippets: Iterable[str], read: str) -> tuple[int, int]:
    """How many snippets stand in a text and how many do not; white space is all alike."""
    whole = _spaced(read)
    stands = [_spaced(snippet) in whole for snippet in snippets]
    return sum(stands), len(stands) - sum(stands)


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)
