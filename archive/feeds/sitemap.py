"""Sitemaps and sitemap indexes (sitemaps.org 0.9) with the news extension, as XML or as one address a line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

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
    links = tuple(_own(islice(_xml_links(body, encoding, url), MAX_ENTRIES), url))
    return SitemapDocument(links, is_index=any(link.role == "sitemap" for link in links))
