"""The page of hits: order, and what is shown of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from index.highlight import Marks, highlight, marks, snippet
from index.model import MAX_ALSO, MAX_PAGE_SIZE, MAX_WINDOW, Also, Hit, SearchRequest
from index.query import Query
from index.schema import StoredLine, read_line, read_text
from index.whoosh_engine.columns import Columns
from index.whoosh_engine.evaluate import Matches
from index.whoosh_engine.snapshot import Reading
from index.whoosh_engine.stories import Collapsed


def page_of_hits(
    reading: Reading, request: SearchRequest, query: Query, found: Matches, shown: Collapsed
) -> tuple[tuple[Hit, ...], list[str]]:
    """The hits of the page that is asked for, of those that are shown, and a note where it lies deeper than pages
    go."""
    size = min(max(request.page_size, 1), MAX_PAGE_SIZE)
    first = (max(request.page, 1) - 1) * size
    if first + size > MAX_WINDOW:
        return (), [f"Only the first {MAX_WINDOW:,} results can be paged through; narrow the search."]
    columns = reading.snapshot.columns
    docs = ordered(columns, request, Matches(shown.mask, found.scores))[first : first + size]
    looked_for = _LookedFor(marks(query.tree, "title"), marks(query.tree), marks(query.tree, "was"))
    ranked = request.sort == "relevance"
    hits = []
    for doc in docs.tolist():
        hit = _hit(
            _stored(reading, doc),
            _text(reading, doc),
            float(found.scores[doc]) if ranked else 0.0,
            looked_for,
        )
        others = shown.others(doc, int(columns.story[doc]))
        if len(others):
            also = tuple(_also(_stored(reading, other)) for other in others[:MAX_ALSO].tolist())
            hit = replace(hit, more=len(others), also=also)
        hits.append(hit)
    return tuple(hits), []


@dataclass(frozen=True, slots=True)
class _LookedFor:
    """What is marked in headlines, in texts and in earlier headlines."""

    in_titles: Marks
    in_texts: Marks
    in_earlier: Marks


def _stored(reading: Reading, doc: int) -> StoredLine:
    segment, number = reading.snapshot.segment_of(doc)
    return read_line(segment.stored(number))


def _text(reading: Reading, doc: int) -> str:
    segment, number = reading.snapshot.segment_of(doc)
    return read_text(segment.text(number))


def ordered(columns: Columns, request: SearchRequest, found: Matches) -> NDArray[np.intp]:
    """The matching documents in the order asked for. Undated ones come last among equals, and last of all in
    both orders by date; equals stand in the order of their ids. What was never edited follows what was, the newest
    first."""
    docs = np.flatnonzero(found.mask)
    published = columns.published[docs]
    by_date = (columns.id[docs], published if request.sort == "oldest" else -published, ~columns.dated[docs])
    if request.sort == "changed":
        return docs[np.lexsort((*by_date, -columns.edited[docs]))]
    if request.sort == "relevance":
        return docs[np.lexsort((*by_date, -found.scores[docs]))]
    return docs[np.lexsort(by_date)]


def _hit(stored: StoredLine, text: str, score: float, looked_for: _LookedFor) -> Hit:
    return Hit(
        id=stored["id"],
        url=stored["url"],
        title=highlight(stored["title"], looked_for.in_titles),
        authors=tuple(stored["authors"]),
        published=_instant(stored["published"]),
        published_day_only=stored["published_day_only"],
        source=stored["source"],
        section=stored["section"],
        language=stored["language"],
        snippet=snippet(text, looked_for.in_texts),
        score=score,
        revisions=stored["revisions"],
        gone=stored["gone"],
        edits=stored["edits"],
        edited_at=_instant(stored["edited_at"]),
        earlier_titles=tuple(highlight(title, looked_for.in_earlier) for title in stored["earlier_titles"]),
    )


def _also(stored: StoredLine) -> Also:
    return Also(
        id=stored["id"],
        url=stored["url"],
        title=stored["title"],
        source=stored["source"],
        published=_instant(stored["published"]),
        published_day_only=stored["published_day_only"],
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
