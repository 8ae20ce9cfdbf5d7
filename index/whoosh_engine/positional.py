"""Phrases, words near each other, in one paragraph, at least so often, among the first: where words stand decides.

Every field is looked at by itself. Only those documents of it are that have all that is needed at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index import querytree as tree
from index.analysis import PARAGRAPH
from index.ranking import Floats
from index.whoosh_engine import places
from index.whoosh_engine.arrays import Ints, OpenField
from index.whoosh_engine.combining import All, Some
from index.whoosh_engine.matchers import NO_DOCS, Docs, Mask, Matcher
from index.whoosh_engine.places import Occurrences
from index.whoosh_engine.wordmatch import WordMatch, index_fields
from index.whoosh_engine.wordplaces import NO_PLACES, SPAN, WordPlaces

TEXT = "body_exact"
_COUNTED = ("title_exact", TEXT)

_BLOCK = 16_384
"""Documents whose places are looked at together, so that no step takes long, whatever is asked for."""


class Placed(Matcher):
    """Documents that were found by places; worth what their words are."""

    def __init__(self, docs: Docs, worth: Matcher, size: int) -> None:
        self.most = len(docs)
        self._docs = docs
        self._worth = worth
        self._size = size

    def docs(self) -> Docs:
        return self._docs

    def among(self, docs: Docs) -> Mask:
        mask = np.zeros(self._size, bool)
        mask[self._docs] = True
        return mask.take(docs)

    def scores(self, docs: Docs) -> Floats:
        scores = self._worth.scores(docs)
        return scores if docs is self._docs else scores * self.among(docs)

    def scored(self) -> tuple[Docs, Floats]:
        return self._docs, self._worth.scores(self._docs)


class Positional:
    """Finds what depends on places, in the segment at a place of the index."""

    def __init__(self, words: WordMatch, place: int) -> None:
        self._words = words
        self._place = place
        self._size = words.terms.shelves.shelves[place].segment.size

    def matcher(self, node: tree.Words | tree.Positional) -> Matcher | None:
        """What finds a phrase or another node of places."""
        match node:
            case tree.AtLeast():
                return self._at_least(node)
            case tree.Paragraph():
                found = [self._found(TEXT, 1.0, node.nodes, node)]
            case tree.First():
                name = operand_field(node.node)
                fields = index_fields(name) if name else ((TEXT, 1.0),)
                found = [self._found(one, boost, (node.node,), node) for one, boost in fields]
            case tree.Near():
                found = [self._found(one, boost, node.nodes, node) for one, boost in index_fields(node.field)]
            case tree.Words():
                found = [self._found(one, boost, (node,), node) for one, boost in index_fields(node.field)]
        parts = [part for part in found if part is not None]
        return Some(parts, self._size) if len(parts) > 1 else (parts[0] if parts else None)

    def _found(
        self, name: str, boost: float, operands: Sequence[tree.Operand], node: tree.Words | tree.Positional
    ) -> Matcher | None:
        """The documents that have all operands in a field as a node wants them."""
        self._words.terms.check()
        needed = [self._needed(name, operand, boost) for operand in operands]
        parts = [part for part in needed if part is not None]
        if len(parts) < len(needed):
            return None
        candidates = All(parts)
        if isinstance(node, tree.Words) and not node.slop:
            docs = places.documents([self._phrase(name, node.words, None).starts])
        else:
            within = places.ascending(candidates.docs())
            found = [self._placed(name, operands, node, block) for block in blocks(within)]
            docs = np.concatenate([NO_DOCS, *found])
        return Placed(docs, Some(parts, self._size), self._size) if len(docs) else None

    def _placed(
        self, name: str, operands: Sequence[tree.Operand], node: tree.Words | tree.Positional, within: Docs
    ) -> Docs:
        check = self._words.terms.check
        check()
        known: dict[tree.Operand, places.Occurrences] = {}
        for operand in operands:
            if operand not in known:
                known[operand] = self.occurrences(name, operand, within)
        found = [known[operand] for operand in operands]
        match node:
            case tree.Near():
                return places.near(found, node.distance, check)
            case tree.Paragraph():
                breaks = self._word(name, PARAGRAPH)
                begins = NO_PLACES if breaks is None else breaks.read(within)
                return places.together(list(known.values()), begins, check)
            case tree.First():
                return places.early(found[0], node.count)
            case _:
                return places.documents([found[0].starts])

    def _needed(self, name: str, operand: tree.Operand, boost: float) -> Matcher | None:
        """What a document must have in a field for the operand to stand there at all."""
        match operand:
            case tree.Or():
                some = [self._needed(name, child, boost) for child in flattened(operand)]
                parts = [part for part in some if part is not None]
                return Some(parts, self._size) if parts else None
            case tree.Words() if len(operand.words) > 1:
                words = [self._words.word(self._place, name, w, boost) for w in dict.fromkeys(operand.words)]
                parts = [part for part in words if part is not None]
                return All(parts) if len(parts) == len(words) else None
            case _:
                return self._words.in_field(self._place, name, operand, boost)

    def occurrences(self, name: str, operand: tree.Operand, within: Docs) -> Occurrences:
        """Where an operand stands in a field, at least in some documents, which ascend."""
        check = self._words.terms.check
        check()
        match operand:
            case tree.Or():
                different = dict.fromkeys(flattened(operand))
                return places.union([self.occurrences(name, child, within) for child in different], check)
            case tree.Words() if len(operand.words) > 1:
                return self._phrase(name, operand.words, within, operand.slop)
            case _:
                field = self._words.field(self._place, name)
                numbers = self._words.numbers(self._place, name, operand)
                if field is None or not len(numbers):
                    return places.single(NO_PLACES)
                return places.single(self._any_places(field, numbers, within))

    def _phrase(self, name: str, words: Sequence[str], within: Docs | None, slop: int = 0) -> Occurrences:
        """Where words follow each other in a field: in all of it, or at least in some documents."""
        check = self._words.terms.check
        there = [found for word in words if (found := self._word(name, word)) is not None]
        if len(there) < len(words):
            return places.single(NO_PLACES)
        if slop and within is not None:
            return places.loose([word.read(within) for word in there], slop, check)
        return places.phrase(there, within, check)

    def _any_places(self, field: OpenField, numbers: Sequence[int], within: Docs) -> Ints:
        if len(numbers) == 1:
            return WordPlaces(field, numbers[0]).read(within)
        some = []
        for number in numbers:
            self._words.terms.check()
            some.append(WordPlaces(field, number).read(within))
        return np.sort(np.concatenate(some))  # no two words stand at one place

    def _word(self, name: str, word: str) -> WordPlaces | None:
        """Where a word stands; None where it is in no document."""
        field = self._words.field(self._place, name)
        number = self._words.terms.numbers(name, word)[self._place]
        return None if field is None or number < 0 else WordPlaces(field, number)

    def _at_least(self, node: tree.AtLeast) -> Matcher | None:
        """Mentions in title and text count together, those in earlier headlines do not."""
        self._words.terms.check()
        name = operand_field(node.node)
        fields = index_fields(name) if name else [(n, w) for n, w in index_fields("") if n in _COUNTED]
        counts = np.zeros(self._size, np.int64)
        parts = []
        for one, boost in fields:
            part = self._needed(one, node.node, boost)
            if part is not None:
                parts.append(part)
                for block in blocks(places.ascending(part.docs())):
                    starts = self.occurrences(one, node.node, block).starts
                    counts += np.bincount(starts // SPAN, minlength=self._size)
        if not parts:
            return None
        docs = np.flatnonzero(counts >= max(node.count, 1))
        return Placed(docs, Some(parts, self._size), self._size) if len(docs) else None


def blocks(docs: Docs) -> Iterator[Docs]:
    """Documents that ascend, some thousands at a time."""
    return (docs[at : at + _BLOCK] for at in range(0, len(docs), _BLOCK))


def flattened(node: tree.Operand) -> Iterator[tree.Operand]:
    """The parts of an Or, and of those inside it. An operand is what the grammar puts there."""
    if isinstance(node, tree.Or):
        for child in node.nodes:
            assert isinstance(child, tree.Operand)
            yield from flattened(child)
    else:
        yield node


def operand_field(node: tree.Operand) -> str:
    """The field of the query that an operand looks in."""
    if isinstance(node, tree.Or):
        return next((operand_field(child) for child in flattened(node)), "")
    return node.field
