"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from archive.feeds.dates import read_date
from archive.feeds.documents import FeedDocument
from archive.feeds.entries import author_names, distinct, fetchable, language_tag, plain_text
from archive.model import Link

_VERSION = "jsonfeed.org/version/"


def parse_json_feed(body: bytes, *, url: str) -> FeedDocument:
    """A JSON Feed as links; a body that is none gives an empty document."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return FeedDocument()
    if not isinstance(feed, dict) or _VERSION not in _text(feed, "version"):
        return FeedDocument()
    return FeedDocument(
        title=plain_text(_text(feed, "title"), markup=False),
        language=language_tag(_text(feed, "language")),
        links=tuple(distinct(_links(feed, url))),
        is_feed=True,
    )


def _links(feed: Mapping[str, object], base: str) -> Iterator[Link]:
    for item in _mappings(feed.get("items")):
        url = fetchable(_text(item, "url") or _address(_text(item, "id")), base)
        if url is None:
            continue
        published = read_date(_text(item, "date_published"))
        modified = read_date(_text(item, "date_modified"))
        yield Link(
            url=url,
            title=plain_text(_text(item, "title"), markup=False),
            authors=_authors(item) or _authors(feed),
            published=published[0] if published else None,
            published_day_only=published[1] if published else False,
            modified=modified[0] if modified else None,
        )


def _authors(holder: Mapping[str, object]) -> tuple[str, ...]:
    """`authors` of version 1.1, or the one `author` of version 1.0."""
    people = _mappings(holder.get("authors")) or _mappings([holder.get("author")])
    return author_names(_text(person, "name") for person in people)


def _address(identifier: str) -> str:
    """The id of an item where it is an address, which 1.1 recommends."""
    return identifier if identifier.startswith(("http://", "https://")) else ""


def _text(holder: Mapping[str, object], key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
