"""RSS 0.9 to 2.0, RDF and Atom, by feedparser. It expands no entity of a document type and fetches nothing.

Its parsed dates have lost their offset, so the dates are read here from the text. Its cleaning of HTML, most
of its time, is left off: titles are made plain here, and nothing else with markup is used.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.sax import SAXException

import feedparser

from archive.feeds.documents import FeedDocument, each_once
from archive.feeds.values import language_tag, moment, person_names, plain_text
from archive.model import Link
from archive.urls import fetch_form

MAX_BYTES = 10 * 1024 * 1024

_ENDS_WHOLE = re.compile(rb"</(?:[\w.-]+:)?(?:rss|rdf|feed|channel|item|entry)\s*>\s*\Z", re.IGNORECASE)

# feedparser promises not to raise; on arbitrary bytes it does. These are what its code can let through.
_FAILURES = (
    SAXException, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError,
)  # fmt: skip


def parse_xml_feed(body: bytes, *, url: str) -> FeedDocument:
    """The entries of a feed. Of a feed that was cut off, the complete ones."""
    body = body[:MAX_BYTES]
    try:
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _FAILURES:
        return FeedDocument()
    version = str(parsed.get("version") or "")
    entries = list(parsed.get("entries") or ())
    if entries and not _ENDS_WHOLE.search(body[-1024:].replace(b"\0", b"")):
        del entries[-1]
    links = [_link(entry, url, is_atom=version.startswith("atom")) for entry in entries] if version else []
    return FeedDocument(
        title=plain_text(parsed["feed"].get("title")),
        language=language_tag(parsed["feed"].get("language")),
        links=each_once([link for link in links if link]),
        is_feed=bool(version),
    )


def _link(entry: dict[str, object], base: str, *, is_atom: bool) -> Link | None:
    target = next(_targets(entry, base), None)
    if target is None:
        return None
    # Not entry.get: asked for `updated`, feedparser answers `published` with a warning.
    published = moment(dict.get(entry, "published")) or moment(dict.get(entry, "created"))
    modified = moment(dict.get(entry, "updated"))
    if published is None and not is_atom:
        # There `updated` is dc:date, the one date of an item; in Atom it is the last change and no more.
        published, modified = modified, None
    return Link(
        url=target,
        title=plain_text(entry.get("title")),
        authors=_authors(entry),
        published=published.at if published else None,
        published_day_only=published.day_only if published else False,
        modified=modified.at if modified else None,
    )


def _targets(entry: dict[str, object], base: str) -> Iterator[str]:
    """Where an entry may lead, the best first: the address before a counting redirect, the page, its id."""
    alternates = [link for link in _dicts(entry.get("links")) if link.get("rel") == "alternate"]
    alternates.sort(key=lambda link: link.get("type") not in (None, "", "text/html", "application/xhtml+xml"))
    candidates = [
        entry.get("feedburner_origlink"),
        *(link.get("href") for link in alternates),
        entry.get("link"),
    ]
    for candidate in candidates:
        if isinstance(candidate, str) and candidate.strip():
            try:
                yield fetch_form(candidate, base)
            except ValueError:
                continue


def _authors(entry: dict[str, object]) -> tuple[str, ...]:
    texts = [author.get("name") for author in _dicts(entry.get("authors"))] or [entry.get("author")]
    return tuple(dict.fromkeys(name for text in texts for name in person_names(text)))


def _dicts(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
