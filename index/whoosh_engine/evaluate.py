"""A query tree over one snapshot -> which documents match, and how well.

Whoosh's matchers find and score the single words and phrases (BM25F); everything above them is arithmetic on
arrays: AND intersects and adds scores, OR unites and adds, NOT turns round.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from whoosh.matching.mcore import Matcher
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Query
from whoosh.query.terms import Term
from whoosh.reading import IndexReader

from index import querytree as tree
from index.analysis import stem
from index.highlight import pattern_shape
from index.whoosh_engine.columns import Columns, Mask
from index.whoosh_engine.snapshot import Reading, Scores

TITLE_BOOST = 2.0
"""How much more a word in the title says than one in the text."""

MAX_TERMS = 1_000
"""How many words a prefix, a pattern, a range or a fuzzy word may stand for."""

MAX_LOOKED_AT = 20_000
"""How many words of the index are looked at to find them."""

_CHECK_EVERY = 512


class OutOfTime(Exception):
    """The time that a query may take is over."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Matching documents and their scores, by document number; a score is 0 where nothing matches."""

    mask: Mask
    scores: NDArray[np.float32]


@dataclass(slots=True)
class Evaluation:
    """Evaluates trees over one reading until `deadline` (of time.monotonic); `notes` says what was cut."""

    reading: Reading
    deadline: float
    notes: list[str] = field(default_factory=list)
    steps: int = 0

    def matches(self, node: tree.Node) -> Matches:
        """Evaluate; after the deadline what is found so far, with a note."""
        try:
            found = self._node(node)
        except OutOfTime:
            self.notes.append("The search was stopped because it took too long; try fewer or longer words.")
            found = self._none()
        live = self.reading.snapshot.columns.live
        return Matches(found.mask & live, found.scores)

    def _node(self, node: tree.Node) -> Matches:
        match node:
            case tree.And():
                return self._all([self._node(child) for child in node.nodes])
            case tree.Or():
                return self._any([self._node(child) for child in node.nodes])
            case tree.Not():
                return self._filter(~self._node(node.node).mask)
            case tree.Boosted():
                found = self._node(node.node)
                return Matches(found.mask, found.scores * np.float32(node.factor))
            case tree.Words():
                return self._words(node)
            case tree.Pattern() | tree.Fuzzy() | tree.Between():
                return self._expanded(node)
            case tree.Address():
                return self._scored(Term("url", node.url), ranked=False)
            case _:
                return self._filter(self._by_column(node))

    def _by_column(self, node: tree.Everything | tree.Days | tree.Undated | tree.Language) -> Mask:
        columns = self.reading.snapshot.columns
        match node:
            case tree.Days():
                return day_mask(columns, node)
            case tree.Undated():
                return ~columns.dated
            case tree.Language():
                facet = columns.facets["language"]
                codes = [n for n, value in enumerate(facet.values) if value.split("-")[0] == node.tag]
                return facet.holders(codes, columns.size)
            case _:
                return np.ones(columns.size, bool)

    def _filter(self, mask: Mask) -> Matches:
        return Matches(mask, np.zeros(len(mask), np.float32))

    def _none(self) -> Matches:
        return self._filter(np.zeros(self.reading.snapshot.columns.size, bool))

    def _all(self, found: list[Matches]) -> Matches:
        mask = np.logical_and.reduce([m.mask for m in found])
        return Matches(mask, np.where(mask, np.sum([m.scores for m in found], axis=0), 0).astype(np.float32))

    def _any(self, found: list[Matches]) -> Matches:
        mask = np.logical_or.reduce([m.mask for m in found])
        return Matches(mask, np.sum([m.scores for m in found], axis=0).astype(np.float32))

    def _words(self, node: tree.Words) -> Matches:
        """A word or phrase in each of its index fields."""
        found = []
        for name, boost in index_fields(node.field, exact=node.exact):
            if len(node.words) == 1:
                text = node.words[0] if node.exact or name not in STEMMED else stem(node.words[0])
                query: Query = Term(name, text)
            else:
                query = Phrase(name, list(node.words), slop=node.slop + 1)
            one = self._scored(query, ranked=not node.field or node.field == "title")
            found.append(Matches(one.mask, one.scores * np.float32(boost)))
        return self._any(found)

    def _scored(self, query: Query, *, ranked: bool) -> Matches:
        """What a Whoosh query finds; unranked ones only filter."""
        result = self._none()
        docs, scores = self._postings(query)
        result.mask[docs] = True
        if ranked:
            result.scores[docs] = scores
        return result

    def _postings(self, query: Query) -> Scores:
        snapshot = self.reading.snapshot
        known = snapshot.recall(query)
        if known is not None:
            return known
        docs: list[int] = []
        scores: list[float] = []
        for searcher, offset in self.reading.searcher.leaf_searchers():
            for doc, score in self._drain(query.matcher(searcher)):
                docs.append(doc + offset)
                scores.append(score)
        found = np.array(docs, np.int64), np.array(scores, np.float32)
        snapshot.remember(query, found)
        return found

    def _drain(self, matcher: Matcher) -> Iterator[tuple[int, float]]:
        while matcher.is_active():
            yield matcher.id(), matcher.score()
            self._tick()
            matcher.next()

    def _tick(self) -> None:
        self.steps += 1
        if self.steps % _CHECK_EVERY == 0 and time.monotonic() > self.deadline:
            raise OutOfTime

    def _expanded(self, node: tree.Pattern | tree.Fuzzy | tree.Between) -> Matches:
        """All documents with one of the words that a node stands for. Every one of them counts the same."""
        result = self._none()
        for name, boost in index_fields(node.field, exact=True):
            terms = sorted(islice(expand(self.reading, name, node), MAX_TERMS + 1))
            if len(terms) > MAX_TERMS:
                note = (
                    f"“{node.shown}” stands for more than {MAX_TERMS:,} words; only so many were looked for."
                )
                self.notes.append(note)
                terms = terms[:MAX_TERMS]
            found = np.zeros(len(result.mask), bool)
            for leaf, offset in self.reading.searcher.reader().leaf_readers():
                self._mark(found, leaf, offset, name, terms)
            result.mask[found] = True
            if not node.field or node.field == "title":
                result.scores[found] += np.float32(boost)
        return result

    def _mark(self, found: Mask, leaf: IndexReader, offset: int, name: str, terms: list[bytes]) -> None:
        for term in terms:
            self._tick()
            if (name, term) in leaf:
                found[[doc + offset for doc in leaf.postings(name, term).all_ids()]] = True


STEMMED = ("title", "body")


def index_fields(name: str, *, exact: bool) -> tuple[tuple[str, float], ...]:
    """The fields of the index that a field of the query looks in, each with its weight."""
    if name == "url":
        return (("address", 1.0),)
    if name not in ("", "title"):
        return ((name, 1.0),)
    suffix = "_exact" if exact else ""
    title = ("title" + suffix, TITLE_BOOST)
    return (title,) if name else (title, ("body" + suffix, 1.0))


def day_mask(columns: Columns, days: tree.Days) -> Mask:
    """The documents whose day lies in a range; undated ones never do."""
    mask = columns.dated.copy()
    if days.since is not None:
        mask &= columns.day >= days.since.toordinal()
    if days.until is not None:
        mask &= columns.day <= days.until.toordinal()
    return mask


def expand(reading: Reading, name: str, node: tree.Pattern | tree.Fuzzy | tree.Between) -> Iterator[bytes]:
    """The words of the index that a node stands for, in one field, without duplicates; lazily."""
    reader = reading.searcher.reader()
    if name not in reader.indexed_field_names():
        return
    match node:
        case tree.Pattern():
            yield from _matching(reader, name, node.pattern)
        case tree.Fuzzy():
            leaves = reader.leaf_readers()
            near = {
                word
                for leaf, _ in leaves
                for word in leaf.terms_within(name, node.word, node.distance, prefix=1)
            }
            yield from (word.encode() for word in near)
        case tree.Between():
            high = node.high.encode()
            for field_name, term in reader.terms_from(name, node.low.encode()):
                if field_name != name or (high and term > high):
                    return
                yield term


def _matching(reader: IndexReader, name: str, pattern: str) -> Iterator[bytes]:
    prefix = re.split(r"[*?]", pattern)[0]
    shape = pattern_shape(pattern)
    for term in islice(reader.expand_prefix(name, prefix), MAX_LOOKED_AT):
        if shape.fullmatch(term.decode()):
            yield term
