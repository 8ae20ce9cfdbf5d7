"""RSS 0.9 to 2.0, RDF and Atom, by feedparser. It expands no entity of a document type and fetches nothing.

Its parsed dates have lost their offset, so the dates are read here from the text. Its cleaning of HTML, most
of its time, is left off: titles are made plain here, and nothing else with markup is used. Some bodies take it
longer than anyone waits nevertheless, so it belongs into a process that can be ended.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import feedparser

from archive.feeds.dates import read_date
from archive.feeds.documents import FeedDocument
from archive.feeds.entries import author_names, distinct, entry_ids, fetchable, language_tag, plain_text
from archive.feeds.jsonfeed import parse_json_feed
from archive.feeds.lightening import lighten
from archive.feeds.sniffing import sniff
from archive.feeds.unpacking import inflate
from archive.model import Link

MAX_BYTES = 10 * 1024 * 1024

_ENDS_WHOLE = re.compile(
    rb"</(?:[\w.-]+:)?(?:rss|rdf|feed|channel|item|entry)\s*>(?:\s|<!--[^>]*-->)*\Z", re.IGNORECASE
)  # fmt: skip
_PAGE_TYPES = (None, "", "text/html", "application/xhtml+xml")

_FAILURES = (KeyError, OverflowError, TypeError, ValueError)
"""feedparser promises not to raise; these it was seen to raise, of elements where it does not expect them and of
numbers that are none."""


def parse_feed(body: bytes, *, url: str) -> FeedDocument:
    """The entries of a feed found at `url`, those that lead nowhere left out; of a cut one the complete ones.

    Only the first 10 MiB and 5,000 entries are read. Whatever the body is, there is an answer.
    """
    body = inflate(body, MAX_BYTES + 1)
    problem = "too-large" if len(body) > MAX_BYTES else ""
    body = body[:MAX_BYTES]
    if body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return parse_json_feed(body, url=url)
    if sniff(body, "") == "page":
        return FeedDocument()  # XHTML may declare the namespace of Atom
    is_whole = _ENDS_WHOLE.search(body.rstrip()[-1024:].replace(b"\0", b"")) is not None
    body, is_cut = lighten(body)
    parsed = _parsed(body)
    version = _text(parsed.get("version"))
    if not version:
        return FeedDocument()
    entries = list(parsed["entries"])
    if entries and not (is_whole or is_cut):
        del entries[-1]
    is_atom = version.startswith("atom")
    found = [(link, entry) for entry in entries if (link := _link(entry, url, is_atom=is_atom))]
    return FeedDocument(
        title=plain_text(_text(parsed["feed"].get("title"))),
        language=language_tag(_text(parsed["feed"].get("language"))),
        links=tuple(distinct(link for link, _ in found)),
        is_feed=True,
        ids=entry_ids((link.url, _text(entry.get("id"))) for link, entry in found),
        problem=problem or ("too-many" if is_cut else ""),
    )


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = feedparser.parse(
            io.BytesIO(body),
            # Without a media type it would take a feed that names no encoding for ISO 8859-1.
            # Not told where the feed is, it leaves ids as they are; addresses are made absolute here.
            response_headers={"content-type": "application/xml"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _FAILURES:
        return {}
    return parsed


def _link(entry: dict[str, object], base: str, *, is_atom: bool) -> Link | None:
    url = next(_targets(entry, base), None)
    if url is None:
        return None
    # Not entry.get: asked for `updated`, feedparser answers `published` with a warning.
    published = _date(entry, "published") or _date(entry, "created")
    modified = _date(entry, "updated")
    if published is None and not is_atom:
        # There `updated` is dc:date, the one date of an item; in Atom it is the last change and no more.
        published, modified = modified, None
    return Link(
        url=url,
        title=plain_text(_text(entry.get("title"))),
        authors=_authors(entry),
        published=published[0] if published else None,
        published_day_only=published[1] if published else False,
        modified=modified[0] if modified else None,
    )


def _date(entry: dict[str, object], key: str) -> tuple[datetime, bool] | None:
    return read_date(_text(dict.get(entry, key)))


def _targets(entry: dict[str, object], base: str) -> Iterator[str]:
    """Where an entry may lead, the best first: the address before a counting redirect, the page, its id."""
    alternates = [link for link in _dicts(entry.get("links")) if link.get("rel") == "alternate"]
    alternates.sort(key=lambda link: link.get("type") not in _PAGE_TYPES)
    page = _text(entry.get("link"))
    if page == entry.get("id") and not alternates and not page.startswith(("http://", "https://", "/")):
        page = ""  # an id that calls itself a permanent link, as RSS has it by default, but is none
    hrefs = (entry.get("feedburner_origlink"), *(link.get("href") for link in alternates), page)
    return (url for href in hrefs if (url := fetchable(_text(href), base)))


def _authors(entry: dict[str, object]) -> tuple[str, ...]:
    names = [_text(author.get("name")) for author in _dicts(entry.get("authors"))]
    return author_names(names or [_text(entry.get("author"))])


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
