"""A query tree over the segments of an index -> which documents match, and how well.

Each segment is searched by itself: the tree becomes a tree of matchers, which are asked for documents first, and only
for those that are left what they are worth. What holds for the index as a whole (what a word is worth, which words a
prefix stands for) is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from index import querytree as tree
from index.ranking import Floats
from index.whoosh_engine.matchers import NO_DOCS, All, Constant, Docs, Mask, Matcher, Other, Some, Weighted
from index.whoosh_engine.positional import Positional
from index.whoosh_engine.terms import OutOfTime, Terms
from index.whoosh_engine.wordmatch import WordMatch

ColumnMask = Callable[[tree.ColumnLeaf], Mask]
"""The documents of the whole index for which a condition holds."""

STOPPED = "The search was stopped because it took too long; try fewer or longer words."


@dataclass(frozen=True, slots=True)
class Matches:
    """Matching documents by their numbers in the index, distinct, in no certain order; `scores` are what they are
    worth, where that was asked for. `size` counts all documents of the index."""

    docs: Docs
    scores: Floats | None
    size: int

    @property
    def mask(self) -> Mask:
        """The same as a place for each document."""
        mask = np.zeros(self.size, bool)
        mask[self.docs] = True
        return mask

    def within(self, mask: Mask) -> Matches:
        """Those of them that pass."""
        passing = mask.take(self.docs)
        scores = None if self.scores is None else self.scores.compress(passing)
        return Matches(self.docs.compress(passing), scores, self.size)


@dataclass(slots=True)
class Evaluation:
    """Evaluates trees over one index; `notes` says what was cut short, `stopped` is set where the time was over."""

    terms: Terms
    column_mask: ColumnMask
    notes: list[str] = field(default_factory=list)
    stopped: bool = False
    _masks: dict[tree.ColumnLeaf, Mask] = field(default_factory=dict)

    def matches(self, node: tree.Node, *, scored: bool, within: Sequence[Mask] = ()) -> Matches:
        """The live documents that match and lie within all of some masks; after the deadline those of the segments
        that were searched by then, with a note."""
        words = WordMatch(self.terms)
        docs, scores = [NO_DOCS], [np.zeros(0, np.float32)]
        try:
            for place, shelf in enumerate(self.terms.shelves):
                part = _Part(self, words, place)
                masks = [mask[shelf.base : shelf.base + shelf.segment.size] for mask in within]
                found = part.search(node, masks, scored=scored)
                if found is not None:
                    docs.append(found[0] + shelf.base)
                    scores.append(found[1])
        except OutOfTime:
            self.stopped = True
            self.notes.append(STOPPED)
        self.notes += words.notes
        size = self.terms.documents
        if len(docs) == 2:
            return Matches(docs[1], scores[1] if scored else None, size)
        return Matches(np.concatenate(docs), np.concatenate(scores) if scored else None, size)

    def mask(self, node: tree.ColumnLeaf) -> Mask:
        """The documents of the whole index for which a condition holds."""
        found = self._masks.get(node)
        if found is None:
            found = self._masks[node] = self.column_mask(node)
        return found


class _Part:
    """One search in one segment."""

    def __init__(self, evaluation: Evaluation, words: WordMatch, place: int) -> None:
        self._evaluation = evaluation
        self._words = words
        self._place = place
        self._shelf = evaluation.terms.shelves[place]
        self._size = self._shelf.segment.size
        self._positional = Positional(words, place)

    def search(self, node: tree.Node, masks: list[Mask], *, scored: bool) -> tuple[Docs, Floats] | None:
        """The live documents that match, and what they are worth."""
        matcher = self.matcher(node)
        if matcher is None:
            return None
        if masks:
            matcher = All(
                [matcher, *(Constant(mask, 0.0, most=int(np.count_nonzero(mask))) for mask in masks)]
            )
        live = self._shelf.live
        if not scored or live is not None:
            docs = matcher.docs()
            if live is not None:
                docs = docs.compress(live.take(docs))
            return docs, matcher.scores(docs) if scored else np.zeros(0, np.float32)
        return matcher.scored()

    def matcher(self, node: tree.Node) -> Matcher | None:
        """What finds a node in this segment; None where nothing can."""
        match node:
            case tree.And():
                return self._all(node.nodes)
            case tree.Or():
                parts = [part for child in node.nodes if (part := self.matcher(child)) is not None]
                return Some(parts, self._size) if len(parts) > 1 else (parts[0] if parts else None)
            case tree.Not():
                part = self.matcher(node.node)
                return Constant(np.ones(self._size, bool), 0.0) if part is None else Other(part, self._size)
            case tree.Boosted():
                part = self.matcher(node.node)
                return None if part is None else Weighted(part, node.factor)
            case tree.Words() | tree.Pattern() | tree.Fuzzy() | tree.Between():
                return self._text(node)
            case tree.Near() | tree.Paragraph() | tree.AtLeast() | tree.First():
                return self._positional.matcher(node)
            case tree.Address():
                return self._words.word(self._place, "url", node.url, 0.0)
            case _:
                mask = self._evaluation.mask(node)[self._shelf.base : self._shelf.base + self._size]
                return Constant(mask, 0.0)

    def _all(self, nodes: Sequence[tree.Node]) -> Matcher | None:
        parts = []
        for child in nodes:
            part = self.matcher(child)
            if part is None:
                return None
            parts.append(part)
        return All(parts)

    def _text(self, node: tree.TextLeaf) -> Matcher | None:
        if isinstance(node, tree.Words) and len(node.words) > 1:
            return self._positional.matcher(node)
        return self._words.leaf(self._place, node)
