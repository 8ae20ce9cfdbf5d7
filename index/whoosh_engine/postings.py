"""What Whoosh's matchers and term dictionaries say about single words and phrases, as arrays."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh.query.terms import Term

from index import querytree as tree
from index.highlight import distance, pattern_shape
from index.whoosh_engine.columns import Ints, Mask
from index.whoosh_engine.snapshot import Reading, Scores

MAX_TERMS = 1_000
"""How many words a prefix, a pattern, a range or a fuzzy word may stand for."""

MAX_LOOKED_AT = 50_000
"""How many words of the index are looked at to find them."""

_CHECK_EVERY = 256
_PLACES = 1 << 24  # more than any position in a field, so that document and position make one number


class OutOfTime(Exception):
    """The time that a query may take is over."""


@dataclass(slots=True)
class Postings:
    """Reads one snapshot until `deadline` (of time.monotonic), then raises `OutOfTime`."""

    reading: Reading
    deadline: float
    steps: int = 0

    def term(self, name: str, word: str) -> Scores:
        """The documents with a word in a field, and what it is worth there (BM25F)."""
        key = name, word
        found = self.reading.snapshot.recall(key)
        if found is None:
            docs: list[int] = []
            scores: list[float] = []
            for searcher, offset in self.reading.searcher.leaf_searchers():
                matcher = Term(name, word).matcher(searcher)
                while matcher.is_active():
                    docs.append(matcher.id() + offset)
                    scores.append(matcher.score())
                    matcher.next()
                    self.tick()
            found = np.array(docs, np.int64), np.array(scores, np.float32)
            self.reading.snapshot.remember(key, found)
        return found

    def phrase(self, name: str, words: tuple[str, ...], slop: int) -> Scores:
        """The documents with words in this order, at most `slop` others between two of them, and what the
        words are worth there."""
        key = name, words, slop
        found = self.reading.snapshot.recall(key)
        if found is None:
            found = self._phrase(name, words, slop)
            self.reading.snapshot.remember(key, found)
        return found

    def _phrase(self, name: str, words: tuple[str, ...], slop: int) -> Scores:
        size = self.reading.snapshot.columns.size
        everywhere = np.ones(size, bool)
        worth = np.zeros(size, np.float32)
        for word in dict.fromkeys(words):
            docs, scores = self.term(name, word)
            held = np.zeros(size, bool)
            held[docs] = True
            everywhere &= held
            worth[docs] += scores
        candidates = np.flatnonzero(everywhere)
        places = {word: self._places(name, word, candidates) for word in dict.fromkeys(words)}
        reached = places[words[0]]
        for word in words[1:]:
            reached = _following(reached, places[word], slop)
        docs = np.unique(reached // _PLACES)
        return docs, worth[docs]

    def _places(self, name: str, word: str, candidates: NDArray[np.intp]) -> Ints:
        """Where a word stands in documents that have it: document * _PLACES + position, ascending."""
        places: list[int] = []
        for searcher, offset in self.reading.searcher.leaf_searchers():
            inside = candidates[(candidates >= offset) & (candidates < offset + searcher.doc_count_all())]
            if not len(inside):
                continue
            matcher = Term(name, word).matcher(searcher)
            for doc in inside.tolist():
                matcher.skip_to(doc - offset)
                base = doc * _PLACES
                places += [base + position for position in matcher.value_as("positions")]
                self.tick()
        return np.array(places, np.int64)

    def any_of(self, name: str, terms: Iterable[bytes]) -> Mask:
        """The documents with one of these words in a field."""
        mask = np.zeros(self.reading.snapshot.columns.size, bool)
        for leaf, offset in self.reading.searcher.reader().leaf_readers():
            for term in terms:
                self.tick()
                if (name, term) in leaf:
                    mask[[doc + offset for doc in leaf.postings(name, term).all_ids()]] = True
        return mask

    def expand(self, name: str, node: tree.Pattern | tree.Fuzzy | tree.Between) -> Iterator[bytes]:
        """The words of a field that a node stands for."""
        reader = self.reading.searcher.reader()
        match node:
            case tree.Pattern():
                shape = pattern_shape(node.pattern)
                prefix = re.split(r"[*?]", node.pattern)[0]
                return (term for term in self.words(name, prefix) if shape.fullmatch(term.decode()))
            case tree.Fuzzy():
                return (
                    term
                    for term in self.words(name, node.word[:1])
                    if distance(term.decode(), node.word, node.distance) <= node.distance
                )
            case tree.Between():
                low, high = node.low.encode(), node.high.encode()
                if name not in reader.indexed_field_names():
                    return iter(())
                found = (term for field, term in reader.terms_from(name, low) if field == name)
                return (term for term in found if not high or term <= high)

    def words(self, name: str, prefix: str) -> Iterator[bytes]:
        """The words of a field that begin so, in their order, at most 50,000."""
        reader = self.reading.searcher.reader()
        if name not in reader.indexed_field_names():
            return
        for count, term in enumerate(reader.expand_prefix(name, prefix)):
            self.tick()
            if count == MAX_LOOKED_AT:
                return
            yield term

    def tick(self) -> None:
        """Look at the clock now and then."""
        self.steps += 1
        if self.steps % _CHECK_EVERY == 0 and time.monotonic() > self.deadline:
            raise OutOfTime


def _following(before: Ints, places: Ints, slop: int) -> Ints:
    """Those of the places that come after one of `before`, with at most `slop` places in between. The nearest
    one before is enough to look at."""
    if not len(before):
        return before
    nearest = np.searchsorted(before, places) - 1
    gap = places - before[np.maximum(nearest, 0)]
    return places[(nearest >= 0) & (gap <= slop + 1)]
