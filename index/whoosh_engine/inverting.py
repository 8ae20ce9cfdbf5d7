"""Articles -> a segment in memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np

from archive.model import Article
from index.analysis import PARAGRAPH
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
from index.whoosh_engine.arrays import FieldArrays, SegmentArrays, ValueArrays
from index.whoosh_engine.lexicon import Lexicon, lexicon
from index.whoosh_engine.runs import Runs
from index.whoosh_engine.sorting import Vocabulary, starts_of
from index.whoosh_engine.stemming import stemmed

_BODY = "body_exact"


def invert(articles: Iterable[Article]) -> SegmentArrays:
    """The segment of articles with distinct ids, a document each, in their order."""
    with lexicon() as known:
        inverter = _Inverter(known)
        for article in articles:
            inverter.add(article)
        return inverter.arrays()


class _Inverter:
    """Takes articles one by one, and makes a segment of them all."""

    def __init__(self, known: Lexicon) -> None:
        self._lexicon = known
        self._exact = {name: Runs(known) for name in EXACT_FIELDS}
        self._ids: list[str] = []
        self._urls: list[str] = []
        self._numbers: list[tuple[int, ...]] = []
        self._values = {name: _Values() for name in VALUES}
        self._stored: list[bytes] = []
        self._texts: list[bytes] = []

    def add(self, article: Article) -> None:
        """The next document."""
        doc, latest, exact = len(self._ids), article.latest, self._exact
        exact["body_exact"].add(doc, latest.text.split(PARAGRAPH_BREAK))
        exact["title_exact"].add(doc, (latest.title,))
        exact["was"].add(doc, article.earlier_titles)
        exact["author"].add(doc, author_words(article))
        exact["source"].add(doc, (article.source,))
        exact["section"].add(doc, (latest.section,))
        exact["tag"].add(doc, latest.tags)
        exact["address"].add(doc, (article.url,))
        self._ids.append(str(article.id))
        self._urls.append(article.url)
        self._numbers.append(numbers(article))
        for column, held in zip(self._values.values(), values(article), strict=True):
            column.add(held)
        self._stored.append(line_record(article))
        self._texts.append(text_record(article))

    def arrays(self) -> SegmentArrays:
        """All of it."""
        values = {name: column.arrays() for name, column in self._values.items()}
        fields = self._fields(values["language"])
        matrix = np.array(self._numbers, np.int64).reshape(-1, len(NUMBERS) - 1)
        columns = [*map(np.ascontiguousarray, matrix.T), fields[_BODY].lengths.astype(np.int64)]
        return SegmentArrays(
            size=len(self._ids),
            fields={**fields, "id": _keys(self._ids), "url": _keys(self._urls)},
            numbers=dict(zip(NUMBERS, columns, strict=True)),
            values=values,
            stored=self._stored,
            texts=self._texts,
        )

    def _fields(self, language: ValueArrays) -> dict[str, FieldArrays]:
        """Those of words and of stems."""
        known, size = self._lexicon, len(self._ids)
        mark = known.words[PARAGRAPH]
        read = {name: runs.words(0 if name == _BODY else VALUE_GAP) for name, runs in self._exact.items()}
        used = np.zeros(len(known.words), bool)
        used[mark] = True
        for field in read.values():
            used[field.numbers] = True
        words = known.words.in_order(np.flatnonzero(used).tolist())
        inverted = {
            name: field.inverted(words, size, mark if name == _BODY else None) for name, field in read.items()
        }
        fields = {name: field for name, (field, _) in inverted.items()}
        for name, source in STEM_FIELDS.items():
            fields[name] = stemmed(*inverted[source], source, language, known)
        return fields


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
        values = self._known.in_order(range(len(self._known)))
        codes = values.ranks[np.array(self._held, np.int32)]
        return ValueArrays(values.words, np.array(self._starts, np.int64), codes)
