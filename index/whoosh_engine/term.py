"""A word in one field of a segment: where it stands, what it is worth there, and where it can be worth the most."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from index.ranking import K1, Floats, bm25
from index.whoosh_engine.arrays import AnyInts, OpenField
from index.whoosh_engine.firsts import reached
from index.whoosh_engine.matchers import (
    FEW,
    MARGIN,
    NO_DOCS,
    Best,
    Bound,
    Bounds,
    Docs,
    Mask,
    Matcher,
    Scale,
    Wanted,
)


class Norms:
    """What the lengths of a field add below the line in the documents of a segment, for all words of a search."""

    def __init__(self, field: OpenField, by_byte: Floats) -> None:
        self._field = field
        self._by_byte = by_byte
        self._docs: Docs | None = None
        self._of_docs: Floats = by_byte

    def of(self, docs: Docs) -> Floats:
        """The norms of documents; those of the last ones asked for are remembered."""
        if docs is not self._docs:
            self._docs, self._of_docs = docs, self._by_byte.take(self._field.lengths.take(docs))
        return self._of_docs

    def of_byte(self, length: int) -> float:
        """That of a length."""
        return float(self._by_byte[length])


class Term(Matcher):
    """A word of a field, worth `weight` times BM25; `held` are the documents that it stands in."""

    def __init__(
        self, field: OpenField, number: int, held: AnyInts, weight: float, norms: Norms, size: int
    ) -> None:
        self.most = len(held)
        self._field = field
        self._number = number
        self._held = held
        self._weight = weight
        self._norms = norms
        self._size = size
        self._docs: Docs | None = None
        self._freqs: AnyInts | None = None
        self._everywhere: AnyInts | None = None
        self._known: tuple[int, float] | None = None
        self._asked: Docs | None = None
        self._answer: AnyInts = NO_DOCS

    def docs(self) -> Docs:
        if self._docs is None:
            self._docs = self._held.astype(np.intp)
        return self._docs

    def frequencies(self, docs: Docs) -> AnyInts:
        """How often the word stands in each of these documents; the last answer is remembered."""
        if docs is self._docs:
            return self._own()
        if docs is not self._asked:
            self._asked, self._answer = docs, self._find(docs)
        return self._answer

    def _find(self, docs: Docs) -> AnyInts:
        if self._everywhere is None and len(docs) * FEW < self.most:
            asked = docs.astype(self._held.dtype)
            places = self._held.searchsorted(asked)
            found: AnyInts = self._own().take(places, mode="clip")
            found *= self._held.take(places, mode="clip") == asked
            return found
        if self._everywhere is None:
            own = self._own()
            self._everywhere = np.zeros(self._size, own.dtype)
            self._everywhere[self.docs()] = own
        return self._everywhere.take(docs)

    def _own(self) -> AnyInts:
        if self._freqs is None:
            self._freqs = self._field.freqs(self._number)
        return self._freqs

    def among(self, docs: Docs) -> Mask:
        return self.frequencies(docs).astype(bool)

    def scores(self, docs: Docs) -> Floats:
        frequencies = self.frequencies(docs)
        if len(docs) > FEW * self.most:  # nearly all are 0
            scores = np.zeros(len(docs), np.float32)
            places = np.flatnonzero(frequencies)
            scores[places] = self._worth(frequencies.take(places), docs.take(places))
            return scores
        return self._worth(frequencies, docs)

    def _worth(self, frequencies: AnyInts, docs: Docs) -> Floats:
        return bm25(frequencies, self._norms.of(docs), self._weight)

    def scored(self) -> tuple[Docs, Floats]:
        docs = self.docs()
        return docs, self._worth(self._own(), docs)

    def count(self, passing: Mask | None) -> int:
        return self.most if passing is None else int(np.count_nonzero(passing.take(self.docs())))

    def best(self, wanted: Wanted) -> Best:
        if wanted.hits * FEW > self.most:
            return super().best(wanted)
        return best_of_common(self, self, (), wanted)

    def bound(self) -> Bound | None:
        greatest, norm = self._extremes()
        return Bound(self._weight * (K1 + 1) * greatest / (greatest + norm) * (1 + MARGIN), 1)

    def bounds(self, scale: Scale) -> Bounds:
        greatest, norm = self._extremes()
        worth = bm25(np.arange(greatest + 1), np.float32(norm), self._weight / scale.unit * (1 + MARGIN))
        each = (worth + 1).astype(scale.dtype)
        bounds = np.zeros(self._size, scale.dtype)
        bounds[self.docs()] = each[1] if greatest == 1 else each.take(self._own())
        return bounds

    def _extremes(self) -> tuple[int, float]:
        """The most mentions in a document, and the norm of the shortest one."""
        if self._known is None:
            greatest, shortest = self._field.bounds(self._number)
            self._known = greatest, self._norms.of_byte(shortest)
        return self._known

    def mentions_for(self, worth: float) -> int | None:
        """With fewer mentions no document is worth so much; None where none is at all."""
        greatest, norm = self._extremes()
        share = worth * (1 - MARGIN) / self._weight if self._weight else -worth
        if share <= 0:
            return 1
        mentions = math.ceil(norm * share / (K1 + 1 - share)) if share < K1 + 1 else greatest + 1
        return mentions if mentions <= greatest else None

    def mentions_of(self, count: int) -> int:
        """So many documents, at least, have so many mentions, or else all have."""
        mentions = self._extremes()[0]
        while mentions > 1 and np.count_nonzero(self._own() >= mentions) < count:
            mentions -= 1 + mentions // 4
        return max(mentions, 1)

    def mentioning(self, mentions: int) -> Docs:
        """The documents with so many mentions, or more, ascending."""
        if mentions <= 1:
            return self.docs()
        return self._held.take((self._own() >= mentions).nonzero()[0]).astype(np.intp)


def best_of_common(matcher: Matcher, term: Term, others: Sequence[Matcher], wanted: Wanted) -> Best:
    """The best of what a term matches that stands in many documents, or others that have few; worth what `matcher`
    says. The few are all looked at. How good the best of them are says how often the term must be mentioned in a
    document without the others to be as good. This is MaxScore (Turtle and Flood 1995) with a bound for each
    frequency of the term."""
    hits, passing, least = wanted
    few = union(others)
    if passing is not None:
        few = few.compress(passing.take(few))
    docs, worth = few, matcher.scores(few)
    total = term.count(passing) + len(few) - len(term.frequencies(few).nonzero()[0])
    least = max(least, reached(worth, hits))
    mentions = term.mentions_of(2 * hits) if least == -np.inf else term.mentions_for(least)
    looked_at = None
    while mentions is not None and mentions != looked_at:
        more = _without(term.mentioning(mentions), few)
        if passing is not None:
            more = more.compress(passing.take(more))
        docs = np.concatenate([few, more])
        worth = np.concatenate([worth[: len(few)], matcher.scores(more)])
        least = max(least, reached(worth, hits))
        looked_at = mentions
        needed = max(1, mentions // 2) if least == -np.inf else term.mentions_for(least)
        mentions = None if needed is None else min(needed, mentions)
    kept = (worth >= least).nonzero()[0]
    return Best(total, docs.take(kept), worth.take(kept))


def union(others: Sequence[Matcher]) -> Docs:
    """The documents of a few parts, ascending."""
    if not others:
        return NO_DOCS
    if len(others) == 1 and isinstance(others[0], Term):
        return others[0].docs()
    together = np.sort(np.concatenate([part.docs() for part in others]))
    return together[np.diff(together, prepend=-1) > 0]


def count_beside(term: Term, few: Docs, passing: Mask | None) -> int:
    """How many documents have a term or are among a few others, and pass."""
    if passing is not None:
        few = few.compress(passing.take(few))
    return term.count(passing) + len(few) - len(term.frequencies(few).nonzero()[0])


def _without(docs: Docs, known: Docs) -> Docs:
    """Those of some documents that are not among known ones; both ascend."""
    if not len(known) or not len(docs):
        return docs
    is_new: Mask = np.not_equal(known.take(known.searchsorted(docs), mode="clip"), docs)
    return docs.compress(is_new)
