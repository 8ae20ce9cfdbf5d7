"""A search as an Atom feed (RFC 4287). Pure.

Ids are UUIDs made from the address of the article and from the search, so that they stay the same when the
archive moves to another host or its index is rebuilt. `updated` of an entry is when its latest revision was
captured: a corrected article shows up again, as readers of feeds expect.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from index.model import Hit
from newsarchive.views import xml
from newsarchive.views.words import web_link

_NAMESPACE = "http://www.w3.org/2005/Atom"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://www.rfc-editor.org/rfc/rfc4287#newsarchive")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A hit with the absolute URL of its page and when its latest revision was captured."""

    hit: Hit
    page: str
    updated: datetime


def feed(entries: Iterable[Entry], *, title: str, search: str, page: str, here: str) -> bytes:
    """The feed document of a search. `search` is its query string, `page` and `here` the absolute URLs of
    the search page and of the feed itself."""
    listed = list(entries)
    updated = max((entry.updated for entry in listed), default=NEVER)
    root = begin(f"search?{search}", title=title, updated=updated, page=page, here=here)
    for entry in listed:
        _add_entry(root, entry)
    return xml.document(root)


def begin(what: str, *, title: str, updated: datetime, page: str, here: str) -> ET.Element:
    """The feed element of what a feed is about, with all that comes before its entries."""
    root = ET.Element("feed", xmlns=_NAMESPACE)
    xml.add(root, "id", id_of(what))
    xml.add(root, "title", title)
    xml.add(root, "updated", updated.isoformat())
    xml.add(root, "link", rel="self", type="application/atom+xml", href=here)
    xml.add(root, "link", rel="alternate", type="text/html", href=page)
    xml.add(xml.add(root, "author"), "name", "News archive")
    xml.add(root, "generator", "newsarchive")
    return root


def id_of(what: str) -> str:
    """The URN of what is told, always the same for the same."""
    return uuid.uuid5(_IDS, what).urn


def _add_entry(root: ET.Element, entry: Entry) -> None:
    hit = entry.hit
    element = xml.add(root, "entry")
    if hit.language:
        element.set("xml:lang", xml.clean(hit.language))
    xml.add(element, "id", id_of(hit.url))
    xml.add(element, "title", hit.title.text)
    xml.add(element, "updated", entry.updated.isoformat())
    if hit.published:
        xml.add(element, "published", hit.published.isoformat())
    xml.add(element, "link", rel="alternate", type="text/html", href=entry.page)
    if original := web_link(hit.url):
        xml.add(element, "link", rel="via", href=original)
    for author in hit.authors or (hit.source,):
        xml.add(xml.add(element, "author"), "name", author)
    if hit.section:
        xml.add(element, "category", term=hit.section)
    xml.add(element, "summary", hit.snippet.text)
