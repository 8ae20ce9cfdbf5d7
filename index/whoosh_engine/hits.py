"""The page of hits: what is shown of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from index.highlight import NOTHING, Marks, highlight, marks, snippet
from index.model import MAX_ALSO, MAX_PAGE_SIZE, MAX_WINDOW, Also, HighlightedText, Hit, SearchRequest
from index.query import Query
from index.schema import StoredLine, read_line, read_text
from index.whoosh_engine.matchers import Docs
from index.whoosh_engine.shelves import Shelves
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.stories import Collapsed

NOT_SHOWN = HighlightedText("")
MAX_SCANNED = 100_000
"""So many characters of a text are looked through for a snippet."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which of all hits a page shows: those from `first` to before `end`; none where it lies deeper than pages go."""

    first: int
    end: int

    @property
    def is_too_deep(self) -> bool:
        return self.end > MAX_WINDOW


def window(request: SearchRequest) -> Window:
    """The hits of the page that is asked for."""
    size = min(max(request.page_size, 1), MAX_PAGE_SIZE)
    first = (max(request.page, 1) - 1) * size
    return Window(first, first + size)


def page_of_hits(
    snapshot: Snapshot,
    request: SearchRequest,
    query: Query,
    ordered: tuple[Docs, list[float]],
    found: Collapsed,
    *,
    is_over: Callable[[], bool],
) -> tuple[Hit, ...]:
    """The hits with these numbers and scores, in their order. Once the time of the search `is_over`, nothing more is
    marked in them."""
    shelves = snapshot.shelves
    looked_for = looked_for_by(query) if request.highlights else None
    hits = []
    for doc, score in zip(ordered[0].tolist(), ordered[1], strict=True):
        shelf = shelves.holding(doc)
        line = read_line(shelf.segment.stored(doc - shelf.base))
        passage = NOT_SHOWN
        if request.highlights:
            if looked_for is not None and is_over():
                looked_for = None
            text = read_text(shelf.segment.text(doc - shelf.base))[:MAX_SCANNED]
            passage = snippet(text, looked_for.in_texts if looked_for else NOTHING, line.language)
        hit = _hit(line, score, passage, looked_for)
        if len(found.docs):
            others = found.others(doc, int(snapshot.columns.story[doc]))
            if len(others):
                also = tuple(_also(line_of(shelves, other)) for other in others[:MAX_ALSO].tolist())
                hit = replace(hit, more=len(others), also=also)
        hits.append(hit)
    return tuple(hits)


def line_of(shelves: Shelves, doc: int) -> StoredLine:
    """What a line of results shows of a document."""
    shelf = shelves.holding(doc)
    return read_line(shelf.segment.stored(doc - shelf.base))


@dataclass(frozen=True, slots=True)
class LookedFor:
    """What is marked in headlines, in texts and in earlier headlines."""

    in_titles: Marks
    in_texts: Marks
    in_earlier: Marks


def looked_for_by(query: Query) -> LookedFor:
    """What a query wants to see marked."""
    return LookedFor(marks(query.tree, "title"), marks(query.tree), marks(query.tree, "was"))


def _hit(line: StoredLine, score: float, passage: HighlightedText, looked_for: LookedFor | None) -> Hit:
    return Hit(
        id=line.id,
        url=line.url,
        title=_marked(line.title, looked_for.in_titles if looked_for else None, line.language),
        authors=tuple(line.authors),
        published=instant(line.published),
        published_day_only=line.published_day_only,
        source=line.source,
        section=line.section,
        language=line.language,
        snippet=passage,
        score=score,
        revisions=line.revisions,
        gone=line.gone,
        edits=line.edits,
        edited_at=instant(line.edited_at),
        earlier_titles=tuple(
            _marked(title, looked_for.in_earlier if looked_for else None, line.language)
            for title in line.earlier_titles
        ),
    )


def _marked(text: str, looked_for: Marks | None, language: str) -> HighlightedText:
    return highlight(text, looked_for, language) if looked_for else HighlightedText(text)


def _also(line: StoredLine) -> Also:
    return Also(
        id=line.id,
        url=line.url,
        title=line.title,
        source=line.source,
        published=instant(line.published),
        published_day_only=line.published_day_only,
    )


def instant(text: str | None) -> datetime | None:
    """An instant of a stored line."""
    return datetime.fromisoformat(text) if text else None
