"""The words of search: request, result, hit, facet, histogram, highlight. Frozen records, no HTML. What is made
for each answer is a named tuple, which takes a tenth of the time of a frozen dataclass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

Sort = Literal["relevance", "newest", "oldest", "changed"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "changed")
""""changed" is by the last edit, the latest first, and what was never edited after that, newest first."""

FACET_FIELDS = (
    "author", "source", "section", "tag", "language", "year", "month", "day", "words", "copies", "edited",
)  # fmt: skip
"""The fields that are counted and can be filtered by; "year" is YYYY, "month" YYYY-MM, "day" YYYY-MM-DD."""

WORD_BANDS = ("0-99", "100-299", "300-599", "600-1199", "1200-")
"""Values of the field "words": how many words an article has, from and to, both included."""

COPIES = ("original", "copy")
"""Values of the field "copies": the first published of all articles of a story, alone or not; and the others."""

EDITED = ("never", "once", "several")
"""Values of the field "edited": how often an article was."""

MAX_ALSO = 10
"""So many further articles of a story are listed with a hit."""

MISSING = ""
"""The value that stands for "none": as a filter of `author` it selects articles without a byline, of `year`
the undated ones."""

MAX_PAGE_SIZE = 100
MAX_WINDOW = 10_000
"""The deepest hit that can be asked for (page * page_size)."""

SELECT_SECONDS = 60.0
"""So long may a selection take: whoever wants all would rather wait than get a part."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One chosen value of one facet field; `exclude` turns it round."""

    field: str
    value: str
    exclude: bool = False


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked for. Several values of one field mean OR, several fields mean AND, exclusions win.

    `since` and `until` are calendar days, both included, of the publication date as the page gave it.
    An empty `text` matches everything. `page` counts from 1; `facet_fields` are counted, where `facets` are wanted,
    and `facet_size` bounds the buckets of each. Where the answer is `grouped`, the articles of one story are one hit:
    the first published of those that match. Without `highlights` nothing is marked in the titles of hits, and they
    have no snippets: what a list of titles needs. Without `suggestions` nothing else is offered to ask for: what
    needs no person to read it.
    """

    text: str = ""
    filters: tuple[Filter, ...] = ()
    since: date | None = None
    until: date | None = None
    sort: Sort = "relevance"
    page: int = 1
    page_size: int = 10
    facets: bool = True
    facet_size: int = 10
    facet_fields: tuple[str, ...] = FACET_FIELDS
    grouped: bool = True
    highlights: bool = True
    suggestions: bool = True

    def chosen(self, field: str) -> tuple[str, ...]:
        """The included values of a field."""
        return tuple(f.value for f in self.filters if f.field == field and not f.exclude)

    def excluded(self, field: str) -> tuple[str, ...]:
        """The excluded values of a field."""
        return tuple(f.value for f in self.filters if f.field == field and f.exclude)


class HighlightedText(NamedTuple):
    """Text with the spans to mark: (start, end) in characters, sorted, never overlapping, never HTML."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text cut into (piece, is marked); joined, the pieces are the text."""
        end = 0
        for start, stop in self.spans:
            if start > end:
                yield self.text[end:start], False
            yield self.text[start:stop], True
            end = stop
        if end < len(self.text):
            yield self.text[end:], False


class Also(NamedTuple):
    """A further article of the story of a hit."""

    id: int
    url: str
    title: str
    source: str
    published: datetime | None
    published_day_only: bool


class Hit(NamedTuple):
    """One article that matches. `score` is 0.0 where the sort is not by relevance. `more` counts the further articles
    of its story that match, `also` are the first published of them. `earlier_titles` are headlines that it had
    before, at most two, the newest first."""

    id: int
    url: str
    title: HighlightedText
    authors: tuple[str, ...]
    published: datetime | None
    published_day_only: bool
    source: str
    section: str
    language: str
    snippet: HighlightedText
    score: float
    revisions: int = 1
    gone: bool = False
    edits: int = 0
    edited_at: datetime | None = None
    earlier_titles: tuple[HighlightedText, ...] = ()
    more: int = 0
    also: tuple[Also, ...] = ()


class Bucket(NamedTuple):
    """One value of a facet with the number of matching articles; `label` is the value for a person."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # of a tuple it would be how often it holds something
    selected: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """The counted values of one field, most first. `missing` counts matching articles without a value,
    `other` the sum of the buckets that were cut off. Counts ignore the field's own selection."""

    field: str
    buckets: tuple[Bucket, ...]
    missing: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """Matching articles by publication date: contiguous buckets of one unit, oldest first, zeros included.

    `value` of a bucket is YYYY, YYYY-MM or YYYY-MM-DD; `undated` counts those that stand in none.
    """

    unit: Literal["year", "month", "day"]
    buckets: tuple[Bucket, ...]
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A better spelling: the whole query text to ask instead, and how many articles it finds."""

    text: str
    count: int


class SearchResults(NamedTuple):
    """The answer. `understood` says in words what was searched; `notes` what was ignored or loosened and
    why, a sentence each; `took` is in seconds. `total` counts the articles that match, and so do facets and
    histogram; `stories` counts the hits of all pages: each article, or each story where the answer is grouped.
    `complete` is False where the search was stopped because it took too long."""

    request: SearchRequest
    understood: str
    notes: tuple[str, ...]
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    histogram: Histogram | None
    suggestions: tuple[Suggestion, ...]
    took: float
    stories: int = 0
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """All articles that match, whatever the page: their ids in the order asked for. `understood` and `notes` as in
    `SearchResults`; `complete` is False where the search was stopped before it was through."""

    ids: tuple[int, ...]
    understood: str
    notes: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """`checkpoint` is the sequence of the last change that is searchable."""

    documents: int
    generation: int
    checkpoint: int
