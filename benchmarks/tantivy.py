"""The other peer: tantivy through its Python binding, as its documentation recommends. English stems, a title that
weighs double, as with FTS5; raw and fast fields for author and source, fast ones for dates and years; one thread that
writes; what a hit shows is stored. It counts what it finds, as ours does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy

from archive.model import Article

VERSION = version("tantivy")

WEIGHTS = {"title": 2.0, "body": 1.0}
HEAP = 256_000_000
TOP = 10
SNIPPET = 240  # characters, about 40 words

_FACETS = {
    name: {"terms": {"field": name, "size": TOP}} for name in ("author", "source", "year")
}  # the three that FTS5 counts


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for tantivy. `text` is in its query language, but with `fuzzy` a word with a letter too many or too
    few, and with `prefix` the beginning of one."""

    text: str = ""
    author: str = ""
    year: int | None = None
    newest: bool = False
    prefix: bool = False
    fuzzy: bool = False
    facets: bool = False
    snippets: bool = False


class Tantivy:
    """An index in a folder, made where there is none."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder))
        self._writer: Any = None
        self._searcher = self._index.searcher()

    def add(self, articles: Iterable[Article]) -> None:
        """Write articles in one commit."""
        if self._writer is None:
            self._writer = self._index.writer(HEAP, 1)
        for article in articles:
            self._writer.add_document(_document(article))
        self._writer.commit()

    def optimize(self) -> None:
        """Wait for the merges that the commits began, and read what they left."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None
        self._index.reload()
        self._searcher = self._index.searcher()

    def ask(self, asked: Asked) -> list[tuple[Any, ...]]:
        """The first ten: id, title, author, date, and a snippet where it was asked for."""
        query = self._query(asked)
        order = {"order_by_field": "published"} if asked.newest else {}
        found = self._searcher.search(query, TOP, **order)
        if asked.facets:
            self._searcher.aggregate(query, _FACETS)
        snippets = None
        if asked.snippets:
            snippets = tantivy.SnippetGenerator.create(self._searcher, query, self._index.schema, "body")
            snippets.set_max_num_chars(SNIPPET)
        rows = []
        for _, address in found.hits:
            doc = self._searcher.doc(address)
            shown = snippets.snippet_from_doc(doc).to_html() if snippets is not None else ""
            rows.append(
                (
                    doc.get_first("id"),
                    doc.get_first("title"),
                    doc.get_first("author"),
                    doc.get_first("published"),
                    shown,
                )
            )
        return rows

    def count(self, asked: Asked) -> int:
        """How many articles match."""
        return int(self._searcher.search(self._query(asked), 1).count)

    def facets(self, asked: Asked) -> dict[str, dict[str, int]]:
        """Field -> value -> articles."""
        answer = self._searcher.aggregate(self._query(asked), _FACETS)
        return {
            name: {str(bucket["key"]): int(bucket["doc_count"]) for bucket in some["buckets"]}
            for name, some in answer.items()
        }

    def close(self) -> None:
        """Finish writing."""
        self.optimize()

    def _query(self, asked: Asked) -> Any:
        must = [self._words(asked)]
        schema = self._index.schema
        if asked.author:
            must.append(tantivy.Query.term_query(schema, "author", asked.author))
        if asked.year is not None:
            first, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (asked.year, asked.year + 1))
            kind = tantivy.FieldType.Date
            must.append(tantivy.Query.range_query(schema, "published", kind, first, end, include_upper=False))
        if len(must) == 1:
            return must[0]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in must])

    def _words(self, asked: Asked) -> Any:
        if not asked.text:
            return tantivy.Query.all_query()
        if not asked.fuzzy and not asked.prefix:
            return self._index.parse_query(asked.text, list(WEIGHTS), WEIGHTS)
        away = 1 if asked.fuzzy else 0
        spelt = (
            tantivy.Query.boost_query(
                tantivy.Query.fuzzy_term_query(
                    self._index.schema, name, asked.text, away, prefix=asked.prefix
                ),
                weight,
            )
            for name, weight in WEIGHTS.items()
        )
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in spelt])


def _schema() -> Any:
    fields = tantivy.SchemaBuilder()
    fields.add_integer_field("id", stored=True, indexed=True, fast=True)
    fields.add_text_field("title", stored=True, tokenizer_name="en_stem")
    fields.add_text_field("body", stored=True, tokenizer_name="en_stem")
    fields.add_text_field("author", stored=True, fast=True, tokenizer_name="raw")
    fields.add_text_field("source", stored=True, fast=True, tokenizer_name="raw")
    fields.add_date_field("published", stored=True, indexed=True, fast=True)
    fields.add_integer_field("year", fast=True)
    return fields.build()


def _document(article: Article) -> Any:
    latest = article.latest
    values: dict[str, Any] = {
        "id": article.id,
        "title": latest.title,
        "body": latest.text,
        "author": list(latest.authors),
        "source": article.source,
    }
    if latest.published is not None:
        values |= {"published": latest.published, "year": latest.published.year}
    return tantivy.Document(**values)
