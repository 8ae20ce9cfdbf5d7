"""The page of hits: what is shown of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from index.highlight import NOTHING, Marks, highlight, marks, snippet
from index.model import MAX_ALSO, MAX_PAGE_SIZE, MAX_WINDOW, Also, HighlightedText, Hit, SearchRequest
from index.query import Query
from index.schema import StoredLine, read_lines, read_text
from index.whoosh_engine.matchers import Docs
from index.whoosh_engine.shelves import Shelves
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.stories import Collapsed

NOT_SHOWN = HighlightedText("")
MAX_SCANNED = 100_000
"""So many characters of a text are looked through for a snippet."""

_made = tuple.__new__
"""Makes a named tuple of all its values: what its own constructor comes to, for a third of the time."""

_Shown = tuple[HighlightedText, HighlightedText, tuple[HighlightedText, ...]]
"""Title, snippet and earlier titles of a hit."""


class Window(NamedTuple):
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
    docs = ordered[0].tolist()
    looked_for = looked_for_by(query) if request.highlights else None
    joined = len(found.docs) > 0
    hits = []
    for doc, score, line in zip(docs, ordered[1], lines_of(shelves, docs), strict=True):
        if looked_for is None:
            shown = _unmarked(line)
        else:
            if is_over():
                looked_for = LOOKED_FOR_NOTHING
            shown = _marked(line, looked_for, _text_of(shelves, doc))
        more, also = _others(snapshot, found, doc) if joined else (0, ())
        hits.append(_hit(line, shown, score, more, also))
    return tuple(hits)


def lines_of(shelves: Shelves, docs: Iterable[int]) -> list[StoredLine]:
    """What lines of results show of documents."""
    records = []
    for doc in docs:
        shelf = shelves.holding(doc)
        records.append(shelf.segment.stored(doc - shelf.base))
    return read_lines(records)


def line_of(shelves: Shelves, doc: int) -> StoredLine:
    """What a line of results shows of a document."""
    return lines_of(shelves, (doc,))[0]


@dataclass(frozen=True, slots=True)
class LookedFor:
    """What is marked in headlines, in texts and in earlier headlines."""

    in_titles: Marks
    in_texts: Marks
    in_earlier: Marks


LOOKED_FOR_NOTHING = LookedFor(NOTHING, NOTHING, NOTHING)


def looked_for_by(query: Query) -> LookedFor:
    """What a query wants to see marked: one and the same in titles and in texts, where it is alike."""
    in_texts, in_titles, in_earlier = (marks(query.tree, *names) for names in ((), ("title",), ("was",)))
    return LookedFor(
        in_texts if in_titles == in_texts else in_titles,
        in_texts,
        in_texts if in_earlier == in_texts else in_earlier,
    )


def _unmarked(line: StoredLine) -> _Shown:
    earlier = tuple([HighlightedText(title) for title in line.earlier_titles]) if line.earlier_titles else ()
    return _made(HighlightedText, (line.title, ())), NOT_SHOWN, earlier


def _marked(line: StoredLine, looked_for: LookedFor, text: str) -> _Shown:
    return (
        highlight(line.title, looked_for.in_titles, line.language),
        snippet(text, looked_for.in_texts, line.language),
        tuple(highlight(title, looked_for.in_earlier, line.language) for title in line.earlier_titles),
    )


def _text_of(shelves: Shelves, doc: int) -> str:
    """As much of a text as is looked through."""
    shelf = shelves.holding(doc)
    return read_text(shelf.segment.text(doc - shelf.base))[:MAX_SCANNED]


def _others(snapshot: Snapshot, found: Collapsed, doc: int) -> tuple[int, tuple[Also, ...]]:
    """How many more of its story were found, and the first of them."""
    others = found.others(doc, snapshot.columns.story_of(doc))
    lines = lines_of(snapshot.shelves, others[:MAX_ALSO].tolist())
    return len(others), tuple(map(_also, lines))


def _hit(line: StoredLine, shown: _Shown, score: float, more: int, also: tuple[Also, ...]) -> Hit:
    (
        id_, url, _title, authors, published, day_only, source, section, language,
        revisions, gone, edits, edited_at, _earlier_titles,
    ) = line  # fmt: skip
    title, passage, earlier = shown
    return _made(Hit, (
        id_, url, title, tuple(authors), _read_instant(published) if published else None, day_only,
        source, section, language, passage, score, revisions, gone, edits,
        _read_instant(edited_at) if edited_at else None, earlier, more, also,
    ))  # fmt: skip


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
    return _read_instant(text) if text else None


_read_instant = datetime.fromisoformat
