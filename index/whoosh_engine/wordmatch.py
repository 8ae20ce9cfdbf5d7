"""Which fields of an index a word of a query looks in, and the matchers that find it there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from index import querytree as tree
from index.analysis import stem_terms
from index.ranking import TITLE_WEIGHT, Floats
from index.whoosh_engine.arrays import OpenField
from index.whoosh_engine.combining import Some
from index.whoosh_engine.matchers import Constant, Matcher
from index.whoosh_engine.term import Norms, Term
from index.whoosh_engine.terms import MAX_TERMS, Expansion, Found, Numbers, Terms

Leaf = tree.Words | tree.Pattern | tree.Fuzzy | tree.Between
"""What stands for single words."""

STEMS = {"title_exact": "title", "body_exact": "body", "was": "earlier"}
"""A field of exact words -> the field of their stems."""

RANKED = ("", "title")
"""Fields of the query whose words say how well an article fits; the others only filter."""


def index_fields(name: str) -> tuple[tuple[str, float], ...]:
    """The fields of exact words that a field of the query looks in, each with what its words are worth."""
    match name:
        case "":
            return (("title_exact", TITLE_WEIGHT), ("body_exact", 1.0), ("was", 1.0))
        case "title":
            return (("title_exact", TITLE_WEIGHT),)
        case "url":
            return (("address", 0.0),)
        case _:
            return ((name, 0.0),)


def is_stemmed(leaf: Leaf) -> bool:
    """Whether all forms of a word are looked for."""
    return isinstance(leaf, tree.Words) and not leaf.exact and leaf.field in RANKED


class Sought(NamedTuple):
    """A term of a field that is looked for: where it stands in each segment, what it is worth, and what the lengths
    of the field add below the line."""

    found: tuple[Found | None, ...]
    weight: float
    norms: Floats


class WordMatch:
    """Finds the words of one search; adds to `notes` where a part stands for more words than are looked for."""

    def __init__(self, terms: Terms, notes: list[str] | None = None) -> None:
        self.terms = terms
        self.notes = [] if notes is None else notes
        self._expansions: dict[tuple[str, Leaf], Expansion] = {}
        self._stems: dict[str, tuple[str, ...]] = {}
        self._norms: dict[OpenField, Norms] = {}
        self._known: dict[tree.Words, list[Sought]] = {}

    def leaf(self, place: int, leaf: Leaf) -> Matcher | None:
        """What finds a word, or one of the words that a part stands for, in the segment at a place."""
        self.terms.check()
        if not isinstance(leaf, tree.Words):
            fields = index_fields(leaf.field)
            return self._some(place, [self._expanded(place, name, leaf, boost) for name, boost in fields])
        sought = self._known.get(leaf)
        if sought is None:
            sought = self._known[leaf] = [
                one for name, boost in index_fields(leaf.field) for one in self._sought(name, leaf, boost)
            ]
        return self._some(place, [self._term(place, one) for one in sought])

    def in_field(self, place: int, name: str, leaf: Leaf, boost: float) -> Matcher | None:
        """The same in one field of exact words, or in that of their stems."""
        if not isinstance(leaf, tree.Words):
            return self._expanded(place, name, leaf, boost)
        return self._some(place, [self._term(place, one) for one in self._sought(name, leaf, boost)])

    def _sought(self, name: str, leaf: tree.Words, boost: float) -> list[Sought]:
        """The terms that a word may have in a field of exact words or in that of their stems."""
        if not is_stemmed(leaf):
            return [self._one(name, leaf.words[0], boost)]
        return [self._one(STEMS[name], one, boost) for one in self.stems(leaf.words[0])]

    def _one(self, name: str, word: str, boost: float) -> Sought:
        weight = boost * self.terms.idf(name, word) if boost else 0.0
        return Sought(self.terms.found(name, word), weight, self.terms.shelves.norms(name))

    def _term(self, place: int, sought: Sought) -> Matcher | None:
        found = sought.found[place]
        if found is None:
            return None
        field, number, held = found
        norms = self._norms.get(field)
        if norms is None:
            norms = self._norms[field] = Norms(field, sought.norms)
        return Term(field, number, held, sought.weight, norms, self._size(place))

    def _expanded(
        self, place: int, name: str, leaf: tree.Pattern | tree.Fuzzy | tree.Between, boost: float
    ) -> Matcher | None:
        numbers = self.expansion(name, leaf).numbers[place]
        field = self.field(place, name)
        if field is None or not len(numbers):
            return None
        return Constant(self._any(place, field, numbers), boost)

    def word(self, place: int, name: str, word: str, boost: float) -> Matcher | None:
        """What finds a term of a field."""
        return self._term(place, self._one(name, word, boost))

    def stems(self, word: str) -> tuple[str, ...]:
        """The terms that a word may have in a field of stems."""
        found = self._stems.get(word)
        if found is None:
            found = self._stems[word] = stem_terms(word, self.terms.shelves.languages)
        return found

    def numbers(self, place: int, name: str, leaf: Leaf) -> Numbers:
        """The terms of a field of exact words that a leaf stands for: of a word all its forms."""
        if not isinstance(leaf, tree.Words):
            return self.expansion(name, leaf).numbers[place]
        if is_stemmed(leaf):
            return self._forms(place, STEMS[name], leaf.words[0])
        number = self.terms.numbers(name, leaf.words[0])[place]
        return (number,) if number >= 0 else ()

    def expansion(self, name: str, leaf: tree.Pattern | tree.Fuzzy | tree.Between) -> Expansion:
        """The words of a field that a part stands for."""
        found = self._expansions.get((name, leaf))
        if found is None:
            found = self._expansions[name, leaf] = self.terms.expansion(name, leaf)
            if found.cut:
                self.notes.append(
                    f"“{leaf.shown}” stands for more than {MAX_TERMS:,} words; only so many were looked for."
                )
        return found

    def field(self, place: int, name: str) -> OpenField | None:
        """A field of a segment."""
        return self.terms.fields(name)[place]

    def _forms(self, place: int, stemmed: str, word: str) -> Sequence[int]:
        field = self.field(place, stemmed)
        if field is None:
            return ()
        numbers = [self.terms.numbers(stemmed, one)[place] for one in self.stems(word)]
        forms: Iterator[int] = (
            int(form) for number in numbers if number >= 0 for form in field.forms(number)
        )
        return sorted(set(forms))

    def _some(self, place: int, found: list[Matcher | None]) -> Matcher | None:
        parts = [part for part in found if part is not None]
        if len(parts) > 1:
            return Some(parts, self._size(place))
        return parts[0] if parts else None

    def _size(self, place: int) -> int:
        return self.terms.shelves.shelves[place].segment.size

    def _any(
        self, place: int, field: OpenField, numbers: Numbers
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """The documents with one of the terms."""
        mask = np.zeros(self._size(place), bool)
        if isinstance(numbers, range):
            mask[field.docs_between(numbers.start, numbers.stop)] = True
        else:
            for number in numbers:
                mask[field.docs(number)] = True
        return mask
