"""What helps to search on: completions, related articles, significant words, mentions in context. Frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from index.model import HighlightedText, SearchRequest

CompletionKind = Literal["word", "author", "source", "section", "tag", "language", "operator"]

MAX_COMPLETIONS = 20
MAX_VALUES = 100
MAX_RELATED = 20
MAX_SIGNIFICANT = 50

MAX_ARTICLES_WITH_MENTIONS = 50
"""So many articles at most are on a page of mentions."""

MAX_MENTIONS = 100
"""So many mentions at most are shown of one article."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How the text of the query box could go on: `text` is the whole of it, `added` what stands in the place of its
    last word, `count` how many articles have that; 0 where nothing was counted."""

    text: str
    added: str
    kind: CompletionKind
    count: int = 0


@dataclass(frozen=True, slots=True)
class Related:
    """An article about the same. `words` are the telling words that both have, the most telling first; `likeness` is
    1.0 for the article itself, and 0.0 for one that shares none of them."""

    id: int
    url: str
    title: str
    source: str
    language: str
    published: datetime | None
    published_day_only: bool
    likeness: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignificantWord:
    """A word that stands in more of the articles found than elsewhere: in `count` of those that were looked at, in
    `background` of all articles. `score` says how telling that is; it compares words of one answer only."""

    word: str
    count: int
    background: int
    score: float


@dataclass(frozen=True, slots=True)
class Significance:
    """What sets the articles found apart, the most telling word first. Of `total` articles, the first `looked_at` in
    the order asked for were looked at."""

    request: SearchRequest
    words: tuple[SignificantWord, ...]
    looked_at: int
    total: int


@dataclass(frozen=True, slots=True)
class InContext:
    """The mentions in one article, in the order of its text, each the one marked span of a line; `more` counts those
    that are not shown. Title and dates as in a hit."""

    id: int
    url: str
    title: HighlightedText
    source: str
    language: str
    published: datetime | None
    published_day_only: bool
    lines: tuple[HighlightedText, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Mentions:
    """Every mention of what a query looks for, in the articles of one page of its answer: page and size of the
    request count articles. `total` counts all articles that match, on all pages; `understood` and `notes` are as in
    `SearchResults`, `took` is in seconds."""

    request: SearchRequest
    understood: str
    notes: tuple[str, ...]
    total: int
    articles: tuple[InContext, ...]
    took: float
