"""The fields of the index, and the records of an article that a hit shows.

Words are indexed twice: exactly, with their places, for phrases, prefixes and suggestions; and as stems, for plain
words, each stem with the exact words that it stands for. So are earlier headlines. Facet values and numbers are
columns, read as arrays. What a page of results shows is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from whoosh.fields import ID, TEXT, Schema

from index.sites import site_of

if TYPE_CHECKING:
    from archive.model import Article

SCHEMA_VERSION = 3
"""Grows with every change of the fields, of the analysis, or of what is stored: an index of another version
is not opened, it is rebuilt."""

EXACT_FIELDS = ("title_exact", "body_exact", "was", "author", "source", "section", "tag", "address")
"""Fields of exact words with their places."""

STEM_FIELDS = {"title": "title_exact", "body": "body_exact", "earlier": "was"}
"""Fields of stems, without places, each with the field of exact words that it is made of."""

NUMBERS = (
    "id", "revision", "published", "day", "story", "first", "edits", "edited", "gone", "has_image", "words",
)  # fmt: skip
"""The numbers of a document. Instants are microseconds since 1970; `day` counts days as `date.toordinal()`; `first`
orders the articles of a story by their publication; `edited` is NEVER where it was not; `gone` is 1 while the web has
it no more, `has_image` 1 where it has a picture; `words` counts those of the text."""

VALUES = ("author", "source", "section", "tag", "language", "site")
"""The values of a document; `site` is that of its address (`index.sites`)."""

UNDATED_DAY = 0
NEVER = -(2**62)

VALUE_GAP = 100
"""Places between two values, so that no phrase reaches from one author into the next."""

PARAGRAPH_BREAK = "\n\n"
"""Between two paragraphs of a text."""

_UNDATED = 2**62
_DAY = 24 * 3600 * 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHOWN_TITLES = 2


class StoredLine(NamedTuple):
    """What a line of results shows, but for the text. `published` and `edited_at` are ISO 8601 with their offset, or
    None; `earlier_titles` are the newest two."""

    id: int
    url: str
    title: str
    authors: list[str]
    published: str | None
    published_day_only: bool
    source: str
    section: str
    language: str
    revisions: int
    gone: bool
    edits: int
    edited_at: str | None
    earlier_titles: list[str]


def schema() -> Schema:
    """The fields as Whoosh knows them. Their words are cut by `index.analysis`, never by Whoosh."""
    words = {name: TEXT(phrase=True) for name in EXACT_FIELDS}
    stems = {name: TEXT(phrase=False) for name in STEM_FIELDS}
    return Schema(id=ID(unique=True), url=ID(), **words, **stems)


def authors_known_as(article: Article) -> tuple[str, ...]:
    """Its authors as the facet counts them."""
    return article.known_as or article.latest.authors


def author_words(article: Article) -> tuple[str, ...]:
    """Its authors as `author:` finds them: by the names that they are known by, and by what is printed."""
    return tuple(dict.fromkeys((*article.known_as, *article.latest.authors)))


def stored_line(article: Article) -> StoredLine:
    """What a line of results shows of an article, but for the text."""
    latest = article.latest
    return StoredLine(
        id=article.id,
        url=article.url,
        title=latest.title,
        authors=list(latest.authors),
        published=latest.published.isoformat() if latest.published else None,
        published_day_only=latest.published_day_only,
        source=article.source,
        section=latest.section,
        language=latest.language,
        revisions=latest.number,
        gone=article.gone_at is not None,
        edits=article.edits,
        edited_at=article.edited_at.isoformat() if article.edited_at else None,
        earlier_titles=list(article.earlier_titles[: -_SHOWN_TITLES - 1 : -1]),
    )


_made = tuple.__new__
_to_json = json.JSONEncoder(separators=(",", ":")).encode
_from_json = json.JSONDecoder().raw_decode


def line_record(article: Article) -> bytes:
    """That as an array of JSON: it is read in a third of the time that an object takes."""
    return _to_json(stored_line(article)).encode()


def read_lines(records: Iterable[bytes]) -> list[StoredLine]:
    """What lines of results show, from their records: all of them are read at once."""
    return [_made(StoredLine, line) for line in _from_json(f"[{b','.join(records).decode()}]")[0]]


def text_record(article: Article) -> bytes:
    """The text as it is stored."""
    return article.latest.text.encode("utf-8", "surrogatepass")


def read_text(record: bytes) -> str:
    """The text, from its record."""
    return record.decode("utf-8", "surrogatepass")


def numbers(article: Article) -> tuple[int, ...]:
    """The values of NUMBERS, but for the last: words are counted where texts are cut."""
    latest = article.latest
    published = latest.published
    return (
        article.id,
        latest.number,
        microseconds(published) if published else 0,
        published.toordinal() if published else UNDATED_DAY,
        article.story or article.id,
        _first(article),
        article.edits,
        microseconds(article.edited_at) if article.edited_at else NEVER,
        article.gone_at is not None,
        bool(latest.image),
    )


def _first(article: Article) -> int:
    """When an article counts as published among those of its story: a day without a time is not over before its
    end, and what is undated comes last."""
    latest = article.latest
    if latest.published is None:
        return _UNDATED
    return microseconds(latest.published) + (_DAY if latest.published_day_only else 0)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (moment - _EPOCH) // _MICROSECOND


def values(article: Article) -> tuple[tuple[str, ...], ...]:
    """The values of VALUES: distinct, without space around them, none empty."""
    latest = article.latest
    return (
        distinct(authors_known_as(article)),
        distinct((article.source,)),
        distinct((latest.section,)),
        distinct(latest.tags),
        distinct((latest.language.lower(),)),
        distinct((site_of(article.url),)),
    )


@lru_cache(maxsize=4_096)
def distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    """Distinct values that are not empty, each as UTF-8 can carry it."""
    stripped = (plain for value in values if (plain := value.strip()))
    return tuple(dict.fromkeys(value.encode("utf-8", "replace").decode() for value in stripped))
