"""Small corpora of words without meaning, as our segments and as stock Whoosh's index, to be asked the same."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import query as wq
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import DATETIME, ID, NUMERIC, TEXT, Schema
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.scoring import BM25F

from index import querytree as tree
from index.analysis import stem
from index.ranking import K1, TITLE_WEIGHT, B
from index.whoosh_engine.arrays import FieldArrays, SegmentArrays, ValueArrays
from index.whoosh_engine.codec import open_segment, write_segment
from index.whoosh_engine.shelves import Shelf, Shelves

EXACT = ("title_exact", "body_exact", "was", "author")
STEMS = {"title": "title_exact", "body": "body_exact", "earlier": "was"}
WEIGHTS = {"title_exact": TITLE_WEIGHT, "body_exact": 1.0, "was": 1.0}
PARAGRAPH = "\x00"
NOTHING = 1e-9
"""What conditions are worth in Whoosh's query: its Or loses documents that are worth 0."""


@dataclass(frozen=True)
class Doc:
    """A document: the words of its fields; its text in paragraphs."""

    title: tuple[str, ...] = ()
    paragraphs: tuple[tuple[str, ...], ...] = ()
    was: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    deleted: bool = False
    published: datetime | None = None
    edits: int = 0
    edited_at: datetime | None = None

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a field of the index."""
        if name in STEMS:
            return tuple(map(stem, self.words(STEMS[name])))
        if name == "body_exact":
            return tuple(word for paragraph in self.paragraphs for word in paragraph)
        return {"title_exact": self.title, "was": self.was, "author": self.author}[name]

    def marks(self) -> list[int]:
        """Where paragraphs begin."""
        places, at = [], 0
        for paragraph in self.paragraphs:
            if paragraph:
                places.append(at)
            at += len(paragraph)
        return places


def arrays(docs: Sequence[Doc]) -> SegmentArrays:
    """The segment of some documents."""
    fields = {name: _field(docs, name) for name in EXACT}
    for name, exact in STEMS.items():
        fields[name] = _with_forms(_field(docs, name), exact, fields[exact])
    english = ValueArrays(["en"], np.arange(len(docs) + 1), np.zeros(len(docs), np.int64))
    rng = np.random.default_rng(len(docs))
    day = rng.integers(0, 40, len(docs))
    numbers = {
        "id": np.arange(len(docs)),
        "day": day,
        "published": day * 100,
        "edited": rng.integers(0, 3, len(docs)),
    }
    return SegmentArrays(
        size=len(docs), fields=fields, numbers=numbers, values={"language": english},
        stored=[b""] * len(docs), texts=[b""] * len(docs),
    )  # fmt: skip


def _field(docs: Sequence[Doc], name: str) -> FieldArrays:
    held: dict[bytes, dict[int, list[int]]] = {}
    for number, doc in enumerate(docs):
        for place, word in enumerate(doc.words(name)):
            held.setdefault(word.encode(), {}).setdefault(number, []).append(place)
        if name == "body_exact" and doc.marks():
            held.setdefault(PARAGRAPH.encode(), {})[number] = doc.marks()
    terms = sorted(held)
    starts, numbers, freqs, positions = [0], [], [], []
    for term in terms:
        for number, places in sorted(held[term].items()):
            numbers.append(number)
            freqs.append(len(places))
            positions += places
        starts.append(len(numbers))
    lengths = [len(doc.words(name)) for doc in docs]
    places = None if name in STEMS else np.array(positions, np.int64)
    integers = (np.array(some, np.int64) for some in (starts, numbers, freqs))
    return FieldArrays(terms, *integers, places, np.array(lengths, np.int64))


def _with_forms(field: FieldArrays, exact: str, of: FieldArrays) -> FieldArrays:
    forms = [
        [n for n, word in enumerate(of.terms) if stem(word.decode()).encode() == term] for term in field.terms
    ]
    starts = np.cumsum([0, *map(len, forms)])
    flat = np.array([form for some in forms for form in some], np.int64)
    return FieldArrays(
        field.terms, field.starts, field.docs, field.freqs, None, field.lengths, exact, starts, flat
    )  # fmt: skip


def shelves(folder: Path, segments: Sequence[Sequence[Doc]]) -> Shelves:
    """Our segments of these documents, in the files of a folder."""
    storage, found, base = FileStorage(str(folder)), [], 0
    for number, docs in enumerate(segments):
        write_segment(storage, f"s{number}", arrays(docs))
        live = None
        if any(doc.deleted for doc in docs):
            live = np.array([not doc.deleted for doc in docs])
        found.append(Shelf(open_segment(storage, f"s{number}"), base, live))
        base += len(docs)
    return Shelves(found)


class Weighting(BM25F):
    """Whoosh's BM25F with the weight of a word that Robertson and Spärck Jones gave it, at least 0.1, of the field where
    it is the most common."""

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        kinds = (tuple(STEMS), tuple(STEMS.values()))
        names = next((names for names in kinds if fieldname in names), (fieldname,))
        parent = searcher.get_parent()
        documents = parent.doc_count_all()
        holding = max(parent.doc_frequency(name, text) for name in names)
        return max(0.1, math.log((documents - holding + 0.5) / (holding + 0.5)))


def whoosh_index() -> Any:
    """An empty index of stock Whoosh's, in memory."""
    words = SpaceSeparatedTokenizer()
    texts = {name: TEXT(words, phrase=True) for name in (*EXACT, *STEMS)}
    numbers = {name: NUMERIC(int) for name in ("edits", "count")}
    times = {name: DATETIME() for name in ("published", "edited_at")}
    return RamStorage().create_index(Schema(number=ID(unique=True, stored=True), **texts, **numbers, **times))


def whoosh_fields(doc: Doc) -> dict[str, Any]:
    """A document as it takes it: times without their offsets, of publication as the page told it, of edits in UTC."""
    fields: dict[str, Any] = {name: " ".join(doc.words(name)) for name in (*EXACT, *STEMS)}
    fields |= {"edits": doc.edits, "count": len(doc.words("body_exact"))}
    if doc.published:
        fields["published"] = doc.published.replace(tzinfo=None)
    if doc.edited_at:
        fields["edited_at"] = doc.edited_at.astimezone(UTC).replace(tzinfo=None)
    return fields


class Oracle:
    """Stock Whoosh over the same documents."""

    def __init__(self, segments: Sequence[Sequence[Doc]]) -> None:
        index = whoosh_index()
        number, deleted = 0, []
        for docs in segments:
            writer = index.writer(codec=W3Codec())
            for doc in docs:
                writer.add_document(number=str(number), **whoosh_fields(doc))
                deleted += [str(number)] if doc.deleted else []
                number += 1
            writer.commit(merge=False)
        if deleted:
            writer = index.writer(codec=W3Codec())
            for gone in deleted:
                writer.delete_by_term("number", gone)
            writer.commit(merge=False)
        self.index = index
        self.deleted = set(map(int, deleted))

    def found(self, query: wq.Query) -> dict[int, float]:
        """Document -> score of all that match."""
        with self.index.searcher(weighting=Weighting(B=B, K1=K1)) as searcher:
            results = searcher.search(query, limit=None)
            return {docnum: score for score, docnum in results.top_n if docnum not in self.deleted}


def whoosh_query(node: tree.Node) -> wq.Query:
    """The same question for Whoosh."""
    match node:
        case tree.And():
            return wq.And(list(map(whoosh_query, node.nodes)))
        case tree.Or():
            return wq.Or(list(map(whoosh_query, node.nodes)))
        case tree.Not():
            return _Times(
                wq.AndNot(wq.Every(), whoosh_query(node.node)), NOTHING
            )  # its Not finds deleted ones
        case tree.Boosted():
            return _Times(whoosh_query(node.node), node.factor)
        case tree.Everything():
            return _Times(wq.Every(), NOTHING)
        case tree.Words():
            return wq.Or([_words(name, node, weight) for name, weight in _fields(node.field)])
        case tree.Pattern() | tree.Fuzzy() | tree.Between():
            return wq.Or([_constant(_many(name, node), weight) for name, weight in _fields(node.field)])
        case _:
            return _Times(_condition(node), NOTHING)


def _condition(node: tree.Node) -> wq.Query:
    match node:
        case tree.Days():
            return _days("published", node.since, node.until)
        case tree.Changed():
            return _days("edited_at", node.since, node.until)
        case tree.Edits():
            return wq.NumericRange("edits", node.low, node.high)
        case tree.WordCount():
            return wq.NumericRange("count", node.low, node.high)
        case tree.Undated():
            return wq.AndNot(wq.Every(), wq.Every("published"))
        case _:
            raise AssertionError(node)


def _days(name: str, since: date | None, until: date | None) -> wq.Query:
    first = since and datetime.combine(since, time.min)
    return wq.DateRange(name, first, until and datetime.combine(until, time.max))


def _fields(name: str) -> Iterable[tuple[str, float]]:
    return {"": WEIGHTS, "title": {"title_exact": TITLE_WEIGHT}}.get(name, {name: 0.0}).items()


def _words(name: str, node: tree.Words, weight: float) -> wq.Query:
    if not weight:  # a field that filters, in which words are taken exactly
        return _Times(_words(name, replace(node, exact=True), 1.0), NOTHING)
    if len(node.words) > 1:
        return _Times(wq.Phrase(name, list(node.words), slop=node.slop + 1), weight)
    if node.exact or name not in STEMS.values():
        return wq.Term(name, node.words[0], boost=weight)
    stemmed = next(stems for stems, exact in STEMS.items() if exact == name)
    return wq.Term(stemmed, stem(node.words[0]), boost=weight)


def _many(name: str, node: tree.Pattern | tree.Fuzzy | tree.Between) -> wq.Query:
    match node:
        case tree.Pattern() if (
            node.pattern.endswith("*") and "?" not in node.pattern and node.pattern.count("*") == 1
        ):
            return wq.Prefix(name, node.pattern[:-1])
        case tree.Pattern():
            return wq.Wildcard(name, node.pattern)
        case tree.Fuzzy():
            return wq.FuzzyTerm(name, node.word, maxdist=node.distance, prefixlength=0)
        case tree.Between():
            return wq.TermRange(name, node.low or None, node.high or None)


def _constant(query: wq.Query, score: float) -> wq.Query:
    return wq.ConstantScoreQuery(query, score) if score else _Times(query, NOTHING)


class _Times(wq.WrappingQuery):
    """A query whose scores count so many times as much."""

    def __init__(self, child: wq.Query, factor: float) -> None:
        super().__init__(child)
        self.factor = factor

    def _rewrap(self, child: wq.Query) -> _Times:
        return _Times(child, self.factor)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        from whoosh.matching import WrappingMatcher

        return WrappingMatcher(self.child.matcher(searcher, context), boost=self.factor)


def brute(docs: Iterable[Doc], fits: Any) -> set[int]:
    """The live documents that fit, one after the other."""
    return {number for number, doc in enumerate(docs) if not doc.deleted and fits(doc)}


Scores = Mapping[int, float]
