"""Which fields of an index a word of a query looks in, and the matchers that find it there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index import querytree as tree
from index.analysis import stem_terms
from index.ranking import TITLE_WEIGHT
from index.whoosh_engine.arrays import OpenField
from index.whoosh_engine.combining import Some
from index.whoosh_engine.matchers import Constant, Matcher
from index.whoosh_engine.term import Norms, Term
from index.whoosh_engine.terms import MAX_TERMS, Expansion, Numbers, Terms

Leaf = tree.Words | tree.Pattern | tree.Fuzzy | tree.Between
"""What stands for single words."""

STEMS = {"title_exact": "title", "body_exact": "body", "was": "earlier"}
"""A field of exact words -> the field of their stems."""

_Term = tuple[str, str, float]
"""A field of the index, a term of it, and what it is worth there."""

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


class WordMatch:
    """Finds the words of one search; adds to `notes` where a part stands for more words than are looked for."""

    def __init__(self, terms: Terms, notes: list[str] | None = None) -> None:
        self.terms = terms
        self.notes = [] if notes is None else notes
        self._expansions: dict[tuple[str, Leaf], Expansion] = {}
        self._stems: dict[str, tuple[str, ...]] = {}
        self._norms_of: dict[tuple[int, str], Norms] = {}
        self._looked_for: dict[tree.Words, list[list[_Term]]] = {}

    def leaf(self, place: int, leaf: Leaf) -> Matcher | None:
        """What finds a word, or one of the words that a part stands for, in the segment at a place."""
        self.terms.check()
        if not isinstance(leaf, tree.Words):
            fields = index_fields(leaf.field)
            return self._some(place, [self._expanded(place, name, leaf, boost) for name, boost in fields])
        looked_for = self._looked_for.get(leaf)
        if looked_for is None:
            looked_for = [self._terms_in(name, leaf, boost) for name, boost in index_fields(leaf.field)]
            self._looked_for[leaf] = looked_for
        return self._some(place, [self._one_of(place, terms) for terms in looked_for])

    def in_field(self, place: int, name: str, leaf: Leaf, boost: float) -> Matcher | None:
        """The same in one field of exact words, or in that of their stems."""
        if not isinstance(leaf, tree.Words):
            return self._expanded(place, name, leaf, boost)
        return self._one_of(place, self._terms_in(name, leaf, boost))

    def _one_of(self, place: int, terms: list[_Term]) -> Matcher | None:
        if len(terms) == 1:
            return self.word(place, *terms[0])
        return self._some(place, [self.word(place, *term) for term in terms])

    def _terms_in(self, name: str, leaf: tree.Words, boost: float) -> list[_Term]:
        """The terms that a word may have in a field of exact words or in that of their stems, each with its field and
        its worth."""
        if not is_stemmed(leaf):
            return [(name, leaf.words[0], boost)]
        return [(STEMS[name], one, boost) for one in self.stems(leaf.words[0])]

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
        found = self.terms.found(name, word)[place]
        if found is None:
            return None
        field, number, held = found
        weight = boost * self.terms.idf(name, word) if boost else 0.0
        return Term(field, number, held, weight, self._norms(place, name, field), self._size(place))

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

    def _norms(self, place: int, name: str, field: OpenField) -> Norms:
        found = self._norms_of.get((place, name))
        if found is None:
            found = self._norms_of[place, name] = Norms(field, self.terms.shelves.norms(name))
        return found

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
