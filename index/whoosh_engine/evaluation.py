"""A query tree over the segments of an index -> which documents match, and how well.

Each segment is searched by itself: the tree becomes a tree of matchers, which are asked for documents first, and only
for those that are left what they are worth. What holds for the index as a whole (what a word is worth, which words a
prefix stands for) is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from index import querytree as tree
from index.whoosh_engine.combining import All, Other, Some, Weighted
from index.whoosh_engine.conditions import Condition
from index.whoosh_engine.matchers import Constant, Matcher
from index.whoosh_engine.matches import Matches, Part
from index.whoosh_engine.positional import Positional
from index.whoosh_engine.shelves import Shelf
from index.whoosh_engine.terms import OutOfTime, Terms
from index.whoosh_engine.wordmatch import WordMatch

ColumnMatcher = Callable[[tree.ColumnLeaf, Shelf], Matcher]
"""What finds the documents of a segment for which a condition holds."""

STOPPED = "The search was stopped because it took too long; try fewer or longer words."


@dataclass(slots=True)
class Evaluation:
    """Evaluates trees over one index; `notes` says what was cut short, `stopped` is set where the time was over."""

    terms: Terms
    column_matcher: ColumnMatcher
    notes: list[str] = field(default_factory=list)
    stopped: bool = False

    def matches(self, node: tree.Node, *, within: Sequence[Condition] = ()) -> Matches:
        """The live documents that match and pass all of some conditions; after the deadline those of the segments
        that were searched by then, with a note. A segment is searched when its part is asked for."""
        return Matches(self._parts(node, within), self.terms.shelves.documents)

    def _parts(self, node: tree.Node, within: Sequence[Condition]) -> Iterator[Part]:
        words = WordMatch(self.terms, self.notes)
        try:
            for place, shelf in enumerate(self.terms.shelves):
                matcher = _Search(self, words, place, shelf).within(node, [find(shelf) for find in within])
                if matcher is not None:
                    yield Part(shelf, matcher, shelf.live)
        except OutOfTime:
            self.stop()

    def stop(self) -> None:
        """The time is over: say so, once."""
        if not self.stopped:
            self.notes.append(STOPPED)
        self.stopped = True


class _Search:
    """One search in one segment."""

    def __init__(self, evaluation: Evaluation, words: WordMatch, place: int, shelf: Shelf) -> None:
        self._evaluation = evaluation
        self._words = words
        self._place = place
        self._shelf = shelf
        self._size = shelf.segment.size

    def within(self, node: tree.Node, conditions: Sequence[Matcher]) -> Matcher | None:
        """What finds a node in this segment among what passes some conditions; None where nothing can."""
        matcher = self.matcher(node)
        return All([matcher, *conditions]) if matcher is not None and conditions else matcher

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
            case tree.Words() if len(node.words) == 1:
                return self._words.leaf(self._place, node)
            case tree.Pattern() | tree.Fuzzy() | tree.Between():
                return self._words.leaf(self._place, node)
            case tree.Words() | tree.Near() | tree.Paragraph() | tree.AtLeast() | tree.First():
                return Positional(self._words, self._place).matcher(node)
            case tree.Address():
                return self._words.word(self._place, "url", node.url, 0.0)
            case _:
                return self._evaluation.column_matcher(node, self._shelf)

    def _all(self, nodes: Sequence[tree.Node]) -> Matcher | None:
        parts = []
        for child in nodes:
            part = self.matcher(child)
            if part is None:
                return None
            parts.append(part)
        return All(parts)
