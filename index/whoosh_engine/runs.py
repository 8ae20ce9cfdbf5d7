"""The words of one field, as they are read and as they are inverted.

A run is what follows each other without a gap: a paragraph of a text, one of several authors. What is sorted in the
end are numbers alone: term, document and place of a word side by side in one integer, all words of a field at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from index.whoosh_engine.arrays import FieldArrays, Ints
from index.whoosh_engine.codec.narrow import fitting, narrowed
from index.whoosh_engine.lexicon import Lexicon
from index.whoosh_engine.sorting import Numbers, WordList, changes, check_bits

MOST_WORDS = 1 << 22
"""So many words of a field of an article are indexed, far more than any has: what is longer is data in disguise."""

_AT_ONCE = 1 << 16  # characters that are looked up together: so many that the processor has them at hand


class Runs:
    """Takes the texts of one document after the other."""

    def __init__(self, known: Lexicon) -> None:
        self._lexicon = known
        self._waiting: list[str] = []
        self._characters = 0
        self._looked_up: list[Numbers] = []
        self._sizes: list[Ints] = []
        self._docs = array("i")

    def add(self, doc: int, texts: Iterable[str]) -> None:
        """The texts of a document, a run each."""
        for text in texts:
            self._waiting.append(text)
            self._docs.append(doc)
            self._characters += len(text)
        if self._characters >= _AT_ONCE:
            self._look_up()

    def words(self, gap: int) -> Words:
        """The words of all, `gap` places from one run of a document to the next. They can be had once."""
        self._look_up()
        words, counts = self._lexicon.chunks.words_of(np.concatenate(self._looked_up))
        docs, sizes = np.array(self._docs, np.int64), np.concatenate(self._sizes)
        self._looked_up.clear()
        docs, sizes = docs[sizes > 0], sizes[sizes > 0]
        if len(sizes):
            sizes = np.add.reduceat(counts, _before(sizes))
        docs, sizes = docs[sizes > 0], sizes[sizes > 0]
        return Words(words, docs, sizes, _within(docs, _before(sizes + gap))).limited()

    def _look_up(self) -> None:
        numbers, sizes = self._lexicon.lookup.numbers(self._waiting)
        self._looked_up.append(numbers)
        self._sizes.append(sizes)
        self._waiting.clear()
        self._characters = 0


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a field by their numbers, in the order of the documents, in runs: of each run its document, how
    many words it has, and at which place of the document it begins."""

    numbers: Numbers
    docs: Ints
    sizes: Ints
    places: Ints

    def limited(self) -> Words:
        """The same without what stands beyond the MOST_WORDS of a document."""
        sizes = (MOST_WORDS - self.places).clip(0, self.sizes)
        if np.array_equal(sizes, self.sizes):
            return self
        inside = np.arange(len(self.numbers)) - np.repeat(_before(self.sizes), self.sizes)
        numbers, some = self.numbers[inside < np.repeat(sizes, self.sizes)], sizes > 0
        return Words(numbers, self.docs[some], sizes[some], self.places[some])

    def lengths(self, size: int) -> Ints:
        """How many words each of `size` documents has."""
        return np.bincount(self.docs, self.sizes, size).astype(np.int64)

    def inverted(self, words: WordList, size: int, mark: int | None) -> tuple[FieldArrays, Numbers]:
        """The field of `size` documents, and the numbers of its terms. `mark` is the number of a word that stands
        where each run begins, too."""
        place_bits = int((self.places + self.sizes).max(initial=0)).bit_length()
        doc_bits = size.bit_length()
        check_bits(len(words.words).bit_length(), doc_bits, place_bits)
        begins = (self.docs << place_bits) + self.places
        rows = words.ranks[self.numbers].astype(np.int64)
        rows <<= doc_bits + place_bits
        rows += np.arange(len(rows))
        rows += np.repeat(begins - _before(self.sizes), self.sizes)
        if mark is not None and len(begins):
            rows = np.concatenate((begins + (int(words.ranks[mark]) << (doc_bits + place_bits)), rows))
        rows.sort()
        places = (rows & ((1 << place_bits) - 1)).astype(fitting(1 << place_bits))
        rows >>= place_bits
        postings = changes(rows)
        freqs = np.diff(postings, append=len(rows))
        rows = rows[postings]
        docs = (rows & ((1 << doc_bits) - 1)).astype(fitting(size))
        rows >>= doc_bits
        starts = changes(rows)
        terms = rows[starts]
        field = FieldArrays(
            terms=[words.words[rank].encode() for rank in terms.tolist()],
            starts=np.append(starts, len(docs)),
            docs=docs,
            freqs=narrowed(freqs),
            positions=places,
            lengths=self.lengths(size),
        )
        return field, words.numbers[terms]


def _before(sizes: Ints) -> Ints:
    """How much comes before each of consecutive pieces of these sizes."""
    return np.cumsum(sizes) - sizes


def _within(docs: Ints, places: Ints) -> Ints:
    """Places of runs counted from the first run of the same document."""
    firsts = changes(docs)
    return places - np.repeat(places[firsts], np.diff(firsts, append=len(docs)))
