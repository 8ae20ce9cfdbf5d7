"""A query tree over one snapshot -> which documents match, and how well.

Whoosh's matchers find and score the single words and phrases (BM25F); everything above them is arithmetic on
arrays: AND intersects and adds scores, OR unites and adds, NOT turns round.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index import querytree as tree
from index.analysis import stem_terms
from index.whoosh_engine.columns import Columns, Mask
from index.whoosh_engine.conditions import column_mask
from index.whoosh_engine.postings import MAX_TERMS, OutOfTime, Postings
from index.whoosh_engine.snapshot import Scores

TITLE_BOOST = 2.0
"""How much more a word in the title says than one in the text."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Matching documents and their scores, by document number; a score is 0 where nothing matches."""

    mask: Mask
    scores: NDArray[np.float32]


@dataclass(slots=True)
class Evaluation:
    """Evaluates trees over one snapshot; `notes` says what was cut short, `stopped` is set where the
    time was over."""

    columns: Columns
    postings: Postings
    notes: list[str] = field(default_factory=list)
    stopped: bool = False

    def matches(self, node: tree.Node) -> Matches:
        """Evaluate; after the deadline what is found so far, with a note."""
        try:
            found = self._node(node)
        except OutOfTime:
            self.stopped = True
            self.notes.append("The search was stopped because it took too long; try fewer or longer words.")
            found = self._none()
        live = self.columns.live
        return Matches(found.mask & live, found.scores)

    def _node(self, node: tree.Node) -> Matches:
        match node:
            case tree.And() | tree.Near() | tree.Paragraph():  # the places are not looked at yet
                return self._all([self._node(child) for child in node.nodes])
            case tree.Or():
                return self._any([self._node(child) for child in node.nodes])
            case tree.AtLeast() | tree.First():
                return self._node(node.node)
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
                return self._scored(self.postings.term("url", node.url), 0.0)
            case _:
                return self._filter(column_mask(self.columns, node))

    def _filter(self, mask: Mask) -> Matches:
        return Matches(mask, np.zeros(len(mask), np.float32))

    def _none(self) -> Matches:
        return self._filter(np.zeros(self.columns.size, bool))

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
            if len(node.words) > 1:
                results = [self.postings.phrase(name, node.words, node.slop)]
            else:
                terms = self._terms(name, node.words[0])
                results = [self.postings.term(name, term) for term in terms]
            found += [self._scored(result, boost if node.field in RANKED else 0.0) for result in results]
        return self._any(found)

    def _terms(self, name: str, word: str) -> tuple[str, ...]:
        """The terms of a word in a field."""
        languages = (*self.columns.facets["language"].values, "")  # a text may have none
        return stem_terms(word, languages) if name in STEMMED else (word,)

    def _scored(self, found: Scores, boost: float) -> Matches:
        """What was found, spread over all documents."""
        result = self._none()
        docs, scores = found
        result.mask[docs] = True
        result.scores[docs] = scores * np.float32(boost)
        return result

    def _expanded(self, node: tree.Pattern | tree.Fuzzy | tree.Between) -> Matches:
        """All documents with one of the words that a node stands for. Every one of them counts the same."""
        found = []
        for name, boost in index_fields(node.field, exact=True):
            terms = list(islice(self.postings.expand(name, node), MAX_TERMS + 1))
            if len(terms) > MAX_TERMS:
                note = (
                    f"“{node.shown}” stands for more than {MAX_TERMS:,} words; only so many were looked for."
                )
                self.notes.append(note)
            docs = np.flatnonzero(self.postings.any_of(name, terms[:MAX_TERMS]))
            found.append(
                self._scored((docs, np.ones(len(docs), np.float32)), boost if node.field in RANKED else 0.0)
            )
        return self._any(found)


STEMMED = ("title", "body", "earlier")
RANKED = ("", "title")
"""Fields of the query whose words say how well an article fits; the others only filter."""


def index_fields(name: str, *, exact: bool) -> tuple[tuple[str, float], ...]:
    """The fields of the index that a field of the query looks in, each with its weight."""
    if name == "url":
        return (("address", 1.0),)
    if name not in ("", "title"):
        return ((name, 1.0),)
    suffix = "_exact" if exact else ""
    title = ("title" + suffix, TITLE_BOOST)
    return (title,) if name else (title, ("body" + suffix, 1.0), ("was" if exact else "earlier", 1.0))
