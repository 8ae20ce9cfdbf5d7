"""Sitemaps and sitemap indexes (sitemaps.org 0.9) with the news extension, as XML or as one address a line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.feeds.dates import read_date
from archive.feeds.documents import SitemapDocument
from archive.feeds.entries import fetchable, plain_text
from archive.feeds.unpacking import inflated
from archive.model import Link
from archive.urls import identity, same_site

MAX_BYTES = 50 * 1024 * 1024
MAX_ENTRIES = 50_000
"""The protocol allows no more of either."""

MAX_DEPTH = 3
"""Indexes that may lead to a sitemap; the protocol allows one."""

MAX_SITEMAPS = 500
"""Sitemaps of one source that may be read."""

_LONGEST_ENTRY = 1024 * 1024
_SLICE = 64 * 1024
_ENTRIES = 50_000
"""The protocol allows no more of either."""

MAX_DEPTH = 3
"""Indexes that may lead to a sitemap; the protocol allows one."""

MAX_SITEMAPS = 500
"""Sitemaps of one source that may be read."""

_LONGEST_ENTRY = 1024 * 1024
_SLICE = 256 * 1024
_ENTRY_TAGS = ("{*}url", "{*}sitemap")
_END_OF_ENTRY = re.compile(rb"</(?:[\w.-]{1,20}:)?(?:url|sitemap)\s{0,9}>")
_LONGEST_END = 40

_BARE_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)", re.DOTALL
)


class _TooLarge(Exception):
    """A body holds more than a sitemap may."""


def parse_sitemap(body: bytes, *, url: str, depth: int = 0) -> SitemapDocument:
    """The links of a sitemap found at `url`, below `depth` indexes; those to another site are not its to give and
    are dropped.

    Gzip is inflated, but a body of more than 50 MiB refused. Of a cut document the complete entries are read, of a
    broken one those that can be made out; there are at most 50,000.
    """
    try:
        entries = list(islice(_entries(body, url), MAX_ENTRIES + 1))
    except _TooLarge:
        return SitemapDocument(problem="too-large")
    links = tuple(_own(filter(None, entries[:MAX_ENTRIES]), url, depth))
    is_index = any(link.role == "sitemap" for link in links)
    if is_index and depth >= MAX_DEPTH:
        return SitemapDocument(is_index=True, problem="too-deep")
    return SitemapDocument(links, is_index, problem="too-many" if len(entries) > MAX_ENTRIES else "")


def _entries(body: bytes, url: str) -> Iterator[Link | None]:
    """Each entry as it is come to, None for one without an address."""
    slices = _slices(body)
    first = next(slices, b"")
    encoding = None
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoded = codecs.iterdecode(chain((first,), slices), "utf-16", "replace")
        slices, encoding = (piece.encode() for piece in decoded), "utf-8"
        first = next(slices, b"")
    slices = chain((first,), slices)
    if first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _xml_links(slices, encoding, url)
    return _plain_links(b"".join(slices), url)


def _slices(body: bytes) -> Iterator[bytes]:
    size = 0
    for piece in inflated(body, MAX_BYTES + 1):
        size += len(piece)
        if size > MAX_BYTES:
            raise _TooLarge
        for start in range(0, len(piece), _SLICE):
            yield piece[start : start + _SLICE]


def _own(links: Iterable[Link], url: str, depth: int) -> Iterator[Link]:
    """The links to the site of the sitemap itself, each address once, with how deep they are."""
    sites: dict[str, bool] = {}
    seen = {_key(Link(url)), _key(Link(url, role="sitemap"))}
    for link in links:
        site = link.url[: link.url.find("/", 8)]
        if site not in sites:
            sites[site] = same_site(site, url)
        if sites[site] and (key := _key(link)) not in seen:
            seen.add(key)
            below = depth + 1 if link.role == "sitemap" else depth
            yield replace(link, depth=below) if below else link


def _key(link: Link) -> str:
    """Sitemaps are few, and one that is listed again must not be followed again; of articles others take care."""
    return identity(link.url) if link.role == "sitemap" else link.url


def _plain_links(body: bytes, url: str) -> Iterator[Link | None]:
    for line in body.decode("utf-8-sig", "replace").splitlines():
        if line.strip().lower().startswith(("http://", "https://")):
            address = fetchable(line, url)
            yield Link(address) if address else None


def _xml_links(slices: Iterable[bytes], encoding: str | None, url: str) -> Iterator[Link | None]:
    """The entries, read one by one and let go. No entity is expanded and nothing is fetched."""
    parser = etree.XMLPullParser(
        events=("end",),
        tag=_ENTRY_TAGS,
        encoding=encoding,
        recover=True,  # a mistake in one entry must not cost the others
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for complete in _complete(slices):
            parser.feed(_BARE_AMPERSAND.sub(_escaped, complete))
            for _, element in parser.read_events():
                yield _readable(element, url)
                _let_go(element)
    except etree.LxmlError:
        return


def _complete(slices: Iterable[bytes]) -> Iterator[bytes]:
    """The slices, each up to the end of its last complete entry: what follows the last would be half an address."""
    rest = bytearray()
    for piece in slices:
        start = max(len(rest) - _LONGEST_END, 0)
        rest += piece
        end = max((match.end() for match in _END_OF_ENTRY.finditer(rest, start)), default=0)
        if end:
            yield bytes(rest[:end])
            del rest[:end]
        elif len(rest) > _LONGEST_ENTRY:
            raise _TooLarge


def _escaped(match: re.Match[bytes]) -> bytes:
    """A bare `&`, of which a forgiving parser would make another address: `?a=1=2` of `?a=1&b=2`."""
    return b"&amp;" if match[0] == b"&" else match[0]


def _readable(element: etree._Element, url: str) -> Link | None:
    try:
        return _link(element, url)
    except UnicodeDecodeError:
        return None  # half a surrogate pair, which the forgiving parser takes for a character


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
