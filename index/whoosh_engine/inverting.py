"""Articles -> a segment in memory.

A word becomes a number as it is read. What is sorted in the end are numbers alone: term, document and place of a word
side by side in one integer, all words of a field at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from archive.model import Article
from index.analysis import PARAGRAPH, tokens
from index.schema import (
    EXACT_FIELDS,
    NUMBERS,
    PARAGRAPH_BREAK,
    STEM_FIELDS,
    VALUE_GAP,
    VALUES,
    author_words,
    line_record,
    numbers,
    text_record,
    values,
)  # fmt: skip
from index.whoosh_engine.arrays import FieldArrays, Ints, SegmentArrays, ValueArrays
from index.whoosh_engine.sorting import Vocabulary, changes, sorted_together, starts_of
from index.whoosh_engine.stemming import stemmed

MOST_WORDS = 1 << 22
"""So many words of a field of an article are indexed, far more than any has: what is longer is data in disguise."""


def invert(articles: Iterable[Article]) -> SegmentArrays:
    """The segment of articles with distinct ids, a document each, in their order."""
    inverter = _Inverter()
    for article in articles:
        inverter.add(article)
    return inverter.arrays()


class _Inverter:
    """Takes articles one by one, and makes a segment of them all."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._exact = {name: _Runs(self._vocabulary) for name in EXACT_FIELDS}
        self._ids: list[str] = []
        self._urls: list[str] = []
        self._numbers: list[tuple[int, ...]] = []
        self._values = {name: _Values() for name in VALUES}
        self._stored: list[bytes] = []
        self._texts: list[bytes] = []

    def add(self, article: Article) -> None:
        """The next document."""
        doc, latest, exact = len(self._ids), article.latest, self._exact
        words = exact["body_exact"].add(doc, latest.text.split(PARAGRAPH_BREAK), gap=0)
        exact["title_exact"].add(doc, (latest.title,))
        exact["was"].add(doc, article.earlier_titles)
        exact["author"].add(doc, author_words(article))
        exact["source"].add(doc, (article.source,))
        exact["section"].add(doc, (latest.section,))
        exact["tag"].add(doc, latest.tags)
        exact["address"].add(doc, (article.url,))
        self._ids.append(str(article.id))
        self._urls.append(article.url)
        self._numbers.append(numbers(article, words))
        for column, held in zip(self._values.values(), values(article), strict=True):
            column.add(held)
        self._stored.append(line_record(article))
        self._texts.append(text_record(article))

    def arrays(self) -> SegmentArrays:
        """All of it."""
        size = len(self._ids)
        self._exact["body_exact"].mark_paragraphs()
        words, ranks = self._vocabulary.sorted()
        fields = {name: runs.inverted(words, ranks, size) for name, runs in self._exact.items()}
        language = self._values["language"].arrays()
        for name, source in STEM_FIELDS.items():
            fields[name] = stemmed(fields[source], source, language)
        matrix = np.array(self._numbers, np.int64).reshape(size, len(NUMBERS))
        return SegmentArrays(
            size=size,
            fields={**fields, "id": _keys(self._ids), "url": _keys(self._urls)},
            numbers={name: np.ascontiguousarray(matrix[:, n]) for n, name in enumerate(NUMBERS)},
            values={name: column.arrays() for name, column in self._values.items()},
            stored=self._stored,
            texts=self._texts,
        )


class _Runs:
    """The words of one field of all documents: runs of words that follow each other, each with its document and the
    place of its first word."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = array("i")
        self._docs = array("i")
        self._places = array("i")
        self._sizes = array("i")
        self._marks_paragraphs = False

    def add(self, doc: int, texts: Sequence[str], gap: int = VALUE_GAP) -> int:
        """The texts of a document, `gap` places from one to the next; returns how many words."""
        place = count = 0
        for text in texts:
            words = tokens(text)
            size = min(len(words), MOST_WORDS - place)
            if size <= 0:
                continue
            self._words.extend(map(self._vocabulary.__getitem__, words[:size]))
            self._docs.append(doc)
            self._places.append(place)
            self._sizes.append(size)
            place += size + gap
            count += size
        return count

    def mark_paragraphs(self) -> None:
        """Let a term stand where each run begins."""
        self._vocabulary[PARAGRAPH]
        self._marks_paragraphs = True

    def inverted(self, words: list[str], ranks: Ints, size: int) -> FieldArrays:
        """The field; `words` is the vocabulary in order, `ranks` says where in it the word of a number stands."""
        of_word = ranks[np.array(self._words, np.int32)]
        docs, places, sizes = (
            np.array(column, np.int64) for column in (self._docs, self._places, self._sizes)
        )
        lengths = np.bincount(docs, sizes, size).astype(np.int64)
        before = np.cumsum(sizes) - sizes
        of_doc = np.repeat(docs, sizes)
        of_place = np.arange(len(of_word)) + np.repeat(places - before, sizes)
        if self._marks_paragraphs:
            mark = np.full(len(docs), ranks[self._vocabulary[PARAGRAPH]])
            of_word = np.concatenate([mark, of_word])
            of_doc, of_place = np.concatenate([docs, of_doc]), np.concatenate([places, of_place])
        return _field(words, of_word, of_doc, of_place, lengths)


def _field(words: list[str], ranks: Ints, docs: Ints, places: Ints, lengths: Ints) -> FieldArrays:
    """A field from its words in any order: of each its rank in the vocabulary, its document and its place."""
    used = np.bincount(ranks, minlength=len(words)) > 0
    terms = (np.cumsum(used) - 1)[ranks]
    terms, docs, places = sorted_together(terms, docs, places)
    begins = changes(terms, docs)
    return FieldArrays(
        terms=[words[rank].encode() for rank in np.flatnonzero(used).tolist()],
        starts=starts_of(terms[begins], int(used.sum())),
        docs=docs[begins],
        freqs=np.diff(begins, append=len(terms)),
        positions=places,
        lengths=lengths,
    )


def _keys(keys: list[str]) -> FieldArrays:
    """A field with one term for each document."""
    encoded = [key.encode("utf-8", "replace") for key in keys]
    terms = sorted(set(encoded))
    numbers = {term: number for number, term in enumerate(terms)}
    of_doc = np.fromiter(map(numbers.__getitem__, encoded), np.int64, len(encoded))
    docs = np.argsort(of_doc, kind="stable")
    ones = np.ones(len(keys), np.int64)
    return FieldArrays(terms, starts_of(of_doc[docs], len(terms)), docs, ones, None, ones)


class _Values:
    """A column of values as it grows."""

    def __init__(self) -> None:
        self._known = Vocabulary()
        self._held = array("i")
        self._starts = array("q", [0])

    def add(self, values: tuple[str, ...]) -> None:
        """Those of the next document."""
        self._held.extend(map(self._known.__getitem__, values))
        self._starts.append(len(self._held))

    def arrays(self) -> ValueArrays:
        """The column."""
        values, ranks = self._known.sorted()
        codes = ranks[np.array(self._held, np.int32)]
        return ValueArrays(values, np.array(self._starts, np.int64), codes)
