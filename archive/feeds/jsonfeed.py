"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from archive.feeds.dates import read_date
from archive.feeds.documents import FeedDocument
from archive.feeds.entries import author_names, distinct, entry_ids, fetchable, language_tag, plain_text
from archive.feeds.lightening import MAX_ENTRIES
from archive.model import Link

_VERSION = "jsonfeed.org/version/"
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_ITEM = re.compile(r"[\s,]*\{")


def parse_json_feed(body: bytes, *, url: str) -> FeedDocument:
    """A JSON Feed as links, of a cut one the complete items; a body that is none gives an empty document."""
    feed = _load(body)
    if feed is None or _VERSION not in _text(feed, "version"):
        return FeedDocument()
    items = _mappings(feed.get("items"))
    found = [(link, item) for item in items[:MAX_ENTRIES] if (link := _link(item, feed, url))]
    return FeedDocument(
        title=plain_text(_text(feed, "title"), markup=False),
        language=language_tag(_text(feed, "language")),
        links=tuple(distinct(link for link, _ in found)),
        is_feed=True,
        ids=entry_ids((link.url, _text(item, "id")) for link, item in found),
        problem="too-many" if len(items) > MAX_ENTRIES else "",
    )


def _load(body: bytes) -> Mapping[str, object] | None:
    try:
        feed = json.loads(body)
    except ValueError:
        feed = _load_cut(body.decode("utf-8-sig", "replace"))
    except RecursionError:
        return None
    return feed if isinstance(feed, dict) else None


def _load_cut(text: str) -> object:
    """What comes before the cut: the keys before the items, and the items that are complete."""
    start = _ITEMS.search(text)
    if start is None:
        return None
    try:
        feed = json.loads(f"{text[: start.end()]}]}}")
    except (ValueError, RecursionError):
        return None
    return {**feed, "items": list(_items(text, start.end()))} if isinstance(feed, dict) else None


def _items(text: str, at: int) -> Iterator[object]:
    decoder = json.JSONDecoder()
    while match := _ITEM.match(text, at):
        try:
            item, at = decoder.raw_decode(text, match.end() - 1)
        except (ValueError, RecursionError):
            return
        yield item


def _link(item: Mapping[str, object], feed: Mapping[str, object], base: str) -> Link | None:
    url = fetchable(_text(item, "url") or _address(_text(item, "id")), base)
    if url is None:
        return None
    published = read_date(_text(item, "date_published"))
    modified = read_date(_text(item, "date_modified"))
    return Link(
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
