"""The page of hits: order, and what is shown of each."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from index.highlight import Marks, highlight, marks, snippet
from index.model import MAX_PAGE_SIZE, MAX_WINDOW, Hit, SearchRequest
from index.query import Query
from index.schema import StoredArticle
from index.whoosh_engine.columns import Columns
from index.whoosh_engine.evaluate import Matches
from index.whoosh_engine.snapshot import Reading


def page_of_hits(
    reading: Reading, request: SearchRequest, query: Query, found: Matches
) -> tuple[tuple[Hit, ...], list[str]]:
    """The hits of the page that is asked for, and a note where it lies deeper than pages go."""
    size = min(max(request.page_size, 1), MAX_PAGE_SIZE)
    first = (max(request.page, 1) - 1) * size
    if first + size > MAX_WINDOW:
        return (), [f"Only the first {MAX_WINDOW:,} results can be paged through; narrow the search."]
    docs = ordered(reading.snapshot.columns, request, found)[first : first + size]
    in_titles, in_texts = marks(query.tree, title=True), marks(query.tree, title=False)
    ranked = request.sort == "relevance"
    hits = []
    for doc in docs.tolist():
        stored: StoredArticle = reading.searcher.reader().stored_fields(doc)["stored"]
        hits.append(_hit(stored, float(found.scores[doc]) if ranked else 0.0, in_titles, in_texts))
    return tuple(hits), []


def ordered(columns: Columns, request: SearchRequest, found: Matches) -> NDArray[np.intp]:
    """The matching documents in the order asked for. Undated ones come last among equals, and last of all in
    both orders by date; equals stand in the order of their ids."""
    docs = np.flatnonzero(found.mask)
    published = columns.published[docs]
    by_date = (columns.id[docs], published if request.sort == "oldest" else -published, ~columns.dated[docs])
    if request.sort == "relevance":
        return docs[np.lexsort((*by_date, -found.scores[docs]))]
    return docs[np.lexsort(by_date)]


def _hit(stored: StoredArticle, score: float, in_titles: Marks, in_texts: Marks) -> Hit:
    published = stored["published"]
    return Hit(
        id=stored["id"],
        url=stored["url"],
        title=highlight(stored["title"], in_titles),
        authors=tuple(stored["authors"]),
        published=datetime.fromisoformat(published) if published else None,
        published_day_only=stored["published_day_only"],
        source=stored["source"],
        section=stored["section"],
        language=stored["language"],
        snippet=snippet(stored["text"], in_texts),
        score=score,
        revisions=stored["revisions"],
        gone=stored["gone"],
    )
