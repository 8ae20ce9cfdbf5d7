"""Sitemaps and sitemap indexes (sitemaps.org 0.9) with the news extension, as XML or as one address a line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.feeds.dates import read_date
from archive.feeds.documents import SitemapDocument
from archive.feeds.entries import distinct, fetchable, plain_text
from archive.feeds.unpacking import inflate
from archive.model import Link
from archive.urls import same_site

MAX_BYTES = 50 * 1024 * 1024
MAX_ENTRIES = 50_000
"""The protocol allows no more; what a sitemap has beyond them is not read."""

_ENTRIES = ("{*}url", "{*}sitemap")
_END_OF_ENTRY = re.compile(rb"</(?:[\w.-]+:)?(?:url|sitemap)\s*>")
_BARE_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)", re.DOTALL
)


def parse_sitemap(body: bytes, *, url: str) -> SitemapDocument:
    """The links of a sitemap found at `url`; those to another site are not its to give and are dropped.

    Gzip is inflated, up to 50 MiB. Of a cut document the complete entries are read, of a broken one those that
    can be made out; there are at most 50,000.
    """
    body = inflate(body, MAX_BYTES)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body, encoding = body.decode("utf-16", "replace").encode(), "utf-8"
    else:
        encoding = None
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return SitemapDocument(tuple(_own(_plain_links(body, url), url)))
    links = tuple(_own(_xml_links(body, encoding, url), url))
    return SitemapDocument(links, is_index=any(link.role == "sitemap" for link in links))


def _own(links: Iterator[Link], url: str) -> Iterator[Link]:
    """The links to the site of the sitemap itself, each page once."""
    return distinct(link for link in links if same_site(link.url, url))


def _plain_links(body: bytes, url: str) -> Iterator[Link]:
    lines = body.decode("utf-8-sig", "replace").splitlines()[:MAX_ENTRIES]
    found = (
        fetchable(line, url) for line in lines if line.strip().lower().startswith(("http://", "https://"))
    )
    return (Link(address) for address in found if address)


def _xml_links(body: bytes, encoding: str | None, url: str) -> Iterator[Link]:
    """The entries, read one by one and let go. No entity is expanded and nothing is fetched."""
    body = _BARE_AMPERSAND.sub(_escaped, _complete(body))
    try:
        elements = etree.iterparse(
            io.BytesIO(body),
            events=("end",),
            tag=_ENTRIES,
            encoding=encoding,
            recover=True,  # a mistake in one entry must not cost the others
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for _, element in islice(elements, MAX_ENTRIES):
            if link := _link(element, url):
                yield link
            _let_go(element)
    except etree.LxmlError:
        return


def _complete(body: bytes) -> bytes:
    """The body up to the end of its last complete entry: what follows in a cut one would be half an address."""
    end = max((match.end() for match in _END_OF_ENTRY.finditer(body)), default=0)
    return body[:end]


def _escaped(match: re.Match[bytes]) -> bytes:
    """A bare `&`, of which a forgiving parser would make another address: `?a=1=2` of `?a=1&b=2`."""
    return b"&amp;" if match[0] == b"&" else match[0]


def _link(element: etree._Element, base: str) -> Link | None:
    own = {_name(child): child.text or "" for child in element}
    news = {
        _name(detail): detail.text or "" for child in element if _name(child) == "news" for detail in child
    }
    address = fetchable(own.get("loc", ""), base)
    if address is None:
        return None
    published = read_date(news.get("publication_date", ""))
    modified = read_date(own.get("lastmod", ""))
    return Link(
        url=address,
        role="sitemap" if _name(element) == "sitemap" else "article",
        title=plain_text(news.get("title", "")),
        published=published[0] if published else None,
        published_day_only=published[1] if published else False,
        modified=modified[0] if modified else None,
    )


def _name(element: etree._Element) -> str:
    """The local name; "" for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _let_go(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
