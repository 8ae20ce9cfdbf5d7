"""Numbers for what stands in texts: each chunk between white space is looked up once, and the rest is arithmetic.

    text -> chunks -> numbers of chunks -> numbers of words -> numbers of stems

A word is cut, folded and stemmed when it is first met. A lexicon outlives the segment that it is made for: the next
one has the same words.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from index.analysis import words_in
from index.stemming import rules, stem_each
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.codec.stems import runs
from index.whoosh_engine.lookup import Lookup
from index.whoosh_engine.sorting import Numbers, Vocabulary

_LONG = 48  # characters of a chunk that is hardly met again
_REMEMBERED = 200_000
"""A lexicon with more chunks or words than that is not used for another segment."""


class Chunks(dict[str, int]):
    """Chunks with their numbers: one that is looked up gets one. That of a chunk which is one word is the number of
    the word; others, of several words or of none, have negative ones."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._several = array("i")
        self._ends = array("q", [0])

    def __missing__(self, chunk: str) -> int:
        words = words_in(chunk)
        if len(words) == 1:
            number = self._words[words[0]]
        else:
            number = -len(self._ends)
            self._several.extend(map(self._words.__getitem__, words))
            self._ends.append(len(self._several))
        if len(chunk) <= _LONG:
            self[chunk] = number
        return number

    def words_of(self, chunks: Numbers) -> tuple[Numbers, Ints]:
        """The words of these chunks, chunk after chunk, and how many each has."""
        counts = np.ones(len(chunks), np.int64)
        others = np.flatnonzero(chunks < 0)
        if not len(others):
            return chunks, counts
        which = -1 - chunks[others]
        starts = np.array(self._ends, np.int64)
        counts[others] = np.diff(starts)[which]
        words = np.repeat(chunks, counts)
        words[words < 0] = np.array(self._several, np.int32)[runs(starts, which)]
        return words, counts


class Lexicon:
    """Words and stems that were met, for one thread at a time."""

    def __init__(self) -> None:
        self.words = Vocabulary()
        self.stems = Vocabulary()
        self.chunks = Chunks(self.words)
        self.lookup = Lookup(self.chunks)
        self._stem_of: dict[str, Numbers] = {}

    def stems_of(self, words: Numbers, language: str) -> Numbers:
        """The numbers of the stems of words, each of them given once, in texts with this language tag."""
        spelt, main = self.words.spelt, rules(language)
        known = self._stem_of.get(main, np.empty(0, np.int32))
        if len(known) < len(spelt):
            more = np.full(len(spelt) - len(known), -1, np.int32)
            known = self._stem_of[main] = np.concatenate((known, more))
        new = words[known[words] < 0]
        stems = stem_each([spelt[number] for number in new.tolist()], main)
        known[new] = [self.stems[stem] for stem in stems]
        found: Numbers = known[words]
        return found

    @property
    def is_big(self) -> bool:
        """Whether a new one would be better for the next segment."""
        return len(self.chunks) > _REMEMBERED or len(self.words) > _REMEMBERED


_idle: list[Lexicon] = []


@contextmanager
def lexicon() -> Iterator[Lexicon]:
    """A lexicon that nobody else uses meanwhile: the last one, unless it has grown too big."""
    try:
        one = _idle.pop()
    except IndexError:
        one = Lexicon()
    yield one
    if not one.is_big:
        _idle[:] = [one]
